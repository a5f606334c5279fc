package interchange_test

import (
	"os"
	"path/filepath"
	"testing"

	"weerklank.nl/weerklank/surveys/interchange"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// ownForms are the ten questionnaires of the demo, by form_id.
func ownForms(t testing.TB) map[string]string {
	for _, dir := range []string{"../../static/content", "../../../shared/content"} {
		if paths, _ := filepath.Glob(filepath.Join(dir, "*.xlsx")); len(paths) > 0 {
			forms := map[string]string{}
			for _, p := range paths {
				forms[filepath.Base(p)] = p
			}
			return forms
		}
	}
	t.Skip("the questionnaires of the demo are not here: static/content holds no .xlsx")
	return nil
}

func readForm(t testing.TB, path string) (*questionnaire.Definition, []questionnaire.Problem) {
	return once("read", path, func() (*questionnaire.Definition, []questionnaire.Problem) { return readFile(t, path) })
}

func readFile(t testing.TB, path string) (*questionnaire.Definition, []questionnaire.Problem) {
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	return interchange.ReadXLSForm(file, info.Size())
}

func TestOurOwnQuestionnairesReadWithoutAProblem(t *testing.T) {
	forms := ownForms(t)
	if len(forms) < 10 {
		t.Errorf("%d forms, want the ten of the demo", len(forms))
	}
	for name, path := range forms {
		t.Run(name, func(t *testing.T) {
			d, problems := readForm(t, path)
			for _, p := range problems {
				t.Errorf("read: %s:%d:%s: %s %v", p.Sheet, p.Row, p.Column, p.Key, p.Args)
			}
			f, problems := questionnaire.Compile(d)
			for _, p := range problems {
				t.Errorf("compile: %s:%d:%s: %s %v", p.Sheet, p.Row, p.Column, p.Key, p.Args)
			}
			if f == nil {
				t.Fatal("no form")
			}
			t.Logf("%s: %d fields, %d pages, %d minutes, title %v", d.FormID, len(f.Fields), len(f.Pages), f.Minutes(), d.Title)
		})
	}
}
