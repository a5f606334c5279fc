package interchange_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"weerklank.nl/weerklank/surveys/interchange"
)

// conversionCase is a line of the corpus' conversion.jsonl: a small form, and
// whether it must be accepted.
type conversionCase struct {
	ID    string
	Form  map[string]json.RawMessage
	OK    bool
	About string
	Kind  string
	Area  string
	Row   int
	Sheet string
	Stage string
}

// workbookOf makes an .xlsx of the rows of a case; headers are in the order in which
// rows use them.
func workbookOf(t *testing.T, form map[string]json.RawMessage) []byte {
	t.Helper()
	headers := map[string][]string{}
	if raw := form["headers"]; raw != nil {
		if err := json.Unmarshal(raw, &headers); err != nil {
			t.Fatal(err)
		}
	}
	book := excelize.NewFile()
	defer book.Close()
	for name, raw := range form {
		if name == "headers" {
			continue
		}
		if _, err := book.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		columns := append([]string(nil), headers[name]...)
		put := func(column, row int, text string) {
			at, err := excelize.CoordinatesToCellName(column+1, row)
			if err != nil {
				t.Fatal(err)
			}
			if err := book.SetCellStr(name, at, text); err != nil {
				t.Fatal(err)
			}
		}
		for i, row := range orderedRows(t, raw) {
			for _, c := range row {
				at := slices.Index(columns, c[0])
				if at < 0 {
					at = len(columns)
					columns = append(columns, c[0])
				}
				put(at, i+2, c[1])
			}
		}
		for i, h := range columns {
			put(i, 1, h)
		}
	}
	if form["Sheet1"] == nil && len(form) > 0 {
		_ = book.DeleteSheet("Sheet1") // the only one stays
	}
	var b bytes.Buffer
	if err := book.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// orderedRows reads a list of objects, or one object, keeping the order of keys.
func orderedRows(t *testing.T, raw json.RawMessage) (rows [][][2]string) {
	dec := json.NewDecoder(strings.NewReader(string(raw)))
	var row [][2]string
	key, depth := "", 0
	for {
		tok, err := dec.Token()
		if err != nil {
			return rows
		}
		switch v := tok.(type) {
		case json.Delim:
			switch v {
			case '{':
				row, key, depth = nil, "", depth+1
			case '}':
				rows, depth = append(rows, row), depth-1
			}
		default:
			if depth == 0 {
				continue
			}
			if key == "" {
				key = fmt.Sprint(v)
				if key == "" {
					key = " "
				}
				continue
			}
			if v == nil {
				v = ""
			}
			row = append(row, [2]string{strings.TrimSpace(key), fmt.Sprint(v)})
			key = ""
		}
	}
}

func TestSmallFormsOfTheCorpusAreJudgedAsTheReferenceDoes(t *testing.T) {
	t.Parallel()
	stages := map[string]*judged{"structure": {}, "expression": {}}
	eachLine(t, corpus(t, "conversion.jsonl"), func(line []byte) {
		var c conversionCase
		if err := json.Unmarshal(line, &c); err != nil {
			t.Fatal(err)
		}
		stage := stages[c.Stage]
		if stage == nil {
			stage = stages["structure"]
		}
		file := workbookOf(t, c.Form)
		_, _, problems := interchange.Check(c.ID+".xlsx", bytes.NewReader(file), int64(len(file)))
		if difference := stage.count(c.OK, c.Row, problems); difference != "" {
			t.Logf("%s [%s]: %s (%s: %s)\n    %s", c.ID, c.Area, difference, c.Kind, c.About, line)
		}
	})
	total(t, "conversion.jsonl", stages, 2)
}
