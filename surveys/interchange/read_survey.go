package interchange

import (
	"strconv"
	"strings"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

// survey reads the rows of the survey sheet into the tree of the definition.
func (f *formReader) survey(s *sheet) {
	columns := readHeaders(s.rows[0], surveyAliases)
	has := map[string]bool{}
	for _, c := range columns {
		if key := c.field + "::" + c.tag; c.field != "" && has[key] {
			f.error("survey", 1, c.header, "form.sheet.column_twice", map[string]any{"Column": c.header})
		} else {
			has[key] = true
		}
		f.language(c.tag)
	}
	if !has["type::"] {
		f.error("survey", 1, "type", "form.sheet.no_column", map[string]any{"Column": "type", "Sheet": "survey"})
		return
	}
	t := &tree{f: f, items: &f.d.Items}
	for i, row := range s.rows[1:] {
		if len(row) == 0 || f.disabled(columns, row) {
			continue
		}
		t.row(f.item(columns, row, i+2))
	}
	t.finish()
	f.titles()
}

func (f *formReader) disabled(columns []column, row []string) bool {
	for _, c := range columns {
		if headerKey(c.header) == "disabled" {
			switch strings.ToLower(cell(row, c.index)) {
			case "yes", "true", "true()":
				return true
			}
		}
	}
	return false
}

// item reads one row; its type is still as written.
func (f *formReader) item(columns []column, row []string, number int) *questionnaire.Item {
	it := &questionnaire.Item{Kind: questionnaire.Question, Row: number}
	for _, c := range columns {
		v := cell(row, c.index)
		if v == "" {
			continue
		}
		switch c.field {
		case "type":
			it.Type = questionnaire.Type(v)
		case "name":
			it.Name = v
		case "label":
			put(&it.Label, c.tag, v)
		case "hint":
			put(&it.Hint, c.tag, v)
		case "guidance_hint":
			put(&it.GuidanceHint, c.tag, v)
		case "constraint_message":
			put(&it.ConstraintMessage, c.tag, v)
		case "required_message":
			put(&it.RequiredMessage, c.tag, v)
		case "required":
			it.Required = v
		case "relevant":
			it.Relevant = v
		case "constraint":
			it.Constraint = v
		case "calculation":
			it.Calculation = v
		case "choice_filter":
			it.ChoiceFilter = v
		case "default":
			it.Default = v
		case "trigger":
			it.Trigger = v
		case "repeat_count":
			it.RepeatCount = v
		case "read_only":
			it.ReadOnly = v
		case "appearance":
			it.Appearance = v
		case "parameters":
			it.Parameters = v
		case "competence":
			it.Competence = v
		case "measure":
			it.Measure = v
		case "prefill":
			it.Prefill = v
		case "breakdown":
			f.breakdown(it, v)
		default:
			if it.Extra == nil {
				it.Extra = map[string]string{}
			}
			it.Extra[c.header] = v
		}
	}
	return it
}

func (f *formReader) breakdown(it *questionnaire.Item, v string) {
	switch strings.ToLower(v) {
	case "yes", "true", "true()", "ja", "1":
		it.Breakdown = true
	case "no", "false", "false()", "nee", "0":
	default:
		f.error("survey", it.Row, "breakdown", "form.bad_yes_no", map[string]any{"Text": v, "Column": "breakdown"})
	}
}

func put(t *questionnaire.Texts, tag, text string) {
	if *t == nil {
		*t = questionnaire.Texts{}
	}
	(*t)[tag] = text
}

// tree builds groups from their begin and end rows.
type tree struct {
	f     *formReader
	items *[]*questionnaire.Item // where the next row goes
	open  []*questionnaire.Item
	above []*[]*questionnaire.Item
}

// maxDepth is how deep groups may nest.
const maxDepth = 50

func (t *tree) row(it *questionnaire.Item) {
	written := string(it.Type)
	if written == "" {
		if it.Name != "" || len(it.Label) > 0 {
			t.f.error("survey", it.Row, "type", "form.no_type", map[string]any{"Name": it.Name})
		}
		return
	}
	begin, end, kind := boundary(written)
	if list, ok := loopOver(written); ok {
		begin, kind = true, questionnaire.Group
		t.f.loops = append(t.f.loops, loop{it, list})
	}
	if end && len(t.open) > 0 && t.f.isLoop(t.open[len(t.open)-1]) && strings.Contains(strings.ToLower(written), "loop") {
		kind = questionnaire.Group
	}
	switch {
	case begin:
		it.Kind, it.Type = kind, ""
		*t.items = append(*t.items, it)
		if len(t.open) >= maxDepth {
			t.f.error("survey", it.Row, "type", "form.too_deep", map[string]any{"Limit": maxDepth})
			return
		}
		t.above = append(t.above, t.items)
		t.open = append(t.open, it)
		t.items = &it.Items
	case end:
		t.close(it, kind)
	default:
		t.f.readType(it, written)
		if it.Name == "" && it.Type == questionnaire.TypeNote {
			it.Name = "generated_note_name_" + strconv.Itoa(it.Row) // as other tools name it
		}
		*t.items = append(*t.items, it)
	}
}

// close ends the innermost group; a row that ends another kind than was begun is
// reported and taken for the one that is open.
func (t *tree) close(it *questionnaire.Item, kind questionnaire.Kind) {
	if saveTo(it) != "" {
		t.f.ends = append(t.f.ends, it)
	}
	if len(t.open) == 0 {
		t.f.error("survey", it.Row, "type", "form.end_without_begin", map[string]any{"Type": string(it.Type)})
		return
	}
	last := t.open[len(t.open)-1]
	if last.Kind != kind {
		t.f.error("survey", it.Row, "type", "form.end_mismatch", map[string]any{"Type": string(it.Type), "Name": last.Name, "Begin": last.Row})
	} else if it.Name != "" && last.Name != "" && it.Name != last.Name {
		t.f.warn("survey", it.Row, "name", "form.end_name", map[string]any{"Name": last.Name, "Written": it.Name})
	}
	t.open = t.open[:len(t.open)-1]
	t.items = t.above[len(t.above)-1]
	t.above = t.above[:len(t.above)-1]
}

func (t *tree) finish() {
	for _, it := range t.open {
		key := "form.unclosed_group"
		if it.Kind == questionnaire.Repeat {
			key = "form.unclosed_repeat"
		}
		t.f.error("survey", it.Row, "type", key, map[string]any{"Name": it.Name})
	}
}

// boundary tells whether a type begins or ends a group or repeat.
func boundary(written string) (begin, end bool, kind questionnaire.Kind) {
	switch strings.Join(typeWords(written), " ") {
	case "begin group":
		return true, false, questionnaire.Group
	case "begin repeat", "begin looped group", "begin lgroup":
		return true, false, questionnaire.Repeat
	case "end group":
		return false, true, questionnaire.Group
	case "end repeat", "end looped group", "end lgroup", "end loop":
		return false, true, questionnaire.Repeat
	}
	return false, false, ""
}

// typeWords are the words of a type, without case, underscores taken for spaces.
func typeWords(written string) []string {
	return strings.FieldsFunc(strings.ToLower(written), func(r rune) bool { return r == ' ' || r == '_' || r == '\t' || r == '\n' })
}
