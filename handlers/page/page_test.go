package page_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/handlers/page/pagetest"
	"weerklank.nl/weerklank/surveys"
)

func TestEveryTemplateOfTheKitFills(t *testing.T) {
	pagetest.EveryViewFills(t, pagetest.Kit(t, nil))
}

func TestEveryRouteCarriesTheSecurityHeaders(t *testing.T) {
	pagetest.Headers(t, pagetest.Kit(t, nil).Router(), "/nergens", "/static/weerklank.css")
}

func TestAnErrorBecomesAWordedPage(t *testing.T) {
	for err, want := range map[error]int{
		surveys.ErrNotFound:                              404,
		surveys.ErrForbidden:                             403,
		fmt.Errorf("x: %w", surveys.ErrChangedMeanwhile): 409,
		surveys.ErrBusy:                                  503,
		page.TooMany{After: time.Minute}:                 429,
		error(&http.MaxBytesError{Limit: 1}):             413,
		errors.New("disk full"):                          500,
	} {
		t.Run(err.Error(), func(t *testing.T) {
			k := pagetest.Kit(t, nil)
			r := k.Router()
			k.Pages(r).GET("/x", k.Handle(func(*gin.Context) error { return err }))
			w := httptest.NewRecorder()
			r.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/x", nil))
			if w.Code != want {
				t.Errorf("status %d, want %d", w.Code, want)
			}
			body := w.Body.String()
			if !strings.Contains(body, "<h1>") || !strings.Contains(body, "Gemeente Waterrijk") {
				t.Errorf("the page says too little: %s", body)
			}
			if strings.Contains(body, "disk full") {
				t.Error("the page shows our own error")
			}
		})
	}
}

// failing is a kit whose page at /x fails, with what was posted to it.
func failing(t *testing.T, err error, form url.Values, headers ...string) string {
	t.Helper()
	k := pagetest.Kit(t, nil)
	r := k.Router()
	k.Pages(r).POST("/x", k.Handle(func(*gin.Context) error { return err }))
	req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/x?taal=en", strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	r.ServeHTTP(w, req)
	return w.Body.String()
}

func TestAFaultOfOursKeepsWhatWasTyped(t *testing.T) {
	form := url.Values{"tekst": {"Een heel verhaal"}}
	for _, fault := range []error{surveys.ErrBusy, errors.New("disk full")} {
		body := failing(t, fault, form)
		if !strings.Contains(body, `value="Een heel verhaal"`) || !strings.Contains(body, `action="/x?taal=en"`) {
			t.Errorf("after %v the form cannot be sent again:\n%s", fault, body)
		}
	}
	for name, body := range map[string]string{
		"what the visitor has to change": failing(t, surveys.ErrForbidden, form),
		"a password":                     failing(t, surveys.ErrBusy, url.Values{"tekst": {"Een heel verhaal"}, "wachtwoord": {"Een heel verhaal"}}),
		"what another site sent":         failing(t, surveys.ErrBusy, form, "Sec-Fetch-Site", "cross-site"),
	} {
		if strings.Contains(body, "Een heel verhaal") {
			t.Errorf("%s is offered to send again", name)
		}
	}
}

func TestAFormWithAFileKeepsItsTextsAndSaysThatTheFileIsNotKept(t *testing.T) {
	k := pagetest.Kit(t, nil)
	r := k.Router()
	k.Pages(r).POST("/x", k.Handle(func(*gin.Context) error { return surveys.ErrBusy }))
	for file, want := range map[string]string{"logo": "Alleen het bestand niet", "": "U hoeft niets opnieuw te typen"} {
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		_ = form.WriteField("tekst", "Een heel verhaal")
		part, _ := form.CreateFormFile("logo", "logo.svg")
		_, _ = part.Write([]byte(file))
		_ = form.Close()
		req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/x", &body)
		req.Header.Set("Content-Type", form.FormDataContentType())
		w := httptest.NewRecorder()
		r.ServeHTTP(w, req)
		if page := w.Body.String(); !strings.Contains(page, `value="Een heel verhaal"`) || !strings.Contains(page, want) {
			t.Errorf("with %q as a file the page says: %s", file, page)
		}
	}
}

