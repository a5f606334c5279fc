// Package interchange brings questionnaires in and out: XLSForm workbooks and our
// own JSON. It knows files and their faults; what a questionnaire means is the
// business of package questionnaire.
package interchange

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"strings"
	"sync"
	"unicode"

	"github.com/xuri/excelize/v2"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

// The limits of a workbook. They are far beyond any questionnaire that people can
// fill in, and keep a hostile file from taking the server's memory or time.
const (
	maxFile     = 10 << 20  // bytes as sent
	maxExpanded = 100 << 20 // bytes after decompression
	maxParts    = 2000      // files inside
	maxSheets   = 100
	maxRows     = 60_000
	maxColumns  = 1_000
	maxCells    = 2_000_000 // of one sheet
	maxCell     = 32_767    // characters; the limit of a cell in Excel
)

// Pieces are tags and attributes. What is parsed costs hundreds of bytes a piece, so
// a small file of many tiny cells would take gigabytes. A sheet is parsed row by row,
// and may be formatted to its last row; every other part is parsed whole.
const (
	maxSheetPieces = 8_000_000
	maxPartPieces  = 1_500_000
)

// oneAtATime bounds the memory that files take which are within all limits.
var oneAtATime sync.Mutex

// sheet is a sheet as it was read: cells trimmed, rows as long as their last cell.
type sheet struct {
	name  string
	rows  [][]string // rows[0] is row 1 of the sheet
	wrong []wrongCell
}

// readWorkbook reads the sheets that want names (compared without case), in the
// order of the workbook, and the names of all. Problems are those of the file.
func readWorkbook(r io.ReaderAt, size int64, wanted func(name string) bool) (sheets []*sheet, names []string, problems []questionnaire.Problem) {
	fail := func(key string, args map[string]any) ([]*sheet, []string, []questionnaire.Problem) {
		return nil, nil, []questionnaire.Problem{{Severity: questionnaire.Error, Key: key, Args: args}}
	}
	if size == 0 {
		return fail("form.file.empty", nil)
	}
	if size > maxFile {
		return fail("form.file.too_big", map[string]any{"Limit": maxFile >> 20})
	}
	var head [8]byte
	_, _ = r.ReadAt(head[:], 0)
	switch {
	case bytes.HasPrefix(head[:], []byte{0xd0, 0xcf, 0x11, 0xe0}):
		return fail("form.file.xls", nil) // also an .xlsx with a password
	case !bytes.HasPrefix(head[:], []byte("PK")):
		return fail("form.file.not_xlsx", nil)
	}
	oneAtATime.Lock()
	defer oneAtATime.Unlock()
	if key := inspectZip(r, size); key != "" {
		return fail(key, map[string]any{"Limit": maxExpanded >> 20})
	}
	book, err := openBook(io.NewSectionReader(r, 0, size))
	if err != nil {
		return fail("form.file.broken", nil)
	}
	defer book.Close() // nothing was written
	names = book.GetSheetList()
	if len(names) > maxSheets {
		return fail("form.file.too_many_sheets", map[string]any{"Limit": maxSheets})
	}
	for _, name := range names {
		if !wanted(name) {
			continue
		}
		s, problem := readSheet(book, name)
		if problem != nil {
			return nil, nil, []questionnaire.Problem{*problem}
		}
		sheets = append(sheets, s)
	}
	return sheets, names, nil
}

// openBook opens a workbook; a file that makes the library stumble is a broken one.
func openBook(r io.Reader) (book *excelize.File, err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("open workbook: the library failed on it")
		}
	}()
	return excelize.OpenReader(r, excelize.Options{UnzipSizeLimit: maxExpanded, UnzipXMLSizeLimit: maxExpanded, RawCellValue: true})
}

