package main

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"weerklank.nl/weerklank/surveys"
)

// resultsOf is the page of results of a survey of the demo, as the manager reads it.
func (r *running) resultsOf(t *testing.T, client *http.Client, slug, query string) *goquery.Document {
	t.Helper()
	list, err := r.programme.ListSurveys(t.Context(), r.filled.Org)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range list {
		if s.Slug != slug {
			continue
		}
		resp, err := client.Get(r.url + "/beheer/uitvragen/" + string(s.ID) + "/resultaten?" + query)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("results of %s: %s %v", slug, resp.Status, err)
		}
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(string(body)))
		if err != nil {
			t.Fatal(err)
		}
		return doc
	}
	t.Fatalf("the demo has no survey %s", slug)
	return nil
}

// rowIn is the text of the row with the heading, in the section with the heading's id.
func rowIn(doc *goquery.Document, section, heading string) string {
	row := doc.Find("section[aria-labelledby=" + section + "] tr").FilterFunction(func(_ int, r *goquery.Selection) bool {
		return strings.Join(strings.Fields(r.Find("th").First().Text()), " ") == heading
	}).First()
	return strings.Join(strings.Fields(row.Text()), " ")
}

func TestThePlantedTruthsComeOutOnThePages(t *testing.T) {
	r := onSQLite(t)
	client := r.staff(t, surveys.ProgrammeManager)
	for name, c := range map[string]struct {
		slug, query, section, row string
		says                      *regexp.Regexp
	}{
		"the young are missing":                                                {"uw-ervaring", "", "wie", "16 tot en met 29 jaar", regexp.MustCompile(`21 %.*6 %.*Ontbreekt`)},
		"Noorderhaven is missing":                                              {"uw-ervaring", "", "wie", "Noorderhaven", regexp.MustCompile(`19 %.*9 %.*Ontbreekt`)},
		"a department of eight is not shown":                                   {"leren-2025", "naar=afdeling", "uit", "Juridische zaken", regexp.MustCompile(`Te klein om te tonen`)},
		"the neighbourhood bus of four neither":                                {"balie", "naar=servicepunt", "uit", "De wijkbus", regexp.MustCompile(`Te klein om te tonen`)},
		"the year after, the point in the north is listened to":                {"balie-2026", "naar=servicepunt&vraag=gesprek_luisteren_ervaren", "uit", "Servicepunt Noorderhaven", regexp.MustCompile(`60 %.*26 %`)},
		"counter officers need to cope with emotion":                           {"leren-2025", "groep=" + url.QueryEscape("rol:baliemedewerker"), "belang", "Omgaan met emotie", regexp.MustCompile(`97`)},
		"who fills in for somebody else gives a lower answer":                  {"ondersteuning-2026", "naar=invuller&vraag=eigen_stem", "uit", "Ik vul dit in voor iemand anders", regexp.MustCompile(`40 %.*33 tot 48 %`)},
		"than who does for themselves":                                         {"ondersteuning-2026", "naar=invuller&vraag=eigen_stem", "uit", "Ik vul dit in over mijzelf", regexp.MustCompile(`59 %.*53 tot 64 %`)},
		"after training they rate themselves lower, in the counter department": {"leren-2026", "naar=afdeling&vraag=gesprek_luisteren_niveau", "uit", "Publiekszaken", regexp.MustCompile(`64 %.*90 %`)},
	} {
		doc := r.resultsOf(t, client, c.slug, c.query)
		if got := rowIn(doc, c.section, c.row); !c.says.MatchString(got) {
			t.Errorf("%s: the row %q of %s says %q, want %s", name, c.row, c.slug, got, c.says)
		}
	}
	if doc := r.resultsOf(t, client, "topdag", ""); doc.Find("table").Length() != 0 || !strings.Contains(doc.Find("main").Text(), "Te weinig mensen antwoordden") {
		t.Error("the one-day course of six answers shows a figure")
	}
}
