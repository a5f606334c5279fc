package export

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
)

// asIs words everything by its key.
func asIs(key string, args map[string]any) string {
	if c, there := args["Count"]; there {
		return fmt.Sprint(key, " ", c)
	}
	return key
}

// fileOf is a stored release, read as the store does.
func fileOf(t rapid.TB, shown any) *File {
	t.Helper()
	body, err := json.Marshal(shown)
	if err != nil {
		t.Fatal(err)
	}
	r, err := disclosure.Restore(disclosure.Release{Org: "o", Survey: "s", Number: 3, AsOf: "2026-05-03", MadeOn: "2026-05-04"}, body)
	if err != nil {
		t.Fatal(err)
	}
	return &File{
		Organisation: surveys.Text{NL: "Waterrijk"}, Slug: "balie", Title: surveys.Text{NL: "De balie"}, Release: r,
		Words: Words{Lang: surveys.Dutch, Text: asIs,
			Title:  func(q disclosure.Question) string { return q.Label.NL },
			Answer: func(s disclosure.Share) string { return s.Label.NL },
			Value:  func(v disclosure.Value) string { return v.Label.NL }},
	}
}

type m = map[string]any

func text(s string) m { return m{"nl": s, "en": s} }

// drawShown draws what a release may show: counts, bands, what is withheld and what is
// not split, with nasty words and codes.
func drawShown(t *rapid.T) m {
	word := rapid.OneOf(
		rapid.SampledFrom([]string{"=1+1", "+31 6", "-2", "−2", "@sum", "\t=x", "007", "1e5", "12345678901234567", `"; DROP`, "a;b,c\"d", "regel\nregel", "'s ochtends", "'=1", "=", "\r\n=cmd|' /C calc'!A0", "_x0041_", "\x00\x1b", "＝1", "  =1", "<b>", "é€😀", "\ufeffx", "1,5", "0", "-"}),
		rapid.String())
	code := func(prefix string, i int) string {
		return rapid.OneOf(rapid.Just(fmt.Sprint(prefix, i)), rapid.Just(fmt.Sprintf("00%d", i)), rapid.Just(strconv.Itoa(-i))).Draw(t, "code")
	}
	values := []m{}
	for i := range rapid.IntRange(0, 3).Draw(t, "values") {
		values = append(values, m{"name": fmt.Sprint("v", i), "label": text(word.Draw(t, "value"))})
	}
	breakdowns := []m{{"name": "b", "label": text(word.Draw(t, "breakdown")), "values": values}}
	questions, figures := []m{}, []m{}
	figure := func(name string, group m, label string) {
		switch rapid.IntRange(0, 5).Draw(t, "shown") {
		case 0:
			figures = append(figures, m{"q": name, "g": group, "r": "withheld"})
			return
		case 1:
			return
		}
		base := rapid.IntRange(5, 3000).Draw(t, "base")
		f := m{"question": text(label), "group": text(""), "base": base, "single": true}
		banded := base < 10
		cells := []m{}
		left := base
		for i := range rapid.IntRange(0, 6).Draw(t, "answers") {
			n := rapid.IntRange(0, left).Draw(t, "n")
			left -= n
			c := m{"name": code("a", i), "label": text(word.Draw(t, "answer"))}
			switch {
			case banded:
				c["low"], c["high"] = 20, 40
			case rapid.IntRange(0, 9).Draw(t, "hidden") == 0:
				c["hidden"] = "withheld"
			default:
				c["n"] = n
			}
			cells = append(cells, c)
		}
		f["cells"] = cells
		if banded {
			f["banded"] = true
		} else if len(group) == 0 {
			f["none"] = rapid.IntRange(0, 40).Draw(t, "none")
			f["missing"] = []m{{"name": "nvt", "label": text(word.Draw(t, "nvt")), "n": rapid.IntRange(0, 40).Draw(t, "missing")}}
		}
		figures = append(figures, m{"q": name, "g": group, "f": f})
	}
	for i := range rapid.IntRange(0, 4).Draw(t, "questions") {
		name, label := fmt.Sprint("q", i), word.Draw(t, "question")
		questions = append(questions, m{"name": name, "kind": "one", "label": text(label), "split": true})
		figure(name, m{}, label)
		for _, v := range values {
			figure(name, m{"b": "b", "v": v["name"]}, label)
		}
	}
	figure("", m{}, "")
	return m{"questions": questions, "breakdowns": breakdowns, "figures": figures, "smallest": 5, "version": 2}
}

