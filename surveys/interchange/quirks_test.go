package interchange

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

// bookOf makes a workbook by hand; change lets a case bend it.
func bookOf(t *testing.T, change func(*excelize.File)) []byte {
	t.Helper()
	book := excelize.NewFile()
	defer book.Close()
	if err := book.SetSheetName("Sheet1", "survey"); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"choices", "settings"} {
		if _, err := book.NewSheet(name); err != nil {
			t.Fatal(err)
		}
	}
	rows(t, book, "survey", "type|name|label::Nederlands (nl)|default|required|relevant", "select_one k|a|Kies|||", "integer|b|Getal|||", "date|c|Datum|||")
	rows(t, book, "choices", "list_name|name|label::Nederlands (nl)", "k|1|Een", "k|2|Twee")
	rows(t, book, "settings", "form_id|version", "proef|1")
	change(book)
	var b bytes.Buffer
	if err := book.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func rows(t *testing.T, book *excelize.File, sheet string, lines ...string) {
	t.Helper()
	for i, line := range lines {
		for c, text := range strings.Split(line, "|") {
			at, err := excelize.CoordinatesToCellName(c+1, i+1)
			if err != nil {
				t.Fatal(err)
			}
			if text != "" {
				set(t, book.SetCellStr(sheet, at, text))
			}
		}
	}
}

