package export

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"weerklank.nl/weerklank/surveys/disclosure"
)

func codeOf(theme int) string { return "thema-" + string(rune('a'+theme)) }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// themed is a release with a publication of themes that have those names, of 30 people:
// the first theme is in the texts of 7, each next of one more; the last is withheld.
func themed(t *testing.T, names []string) *File {
	t.Helper()
	f := fileOf(t, m{"questions": []m{{"name": "open", "kind": "words", "label": text("Wat kan beter?")}},
		"figures": []m{{"q": "open", "g": m{}, "f": m{"question": text(""), "base": 40}}}, "smallest": 5, "version": 2})
	cells := []m{}
	for i, name := range names {
		cells = append(cells, m{"name": codeOf(i), "label": text(name), "n": 7 + i})
	}
	cells = append(cells, m{"name": "klein", "label": text("=klein"), "hidden": "withheld"})
	body, err := json.Marshal(m{"release": 3, "question": m{"name": "open~2", "kind": "many", "label": text("Wat kan beter?"), "of": "open"},
		"figure": m{"question": text("Wat kan beter?"), "group": text(""), "base": 30, "cells": cells}})
	if err != nil {
		t.Fatal(err)
	}
	published, err := disclosure.RestoreThemed(disclosure.Themed{Org: "o", Survey: "s", Question: "open", Number: 2, MadeOn: "2026-05-20"}, body)
	if err != nil {
		t.Fatal(err)
	}
	f.Release = f.Release.WithThemes(published)
	return f
}

// Whoever sorts texts types the names of themes, which all files take over.
func TestThemesStandInEachFileAsTextsWithTheirNumbers(t *testing.T) {
	names := []string{"=HYPERLINK(\"http://kwaad.example\",\"Wachten\")", "+31 wachten", "-wachten", "@wachten", "\twachten", "|wachten", "%wachten", " =1+1", "-2", "007", "Wachten"}
	f := themed(t, names)
	want := truth(f)
	for _, line := range []string{"open~2  answer thema-a 7 23 12 41\n", "open~2  answer klein hidden\n"} {
		if !slices.Contains(want, line) {
			t.Fatalf("the release shows\n%s\nwithout %s", strings.Join(want, ""), line)
		}
	}
	check := func(form string, got []string) {
		t.Helper()
		if !slices.Equal(got, want) {
			t.Errorf("%s has\n%s\nwant\n%s", form, strings.Join(got, ""), strings.Join(want, ""))
		}
	}
	for _, excel := range []bool{false, true} {
		var out bytes.Buffer
		must(t, f.CSV(&out, excel))
		rows := readCSV(t, out.Bytes(), excel)
		check("CSV", fromRows(rows))
		var called []string
		for _, row := range rows {
			if strings.HasPrefix(row["answer"], "thema-") {
				called = append(called, plain(row["answer_text"]))
			}
		}
		if !slices.Equal(called, names) {
			t.Errorf("CSV calls the themes %q", called)
		}
	}
	var out bytes.Buffer
	must(t, f.JSON(&out))
	check("JSON", fromJSON(t, out.Bytes()))

	t.Run("and on a sheet of their own", func(t *testing.T) {
		out.Reset()
		must(t, f.XLSX(&out))
		book, err := excelize.OpenReader(&out)
		must(t, err)
		sheets := book.GetSheetList()
		if len(sheets) != 4 || sheets[3] != "open~2" {
			t.Fatalf("the sheets are %q", sheets)
		}
		var got []string
		for i, q := range append([]disclosure.Question{{}}, f.Release.Questions()...) {
			got = append(got, fromSheet(t, f, book, sheets[i+1], q)...) // holds that nothing is a formula
		}
		slices.Sort(got)
		check("XLSX", got)
		lines, err := book.GetRows("open~2", excelize.Options{RawCellValue: true})
		must(t, err)
		for n, line := range lines {
			at := len(line) > 3 && strings.HasPrefix(line[2], "thema-")
			if !at {
				continue
			}
			theme := slices.Index(names, line[3])
			if theme < 0 || line[2] != codeOf(theme) {
				t.Errorf("theme %s is called %q", line[2], line[3])
			}
			for column, want := range map[string][]excelize.CellType{
				"D": {excelize.CellTypeInlineString, excelize.CellTypeSharedString}, // also where a name looks like a number
				"E": {excelize.CellTypeUnset, excelize.CellTypeNumber}, "F": {excelize.CellTypeUnset, excelize.CellTypeNumber}, "G": {excelize.CellTypeUnset, excelize.CellTypeNumber},
			} {
				if kind, err := book.GetCellType("open~2", column+strconv.Itoa(n+1)); err != nil || !slices.Contains(want, kind) {
					t.Errorf("%s of theme %q is a cell of kind %d, %v", column, line[3], kind, err)
				}
			}
		}
	})
}
