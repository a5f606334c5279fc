package disclosure_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"weerklank.nl/weerklank/surveys/disclosure"
)

// row reads a row of an export by the names of its columns.
func (r *reading) row(from string, q string, group disclosure.Group, row map[string]string) {
	at := place{q, group, row["Antwoord"]}
	base, _ := whole(row["Mensen"])
	n, _ := whole(row["Aantal"])
	switch kind := row["Soort"]; {
	case q == axes[0] || q == axes[1] || q == axes[2]:
		// Who took part, by a breakdown: its answers are the groups.
		if kind == "antwoord" && row["Aantal"] != "" {
			r.note(from, place{"", disclosure.Group{Breakdown: q, Value: row["Antwoord"]}, ""}, numbers{n, n})
		}
	case kind == "aantal mensen":
		r.note(from, at, numbers{base, base})
	case kind == "antwoord" && row["Band van"] != "":
		r.note(from, at, band(row["Band van"], row["Band tot"], base))
	case kind == "antwoord":
		r.note(from, at, numbers{n, n})
	case kind == "geen antwoord":
		at.answer = noAnswer
		r.note(from, at, numbers{n, n})
	case kind != "niet getoond" && kind != "uitleg" || row["Aantal"]+row["Procent"] != "":
		r.t.Errorf("%s: a row that nobody knows: %v", from, row)
	}
}

// csv reads the rows of a file.
func (r *reading) csv(g got, comma rune) {
	in := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(g.body, []byte("\xef\xbb\xbf"))))
	in.Comma = comma
	lines, err := in.ReadAll()
	must(r.t, err)
	for _, line := range lines[1:] {
		row := named(lines[0], line)
		group := disclosure.Group{Breakdown: row["Uitsplitsing"], Value: row["Groep"], With: row["Uitsplitsing 2"], WithValue: row["Groep 2"]}
		r.row(g.path, row["Vraag"], group, row)
	}
}

func named(head, line []string) map[string]string {
	row := map[string]string{}
	for i, cell := range line {
		if i < len(head) {
			row[head[i]] = cell
		}
	}
	return row
}

// workbook reads the sheets of a workbook; each is called after its question.
func (r *reading) workbook(g got) {
	book, err := excelize.OpenReader(bytes.NewReader(g.body))
	must(r.t, err)
	for _, sheet := range book.GetSheetList() {
		lines, err := book.GetRows(sheet)
		must(r.t, err)
		var head []string
		for _, line := range lines {
			switch {
			case len(line) > 1 && line[1] == "Soort":
				head = line
			case head != nil:
				row := named(head, line)
				group, _ := groupCalled(row[head[0]])
				question := sheet
				if sheet == "Deelname" || strings.HasPrefix(sheet, "Wie") || strings.HasPrefix(sheet, "Mee") {
					question = ""
				}
				r.row(g.path+" "+sheet, question, group, row)
			}
		}
	}
}

// json reads the file for programs.
func (r *reading) json(g got) {
	var file struct {
		Questions []struct {
			Name    string
			Figures []struct {
				Group      []struct{ Breakdown, Value string }
				Shown      bool
				Base       int
				Unanswered int
				Answers    []struct {
					Code             string
					Count            *int
					BandFrom, BandTo *int
				}
			}
		}
	}
	must(r.t, json.Unmarshal(bytes.NewBuffer(bytes.ReplaceAll(bytes.ReplaceAll(g.body, []byte("band_from"), []byte("bandfrom")), []byte("band_to"), []byte("bandto"))).Bytes(), &file))
	for _, q := range file.Questions {
		for _, f := range q.Figures {
			if !f.Shown {
				continue
			}
			row := map[string]string{"Soort": "aantal mensen", "Mensen": strconv.Itoa(f.Base)}
			var group disclosure.Group
			for i, one := range f.Group {
				if i == 0 {
					group = disclosure.Group{Breakdown: one.Breakdown, Value: one.Value}
				} else {
					group = group.And(disclosure.Group{Breakdown: one.Breakdown, Value: one.Value})
				}
			}
			r.row(g.path, q.Name, group, row)
			row["Soort"] = "antwoord"
			for _, a := range f.Answers {
				row["Antwoord"], row["Aantal"], row["Band van"], row["Band tot"] = a.Code, "", "", ""
				if a.Count != nil {
					row["Aantal"] = strconv.Itoa(*a.Count)
				}
				if a.BandFrom != nil {
					row["Band van"], row["Band tot"] = strconv.Itoa(*a.BandFrom), strconv.Itoa(*a.BandTo)
				}
				if a.Count != nil || a.BandFrom != nil {
					r.row(g.path, q.Name, group, row)
				}
			}
			if f.Unanswered > 0 {
				r.row(g.path, q.Name, group, map[string]string{"Soort": "geen antwoord", "Aantal": strconv.Itoa(f.Unanswered)})
			}
		}
	}
}
