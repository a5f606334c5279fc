package interchange_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"weerklank.nl/weerklank/surveys/interchange"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// TestRulesOfTheSpecificationAreHeld asks of small forms whether they are refused and
// in which row of which sheet. A case is the survey, then further sheets; want is ""
// for a form that is fine.
func TestRulesOfTheSpecificationAreHeld(t *testing.T) {
	const list = "choices\nlist_name|name|label\nk|1|A\nk|2|B"
	for name, c := range map[string]struct {
		survey string
		sheets []string
		want   string
	}{
		"a range without a step of its own":      {"type|name|label|parameters\nrange|a|A|start=1 end=10", nil, ""},
		"a range whose step is no number":        {"type|name|label|parameters\nrange|a|A|start=1 end=10 step=x", nil, "survey:2"},
		"a range whose step is zero":             {"type|name|label|parameters\nrange|a|A|start=1 end=10 step=0", nil, "survey:2"},
		"a range whose step is larger than it":   {"type|name|label|parameters\nrange|a|A|start=1 end=3 step=5", nil, ""},
		"a range that goes down":                 {"type|name|label|parameters\nrange|a|A|start=10 end=1 step=-1", nil, ""},
		"a range with commas between parameters": {"type|name|label|parameters\nrange|a|A|start=1, end=10, step=1", nil, ""},
		"a range with semicolons":                {"type|name|label|parameters\nrange|a|A|start=1;end=10;step=1", nil, ""},
		"a range with spaces around the signs":   {"type|name|label|parameters\nrange|a|A|start = 1 end = 10", nil, ""},
		"a range with labels of a list":          {"type|name|label|parameters\nrange|a|A|start=1 end=2 tick_labelset=k", []string{list}, ""},
		"a range with labels of no list":         {"type|name|label|parameters\nrange|a|A|start=1 end=2 tick_labelset=z", []string{list}, "survey:2"},
		"a range with labels outside it":         {"type|name|label|parameters\nrange|a|A|start=0 end=1 tick_labelset=k", []string{list}, "survey:2"},
		"a parameter that is none of the type":   {"type|name|label|parameters\ninteger|a|A|step=1", nil, ""},
		"rows of a text":                         {"type|name|label|parameters\ntext|a|A|rows=5", nil, ""},
		"an image with a size":                   {"type|name|label|parameters\nimage|a|A|max-pixels=640", nil, ""},
		"an image whose size is no number":       {"type|name|label|parameters\nimage|a|A|max-pixels=x", nil, "survey:2"},
		"an audio of a quality":                  {"type|name|label|parameters\naudio|a|A|quality=voice-only", nil, ""},
		"an audio of no quality":                 {"type|name|label|parameters\naudio|a|A|quality=best", nil, "survey:2"},
		"a place with its accuracy":              {"type|name|label|parameters\ngeopoint|a|A|capture-accuracy=10 warning-accuracy=20", nil, ""},
		"a place whose accuracy is a word":       {"type|name|label|parameters\ngeopoint|a|A|capture-accuracy=good", nil, "survey:2"},
		"a place with a false mock":              {"type|name|label|parameters\ngeopoint|a|A|allow-mock-accuracy=maybe", nil, "survey:2"},
		"a line that grows":                      {"type|name|label|parameters\ngeotrace|a|A|incremental=true", nil, ""},
		"a line that does not grow":              {"type|name|label|parameters\ngeotrace|a|A|incremental=false", nil, "survey:2"},
		"an order drawn":                         {"type|name|label|parameters\nselect_one k|a|A|randomize=true", []string{list}, ""},
		"an order drawn from a seed":             {"type|name|label|parameters\nselect_one k|a|A|randomize=true, seed=42", []string{list}, ""},
		"an order drawn from an answer":          {"type|name|label|parameters\ninteger|n|N|\nselect_one k|a|A|randomize=true, seed=${n}", []string{list}, ""},
		"a seed without an order":                {"type|name|label|parameters\nselect_one k|a|A|seed=42", []string{list}, "survey:2"},
		"an order that is neither":               {"type|name|label|parameters\nselect_one k|a|A|randomize=ja", []string{list}, "survey:2"},
		"a seed that is a word":                  {"type|name|label|parameters\nselect_one k|a|A|randomize=true seed=x", []string{list}, "survey:2"},
		"an audit of places":                     {"type|name|parameters\naudit|audit|location-priority=balanced location-min-interval=60 location-max-age=120\ntext|a|", nil, "survey:3"},
		"an audit that lacks an age":             {"type|name|label|parameters\naudit|audit||location-priority=balanced location-min-interval=60\ntext|a|A|", nil, "survey:2"},
		"an audit that is younger than its pace": {"type|name|label|parameters\naudit|audit||location-priority=balanced location-min-interval=60 location-max-age=30\ntext|a|A|", nil, "survey:2"},
		"an audit of changes":                    {"type|name|label|parameters\naudit|audit||track-changes=true\ntext|a|A|", nil, ""},
		"a group that is not required":           {"type|name|label|required\nbegin_group|g|G|no\ntext|a|A|\nend_group||", nil, ""},
		"a repeat called as the form":            {"type|name|label\nbegin_repeat|data|G\ntext|a|A\nend_repeat||", nil, "survey:2"},
		"two repeats of one name":                {"type|name|label\nbegin_group|g|G\nbegin_repeat|r|R\ntext|a|A\nend_repeat||\nend_group||\nbegin_repeat|r|R\ntext|b|B\nend_repeat||", nil, "survey:7"},
		"two names that differ in case":          {"type|name|label\ntext|a|A\ntext|A|B", nil, ""},
		"a name that ends in a point":            {"type|name|label\ntext|a.|A", nil, ""},
		"a name that begins with a dash":         {"type|name|label\ntext|-a|A", nil, "survey:2"},
		"a name with a colon":                    {"type|name|label\ntext|a:b|A", nil, "survey:2"},
		"a name that is a number":                {"type|name|label\ntext|1|A", nil, "survey:2"},
		"a name with an inner no-break space":    {"type|name|label\ntext|a\u00a0b|A", nil, "survey:2"},
		"a reference with inner spaces":          {"type|name|label|relevant\ntext|a|A|\ntext|b|B|${ a } = 'x'", nil, ""},
		"curly quotes in a formula":              {"type|name|label|relevant\ntext|a|A|\ntext|b|B|${a} = ‘x’", nil, ""},
		"a reference without its end":            {"type|name|label|relevant\ntext|a|A|\ntext|b|B|${a = 'x'", nil, "survey:3"},
		"a reference in a label that is no one":  {"type|name|label\ntext|a|Dear ${nobody}", nil, "survey:2"},
		"a reference in a hint that is no one":   {"type|name|label|hint\ntext|a|A|${nobody}", nil, "survey:2"},
		"the last answers":                       {"type|name|label|default\ntext|a|A|${last-saved#a}", nil, ""},
		"the last answer of nobody":              {"type|name|label|default\ntext|a|A|${last-saved#b}", nil, "survey:2"},
		"a trigger that asks":                    {"type|name|label|calculation|trigger\ntext|a|A||\ncalculate|b||now()|${a}", nil, ""},
		"a list of triggers":                     {"type|name|label|calculation|trigger\ntext|a|A||\ntext|c|C||\ncalculate|b||now()|${a}, ${c}", nil, ""},
		"a trigger that is a word":               {"type|name|label|calculation|trigger\ntext|a|A||\ncalculate|b||now()|a", nil, "survey:3"},
		"a list of triggers without a comma":     {"type|name|label|calculation|trigger\ntext|a|A||\ntext|c|C||\ncalculate|b||now()|${a} ${c}", nil, "survey:4"},
		"a trigger that is worked out":           {"type|name|label|calculation|trigger\ncalculate|a||1+1|\ncalculate|b||now()|${a}", nil, "survey:3"},
		"a place that is set by a trigger":       {"type|name|label|trigger\ntext|a|A|\nbackground-geopoint|b||${a}", nil, ""},
		"a place that nothing sets":              {"type|name|label|trigger\ntext|a|A|\nbackground-geopoint|b||", nil, "survey:3"},
		"a start place":                          {"type|name|label\nstart-geopoint|p|\ntext|a|A", nil, ""},
		"sound in the background":                {"type|name|label|parameters\nbackground-audio|p||quality=low\ntext|a|A|", nil, ""},
		"a choice without a label":               {"type|name|label\nselect_one k|a|A", []string{"choices\nlist_name|name|label\nk|1|A\nk|2|"}, ""},
		"a choice without a name":                {"type|name|label\nselect_one k|a|A", []string{"choices\nlist_name|name|label\nk|1|A\nk||B"}, "choices:3"},
		"a choice twice":                         {"type|name|label\nselect_one k|a|A", []string{"choices\nlist_name|name|label\nk|1|A\nk|1|B"}, "choices:3"},
		"a choice twice that may be":             {"type|name|label\nselect_one k|a|A", []string{"choices\nlist_name|name|label\nk|1|A\nk|1|B", "settings\nallow_choice_duplicates\nYES"}, ""},
		"a choice twice that may be by TRUE":     {"type|name|label\nselect_one k|a|A", []string{"choices\nlist_name|name|label\nk|1|A\nk|1|B", "settings\nallow_choice_duplicates\nTRUE"}, ""},
		"a header of choices with a space":       {"type|name|label\nselect_one k|a|A", []string{"choices\nlist_name|name|label|my col\nk|1|A|x"}, ""},
		"a sheet spelt in capitals":              {"type|name|label\nselect_one k|a|A", []string{"CHOICES\nList Name|Name|LABEL\nk|1|A"}, ""},
		"a list on the sheet in another case":    {"type|name|label\nselect_one K|a|A", []string{list}, "survey:2"},
		"a row that is disabled":                 {"type|name|label|disabled\ntext|a|A|\nselect_one z|b|B|TRUE", nil, ""},
		"a type in capitals":                     {"type|name|label\nTEXT|a|A\nSelect_One k|b|B\nINTEGER|c|C", []string{list}, ""},
		"a select of words with or_other":        {"type|name|label\nselect_multiple k or_other|b|B", []string{list}, ""},
		"or_other with a filter":                 {"type|name|label|choice_filter\nselect_one k or_other|b|B|name = '1'", []string{list}, "survey:2"},
		"or_other in a group and its name taken": {"type|name|label\nselect_one k or_other|b|B\ntext|b_other|C", []string{list}, "survey:3"},
		"a calculate without a calculation":      {"type|name|label\ntext|a|A\ncalculate|b|", nil, "survey:3"},
		"a calculate with a default":             {"type|name|label|default\ntext|a|A|\ncalculate|b||1", nil, ""},
		"a note without words":                   {"type|name|label\ntext|a|A\nnote|b|", nil, "survey:3"},
		"a question without words":               {"type|name|label\ntext|a|", nil, "survey:2"},
		"a question with a hint alone":           {"type|name|label|hint\ntext|a||H", nil, ""},
		"a group without words":                  {"type|name|label\nbegin group|g|\ntext|a|A\nend group||", nil, ""},
		"old spelling of a group":                {"type|name|label\nbegin lgroup|g|\ntext|a|A\nend lgroup||", nil, ""},
		"an instance that is no name":            {"type|name|label\ntext|instanceID|A", nil, ""},
		"a group called meta":                    {"type|name|label\nbegin group|meta|G\ntext|a|A\nend group||", nil, "survey:2"},
		"a name of the form":                     {"type|name|label\ntext|a|A", []string{"settings\nform_id|name\nf|1 bad"}, "settings:2"},
		"a count that is a formula":              {"type|name|label|repeat_count\ninteger|n|N|\nbegin repeat|r|R|${n} + 1\ntext|a|A|\nend repeat|||", nil, ""},
		"a count that is a number":               {"type|name|label|repeat_count\nbegin repeat|r|R|3\ntext|a|A|\nend repeat|||", nil, ""},
		"a count of nobody":                      {"type|name|label|repeat_count\nbegin repeat|r|R|${n}\ntext|a|A|\nend repeat|||", nil, "survey:2"},
		"choices from a table":                   {"type|name|label\nselect_one_from_file x.csv|a|A", nil, ""},
		"choices from a picture":                 {"type|name|label\nselect_one_from_file x.png|a|A", nil, "survey:2"},
		"choices from a table without a name":    {"type|name|label\nselect_one_from_file|a|A", nil, "survey:2"},
		"choices of answers":                     {"type|name|label\nbegin repeat|r|R\ntext|n|N\nend repeat||\nselect_one ${n}|a|A", nil, ""},
		"choices of answers outside a repeat":    {"type|name|label\ntext|n|N\nselect_one ${n}|a|A", nil, ""},
		"a rank without a list":                  {"type|name|label\nrank|a|A", nil, "survey:2"},
		"a select without a list":                {"type|name|label\nselect_one|a|A", nil, "survey:2"},
		"a media file in a cell":                 {"type|name|label|media::image\ntext|a||a.png", nil, ""},
		"one language in label and none in hint": {"type|name|label::Nederlands (nl)|hint\ntext|a|A|H", nil, ""},
		"a language with a space before it":      {"type|name|label :: Nederlands (nl)|label::English(en)\ntext|a|A|B", nil, ""},
		"two headers for the relevance":          {"type|name|label|relevant|relevance\ntext|a|A||", nil, "survey:1"},
		"two languages alike":                    {"type|name|label::nl|label::nl\ntext|a|A|B", nil, "survey:1"},
		"begin and end in one word":              {"type|name|label\nbegin_group|g|G\ntext|a|A\nend_repeat||", nil, "survey:4"},
		"an end without a begin":                 {"type|name|label\ntext|a|A\nend_group||", nil, "survey:3"},
		"a type of a table list":                 {"type|name|label|appearance\nbegin_group|g|G|table-list\nselect_one k|a|A|\nselect_one k|b|B|\nend_group|||", []string{list}, ""},
		"a table list of two lists":              {"type|name|label|appearance\nbegin_group|g|G|table-list\nselect_one k|a|A|\nselect_one m|b|B|\nend_group|||", []string{"choices\nlist_name|name|label\nk|1|A\nm|1|A"}, "survey:4"},
		"a search of a table":                    {"type|name|label|appearance\nselect_one k|a|A|search('x')", []string{"choices\nlist_name|name|label\nk|n|l"}, ""},
		"a function nobody knows":                {"type|name|label|calculation\ncalculate|a||selcted(., 'x')", nil, "survey:2"},
		"too few arguments":                      {"type|name|label|relevant\ntext|a|A|\ntext|b|B|selected(${a})", nil, "survey:3"},
		"a comparison written twice":             {"type|name|label|relevant\ntext|a|A|\ntext|b|B|${a} == 'x'", nil, "survey:3"},
		"a circle of two":                        {"type|name|label|relevant\ntext|a|A|${b} = 'x'\ntext|b|B|${a} = 'x'", nil, "survey:2"},
		"a constraint on itself":                 {"type|name|label|constraint\ninteger|a|A|${a} > 3", nil, ""},
		"a comment row without a type":           {"type|name|label\n|# groep een|\ntext|a|A", nil, "survey:2"},
		"a default language without a column":    {"type|name|label::nl\ntext|a|A", []string{"settings\ndefault_language\nfr"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			data := workbook(t, append([]string{"survey\n" + c.survey}, c.sheets...)...)
			_, _, problems := interchange.Check("f.xlsx", bytes.NewReader(data), int64(len(data)))
			var errors []string
			for _, p := range problems {
				if p.Severity == questionnaire.Error {
					errors = append(errors, fmt.Sprintf("%s:%d:%s:%s", p.Sheet, p.Row, p.Column, strings.TrimPrefix(p.Key, "form.")))
				}
			}
			switch {
			case c.want == "" && len(errors) > 0:
				t.Errorf("refused: %v", errors)
			case c.want != "" && len(errors) == 0:
				t.Errorf("accepted, want a fault in %s; %s", c.want, told(problems))
			case c.want != "" && !strings.HasPrefix(errors[0], c.want+":"):
				t.Errorf("fault at %v, want %s", errors, c.want)
			}
		})
	}
}
