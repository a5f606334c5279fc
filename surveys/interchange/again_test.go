package interchange_test

import (
	"encoding/json"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

// TestCorpusFormsAreWorkedOutAgainAsAWhole plays respondents through forms and holds
// what follows from the answers of one page, worked out from the state before, against
// the form worked out as a whole.
func TestCorpusFormsAreWorkedOutAgainAsAWhole(t *testing.T) {
	t.Parallel()
	compared := 0
	play := func(name string, f *questionnaire.Form) {
		for seed := range uint64(2) {
			r := questionnaire.Respondent{Seed: seed, Skips: seed%2 == 1, Lang: "nl"}
			env := questionnaire.Env{Now: time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC), Seed: seed}
			answers := questionnaire.Answers{}
			s := f.Evaluate(answers, env)
			sent := r.Fill(f, env).Sent
			for n, page := range sent[:min(len(sent), 160)] {
				for field, v := range page.Answers {
					answers[page.Within+field] = v
				}
				if n%7 == 6 { // somebody who takes an answer back
					for field := range page.Answers {
						delete(answers, page.Within+field)
					}
				}
				s = s.Again(answers)
				whole := f.Evaluate(answers, env)
				if diff := cmp.Diff(whole.Record(), s.Record()); diff != "" {
					t.Fatalf("%s: other answers after page %d of seed %d\n%s", name, n, seed, diff)
				}
				if diff := cmp.Diff(whole.CheckAll("nl"), s.CheckAll("nl")); diff != "" {
					t.Fatalf("%s: other problems after page %d of seed %d\n%s", name, n, seed, diff)
				}
				if whole.NextPlace(page.Place, nil) != s.NextPlace(page.Place, nil) {
					t.Fatalf("%s: another page after page %d of seed %d", name, n, seed)
				}
				compared++
			}
		}
	}
	for name, path := range ownForms(t) {
		d, _ := readForm(t, path)
		if f, _ := questionnaire.Compile(d); f != nil {
			play(name, f)
		}
	}
	manifest := corpus(t, "xlsforms/manifest.jsonl")
	eachLine(t, manifest, func(line []byte) {
		var m manifestLine
		if err := json.Unmarshal(line, &m); err != nil {
			t.Fatal(err)
		}
		if d, _ := readForm(t, filepath.Join(filepath.Dir(manifest), m.File)); d != nil && m.Valid == true {
			if f, _ := questionnaire.Compile(d); f != nil && len(f.Pages) > 0 {
				play(m.File, f)
			}
		}
	})
	t.Logf("measure: after %d pages what follows from one page's answers is what the whole form says", compared)
}
