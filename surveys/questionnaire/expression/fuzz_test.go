package expression_test

import (
	"errors"
	"testing"
	"unicode/utf8"

	"weerklank.nl/weerklank/surveys/questionnaire/expression"
)

// FuzzParse feeds the parser anything: it either gives an expression that can be
// evaluated, or an error whose position lies in the text.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"${age} >= 18 and not(selected(., 'x'))", "concat('a', \"b\", ${name})", "count(${child}[toy != ''])", "-(1 div 0) * .5",
		"instance('fruits')/root/item[name = ${fruit}]/label", "format-date(today(), '%d-%m')", "substr('é', -1)", "round(1.005, 99999)",
		"${a", "'", "((((", "1 = = 2", "pow(9, 999999999)", "uuid(99999999)", "regex(., '(a+)+$')", "indexed-repeat(${toy}, ${child}, 1 div 0)",
		"jr:choice-name('a', '${fruit}')", "date('2024-02-30')", "a:b:c::d", "1.2.3", "..//..", "translate('a','b')", "join()",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, src string) {
		s := person()
		x, err := expression.Parse(src, s)
		var bad *expression.Error
		if errors.As(err, &bad) {
			if bad.Pos < 1 || bad.Pos > utf8.RuneCountInString(src)+1 && len(src) <= 32767 {
				t.Errorf("position %d outside %q", bad.Pos, src)
			}
			return
		}
		if err != nil {
			t.Fatalf("an error of another kind: %v", err)
		}
		v, err := x.Value(&expression.Run{Source: s, Now: at()})
		if err == nil {
			_, _, _ = v.Text(), v.Number(), v.Bool()
		}
	})
}
