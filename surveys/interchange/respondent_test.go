package interchange_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

func TestAnybodyCanFillInOurOwnQuestionnaires(t *testing.T) {
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	forms := map[string]*questionnaire.Form{}
	for name, path := range ownForms(t) {
		d, _ := readForm(t, path)
		f, _ := questionnaire.Compile(d)
		if f == nil {
			t.Fatalf("%s does not compile", name)
		}
		forms[name] = f
	}
	names := slices.Sorted(maps.Keys(forms))
	rapid.Check(t, func(t *rapid.T) {
		f := forms[rapid.SampledFrom(names).Draw(t, "form")]
		r := questionnaire.Respondent{Seed: rapid.Uint64().Draw(t, "seed"), Skips: rapid.Bool().Draw(t, "skips"), Lang: "nl"}
		env := questionnaire.Env{Now: now, Seed: r.Seed}
		route := r.Fill(f, env)
		if route.Stuck != "" {
			t.Fatalf("nobody can answer %s after %v", route.Stuck, route.Answers)
		}
		s := f.Evaluate(route.Answers, env)
		if problems := s.CheckAll("nl"); len(problems) > 0 {
			t.Fatalf("the answers %v are refused: %v", route.Answers, problems)
		}
		if again := s.Answers(); !maps.Equal(again, route.Answers) {
			t.Fatalf("stored answers evaluate to others: %v, then %v", route.Answers, again)
		}
		if !slices.IsSorted(route.Pages) || len(route.Pages) == 0 {
			t.Fatalf("pages were shown as %v", route.Pages)
		}
		var back []int
		for p := s.Previous(len(f.Pages), nil); p >= 0; p = s.Previous(p, nil) {
			back = append(back, p)
		}
		slices.Reverse(back)
		if !slices.Equal(back, route.Pages) {
			t.Fatalf("going back shows %v, going on showed %v", back, route.Pages)
		}
	})
}
