package page_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/handlers/page/pagetest"
	"weerklank.nl/weerklank/static"
	"weerklank.nl/weerklank/surveys"
)

// echo is a router with one form, which answers with what it got, or with as many
// letters as the form asks for.
func echo(t *testing.T) http.Handler {
	t.Helper()
	k := pagetest.Kit(t, nil)
	r := k.Router()
	g := k.Pages(r)
	answer := func(c *gin.Context) error {
		page.Write(c, http.StatusOK, "text/plain", []byte(c.PostForm("tekst")))
		return nil
	}
	g.POST("/klein", k.Handle(answer))
	g.POST("/groot", page.AllowBody(page.MostUpload), k.Handle(answer))
	g.POST("/kapot", k.Handle(func(*gin.Context) error { panic("een wachtwoord: " + strings.Repeat("x", 3)) }))
	g.POST("/stuk", k.Handle(func(c *gin.Context) error { panic(fmt.Errorf("kan %s niet lezen", c.PostForm("tekst"))) }))
	g.GET("/lang", k.Handle(func(c *gin.Context) error {
		page.Write(c, http.StatusOK, "text/plain", bytes.Repeat([]byte("a"), 5000))
		return nil
	}))
	g.GET("/geheim", k.Handle(func(c *gin.Context) error {
		page.Uncompressed(c)
		page.Write(c, http.StatusOK, "text/plain", bytes.Repeat([]byte("a"), 5000))
		return nil
	}))
	return r
}

