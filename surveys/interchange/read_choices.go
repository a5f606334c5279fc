package interchange

import (
	"strconv"
	"strings"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

// choices reads the lists of the choices sheet, in the order of their first row.
func (f *formReader) choices(s *sheet) {
	f.lists = map[string]*questionnaire.List{}
	f.readChoices(s, "choices")
	f.titles()
}

// externalChoices reads the sheet of select_one_external, which is one more sheet
// of choices to us.
func (f *formReader) externalChoices(s *sheet) {
	if len(f.external) == 0 {
		return
	}
	if s == nil {
		it := f.external[0]
		f.error("survey", it.Row, "type", "form.sheet.no_external", nil)
		return
	}
	f.readChoices(s, "external_choices")
}

func (f *formReader) readChoices(s *sheet, name string) {
	if s == nil || len(s.rows) == 0 {
		return
	}
	columns := readHeaders(s.rows[0], choicesAliases)
	has := map[string]bool{}
	for _, c := range columns {
		if key := c.field + "::" + c.tag; c.field != "" && has[key] {
			f.error(name, 1, c.header, "form.sheet.column_twice", map[string]any{"Column": c.header})
		} else {
			has[key] = true
		}
		f.language(c.tag)
	}
	if len(s.rows) > 1 {
		for _, needed := range []string{"list_name", "name"} {
			if !has[needed+"::"] {
				f.error(name, 1, needed, "form.sheet.no_column", map[string]any{"Column": needed, "Sheet": name})
			}
		}
	}
	if f.failed {
		return
	}
	for i, row := range s.rows[1:] {
		if len(row) == 0 {
			continue
		}
		list, choice := f.choice(name, columns, row, i+2)
		if list == "" {
			if choice.Name != "" {
				f.error(name, i+2, "list_name", "form.choice_without_list", map[string]any{"Name": choice.Name})
			}
			continue
		}
		l := f.lists[list]
		if l == nil {
			l = &questionnaire.List{Name: list, External: name == "external_choices"}
			f.lists[list] = l
			f.d.Lists = append(f.d.Lists, l)
		} else if l.External != (name == "external_choices") {
			continue // the sheet choices has this list already
		}
		l.Choices = append(l.Choices, choice)
	}
}

func (f *formReader) choice(name string, columns []column, row []string, number int) (list string, ch *questionnaire.Choice) {
	ch = &questionnaire.Choice{Row: number}
	for _, c := range columns {
		v := cell(row, c.index)
		if v == "" {
			continue
		}
		switch c.field {
		case "list_name":
			list = v
		case "name":
			ch.Name = v
		case "label":
			put(&ch.Label, c.tag, v)
		case "score":
			n, err := strconv.ParseFloat(strings.Replace(v, ",", ".", 1), 64)
			if err != nil {
				f.error(name, number, c.header, "form.bad_score", map[string]any{"Text": v})
				continue
			}
			ch.Score = &n
		case "missing":
			ch.Missing = v
		case "remedy_kind":
			ch.RemedyKind = v
		default:
			if ch.Extra == nil {
				ch.Extra = map[string]string{}
			}
			ch.Extra[c.header] = v
		}
	}
	return list, ch
}
