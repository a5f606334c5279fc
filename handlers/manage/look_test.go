package manage_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"weerklank.nl/weerklank/handlers/page/pagetest"
	"weerklank.nl/weerklank/surveys"
)

// sitting is a tab of the width in which the manager is signed in.
func (w *desk) sitting(width int) context.Context {
	w.t.Helper()
	tab := pagetest.Tab(w.t, width)
	must(w.t, chromedp.Do(tab, chromedp.Navigate(w.url+"/beheer/binnen")))
	return tab
}

// scanned is what a phone reads in a picture.
func scanned(t *testing.T, picture string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "zbarimg", "--quiet", "--raw", picture).Output()
	if err != nil {
		t.Fatalf("zbarimg (docs/tools.sh installs it) reads nothing in %s: %v", filepath.Base(picture), err)
	}
	return strings.TrimSpace(string(out))
}

// sheetInPDF is a page of a document that chromium printed.
var sheetInPDF = regexp.MustCompile(`/Type\s*/Page\b`)

func TestThePosterIsReadByAPhone(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, "https://stem.waterrijk.example")
	s := w.survey(w.published("dienstverlening-balie"), nil)
	must(t, w.programme.AddCollector(t.Context(), &surveys.Collector{ID: "qr", Org: org, Survey: s.ID, Code: "stadhuis", Kind: surveys.QR,
		Name: surveys.Text{NL: "Stadhuis"}, Prefill: map[string]string{"kanaal": "balie", "servicepunt": "stadhuis"}}))
	at := "/beheer/uitvragen/" + string(s.ID) + "/ingangen/qr/poster"
	if text := w.get(at).text(".wk-poster"); !strings.Contains(text, "6 korte vragen") || !strings.Contains(text, "vrijdag 15 januari 2027") || !strings.Contains(text, "stem.waterrijk.example/s/balie") {
		t.Errorf("the poster says: %s", text)
	}
	tab := w.sitting(800)
	must(t, chromedp.Do(tab, chromedp.Navigate(w.url+at)))
	picture := filepath.Join(t.TempDir(), "poster.png")
	pagetest.Shot(t, tab, picture)
	if got := scanned(t, picture); got != "https://stem.waterrijk.example/s/balie?via=stadhuis" {
		t.Errorf("a phone reads %q", got)
	}
	printed, err := chromedp.Call(tab, cdppage.PrintToPDF, cdppage.PrintToPDFParams{PreferCSSPageSize: new(true)})
	must(t, err)
	if sheets := len(sheetInPDF.FindAll(printed.Data, -1)); sheets != 1 {
		t.Errorf("the poster takes %d sheets", sheets)
	}
	file := w.get("/beheer/uitvragen/" + string(s.ID) + "/ingangen/qr/qr")
	if file.head.Get("Content-Type") != "image/svg+xml" || !strings.Contains(string(file.body), "<svg") {
		t.Errorf("the QR code as a file: %s", file.head.Get("Content-Type"))
	}
}

func TestThereIsNoPosterWithoutAnAddress(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, "")
	s := w.survey(w.published("dienstverlening-balie"), nil)
	page := w.get("/beheer/uitvragen/" + string(s.ID) + "/poster").wants(409)
	if page.Find("svg.wk-qr").Length() != 0 || !strings.Contains(page.text("main"), "is nog niet ingesteld") {
		t.Errorf("without an address: %s", page.text("main"))
	}
	w.get("/beheer/uitvragen/" + string(s.ID) + "/qr").wants(409)
}

// TestPagesLookRight visits each page at three widths. It keeps pictures when
// WEERKLANK_SHOTS names a folder.
func TestPagesLookRight(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, "https://stem.waterrijk.example")
	q := w.published("dienstverlening-balie")
	long := w.published("zelfbeoordeling-ambtenaar")
	s := w.survey(q, nil)
	late := w.survey(q, func(s *surveys.Survey) {
		s.Slug, s.Title = "afvalpas", surveys.Text{NL: "De nieuwe afvalpas"}
		s.Opens, s.Closes, s.Promise.On = "2026-09-07", "2026-10-01", "2026-11-20"
	})
	must(t, w.programme.AddCollector(t.Context(), &surveys.Collector{ID: "qr", Org: org, Survey: s.ID, Code: "stadhuis", Kind: surveys.QR,
		Name: surveys.Text{NL: "QR-code in het stadhuis"}, Prefill: map[string]string{"kanaal": "balie", "servicepunt": "stadhuis"}}))
	draft := w.drafted("voorstel").path
	split := w.drafted("dienstverlening-uitgebreid").send("/bewerken", "breakdown", "gebied", "breakdown-2", "leeftijd", "pairs", "1-2", "ga", "kan").
		send("/bewerken", "heads-gebied-noord", "40", "heads-gebied-west", "3", "heads-leeftijd-16_29", "30", "heads-leeftijd-30_44", "13",
			"group-leeftijd-65_74", "1", "group-leeftijd-75_plus", "1", "ga", "bewaren").wants(200).path
	faulty := w.upload("/beheer/vragenlijsten/inlezen", "bestand", "ervaring.xlsx", ours(t, "ervaring-ondersteuning")).path
	survey := "/beheer/uitvragen/" + string(s.ID)
	pages := map[string]string{
		"overview": "/beheer", "surveys": "/beheer/uitvragen", "questionnaires": "/beheer/vragenlijsten",
		"questionnaire": "/beheer/vragenlijsten/" + string(q), "questionnaire-draft": faulty,
		"question": "/beheer/vragenlijsten/" + string(q) + "/vraag/servicepunt", "question-long": "/beheer/vragenlijsten/" + string(long) + "/vraag/heldere_taal_hulp",
		"survey-new": "/beheer/uitvragen/nieuw", "survey-form": draft, "survey-form-split": split, "survey": survey, "survey-late": "/beheer/uitvragen/" + string(late.ID),
		"survey-close": survey + "/sluiten", "promise-move": survey + "/belofte", "collector-new": survey + "/ingangen/nieuw",
		"collector": survey + "/ingangen/qr", "poster": survey + "/ingangen/qr/poster",
	}
	served := map[string]string{}
	for name, at := range pages {
		served[name] = string(w.get(at).wants(200).body)
	}
	served["import-wrong"] = string(w.upload("/beheer/vragenlijsten/inlezen", "bestand", "kapot.xlsx", broken(t)).body)
	served["survey-form-wrong"] = string(w.get(draft).send("/bewerken", "title", "", "opens", "31 juni", "ga", "openen").body)
	pagetest.Validate(t, served)
	for _, width := range []int{320, 768, 1280} {
		tab := w.sitting(width)
		dir := os.Getenv("WEERKLANK_SHOTS")
		for name, at := range pages {
			must(t, chromedp.Do(tab, chromedp.Navigate(w.url+at)))
			pagetest.NoSidewaysScroll(t, tab, name+" "+strconv.Itoa(width))
			if width == 1280 {
				pagetest.Axe(t, tab, name)
			}
			if dir != "" {
				pagetest.Shot(t, tab, filepath.Join(dir, name+"-"+strconv.Itoa(width)+".png"))
			}
		}
	}
}
