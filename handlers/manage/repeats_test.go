package manage_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/storage/answers"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
)

// What was asked more than once of a person is in no figure, and the page says so.
func TestResultsSayThatRepeatsAreLeftOut(t *testing.T) {
	ask := func(name string, label string) *questionnaire.Item {
		return &questionnaire.Item{Kind: questionnaire.Question, Name: name, Type: questionnaire.TypeSelectOne, List: "k", Label: questionnaire.Texts{"": label}}
	}
	repeat := &questionnaire.Item{Kind: questionnaire.Repeat, Name: "kind", Label: questionnaire.Texts{"": "Kind"}, Items: []*questionnaire.Item{ask("school", "Hoe is de school?")}}
	list := &questionnaire.List{Name: "k", Choices: []*questionnaire.Choice{{Name: "goed", Label: questionnaire.Texts{"": "Goed"}}, {Name: "slecht", Label: questionnaire.Texts{"": "Slecht"}}}}
	for name, c := range map[string]struct {
		items []*questionnaire.Item
		want  bool
	}{
		"with a repeat":    {[]*questionnaire.Item{ask("wijk", "Hoe is de wijk?"), repeat}, true},
		"without a repeat": {[]*questionnaire.Item{ask("wijk", "Hoe is de wijk?")}, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := givenDesk(t, surveys.ProgrammeManager, "")
			data, err := json.Marshal(&questionnaire.Definition{FormID: "wijk", Title: questionnaire.Texts{"": "Wijk"}, Items: c.items, Lists: []*questionnaire.List{list}})
			must(t, err)
			q := &surveys.Questionnaire{ID: page.NewID(), Org: org, FormID: "wijk", Title: surveys.Text{NL: "Wijk"}, Draft: data}
			must(t, w.programme.AddQuestionnaire(t.Context(), q))
			must(t, w.programme.PublishVersion(t.Context(), org, q.ID, func(q *surveys.Questionnaire) (*surveys.Version, error) { return q.Publish(w.now, "manager") }))
			s := w.survey(q.ID, func(s *surveys.Survey) { s.Opens, s.Closes, s.Promise.On = "2026-09-01", "2026-10-31", "2026-12-15" })
			writer, err := answers.NewWriter(t.Context(), w.answers)
			must(t, err)
			var many []responses.Response
			for i := range 30 {
				r := responses.Response{Org: org, Survey: s.ID, Version: 1, Day: s.Opens, Answers: questionnaire.Answers{"wijk": "goed", "kind": "2", "kind[1]/school": "slecht", "kind[2]/school": "slecht"}}
				r.Answers["wijk"] = []string{"goed", "slecht"}[i%2]
				_, err := rand.Read(r.Key[:])
				must(t, err)
				many = append(many, r)
			}
			must(t, writer.LoadHistory(t.Context(), many))
			must(t, writer.Close(context.WithoutCancel(t.Context())))
			text := w.get(results(s)).wants(200).send("/stand").text("main")
			if !strings.Contains(text, "Hoe is de wijk?") || strings.Contains(text, "Hoe is de school?") {
				t.Errorf("the figures are of other questions: %s", text)
			}
			if says := strings.Contains(text, "meer dan eens kreeg"); says != c.want {
				t.Errorf("that repeats are left out is said: %s", strconv.FormatBool(says))
			}
		})
	}
}
