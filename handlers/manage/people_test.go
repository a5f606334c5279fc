package manage_test

import (
	"net/http"
	"strings"
	"testing"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// Two groups are large and two have four people; the first survey showed one of each
// as one group. A second survey of the same people cannot show the large one alone.
func TestASurveyIsDeclaredToAskTheSamePeople(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		w := givenDeskOn(t, d, surveys.ProgrammeManager, stem)
		q := w.asking("Wat vindt u?", 4)
		var people []questionnaire.Answers
		for group, n := range map[string]int{"g1": 30, "g2": 4, "g3": 20, "g4": 4} {
			for i := range n {
				people = append(people, questionnaire.Answers{"oordeel": string(rune('1' + i%5)), "groep1": group})
			}
		}
		earlier := w.survey(q.ID, func(s *surveys.Survey) {
			s.Title.NL, s.Slug, s.Breakdowns = "Peiling een", "een", []string{"groep1"}
			s.Merged = []surveys.MergedOf{{Breakdown: "groep1", Name: "samen", Label: surveys.Text{NL: "Een en twee"}, Values: []string{"g1", "g2"}}}
		})
		w.said(earlier, 1, people...)
		if p := w.get(results(earlier)).send("/stand").sound(); !strings.Contains(squeeze(p.row("Een en twee").Last().Text()), "34") {
			t.Fatalf("the first survey: %s", p.text("#uit ~ *"))
		}
		again := func(slug string, chosen surveys.ID) *seen {
			form := w.get("/beheer/uitvragen/nieuw?vragenlijst="+string(q.ID)).send("/nieuw", "vragenlijst", string(q.ID)).wants(http.StatusOK)
			if !strings.Contains(form.text("#people"), "Peiling een") || !strings.Contains(form.text("#people"), "2 november 2026") {
				t.Errorf("the form offers: %s", form.text("#people"))
			}
			at := form.path
			if p := form.send("/bewerken", "people", "bestaat-niet", "ga", "bewaren"); p.code != http.StatusUnprocessableEntity || p.Find(`.utrecht-alert--error a[href="#people"]`).Length() != 1 {
				t.Errorf("a survey that is not there: %d %s", p.code, p.text(".utrecht-alert"))
			}
			kept := w.get(at).send("/bewerken", "title", "Peiling "+slug, "slug", slug, "breakdown", "groep1", "people", string(chosen), "purpose", "Leren.", "can_change", "Veel.", "cannot_change", "Niets.", "ga", "bewaren").wants(http.StatusOK)
			if got := kept.Find("#people option[selected]").AttrOr("value", ""); got != string(chosen) {
				t.Errorf("the draft kept %q, want %q", got, chosen)
			}
			opened := kept.send("/bewerken", "ga", "openen").wants(http.StatusOK)
			if said := strings.Contains(opened.text("#over ~ *"), "Dezelfde mensen alsPeiling een"); said != (chosen != "") {
				t.Errorf("the survey says: %s", opened.text("#over ~ *"))
			}
			s, err := w.programme.FindSurvey(t.Context(), org, surveys.ID(strings.TrimPrefix(opened.path, "/beheer/uitvragen/")))
			must(t, err)
			w.said(s, 1, people...)
			return w.get(results(s)).send("/stand").sound()
		}
		if got := squeeze(again("ander", "").row("Groep 1").Last().Text()); !strings.Contains(got, "30") {
			t.Fatalf("a survey of other people shows %q: nothing is proven", got)
		}
		if got := squeeze(again("twee", earlier.ID).row("Groep 1").Last().Text()); !strings.Contains(got, "Te klein om te tonen") {
			t.Errorf("beside the first survey this gives away the four of group 2: %q", got)
		}
	})
}
