package page_test

import (
	"errors"
	"fmt"
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
