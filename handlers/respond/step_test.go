package respond_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

const balie = "dienstverlening-balie"

func TestRespondentGoesFromTheFirstPageToTheReceiptCode(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		w := givenTown(t, d)
		w.survey("balie", definition(t, balie), nil)
		a := w.get("/s/balie").wants(200, "Hoe was uw bezoek aan de burgerbalie?")
		if got := squeeze(a.Find(".wk-promise").Text()); got != "U hoort wat wij met uw antwoorden doen, uiterlijk vrijdag 15 januari 2027" {
			t.Errorf("the promise reads %q", got)
		}
		a = a.press("ga=beginnen").wants(200, "Hoe had u contact? (verplicht)")
		if got := squeeze(a.Find(".wk-meta").First().Text()); got != "Vraag 1 van ongeveer 7" {
			t.Errorf("the progress reads %q", got)
		}
		a = a.press("ga=volgende", "kanaal", "balie").wants(200, "Waar was dat?")
		a = a.press("ga=volgende", "servicepunt", a.Find(`input[name=servicepunt]`).First().AttrOr("value", "")).wants(200, "Hoe makkelijk of moeilijk was het om dit te regelen?")
		if a.Find(".wk-scale input").Length() != 5 {
			t.Error("five steps do not lie in a row")
		}
		a = a.press("ga=volgende", "gemak", "4")
		a = a.press("ga=volgende").wants(200, "Hoe goed is er naar u geluisterd?")
		a = a.press("ga=volgende", "gesprek_luisteren_ervaren", "5")
		a = a.press("ga=volgende").wants(200, "Vertel het ons")
		a = a.press("ga=volgende", "open_verbeteren", "Drie keer terugkomen <b>&\nnooit meer").wants(200, "Klopt alles?")
		if !strings.Contains(a.html, "Drie keer terugkomen &lt;b&gt;&amp;<br>\nnooit meer") {
			t.Error("the check page does not show the text as it was typed")
		}
		a = a.press("ga=versturen").wants(200, "Dank u wel, uw antwoorden zijn binnen")
		r := w.stored(a.receipt())
		if r.Survey != "s-balie" || r.Answers["gemak"] != "4" || r.Answers["kanaal"] != "balie" || r.Day != "2026-11-25" {
			t.Errorf("stored is %+v", r)
		}
		if _, ok := a.header["Set-Cookie"]; ok {
			t.Error("a cookie was set")
		}
	})
}

func TestWhatTheWayInFillsInIsNotAsked(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	w.survey("balie", definition(t, balie), nil)
	point := w.get("/s/balie").press("ga=beginnen").press("ga=volgende", "kanaal", "balie").Find("input[name=servicepunt]").First().AttrOr("value", "")
	must(t, w.programme.AddCollector(t.Context(), &surveys.Collector{ID: "qr", Org: org, Survey: "s-balie", Code: "stadhuis", Kind: surveys.QR,
		Prefill: map[string]string{"kanaal": "balie", "servicepunt": point, "gemak": "5"}}))
	w2 := w.remount()
	a := w2.get("/s/balie?via=stadhuis").press("ga=beginnen").wants(200, "Hoe makkelijk of moeilijk was het om dit te regelen?")
	if got := squeeze(a.Find(".wk-meta").First().Text()); got != "Vraag 1 van ongeveer 6" {
		t.Errorf("the progress reads %q", got)
	}
	for a.heading() != "Klopt alles?" {
		a = a.press("ga=volgende")
	}
	r := w2.stored(a.press("ga=versturen").receipt())
	if r.Collector != "qr" || r.Answers["kanaal"] != "balie" || r.Answers["servicepunt"] != point || r.Answers["gemak"] != "" {
		t.Errorf("stored is %+v", r)
	}
}

