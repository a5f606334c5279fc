package manage_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/storage/answers"
	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
)

const stem = "https://stem.waterrijk.example"

// inviting is a survey to which officials are invited, by department and role.
func (w *desk) inviting(mode surveys.Mode) *surveys.Survey {
	w.t.Helper()
	return w.survey(w.published("zelfbeoordeling-ambtenaar"), func(s *surveys.Survey) {
		s.Mode, s.Breakdowns = mode, []string{"afdeling", "rol"}
		if mode == surveys.Named {
			s.Readers = []surveys.ID{"manager"}
		}
	})
}

// staffList is a CSV of people of two departments; the second has too few jurists.
func staffList() string {
	var b strings.Builder
	b.WriteString("Naam;E-mail;Afdeling;Rol\r\n")
	for n := range 6 {
		fmt.Fprintf(&b, "Mens %d;mens%d@waterrijk.example;Publiekszaken;Baliemedewerker\r\n", n, n)
	}
	for n := range 5 {
		fmt.Fprintf(&b, "Jurist %d;jurist%d@waterrijk.example;Juridische zaken;%s\r\n", n, n, []string{"Jurist", "Leidinggevende"}[min(1, n/3)])
	}
	b.WriteString("Zonder Mail;;Publiekszaken;Baliemedewerker\r\n")
	return b.String()
}

func TestInvitationsFromListToCards(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, stem)
	s := w.inviting(surveys.Invited)
	path := "/beheer/uitvragen/" + string(s.ID) + "/uitnodigingen"
	w.get("/beheer/uitvragen/" + string(s.ID)).wants(http.StatusOK)
	empty := w.get(path).wants(http.StatusOK)
	if empty.Find(`input[type="file"]`).Length() != 1 {
		t.Fatal("there is nowhere to read a list in")
	}
	checked := w.upload(path+"/lijst", "bestand", "mensen.csv", []byte(staffList())).wants(http.StatusOK)
	for _, want := range []string{"12 mensen worden uitgenodigd", "11 van hen krijgen mail", "Eén van hen krijgt een kaart", "Bij 5 mensen laten wij een kenmerk weg", "weggelaten"} {
		if !strings.Contains(checked.text("main"), want) {
			t.Errorf("the preview does not say %q: %s", want, checked.text("main"))
		}
	}
	if _, err := w.ledger.FindInvitations(t.Context(), org, s.ID); !errors.Is(err, surveys.ErrNotFound) {
		t.Errorf("looking at a list stored something: %v", err)
	}
	ready := checked.sendList(path).wants(http.StatusOK)
	if !strings.Contains(ready.text("main"), "Klaar om te versturen") {
		t.Errorf("after confirming: %s", ready.text("main"))
	}
	if found, err := w.programme.FindSurvey(t.Context(), org, s.ID); err != nil || found.Invited != 12 {
		t.Errorf("invited %d, %v; want 12", found.Invited, err)
	}
	if again := w.upload(path+"/lijst", "bestand", "mensen.csv", []byte(staffList())).wants(http.StatusUnprocessableEntity); !strings.Contains(again.text("main"), "staat al op de lijst") {
		t.Errorf("the same list once more: %s", again.text("main"))
	}
	w.cardsOpen(path)
	people := w.get(path+"/mensen").send("/zoeken", "zoek", "Jurist").wants(http.StatusOK)
	if n := people.Find(".wk-rows > li").Length(); n != 5 {
		t.Errorf("looking for Jurist finds %d people, want 5", n)
	}
	people.sendButton("verwijderen").wants(http.StatusOK)
	if all, err := w.ledger.ListInvitees(t.Context(), org, s.ID); err != nil || len(all) != 11 {
		t.Errorf("%d people are left, %v; want 11", len(all), err)
	}
	if i, err := w.ledger.FindInvitations(t.Context(), org, s.ID); err != nil || i.Size() != 11 {
		t.Errorf("%d people are counted in the groups, %v; want 11", i.Size(), err)
	}
	if found, err := w.programme.FindSurvey(t.Context(), org, s.ID); err != nil || found.Invited != 11 {
		t.Errorf("invited %d, %v; want 11", found.Invited, err)
	}
	w.get(path).sendButton("weghalen").sendButton("weghalen-zeker").wants(http.StatusOK)
	if all, err := w.ledger.ListInvitees(t.Context(), org, s.ID); err != nil || len(all) != 0 {
		t.Errorf("%d people are left after taking the list back, %v", len(all), err)
	}
}

// sendList confirms a list that was checked.
func (s *seen) sendList(path string) *seen {
	s.w.t.Helper()
	return s.w.post(path+"/lijst", url.Values{"lijst": {s.Find(`input[name="lijst"]`).AttrOr("value", "")}})
}