func post(h http.Handler, path, contentType, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

const form = "application/x-www-form-urlencoded"

func TestWhatIsNoFormOfOursIsRefusedInWords(t *testing.T) {
	large := url.Values{"tekst": {strings.Repeat("a", page.MostBody)}}.Encode()
	for name, c := range map[string]struct {
		w    *httptest.ResponseRecorder
		want int
		says string
	}{
		"a form":                    {post(echo(t), "/klein", form, "tekst=hallo"), 200, "hallo"},
		"from another site":         {post(echo(t), "/klein", form, "tekst=hallo", "Sec-Fetch-Site", "cross-site"), 403, "Dit kwam van een andere website"},
		"from another origin":       {post(echo(t), "/klein", form, "tekst=hallo", "Origin", "https://elders.example"), 403, "Dit kwam van een andere website"},
		"json":                      {post(echo(t), "/klein", "application/json", "{}"), 415, "Dit kunnen wij niet lezen"},
		"without a type":            {post(echo(t), "/klein", "", "tekst=hallo"), 415, "Dit kunnen wij niet lezen"},
		"too large":                 {post(echo(t), "/klein", form, large), 413, "Dit is te groot"},
		"as large as a file may be": {post(echo(t), "/groot", form, large), 200, "aaa"},
		"a garbled form":            {post(echo(t), "/klein", form, "tekst=%zz"), 400, "Dit is niet goed aangekomen"},
		"a garbled upload":          {post(echo(t), "/klein", "multipart/form-data; boundary=x", "--y"), 400, "Dit is niet goed aangekomen"},
		"no text":                   {post(echo(t), "/klein", form, "tekst=a%00b%ffc"), 200, "a\ufffdb\ufffdc"},
		"no text in a file's form":  {post(echo(t), "/klein", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=tekst\r\n\r\na\x00b\r\n--x--\r\n"), 200, "a\ufffdb"},
		"to no address":             {post(echo(t), "/klein?x=%00", form, "tekst=hallo"), 404, "Deze bladzijde"},
		"to no address of ours":     {post(echo(t), "/kl%ffein", form, "tekst=hallo"), 404, "Deze bladzijde"},
		"a fault of ours":           {post(echo(t), "/kapot", form, "tekst=hallo"), 500, "Er ging iets mis bij ons"},
		"an error that panicked":    {post(echo(t), "/stuk", form, "tekst=hallo"), 500, "Er ging iets mis bij ons"},
	} {
		t.Run(name, func(t *testing.T) {
			if c.w.Code != c.want {
				t.Errorf("status %d, want %d", c.w.Code, c.want)
			}
			body := c.w.Body.String()
			if !strings.Contains(body, c.says) {
				t.Errorf("the answer does not say %q: %.300s", c.says, body)
			}
			if strings.Contains(body, "wachtwoord: xxx") {
				t.Error("the answer shows what the program panicked with")
			}
		})
	}
}

func TestWhatAPagePanickedWithStaysOutOfTheLog(t *testing.T) {
	var log bytes.Buffer
	k := pagetest.LoggedKit(t, &log)
	r := k.Router()
	k.Pages(r).POST("/s/:slug", k.Handle(func(c *gin.Context) error { panic(fmt.Errorf("kan %s niet lezen", c.PostForm("antwoord"))) }))
	k.Pages(r).GET("/s/:slug", k.Handle(func(*gin.Context) error { _ = []int{}[len(log.Bytes())]; return nil }))
	post(r, "/s/balie", form, "antwoord=mijn+verhaal")
	if strings.Contains(log.String(), "verhaal") || !strings.Contains(log.String(), "panic") {
		t.Errorf("the log says: %s", log.String())
	}
	log.Reset()
	r.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/s/balie", nil))
	if !strings.Contains(log.String(), "index out of range") {
		t.Errorf("the log does not name a fault of the program: %s", log.String())
	}
}

func TestTheIncidentOnThePageStandsInTheLogAndNothingTypedDoes(t *testing.T) {
	var log bytes.Buffer
	k := pagetest.LoggedKit(t, &log)
	r := k.Router()
	k.Pages(r).POST("/s/:slug", k.Handle(func(*gin.Context) error { return errors.New("disk full") }))
	w := post(r, "/s/een-geheime-slug?briefje=GEHEIM", form, "antwoord=mijn+verhaal")
	incident := regexp.MustCompile(`storing ([A-Z2-7]{3}-[A-Z2-7]{3})`).FindStringSubmatch(w.Body.String())
	if len(incident) != 2 || !strings.Contains(log.String(), incident[1]) {
		t.Errorf("incident %v is not in the log: %s", incident, log.String())
	}
	for _, absent := range []string{"GEHEIM", "geheime", "verhaal"} {
		if strings.Contains(log.String(), absent) {
			t.Errorf("the log holds %q: %s", absent, log.String())
		}
	}
}

func TestAnAddressThatLeadsNowhereGetsAPageWithTheMenu(t *testing.T) {
	w := httptest.NewRecorder()
	echo(t).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/nergens?taal=en", nil))
	if w.Code != 404 || !strings.Contains(w.Body.String(), "This page does not exist") || !strings.Contains(w.Body.String(), `href="/beloften?taal=en"`) {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
	w = httptest.NewRecorder()
	echo(t).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/klein", nil))
	if w.Code != http.StatusMethodNotAllowed {
		t.Errorf("status %d, want 405", w.Code)
	}
}

func TestHeadIsAnsweredAsGetWithoutTheBody(t *testing.T) {
	server := httptest.NewServer(echo(t))
	defer server.Close()
	for path, want := range map[string]int{"/lang": 200, "/nergens": 404, "/klein": 405} {
		resp, err := http.Head(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil || resp.StatusCode != want || len(body) != 0 || resp.Header.Get("Content-Type") == "" {
			t.Errorf("HEAD %s: status %d, %d bytes, %v", path, resp.StatusCode, len(body), err)
		}
	}
}

func TestPagesAreCompressedForWhoTakesItExceptWithASecret(t *testing.T) {
	for path, c := range map[string]struct{ accept, want string }{
		"/lang": {"br, gzip;q=0.8", "gzip"}, "/lang?": {"", ""}, "/lang?x": {"gzip;q=0", ""}, "/geheim": {"gzip", ""},
	} {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("Accept-Encoding", c.accept)
		w := httptest.NewRecorder()
		echo(t).ServeHTTP(w, r)
		if got := w.Header().Get("Content-Encoding"); got != c.want {
			t.Errorf("%s with %q: Content-Encoding %q, want %q", path, c.accept, got, c.want)
		}
		body := io.Reader(w.Body)
		if c.want == "gzip" {
			unzipped, err := gzip.NewReader(w.Body)
			if err != nil {
				t.Fatal(err)
			}
			body = unzipped
		}
		if all, err := io.ReadAll(body); err != nil || len(all) != 5000 {
			t.Errorf("%s: %d bytes, %v", path, len(all), err)
		}
	}
}

func TestStaticFilesAreKeptForGoodUnderTheirHash(t *testing.T) {
	k := pagetest.Kit(t, nil)
	r := k.Router()
	w := httptest.NewRecorder()
	r.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/nergens", nil))
	address := regexp.MustCompile(`/static/weerklank\.[0-9a-f]+\.css`).FindString(w.Body.String())
	if address == "" {
		t.Fatalf("no stylesheet in %s", w.Body)
	}
	for _, accept := range []string{"gzip", ""} {
		req := httptest.NewRequest(http.MethodGet, address, nil)
		req.Header.Set("Accept-Encoding", accept)
		w = httptest.NewRecorder()
		r.ServeHTTP(w, req)
		if w.Code != 200 || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") || w.Header().Get("Content-Encoding") != accept ||
			!strings.HasPrefix(w.Header().Get("Content-Type"), "text/css") {
			t.Errorf("status %d, headers %v", w.Code, w.Header())
		}
	}
	w = httptest.NewRecorder()
	r.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/static/weerklank.0000000000.css", nil))
	if w.Code != 404 || strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
		t.Errorf("an old name: status %d, %s", w.Code, w.Header().Get("Cache-Control"))
	}
}

func TestTheStylesheetStaysSmall(t *testing.T) {
	css, err := static.Assets.ReadFile("weerklank.css")
	if err != nil {
		t.Fatal(err)
	}
	r := pagetest.Kit(t, nil).Router()
	get := func(address string) *httptest.ResponseRecorder {
		req := httptest.NewRequest(http.MethodGet, address, nil)
		req.Header.Set("Accept-Encoding", "gzip")
		w := httptest.NewRecorder()
		r.ServeHTTP(w, req)
		return w
	}
	page, err := gzip.NewReader(get("/nergens").Body)
	if err != nil {
		t.Fatal(err)
	}
	html, err := io.ReadAll(page)
	if err != nil {
		t.Fatal(err)
	}
	zipped := get(regexp.MustCompile(`/static/weerklank\.[0-9a-f]+\.css`).FindString(string(html))).Body.Len()
	if len(css) >= 20_000 || zipped >= 5_000 || zipped < 3_000 {
		t.Errorf("%d bytes, %d compressed; want under 20,000 and 5,000", len(css), zipped)
	}
}

func TestAMomentStaysTheSameAndIsInTheZoneOfTheOrganisation(t *testing.T) {
	k := pagetest.Kit(t, nil)
	r := k.Router()
	k.Pages(r).GET("/x", k.Handle(func(c *gin.Context) error {
		first := page.Now(c)
		if page.Now(c) != first || first.Location().String() != "Europe/Amsterdam" || page.Today(c) != "2026-11-25" {
			t.Errorf("now %v, today %s", page.Now(c), page.Today(c))
		}
		if page.Staff(c) != nil || page.Language(c) != surveys.Dutch {
			t.Error("somebody signed in, or another language, out of nothing")
		}
		return nil
	}))
	r.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/x", nil))
}
