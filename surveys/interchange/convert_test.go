package interchange_test

import (
	"bytes"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"weerklank.nl/weerklank/surveys/interchange"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// throughJSON takes a definition to JSON, to a workbook and back.
func throughJSON(t testing.TB, d *questionnaire.Definition) *questionnaire.Definition {
	t.Helper()
	var file bytes.Buffer
	if err := interchange.WriteJSON(&file, d); err != nil {
		t.Fatal(err)
	}
	made, err := interchange.Convert("a.json", bytes.NewReader(file.Bytes()), int64(file.Len()), interchange.XLSForm, nil)
	book, problems := made.Out, made.Problems
	if err != nil || len(book) == 0 {
		t.Fatalf("no workbook: %v %v", err, problems)
	}
	for _, p := range problems {
		if p.Key == "form.lost" {
			t.Errorf("lost: %s %v", p.Question, p.Args)
		}
	}
	back, _ := read(book)
	return back
}

// asked is all that people see of a form's questions, as text.
func asked(f *questionnaire.Form) []string {
	var out []string
	for _, fl := range f.Fields {
		line := []string{fl.Name, string(fl.Type), fl.Required, fl.Relevant, fl.Constraint, fl.Calculation, fl.ChoiceFilter, fl.Appearance}
		for _, lang := range append([]questionnaire.Language{{}}, f.Definition.Languages...) {
			for _, texts := range []questionnaire.Texts{fl.Label, fl.Hint, fl.ConstraintMessage, fl.RequiredMessage} {
				line = append(line, f.Definition.In(texts, lang.Code))
			}
			if fl.List != nil {
				for _, ch := range fl.List.Choices {
					line = append(line, ch.Name+"="+f.Definition.In(ch.Label, lang.Code))
				}
			}
		}
		out = append(out, strings.Join(line, " | "))
	}
	return out
}

func TestAFormOfTheCorpusMeansTheSameAfterJSON(t *testing.T) {
	t.Parallel()
	type pair struct{ before, after *questionnaire.Form }
	forms := map[string]pair{}
	take := func(name string, d *questionnaire.Definition) {
		before, _ := questionnaire.Compile(d)
		if before == nil {
			return
		}
		after, problems := questionnaire.Compile(throughJSON(t, d))
		if after == nil {
			t.Errorf("%s: does not compile any more: %v", name, problems)
			return
		}
		if diff := cmp.Diff(asked(before), asked(after)); diff != "" {
			t.Errorf("%s: other questions\n%s", name, diff)
		}
		forms[name] = pair{before, after}
	}
	for name, path := range ownForms(t) {
		d, _ := readForm(t, path)
		take(name, d)
	}
	paths, err := filepath.Glob(filepath.Join(filepath.Dir(corpus(t, "xlsforms/manifest.jsonl")), "*.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		if d, _ := checked(t, path); d != nil {
			take(filepath.Base(path), d)
		}
	}
	t.Logf("measure: convert, %d forms mean the same after XLSForm → JSON → XLSForm", len(forms))
	names := slices.Sorted(maps.Keys(forms))
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom(names).Draw(t, "form")
		r := questionnaire.Respondent{Seed: rapid.Uint64().Draw(t, "seed"), Skips: rapid.Bool().Draw(t, "skips"), Lang: "nl"}
		env := questionnaire.Env{Now: now, Seed: r.Seed}
		if diff := cmp.Diff(r.Fill(forms[name].before, env), r.Fill(forms[name].after, env)); diff != "" {
			t.Fatalf("%s: the same respondent goes another way\n%s", name, diff)
		}
	})
}

func TestConvertSaysWhatTheTargetCannotHold(t *testing.T) {
	for name, c := range map[string]struct{ json, want string }{
		"a title in a language without a code": {
			`{"form_id":"f","title":{"Nederlands (nl)":"Dag","Frysk":"Goeie"},"default_language":"Nederlands (nl)","languages":[{"tag":"Nederlands (nl)","code":"nl"},{"tag":"Frysk"}],"items":[{"kind":"question","name":"a","type":"text","label":{"Nederlands (nl)":"A","Frysk":"A"}}]}`,
			"title/Frysk",
		},
		"a list without choices": {
			`{"form_id":"f","title":{"":"F"},"items":[{"kind":"question","name":"a","type":"text","label":{"":"A"}}],"lists":[{"name":"leeg","choices":[]}]}`,
			"lists/leeg/name",
		},
		"a text that is longer than a cell": {
			`{"form_id":"f","title":{"":"F"},"items":[{"kind":"question","name":"a","type":"text","label":{"":"` + strings.Repeat("a", 40_000) + `"}}]}`,
			"items/0/label/",
		},
		"nothing": {
			`{"form_id":"f","title":{"":"F"},"items":[{"kind":"question","name":"a","type":"text","label":{"":"A"},"extra":{"kleur":"rood"}}],"settings":{"soort":"x"}}`,
			"",
		},
	} {
		t.Run(name, func(t *testing.T) {
			made, err := interchange.Convert("f.json", strings.NewReader(c.json), int64(len(c.json)), interchange.XLSForm, nil)
			out, problems := made.Out, made.Problems
			if err != nil || len(out) == 0 {
				t.Fatalf("not converted: %v %v", err, problems)
			}
			var paths []string
			for _, p := range problems {
				if p.Key == "form.lost" {
					paths = append(paths, p.Args["Path"].(string))
				}
			}
			if got := strings.Join(paths, " "); got != c.want {
				t.Errorf("lost %q, want %q; problems %v", got, c.want, problems)
			}
		})
	}
}

func TestConvertWritesNothingThatCouldNotBeReadAgain(t *testing.T) {
	const twice = `{"form_id":"f","title":{"":"F"},"items":[{"kind":"question","name":"a","type":"text","label":{"":"A"},"extra":{"Caption":"B"}}]}`
	made, err := interchange.Convert("f.json", strings.NewReader(twice), int64(len(twice)), interchange.XLSForm, nil)
	out, problems := made.Out, made.Problems
	if err != nil || len(out) > 0 || told(problems) != "survey:1:Caption:sheet.column_twice" {
		t.Errorf("wrote %d bytes, problems %s, %v", len(out), told(problems), err)
	}
}