// truth is every number of a release as pages read it: "question|group|kind|answer|what" = n.
func truth(f *File) []string {
	var all []string
	note := func(parts ...any) { all = append(all, fmt.Sprintln(parts...)) }
	groups := []disclosure.Group{{}}
	for _, b := range f.Release.Breakdowns() {
		for _, v := range b.Values {
			groups = append(groups, disclosure.Group{Breakdown: b.Name, Value: v.Name})
		}
	}
	for _, q := range append([]disclosure.Question{{}}, f.Release.Questions()...) {
		for _, g := range groups {
			p, reason := f.Release.Figure(q.Name, g)
			if reason == disclosure.NotSplit {
				continue
			}
			if reason != disclosure.Shown {
				note(q.Name, g.Value, "hidden")
				continue
			}
			note(q.Name, g.Value, "base", p.Base())
			for _, s := range p.Shares() {
				low, high := s.Interval()
				switch {
				case s.Hidden != "":
					note(q.Name, g.Value, "answer", s.Name, "hidden")
				case s.Banded:
					note(q.Name, g.Value, "answer", s.Name, "band", s.From, s.To)
				default: // halves up, as pages round them
					note(q.Name, g.Value, "answer", s.Name, s.Count, (200*s.Count+s.Base)/(2*s.Base), int(low+0.5), int(high+0.5))
				}
			}
			for _, s := range p.Missing() {
				note(q.Name, g.Value, "missing", s.Name, s.Count)
			}
			if n := p.Unanswered(); n > 0 {
				note(q.Name, g.Value, "unanswered", n)
			}
		}
	}
	slices.Sort(all)
	return all
}

// plain takes off what Harmless put before a text.
func plain(text string) string {
	if rest, quoted := strings.CutPrefix(text, "'"); quoted && (Harmless(rest) == text || kept(rest) == text) {
		return rest
	}
	return text
}

// fromRows reads the numbers of rows with their columns.
func fromRows(rows []map[string]string) []string {
	var all []string
	note := func(parts ...any) { all = append(all, fmt.Sprintln(parts...)) }
	for _, r := range rows {
		q, g := plain(r["question"]), plain(r["group"])
		switch kind := strings.TrimPrefix(r["kind"], "export.kind."); kind {
		case "definition":
		case "hidden":
			note(q, g, kind)
		case "base", "unanswered":
			note(q, g, kind, r[map[string]string{"base": "base", "unanswered": "count"}[kind]])
		case "missing":
			note(q, g, kind, plain(r["answer"]), r["count"])
		default:
			switch {
			case r["band_from"] != "":
				note(q, g, kind, plain(r["answer"]), "band", r["band_from"], r["band_to"])
			case r["count"] == "":
				note(q, g, kind, plain(r["answer"]), "hidden")
			default:
				note(q, g, kind, plain(r["answer"]), r["count"], r["percent"], r["low"], r["high"])
			}
		}
	}
	slices.Sort(all)
	return all
}

