package manage_test

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"weerklank.nl/weerklank/handlers/page/pagetest"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/training"
)

// TestPagesOfTheLoopLookRight visits the pages from results to notices at three
// widths. It keeps pictures when WEERKLANK_SHOTS names a folder.
func TestPagesOfTheLoopLookRight(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, "https://stem.waterrijk.example")
	must(t, w.programme.AddCompetences(t.Context(), org, []training.Competence{{ID: "gesprek_luisteren", Name: surveys.Text{NL: "Gesprek en luisteren"}}}))
	must(t, w.programme.AddCourses(t.Context(), []training.Course{{ID: "symposium", Org: org, Title: surveys.Text{NL: "Symposium klantgericht werken"},
		Summary: surveys.Text{NL: "Een dag met sprekers."}, Goals: []training.Goal{{Competence: "gesprek_luisteren", From: 2, To: 3}}, Sessions: 1, Hours: 6,
		Least: 10, Most: 20, Form: "een_dag", PerPerson: 595, Funding: "individueel_keuzebudget"}}))
	s := w.closed()
	at := "/beheer/uitvragen/" + string(s.ID)
	empty := w.get(results(s)).body
	w.get(results(s)).send("/stand")
	find := at + "/bevinding?vraag=gesprek_luisteren_ervaren"
	finding := w.get(find).send("/bevinding", "statement", "Veel mensen vinden dat er goed wordt geluisterd.").path
	concept := w.get(finding+"/besluit").send("/besluit", "ga", "concept", "what", "Wij houden het zo.").path
	notice := w.get("/beheer/terugkoppelingen").send("/terugkoppeling", "soort", "follow_up").path
	check := notice[:len(notice)-len("/tekst")]
	pages := map[string]string{
		"results": results(s), "export": at + "/export", "finding-form": find, "finding": finding, "decision-form": concept, "decisions": "/beheer/besluiten",
		"design": concept + "/opleiding", "confirm": concept + "/weg", "notices": "/beheer/terugkoppelingen", "notice-text": notice, "notice": check,
		"late": at + "/later", "needs": "/beheer/opleidingen/behoeften", "courses": "/beheer/opleidingen", "course": "/beheer/opleidingen/symposium",
	}
	served := map[string]string{"results-empty": string(empty)}
	for name, path := range pages {
		served[name] = string(w.get(path).wants(200).body)
	}
	served["decision-wrong"] = string(w.get(concept).send(concept, "ga", "vastleggen", "decided_on", "31 juni").body)
	served["design-wrong"] = string(w.get(concept + "/opleiding").send("/opleiding").body)
	pagetest.Validate(t, served)
	for _, width := range pagetest.Widths {
		dir := os.Getenv("WEERKLANK_SHOTS")
		tab := w.sitting(width)
		for name, path := range pages {
			must(t, chromedp.Do(tab, chromedp.Navigate(w.url+path)))
			pagetest.NoSidewaysScroll(t, tab, name+" "+strconv.Itoa(width))
			if width == 1280 {
				pagetest.Axe(t, tab, name)
			}
			if dir != "" {
				pagetest.Shot(t, tab, filepath.Join(dir, name+"-"+strconv.Itoa(width)+".png"))
			}
		}
	}
	// Paper of A4 is no wider than a large phone: on it tables are tables still.
	tab := w.sitting(640)
	must(t, chromedp.Do(tab, chromedp.Navigate(w.url+results(s))))
	if _, err := chromedp.Call(tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"}); err != nil {
		t.Fatal(err)
	}
	stacked, err := chromedp.Run(tab, chromedp.Evaluate[int](`[...document.querySelectorAll("main tr")].filter(e => getComputedStyle(e).display !== "table-row").length`))
	if rows, also := chromedp.Run(tab, chromedp.Evaluate[int](`document.querySelectorAll("main tr").length`)); err != nil || also != nil || rows == 0 || stacked > 0 {
		t.Errorf("of %d rows of results %d are not printed as rows of a table (%v, %v)", rows, stacked, err, also)
	}
}
