package respond_test

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/chromedp/chromedp"

	"weerklank.nl/weerklank/handlers/page/pagetest"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/surveys"
)

// browse serves the town's pages on an address of this machine.
func (w *town) browse() string {
	server := httptest.NewServer(w.router)
	w.t.Cleanup(server.Close)
	return server.URL
}

// shoot keeps a picture of the page when WEERKLANK_SHOTS names a folder.
func shoot(t *testing.T, address, name, script string) {
	dir := os.Getenv("WEERKLANK_SHOTS")
	for _, width := range []int{320, 1280} {
		tab := pagetest.Tab(t, width)
		must(t, chromedp.Do(tab, chromedp.Navigate(address)))
		if script != "" {
			must(t, chromedp.Do(tab, chromedp.Evaluate[chromedp.Void](script)))
		}
		pagetest.NoSidewaysScroll(t, tab, name+" "+strconv.Itoa(width))
		if dir != "" {
			pagetest.Shot(t, tab, filepath.Join(dir, name+"-"+strconv.Itoa(width)+".png"))
		}
	}
}

func TestPagesFitANarrowScreen(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	w.survey("balie", definition(t, balie), nil)
	w.survey("zelf", definition(t, "zelfbeoordeling-ambtenaar"), func(s *surveys.Survey) { s.SmallestGroup = 10 })
	w.survey("voorstel", definition(t, "voorstel"), nil)
	pages := map[string]*answer{"start": w.get("/s/balie"), "code": w.get("/code")}
	a := w.get("/s/balie").press("ga=beginnen")
	pages["first"] = a
	pages["first-wrong"] = a.press("ga=volgende")
	a = a.press("ga=volgende", "kanaal", "balie").press("ga=volgende")
	pages["likert"] = a
	pages["check"] = w.check("balie", "open_verbeteren", "Ik moest drie keer terugkomen omdat er steeds een ander papier ontbrak.")
	pages["thanks"] = pages["check"].press("ga=versturen")
	code := pages["thanks"].receipt()
	pages["receipt"] = w.get("/code").send("ontvangstcode", code)
	pages["code-wrong"] = w.get("/code").send("ontvangstcode", "kx7m 9r2p wt4h 3qvd")
	v := w.get("/s/voorstel").press("ga=beginnen")
	pages["voorstel"] = v
	pages["voorstel-wrong"] = v.press("ga=volgende", "titel", "kort", "thema_other", "Ezels")
	z := w.check("zelf")
	z = z.press("naar=heldere_taal_belang")
	pages["competence"] = z
	zt := w.check("zelf").press("ga=versturen")
	pages["thanks-zelf"] = zt
	pages["profile"] = zt.press("ga=profiel")
	served := map[string]string{}
	for name, a := range pages {
		served[name] = a.html
	}
	server := httptest.NewServer(serveAll(w, served))
	t.Cleanup(server.Close)
	for name := range served {
		t.Run(name, func(t *testing.T) { shoot(t, server.URL+"/look/"+name, name, "") })
	}
}