func readCSV(t rapid.TB, body []byte, excel bool) []map[string]string {
	in := csv.NewReader(bytes.NewReader(body))
	if excel {
		if !bytes.HasPrefix(body, []byte("\xef\xbb\xbf")) {
			t.Fatal("no byte order mark")
		}
		in = csv.NewReader(bytes.NewReader(body[3:]))
		in.Comma = ';'
	}
	var rows []map[string]string
	lines, err := in.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, cell := range line {
			row[columns[i]] = cell
			if first := strings.TrimLeft(cell, " \t\n"); first != "" && strings.ContainsAny(first[:1], "=+@") || strings.HasPrefix(first, "-") && !number.MatchString(first) {
				t.Fatalf("a spreadsheet takes %q for a formula", cell)
			}
		}
		rows = append(rows, row)
	}
	return rows
}

func TestAnExportHasTheNumbersOfTheRelease(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := fileOf(t, drawShown(t))
		want := truth(f)
		check := func(form string, got []string) {
			if !slices.Equal(got, want) {
				t.Fatalf("%s has\n%s\nwant\n%s", form, strings.Join(got, ""), strings.Join(want, ""))
			}
		}
		var out bytes.Buffer
		for _, excel := range []bool{false, true} {
			out.Reset()
			if err := f.CSV(&out, excel); err != nil {
				t.Fatal(err)
			}
			check(fmt.Sprint("CSV, for Excel ", excel), fromRows(readCSV(t, out.Bytes(), excel)))
		}
		out.Reset()
		if err := f.JSON(&out); err != nil {
			t.Fatal(err)
		}
		check("JSON", fromJSON(t, out.Bytes()))
	})
}

func fromJSON(t rapid.TB, body []byte) []string {
	var read struct {
		Questions []question `json:"questions"`
	}
	in := json.NewDecoder(bytes.NewReader(body))
	if err := in.Decode(&read); err != nil {
		t.Fatal(err)
	}
	if _, err := in.Token(); err != io.EOF {
		t.Fatalf("more than one object: %v", err)
	}
	var all []string
	note := func(parts ...any) { all = append(all, fmt.Sprintln(parts...)) }
	for _, q := range read.Questions {
		for _, one := range q.Figures {
			g := ""
			if len(one.Group) > 0 {
				g = one.Group[0].Value
			}
			if !one.Shown {
				note(q.Name, g, "hidden")
				continue
			}
			note(q.Name, g, "base", *one.Base)
			for _, a := range one.Answers {
				switch {
				case a.BandFrom != nil:
					note(q.Name, g, "answer", a.Code, "band", *a.BandFrom, *a.BandTo)
				case a.Count == nil:
					note(q.Name, g, "answer", a.Code, "hidden")
				default:
					note(q.Name, g, "answer", a.Code, *a.Count, *a.Percent, *a.Low, *a.High)
				}
			}
			for _, a := range one.Missing {
				note(q.Name, g, "missing", a.Code, *a.Count)
			}
			if one.Unanswered != nil {
				note(q.Name, g, "unanswered", *one.Unanswered)
			}
		}
	}
	slices.Sort(all)
	return all
}