func TestWhoeverWasSecondReadsWhatTheyTyped(t *testing.T) {
	body := failing(t, surveys.ErrChangedMeanwhile, url.Values{"tekst": {"Een heel verhaal"}, "revision": {"417"}, "ga": {"bewaren"}})
	if !strings.Contains(body, "<blockquote>Een heel verhaal</blockquote>") || strings.Contains(body, "417") || strings.Contains(body, "bewaren") {
		t.Errorf("the page says: %s", body)
	}
}

// gone is a database that finds the organisation until it is lost.
type gone struct{ lost bool }

func (g *gone) OrganisationByHost(context.Context, string) (*surveys.Organisation, error) {
	if g.lost {
		return nil, surveys.ErrBusy
	}
	return pagetest.Waterrijk(), nil
}

func TestAPageAboutALostDatabaseNamesTheOrganisationAndKeepsTheForm(t *testing.T) {
	database, now := &gone{}, pagetest.Anchor
	k, err := page.New(page.Options{Organisations: database, Clock: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	r := k.Router()
	k.Pages(r).POST("/x", k.Handle(func(*gin.Context) error { return surveys.ErrBusy }))
	send := func(r http.Handler) string {
		req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/x", strings.NewReader("tekst=Een+heel+verhaal"))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		r.ServeHTTP(w, req)
		return w.Body.String()
	}
	send(r)
	database.lost, now = true, now.Add(time.Hour)
	for _, want := range []string{"Gemeente Waterrijk", "31880000000", `value="Een heel verhaal"`} {
		if body := send(r); !strings.Contains(body, want) {
			t.Errorf("the page lacks %s:\n%s", want, body)
		}
	}
	k.OrganisationChanged() // an instance that just started remembers nothing
	if body := send(r); !strings.Contains(body, `value="Een heel verhaal"`) {
		t.Errorf("the page does not keep what was typed:\n%s", body)
	}
}

func TestAPageThatIsNotThereLeadsOn(t *testing.T) {
	k := pagetest.Kit(t, nil)
	w := httptest.NewRecorder()
	k.Router().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/nergens?taal=en", nil))
	if !strings.Contains(w.Body.String(), `<a href="/?taal=en">To the first page</a>`) {
		t.Errorf("it is a dead end:\n%s", w.Body)
	}
}

func TestEachRequestIsToldOfOnceWithItsRouteAndStatus(t *testing.T) {
	var told []string
	k, err := page.New(page.Options{
		Organisations: pagetest.One{Organisation: pagetest.Waterrijk()}, Log: slog.New(slog.DiscardHandler),
		Answered: func(route string, status int) { told = append(told, fmt.Sprint(route, " ", status)) },
	})
	if err != nil {
		t.Fatal(err)
	}
	r := k.Router()
	k.Pages(r).GET("/s/:slug", k.Handle(func(c *gin.Context) error {
		switch c.Param("slug") {
		case "stuk":
			panic("a fault")
		case "weg":
			return c.Request.Context().Err()
		}
		c.String(http.StatusOK, "ok")
		return nil
	}))
	gone, leave := context.WithCancel(t.Context())
	leave()
	for _, ask := range []struct{ method, path, want string }{
		{http.MethodGet, "/s/balie", "[/s/:slug 200]"},
		{http.MethodHead, "/s/balie", "[/s/:slug 200]"},
		{http.MethodPut, "/s/balie", "[ 405]"},
		{http.MethodGet, "/s/stuk", "[/s/:slug 500]"},
		{http.MethodGet, "/nergens", "[ 404]"},
		{http.MethodGet, "/s/weg", "[]"}, // the visitor left
	} {
		told = nil
		request := httptest.NewRequest(ask.method, ask.path, nil)
		if ask.path == "/s/weg" {
			request = request.WithContext(gone)
		}
		r.ServeHTTP(httptest.NewRecorder(), request)
		if got := fmt.Sprint(told); got != ask.want {
			t.Errorf("%s %s told %s, want %s", ask.method, ask.path, got, ask.want)
		}
	}
}
