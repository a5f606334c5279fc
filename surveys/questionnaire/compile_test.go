package questionnaire_test

import (
	"strings"
	"testing"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

const colours = `
	list_name | name  | label::nl | label::en
	kleur     | rood  | Rood      | Red
	kleur     | blauw | Blauw     | Blue
`

func TestAFaultIsFoundAtItsCell(t *testing.T) {
	for name, c := range map[string]struct{ survey, choices, want, args string }{
		"when a name is used twice": {
			"type | name\ntext | a\ntext | a", "", "survey:3:name: error form.name_twice", "Name:a"},
		"when a name has a space": {
			"type | name\ntext | a b", "", "survey:2:name: error form.bad_name", "Name:a b"},
		"when a row has no name": {
			"type | name\ntext | ", "", "survey:2:name: error form.no_name", "Type:text"},
		"when a type does not exist": {
			"type | name\ntekst | a", "", "survey:2:type: error form.unknown_type", "Type:tekst"},
		"when a list is misspelt": {
			"type | name\nselect_one kleuren | a", colours, "survey:2:type: error form.misspelt_list", "Meant:kleur"},
		"when a list is nowhere": {
			"type | name\nselect_one dieren | a", colours, "survey:2:type: error form.unknown_list", "List:dieren"},
		"when a reference is misspelt": {
			"type | name | relevant\ninteger | age |\ntext | b | ${agee} > 3", "", "survey:3:relevant: error form.expression.misspelt_name", "Meant:age"},
		"when a reference is nowhere": {
			"type | name | relevant\ntext | a | ${zebra} = 3", "", "survey:2:relevant: error form.expression.unknown_name", "Name:zebra"},
		"when a label shows an answer that is not asked": {
			"type | name | label::nl\ntext | naam | Naam\nnote | b | Dag ${naan}", "", "survey:3:label::nl: error form.text_misspelt_name", "Meant:naam"},
		"when a function is misspelt": {
			"type | name | constraint\ntext | a | string-lenght(.) < 5", "", "survey:2:constraint: error form.expression.misspelt_function", "Meant:string-length"},
		"when a pattern has a limit that nothing holds": {
			"type | name | constraint\ntext | a | regex(., '[A-Za-z ]{1,100}')", "", "survey:2:constraint: warning form.expression.loose_bound", "Text:{1,100}"},
		"when a pattern is held at one side only": {
			"type | name | constraint\ntext | a | regex(., '^[a-z]+([0-9]{2,4})')", "", "survey:2:constraint: warning form.expression.loose_bound", "Text:{2,4}"},
		"when a function lacks an argument": {
			"type | name | constraint\ntext | a | selected(.)", "", "survey:2:constraint: error form.expression.arguments_exact", "Given:1"},
		"when a question depends on itself": {
			"type | name | relevant\ntext | a | ${b} = 1\ntext | b | ${a} = 1", "", "survey:2:relevant: error form.circle", "a → b → a"},
		"when a group depends on a question inside it": {
			"type | name | relevant\nbegin_group | g | ${a} = 1\ntext | a |\nend_group", "", "survey:2:relevant: warning form.inside_itself", "Question:a"},
		"when a group depends on a calculation about itself": {
			"type | name | relevant | calculation\nbegin_group | g | ${b} = 1 |\ntext | a | |\nend_group\ncalculate | b | | ${a}", "", "survey:2:relevant: error form.circle", "g → b → a → g"},
		"when a calculation has no formula": {
			"type | name\ntext | b\ncalculate | a", "", "survey:3:calculation: error form.no_calculation", "Name:a"},
		"when a choice is there twice": {
			"type | name\nselect_one kleur | a", colours + "kleur | rood | Rood", "choices:4:name: error form.choice_twice", "Name:rood"},
		"when a choice has a space in its name": {
			"type | name\nselect_multiple kleur | a", colours + "kleur | licht blauw | Lichtblauw", "choices:4:name: error form.choice_name_with_space", "Name:licht blauw"},
		"when there is nothing to ask": {
			"type | name", "", "survey:0:: error form.no_questions", ""},
		"when a type betrays people": {
			"type | name\ntext | a\ndeviceid | d", "", "survey:3:type: warning form.type_betrays", "Type:deviceid"},
	} {
		t.Run(name, func(t *testing.T) {
			f, problems := questionnaire.Compile(form(t, c.survey, c.choices))
			if len(problems) != 1 {
				t.Fatalf("problems = %v, want one", problems)
			}
			p := problems[0]
			if got := told(p); got != c.want {
				t.Errorf("problem = %s, want %s", got, c.want)
			}
			var args []string
			for k, v := range p.Args {
				args = append(args, k+":"+strings.TrimSpace(toText(v)))
			}
			if !strings.Contains(strings.Join(args, " "), c.args) {
				t.Errorf("args = %v, want %s", args, c.args)
			}
			if (f == nil) != (p.Severity == questionnaire.Error) {
				t.Errorf("form = %v with a problem that is a %s", f, p.Severity)
			}
		})
	}
}

func TestPagesFollowTheFieldLists(t *testing.T) {
	f := compiled(t, `
		type        | name | appearance | calculation
		text        | a    |            |
		begin_group | g    | field-list |
		text        | b    |            |
		calculate   | c    |            | 1 + 1
		begin_group | h    |            |
		note        | d    |            |
		end_group   |      |            |
		end_group   |      |            |
		begin_group | i    |            |
		text        | e    |            |
		hidden      | k    |            |
		text        | l    |            |
		end_group   |      |            |
	`, "")
	var got []string
	for _, p := range f.Pages {
		var names []string
		for _, fl := range p.Fields {
			names = append(names, fl.Name)
			if fl.Page != p.Index {
				t.Errorf("%s says page %d, stands on %d", fl.Name, fl.Page, p.Index)
			}
		}
		got = append(got, strings.Join(names, "+"))
	}
	if want := "a b+d e l"; strings.Join(got, " ") != want {
		t.Errorf("pages = %v, want %s", got, want)
	}
	if f.Field("c").Page != -1 || f.Field("k").Page != -1 {
		t.Error("a calculation or a hidden value stands on a page")
	}
	if f.Pages[1].Group == nil || f.Pages[1].Group.Name != "g" || f.Pages[2].Group != nil {
		t.Error("a page does not know its field-list")
	}
}

func toText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int:
		return string(rune('0' + v%10))
	}
	return ""
}