// cardsOpen checks that each printed card names nobody and is a ballot of the survey.
func (w *desk) cardsOpen(path string) {
	w.t.Helper()
	cards := 0
	for group := range 3 {
		printed := w.get(fmt.Sprintf("%s/kaarten/%d", path, group))
		if printed.code != http.StatusOK {
			continue
		}
		if strings.Contains(printed.text("main"), "Zonder Mail") {
			w.t.Error("a card names somebody")
		}
		printed.Find(".wk-card code").Each(func(_ int, c *goquery.Selection) {
			cards++
			ballot, err := responses.ParseBallot(c.Text())
			must(w.t, err)
			found, err := w.ledger.FindBallot(w.t.Context(), org, w.keys.BallotHashes(ballot, org))
			must(w.t, err)
			if found.Values["afdeling"] != "publiekszaken" {
				w.t.Errorf("the card opens %+v", found)
			}
		})
	}
	if cards != 1 {
		w.t.Errorf("%d cards are printed, want 1", cards)
	}
}

func TestAListThatIsWrongStoresNothingAndSaysWhere(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, stem)
	path := "/beheer/uitvragen/" + string(w.inviting(surveys.Invited).ID) + "/uitnodigingen"
	bad := w.upload(path+"/lijst", "bestand", "mensen.csv", []byte("naam;email;afdeling\nAn;=1+1;publiekszaken\nBo;bo@x.example;keuken\n")).wants(http.StatusUnprocessableEntity)
	rows := bad.Find("tbody tr")
	if rows.Length() != 2 || !strings.Contains(rows.First().Text(), "2") || !strings.Contains(rows.Last().Text(), "keuken") {
		t.Errorf("faults are %q", rows.Text())
	}
	w.upload(path+"/lijst", "bestand", "leeg.csv", nil).complains("bestand")
	w.upload(path+"/lijst", "bestand", "kort.csv", []byte("email\nan@x.example\n")).complains("bestand") // fewer than the smallest group
	w.post(path+"/lijst", url.Values{"lijst": {"kapot"}}).complains("bestand")
}

func TestHeadsPerGroupBecomeCardsAndNoPerson(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, stem)
	s := w.inviting(surveys.Invited)
	path := "/beheer/uitvragen/" + string(s.ID) + "/uitnodigingen"
	w.upload(path+"/lijst", "bestand", "groepen.csv", []byte("Afdeling,Rol,Aantal\nPubliekszaken,Baliemedewerker,9\nJuridische zaken,Jurist,2\n")).sendList(path).wants(http.StatusOK)
	if people, err := w.ledger.ListInvitees(t.Context(), org, s.ID); err != nil || len(people) != 0 {
		t.Errorf("%d people stand on the list, %v", len(people), err)
	}
	seenBefore := map[string]bool{}
	for range 2 { // printing again gives the same cards, in another order
		codes := map[string]bool{}
		for group := range 2 {
			w.get(fmt.Sprintf("%s/kaarten/%d", path, group)).Find(".wk-card code").Each(func(_ int, c *goquery.Selection) { codes[c.Text()] = true })
		}
		if len(codes) != 11 {
			t.Fatalf("%d cards, want 11", len(codes))
		}
		for code := range seenBefore {
			if !codes[code] {
				t.Error("printing again made another card")
			}
		}
		seenBefore = codes
	}
}

// cards are the codes on the printed cards of the first two groups.
func (w *desk) cards(path string) map[string]bool {
	codes := map[string]bool{}
	for group := range 2 {
		w.get(fmt.Sprintf("%s/kaarten/%d", path, group)).Find(".wk-card code").Each(func(_ int, c *goquery.Selection) { codes[c.Text()] = true })
	}
	return codes
}

