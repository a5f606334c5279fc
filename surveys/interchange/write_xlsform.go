package interchange

import (
	"fmt"
	"io"
	"sort"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

// WriteXLSForm writes a definition as a workbook that reads back as the same
// definition. Every cell is text, also for the spreadsheet program: what begins
// with = is never a formula, not even when somebody edits it there.
func WriteXLSForm(w io.Writer, d *questionnaire.Definition) error {
	book := excelize.NewFile()
	defer book.Close() // it lives in memory
	text, err := book.NewStyle(&excelize.Style{NumFmt: 49})
	if err != nil {
		return fmt.Errorf("write xlsform: %w", err)
	}
	head, err := book.NewStyle(&excelize.Style{NumFmt: 49, Font: &excelize.Font{Bold: true}})
	if err != nil {
		return fmt.Errorf("write xlsform: %w", err)
	}
	if err := book.SetSheetName("Sheet1", "survey"); err != nil {
		return fmt.Errorf("write xlsform: %w", err)
	}
	tables := []*table{surveyTable(d), choicesTable(d, false), settingsTable(d)}
	if external := choicesTable(d, true); len(external.rows) > 0 {
		tables = append(tables, external)
	}
	if len(d.Entities) > 0 {
		t := &table{name: "entities", rows: d.Entities}
		t.columns(d, []string{"list_name", "label", "entity_id", "create_if", "update_if"}, nil)
		tables = append(tables, t)
	}
	for _, t := range tables {
		if err := t.write(book, text, head); err != nil {
			return fmt.Errorf("write xlsform: sheet %s: %w", t.name, err)
		}
	}
	if err := book.Write(w); err != nil {
		return fmt.Errorf("write xlsform: %w", err)
	}
	return nil
}

// table is a sheet to be written: rows of header → cell, and the headers in order.
type table struct {
	name    string
	headers []string
	rows    []map[string]string
}

// write leaves out columns that no row fills, except the first ones.
func (t *table) write(book *excelize.File, text, head int) error {
	if _, err := book.NewSheet(t.name); err != nil {
		return err
	}
	out, err := book.NewStreamWriter(t.name)
	if err != nil {
		return err
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	if err := out.SetColWidth(1, max(1, len(t.headers)), 22); err != nil {
		return err
	}
	cells := make([]any, len(t.headers))
	for i, h := range t.headers {
		cells[i] = excelize.Cell{StyleID: head, Value: h}
	}
	if err := out.SetRow("A1", cells); err != nil {
		return err
	}
	for n, row := range t.rows {
		for i, h := range t.headers {
			cells[i] = nil
			if v := row[h]; v != "" {
				cells[i] = excelize.Cell{StyleID: text, Value: v}
			}
		}
		if err := out.SetRow("A"+strconv.Itoa(n+2), cells); err != nil {
			return err
		}
	}
	return out.Flush()
}

// columns puts the known columns in their order, a column of texts once for each
// language in use, then the unknown ones by name. Those in keep are always there.
func (t *table) columns(d *questionnaire.Definition, order []string, keep map[string]bool) {
	used := map[string]bool{}
	for _, row := range t.rows {
		for h := range row {
			used[h] = true
		}
	}
	taken := map[string]bool{}
	add := func(h string) {
		if !taken[h] {
			taken[h] = true
			t.headers = append(t.headers, h)
		}
	}
	for _, field := range order {
		if used[field] || keep[field] && !translatable[field] {
			add(field)
		}
		if !translatable[field] {
			continue
		}
		for _, l := range d.Languages {
			if h := questionnaire.Header(field, l.Tag); used[h] || keep[field] {
				add(h)
			}
		}
		if keep[field] && len(d.Languages) == 0 {
			add(field)
		}
		var strange []string // languages that the definition does not list
		for h := range used {
			if strings.HasPrefix(h, field+"::") && !taken[h] {
				strange = append(strange, h)
			}
		}
		sort.Strings(strange)
		for _, h := range strange {
			add(h)
		}
	}
	var rest []string
	for h := range used {
		if !taken[h] {
			rest = append(rest, h)
		}
	}
	sort.Strings(rest)
	for _, h := range rest {
		add(h)
	}
}

var surveyOrder = []string{
	"type", "name", "label", "hint", "guidance_hint", "required", "required_message", "relevant",
	"constraint", "constraint_message", "calculation", "trigger", "choice_filter", "repeat_count", "appearance",
	"parameters", "default", "read_only", "competence", "measure", "breakdown", "prefill",
}

func surveyTable(d *questionnaire.Definition) *table {
	t := &table{name: "survey"}
	external := map[string]bool{}
	for _, l := range d.Lists {
		external[l.Name] = l.External
	}
	t.items(d.Items, external)
	t.columns(d, surveyOrder, map[string]bool{"type": true, "name": true, "label": true})
	return t
}

func (t *table) items(items []*questionnaire.Item, external map[string]bool) {
	for _, it := range items {
		row := itemRow(it)
		t.rows = append(t.rows, row)
		if it.Kind == questionnaire.Question {
			if it.Type == questionnaire.TypeSelectOne && external[it.List] {
				row["type"] = "select_one_external " + it.List
			}
			continue
		}
		row["type"] = "begin_" + string(it.Kind)
		t.items(it.Items, external)
		t.rows = append(t.rows, map[string]string{"type": "end_" + string(it.Kind), "name": it.Name})
	}
}

func itemRow(it *questionnaire.Item) map[string]string {
	row := map[string]string{}
	for k, v := range it.Extra {
		row[k] = v
	}
	for k, v := range map[string]string{
		"type": writtenType(it), "name": it.Name, "required": it.Required, "relevant": it.Relevant, "constraint": it.Constraint,
		"calculation": it.Calculation, "trigger": it.Trigger, "choice_filter": it.ChoiceFilter, "repeat_count": it.RepeatCount,
		"appearance": it.Appearance, "parameters": it.Parameters, "default": it.Default, "read_only": it.ReadOnly,
		"competence": it.Competence, "measure": it.Measure, "prefill": it.Prefill,
	} {
		if v != "" {
			row[k] = v
		}
	}
	if it.Breakdown {
		row["breakdown"] = "yes"
	}
	for field, texts := range map[string]questionnaire.Texts{
		"label": it.Label, "hint": it.Hint, "guidance_hint": it.GuidanceHint,
		"constraint_message": it.ConstraintMessage, "required_message": it.RequiredMessage,
	} {
		putTexts(row, field, texts)
	}
	return row
}

func putTexts(row map[string]string, field string, texts questionnaire.Texts) {
	for tag, text := range texts {
		row[questionnaire.Header(field, tag)] = text
	}
}

// writtenType is the type with its list, as the sheet has it.
func writtenType(it *questionnaire.Item) string {
	s := string(it.Type)
	if it.List != "" {
		s += " " + it.List
	}
	if it.OrOther {
		s += " or_other"
	}
	return s
}

func choicesTable(d *questionnaire.Definition, external bool) *table {
	t := &table{name: "choices"}
	if external {
		t.name = "external_choices"
	}
	for _, l := range d.Lists {
		if l.External != external {
			continue
		}
		for _, ch := range l.Choices {
			row := map[string]string{}
			for k, v := range ch.Extra {
				row[k] = v
			}
			row["list_name"], row["name"] = l.Name, ch.Name
			putTexts(row, "label", ch.Label)
			if ch.Score != nil {
				row["score"] = strconv.FormatFloat(*ch.Score, 'f', -1, 64)
			}
			if ch.Missing != "" {
				row["missing"] = ch.Missing
			}
			if ch.RemedyKind != "" {
				row["remedy_kind"] = ch.RemedyKind
			}
			t.rows = append(t.rows, row)
		}
	}
	t.columns(d, []string{"list_name", "name", "label", "score", "missing", "remedy_kind"}, map[string]bool{"list_name": true, "name": true, "label": true})
	return t
}

// settingsTable writes the title of the default language as form_title, and the
// others as title_ with the code of the language.
func settingsTable(d *questionnaire.Definition) *table {
	row := map[string]string{"form_id": d.FormID, "version": d.Version, "default_language": d.DefaultLanguage, "style": d.Style}
	for k, v := range d.Settings {
		row[k] = v
	}
	row["form_title"] = d.In(d.Title, "")
	for _, l := range d.Languages {
		if v := d.Title[l.Tag]; v != "" && l.Code != "" && l.Tag != d.DefaultLanguage {
			row["title_"+l.Code] = v
		}
	}
	for k, v := range row {
		if v == "" {
			delete(row, k)
		}
	}
	t := &table{name: "settings", rows: []map[string]string{row}}
	t.columns(d, []string{"form_title", "form_id", "version", "default_language", "style"}, map[string]bool{"form_title": true, "form_id": true})
	return t
}
