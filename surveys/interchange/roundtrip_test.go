package interchange_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"weerklank.nl/weerklank/surveys/interchange"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

var withoutRows = []cmp.Option{cmpopts.IgnoreFields(questionnaire.Item{}, "Row"), cmpopts.IgnoreFields(questionnaire.Choice{}, "Row"), cmpopts.EquateEmpty()}

func TestAQuestionnaireComesBackTheSame(t *testing.T) {
	for name, path := range ownForms(t) {
		d, _ := readForm(t, path)
		if d == nil {
			t.Fatalf("%s: no definition", name)
		}
		t.Run(name+" from a workbook", func(t *testing.T) {
			var b bytes.Buffer
			if err := interchange.WriteXLSForm(&b, d); err != nil {
				t.Fatal(err)
			}
			back, problems := interchange.ReadXLSForm(bytes.NewReader(b.Bytes()), int64(b.Len()))
			if len(problems) > 0 {
				t.Fatalf("problems: %v", problems)
			}
			if diff := cmp.Diff(d, back, withoutRows...); diff != "" {
				t.Error(diff)
			}
		})
		t.Run(name+" from JSON", func(t *testing.T) {
			var b bytes.Buffer
			if err := interchange.WriteJSON(&b, d); err != nil {
				t.Fatal(err)
			}
			back, problems := interchange.ReadJSON(&b)
			if len(problems) > 0 {
				t.Fatalf("problems: %v", problems)
			}
			if diff := cmp.Diff(d, back, withoutRows...); diff != "" {
				t.Error(diff)
			}
		})
	}
}
