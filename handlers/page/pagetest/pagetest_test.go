package pagetest_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"weerklank.nl/weerklank/handlers/page/pagetest"
)

const sound = `<!DOCTYPE html>
<html lang="nl"><head><title>Proef</title><meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><main><h1>Proef</h1><p>Tekst.</p></main></body></html>`

const faulty = `<!DOCTYPE html>
<html><head><title></title></head><body><img src="x.png"><input type="text"><p style="inline-size:900px">Breed</p></body></html>`

// recorder notes what a check found instead of failing.
type recorder struct {
	testing.TB
	failed bool
}

func (r *recorder) Errorf(string, ...any) { r.failed = true }
func (r *recorder) Helper()               {}

func TestTheChecksSeeWhatIsWrongWithAPage(t *testing.T) {
	for name, c := range map[string]struct {
		html string
		want bool
	}{"sound": {sound, false}, "faulty": {faulty, true}} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "text/html; charset=utf-8")
				_, _ = w.Write([]byte(c.html))
			}))
			defer server.Close()
			tab := pagetest.Tab(t, 320)
			if err := chromedp.Do(tab, chromedp.Navigate(server.URL)); err != nil {
				t.Fatal(err)
			}
			axe, wide, valid := &recorder{TB: t}, &recorder{TB: t}, &recorder{TB: t}
			pagetest.Axe(axe, tab, name)
			pagetest.NoSidewaysScroll(wide, tab, name)
			pagetest.Validate(valid, map[string]string{name: c.html})
			if axe.failed != c.want || wide.failed != c.want || valid.failed != c.want {
				t.Errorf("axe %v, width %v, html-validate %v; want %v", axe.failed, wide.failed, valid.failed, c.want)
			}
			file := filepath.Join(t.TempDir(), "shots", "page.png")
			pagetest.Shot(t, tab, file)
			if info, err := os.Stat(file); err != nil || info.Size() == 0 {
				t.Errorf("no picture: %v", err)
			}
		})
	}
}