func TestErrorPageSaysItTwiceAndKeepsWhatWasTyped(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	w.survey("voorstel", definition(t, "voorstel"), nil)
	a := w.get("/s/voorstel").press("ga=beginnen").press("ga=volgende", "titel", "kort", "thema_other", "Ezels")
	if a.code != 422 || !strings.HasPrefix(a.Find("title").Text(), "Fout: ") {
		t.Fatalf("answer is %d %q", a.code, a.Find("title").Text())
	}
	summary := a.Find(".utrecht-alert--error")
	if _, ok := summary.Find("h2[tabindex='-1']").Attr("autofocus"); !ok || squeeze(summary.Find("h2").Text()) != "2 antwoorden kloppen nog niet" {
		t.Errorf("the summary is %s", squeeze(summary.Text()))
	}
	summary.Find("a").Each(func(_ int, s *goquery.Selection) {
		id := strings.TrimPrefix(s.AttrOr("href", ""), "#")
		control := a.Find(`[id="` + id + `"]`)
		if control.Length() != 1 {
			t.Fatalf("%s leads nowhere", id)
		}
		name := control.AttrOr("name", "")
		if got := squeeze(a.Find(`[id="` + name + `-fout"]`).Text()); got != squeeze(s.Text()) {
			t.Errorf("%s: at the field stands %q, in the summary %q", id, got, s.Text())
		}
		if described := control.AttrOr("aria-describedby", ""); !strings.Contains(described, name+"-fout") {
			t.Errorf("%s is described by %q", id, described)
		}
	})
	if got := a.Find("#titel").AttrOr("value", ""); got != "kort" {
		t.Errorf("the title came back as %q", got)
	}
	if got := a.Find("#thema_other").AttrOr("value", ""); got != "Ezels" {
		t.Errorf("the other theme came back as %q", got)
	}
	if _, ok := a.Find("#thema-other").Attr("checked"); !ok {
		t.Error("who typed another theme did not choose it")
	}
}

func TestWhatCannotBeReadStaysTypedOverEveryStepAway(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	w.survey("voorstel", definition(t, "voorstel"), nil)
	a := w.get("/s/voorstel").press("ga=beginnen").
		press("ga=volgende", "titel", "Een bankje bij de bushalte", "uitleg", "Voor mensen die slecht ter been zijn.", "thema_other", "Rust")
	a = a.press("ga=volgende", "gebied", "hele_gemeente")
	for a.Find("#kosten").Length() == 0 {
		a = a.press("ga=volgende")
	}
	a = a.press("taal=en", "kosten", "zeg 31 juni")
	if a.Find("html").AttrOr("lang", "") != "en" || a.Find("#kosten").AttrOr("value", "") != "zeg 31 juni" {
		t.Fatalf("after the language: %q", a.Find("#kosten").AttrOr("value", ""))
	}
	heading := a.heading()
	a = a.press("ga=vorige").press("ga=volgende").wants(200, heading)
	if got := a.Find("#kosten").AttrOr("value", ""); got != "zeg 31 juni" {
		t.Errorf("after back and forth: %q", got)
	}
	if a = a.press("ga=volgende", "openbaar", "ja"); a.code != 422 {
		t.Errorf("what cannot be read was taken: %d %s", a.code, a.heading())
	}
}

func TestCheckPageWorksOutAnewWhatIsRelevant(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	w.survey("balie", definition(t, balie), nil)
	a := w.get("/s/balie").press("ga=beginnen").press("ga=volgende", "kanaal", "online")
	for a.heading() != "Klopt alles?" {
		a = a.press("ga=volgende")
	}
	if a.Find(`button[value=servicepunt]`).Length() != 0 {
		t.Error("the service point of an online contact stands on the check page")
	}
	a = a.press("naar=kanaal").wants(200, "Hoe had u contact? (verplicht)")
	a = a.press("ga=volgende", "kanaal", "balie").wants(200, "Waar was dat?") // asked now, and not seen before
	a = a.press("ga=volgende").wants(200, "Hoe goed is er naar u geluisterd?")
	a = a.press("ga=volgende").wants(200, "Klopt alles?") // what was seen is not asked again
	r := w.stored(a.press("ga=versturen").receipt())
	if r.Answers["kanaal"] != "balie" {
		t.Errorf("stored is %v", r.Answers)
	}
}

func TestTwiceSentIsStoredOnceUnderOneCode(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		w := givenTown(t, d)
		w.survey("balie", definition(t, balie), nil)
		a := w.check("balie")
		first := a.press("ga=versturen").wants(200, "Dank u wel, uw antwoorden zijn binnen").receipt()
		if again := a.press("ga=versturen").wants(200, "Dank u wel, uw antwoorden zijn binnen").receipt(); again != first {
			t.Errorf("codes are %s and %s", first, again)
		}
		if n := w.count("s-balie"); n != 1 {
			t.Errorf("%d responses are stored, want 1", n)
		}
	})
}

