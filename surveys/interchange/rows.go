package interchange

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

// Rows are the cells of a list of people, with where formulas stand.
type Rows struct {
	Cells    [][]string
	formulas map[[2]int]bool
}

// Formula tells whether a cell holds a formula; row and column count from 0.
func (r *Rows) Formula(row, column int) bool { return r.formulas[[2]int{row, column}] }

// ReadRows reads a table of text: the first sheet of an .xlsx workbook, or CSV with
// commas, semicolons or tabs, in UTF-8 (with or without a byte order mark), UTF-16 or
// Windows-1252, as spreadsheets write it. A problem is that of the whole file.
func ReadRows(r io.ReaderAt, size int64) (*Rows, *questionnaire.Problem) {
	fail := func(key string, args map[string]any) (*Rows, *questionnaire.Problem) {
		return nil, &questionnaire.Problem{Severity: questionnaire.Error, Key: key, Args: args}
	}
	switch {
	case size == 0:
		return fail("form.file.empty", nil)
	case size > maxFile:
		return fail("form.file.too_big", map[string]any{"Limit": maxFile >> 20})
	}
	var head [8]byte
	_, _ = r.ReadAt(head[:], 0)
	if bytes.HasPrefix(head[:], []byte("PK")) || bytes.HasPrefix(head[:], []byte{0xd0, 0xcf, 0x11, 0xe0}) {
		return readRowsOfBook(r, size)
	}
	raw := make([]byte, size)
	if _, err := r.ReadAt(raw, 0); err != nil && !errors.Is(err, io.EOF) {
		return fail("form.file.broken", nil)
	}
	text, ok := asUTF8(raw)
	if !ok {
		return fail("form.file.broken", nil)
	}
	// Excel's own hint about the separator is no row.
	if first, rest, found := strings.Cut(text, "\n"); found && strings.HasPrefix(strings.ToLower(first), "sep=") {
		text = rest
	}
	reader := csv.NewReader(strings.NewReader(text))
	reader.Comma = separator(text)
	reader.FieldsPerRecord, reader.LazyQuotes = -1, true
	rows := &Rows{}
	for {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil || len(rows.Cells) > 2*maxRows || len(record) > maxColumns {
			return fail("form.file.broken", nil)
		}
		for i := range record {
			record[i] = cleanCell(record[i])
		}
		rows.Cells = append(rows.Cells, record)
	}
}

// asUTF8 is the text of a file in UTF-8.
func asUTF8(raw []byte) (string, bool) {
	switch {
	case bytes.HasPrefix(raw, []byte{0xef, 0xbb, 0xbf}):
		raw = raw[3:]
	case bytes.HasPrefix(raw, []byte{0xff, 0xfe}), bytes.HasPrefix(raw, []byte{0xfe, 0xff}):
		text, err := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(raw)
		if err != nil {
			return "", false
		}
		raw = text
	}
	if !utf8.Valid(raw) {
		text, err := charmap.Windows1252.NewDecoder().Bytes(raw)
		if err != nil {
			return "", false
		}
		raw = text
	}
	return string(raw), bytes.IndexByte(raw, 0) < 0
}

// separator is what parts the cells of the heading.
func separator(text string) rune {
	first, _, _ := strings.Cut(text, "\n")
	best, most := ',', 0
	for _, sign := range []rune{';', ',', '\t'} {
		if n := strings.Count(first, string(sign)); n > most {
			best, most = sign, n
		}
	}
	return best
}

func readRowsOfBook(r io.ReaderAt, size int64) (rows *Rows, problem *questionnaire.Problem) {
	broken := &questionnaire.Problem{Severity: questionnaire.Error, Key: "form.file.broken"}
	first := ""
	sheets, _, problems := readWorkbook(r, size, func(name string) bool {
		if first == "" {
			first = name
		}
		return name == first
	})
	if len(problems) > 0 {
		return nil, &problems[0]
	}
	if len(sheets) == 0 {
		return nil, broken
	}
	rows = &Rows{Cells: sheets[0].rows, formulas: map[[2]int]bool{}}
	if err := markFormulas(r, size, first, rows); err != nil {
		return nil, broken
	}
	return rows, nil
}
