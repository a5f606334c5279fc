package interchange

import (
	"cmp"
	"io"
	"slices"
	"strings"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

// ReadXLSForm reads an XLSForm workbook. Faults of the file and of the structure
// of its sheets come back as problems, each with sheet, row and column; the
// definition is nil when one of them is an Error. What a definition means is
// checked by questionnaire.Compile. Columns that we do not know are kept.
func ReadXLSForm(r io.ReaderAt, size int64) (*questionnaire.Definition, []questionnaire.Problem) {
	sheets, names, problems := readWorkbook(r, size, func(name string) bool {
		switch sheetKey(name) {
		case "survey", "choices", "settings", "external_choices", "entities":
			return true
		}
		return false
	})
	if problems != nil {
		return nil, problems
	}
	return readSheets(sheets, names)
}

// readSheets reads the sheets of a workbook with those names.
func readSheets(sheets []*sheet, names []string) (*questionnaire.Definition, []questionnaire.Problem) {
	f := &formReader{d: &questionnaire.Definition{}}
	byKey := map[string]*sheet{}
	for _, s := range sheets {
		byKey[sheetKey(s.name)] = s
	}
	survey := byKey["survey"]
	switch {
	case survey == nil:
		f.error("survey", 0, "", "form.sheet.no_survey", map[string]any{"Sheets": strings.Join(names, ", ")})
		return nil, f.problems
	case len(survey.rows) < 1:
		f.error("survey", 0, "", "form.sheet.empty", map[string]any{"Sheet": survey.name})
		return nil, f.problems
	}
	f.sheetsLeft(names)
	for _, s := range sheets {
		for _, wrong := range s.wrong {
			f.warn(sheetKey(s.name), wrong.row+1, cell(s.rows[0], wrong.column), "form.file.formula_error", map[string]any{"Text": wrong.text})
		}
	}
	f.settings(byKey["settings"])
	f.survey(survey)
	f.choices(byKey["choices"])
	f.externalChoices(byKey["external_choices"])
	f.expandLoops()
	f.entities(byKey["entities"])
	if f.failed {
		f.rest()
		return nil, f.problems
	}
	return f.d, f.problems
}

// sheetsLeft warns of sheets that are no part of an XLSForm.
func (f *formReader) sheetsLeft(names []string) {
	var left []string
	for _, n := range names {
		switch sheetKey(n) {
		case "survey", "choices", "settings", "external_choices", "entities":
		default:
			left = append(left, n)
		}
	}
	if len(left) > 0 {
		f.warn("", 0, "", "form.sheet.left", map[string]any{"Sheets": strings.Join(left, ", ")})
	}
}

// sheetKey is the name of a sheet without case and spaces.
func sheetKey(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

type formReader struct {
	d        *questionnaire.Definition
	problems []questionnaire.Problem
	failed   bool

	lists    map[string]*questionnaire.List
	external []*questionnaire.Item // whose choices are on the sheet external_choices
	loops    []loop
	ends     []*questionnaire.Item // rows that end a group, and say where to save it
}

func (f *formReader) error(sheet string, row int, column, key string, args map[string]any) {
	f.failed = true
	f.problems = append(f.problems, questionnaire.Problem{Sheet: sheet, Row: row, Column: column, Severity: questionnaire.Error, Key: key, Args: args})
}

func (f *formReader) warn(sheet string, row int, column, key string, args map[string]any) {
	f.problems = append(f.problems, questionnaire.Problem{Sheet: sheet, Row: row, Column: column, Severity: questionnaire.Warning, Key: key, Args: args})
}

// language takes up a language in the order in which columns name it.
func (f *formReader) language(tag string) {
	if tag == "" {
		return
	}
	for _, l := range f.d.Languages {
		if l.Tag == tag {
			return
		}
	}
	f.d.Languages = append(f.d.Languages, questionnaire.Language{Tag: tag, Code: languageCode(tag)})
}

// languageCode is the code in brackets: nl of "Nederlands (nl)"; or the tag itself
// when it looks like a code.
func languageCode(tag string) string {
	if i := strings.LastIndexByte(tag, '('); i >= 0 && strings.HasSuffix(tag, ")") {
		return strings.TrimSpace(tag[i+1 : len(tag)-1])
	}
	if len(tag) == 2 && strings.ToLower(tag) == tag {
		return tag
	}
	return ""
}

// settings reads the first filled row of the settings sheet.
func (f *formReader) settings(s *sheet) {
	f.d.Title = questionnaire.Texts{}
	if s == nil || len(s.rows) == 0 {
		return
	}
	var row []string
	for _, r := range s.rows[1:] {
		if len(r) > 0 {
			row = r
			break
		}
	}
	for _, c := range readHeaders(s.rows[0], settingsAliases) {
		v := cell(row, c.index)
		if v == "" {
			continue
		}
		switch c.field {
		case "form_title":
			f.d.Title[""] = v
		case "form_id":
			f.d.FormID = v
		case "version":
			f.d.Version = v
		case "default_language":
			f.d.DefaultLanguage = v
		case "style":
			f.d.Style = v
		default:
			if headerKey(c.header) == "name" && !elementName.MatchString(v) {
				f.error("settings", 2, c.header, "form.bad_name", map[string]any{"Name": v})
			}
			if f.d.Settings == nil {
				f.d.Settings = map[string]string{}
			}
			f.d.Settings[c.header] = v
		}
	}
}

// titles puts the title of the default language, and title_en and its like, under
// their languages.
func (f *formReader) titles() {
	d := f.d
	if d.Title[""] != "" {
		for _, l := range d.Languages {
			if l.Tag == d.DefaultLanguage {
				d.Title[l.Tag] = d.Title[""]
				delete(d.Title, "")
				break
			}
		}
	}
	for _, l := range d.Languages {
		if key := "title_" + l.Code; l.Code != "" && d.Settings[key] != "" && d.Title[l.Tag] == "" {
			d.Title[l.Tag] = d.Settings[key]
			delete(d.Settings, key)
		}
	}
	if len(d.Settings) == 0 {
		d.Settings = nil
	}
}

// rest adds what is wrong with the meaning of a form whose sheets have faults, so
// that people mend a file once and not fault by fault. A row with a fault already
// is left out: what follows from that fault would only confuse.
func (f *formReader) rest() {
	type place struct {
		sheet string
		row   int
	}
	told := map[place]bool{}
	for _, p := range f.problems {
		if p.Severity == questionnaire.Error {
			told[place{p.Sheet, p.Row}] = true
		}
	}
	_, more := questionnaire.Compile(f.d)
	for _, p := range more {
		if p.Severity == questionnaire.Error && p.Row > 0 && !told[place{p.Sheet, p.Row}] {
			f.problems = append(f.problems, p)
		}
	}
	sheets := []string{"settings", "survey", "choices"} // the order in which people mend them
	slices.SortStableFunc(f.problems, func(a, b questionnaire.Problem) int {
		return cmp.Or(cmp.Compare(slices.Index(sheets, a.Sheet), slices.Index(sheets, b.Sheet)), cmp.Compare(a.Row, b.Row))
	})
}
