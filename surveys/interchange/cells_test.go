package interchange

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

// cellsOf is a sheet written as lines, cells parted by |.
func cellsOf(name, table string) *sheet {
	s := &sheet{name: name}
	for line := range strings.Lines(table) {
		cells := strings.Split(strings.TrimRight(line, "\n"), "|")
		for i := range cells {
			cells[i] = cleanCell(cells[i])
		}
		s.rows = append(s.rows, cells)
	}
	return s
}

// FuzzReadSheets feeds cells instead of the bytes of a file: what a sheet may hold
// is stranger than what a damaged archive lets through. Whatever compiles can also
// be evaluated.
func FuzzReadSheets(f *testing.F) {
	f.Add("type|name|relevant\ntext|a|${b}\nbegin_group|g|\nend_group||", "list_name|name\nk|a")
	f.Add("type|name|calculation\ncalculate|a|${a}\ncalculate|b|count(${g})", "name|list_name\n|")
	f.Add("label::|type|name:|bind::relevant\n|||", "list name|value|label::x::y\n")
	f.Add("type|name|choice_filter|appearance\nselect_one k or_other|a||likert\nselect_multiple k|b|selected(${a}, name)|", "list_name|name|x\nk|a|1\nk|b|2")
	f.Fuzz(func(t *testing.T, survey, choices string) {
		d, problems := readSheets([]*sheet{cellsOf("survey", survey), cellsOf("choices", choices)}, []string{"survey", "choices"})
		if d == nil {
			if len(problems) == 0 {
				t.Fatal("neither a definition nor a problem")
			}
			return
		}
		form, _ := questionnaire.Compile(d)
		if form == nil {
			return
		}
		s := form.Evaluate(questionnaire.Answers{"a": "1", "b": "x y"}, questionnaire.Env{})
		s.CheckAll("nl")
		s.Answers()
	})
}

// FuzzWorkbookParts feeds the XML inside a workbook, which changed bytes of the
// archive never reach: its shared strings, its list of sheets and a sheet.
func FuzzWorkbookParts(f *testing.F) {
	book := `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="survey" sheetId="1" r:id="rId1"/></sheets></workbook>`
	cells := `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>name</t></is></c></row><row r="2"><c r="A2" t="str"><f>A1</f><v>text</v></c><c r="B2" t="b"><v>1</v></c></row></sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells></worksheet>`
	texts := `<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="1" uniqueCount="1"><si><r><t>ty</t></r><r><t>pe</t></r></si></sst>`
	f.Add(book, cells, texts)
	f.Add(book, strings.Replace(cells, `<v>0</v>`, `<v>99999999999</v>`, 1), texts)
	f.Add(book, strings.Replace(cells, `r="A2"`, `r="XFD1048576"`, 1), texts)
	f.Add(book, cells, `<!DOCTYPE s [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><sst><si><t>&b;</t></si></sst>`)
	f.Fuzz(func(t *testing.T, book, cells, texts string) {
		data := archive(t, map[string]string{
			"[Content_Types].xml":        `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`,
			"_rels/.rels":                `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
			"xl/_rels/workbook.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
			"xl/workbook.xml":            book, "xl/worksheets/sheet1.xml": cells, "xl/sharedStrings.xml": texts,
		})
		d, problems := ReadXLSForm(bytes.NewReader(data), int64(len(data)))
		if d == nil && len(problems) == 0 {
			t.Fatal("neither a definition nor a problem")
		}
		if d != nil {
			questionnaire.Compile(d)
		}
	})
}

// archive is a zip of parts that are stored as they are.
func archive(t *testing.T, parts map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range parts {
		part, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
