package interchange_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"weerklank.nl/weerklank/surveys/interchange"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// workbook makes an .xlsx of sheets written as little tables, cells parted by |.
func workbook(t testing.TB, sheets ...string) []byte {
	t.Helper()
	book := excelize.NewFile()
	defer book.Close()
	for i, s := range sheets {
		name, table, _ := strings.Cut(s, "\n")
		name = strings.TrimSpace(name)
		if i == 0 {
			if err := book.SetSheetName("Sheet1", name); err != nil {
				t.Fatal(err)
			}
		} else if _, err := book.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		n := 0
		for line := range strings.Lines(table) {
			if line = strings.TrimSpace(line); line == "" {
				continue
			}
			n++
			for c, v := range strings.Split(line, "|") {
				if v = strings.TrimSpace(v); v == "" {
					continue
				}
				at, err := excelize.CoordinatesToCellName(c+1, n)
				if err != nil {
					t.Fatal(err)
				}
				if err := book.SetCellStr(name, at, v); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	var b bytes.Buffer
	if err := book.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func read(data []byte) (*questionnaire.Definition, []questionnaire.Problem) {
	return interchange.ReadXLSForm(bytes.NewReader(data), int64(len(data)))
}

func told(problems []questionnaire.Problem) string {
	var out []string
	for _, p := range problems {
		out = append(out, fmt.Sprintf("%s:%d:%s:%s", p.Sheet, p.Row, p.Column, strings.TrimPrefix(p.Key, "form.")))
	}
	return strings.Join(out, " ")
}

func TestAFileThatIsNoXLSFormIsRefusedWithTheReason(t *testing.T) {
	// zipOf is an archive with one file, which says that it is that large.
	zipOf := func(name string, size uint64) []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		w, err := z.CreateRaw(&zip.FileHeader{Name: name, Method: zip.Deflate, CompressedSize64: 2, UncompressedSize64: size})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte{3, 0}); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	// crowded is a workbook of few bytes with very many tags in a part.
	crowded := func(name, tags string, times int) []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for name, content := range map[string]string{"xl/workbook.xml": "<workbook/>", name: strings.Repeat(tags, times)} {
			w, err := z.Create(name)
			if err == nil {
				_, err = io.WriteString(w, content)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	whole := workbook(t, "survey\ntype|name\ntext|a")
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"because it is empty":             {nil, ":0::file.empty"},
		"because it is an .xls":           {[]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on"), ":0::file.xls"},
		"because it is text":              {[]byte("type,name\ntext,a\n"), ":0::file.not_xlsx"},
		"because it is another zip":       {zipOf("mimetype", 10), ":0::file.not_xlsx"},
		"because it is cut off":           {whole[:len(whole)/2], ":0::file.broken"},
		"because it is a zip bomb":        {zipOf("xl/worksheets/sheet1.xml", 200<<20), ":0::file.bomb"},
		"because it is crowded":           {crowded("xl/worksheets/sheet1.xml", `<c t="s"/>`, 4_100_000), ":0::file.crowded"},
		"because its texts are crowded":   {crowded("xl/sharedStrings.xml", "<si/>", 1_600_000), ":0::file.crowded"},
		"because it has no sheet survey":  {workbook(t, "vragen\ntype|name\ntext|a"), "survey:0::sheet.no_survey"},
		"because the survey is empty":     {workbook(t, "survey\n"), "survey:0::sheet.empty"},
		"because the survey has no types": {workbook(t, "survey\nname|label\na|A"), "survey:1:type:sheet.no_column"},
	} {
		t.Run(name, func(t *testing.T) {
			d, problems := read(c.data)
			if d != nil || told(problems) != c.want {
				t.Errorf("problems = %s, want %s; definition %v", told(problems), c.want, d)
			}
		})
	}
}

func TestAFaultOfStructureIsNamedAtItsRow(t *testing.T) {
	for name, c := range map[string]struct{ survey, want string }{
		"a group that is not closed":                          {"type|name|label\nbegin_group|g\ntext|a|A", "survey:2:type:unclosed_group"},
		"a group that did not begin":                          {"type|name|label\ntext|a|A\nend_group|", "survey:3:type:end_without_begin"},
		"a repeat closed as a group":                          {"type|name|label\nbegin_repeat|r\ntext|a|A\nend_group|", "survey:4:type:end_mismatch"},
		"a row without a type":                                {"type|name|label\ntext|a|A\n|b", "survey:3:type:no_type"},
		"a column that is there twice":                        {"type|name|label|caption\ntext|a|x|y", "survey:1:caption:sheet.column_twice"},
		"a group that is not closed, with what else is wrong": {"type|name|label\ntext|a|\ntxet|b|B\nbegin_group|g\ntext|c|C", "survey:2:label:no_label survey:3:type:unknown_type survey:4:type:unclosed_group"},
		"a breakdown that is no yes":                          {"type|name|breakdown\ntext|a|misschien", "survey:2:breakdown:bad_yes_no"},
	} {
		t.Run(name, func(t *testing.T) {
			_, problems := read(workbook(t, "survey\n"+c.survey))
			if got := told(problems); got != c.want {
				t.Errorf("problems = %s, want %s", got, c.want)
			}
		})
	}
}

func TestOlderAndOtherSpellingsAreReadAsWhatTheyMean(t *testing.T) {
	d, problems := read(workbook(t, `Survey
		Type                        | Name | Label : Nederlands (nl) | caption:English (en) | Relevance | Required Message:Nederlands (nl) | Colour
		select one from kleur       | a    | Kleur?                  | Colour?              |           | Kies.                            | red
		select_multiple kleur or specify other | b |                 | More?                | ${a} = 'rood' |                              |
		begin group                 | g    |                         |                      |           |                                  |
		int                         | c    |                         |                      |           |                                  |
		end group                   |      |                         |                      |           |                                  |
	`, `Choices
		List Name | Value | Label:Nederlands (nl) | gebied
		kleur     | rood  | Rood                  | noord
	`, `settings
		title | id_string | version
		Proef | proef     | 7
	`))
	if len(problems) > 0 || d == nil {
		t.Fatalf("problems: %s", told(problems))
	}
	a, b, g := d.Items[0], d.Items[1], d.Items[2]
	if a.Type != questionnaire.TypeSelectOne || a.List != "kleur" || a.Label["Nederlands (nl)"] != "Kleur?" || a.Label["English (en)"] != "Colour?" || a.RequiredMessage["Nederlands (nl)"] != "Kies." || a.Extra["Colour"] != "red" {
		t.Errorf("first question = %+v", a)
	}
	if b.Type != questionnaire.TypeSelectMultiple || b.List != "kleur" || !b.OrOther || b.Relevant != "${a} = 'rood'" {
		t.Errorf("second question = %+v", b)
	}
	if g.Kind != questionnaire.Group || len(g.Items) != 1 || g.Items[0].Type != questionnaire.TypeInteger || g.Items[0].Row != 5 {
		t.Errorf("group = %+v", g)
	}
	if d.FormID != "proef" || d.Title[""] != "Proef" || d.Version != "7" || len(d.Languages) != 2 || d.Languages[0].Code != "nl" {
		t.Errorf("form = %+v", d)
	}
	if ch := d.Lists[0].Choices[0]; ch.Name != "rood" || ch.Extra["gebied"] != "noord" {
		t.Errorf("choice = %+v", ch)
	}
}

func TestWhatLooksLikeAFormulaIsWrittenAsText(t *testing.T) {
	d := &questionnaire.Definition{FormID: "=1+1", Items: []*questionnaire.Item{{
		Kind: questionnaire.Question, Name: "a", Type: questionnaire.TypeText,
		Label: questionnaire.Texts{"": `=HYPERLINK("http://kwaad.example";"klik")`},
		Hint:  questionnaire.Texts{"": "+31 en @iets\n-en zo"},
		Extra: map[string]string{"=extra": "=cmd|' /C calc'!A0"},
	}}}
	var b bytes.Buffer
	if err := interchange.WriteXLSForm(&b, d); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(f.Name, "xl/worksheets/") && bytes.Contains(content, []byte("<f>")) {
			t.Errorf("%s holds a formula", f.Name)
		}
	}
	book, err := excelize.OpenReader(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	id, err := book.GetCellStyle("survey", "C2")
	if err != nil {
		t.Fatal(err)
	}
	if style, err := book.GetStyle(id); err != nil || style.NumFmt != 49 {
		t.Errorf("the cell is not marked as text: %+v %v", style, err)
	}
	back, problems := read(b.Bytes())
	if len(problems) > 0 || back.Items[0].Label[""] != d.Items[0].Label[""] || back.Items[0].Hint[""] != d.Items[0].Hint[""] || back.Items[0].Extra["=extra"] != d.Items[0].Extra["=extra"] || back.FormID != "=1+1" {
		t.Errorf("read back %+v, %s", back, told(problems))
	}
}

// FuzzReadXLSForm changes bytes of a workbook: the reader answers with a
// definition or with problems, and never with a panic.
func FuzzReadXLSForm(f *testing.F) {
	f.Add(workbook(f, "survey\ntype|name|label::Nederlands (nl)\ntext|a|Naam?\nselect_one k|b|Kleur?", "choices\nlist_name|name|label\nk|rood|Rood"))
	f.Add([]byte("PK\x03\x04"))
	f.Add([]byte("\xd0\xcf\x11\xe0"))
	if paths := ownForms(f); len(paths) > 0 {
		data, err := os.ReadFile(paths["voorstel.xlsx"])
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d, problems := read(data)
		if d == nil && len(problems) == 0 {
			t.Fatal("neither a definition nor a problem")
		}
		if d != nil {
			questionnaire.Compile(d)
		}
	})
}

// FuzzReadJSON feeds our own JSON. What compiles can also be worked out and written.
func FuzzReadJSON(f *testing.F) {
	f.Add(`{"form_id":"a","title":{"":"A"},"items":[{"kind":"question","name":"a","type":"text"}]}`)
	f.Add(`{"items":[{"kind":"group","name":"g","items":[null]}]}`)
	f.Add(`{"$schema":"https://weerklank.nl/schema/questionnaire-1.json","form_id":"a","title":{},"languages":[{"tag":"nl","code":"nl"}],"items":[
		{"kind":"repeat","name":"r","repeat_count":"${n}","items":[{"kind":"question","name":"q","type":"select_one","list":"k","or_other":true,"choice_filter":"x = ${n}"}]},
		{"kind":"question","name":"n","type":"range","parameters":"start=1 end=9 step=2"}],"lists":[{"name":"k","choices":[{"name":"a","score":1,"extra":{"x":"1"}}]}],
		"files":[{"name":"f.csv","text":"name,label\na,A\n"}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		d, problems := interchange.ReadJSON(strings.NewReader(text))
		if d == nil && len(problems) == 0 {
			t.Fatal("neither a definition nor a problem")
		}
		if d == nil {
			return
		}
		if form, _ := questionnaire.Compile(d); form != nil {
			s := form.Evaluate(questionnaire.Answers{"a": "1", "n": "3", "r": "2"}, questionnaire.Env{})
			s.CheckAll("nl")
			s.Answers()
		}
		for _, format := range []interchange.Format{interchange.JSON, interchange.XLSForm} {
			_ = interchange.Write(io.Discard, format, d) // an error is an answer, a panic is not
		}
	})
}
