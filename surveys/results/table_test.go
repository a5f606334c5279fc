package results_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"html/template"
	"log/slog"
	"os/exec"
	"strings"
	"testing"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
	"weerklank.nl/weerklank/surveys/responses/responsestest"
	"weerklank.nl/weerklank/surveys/results"
)

type source []responses.Response

func (s source) EachResponse(_ context.Context, _ surveys.OrgID, _ surveys.ID, each func(*responses.Response) error) error {
	for i := range s {
		if err := each(&s[i]); err != nil {
			return err
		}
	}
	return nil
}

func form(items ...*questionnaire.Item) *questionnaire.Form {
	f := &questionnaire.Form{Definition: &questionnaire.Definition{}}
	list := &questionnaire.List{Choices: []*questionnaire.Choice{
		{Name: "ja"}, {Name: "nee"}, {Name: "weet_niet", Missing: "weet_niet"}}}
	for _, i := range items {
		f.Fields = append(f.Fields, &questionnaire.Field{Item: i, Name: i.Name, List: list})
	}
	return f
}

func read(t *testing.T, f *questionnaire.Form, asOf surveys.Date, all ...responses.Response) *results.Table {
	t.Helper()
	table, err := results.Read(t.Context(), responsestest.Of(source(all)), &surveys.Survey{Breakdowns: []string{"wijk"}}, []*questionnaire.Form{f}, asOf)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func said(name, value string) responses.Response {
	return responses.Response{Answers: questionnaire.Answers{name: value}}
}

func TestRawCountsCannotBePrinted(t *testing.T) {
	table := read(t, form(&questionnaire.Item{Name: "thema", Type: questionnaire.TypeSelectMultiple}), "", said("thema", "ja"), said("thema", "nee"))
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d"} {
		fmt.Fprintf(&out, verb+"\n", table)
	}
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "table", table)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "table", table)
	if err := template.Must(template.New("").Parse(`{{.}}`)).Execute(&out, table); err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"thema", "nee", "keys", "columns"} {
		if strings.Contains(out.String(), word) {
			t.Errorf("printed %q:\n%s", word, out.String())
		}
	}
	if body, err := json.Marshal(table); err == nil {
		t.Errorf("marshalled: %s", body)
	}
}

func TestOnlyTheGuardReadsRawCounts(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-f", "{{.ImportPath}}: {{.Imports}}", "weerklank.nl/weerklank/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		importer, imports, _ := strings.Cut(line, ": ")
		for _, name := range strings.Fields(strings.Trim(imports, "[]\n")) {
			if name == "weerklank.nl/weerklank/surveys/results" && importer != "weerklank.nl/weerklank/surveys/disclosure" {
				t.Errorf("%s imports results: raw counts are for the guard alone", importer)
			}
		}
	}
}

func TestAnAnswer(t *testing.T) {
	one := form(&questionnaire.Item{Name: "q", Type: questionnaire.TypeSelectOne})
	score := 1.0
	scale := form(&questionnaire.Item{Name: "q", Type: questionnaire.TypeSelectOne})
	scale.Fields[0].List.Choices[0].Score = &score
	many := form(&questionnaire.Item{Name: "q", Type: questionnaire.TypeSelectMultiple})
	for name, c := range map[string]struct {
		form   *questionnaire.Form
		value  string
		status results.Status
		set    uint64
		unread int
	}{
		"counts for its choice":                                   {one, "nee", results.InBase, 2, 0},
		"that says 'I do not know' is not in the base of a scale": {scale, "weet_niet", results.Missing, 4, 0},
		"that says 'I do not know' about a fact is an answer":     {one, "weet_niet", results.InBase, 4, 0},
		"that is absent is none":                                  {one, "", results.None, 0, 0},
		"that names no choice is left out and told":               {one, "misschien", results.None, 0, 1},
		"of several choices counts for each":                      {many, "ja nee", results.InBase, 3, 0},
	} {
		t.Run(name, func(t *testing.T) {
			table := read(t, c.form, "", said("q", c.value))
			if a := table.Answer(0, 0); a.Status != c.status || a.Set != c.set || table.Unread("q") != c.unread {
				t.Errorf("%+v, %d unread", a, table.Unread("q"))
			}
		})
	}
}

func TestAnswersAfterTheDayAreLeftOut(t *testing.T) {
	f := form(&questionnaire.Item{Name: "q", Type: questionnaire.TypeSelectOne})
	early, late, undated := said("q", "ja"), said("q", "ja"), said("q", "ja")
	early.Day, late.Day = "2026-11-20", "2026-11-21"
	if n := read(t, f, "2026-11-20", early, late, undated).Len(); n != 2 {
		t.Errorf("%d responses, want the early one and the one without a day", n)
	}
}

func TestNumbersAreCountedInClassesWithRoundEdges(t *testing.T) {
	f := form(&questionnaire.Item{Name: "q", Type: questionnaire.TypeInteger})
	for name, c := range map[string]struct {
		values []string
		want   string
	}{
		"a mark of ten has a class for each":    {[]string{"1", "7", "10"}, "0 1 2 3 4 5 6 7 8 9 10"},
		"a gap runs from minus four to four":    {[]string{"-2", "3"}, "-4 -3 -2 -1 0 1 2 3 4"},
		"hours are counted by tens":             {[]string{"3", "8", "17", "44", "46", "60"}, "0..10 10..20 20..30 30..40 40..50 50.."},
		"without a number there are no classes": {[]string{""}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var all []responses.Response
			for _, v := range c.values {
				all = append(all, said("q", v))
			}
			classes := read(t, f, "", all...).ClassesOf(0)
			var names []string
			for i := range classes {
				names = append(names, classes.Name(i))
			}
			if got := strings.Join(names, " "); got != c.want {
				t.Errorf("classes %q, want %q", got, c.want)
			}
		})
	}
}