func set(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// shape is what a definition comes to, in one line a question.
func shape(d *questionnaire.Definition) string {
	if d == nil {
		return "refused"
	}
	var b strings.Builder
	d.Walk(func(it *questionnaire.Item) {
		fmt.Fprintf(&b, "%s %s %s", it.Type, it.List, it.Name)
		if label := d.In(it.Label, "nl"); label != "" {
			fmt.Fprintf(&b, " %q", label)
		}
		for _, more := range []string{it.Default, it.Required, it.Relevant, it.Calculation} {
			if more != "" {
				fmt.Fprintf(&b, " %s", more)
			}
		}
		b.WriteString("\n")
	})
	for _, l := range d.Lists {
		fmt.Fprintf(&b, "%s:", l.Name)
		for _, ch := range l.Choices {
			fmt.Fprintf(&b, " %s=%s", ch.Name, d.In(ch.Label, "nl"))
		}
		b.WriteString("\n")
	}
	fmt.Fprintf(&b, "%s %s", d.FormID, d.Version)
	return b.String()
}

const plainShape = `select_one k a "Kies"
integer  b "Getal"
date  c "Datum"
k: 1=Een 2=Twee
proef 1`

// What spreadsheet programs put in a file without being asked changes nothing of the form.
func TestWhatSpreadsheetsPutInUnaskedChangesNothing(t *testing.T) {
	must := func(err error) { set(t, err) }
	for name, change := range map[string]func(*excelize.File){
		"as it is": func(*excelize.File) {},
		"numbers that are numbers": func(b *excelize.File) {
			must(b.SetCellValue("choices", "B2", 1))
			must(b.SetCellValue("choices", "B3", 2.0))
			must(b.SetCellValue("settings", "B2", 1.0))
		},
		"numbers with decimals shown": func(b *excelize.File) {
			style, err := b.NewStyle(&excelize.Style{NumFmt: 2}) // 0.00
			must(err)
			must(b.SetCellValue("choices", "B2", 1))
			must(b.SetCellStyle("choices", "B2", "B2", style))
		},
		"rich text": func(b *excelize.File) {
			must(b.SetCellRichText("survey", "C2", []excelize.RichTextRun{{Text: "Ki", Font: &excelize.Font{Bold: true}}, {Text: "es"}}))
			must(b.SetCellRichText("survey", "B3", []excelize.RichTextRun{{Text: "b", Font: &excelize.Font{Color: "FF0000"}}}))
		},
		"a cell forced to be text": func(b *excelize.File) {
			style, err := b.NewStyle(&excelize.Style{NumFmt: 49})
			must(err)
			must(b.SetCellStyle("choices", "B2", "B3", style))
		},
		"spaces, no-break spaces and spaces of no width around": func(b *excelize.File) {
			must(b.SetCellStr("survey", "A1", "\u00a0type "))
			must(b.SetCellStr("survey", "B1", "\u200bname\u200b"))
			must(b.SetCellStr("survey", "C1", "\ufefflabel::Nederlands (nl)"))
			must(b.SetCellStr("survey", "A2", "select_one\u00a0k "))
			must(b.SetCellStr("survey", "B2", "a\u200b"))
			must(b.SetCellStr("choices", "A2", " k\u00a0"))
		},
		"headers in other case and with spaces": func(b *excelize.File) {
			rows(t, b, "survey", "Type|NAME|Label :: Nederlands (nl)|Default|Required|Relevant")
			rows(t, b, "choices", "List Name|Name|LABEL::Nederlands (nl)")
			rows(t, b, "settings", "Form ID|Version")
		},
		"sheets in other case": func(b *excelize.File) {
			must(b.SetSheetName("survey", " Survey"))
			must(b.SetSheetName("choices", "CHOICES "))
			must(b.SetSheetName("settings", "Settings"))
		},
		"sheets in another order, with one of their own between": func(b *excelize.File) {
			_, err := b.NewSheet("uitleg")
			must(err)
			must(b.MoveSheet("settings", "survey"))
			must(b.MoveSheet("uitleg", "survey"))
		},
		"hidden sheets, rows and columns": func(b *excelize.File) {
			must(b.SetSheetVisible("choices", false))
			must(b.SetSheetVisible("settings", false))
			must(b.SetRowVisible("survey", 3, false))
			must(b.SetColVisible("survey", "C", false))
		},
		"blank rows and columns between": func(b *excelize.File) {
			must(b.InsertRows("survey", 3, 2))
			must(b.InsertRows("choices", 2, 1))
			must(b.InsertCols("survey", "C", 2))
			must(b.InsertCols("choices", "A", 1))
		},
		"16,000 formatted rows below": func(b *excelize.File) {
			style, err := b.NewStyle(&excelize.Style{Fill: excelize.Fill{Type: "pattern", Color: []string{"EEEEEE"}, Pattern: 1}})
			must(err)
			must(b.SetCellStyle("survey", "A5", "H16000", style))
		},
		"formulas whose value is stored": func(b *excelize.File) {
			must(b.SetCellStr("survey", "H1", "hulp"))
			must(b.SetCellFormula("choices", "C2", `"E"&"en"`))
			must(b.SetCellStr("choices", "C2", "Een"))
		},
		"a list that is filtered, a note and a link": func(b *excelize.File) {
			must(b.AutoFilter("survey", "A1:F4", nil))
			must(b.AddComment("survey", excelize.Comment{Cell: "B2", Author: "A", Text: "let op"}))
			must(b.SetCellHyperLink("survey", "C2", "https://waterrijk.example", "External"))
			must(b.SetPanes("survey", &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
		},
	} {
		t.Run(name, func(t *testing.T) {
			data := bookOf(t, change)
			d, problems := ReadXLSForm(bytes.NewReader(data), int64(len(data)))
			if got := shape(d); got != plainShape {
				t.Errorf("read as\n%s\n%v", got, problems)
			}
		})
	}
}

// Cells that are no text have one reading.
func TestCellsThatAreNoTextHaveOneReading(t *testing.T) {
	must := func(err error) { set(t, err) }
	dated := func(format string) func(b *excelize.File, value float64) {
		return func(b *excelize.File, value float64) {
			style := &excelize.Style{NumFmt: 14}
			if format != "" {
				style = &excelize.Style{CustomNumFmt: &format}
			}
			id, err := b.NewStyle(style)
			must(err)
			must(b.SetCellValue("survey", "D4", value))
			must(b.SetCellStyle("survey", "D4", "D4", id))
		}
	}
	yes := true
	for name, c := range map[string]struct {
		change func(*excelize.File)
		want   string // in the shape of the form
	}{
		"a date":                            {func(b *excelize.File) { dated("")(b, 46053) }, `date  c "Datum" 2026-01-31`},
		"a date as the Dutch write it":      {func(b *excelize.File) { dated("d-m-yyyy;@")(b, 46053) }, `date  c "Datum" 2026-01-31`},
		"a date with a time":                {func(b *excelize.File) { dated("yyyy-mm-dd hh:mm")(b, 46053.5) }, `date  c "Datum" 2026-01-31T12:00:00`},
		"a time":                            {func(b *excelize.File) { dated("[$-413]hh:mm;@")(b, 0.75) }, `date  c "Datum" 18:00:00`},
		"a number with a unit, and no date": {func(b *excelize.File) { dated(`0 "dag(en)"`)(b, 12) }, `date  c "Datum" 12`},
		"a number in red":                   {func(b *excelize.File) { dated(`0;[Red]-0`)(b, 12) }, `date  c "Datum" 12`},
		"a date in the calendar of 1904": {func(b *excelize.File) {
			must(b.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}))
			dated("")(b, 44591)
		}, `date  c "Datum" 2026-01-31`},
		"a yes or no":         {func(b *excelize.File) { must(b.SetCellBool("survey", "E3", true)) }, `integer  b "Getal" TRUE`},
		"a long number":       {func(b *excelize.File) { must(b.SetCellValue("survey", "D3", 123456789012)) }, `integer  b "Getal" 123456789012`},
		"a small number":      {func(b *excelize.File) { must(b.SetCellValue("survey", "D3", 0.0000005)) }, `integer  b "Getal" 0.0000005`},
		"a worked out number": {func(b *excelize.File) { must(b.SetCellValue("survey", "D3", 0.1+0.2)) }, `integer  b "Getal" 0.3`},
	} {
		t.Run(name, func(t *testing.T) {
			data := bookOf(t, c.change)
			d, problems := ReadXLSForm(bytes.NewReader(data), int64(len(data)))
			if got := shape(d); !strings.Contains(got, c.want+"\n") {
				t.Errorf("read as\n%s\nwant %s: %v", got, c.want, problems)
			}
		})
	}
}

const (
	mainSpace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	relSpace  = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
)

func plainParts() map[string]string {
	return map[string]string{
		"[Content_Types].xml":        `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`,
		"_rels/.rels":                `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + relSpace + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/_rels/workbook.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + relSpace + `/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="` + relSpace + `/worksheet" Target="worksheets/sheet2.xml"/><Relationship Id="rId3" Type="` + relSpace + `/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
		"xl/workbook.xml":            `<workbook xmlns="` + mainSpace + `" xmlns:r="` + relSpace + `"><sheets><sheet name="survey" sheetId="1" r:id="rId1"/><sheet name="choices" sheetId="2" r:id="rId2"/></sheets></workbook>`,
		"xl/worksheets/sheet1.xml": `<worksheet xmlns="` + mainSpace + `"><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="inlineStr"><is><t>label::Nederlands (nl)</t></is></c></row>` +
			`<row r="2"><c r="A2" t="inlineStr"><is><r><t>select_one </t></r><r><t>k</t></r></is></c><c r="B2" t="str"><f>LOWER("A")</f><v>a</v></c><c r="C2" t="s"><v>2</v></c></row></sheetData></worksheet>`,
		"xl/worksheets/sheet2.xml": `<worksheet xmlns="` + mainSpace + `"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>list_name</t></is></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="inlineStr"><is><t>label::Nederlands (nl)</t></is></c></row>` +
			`<row r="2"><c r="A2" t="inlineStr"><is><t>k</t></is></c><c r="B2"><v>1</v></c><c r="C2" t="inlineStr"><is><t>Een</t></is></c></row></sheetData></worksheet>`,
		"xl/sharedStrings.xml": `<sst xmlns="` + mainSpace + `" count="3" uniqueCount="3"><si><t>type</t></si><si><t xml:space="preserve"> name </t></si><si><r><t>Ki</t></r><r><rPr><b/></rPr><t>es</t></r></si></sst>`,
	}
}

const rawShape = "select_one k a \"Kies\"\nk: 1=Een\n "

// Programs other than Excel write the same form in other parts, names and spaces.
func TestAWorkbookIsReadWhateverProgramWroteIt(t *testing.T) {
	replace := func(part, old, with string) func(map[string]string) {
		return func(parts map[string]string) {
			if !strings.Contains(parts[part], old) {
				t.Fatalf("%s does not hold %q", part, old)
			}
			parts[part] = strings.ReplaceAll(parts[part], old, with)
		}
	}
	prefixed := func(parts map[string]string) {
		for _, part := range []string{"xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/sharedStrings.xml"} {
			s := strings.NewReplacer("</", "</x:", "<", "<x:").Replace(parts[part])
			parts[part] = strings.ReplaceAll(s, ` xmlns="`, ` xmlns:x="`)
		}
	}
	for name, change := range map[string]func(map[string]string){
		"as it is":      func(map[string]string) {},
		"with a prefix": prefixed,
		"in the strict space": func(parts map[string]string) {
			for part := range parts {
				parts[part] = strings.NewReplacer(mainSpace, "http://purl.oclc.org/ooxml/spreadsheetml/main", relSpace, "http://purl.oclc.org/ooxml/officeDocument/relationships").Replace(parts[part])
			}
		},
		"with absolute targets": func(parts map[string]string) {
			replace("xl/_rels/workbook.xml.rels", `Target="`, `Target="/xl/`)(parts)
			replace("_rels/.rels", `Target="`, `Target="/`)(parts)
		},
		"with sheets under other names": func(parts map[string]string) {
			replace("xl/_rels/workbook.xml.rels", "worksheets/sheet1.xml", "worksheets/blad-a.xml")(parts)
			parts["xl/worksheets/blad-a.xml"] = parts["xl/worksheets/sheet1.xml"]
			delete(parts, "xl/worksheets/sheet1.xml")
		},
		"without places of cells and rows": func(parts map[string]string) {
			for _, part := range []string{"xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"} {
				for _, at := range []string{"A1", "B1", "C1", "A2", "B2", "C2", "1", "2"} {
					parts[part] = strings.ReplaceAll(parts[part], ` r="`+at+`"`, "")
				}
			}
		},
		"with a dimension that is not true":   replace("xl/worksheets/sheet1.xml", "<sheetData>", `<dimension ref="A1:XFD1048576"/><sheetData>`),
		"with a dimension of one cell":        replace("xl/worksheets/sheet1.xml", "<sheetData>", `<dimension ref="A1"/><sheetData>`),
		"with cells merged over columns":      replace("xl/worksheets/sheet1.xml", "</sheetData>", `</sheetData><mergeCells count="1"><mergeCell ref="D1:F1"/></mergeCells>`),
		"with a mark at the start":            func(parts map[string]string) { parts["xl/workbook.xml"] = "\ufeff" + parts["xl/workbook.xml"] },
		"with pronunciation beside the words": replace("xl/sharedStrings.xml", `<si><t>type</t></si>`, `<si><t>type</t><rPh sb="0" eb="1"><t>taip</t></rPh></si>`),
		"with empty cells that have a style":  replace("xl/worksheets/sheet1.xml", `</row></sheetData>`, `<c r="D2" s="0"/><c r="XFD2"/></row><row r="3"><c r="A3" s="0"/></row></sheetData>`),
		"as a workbook with macros":           replace("[Content_Types].xml", "openxmlformats-officedocument.spreadsheetml.sheet.main+xml", "ms-excel.sheet.macroEnabled.main+xml"),
		"as a template":                       replace("[Content_Types].xml", "spreadsheetml.sheet.main+xml", "spreadsheetml.template.main+xml"),
		"with parts of programs unknown": func(parts map[string]string) {
			parts["docProps/unknown.bin"] = "x"
		},
	} {
		t.Run(name, func(t *testing.T) {
			parts := plainParts()
			change(parts)
			data := archive(t, parts)
			d, problems := ReadXLSForm(bytes.NewReader(data), int64(len(data)))
			if got := shape(d); got != rawShape {
				t.Errorf("read as\n%s\n%v", got, problems)
			}
		})
	}
}

// An error that a formula stored is told, and not taken for a word.
func TestAnErrorThatAFormulaStoredIsTold(t *testing.T) {
	for _, code := range []string{"#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!"} {
		parts := plainParts()
		parts["xl/worksheets/sheet1.xml"] = strings.Replace(parts["xl/worksheets/sheet1.xml"], `<c r="C2" t="s"><v>2</v></c>`, `<c r="C2" t="e"><f>VLOOKUP(1,2,3)</f><v>`+code+`</v></c>`, 1)
		data := archive(t, parts)
		d, problems := ReadXLSForm(bytes.NewReader(data), int64(len(data)))
		found := false
		for _, p := range problems {
			found = found || p.Sheet == "survey" && p.Row == 2 && p.Key == "form.file.formula_error"
		}
		if !found {
			t.Errorf("%s: %s\n%v", code, shape(d), problems)
		}
	}
}

func TestFilesOfOtherProgramsAreNamed(t *testing.T) {
	ods := archive(t, map[string]string{"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<office:document-content/>"})
	xlsb := archive(t, map[string]string{"[Content_Types].xml": "<Types/>", "xl/workbook.bin": "x"})
	numbers := archive(t, map[string]string{"Index/Document.iwa": "x"})
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"an .xls of before 2007":        {[]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "form.file.xls"},
		"an .ods":                       {ods, "form.file.ods"},
		"an .xlsb":                      {xlsb, "form.file.xlsb"},
		"a document of Numbers":         {numbers, "form.file.numbers"},
		"a CSV":                         {[]byte("type,name,label\ntext,a,A\n"), "form.file.not_xlsx"},
		"an HTML page called .xlsx":     {[]byte("<html><table></table></html>"), "form.file.not_xlsx"},
		"an archive of something else":  {archive(t, map[string]string{"readme.txt": "x"}), "form.file.not_xlsx"},
		"an archive that was cut short": {archive(t, plainParts())[:900], "form.file.broken"},
	} {
		t.Run(name, func(t *testing.T) {
			d, problems := ReadXLSForm(bytes.NewReader(c.data), int64(len(c.data)))
			if d != nil || len(problems) != 1 || problems[0].Key != c.want {
				t.Errorf("problems = %v, want %s", problems, c.want)
			}
		})
	}
}