// A card that was used would else let in once more: its manager takes the list back and
// reads the same one again, as often as they like.
func TestTakingAListBackAndReadingItAgainMakesNoOldCardWorkAnew(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, stem)
	s := w.inviting(surveys.Invited)
	path := "/beheer/uitvragen/" + string(s.ID) + "/uitnodigingen"
	list := []byte("Afdeling,Rol,Aantal\nPubliekszaken,Baliemedewerker,9\nJuridische zaken,Jurist,6\n")
	w.upload(path+"/lijst", "bestand", "groepen.csv", list).sendList(path).wants(http.StatusOK)
	before := w.cards(path)
	w.upload(path+"/lijst", "bestand", "erbij.csv", []byte("Afdeling,Rol,Aantal\nPubliekszaken,Baliemedewerker,2\n")).sendList(path).wants(http.StatusOK)
	more := w.cards(path)
	for code := range before {
		if !more[code] {
			t.Error("adding people changed a card that was perhaps handed out")
		}
	}
	if len(before) != 15 || len(more) != 17 {
		t.Fatalf("%d cards, and %d with two more", len(before), len(more))
	}
	w.get(path).sendButton("weghalen").sendButton("weghalen-zeker").wants(http.StatusOK)
	w.upload(path+"/lijst", "bestand", "groepen.csv", list).sendList(path).wants(http.StatusOK)
	for code := range more {
		ballot, err := responses.ParseBallot(code)
		must(t, err)
		if _, err := w.ledger.FindBallot(t.Context(), org, w.keys.BallotHashes(ballot, org)); !errors.Is(err, surveys.ErrNotFound) {
			t.Fatalf("a card of the list that was taken back opens the survey again: %v", err)
		}
	}
	if after := w.cards(path); len(after) != 15 {
		t.Errorf("the list that was read again has %d cards", len(after))
	}
}

func TestSendingBeginsPausesAndRemindsOnlyWhenItMay(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, stem)
	s := w.inviting(surveys.Invited)
	path := "/beheer/uitvragen/" + string(s.ID) + "/uitnodigingen"
	w.upload(path+"/lijst", "bestand", "mensen.csv", []byte(staffList())).sendList(path)
	counts := func() responses.Counts {
		c, err := w.ledger.CountInvitees(t.Context(), org, s.ID)
		must(t, err)
		return c
	}
	sent := w.get(path).sendButton("versturen").wants(http.StatusOK)
	if counts()[responses.Queued] != 11 || counts()[responses.CardOnly] != 1 {
		t.Errorf("after sending: %v", counts())
	}
	if sent.Find(`button[value="versturen"], button[value="herinneren"], button[value="weghalen"]`).Length() != 0 {
		t.Error("the page offers to send twice, to remind on the same day, or to take back what went out")
	}
	for _, ga := range []string{"versturen", "herinneren", "weghalen-zeker"} {
		w.post(path, url.Values{"ga": {ga}}).wants(http.StatusUnprocessableEntity)
	}
	sent.sendButton("pauze").sendButton("hervatten").wants(http.StatusOK)
}

func TestAListWhoseKeysAreGoneSaysWhatCanAndCannotBeDone(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, stem)
	s := w.inviting(surveys.Invited)
	must(t, w.ledger.Prepare(t.Context(), &responses.Invitations{Org: org, Survey: s.ID, Mode: s.Mode, Status: responses.Running, Round: 1, Generation: 99,
		Groups: []responses.BallotGroup{{People: 5}}}, nil, nil))
	path := "/beheer/uitvragen/" + string(s.ID) + "/uitnodigingen"
	gone := w.get(path)
	for _, want := range []string{"Wat nu niet kan", "Wat wel kan", "Weet dit voor u de lijst weghaalt"} {
		if !strings.Contains(gone.text(".utrecht-alert--error"), want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	gone.sendButton("weghalen").sendButton("weghalen-zeker").wants(http.StatusOK)
}

// answeredOnName is a survey on name, its address and who is invited; the first of them
// has answered.
func (w *desk) answeredOnName(t *testing.T) (s *surveys.Survey, path string, people []responses.Invitee) {
	t.Helper()
	s = w.inviting(surveys.Named)
	path = "/beheer/uitvragen/" + string(s.ID)
	w.upload(path+"/uitnodigingen/lijst", "bestand", "mensen.csv", []byte(staffList())).sendList(path + "/uitnodigingen")
	people, err := w.ledger.ListInvitees(t.Context(), org, s.ID)
	must(t, err)
	list, err := w.ledger.FindInvitations(t.Context(), org, s.ID)
	must(t, err)
	_, hash, err := w.keys.Ballot(list.Generation, org, s.ID, responses.ForInvitee(people[0].ID))
	must(t, err)
	w.submit(responses.Response{Org: org, Survey: s.ID, Key: responses.Key{1}, Version: 1, Day: "2026-11-25", Ballot: hash,
		Answers: questionnaire.Answers{"afdeling": "publiekszaken"}})
	return s, path, people
}

func TestOnlyNamedReadersReadAndEveryReadingIsKept(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, stem)
	s, path, people := w.answeredOnName(t)
	read := w.get(path + "/op-naam").wants(http.StatusOK)
	if read.Find(".wk-rows a").Length() != 1 {
		t.Fatal("not one person answered")
	}
	w.get(read.Find(".wk-rows a").AttrOr("href", "")).wants(http.StatusOK)
	if kept := w.readings.kept; len(kept) != 2 || kept[1].Subject != people[0].ID || kept[1].Account != "manager" {
		t.Errorf("readings kept are %+v", kept)
	}
	w.readings.broken = errors.New("disk full")
	if broken := w.get(path + "/op-naam/" + string(people[0].ID)); broken.code == http.StatusOK || strings.Contains(string(broken.body), "Publiekszaken") {
		t.Error("somebody read although the reading could not be kept")
	}
	w.readings.broken = nil
	must(t, w.programme.ChangeSurvey(t.Context(), org, s.ID, func(s *surveys.Survey) error {
		s.Readers = []surveys.ID{page.NewID()}
		return nil
	}))
	w.get(path + "/op-naam").wants(http.StatusForbidden)
	w.get(path + "/op-naam/" + string(people[0].ID)).wants(http.StatusForbidden)
}

