package respond_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/decisions"
	"weerklank.nl/weerklank/surveys/disclosure"
	"weerklank.nl/weerklank/surveys/notices"
)

// answered sends a survey in and gives the receipt code.
func (w *town) answered(slug string, fields ...string) string {
	w.t.Helper()
	return w.check(slug, fields...).press("ga=versturen").wants(200, "Dank u wel, uw antwoorden zijn binnen").receipt()
}

func words(nl string) surveys.Text { return surveys.Text{NL: nl, EN: nl + " (en)"} }

// decided tells the people of a survey what was decided: about the question `gemak`
// and about a question that nobody was asked.
func (w *town) decided(s *surveys.Survey) {
	w.t.Helper()
	ctx := w.t.Context()
	for id, question := range map[surveys.ID]string{"f-gemak": "gemak", "f-anders": "iets_anders"} {
		must(w.t, w.programme.AddFinding(ctx, &decisions.Finding{ID: id, Org: org, Survey: s.ID, Statement: words("Bevinding over " + question),
			Evidence: []disclosure.Evidence{{Survey: s.ID, Question: question, AsOf: "2026-12-14"}}, MadeOn: "2026-12-15"}))
	}
	for id, finding := range map[surveys.ID]surveys.ID{"d-gemak": "f-gemak", "d-anders": "f-anders"} {
		d := &decisions.Decision{ID: id, Org: org, Survey: s.ID, Findings: []surveys.ID{finding}, Outcome: decisions.Adopted, What: words("Besluit " + string(id)),
			Reason: words("Omdat het kan"), DecidedBy: words("de wethouder Zorg"), DecidedOn: "2026-12-16", Next: words("De training begint"), NextOn: "2027-02-04",
			RecordedAt: surveys.Date("2026-12-16").Time()}
		if id == "d-anders" {
			d.Outcome = decisions.NotAdopted
		}
		must(w.t, w.programme.AddDecision(ctx, d))
	}
	must(w.t, w.programme.AddNotice(ctx, &notices.Notice{ID: "n", Org: org, Survey: s.ID, Kind: notices.FollowUp, Asked: words("Hoe was uw bezoek?"), Said: words("De uitleg is niet duidelijk."),
		Decided: words("Een blaadje na elk gesprek."), Next: words("Medewerkers leren uitleggen."), Decisions: []surveys.ID{"d-gemak", "d-anders"},
		PublishedOn: "2026-12-17", PublishedAt: surveys.Date("2026-12-17").Time()}))
	must(w.t, w.programme.AddNotice(ctx, &notices.Notice{ID: "concept", Org: org, Survey: s.ID, Kind: notices.Interim, Asked: words("Geheim"), Next: words("Geheim concept")}))
	must(w.t, w.programme.ChangeSurvey(ctx, org, s.ID, func(s *surveys.Survey) error { s.KeepPromise("2026-12-17"); return nil }))
}