func TestAWorkbookHasTheNumbersAndNoFormula(t *testing.T) {
	for seed := range 25 {
		f := rapid.Custom(func(t *rapid.T) *File { return fileOf(t, drawShown(t)) }).Example(seed)
		var out bytes.Buffer
		if err := f.XLSX(&out); err != nil {
			t.Fatal(err)
		}
		book, err := excelize.OpenReader(bytes.NewReader(out.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		sheets := book.GetSheetList()
		if len(sheets) != 2+len(f.Release.Questions()) || sheets[0] != "export.codebook" {
			t.Fatalf("sheets are %q", sheets)
		}
		var got []string
		for i, q := range append([]disclosure.Question{{}}, f.Release.Questions()...) {
			got = append(got, fromSheet(t, f, book, sheets[i+1], q)...)
		}
		slices.Sort(got)
		if want := truth(f); !slices.Equal(got, want) {
			t.Fatalf("seed %d: the workbook has\n%s\nwant\n%s", seed, strings.Join(got, ""), strings.Join(want, ""))
		}
	}
}

// fromSheet reads the rows below the headings. Groups stand there by their text, so the
// code is found by the place of the row.
func fromSheet(t *testing.T, f *File, book *excelize.File, sheet string, q disclosure.Question) []string {
	t.Helper()
	lines, err := book.GetRows(sheet, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	names := []string{"group_text", "kind", "answer", "answer_text", "count", "base", "percent", "low", "high", "band_from", "band_to", "note", "mark"}
	var rows []map[string]string
	var groups []string
	for one := range f.figures(q, f.groups()) {
		groups = append(groups, one.value[0].code)
	}
	at, begun := -1, false
	for n, line := range lines {
		for i := range line {
			cell, err := excelize.CoordinatesToCellName(i+1, n+1)
			if err != nil {
				t.Fatal(err)
			}
			if formula, err := book.GetCellFormula(sheet, cell); err != nil || formula != "" {
				t.Fatalf("%s of %s is the formula %q, %v", cell, sheet, formula, err)
			}
		}
		if len(line) == 0 || line[0] == "export.column.group_text" {
			begun = begun || len(line) > 0
			continue
		}
		if !begun {
			continue
		}
		row := map[string]string{"question": q.Name}
		for i, cell := range line {
			row[names[i]] = cell
		}
		if row["kind"] == "export.kind.base" || row["kind"] == "export.kind.hidden" {
			at++
		}
		row["group"] = groups[at]
		rows = append(rows, row)
	}
	return fromRows(rows)
}

func TestNastyTextsComeBackAndNumbersStayNumbers(t *testing.T) {
	for text, want := range map[string]string{
		"=1+1": "'=1+1", "+31 6": "'+31 6", "@x": "'@x", "-x": "'-x", "-2": "-2", "-2,5": "-2,5", "−2": "−2", "  =1": "'  =1", "\t=1": "'\t=1",
		"'s ochtends": "'s ochtends", "'=1": "''=1", "'00": "''00", "gewoon": "gewoon", "": "", "regel\r\nregel": "regel\nregel", "a\x00b": "a\ufffdb",
	} {
		if got := Harmless(text); got != want {
			t.Errorf("Harmless(%q) = %q, want %q", text, got, want)
		}
	}
	for code, want := range map[string]string{"007": "'007", "1e5": "'1e5", "-1": "-1", "12": "12", "12345678901234567": "'12345678901234567", "1.10": "1.10", "a1": "a1"} {
		if got := kept(code); got != want {
			t.Errorf("kept(%q) = %q, want %q", code, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := clean(rapid.OneOf(rapid.String(), rapid.StringMatching(`['=+@\t -]{0,4}[a-z0-9]{0,3}`)).Draw(t, "text"))
		if got := plain(Harmless(text)); got != text {
			t.Fatalf("%q comes back as %q", text, got)
		}
		if twice := clean(text); twice != text {
			t.Fatalf("clean(%q) = %q", text, twice)
		}
		var out bytes.Buffer
		w := csv.NewWriter(&out)
		w.UseCRLF = true
		_ = w.Write([]string{"x", Harmless(text)})
		w.Flush()
		back, err := csv.NewReader(&out).Read()
		if err != nil || plain(back[1]) != text {
			t.Fatalf("%q comes back as %q, %v", text, back, err)
		}
	})
}

func TestSheetsHaveNamesThatExcelTakes(t *testing.T) {
	book := excelize.NewFile()
	rapid.Check(t, func(t *rapid.T) {
		names := sheetNames{}
		for _, name := range rapid.SliceOfN(rapid.OneOf(rapid.String(), rapid.StringMatching(`[Aa']{28,33}`), rapid.Just("History")), 1, 6).Draw(t, "names") {
			one := names.unique(name)
			if err := book.SetSheetName(book.GetSheetName(0), one); err != nil {
				t.Fatalf("unique(%q) = %q: %v", name, one, err)
			}
		}
	})
}
