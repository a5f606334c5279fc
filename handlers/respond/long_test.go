package respond_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// streets asks for one of n streets of a table, those in the chosen part of town.
func streets(n, parts int) *questionnaire.Definition {
	var table strings.Builder
	table.WriteString("name,label,deel\n")
	for i := range n {
		fmt.Fprintf(&table, "s%d,Straat %d é,d%d\n", i, i, i%parts)
	}
	part := question("deel", questionnaire.TypeText, "Welk deel?")
	street := question("straat", questionnaire.TypeOneFromFile, "Welke straat?")
	street.List, street.ChoiceFilter = "straten.csv", "deel = ${deel}"
	return &questionnaire.Definition{FormID: "straten", Items: []*questionnaire.Item{part, street}, Files: []*questionnaire.File{{Name: "straten.csv", Text: table.String()}}}
}

func TestOneLooksForAChoiceInALongList(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	w.survey("straten", streets(30_000, 2), nil)
	a := w.get("/s/straten").press("ga=beginnen").press("ga=volgende", "deel", "d1").wants(200, "Welke straat?")
	if n := a.Find("input[type=radio]").Length(); n != 0 {
		t.Errorf("%d choices are shown before anything was looked for", n)
	}
	a = a.press("ga=zoeken", "zoek-straat", "STRAAT 1234").wants(200, "Welke straat?")
	if n := a.Find("input[type=radio]").Length(); n == 0 || n > 30 {
		t.Errorf("%d choices are found", n)
	}
	a = a.press("ga=zoeken", "zoek-straat", "straat 29999 e").wants(200, "Welke straat?")
	if a.Find("input[type=radio]").Length() != 1 {
		t.Errorf("found %s", squeeze(a.Find("form").Text()))
	}
	if a = a.press("ga=volgende").wants(200, "Welke straat?"); a.Find("input[type=radio]").Length() != 1 {
		t.Error("Enter does not look up what was typed")
	}
	a = a.press("ga=volgende", "straat", "s29999").wants(200, "Klopt alles?")
	a = a.press("naar=straat").wants(200, "Welke straat?")
	if a.Find("input[checked]").AttrOr("value", "") != "s29999" {
		t.Error("what was chosen is not shown")
	}
	if r := w.stored(a.press("ga=volgende").press("ga=versturen").receipt()); r.Answers["straat"] != "s29999" {
		t.Errorf("stored is %v", r.Answers)
	}
}

// BenchmarkLongListOpens opens the page of a list of 30,000 choices after the answer
// that filters it, as a browser would.
func BenchmarkLongListOpens(b *testing.B) {
	w := givenTown(b, dbtest.Open(b, dbtest.SQLite(b)))
	w.survey("straten", streets(30_000, 2), nil)
	a := w.get("/s/straten").press("ga=beginnen")
	form := url.Values{"tot-nu-toe": {a.Find("input[name=tot-nu-toe]").AttrOr("value", "")}, "deel": {"d1"}, "ga": {"volgende"}}.Encode()
	for b.Loop() {
		r := httptest.NewRequest(http.MethodPost, "/s/straten", io.NopCloser(strings.NewReader(form)))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		page := &heard{nowhere: nowhere{header: http.Header{}}}
		w.router.ServeHTTP(page, r)
		if !bytes.Contains(page.Bytes(), []byte("zoek-straat")) {
			b.Fatal("another page")
		}
	}
}
