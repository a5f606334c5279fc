package interchange_test

import "testing"

func TestWhatAnEntityMayNotBeIsNamedAtItsCell(t *testing.T) {
	const two = "type|name|label|save_to\nbegin_repeat|r|R|\ntext|a|A|p\nend_repeat|||\nbegin_repeat|s|S|\ntext|b|B|\nend_repeat|||"
	for name, c := range map[string]struct{ survey, entities, want string }{
		"saving without a list":             {"type|name|label|save_to\ntext|a|A|p", "", "survey:2:save_to:entity_undeclared"},
		"a column that is none":             {"type|name|label\ntext|a|A", "list_name|label|what\nl|L|x", "entities:1:what:entity_column"},
		"a list twice":                      {"type|name|label\ntext|a|A", "list_name|label\nl|L\nl|M", "entities:3:list_name:entity entities:3::entity_crowded"},
		"making without a label":            {"type|name|label\ntext|a|A", "list_name\nl", "entities:2:label:entity"},
		"making or changing, unsaid when":   {"type|name|label\ntext|a|A", "list_name|label|entity_id|create_if\nl|L|${a}|${a} = 1", "entities:2:update_if:entity"},
		"changing without an id":            {"type|name|label\ntext|a|A", "list_name|label|update_if\nl|L|${a} = 1", "entities:2:entity_id:entity"},
		"saving a group":                    {"type|name|label|save_to\nbegin_group|g|G|p\ntext|a|A|\nend_group|||", "list_name|label\nl|L", "survey:2:save_to:entity"},
		"saving the end of a group":         {"type|name|label|save_to\nbegin_group|g|G|\ntext|a|A|\nend_group|||p", "list_name|label\nl|L", "survey:4:save_to:entity"},
		"a reserved name":                   {"type|name|label|save_to\ntext|a|A|Label", "list_name|label\nl|L", "survey:2:save_to:entity"},
		"a name twice":                      {"type|name|label|save_to\ntext|a|A|p\ntext|b|B|p", "list_name|label\nl|L", "survey:3:save_to:entity"},
		"a list that is not there":          {"type|name|label|save_to\ntext|a|A|m#p", "list_name|label\nl|L", "survey:2:save_to:entity"},
		"several lists, and none named":     {"type|name|label|save_to\nbegin_group|g|G|\ntext|a|A|p\nend_group|||", "list_name|label\nl|L\nm|${a}", "survey:3:save_to:entity"},
		"answers of two repeats":            {two, "list_name|label\nl|${b}", "entities:2::entity_scope"},
		"more lists than groups to hold it": {"type|name|label\nbegin_repeat|r|R\ntext|a|A\nend_repeat|", "list_name|label\nl|${a}\nm|${a}", "entities:3::entity_crowded"},
	} {
		t.Run(name, func(t *testing.T) {
			sheets := []string{"survey\n" + c.survey}
			want := c.want
			if c.entities != "" {
				sheets = append(sheets, "entities\n"+c.entities)
				want = "entities:0::sheet.ignored " + want
			}
			if _, problems := read(workbook(t, sheets...)); told(problems) != want {
				t.Errorf("problems = %s, want %s", told(problems), want)
			}
		})
	}
}

func TestAnEntityThatFitsIsOnlyWarnedOf(t *testing.T) {
	for name, c := range map[string]struct{ survey, entities string }{
		"in the form":               {"type|name|label|save_to\ntext|a|A|p", "list_name|label\nl|${a}"},
		"in a repeat":               {"type|name|label|save_to\ntext|z|Z|\nbegin_repeat|r|R|\ntext|a|A|p\nend_repeat|||", "list_name|label\nl|concat(${a}, ${z})"},
		"two, one of which moves":   {"type|name|label\nbegin_group|g|G\ntext|a|A\nend_group|", "list_name|label\nl|${a}\nm|${a}"},
		"named before its property": {"type|name|label|save_to\nbegin_group|g|G|\ntext|a|A|l#p\nend_group|||", "list_name|label\nl|L\nm|${a}"},
		"one that is updated":       {"type|name|label|save_to\ntext|a|A|p", "list_name|entity_id\nl|${a}"},
	} {
		t.Run(name, func(t *testing.T) {
			d, problems := read(workbook(t, "survey\n"+c.survey, "entities\n"+c.entities))
			if d == nil || told(problems) != "entities:0::sheet.ignored" {
				t.Errorf("problems = %s", told(problems))
			}
		})
	}
}
