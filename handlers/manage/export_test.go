package manage_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"weerklank.nl/weerklank/surveys"
)

// csvOf reads a file for Excel: its rows by the names of the columns.
func (w *desk) csvOf(path string) []map[string]string {
	w.t.Helper()
	file := w.get(path).wants(http.StatusOK)
	body, marked := bytes.CutPrefix(file.body, []byte("\xef\xbb\xbf"))
	if !marked || !strings.Contains(file.head.Get("Content-Disposition"), "attachment") || file.head.Get("Cache-Control") != "no-store" {
		w.t.Errorf("%s: byte order mark %t, headers %v", path, marked, file.head)
	}
	in := csv.NewReader(bytes.NewReader(body))
	in.Comma = ';'
	lines, err := in.ReadAll()
	must(w.t, err)
	var rows []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, cell := range line {
			row[lines[0][i]] = cell
		}
		rows = append(rows, row)
	}
	return rows
}

func TestTheNumbersOfAnExportAreThoseOfThePage(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, stem)
	s := w.closed()
	w.get(results(s)).wants(http.StatusOK)
	w.post("/beheer/uitvragen/"+string(s.ID)+"/stand", nil).wants(http.StatusOK)
	page := w.get(results(s))
	offer := w.get(page.link("Downloaden")).wants(http.StatusOK)
	rows := w.csvOf(offer.link("CSV voor Excel"))

	var shown, exported []string
	page.Find("section[aria-labelledby^='v-']").Each(func(_ int, q *goquery.Selection) {
		name := strings.TrimPrefix(q.AttrOr("aria-labelledby", ""), "v-")
		q.Find("tbody tr").Each(func(_ int, tr *goquery.Selection) {
			if cells := tr.Find("td"); cells.Length() == 3 {
				shown = append(shown, fmt.Sprint(name, "|", squeeze(tr.Find("th").Text()), "|", squeeze(cells.Eq(1).Text()), "|", squeeze(cells.Eq(2).Text())))
			}
		})
		if mark := squeeze(q.Find("code").Text()); mark != "" && !slices.ContainsFunc(rows, func(r map[string]string) bool { return r["Kenmerk"] == mark }) {
			t.Errorf("the mark %q of the page is in no row", mark)
		}
	})
	for _, r := range rows {
		if r["Soort"] == "antwoord" && r["Groep"] == "" && r["Vraag"] != "kanaal" && r["Aantal"] != "" {
			exported = append(exported, fmt.Sprint(r["Vraag"], "|", squeeze(r["Tekst van het antwoord"]), "|", r["Marge van"], " tot ", r["Marge tot"], " %|", r["Aantal"]))
		}
	}
	slices.Sort(shown)
	slices.Sort(exported)
	if len(shown) < 5 || !slices.Equal(shown, exported) {
		t.Errorf("the page shows\n%s\nthe file has\n%s", strings.Join(shown, "\n"), strings.Join(exported, "\n"))
	}
	hidden := 0
	for _, r := range rows {
		if r["Soort"] == "niet getoond" && r["Groep"] == "online" {
			hidden++
			if r["Aantal"]+r["Mensen"]+r["Procent"]+r["Kenmerk"] != "" || !strings.Contains(r["Opmerking"], "te klein") {
				t.Errorf("of a small group the file says %v", r)
			}
		}
	}
	if hidden == 0 {
		t.Error("the small group is missing from the file")
	}
	for _, form := range []string{"csv", "xlsx", "json"} {
		file := w.get("/beheer/uitvragen/" + string(s.ID) + "/export/" + form).wants(http.StatusOK)
		if len(file.body) < 1000 {
			t.Errorf("%s has %d bytes", form, len(file.body))
		}
	}
	w.get("/beheer/uitvragen/" + string(s.ID) + "/export/spss").wants(http.StatusNotFound)
}

func TestAnAnonymousSurveyHasNoRowsForAnybody(t *testing.T) {
	for _, role := range []surveys.Role{surveys.ProgrammeManager, surveys.Administrator} {
		for _, mode := range []surveys.Mode{surveys.Invited, surveys.Strong} {
			w := givenDesk(t, role, stem)
			s := w.inviting(mode)
			path := "/beheer/uitvragen/" + string(s.ID)
			if got := w.get(path + "/op-naam/regels"); got.code != http.StatusForbidden && got.code != http.StatusNotFound {
				t.Errorf("%s, %s: rows gave %d", role, mode, got.code)
			}
			if offer := w.get(path + "/export"); offer.code == http.StatusOK && offer.Find("a[href$='regels']").Length() > 0 {
				t.Errorf("%s, %s: rows are offered", role, mode)
			}
		}
	}
}

func TestANamedReaderDownloadsRowsAndEachIsKept(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, stem)
	s, path, people := w.answeredOnName(t)
	rows := w.csvOf(path + "/op-naam/regels")
	answered := 0
	for _, r := range rows {
		if r["Heeft geantwoord"] == "ja" {
			answered++
			if r["E-mail"] != people[0].Email || !slices.ContainsFunc(mapValues(r), func(v string) bool { return v == "Publiekszaken" }) {
				t.Errorf("the row is %v", r)
			}
		}
	}
	if len(rows) != len(people) || answered != 1 {
		t.Errorf("%d rows, %d answered; want %d and 1", len(rows), answered, len(people))
	}
	if kept := w.readings.kept; len(kept) != 1 || kept[0].Subject != people[0].ID || kept[0].Account != "manager" {
		t.Errorf("readings kept are %+v", kept)
	}
	must(t, w.programme.ChangeSurvey(t.Context(), org, s.ID, func(s *surveys.Survey) error {
		s.Readers = []surveys.ID{"somebody"}
		return nil
	}))
	w.get(path + "/op-naam/regels").wants(http.StatusForbidden)
}

func mapValues(m map[string]string) []string {
	var all []string
	for _, v := range m {
		all = append(all, v)
	}
	return all
}

// link is the address of the link that reads so.
func (s *seen) link(text string) string {
	s.w.t.Helper()
	found := s.Find("a").FilterFunction(func(_ int, a *goquery.Selection) bool { return squeeze(a.Text()) == text })
	if found.Length() == 0 {
		s.w.t.Fatalf("no link reads %q", text)
	}
	return found.AttrOr("href", "")
}
