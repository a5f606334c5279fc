package main

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

func mustParse(t *testing.T, address string) *url.URL {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// sheet is a page of a survey as the browser has it: what its form would send.
func sheet(t *testing.T, body string) url.Values {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	sealed, ok := doc.Find(`main form input[name="tot-nu-toe"]`).Attr("value")
	if !ok {
		t.Fatalf("no page of a survey:\n%s", squeezed(doc.Find("main").Text()))
	}
	return url.Values{"tot-nu-toe": {sealed}}
}

// wordsOf is what a page says.
func wordsOf(t *testing.T, body string) string {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return squeezed(doc.Find("main").Text())
}

// post sends a form and gives the status and the page that came back.
func post(t *testing.T, address string, form url.Values) (int, string) {
	t.Helper()
	resp, err := http.PostForm(address, form)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// TestTwoInstancesServeTheSameSurvey begins on one instance, goes on at the other,
// and sends the last page to both, as a browser does whose connection dropped.
func TestTwoInstancesServeTheSameSurvey(t *testing.T) {
	address := dbtest.Postgres(t)
	one := serveDemo(t, address)
	two := one.another(t, address)
	path := "/s/" + one.filled.Open
	before := one.count(t, one.filled.Open)

	_, body := post(t, one.url+path, url.Values{"ga": {"beginnen"}})
	given := url.Values{"servicepunt": {"stadhuis"}, "gemak": {"4"}, "heldere_taal_ervaren": {"4"}, "gesprek_luisteren_ervaren": {"4"},
		"nakomen_terugkoppelen_ervaren": {"4"}, "kanaal": {"balie"}}
	for i, instance := 0, []*running{two, one}; !strings.Contains(body, `value="versturen"`); i++ {
		form := sheet(t, body)
		form.Set("ga", "volgende")
		for name := range given {
			if strings.Contains(body, `name="`+name+`"`) {
				form.Set(name, given.Get(name))
			}
		}
		var status int
		if status, body = post(t, instance[i%2].url+path, form); status != http.StatusOK || i > 20 {
			t.Fatalf("step %d: %d\n%s", i, status, wordsOf(t, body))
		}
	}
	last := sheet(t, body)
	last.Set("ga", "versturen")
	codes := map[string]bool{}
	for _, instance := range []*running{one, two, one} {
		status, body := post(t, instance.url+path, last)
		code := receiptCode.FindString(wordsOf(t, body))
		if status != http.StatusOK || code == "" {
			t.Fatalf("sending: %d\n%s", status, wordsOf(t, body))
		}
		codes[code] = true
	}
	if len(codes) != 1 {
		t.Errorf("sent three times, %d receipt codes; want one", len(codes))
	}
	if n := one.count(t, one.filled.Open) - before; n != 1 {
		t.Errorf("sent three times, stored %d times; want once", n)
	}
	releasedAtOnce(t, one, two)
}

// releasedAtOnce lets a manager at each of two instances make the next release of the open
// survey: one is made, and both read the same page.
func releasedAtOnce(t *testing.T, one, two *running) {
	t.Helper()
	s, err := one.programme.FindSurveyBySlug(t.Context(), one.filled.Org, one.filled.Open)
	if err != nil {
		t.Fatal(err)
	}
	byHand := func() int { // the clock's are as of the day before
		t.Helper()
		list, err := one.aggregates.ListReleases(t.Context(), s.Org, s.ID)
		if err != nil {
			t.Fatal(err)
		}
		made := 0
		for _, r := range list {
			if r.AsOf == r.MadeOn {
				made++
			}
		}
		return made
	}
	// The demo has one release; the clock makes the one of the night before it began.
	eventually(t, func() string { return "the release of the night" }, func() bool {
		r, err := one.aggregates.FindRelease(t.Context(), s.Org, s.ID)
		return err == nil && r.Number > 1
	})
	before, path := byHand(), "/beheer/uitvragen/"+string(s.ID)
	type answer struct {
		status int
		page   string
		err    error
	}
	clients := []*http.Client{one.staff(t, surveys.ProgrammeManager), two.staff(t, surveys.ProgrammeManager)}
	answers := make(chan answer)
	for i, instance := range []*running{one, two} {
		go func() {
			resp, err := clients[i].PostForm(instance.url+path+"/stand", nil)
			if err != nil {
				answers <- answer{err: err}
				return
			}
			defer resp.Body.Close()
			body, err := io.ReadAll(resp.Body)
			answers <- answer{resp.StatusCode, string(body), err}
		}()
	}
	made := 0
	for range clients {
		a := <-answers
		switch {
		case a.err != nil:
			t.Error(a.err)
		case a.status == http.StatusOK:
			made++
		case a.status != http.StatusConflict:
			t.Errorf("releasing at once: %d\n%s", a.status, wordsOf(t, a.page))
		}
	}
	if after := byHand(); made == 0 || after != before+made {
		t.Errorf("%d managers were told that a release is made, and %d are", made, after-before)
	}
	var pages []string
	for i, instance := range []*running{one, two} {
		pages = append(pages, squeezed(read(t, clients[i], instance.url+path+"/resultaten").Find("main").Text()))
	}
	if pages[0] != pages[1] || !strings.Contains(pages[0], "Resultaten") {
		t.Errorf("two instances show different results:\n%s\n%s", pages[0], pages[1])
	}
}

// count is the number of stored responses of a survey.
func (r *running) count(t *testing.T, slug string) int {
	t.Helper()
	s, err := r.programme.FindSurveyBySlug(t.Context(), r.filled.Org, slug)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	if err := r.answers.EachResponse(t.Context(), r.filled.Org, s.ID, func(*responses.Response) error { n++; return nil }); err != nil {
		t.Fatal(err)
	}
	return n
}
