package export

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"

	"weerklank.nl/weerklank/surveys/disclosure"
)

// columns are those of a CSV file, in their order; the catalogue has their names as
// export.column.NAME.
var columns = []string{
	"kind", "question", "question_text", "breakdown", "group", "group_text", "breakdown_2", "group_2", "group_2_text",
	"answer", "answer_text", "count", "base", "percent", "low", "high", "band_from", "band_to", "note",
	"survey", "release", "as_of", "version", "mark",
}

var columnAt = func() map[string]int {
	at := map[string]int{}
	for i, name := range columns {
		at[name] = i
	}
	return at
}()

// CSV writes one row for each answer of each figure, in UTF-8 with commas. For Excel it
// has semicolons and begins with a byte order mark, and codes that would lose a nought
// are marked as text. What each column means stands below, in rows of their own.
func (f *File) CSV(w io.Writer, excel bool) error {
	out, by := csv.NewWriter(w), hand{Harmless, Harmless}
	if excel {
		if _, err := io.WriteString(w, "\ufeff"); err != nil {
			return fmt.Errorf("write figures: %w", err)
		}
		out.Comma, out.UseCRLF, by.code = ';', true, kept
	}
	head := make([]string, len(columns))
	for i, name := range columns {
		head[i] = Harmless(f.Words.Text("export.column."+name, nil))
	}
	_ = out.Write(head) // the error stays until Flush
	groups := f.groups()
	for _, q := range f.questions() {
		for one := range f.figures(q, groups) {
			f.rowsOf(one, by, func(row []string) { _ = out.Write(row) })
		}
		out.Flush()
		if err := out.Error(); err != nil {
			return fmt.Errorf("write figures: %w", err)
		}
	}
	for _, list := range [][]named{f.about(), f.definitions()} {
		for _, one := range list {
			row := make([]string, len(columns))
			row[columnAt["kind"]] = f.kind("definition")
			row[columnAt["question_text"]], row[columnAt["note"]] = Harmless(one.code), Harmless(one.text)
			_ = out.Write(row)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write figures: %w", err)
	}
	return nil
}

func (f *File) kind(name string) string { return f.Words.Text("export.kind."+name, nil) }

// hand is how codes and texts are written.
type hand struct{ code, text func(string) string }

// rowsOf are the rows of one figure.
func (f *File) rowsOf(one figure, by hand, write func([]string)) {
	row := func(kind string) []string {
		r := make([]string, len(columns))
		put := func(column, text string) { r[columnAt[column]] = text }
		put("kind", f.kind(kind))
		put("question", by.code(one.question.Name))
		put("question_text", by.text(f.title(one.question)))
		put("breakdown", by.code(one.breakdown[0].code))
		put("group", by.code(one.value[0].code))
		put("group_text", by.text(one.value[0].text))
		put("breakdown_2", by.code(one.breakdown[1].code))
		put("group_2", by.code(one.value[1].code))
		put("group_2_text", by.text(one.value[1].text))
		put("survey", by.code(f.Slug))
		put("release", strconv.Itoa(f.Release.Number))
		put("as_of", string(f.Release.AsOf))
		if f.Release.Version() > 0 {
			put("version", strconv.Itoa(f.Release.Version()))
		}
		return r
	}
	if one.reason != disclosure.Shown {
		r := row("hidden")
		r[columnAt["note"]] = by.text(f.reason(one.reason))
		write(r)
		return
	}
	p := one.shown
	total := row("base")
	total[columnAt["base"]], total[columnAt["mark"]] = strconv.Itoa(p.Base()), by.text(one.mark)
	if one.question.Unread {
		total[columnAt["note"]] = by.text(f.Words.Text("results.unread", nil))
	}
	write(total)
	share := func(kind string, s disclosure.Share) {
		r := row(kind)
		r[columnAt["answer"]], r[columnAt["answer_text"]], r[columnAt["mark"]] = by.code(s.Name), by.text(f.Words.Answer(s)), by.text(one.mark)
		r[columnAt["base"]] = strconv.Itoa(p.Base())
		switch {
		case s.Hidden != "":
			r[columnAt["note"]] = by.text(f.reason(s.Hidden))
		case s.Banded:
			r[columnAt["band_from"]], r[columnAt["band_to"]] = strconv.Itoa(s.From), strconv.Itoa(s.To)
		case kind == "missing":
			r[columnAt["count"]] = strconv.Itoa(s.Count)
			r[columnAt["base"]] = ""
		default:
			low, high := s.Interval()
			for column, n := range map[string]int{"count": s.Count, "percent": whole(s.Percent()), "low": whole(low), "high": whole(high)} {
				r[columnAt[column]] = strconv.Itoa(n)
			}
		}
		write(r)
	}
	for _, s := range p.Shares() {
		share("answer", s)
	}
	for _, s := range p.Missing() {
		share("missing", s)
	}
	if n := p.Unanswered(); n > 0 {
		r := row("unanswered")
		r[columnAt["count"]], r[columnAt["mark"]] = strconv.Itoa(n), by.text(one.mark)
		write(r)
	}
}
