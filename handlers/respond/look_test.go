package respond_test

import (
	"maps"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"weerklank.nl/weerklank/handlers/page/pagetest"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/training"
)

// everyPage is each page of a respondent, in each state, as it was answered.
func everyPage(w *town) map[string]string {
	w.t.Helper()
	must(w.t, w.programme.AddCompetences(w.t.Context(), org, []training.Competence{{ID: "heldere_taal", Name: words("Heldere taal")}}))
	must(w.t, w.programme.AddCourses(w.t.Context(), []training.Course{{ID: "past", Org: org, Title: words("Uitleggen dat aankomt"), Summary: words("Drie ochtenden en een gesprek."),
		Goals: []training.Goal{{Competence: "heldere_taal", From: 2, To: 4}}, Sessions: 3, FundingText: words("De gemeente betaalt.")}}))
	s := w.survey("balie", definition(w.t, balie), nil)
	w.survey("twintig", twenty(), nil)
	w.survey("voorstel", definition(w.t, "voorstel"), nil)
	w.survey("zelf", definition(w.t, "zelfbeoordeling-ambtenaar"), nil)
	w.survey("gesloten", definition(w.t, balie), func(s *surveys.Survey) { s.Closes = "2026-11-20" })
	w.survey("gepland", definition(w.t, balie), func(s *surveys.Survey) { s.Opens = "2026-12-01" })
	pages := map[string]*answer{"start": w.get("/s/balie"), "start-en": w.get("/s/zelf?taal=en"), "code": w.get("/code"), "closed": w.get("/s/gesloten"), "planned": w.get("/s/gepland")}
	a := w.get("/s/balie").press("ga=beginnen")
	pages["choice"], pages["choice-wrong"] = a, a.press("ga=volgende")
	pages["start-again"] = a.press("ga=vorige")
	pages["likert"] = a.press("ga=volgende", "kanaal", "balie").press("ga=volgende")
	pages["twenty"] = w.get("/s/twintig?ga=beginnen")
	pages["twenty-wrong"] = pages["twenty"].press("ga=volgende")
	pages["check"] = w.check("balie", "open_verbeteren", "Ik moest drie keer terugkomen omdat er steeds een ander papier ontbrak.")
	pages["thanks"] = pages["check"].press("ga=versturen")
	code := pages["thanks"].receipt()
	pages["receipt"] = w.get("/code").send("ontvangstcode", code)
	w.decided(s)
	pages["receipt-decided"] = w.get("/code").send("ontvangstcode", code)
	pages["withdraw-wrong"] = pages["receipt-decided"].press("ga=intrekken")
	pages["withdrawn"] = pages["receipt-decided"].press("ga=intrekken", "code-nogmaals", code)
	pages["code-wrong"] = w.get("/code").send("ontvangstcode", "kx7m 9r2p wt4h 3qve")
	asks := w.get("/s/voorstel/bericht")
	pages["contact"], pages["contact-wrong"], pages["contact-done"] = asks, asks.send("email", "naam@voorbeeld"), asks.send("email", "naam@voorbeeld.nl")
	_, asked := w.addresses("s-voorstel")
	token, err := w.keys.StopToken(w.keys.Generation(), org, "s-voorstel", asked[0].ID())
	must(w.t, err)
	pages["contact-stop"], pages["contact-stopped"] = w.get("/afmelden/"+token), w.post("/afmelden/"+token, nil)
	v := w.get("/s/voorstel").press("ga=beginnen")
	pages["text"], pages["text-wrong"] = v, v.press("ga=volgende", "titel", "kort", "thema_other", "Ezels")
	z := w.check("zelf", "heldere_taal_belang", "5", "heldere_taal_niveau", "2")
	pages["competence"] = z.press("naar=heldere_taal_belang")
	pages["competence-en"] = pages["competence"].press("taal=en")
	pages["drop-down"] = z.press("naar=afdeling")
	pages["thanks-official"] = z.press("ga=versturen")
	pages["profile"] = pages["thanks-official"].press("ga=profiel")
	pages["check-wrong"] = pages["drop-down"].press("ga=vorige", "afdeling", "").jump("ga=versturen")
	before := w.router
	w.mount(full{})
	pages["busy"] = z.press("ga=versturen")
	w.router = before
	form := pages["choice"].form()
	form.Set("tot-nu-toe", "AAAA")
	form.Set("kanaal", "balie")
	pages["tampered"] = w.post("/s/balie", form)
	now := w.now
	w.now = time.Date(2026, 12, 14, 9, 0, 0, 0, time.UTC)
	pages["closed-meanwhile"] = pages["check"].press("ga=versturen")
	w.now = now
	served := map[string]string{}
	for name, a := range pages {
		served[name] = a.html
	}
	return served
}

func TestEveryPageHolds(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	pages := everyPage(w)
	pagetest.Validate(t, pages)
	server := httptest.NewServer(serveAll(w, pages))
	t.Cleanup(server.Close)
	shots := os.Getenv("WEERKLANK_SHOTS")
	for _, width := range []int{320, 1280} {
		tab := pagetest.Tab(t, width)
		for _, name := range slices.Sorted(maps.Keys(pages)) {
			label := name + "-" + strconv.Itoa(width)
			must(t, chromedp.Do(tab, chromedp.Navigate(server.URL+"/look/"+name)))
			pagetest.NoSidewaysScroll(t, tab, label)
			if shots != "" {
				pagetest.Shot(t, tab, filepath.Join(shots, label+".png"))
			}
			if width == 320 {
				continue
			}
			pagetest.Axe(t, tab, label)
			must(t, chromedp.Do(tab, chromedp.Evaluate[chromedp.Void](`document.documentElement.style.fontSize = "200%"`)))
			pagetest.NoSidewaysScroll(t, tab, label+" with text at 200 %")
			if shots != "" {
				pagetest.Shot(t, tab, filepath.Join(shots, label+"-200.png"))
			}
		}
	}
}
