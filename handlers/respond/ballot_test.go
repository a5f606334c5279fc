package respond_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

// invite invites five people to a survey and gives the tokens of their ballots.
func (w *town) invite(s *surveys.Survey, values map[string]string) []string {
	w.t.Helper()
	i := &responses.Invitations{Org: org, Survey: s.ID, Mode: s.Mode, Status: responses.Ready, Generation: w.keys.Generation(),
		Groups: []responses.BallotGroup{{Values: values, People: 5}}}
	var people []responses.Invitee
	var ballots []responses.NewBallot
	var tokens []string
	for _, name := range []string{"an", "bo", "ca", "da", "ed"} {
		id := surveys.ID(name + "-" + string(s.ID))
		ballot, hash, err := w.keys.Ballot(i.Generation, org, s.ID, responses.ForInvitee(id))
		must(w.t, err)
		people = append(people, responses.Invitee{ID: id, Email: name + "@waterrijk.example", Lang: surveys.Dutch, State: responses.NotSent})
		b := responses.NewBallot{Hash: hash}
		if s.Mode == surveys.Named {
			b.Invitee = id
		}
		ballots, tokens = append(ballots, b), append(tokens, ballot.Token())
	}
	must(w.t, w.ledger.Prepare(w.t.Context(), i, people, ballots))
	return tokens
}

func (w *town) invited(slug string, mode surveys.Mode) *surveys.Survey {
	return w.survey(slug, definition(w.t, balie), func(s *surveys.Survey) {
		s.Mode = mode
		if mode == surveys.Named {
			s.Readers = []surveys.ID{"owner"}
		}
	})
}

