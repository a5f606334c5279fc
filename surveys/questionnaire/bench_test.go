package questionnaire_test

import (
	"fmt"
	"strings"
	"testing"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

// BenchmarkOnePageOf20Questions is what a submission costs: 20 questions on a
// scale of five, read, evaluated and checked.
func BenchmarkOnePageOf20Questions(b *testing.B) {
	var survey strings.Builder
	survey.WriteString("type | name | required | appearance\nbegin_group | p | | field-list\n")
	typed := make([]questionnaire.Typed, 20)
	for i := range 20 {
		fmt.Fprintf(&survey, "select_one schaal | vraag_%d | yes |\n", i)
		typed[i].Values = []string{fmt.Sprint(i%5 + 1)}
	}
	survey.WriteString("end_group\n")
	choices := "list_name | name\n"
	for i := 1; i <= 5; i++ {
		choices += fmt.Sprintf("schaal | %d\n", i)
	}
	f := compiled(b, survey.String(), choices)
	b.ReportAllocs()
	for b.Loop() {
		a := make(questionnaire.Answers, 20)
		for i, fl := range f.Fields {
			v, _, p := f.Read(fl, typed[i])
			if p != nil {
				b.Fatal(p)
			}
			a[fl.Name] = v
		}
		s := f.Evaluate(a, env())
		if problems := s.Check(f.Pages[0].Fields, "nl"); problems != nil {
			b.Fatal(problems)
		}
	}
}
