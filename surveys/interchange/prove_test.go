package interchange_test

import (
	"encoding/json"
	"path/filepath"
	"testing"
	"time"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

// proven proves a form within a number of steps, so that a busy machine finds the
// same as an idle one, plays every example, and says how much could not be proved.
func proven(t *testing.T, name string, f *questionnaire.Form, steps int) (notProved int) {
	t.Helper()
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	env := questionnaire.Env{Now: now, Seed: 1}
	start := time.Now()
	proof := questionnaire.Prove(f, env, questionnaire.Budget{Steps: steps})
	took := time.Since(start)
	count := map[questionnaire.Verdict]int{}
	for _, q := range proof.Questions {
		count[q.Reach]++
		switch q.Reach {
		case questionnaire.Possible, questionnaire.OnlyBack:
			if played := f.Play(q.Answers, env, q.Reach == questionnaire.OnlyBack); !played.Asked[q.Field.Name] {
				t.Errorf("%s: the example for %s does not lead to it: stuck at %q; %v", name, q.Field.Name, played.Stuck, q.Answers)
			}
		case questionnaire.Never:
			t.Logf("%s: nobody reaches %s: %v", name, q.Field.Name, columnsOf(q.Rules))
		case questionnaire.NotProved:
			t.Logf("%s: not proved: %s", name, q.Field.Name)
		}
		if q.Answer == questionnaire.Never {
			t.Logf("%s: nobody can answer %s: %v", name, q.Field.Name, columnsOf(q.Contradict))
		}
	}
	t.Logf("%s: %d questions in %v: %d reached, %d only back, %d never, %d not proved; %.1f to %.1f minutes (exact %v, %v); %d look at later ones, %d texts not translated",
		name, len(proof.Questions), took.Round(time.Millisecond), count[questionnaire.Possible], count[questionnaire.OnlyBack], count[questionnaire.Never], count[questionnaire.NotProved],
		proof.Shortest.Seconds/60, proof.Longest.Seconds/60, proof.Shortest.Exact, proof.Longest.Exact, len(proof.Later), len(proof.Untranslated))
	return count[questionnaire.NotProved]
}

func columnsOf(rules []questionnaire.Rule) []string {
	var list []string
	for _, r := range rules {
		list = append(list, r.Item.Name+"."+r.Column+": "+r.Source)
	}
	return list
}

func TestSomebodyReachesEveryQuestionOfOurOwnQuestionnaires(t *testing.T) {
	t.Parallel()
	for name, path := range ownForms(t) {
		t.Run(name, func(t *testing.T) {
			d, _ := readForm(t, path)
			f, _ := questionnaire.Compile(d)
			if f == nil {
				t.Fatalf("%s does not compile", name)
			}
			if n := proven(t, name, f, 40_000); n > 0 {
				t.Errorf("%s: %d questions are not proved", name, n)
			}
		})
	}
}

func TestExamplesForFormsByOthersLeadToTheQuestion(t *testing.T) {
	t.Parallel()
	eachLine(t, corpus(t, "xlsforms/manifest.jsonl"), func(line []byte) {
		var m manifestLine
		if err := json.Unmarshal(line, &m); err != nil {
			t.Fatal(err)
		}
		d, _ := readForm(t, filepath.Join(filepath.Dir(corpus(t, "xlsforms/manifest.jsonl")), m.File))
		if m.Valid != true || d == nil {
			return
		}
		if f, _ := questionnaire.Compile(d); f != nil {
			proven(t, m.File, f, 320)
		}
	})
}