func TestABallotLetsInOnce(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	tokens := w.invite(w.invited("balie", surveys.Invited), nil)
	for range 3 { // a mail scanner follows the link, and so does a curious colleague
		w.get("/b/" + tokens[0])
	}
	start := w.get("/b/"+tokens[0]).wants(http.StatusOK, "Hoe was uw bezoek aan de burgerbalie?")
	for name, want := range map[string]string{"Cache-Control": "no-store", "Referrer-Policy": "strict-origin"} {
		if got := start.header.Get(name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	if start.path != "/b/"+tokens[0] || strings.Contains(start.html, `/b/`+tokens[0]) && start.Find("form").First().AttrOr("action", "") != "/s/balie" {
		t.Error("the ballot goes on in an address")
	}
	first := w.walk(start)
	code := first.wants(http.StatusOK, "Dank u wel, uw antwoorden zijn binnen").receipt()
	if r := w.stored(code); r.Day != "" {
		t.Errorf("the invited mode kept the day %s", r.Day)
	}
	w.get("/b/"+tokens[0]).wants(http.StatusOK, "Deze uitnodiging is al gebruikt")
	w.get("/b/"+tokens[1]).wants(http.StatusOK, "Hoe was uw bezoek aan de burgerbalie?")
	if strings.Contains(w.log.String(), tokens[0]) {
		t.Error("a ballot stands in the log")
	}
}

func TestTheSecondSenderWithOneBallotHearsThatItWasUsedAndKeepsTheirAnswers(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	tokens := w.invite(w.invited("balie", surveys.Invited), nil)
	mine, forwarded := w.toCheck(w.get("/b/"+tokens[0])), w.toCheck(w.get("/b/"+tokens[0]))
	code := mine.press("ga=versturen").wants(http.StatusOK, "Dank u wel, uw antwoorden zijn binnen").receipt()
	late := forwarded.press("ga=versturen").wants(http.StatusConflict, "Deze uitnodiging is al gebruikt")
	if late.Find(".utrecht-data-list__item, .utrecht-table, dl").Length() == 0 {
		t.Error("what they filled in is gone from the page")
	}
	// The same page sent once more is no second use: the same code again.
	if again := mine.press("ga=versturen").wants(http.StatusOK, "Dank u wel, uw antwoorden zijn binnen").receipt(); again != code {
		t.Errorf("a retry gave the code %q, want %q", again, code)
	}
}

func TestWithoutABallotNobodyComesIn(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	s := w.invited("balie", surveys.Invited)
	tokens := w.invite(s, nil)
	if page := w.get("/s/balie"); page.Find(`input[name="uitnodiging"]`).Length() != 1 || page.Find(`button[value="beginnen"]`).Length() != 0 {
		t.Error("the plain link lets in to a survey of the invited mode")
	}
	for typed, want := range map[string]string{
		"":                    "Vul de code van uw uitnodiging in.",
		"KX7M":                "Een code heeft zestien tekens",
		"AAAA AAAA AAAA AAAA": "Deze code hoort niet bij een vragenlijst van ons",
	} {
		answer := w.post("/b", map[string][]string{"uitnodiging": {typed}})
		if !strings.Contains(answer.html, want) {
			t.Errorf("typing %q says %q", typed, squeeze(answer.Find(".utrecht-alert--error").Text()))
		}
	}
	spaced := tokens[0][:4] + " " + strings.ToLower(tokens[0][4:8]) + "-" + tokens[0][8:]
	w.post("/b", map[string][]string{"uitnodiging": {spaced}}).wants(http.StatusOK, "Hoe was uw bezoek aan de burgerbalie?")
	w.survey("ander", definition(t, balie), nil)
	// A field of another survey does not open here, whatever ballot is in it.
	form := w.get("/b/" + tokens[0]).form()
	w.post("/s/ander", form).wants(http.StatusBadRequest, "Deze bladzijde klopt niet meer")
}

func TestWhatTheInvitationKnowsIsNotAskedAndComesWithTheAnswers(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	tokens := w.invite(w.invited("balie", surveys.Invited), map[string]string{"kanaal": "balie", "servicepunt": ""})
	check := w.toCheck(w.get("/b/" + tokens[0]))
	if strings.Contains(check.html, `"kanaal"`) || strings.Contains(check.html, "servicepunt") {
		t.Error("a question was asked that the invitation answers, or leaves out on purpose")
	}
	r := w.stored(check.press("ga=versturen").receipt())
	if _, asked := r.Answers["servicepunt"]; r.Answers["kanaal"] != "balie" || asked {
		t.Errorf("stored %v, want the channel of the invitation and no service point", r.Answers)
	}
}

func TestAPersonReadsCorrectsAndWithdrawsWhatTheySentOnName(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	tokens := w.invite(w.invited("gesprek", surveys.Named), nil)
	start := w.get("/b/" + tokens[0])
	if said := squeeze(start.Find(".utrecht-alert--info").Text()); !strings.Contains(said, "De teamleider Burgerbalie") {
		t.Errorf("the start page says %q, and not who will read it", said)
	}
	w.walk(start).wants(http.StatusOK, "Dank u wel, uw antwoorden zijn binnen")
	own := w.get("/b/" + tokens[0])
	if !strings.Contains(own.html, "Dit heeft u verstuurd") {
		t.Fatalf("their own link says %q", own.heading())
	}
	w.walk(own.press("ga=wijzigen")).wants(http.StatusOK, "Dank u wel, uw antwoorden zijn binnen")
	n := 0
	must(t, w.answers.EachResponse(t.Context(), org, "s-gesprek", func(*responses.Response) error { n++; return nil }))
	if n != 1 {
		t.Errorf("%d responses after correcting, want 1", n)
	}
	asks := w.get("/b/" + tokens[0]).press("ga=intrekken")
	asks.press("ga=intrekken-zeker").wants(http.StatusOK, "Uw antwoorden zijn ingetrokken")
	w.get("/b/"+tokens[0]).wants(http.StatusOK, "Hoe was uw bezoek aan de burgerbalie?")
}

func TestMessagesStopByOnePost(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	s := w.invited("balie", surveys.Invited)
	w.invite(s, nil)
	token, err := w.keys.StopToken(w.keys.Generation(), org, s.ID, "an-s-balie")
	must(t, err)
	w.get("/afmelden/"+token).wants(http.StatusOK, "Geen mail meer over deze vragenlijst")
	stateOf := func() responses.InviteeState {
		one, err := w.ledger.FindInvitee(t.Context(), org, s.ID, "an-s-balie")
		must(t, err)
		return one.State
	}
	if stateOf() != responses.NotSent {
		t.Error("looking at the page stopped the messages")
	}
	for range 2 {
		w.post("/afmelden/"+token, map[string][]string{"List-Unsubscribe": {"One-Click"}}).wants(http.StatusOK, "U krijgt hierover geen mail meer")
	}
	if stateOf() != responses.NoMoreMail {
		t.Error("the POST of a mail program did not stop the messages")
	}
	if page := w.get("/afmelden/" + altered(token, len(token)-1)); page.code != http.StatusNotFound {
		t.Errorf("a token that we did not write answers %d", page.code)
	}
}

// altered is the token with another character at a place. Of the last one of base64 some
// bits may say nothing.
func altered(token string, at int) string {
	other := "A"
	if token[at] == 'A' {
		other = "B"
	}
	return token[:at] + other + token[at+1:]
}

// toCheck walks a sitting to its check page, giving each page as little as it takes.
func (w *town) toCheck(a *answer) *answer {
	w.t.Helper()
	if a.Find(`button[value="beginnen"]`).Length() > 0 {
		a = a.press("ga=beginnen")
	}
	for range 60 {
		if a.Find(`button[value="versturen"]`).Length() > 0 && a.Find(`button[value="volgende"]`).Length() == 0 {
			return a
		}
		var fields []string
		a.Find("form").First().Find(`input[type="radio"]`).Each(func(_ int, s *goquery.Selection) {
			name := s.AttrOr("name", "")
			for i := 0; i < len(fields); i += 2 {
				if fields[i] == name {
					return
				}
			}
			fields = append(fields, name, s.AttrOr("value", ""))
		})
		a = a.press("ga=volgende", fields...)
	}
	w.t.Fatalf("no check page after sixty steps: %q", a.heading())
	return nil
}

// walk is toCheck and sends.
func (w *town) walk(a *answer) *answer { return w.toCheck(a).press("ga=versturen") }

func TestBallotsCannotBeTriedOnAndOn(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	tokens := w.invite(w.invited("balie", surveys.Invited), nil)
	unknown := w.invite(w.invited("weg", surveys.Invited), nil)[0]
	must(t, w.db.Transact(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), `DELETE FROM ballots WHERE survey_id = ?`, "s-weg")
		return err
	}))
	var last *answer
	for range 20 {
		last = w.get("/b/" + unknown)
	}
	if last.code != http.StatusTooManyRequests || last.header.Get("Retry-After") == "" {
		t.Errorf("after twenty tries it answers %d, Retry-After %q", last.code, last.header.Get("Retry-After"))
	}
	for range 20 { // an invitation that was forwarded, opened behind the address from which was guessed
		w.get("/b/"+tokens[0]).wants(http.StatusOK, "Hoe was uw bezoek aan de burgerbalie?")
	}
}

