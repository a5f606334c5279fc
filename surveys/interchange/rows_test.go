package interchange_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"weerklank.nl/weerklank/surveys/interchange"
)

func TestAListComesOutTheSameHoweverASpreadsheetWroteIt(t *testing.T) {
	want := [][]string{{"naam", "email"}, {"Zoë, de Vries", "zoe@x.example"}}
	csv := "naam;email\r\n\"Zoë, de Vries\";zoe@x.example\r\n"
	windows, err := charmap.Windows1252.NewEncoder().String(csv)
	if err != nil {
		t.Fatal(err)
	}
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(strings.ReplaceAll(csv, ";", "\t"))
	if err != nil {
		t.Fatal(err)
	}
	book := excelize.NewFile()
	for cell, value := range map[string]string{"A1": "naam", "B1": "email", "A2": "Zoë, de Vries", "B2": "zoe@x.example"} {
		if err := book.SetCellStr("Sheet1", cell, value); err != nil {
			t.Fatal(err)
		}
	}
	var xlsx bytes.Buffer
	if err := book.Write(&xlsx); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"UTF-8 with semicolons":        csv,
		"UTF-8 with a byte order mark": "\ufeff" + csv,
		"commas":                       "naam,email\n\"Zoë, de Vries\",zoe@x.example\n",
		"Windows-1252":                 windows,
		"UTF-16 with tabs":             wide,
		"a hint about the separator":   "sep=;\r\n" + csv,
		"a workbook":                   xlsx.String(),
	} {
		t.Run(name, func(t *testing.T) {
			rows, problem := interchange.ReadRows(strings.NewReader(content), int64(len(content)))
			if problem != nil {
				t.Fatal(problem.Key)
			}
			if !slices.EqualFunc(rows.Cells, want, slices.Equal) {
				t.Errorf("read %q", rows.Cells)
			}
		})
	}
}

func TestFormulasInAWorkbookAreSeen(t *testing.T) {
	book := excelize.NewFile()
	for cell, value := range map[string]string{"A1": "naam", "A2": "An", "B1": "email"} {
		if err := book.SetCellStr("Sheet1", cell, value); err != nil {
			t.Fatal(err)
		}
	}
	if err := book.SetCellFormula("Sheet1", "B2", `=A2&"@x.example"`); err != nil {
		t.Fatal(err)
	}
	var xlsx bytes.Buffer
	if err := book.Write(&xlsx); err != nil {
		t.Fatal(err)
	}
	rows, problem := interchange.ReadRows(bytes.NewReader(xlsx.Bytes()), int64(xlsx.Len()))
	if problem != nil {
		t.Fatal(problem.Key)
	}
	if !rows.Formula(1, 1) || rows.Formula(1, 0) {
		t.Error("the formula in B2 was not told from the text in A2")
	}
}

func FuzzReadRows(f *testing.F) {
	f.Add([]byte("naam;email\nAn;an@x.example"))
	f.Add([]byte{0xff, 0xfe, 'a', 0})
	f.Add([]byte("\"a"))
	f.Fuzz(func(_ *testing.T, content []byte) {
		_, _ = interchange.ReadRows(bytes.NewReader(content), int64(len(content)))
	})
}
