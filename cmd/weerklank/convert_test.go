package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// converted runs convert in a folder of its own and gives what it printed.
func converted(t *testing.T, in, out string) (printed string, err error) {
	t.Helper()
	var b bytes.Buffer
	err = (&ConvertCmd{In: in, Out: out, Lang: "en", out: &b}).Run()
	return b.String(), err
}

func TestConvertMakesJSONOfAnXLSFormAndBack(t *testing.T) {
	in := written(t, "in.xlsx", "${leeftijd} > 17")
	dir := t.TempDir()
	middle, out := filepath.Join(dir, "middle.json"), filepath.Join(dir, "out.xlsx")
	if printed, err := converted(t, in, middle); err != nil || printed != middle+" was made of "+in+".\n" {
		t.Fatalf("convert: %v, printed %s", err, printed)
	}
	if src, err := os.ReadFile(middle); err != nil || !strings.Contains(string(src), `"relevant": "${leeftijd} > 17"`) {
		t.Errorf("the JSON: %s %v", src, err)
	}
	if printed, err := converted(t, middle, out); err != nil {
		t.Fatalf("convert: %v, printed %s", err, printed)
	}
	var b bytes.Buffer
	if err := (&CheckCmd{Files: []string{out}, Lang: "en", out: &b}).Run(); err != nil || b.String() != out+": ok\n" {
		t.Errorf("check: %v, printed %s", err, b.String())
	}
}

func TestConvertTellsOfFaultsAndWritesAllTheSame(t *testing.T) {
	in, out := written(t, "in.xlsx", "${leeftijd} >"), filepath.Join(t.TempDir(), "out.json")
	printed, err := converted(t, in, out)
	if !errors.Is(err, exitInvalid) || !strings.HasPrefix(printed, in+":survey:3:relevant: error: ") {
		t.Errorf("convert: %v, printed %s", err, printed)
	}
	if _, err := os.Stat(out); err != nil {
		t.Error(err)
	}
}

func TestConvertTakesOverASurveyOfLimeSurvey(t *testing.T) {
	dir := filepath.Dir(corpus(t, "limesurvey/manifest.jsonl"))
	files, err := filepath.Glob(filepath.Join(dir, "*.ls?"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no surveys of LimeSurvey: %v", err)
	}
	whole := 0
	for i, in := range files {
		out := filepath.Join(t.TempDir(), []string{"out.xlsx", "out.json"}[i%2])
		if printed, err := converted(t, in, out); err != nil && !errors.Is(err, exitInvalid) {
			t.Errorf("%s: %v\n%s", filepath.Base(in), err, printed)
			continue
		}
		if _, err := os.Stat(out); err != nil {
			t.Errorf("%s: %v", filepath.Base(in), err)
			continue
		}
		whole++
	}
	t.Logf("measure: convert, %d of %d surveys of LimeSurvey become an XLSForm or JSON", whole, len(files))
}

func TestConvertRefusesWhatItCannotWrite(t *testing.T) {
	in := written(t, "in.xlsx", "")
	for name, c := range map[string]struct{ in, out string }{
		"to LimeSurvey":                 {in, filepath.Join(t.TempDir(), "out.lss")},
		"to a folder that is not there": {in, filepath.Join(t.TempDir(), "weg", "out.json")},
		"from a file that is not there": {filepath.Join(t.TempDir(), "weg.xlsx"), filepath.Join(t.TempDir(), "out.json")},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := converted(t, c.in, c.out); err == nil {
				t.Error("Run() = nil, want a refusal")
			}
			if _, err := os.Stat(c.out); err == nil {
				t.Errorf("%s is there", c.out)
			}
		})
	}
}

func TestTablesBesideAFormGoAlong(t *testing.T) {
	dir, out := t.TempDir(), t.TempDir()
	in := filepath.Join(dir, "in.json")
	write := func(path, text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(in, `{"form_id":"f","title":{"":"F"},"items":[{"kind":"question","name":"straat","type":"select_one_from_file","list":"straten.csv","label":{"":"Welke straat?"}}]}`)
	write(filepath.Join(dir, "straten.csv"), "name,label\nkade,Kade\n")
	check := func(form string) string {
		var b bytes.Buffer
		_ = (&CheckCmd{Files: []string{form}, Lang: "en", out: &b}).Run()
		return b.String()
	}
	if got := check(in); got != in+": ok\n" {
		t.Errorf("with the table beside it: %s", got)
	}
	form := filepath.Join(out, "out.xlsx")
	table := filepath.Join(out, "straten.csv")
	if printed, err := converted(t, in, form); err != nil || !strings.Contains(printed, table+" goes with it") {
		t.Fatalf("convert: %v, printed %s", err, printed)
	}
	if got := check(form); got != form+": ok\n" {
		t.Errorf("of what was made: %s", got)
	}
	write(table, "name,label\nbrug,Brug\n")
	if _, err := converted(t, in, form); err == nil {
		t.Error("another table of that name was overwritten")
	}
	if err := os.Remove(table); err != nil {
		t.Fatal(err)
	}
	if got := check(form); !strings.Contains(got, "straten.csv") {
		t.Errorf("without the table: %s", got)
	}
	media := filepath.Join(out, "out-media")
	if err := os.Mkdir(media, 0o700); err != nil {
		t.Fatal(err)
	}
	write(filepath.Join(media, "straten.csv"), "name,label\nkade,Kade\n")
	if got := check(form); got != form+": ok\n" {
		t.Errorf("with the table in the folder of its media: %s", got)
	}
}