// A programme manager who is no reader prints the cards and so has the links on them. With
// a card alone nobody reads what its person answered on name.
func TestWhoPrintedACardDoesNotReadWhatWasAnsweredOnNameWithIt(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		w := givenTown(t, d)
		s := w.invited("gesprek", surveys.Named)
		ballot, hash, err := w.keys.Ballot(w.keys.Generation(), org, s.ID, responses.ForInvitee("fa"))
		must(t, err)
		must(t, w.ledger.Prepare(t.Context(), &responses.Invitations{Org: org, Survey: s.ID, Mode: s.Mode, Status: responses.Ready, Generation: w.keys.Generation(),
			Groups: []responses.BallotGroup{{People: 1}}}, []responses.Invitee{{ID: "fa", Name: "Fa", Lang: surveys.Dutch, State: responses.CardOnly}},
			[]responses.NewBallot{{Hash: hash, Invitee: "fa"}}))
		link := "/b/" + ballot.Token()
		code := w.walk(w.get(link)).wants(http.StatusOK, "Dank u wel, uw antwoorden zijn binnen").receipt()
		for _, ga := range []string{"", "wijzigen", "intrekken", "intrekken-zeker", "laten", "lezen"} {
			seen := w.post(link, map[string][]string{"ga": {ga}, "ontvangstcode": {"AAAA AAAA AAAA AAAA"}})
			if seen.Find("#antwoorden, .utrecht-radio-button").Length() != 0 || !strings.Contains(seen.html, "Die kaart hebben anderen in handen gehad") {
				t.Errorf("with a card and another code %q shows %q", ga, seen.heading())
			}
		}
		locked := w.get(link).wants(http.StatusOK, "Hoe was uw bezoek aan de burgerbalie?")
		if locked.Find("#antwoorden").Length() != 0 {
			t.Fatal("the link of a card shows what was answered on name")
		}
		own := locked.press("ga=lezen", "ontvangstcode", strings.ToLower(code))
		if !strings.Contains(own.html, "Dit heeft u verstuurd") || own.Find("#antwoorden").Length() != 1 {
			t.Fatalf("with the code it says %q", own.heading())
		}
		later := w.walk(own.press("ga=wijzigen")).wants(http.StatusOK, "Dank u wel, uw antwoorden zijn binnen").receipt()
		if old := w.get(link).press("ga=lezen", "ontvangstcode", code); old.code != http.StatusUnprocessableEntity || !strings.Contains(old.html, "telt de laatste code") {
			t.Errorf("the code of before correcting: %d %s", old.code, old.heading())
		}
		w.get(link).press("ga=lezen", "ontvangstcode", later).press("ga=intrekken").press("ga=intrekken-zeker").wants(http.StatusOK, "Uw antwoorden zijn ingetrokken")
	})
}

func TestBeforeItsFirstDayASurveyByInvitationSendsNobodyBackWithoutOne(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	w.invited("balie", surveys.Invited)
	w.now = time.Date(2026, 10, 29, 9, 0, 0, 0, time.UTC)
	if text := squeeze(w.get("/s/balie").Text()); !strings.Contains(text, "1 november 2026") || !strings.Contains(text, "een uitnodiging voor nodig") || strings.Contains(text, "ditzelfde adres") {
		t.Errorf("the page says %s", text)
	}
}
