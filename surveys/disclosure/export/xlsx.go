package export

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"weerklank.nl/weerklank/surveys/disclosure"
)

// XLSX writes a workbook: a codebook first, and then a sheet for each question with a
// row for each answer of each group. Texts are stored as texts, so that nothing in it
// is a formula, and numbers as numbers.
func (f *File) XLSX(w io.Writer) error {
	book := excelize.NewFile()
	defer book.Close() // its temporary files
	bold, err := book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return fmt.Errorf("write figures: %w", err)
	}
	codebook := f.Words.Text("export.codebook", nil)
	names := sheetNames{strings.ToLower(codebook): true}
	if err := book.SetSheetName(book.GetSheetName(0), codebook); err != nil {
		return fmt.Errorf("write figures: %w", err)
	}
	groups, questions := f.groups(), f.questions()
	sheets := make([]string, len(questions))
	for i, q := range questions {
		name := q.Name
		if name == "" {
			name = f.Words.Text("export.taking_part", nil)
		}
		sheets[i] = names.unique(name)
	}
	err = f.sheet(book, codebook, []float64{28, 60, 18, 40}, func(put func(...any)) {
		for _, one := range f.about() {
			put(excelize.Cell{StyleID: bold, Value: clean(one.code)}, clean(one.text))
		}
		put()
		for _, one := range f.definitions() {
			put(excelize.Cell{StyleID: bold, Value: clean(one.code)}, clean(one.text))
		}
		put()
		put(f.headings(bold, "question", "question_text", "kind_of", "sheet")...)
		for i, q := range questions {
			put(clean(q.Name), clean(f.title(q)), f.kindOf(q), sheets[i])
		}
		put()
		put(f.headings(bold, "breakdown", "breakdown_text", "group", "group_text")...)
		for _, b := range f.Release.Breakdowns() {
			for _, v := range b.Values {
				put(clean(b.Name), clean(b.Label.In(f.Words.Lang)), clean(v.Name), clean(f.Words.Value(v)))
			}
		}
	})
	for i, q := range questions {
		if err == nil {
			_, err = book.NewSheet(sheets[i])
		}
		if err == nil {
			err = f.sheet(book, sheets[i], []float64{34, 24, 10, 34, 9, 9, 9, 9, 9, 9, 9, 40, 60}, func(put func(...any)) { f.questionSheet(q, groups, bold, put) })
		}
	}
	if err == nil {
		err = book.Write(w)
	}
	if err != nil {
		return fmt.Errorf("write figures: %w", err)
	}
	return nil
}

// kindOf says how a question is answered.
func (f *File) kindOf(q disclosure.Question) string {
	if q.Kind == "" {
		return ""
	}
	return f.Words.Text("export.answered."+string(q.Kind), nil)
}

// sheet fills a sheet row by row, without keeping it in memory.
func (f *File) sheet(book *excelize.File, name string, widths []float64, fill func(put func(...any))) error {
	out, err := book.NewStreamWriter(name)
	if err != nil {
		return err
	}
	for i, width := range widths {
		if err := out.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	row := 0
	fill(func(cells ...any) {
		row++
		if err == nil && len(cells) > 0 {
			err = out.SetRow("A"+strconv.Itoa(row), cells)
		}
	})
	if err != nil {
		return err
	}
	return out.Flush()
}

func (f *File) headings(bold int, names ...string) []any {
	cells := make([]any, len(names))
	for i, name := range names {
		cells[i] = excelize.Cell{StyleID: bold, Value: clean(f.Words.Text("export.column."+name, nil))}
	}
	return cells
}

// questionSheet is the wording of a question, the release, and then its figures.
func (f *File) questionSheet(q disclosure.Question, groups []figure, bold int, put func(...any)) {
	put(excelize.Cell{StyleID: bold, Value: clean(f.title(q))})
	put(clean(f.Title.In(f.Words.Lang)), clean(f.Words.Text("results.as_of", map[string]any{"Date": f.Release.AsOf})))
	if q.Unread {
		put(clean(f.Words.Text("results.unread", nil)))
	}
	put()
	put(f.headings(bold, "group_text", "kind", "answer", "answer_text", "count", "base", "percent", "low", "high", "band_from", "band_to", "note", "mark")...)
	for one := range f.figures(q, groups) {
		group := f.Words.Text("export.everybody", nil)
		if one.value[0].text != "" {
			group = one.value[0].text
		}
		if one.value[1].text != "" {
			group += ", " + one.value[1].text
		}
		f.rowsOf(one, hand{clean, clean}, func(r []string) {
			cells := make([]any, 0, 13)
			cells = append(cells, clean(group))
			for _, column := range []string{"kind", "answer", "answer_text", "count", "base", "percent", "low", "high", "band_from", "band_to", "note", "mark"} {
				cells = append(cells, typed(column, r[columnAt[column]]))
			}
			put(cells...)
		})
	}
}

// typed is a cell of a column: a whole number where that is what the column has, else
// a text.
func typed(column, text string) any {
	switch column {
	case "count", "base", "percent", "low", "high", "band_from", "band_to":
		if n, err := strconv.Atoi(text); err == nil {
			return n
		}
	case "answer": // a number that somebody gave, unless it would be written differently
		if n, err := strconv.ParseFloat(text, 64); err == nil && number.MatchString(text) && strconv.FormatFloat(n, 'f', -1, 64) == text {
			return n
		}
	}
	return text
}

// sheetNames are the names that are taken, in small letters.
type sheetNames map[string]bool

// unique makes a name that Excel takes: at most 31 signs, none of : \ / ? * [ ] and no
// straight apostrophe, and not one that is there already.
func (s sheetNames) unique(name string) string {
	name = strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune(`:\/?*[]`, r):
			return '_'
		case r == '\'':
			return '’'
		case r == '\n':
			return ' '
		}
		return r
	}, clean(name)))
	if name == "" || strings.EqualFold(name, "history") {
		name = "_" + name
	}
	for n := 1; ; n++ {
		suffix := ""
		if n > 1 {
			suffix = "~" + strconv.Itoa(n)
		}
		short := []rune(name)
		for len(utf16.Encode(short))+len(suffix) > excelize.MaxSheetNameLength {
			short = short[:len(short)-1]
		}
		if one := string(short) + suffix; !s[strings.ToLower(one)] {
			s[strings.ToLower(one)] = true
			return one
		}
	}
}
