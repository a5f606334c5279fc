package interchange

import (
	"strings"
	"testing"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

// cellsOf is a sheet written as lines, cells parted by |.
func cellsOf(name, table string) *sheet {
	s := &sheet{name: name}
	for line := range strings.Lines(table) {
		cells := strings.Split(strings.TrimRight(line, "\n"), "|")
		for i := range cells {
			cells[i] = cleanCell(cells[i])
		}
		s.rows = append(s.rows, cells)
	}
	return s
}

// FuzzReadSheets feeds cells instead of the bytes of a file: what a sheet may hold
// is stranger than what a damaged archive lets through. Whatever compiles can also
// be evaluated.
func FuzzReadSheets(f *testing.F) {
	f.Add("type|name|relevant\ntext|a|${b}\nbegin_group|g|\nend_group||", "list_name|name\nk|a")
	f.Add("type|name|calculation\ncalculate|a|${a}\ncalculate|b|count(${g})", "name|list_name\n|")
	f.Add("label::|type|name:|bind::relevant\n|||", "list name|value|label::x::y\n")
	f.Add("type|name|choice_filter|appearance\nselect_one k or_other|a||likert\nselect_multiple k|b|selected(${a}, name)|", "list_name|name|x\nk|a|1\nk|b|2")
	f.Fuzz(func(t *testing.T, survey, choices string) {
		d, problems := readSheets([]*sheet{cellsOf("survey", survey), cellsOf("choices", choices)}, []string{"survey", "choices"})
		if d == nil {
			if len(problems) == 0 {
				t.Fatal("neither a definition nor a problem")
			}
			return
		}
		form, _ := questionnaire.Compile(d)
		if form == nil {
			return
		}
		s := form.Evaluate(questionnaire.Answers{"a": "1", "b": "x y"}, questionnaire.Env{})
		s.CheckAll("nl")
		s.Answers()
	})
}
