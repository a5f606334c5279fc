package questionnaire_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

// november is the moment at which tests take place.
var november = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

// form writes a form as little tables, the way an author sees it: a line a row,
// cells parted by |. The first line of each holds the headers.
func form(t testing.TB, survey, choices string) *questionnaire.Definition {
	t.Helper()
	d := &questionnaire.Definition{FormID: "proef", Languages: []questionnaire.Language{{Tag: "nl", Code: "nl"}, {Tag: "en", Code: "en"}}, DefaultLanguage: "nl"}
	stack := []*[]*questionnaire.Item{&d.Items}
	for n, row := range tableOf(survey) {
		it := &questionnaire.Item{Kind: questionnaire.Question, Name: row["name"], Row: n + 2,
			Relevant: row["relevant"], Constraint: row["constraint"], Calculation: row["calculation"], Required: row["required"],
			ChoiceFilter: row["choice_filter"], Default: row["default"], Appearance: row["appearance"], Prefill: row["prefill"],
			Parameters: row["parameters"], Trigger: row["trigger"], ReadOnly: row["read_only"], RepeatCount: row["repeat_count"]}
		for column, texts := range map[string]*questionnaire.Texts{"label": &it.Label, "constraint_message": &it.ConstraintMessage, "required_message": &it.RequiredMessage} {
			for _, tag := range []string{"nl", "en"} {
				if v := row[column+"::"+tag]; v != "" {
					if *texts == nil {
						*texts = questionnaire.Texts{}
					}
					(*texts)[tag] = v
				}
			}
		}
		if it.Label == nil && it.Calculation == "" {
			it.Label = questionnaire.Texts{"nl": it.Name} // what the test is not about
		}
		words := strings.Fields(row["type"])
		switch words[0] {
		case "begin_group", "begin_repeat":
			it.Kind = questionnaire.Group
			if words[0] == "begin_repeat" {
				it.Kind = questionnaire.Repeat
			}
			*stack[len(stack)-1] = append(*stack[len(stack)-1], it)
			stack = append(stack, &it.Items)
			continue
		case "end_group", "end_repeat":
			stack = stack[:len(stack)-1]
			continue
		}
		it.Type = questionnaire.Type(words[0])
		if len(words) > 1 {
			it.List = words[1]
		}
		it.OrOther = len(words) > 2
		*stack[len(stack)-1] = append(*stack[len(stack)-1], it)
	}
	lists := map[string]*questionnaire.List{}
	for n, row := range tableOf(choices) {
		l := lists[row["list_name"]]
		if l == nil {
			l = &questionnaire.List{Name: row["list_name"]}
			lists[l.Name] = l
			d.Lists = append(d.Lists, l)
		}
		ch := &questionnaire.Choice{Name: row["name"], Row: n + 2, Extra: map[string]string{}}
		for k, v := range row {
			switch k {
			case "list_name", "name":
			case "label::nl", "label::en":
				if ch.Label == nil {
					ch.Label = questionnaire.Texts{}
				}
				ch.Label[strings.TrimPrefix(k, "label::")] = v
			default:
				ch.Extra[k] = v
			}
		}
		l.Choices = append(l.Choices, ch)
	}
	return d
}

func tableOf(text string) []map[string]string {
	var headers []string
	var rows []map[string]string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		cells := strings.Split(strings.Trim(line, "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		if headers == nil {
			headers = cells
			continue
		}
		row := map[string]string{}
		for i, c := range cells {
			if c != "" {
				row[headers[i]] = c
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// compiled is the form, which must have no problem.
func compiled(t testing.TB, survey, choices string) *questionnaire.Form {
	t.Helper()
	f, problems := questionnaire.Compile(form(t, survey, choices))
	for _, p := range problems {
		if p.Key != "form.repeat_not_counted" { // every repeat is warned of
			t.Errorf("%s", told(p))
		}
	}
	if f == nil {
		t.Fatal("the form does not compile")
	}
	return f
}

// told writes a problem for comparison: sheet:row:column: key.
func told(p questionnaire.Problem) string {
	return fmt.Sprintf("%s:%d:%s: %s %s", p.Sheet, p.Row, p.Column, p.Severity, p.Key)
}

func env() questionnaire.Env { return questionnaire.Env{Now: november, Seed: 1} }