func TestSurveyThatClosesMeanwhileLeavesTheAnswersReadable(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	w.survey("balie", definition(t, balie), nil)
	a := w.check("balie", "open_verbeteren", "Zet het op één lijst")
	w.now = time.Date(2026, 12, 14, 9, 0, 0, 0, time.UTC)
	closed := a.press("ga=versturen").wants(409, "Deze vragenlijst is gesloten")
	if text := squeeze(closed.Text()); !strings.Contains(text, "13 december 2026") || !strings.Contains(text, "Zet het op één lijst") || !strings.Contains(text, "15 januari 2027") {
		t.Errorf("the page says %s", text)
	}
	if n := w.count("s-balie"); n != 0 {
		t.Errorf("%d responses are stored, want none", n)
	}
	if text := squeeze(w.get("/s/balie").wants(200, "Hoe was uw bezoek aan de burgerbalie?").Text()); !strings.Contains(text, "gesloten") || !strings.Contains(text, "13 december 2026") {
		t.Errorf("the closed survey says %s", text)
	}
	w.now = time.Date(2026, 10, 29, 9, 0, 0, 0, time.UTC)
	if text := squeeze(w.get("/s/balie").Text()); !strings.Contains(text, "nog niet open") || !strings.Contains(text, "1 november 2026") {
		t.Errorf("the planned survey says %s", text)
	}
}

func TestSurveyClosedByAnotherInstanceTakesNoAnswerFromHere(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	w.survey("balie", definition(t, balie), nil)
	a := w.check("balie")
	must(t, w.programme.ChangeSurvey(t.Context(), org, "s-balie", func(s *surveys.Survey) error { return s.Close(w.now) }))
	a.press("ga=versturen").wants(409, "Deze vragenlijst is gesloten") // though this instance remembers it as open
	if n := w.count("s-balie"); n != 0 {
		t.Errorf("%d responses are stored, want none", n)
	}
}

func TestTroubleWithTheHiddenFieldIsWorded(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	w.survey("balie", definition(t, balie), nil)
	w.survey("andere", definition(t, balie), nil)
	a := w.get("/s/balie").press("ga=beginnen").press("ga=volgende", "kanaal", "balie")
	form := a.form()
	form.Set("ga", "volgende")
	form.Set("servicepunt", "noorderhaven")
	tampered := url.Values{}
	for k, v := range form {
		tampered[k] = v
	}
	tampered.Set("tot-nu-toe", "AAAA"+form.Get("tot-nu-toe"))
	w.post("/s/balie", tampered).wants(400, "Deze bladzijde klopt niet meer")
	w.post("/s/andere", form).wants(400, "Deze bladzijde klopt niet meer")
	w.post("/s/nergens", form).wants(404, "Deze bladzijde is er niet")
	w.now = w.now.AddDate(0, 0, 31)
	old := w.post("/s/balie", form).wants(410, "Deze bladzijde is te oud")
	if !strings.Contains(old.Find("dl").Text(), "Hoe had u contact?") {
		t.Error("the answers of an outdated page are not shown")
	}
}

type full struct{}

func (full) Submit(context.Context, responses.Response, surveys.Date) (responses.Outcome, error) {
	return 0, responses.ErrNotTaken
}

func TestFullQueueKeepsTheAnswersOnThePage(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	w.survey("balie", definition(t, balie), nil)
	a := w.check("balie")
	before := w.router
	w.mount(full{})
	busy := a.press("ga=versturen").wants(503, "Het is nu erg druk")
	if busy.header.Get("Retry-After") == "" {
		t.Error("it does not say when to try again")
	}
	busy.press("ga=bekijken").wants(200, "Klopt alles?")
	w.router = before
	busy.press("ga=versturen").wants(200, "Dank u wel, uw antwoorden zijn binnen")
}

func TestWhatIsNoFormIsRefused(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	w.survey("balie", definition(t, balie), nil)
	r := httptest.NewRequest(http.MethodPost, "/s/balie", strings.NewReader(`{"ga":"versturen"}`))
	r.Header.Set("Content-Type", "application/json")
	w.ask(r).wants(415, "Dit kunnen wij niet lezen")
	a := w.get("/s/balie").press("ga=beginnen")
	form := a.form()
	form.Set("kanaal", strings.Repeat("x", 2<<20))
	w.post("/s/balie", form).wants(413, "Dit is te groot")
}

func TestLogHoldsNothingThatWasTyped(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	w.survey("balie", definition(t, balie), nil)
	a := w.check("balie", "open_verbeteren", "geheimzinnig")
	code := a.press("ga=versturen").receipt()
	w.now = w.now.AddDate(0, 0, 31)
	a.press("ga=versturen")
	w.post("/code", url.Values{"ontvangstcode": {code}})
	w.post("/code", url.Values{"ontvangstcode": {strings.ToLower(code[:18])}})
	for _, word := range []string{"geheimzinnig", code, strings.Fields(code)[0]} {
		if strings.Contains(w.log.String(), word) {
			t.Errorf("the log holds %q: %s", word, w.log.String())
		}
	}
}
