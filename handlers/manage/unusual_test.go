package manage_test

import (
	"net/http"
	"strings"
	"testing"

	"weerklank.nl/weerklank/surveys"
)

func TestAnUnusualDayIsToldInWordsFromTheNextDayOn(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, "https://stem.waterrijk.example")
	s := w.survey(w.published("dienstverlening-balie"), nil)
	at := "/beheer/uitvragen/" + string(s.ID)
	must(t, w.programme.AddCollector(t.Context(), &surveys.Collector{ID: "hal", Org: org, Survey: s.ID, Code: "hal", Kind: surveys.QR, Name: surveys.Text{NL: "Poster in de hal"}}))
	must(t, w.programme.NoteUnusual(t.Context(), org, s.ID, "hal", surveys.DateOf(w.now)))
	must(t, w.programme.NoteUnusual(t.Context(), org, s.ID, "", surveys.DateOf(w.now)))
	for _, path := range []string{at, "/beheer"} {
		if said := w.get(path).wants(http.StatusOK).text("main"); strings.Contains(said, "ngewoon veel") {
			t.Errorf("%s tells of today", path)
		}
	}
	w.now = w.now.AddDate(0, 0, 1)
	w.get("/beheer/binnen")
	said := w.get(at).text(".utrecht-alert--warning li")
	if said != "Via ‘de gewone link’ kwamen gisteren ongewoon veel inzendingen.Via ‘Poster in de hal’ kwamen gisteren ongewoon veel inzendingen." {
		t.Errorf("the page of the survey says %q", said)
	}
	if said := w.get("/beheer").text(".utrecht-alert--warning li"); strings.Count(said, "ongewoon veel inzendingen op 25 november 2026") != 1 {
		t.Errorf("the overview says %q", said)
	}
	w.now = w.now.AddDate(0, 0, 7)
	w.get("/beheer/binnen")
	if said := w.get(at).text(".utrecht-alert--warning li"); !strings.Contains(said, "kwamen op 25 november 2026 ongewoon veel") {
		t.Errorf("a week later the page of the survey says %q", said)
	}
	if said := w.get("/beheer").text("main"); strings.Contains(said, "ngewoon veel") {
		t.Error("the overview still tells of it a week later")
	}
}

func TestOnlyAFewBudgetsCanBeChosenForAWayIn(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, "https://stem.waterrijk.example")
	s := w.survey(w.published("dienstverlening-balie"), nil)
	form := w.get("/beheer/uitvragen/" + string(s.ID) + "/ingangen/nieuw")
	for _, wrong := range []string{"1", "101", "-1", "veel"} {
		form.send("/ingangen/nieuw", "name", "Hal", "budget", wrong).complains("budget")
	}
	made := form.send("/ingangen/nieuw", "name", "Hal", "budget", "1000").wants(http.StatusOK)
	list, err := w.programme.ListCollectors(t.Context(), org, s.ID)
	must(t, err)
	if len(list) != 1 || list[0].Ordinary() != 1000 {
		t.Errorf("kept: %+v", list)
	}
	if _, again := made.form("/ingangen/" + string(list[0].ID)); again.Get("budget") != "1000" {
		t.Errorf("the form comes back with %q", again.Get("budget"))
	}
}
