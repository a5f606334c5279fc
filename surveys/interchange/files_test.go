package interchange_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"weerklank.nl/weerklank/surveys/interchange"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// streets is a form that takes choices from one table and looks things up in another.
const streets = `survey
type|name|label|calculation
select_one_from_file straten.csv|straat|Welke straat?|
calculate|prijs||pulldata('prijzen', 'euro', 'code', ${straat})`

func besides(files map[string]string) interchange.Beside {
	return func(name string) *questionnaire.File {
		if text, ok := files[name]; ok {
			return &questionnaire.File{Name: name, Text: text}
		}
		return nil
	}
}

func TestTablesBesideAFormAreReadAlong(t *testing.T) {
	form := workbook(t, streets)
	both := map[string]string{"straten.csv": "name,label\nkade,Kade\n", "prijzen.csv": "code,euro\nkade,3\n"}
	for name, c := range map[string]struct {
		files map[string]string
		want  string
	}{
		"both":                {both, ""},
		"one of them":         {map[string]string{"straten.csv": both["straten.csv"]}, "survey:3::file_not_looked_up"},
		"none":                {nil, "survey:2:type:file_missing survey:3::file_not_looked_up"},
		"one that is no list": {map[string]string{"straten.csv": "x\n1\n", "prijzen.csv": both["prijzen.csv"]}, "survey:2:type:file_no_column"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, problems := interchange.CheckBeside("f.xlsx", bytes.NewReader(form), int64(len(form)), besides(c.files))
			if got := told(problems); got != c.want {
				t.Errorf("problems %q, want %q", got, c.want)
			}
		})
	}
}

func TestAFormInAZipKeepsItsTables(t *testing.T) {
	form := workbook(t, streets)
	d, _, problems := interchange.CheckBeside("f.xlsx", bytes.NewReader(form), int64(len(form)), besides(map[string]string{"straten.csv": "name,label\nkade,Kade\n", "prijzen.csv": "code,euro\nkade,3\n"}))
	if d == nil {
		t.Fatal(told(problems))
	}
	var b bytes.Buffer
	if err := interchange.WriteBundle(&b, "f", d); err != nil {
		t.Fatal(err)
	}
	back, _, problems := interchange.Check("f.zip", bytes.NewReader(b.Bytes()), int64(b.Len()))
	if back == nil || len(problems) > 0 {
		t.Fatalf("read back: %s", told(problems))
	}
	if diff := cmp.Diff(d, back, withoutRows...); diff != "" {
		t.Error(diff)
	}
	made, err := interchange.Convert("f.zip", bytes.NewReader(b.Bytes()), int64(b.Len()), interchange.XLSForm, nil)
	if err != nil || len(made.Files) != 2 || len(made.Problems) > 0 {
		t.Errorf("as a workbook: %d tables beside it, %s, %v", len(made.Files), told(made.Problems), err)
	}
}

func TestAZipThatHoldsNoSingleFormIsRefused(t *testing.T) {
	form := string(workbook(t, streets))
	for name, parts := range map[string]map[string]string{
		"two forms":              {"a.xlsx": form, "b.xlsx": form},
		"a table in Latin-1":     {"a.xlsx": form, "straten.csv": "name,label\nkade,\xeb\n"},
		"a zip in a zip":         {"a.xlsx": zipped(t, map[string]string{"a.xlsx": form})},
		"a table and no form":    {"straten.csv": "name\n"},
		"a form that is no form": {"a.xlsx": "x"},
	} {
		t.Run(name, func(t *testing.T) {
			data := zipped(t, parts)
			if d, _, problems := interchange.Check("f.zip", strings.NewReader(data), int64(len(data))); d != nil || len(problems) != 1 {
				t.Errorf("read %v, %s", d != nil, told(problems))
			}
		})
	}
}