func TestHolderOfACodeSeesWhatWasDone(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		w := givenTown(t, d)
		s := w.survey("balie", definition(t, balie), func(s *surveys.Survey) { s.OwnAnswers = true })
		code := w.answered("balie")
		a := w.get("/code").wants(200, "Wat is er met mijn antwoorden gedaan?").send("ontvangstcode", " "+strings.ToLower(strings.ReplaceAll(code, " ", "-")))
		a.wants(200, "Dit is er met uw antwoorden gedaan")
		if got := squeeze(a.Find(".wk-promise").Text()); !strings.HasSuffix(got, "vrijdag 15 januari 2027") {
			t.Errorf("before anything was decided the promise reads %q", got)
		}
		if a.Find(".wk-loop [aria-current=step]").Text() != "Geantwoord" {
			t.Errorf("the loop stands at %q", a.Find(".wk-loop [aria-current=step]").Text())
		}
		w.decided(s)
		a = w.get("/code").send("ontvangstcode", code).wants(200, "Dit is er met uw antwoorden gedaan")
		if text := squeeze(a.Find(".utrecht-status-badge--success").First().Text()); text != "Belofte nagekomen" {
			t.Errorf("the promise is %q", text)
		}
		if mine := squeeze(a.Find("#mijn").Parent().Text()); !strings.Contains(mine, "Besluit d-gemak") || strings.Contains(mine, "d-anders") || !strings.Contains(mine, "Omdat het kan") || !strings.Contains(mine, "4 februari 2027") {
			t.Errorf("about the questions that were answered it says %s", mine)
		}
		if others := squeeze(a.Find("#andere").Parent().Text()); !strings.Contains(others, "Wij doen het niet") {
			t.Errorf("about the others it says %s", others)
		}
		if strings.Contains(a.html, "Geheim") {
			t.Error("a concept is shown")
		}
		if a.header.Get("Cache-Control") != "no-store" {
			t.Errorf("the browser may keep the page: %s", a.header.Get("Cache-Control"))
		}
	})
}

func TestWithdrawnAnswersAreGone(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		w := givenTown(t, d)
		w.survey("balie", definition(t, balie), nil)
		code, other := w.answered("balie"), w.answered("balie")
		a := w.get("/code").send("ontvangstcode", code)
		a = a.press("ga=intrekken")
		if a.code != 422 || !strings.Contains(a.Find("#code-nogmaals-fout").Text(), "Vul uw ontvangstcode in") {
			t.Fatalf("without the code: %d", a.code)
		}
		a = a.press("ga=intrekken", "code-nogmaals", other)
		if a.code != 422 || a.Find("#code-nogmaals").AttrOr("value", "") != other {
			t.Fatalf("with another code: %d %s", a.code, a.heading())
		}
		a.press("ga=intrekken", "code-nogmaals", strings.ToLower(code)).wants(200, "Uw antwoorden zijn ingetrokken")
		w.get("/code").send("ontvangstcode", code).wants(422, "Wat is er met mijn antwoorden gedaan?")
		w.get("/code").send("ontvangstcode", other).wants(200, "Dit is er met uw antwoorden gedaan")
	})
}

func TestWrongCodesAreWordedApart(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	for typed, want := range map[string]string{
		"":                    "Vul uw ontvangstcode in.",
		"KX7M 9R2P":           "zestien tekens",
		"KX7M 9R2P WT4H 3QV0": "in geen enkele code",
		"KX7M 9R2P WT4H 3QVE": "typfout",
	} {
		a := w.get("/code").send("ontvangstcode", typed).wants(422, "Wat is er met mijn antwoorden gedaan?")
		if got := squeeze(a.Find("#ontvangstcode-fout").Text()); !strings.Contains(got, want) {
			t.Errorf("%q: %s", typed, got)
		}
		if a.Find("#ontvangstcode").AttrOr("value", "") != typed {
			t.Errorf("%q did not stay typed", typed)
		}
	}
	a := w.get("/code?taal=en").send("ontvangstcode", "x")
	if a.Find("html").AttrOr("lang", "") != "en" {
		t.Error("the answer is not in English")
	}
}

