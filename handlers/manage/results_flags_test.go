package manage_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"weerklank.nl/weerklank/storage/answers"
	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
)

// flooded answers a survey: so many people, of whom so many are flagged and all say the
// lowest thing.
func (w *desk) flooded(s *surveys.Survey, people, flagged int) {
	w.t.Helper()
	writer, err := answers.NewWriter(w.t.Context(), w.answers)
	must(w.t, err)
	defer func() { must(w.t, writer.Close(context.WithoutCancel(w.t.Context()))) }()
	var list []responses.Response
	for i := range people {
		r := responses.Response{Org: org, Survey: s.ID, Version: 1, Day: s.Opens, Flagged: i < flagged,
			Answers: questionnaire.Answers{"kanaal": "balie", "gesprek_luisteren_ervaren": fmt.Sprint(i%3 + 3)}}
		if r.Flagged {
			r.Answers["gesprek_luisteren_ervaren"] = "1"
		}
		_, err := rand.Read(r.Key[:])
		must(w.t, err)
		list = append(list, r)
	}
	must(w.t, writer.LoadHistory(w.t.Context(), list))
}

func TestResultsAreThereWithAndWithoutMarkedSubmissions(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		w := givenDeskOn(t, d, surveys.ProgrammeManager, "")
		s := w.survey(w.published("dienstverlening-balie"), nil)
		at := "/beheer/uitvragen/" + string(s.ID)
		w.flooded(s, 60, 20)
		results := w.get(at + "/resultaten").send("/stand").wants(http.StatusOK)
		table := func(a *seen) string {
			return a.text(`section[aria-labelledby="v-gesprek_luisteren_ervaren"] table tbody td`)
		}
		link, there := results.Find(`#antwoorden ~ p a[href*="groep"]`).Attr("href")
		if !there {
			t.Fatalf("no way to the figures without: %s", results.text("main"))
		}
		without := w.get(at + "/resultaten" + link).wants(http.StatusOK)
		if table(without) == table(results) {
			t.Errorf("without marked submissions it shows the same: %s", table(without))
		}
		if !strings.Contains(without.text("main"), "zonder gemarkeerde inzendingen: 40 mensen") {
			t.Errorf("it does not say what it shows: %s", without.text("main"))
		}
		find := without.Find(`section[aria-labelledby="v-gesprek_luisteren_ervaren"] a[href*="bevinding"]`).AttrOr("href", "")
		made := w.get(find).wants(http.StatusOK).send("/bevinding", "statement", "Zonder de vloed is men tevreden.").wants(http.StatusOK)
		if !strings.Contains(made.text("caption"), "zonder gemarkeerde inzendingen") {
			t.Errorf("the finding does not name what its figure is of: %s", made.text("caption"))
		}
		file := string(w.get(at + "/export/csv").wants(http.StatusOK).body)
		if !strings.Contains(file, "zonder gemarkeerde inzendingen") {
			t.Error("the export has no rows without")
		}
	})
}

func TestOfAFewMarkedSubmissionsTheFiguresWithoutAreNotShown(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, "")
	s := w.survey(w.published("dienstverlening-balie"), nil)
	at := "/beheer/uitvragen/" + string(s.ID)
	w.flooded(s, 60, 4)
	results := w.get(at + "/resultaten").send("/stand").wants(http.StatusOK)
	if said := results.text("main"); !strings.Contains(said, "Sommige inzendingen zijn gemarkeerd") || results.Find(`p a[href*="groep"]`).Length() > 0 {
		t.Errorf("of four marked submissions it says %s", said)
	}
	if asked := w.get(at + "/resultaten?groep=!:unflagged").wants(http.StatusOK).text("main"); asked != w.get(at+"/resultaten").text("main") {
		t.Error("who asks for it all the same gets another page")
	}
	without := 0
	for line := range strings.Lines(string(w.get(at + "/export/csv").wants(http.StatusOK).body)) {
		if strings.Contains(line, "zonder gemarkeerde inzendingen") {
			without++
			if strings.Contains(line, ",56,") || strings.Contains(line, ",60,") {
				t.Errorf("the export tells how many were not marked: %s", line)
			}
		}
	}
	if without == 0 {
		t.Error("the export does not say that the figures without are not shown")
	}
}

func TestOfNoMarkedSubmissionsItIsSaid(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, "")
	s := w.survey(w.published("dienstverlening-balie"), nil)
	w.flooded(s, 60, 0)
	said := w.get("/beheer/uitvragen/" + string(s.ID) + "/resultaten").send("/stand").wants(http.StatusOK).text("main")
	if !strings.Contains(said, "Geen van deze inzendingen is gemarkeerd.") {
		t.Errorf("of no marked submissions it says %s", said)
	}
}
