package page_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/handlers/page/pagetest"
	"weerklank.nl/weerklank/surveys"
)

// fullSessions is a store whose disk is full.
type fullSessions struct{ page.Sessions }

func (fullSessions) SaveSession(context.Context, string, []byte, time.Time) error {
	return fmt.Errorf("save session: %w", surveys.ErrBusy)
}

func (fullSessions) AddSignIn(context.Context, *surveys.SignIn) error { return nil }

func TestASessionThatCannotBeStored(t *testing.T) {
	log := new(bytes.Buffer)
	k, err := page.New(page.Options{Organisations: pagetest.One{Organisation: pagetest.Waterrijk()}, Sessions: fullSessions{pagetest.Memory()},
		Clock: func() time.Time { return pagetest.Anchor }, Log: slog.New(slog.NewTextHandler(log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	r := k.Router()
	staff := k.Staff(k.Pages(r))
	for path, do := range map[string]func(*gin.Context) error{
		"/in":     func(c *gin.Context) error { return k.SignIn(c, &surveys.Account{ID: "a", Language: surveys.Dutch}) },
		"/gedaan": func(*gin.Context) error { return nil },
	} {
		staff.GET("/beheer"+path, "", func(c *gin.Context) error {
			if err := do(c); err != nil {
				return err
			}
			return k.SeeOther(c, "/beheer", "survey.closed")
		})
	}
	staff.GET("/beheer/druk", "", func(c *gin.Context) error {
		if err := k.SignIn(c, &surveys.Account{ID: "a", Language: surveys.Dutch}); err != nil {
			return err
		}
		return surveys.ErrBusy
	})
	for name, c := range map[string]struct {
		path string
		want int
	}{
		"lets nobody in":                         {"/beheer/in", http.StatusServiceUnavailable},
		"does not undo what was done":            {"/beheer/gedaan", http.StatusSeeOther},
		"leaves the page about a fault in place": {"/beheer/druk", http.StatusServiceUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			w := httptest.NewRecorder()
			r.ServeHTTP(w, httptest.NewRequest(http.MethodGet, c.path, nil))
			if w.Code != c.want {
				t.Errorf("status %d, want %d", w.Code, c.want)
			}
			if c.want == http.StatusServiceUnavailable && (strings.Count(w.Body.String(), "<h1>") != 1 || w.Header().Get("Location") != "" || w.Header().Get("Set-Cookie") != "") {
				t.Errorf("the answer is %v %s", w.Header(), w.Body)
			}
		})
	}
	if strings.Contains(log.String(), "level=ERROR") {
		t.Errorf("the log says: %s", log)
	}
}