// submit stores a response, as somebody's page does.
func (w *desk) submit(r responses.Response) {
	w.t.Helper()
	writer, err := answers.NewWriter(w.t.Context(), w.answers)
	must(w.t, err)
	_, err = writer.Submit(w.t.Context(), r, "2026-11-25")
	must(w.t, err)
	must(w.t, writer.Close(w.t.Context()))
}

func TestPeopleAreAddedToAListBeforeAnythingIsSent(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		w := givenDeskOn(t, d, surveys.ProgrammeManager, stem)
		s := w.inviting(surveys.Invited)
		path := "/beheer/uitvragen/" + string(s.ID) + "/uitnodigingen"
		w.upload(path+"/lijst", "bestand", "mensen.csv", []byte(staffList())).sendList(path).wants(http.StatusOK)
		opens := func() map[string]string { // the group that the ballot of each opens
			list, err := w.ledger.FindInvitations(t.Context(), org, s.ID)
			must(t, err)
			people, err := w.ledger.ListInvitees(t.Context(), org, s.ID)
			must(t, err)
			found := map[string]string{}
			for i := range people {
				_, hash, err := w.keys.Ballot(list.Generation, org, s.ID, responses.ForInvitee(people[i].ID))
				must(t, err)
				ballot, err := w.ledger.FindBallot(t.Context(), org, []responses.BallotHash{hash})
				must(t, err)
				found[people[i].Name] = ballot.Values["afdeling"] + " " + ballot.Values["rol"]
			}
			return found
		}
		before := opens()
		more := "Naam;E-mail;Afdeling;Rol\nMens 1;mens1@waterrijk.example;Publiekszaken;Baliemedewerker\nZonder Mail;;Publiekszaken;Baliemedewerker\n" +
			"Nieuw;nieuw@waterrijk.example;Publiekszaken;Baliemedewerker\nChef;chef@waterrijk.example;Publiekszaken;Leidinggevende\n"
		checked := w.upload(path+"/lijst", "bestand", "erbij.csv", []byte(more)).wants(http.StatusOK)
		for _, want := range []string{"Er komen 2 mensen bij", "2 mensen staan al op de lijst", "weggelaten"} {
			if !strings.Contains(checked.text("main"), want) {
				t.Errorf("the preview does not say %q: %s", want, checked.text("main"))
			}
		}
		if after := opens(); len(after) != len(before) {
			t.Errorf("looking at a list put %d people on it", len(after)-len(before))
		}
		checked.sendList(path).wants(http.StatusOK)
		after := opens()
		if len(after) != 14 || after["Nieuw"] != "publiekszaken " || after["Chef"] != "publiekszaken " || after["Mens 1"] != "publiekszaken " {
			t.Errorf("of those who were added one is the only chief there, so the role is left out: %v", after)
		}
		if after["Jurist 0"] != before["Jurist 0"] {
			t.Errorf("another group changed: %v", after)
		}
		if found, err := w.programme.FindSurvey(t.Context(), org, s.ID); err != nil || found.Invited != 14 {
			t.Errorf("invited %d, %v; want 14", found.Invited, err)
		}
		stale := w.upload(path+"/lijst", "bestand", "nog.csv", []byte("naam;email;afdeling;rol\nLaat;laat@waterrijk.example;publiekszaken;baliemedewerker\n")).wants(http.StatusOK)
		w.get(path).sendButton("versturen").wants(http.StatusOK)
		if late := stale.sendList(path).wants(http.StatusUnprocessableEntity); !strings.Contains(late.text("main"), "Er kan niemand meer bij") {
			t.Errorf("after sending: %s", late.text("main"))
		}
		if w.get(path).Find("#erbij").Length() != 0 {
			t.Error("the page still offers to add people")
		}
	})
}