func TestCodesCannotBeTriedOnAndOn(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	w.survey("balie", definition(t, balie), nil)
	code := w.answered("balie")
	try := func(from, code string) *answer {
		r := httptest.NewRequest(http.MethodPost, "/code", strings.NewReader(url.Values{"ontvangstcode": {code}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.RemoteAddr = from
		return w.ask(r)
	}
	const unknown = "AAAA AAAA AAAA AAAA" // nobody was given it
	last := try("192.0.2.1:1000", unknown).wants(422, "Wat is er met mijn antwoorden gedaan?")
	for range 20 {
		last = try("192.0.2.7:2000", unknown) // another address of the same network
	}
	last.wants(429, "Te vaak geprobeerd")
	after, err := strconv.Atoi(last.header.Get("Retry-After"))
	must(t, err)
	w.now = w.now.Add(time.Duration(after) * time.Second) // the moment of the pages, and no other clock
	try("192.0.2.7:2000", unknown).wants(422, "Wat is er met mijn antwoorden gedaan?")
	try("192.0.2.7:2000", unknown).wants(429, "Te vaak geprobeerd")
	try("198.51.100.1:1000", unknown).wants(422, "Wat is er met mijn antwoorden gedaan?")
	try("[2001:db8::1]:1000", unknown).wants(422, "Wat is er met mijn antwoorden gedaan?")
	for range 20 { // a photo of one code, shared by people behind the address from which was guessed
		try("192.0.2.1:1000", code).wants(200, "Dit is er met uw antwoorden gedaan")
	}
}

func TestOwnAnswersShowWhereTheSurveyAllowsIt(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	w.survey("zonder", definition(t, balie), nil)
	w.survey("met", definition(t, balie), func(s *surveys.Survey) { s.OwnAnswers = true })
	if a := w.get("/code").send("ontvangstcode", w.answered("zonder")); a.Find("#antwoorden").Length() != 0 {
		t.Error("own answers show though the survey does not say so")
	}
	if a := w.get("/code").send("ontvangstcode", w.answered("met", "open_verbeteren", "Meer licht")); !strings.Contains(a.Find("dl.utrecht-data-list").Text(), "Meer licht") {
		t.Error("own answers do not show")
	}
}

// A question may be asked only of who answered another one in some way. Whoever makes a
// colleague hand over their code, in a survey that shows no own answers, must not learn
// from the page which questions they answered.
func TestWhoDemandsACodeDoesNotLearnWhichQuestionsWereAnswered(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	s := w.survey("balie", definition(t, balie), nil)
	with, without := w.answered("balie", "open_verbeteren", "Meer licht"), w.answered("balie", "open_verbeteren", "")
	ctx := t.Context()
	must(t, w.programme.AddFinding(ctx, &decisions.Finding{ID: "f", Org: org, Survey: s.ID, Statement: words("Over wat beter kan"),
		Evidence: []disclosure.Evidence{{Survey: s.ID, Question: "open_verbeteren", AsOf: "2026-12-14"}}, MadeOn: "2026-12-15"}))
	must(t, w.programme.AddDecision(ctx, &decisions.Decision{ID: "d", Org: org, Survey: s.ID, Findings: []surveys.ID{"f"}, Outcome: decisions.Adopted, What: words("Meer lampen"),
		Reason: words("Omdat het kan"), DecidedBy: words("de wethouder Zorg"), DecidedOn: "2026-12-16", Next: words("De lampen komen"), NextOn: "2027-02-04",
		RecordedAt: surveys.Date("2026-12-16").Time()}))
	must(t, w.programme.AddNotice(ctx, &notices.Notice{ID: "n", Org: org, Survey: s.ID, Kind: notices.FollowUp, Asked: words("Hoe was uw bezoek?"), Said: words("Het is donker."),
		Decided: words("Meer lampen."), Next: words("De lampen komen."), Decisions: []surveys.ID{"d"}, PublishedOn: "2026-12-17", PublishedAt: surveys.Date("2026-12-17").Time()}))
	var seen []string
	for _, code := range []string{with, without} {
		a := w.get("/code").send("ontvangstcode", code).wants(200, "Dit is er met uw antwoorden gedaan")
		if text := squeeze(a.Find("#andere").Parent().Text()); !strings.Contains(text, "Besluiten over deze vragenlijst") || !strings.Contains(text, "Meer lampen") {
			t.Errorf("what was decided reads %s", text)
		}
		seen = append(seen, strings.ReplaceAll(a.html, code, ""))
	}
	if seen[0] != seen[1] {
		t.Error("the page of who wrote something differs from that of who did not")
	}
}
