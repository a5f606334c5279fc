package interchange

import (
	"strings"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

var entityAliases = map[string]string{
	"list_name": "list_name", "dataset": "list_name", "label": "label",
	"entity_id": "entity_id", "create_if": "create_if", "update_if": "update_if",
}

// entities checks the sheet of that name. We make no entities of answers, and say
// so; what XLSForm forbids there is an error all the same.
func (f *formReader) entities(s *sheet) {
	if s == nil || len(s.rows) < 2 {
		return
	}
	columns := readHeaders(s.rows[0], entityAliases)
	f.warn("entities", 0, "", "form.sheet.ignored", map[string]any{"Sheet": s.name})
	for i, row := range s.rows[1:] {
		if len(row) == 0 {
			continue
		}
		cells := map[string]string{}
		for _, c := range columns {
			cells[c.field] = cell(row, c.index)
		}
		name := cells["list_name"]
		switch {
		case name == "" || strings.HasPrefix(name, "__") || strings.ContainsAny(name, ". ") || strings.ContainsAny(name[:1], "0123456789-"):
			f.error("entities", i+2, "list_name", "form.entity", map[string]any{"Text": "list_name = " + name})
		case cells["label"] == "" && (cells["entity_id"] == "" || cells["create_if"] != ""):
			f.error("entities", i+2, "label", "form.entity", map[string]any{"Text": "label"})
		case cells["update_if"] != "" && cells["entity_id"] == "":
			f.error("entities", i+2, "entity_id", "form.entity", map[string]any{"Text": "entity_id"})
		}
		for column, text := range cells {
			f.entityReferences(i+2, column, text)
		}
	}
	f.d.Walk(func(it *questionnaire.Item) {
		if it.Kind != questionnaire.Question && saveTo(it) != "" {
			f.error("survey", it.Row, "save_to", "form.entity", map[string]any{"Text": "save_to"})
		}
	})
}

func (f *formReader) entityReferences(row int, column, text string) {
	for rest := text; ; {
		i := strings.Index(rest, "${")
		if i < 0 {
			return
		}
		name, after, found := strings.Cut(rest[i+2:], "}")
		if !found || f.d.Item(strings.TrimSpace(name)) == nil {
			f.error("entities", row, column, "form.text_unknown_name", map[string]any{"Name": name})
			return
		}
		rest = after
	}
}

// saveTo is the property that an answer is saved to.
func saveTo(it *questionnaire.Item) string {
	for h, v := range it.Extra {
		if k := headerKey(h); k == "save_to" || k == "bind::entities:saveto" {
			return v
		}
	}
	return ""
}