// inspectZip looks at the directory of the archive before anything is unpacked.
// The sizes it tells are held to by archive/zip when reading.
func inspectZip(r io.ReaderAt, size int64) (key string) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return "form.file.broken"
	}
	if len(z.File) > maxParts {
		return "form.file.bomb"
	}
	var total uint64
	workbook, key := false, "form.file.not_xlsx"
	for _, f := range z.File {
		total += f.UncompressedSize64
		if total > maxExpanded || f.UncompressedSize64 > maxExpanded {
			return "form.file.bomb"
		}
		if other := otherProgram(f.Name); other != "" {
			key = other
		}
		workbook = workbook || strings.EqualFold(strings.TrimPrefix(strings.ReplaceAll(f.Name, `\`, "/"), "/"), "xl/workbook.xml")
	}
	if !workbook {
		return key
	}
	for _, f := range z.File {
		most := maxPartPieces
		if strings.HasPrefix(strings.ToLower(strings.ReplaceAll(f.Name, `\`, "/")), "xl/worksheets/") {
			most = maxSheetPieces
		}
		if n, err := pieces(f, most); err != nil {
			return "form.file.broken"
		} else if n > most {
			return "form.file.crowded"
		}
	}
	return ""
}

// otherProgram is the key of what to say of an archive with that part, when it is a
// spreadsheet of another kind; "" when it is not.
func otherProgram(part string) string {
	switch part = strings.ToLower(part); {
	case part == "content.xml":
		return "form.file.ods"
	case part == "xl/workbook.bin":
		return "form.file.xlsb"
	case strings.HasSuffix(part, ".iwa"):
		return "form.file.numbers"
	}
	return ""
}

// pieces counts the tags and attributes in a part, and stops beyond most.
func pieces(f *zip.File, most int) (n int, err error) {
	part, err := f.Open()
	if err != nil {
		return 0, err
	}
	defer part.Close() // only read
	buf := make([]byte, 64<<10)
	for n <= most {
		read, err := part.Read(buf)
		n += bytes.Count(buf[:read], []byte("<")) + bytes.Count(buf[:read], []byte("="))
		if errors.Is(err, io.EOF) {
			return n, nil
		}
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

func readSheet(book *excelize.File, name string) (s *sheet, problem *questionnaire.Problem) {
	broken := func(row int, key string, limit int) *questionnaire.Problem {
		return &questionnaire.Problem{Sheet: name, Row: row, Severity: questionnaire.Error, Key: key, Args: map[string]any{"Limit": limit}}
	}
	defer func() {
		if recover() != nil {
			s, problem = nil, broken(0, "form.file.broken", 0)
		}
	}()
	rows, err := book.Rows(name)
	if err != nil {
		return nil, broken(0, "form.file.broken", 0)
	}
	defer rows.Close()
	s = &sheet{name: name}
	other, err := specialCells(book, name)
	if err != nil {
		return nil, broken(0, "form.file.broken", 0)
	}
	cells, last := 0, 0
	for rows.Next() {
		if len(s.rows) >= maxRows {
			if last < maxRows { // only empty rows follow a form that was formatted to the bottom
				cells, err := rows.Columns()
				if err == nil && len(cells) == 0 {
					continue
				}
			}
			return nil, broken(maxRows, "form.file.too_many_rows", maxRows)
		}
		columns, err := rows.Columns()
		if err != nil {
			return nil, broken(len(s.rows)+1, "form.file.broken", 0)
		}
		for i, c := range columns {
			if len(c) > maxCell*4 {
				return nil, broken(len(s.rows)+1, "form.file.long_cell", maxCell)
			}
			if other != nil {
				at := [2]int{len(s.rows), i}
				if c = other.text(at, c); other.kinds[at] == 'e' && c != "" {
					s.wrong = append(s.wrong, wrongCell{at[0], at[1], c})
				}
			}
			columns[i] = cleanCell(c)
		}
		for len(columns) > 0 && columns[len(columns)-1] == "" {
			columns = columns[:len(columns)-1]
		}
		if cells += len(columns); cells > maxCells {
			return nil, broken(len(s.rows)+1, "form.file.too_many_rows", maxRows)
		}
		if len(columns) > maxColumns {
			return nil, broken(len(s.rows)+1, "form.file.too_many_columns", maxColumns)
		}
		s.rows = append(s.rows, columns)
		if len(columns) > 0 {
			last = len(s.rows)
		}
	}
	if rows.Error() != nil {
		return nil, broken(0, "form.file.broken", 0)
	}
	s.rows = s.rows[:last]
	return s, nil
}

// cleanCell trims a cell and turns what spreadsheets put in unasked into plain
// characters: no-break spaces, Windows line ends. Spaces of no width around it go too.
func cleanCell(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r >= 0x7f }) >= 0 {
		s = strings.NewReplacer("\u00a0", " ", "\r\n", "\n", "\r", "\n", "_x000D_", "", "\x00", "").Replace(strings.ToValidUTF8(s, "�"))
	}
	return strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == '\u200b' || r == '\u2060' || r == '\ufeff' })
}

// cell is the text in a column of a row; "" beyond its end.
func cell(row []string, column int) string {
	if column < 0 || column >= len(row) {
		return ""
	}
	return row[column]
}
