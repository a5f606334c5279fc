package manage_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"weerklank.nl/weerklank/surveys"
)

// drafted begins a survey with our counter questionnaire and gives its form.
func (w *desk) drafted(id string) *seen {
	w.t.Helper()
	q := w.published(id)
	return w.get("/beheer/uitvragen/nieuw?vragenlijst="+string(q)).wants(http.StatusOK).send("/nieuw", "vragenlijst", string(q)).wants(http.StatusOK)
}

// complete is everything that a survey needs before it opens.
var complete = []string{
	"title", "Hoe was uw bezoek?", "purpose", "Beter worden aan de balie.", "can_change", "Hoe wij luisteren.", "cannot_change", "De prijs van een paspoort.",
	"opens", "25-11-2026", "closes", "13 december 2026", "promise", "15-1-2027", "breakdown", "servicepunt", "owner", "manager",
}

func (s *seen) open(fields ...string) *seen {
	s.w.t.Helper()
	return s.send("/bewerken", append(append(append([]string{}, complete...), "ga", "openen"), fields...)...)
}

func TestANewSurveyStartsWithWhatACarefulColleagueWouldFillIn(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, "https://stem.waterrijk.example")
	_, form := w.drafted("dienstverlening-balie").form("/bewerken")
	for field, want := range map[string]string{"opens": "25-11-2026", "closes": "23-12-2026", "promise": "17-02-2027", "smallest_group": "5", "owner": "manager", "own_answers": "ja"} {
		if form.Get(field) != want {
			t.Errorf("%s = %q, want %q", field, form.Get(field), want)
		}
	}
	_, form = w.drafted("zelfbeoordeling-ambtenaar").form("/bewerken")
	if form.Get("smallest_group") != "10" {
		t.Errorf("officials who rate themselves: smallest group %s, want 10", form.Get("smallest_group"))
	}
	if form.Has("own_answers") {
		t.Error("officials, whose chief could demand it, may read their answers back unasked")
	}
}

func TestASurveyIsNotOpenedWhileSomethingLacks(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, "https://stem.waterrijk.example")
	form := w.drafted("dienstverlening-balie")
	form.send("/bewerken", "title", "", "title_en", "", "owner", "", "opens", "", "closes", "", "promise", "", "smallest_group", "3", "ga", "openen").
		complains("title", "owner", "purpose", "can_change", "cannot_change", "opens", "closes", "promise", "smallest_group")
	bad := form.open("closes", "31 juni 2027", "slug", "Hoe was het?").complains("slug", "closes")
	if _, typed := bad.form("/bewerken"); typed.Get("closes") != "31 juni 2027" || typed.Get("slug") != "Hoe was het?" {
		t.Errorf("what was typed came back as %q and %q", typed.Get("closes"), typed.Get("slug"))
	}
	form.open("promise", "1-12-2026").complains("promise")
	list, err := w.programme.ListSurveys(t.Context(), org)
	must(t, err)
	if !list[0].OpenedAt.IsZero() {
		t.Error("an incomplete survey was opened")
	}
	opened := form.open("councils", "clientenraad").wants(http.StatusOK)
	if !strings.Contains(opened.text(".utrecht-alert--ok"), "is open") || strings.HasSuffix(opened.path, "/bewerken") {
		t.Fatalf("opening: %s %s", opened.path, opened.text(".utrecht-alert"))
	}
	if !strings.Contains(opened.text("dl"), "Lezen meeCliëntenraad") {
		t.Errorf("the survey does not say who reads along: %s", opened.text("dl"))
	}
	list, err = w.programme.ListSurveys(t.Context(), org)
	must(t, err)
	s := list[0]
	if s.Phase("2026-11-25") != surveys.Running || s.Closes != "2026-12-13" || s.Promise.On != "2027-01-15" || len(s.Breakdowns) != 1 || s.Breakdowns[0] != "servicepunt" {
		t.Errorf("opened: %+v", s)
	}
	if again := w.get(opened.path + "/bewerken"); strings.HasSuffix(again.path, "/bewerken") {
		t.Error("an open survey can still be edited")
	}
}

func TestTwoSurveysDoNotShareAnAddress(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, "https://stem.waterrijk.example")
	w.drafted("dienstverlening-balie").open("slug", "balie").wants(http.StatusOK)
	w.drafted("voorstel").send("/bewerken", "slug", "balie").complains("slug")
}

func TestARunningSurveyIsExtendedAndClosed(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, "https://stem.waterrijk.example")
	s := w.survey(w.published("dienstverlening-balie"), nil)
	at := "/beheer/uitvragen/" + string(s.ID)
	w.get(at).send("/verlengen", "closes", "1-12-2026").complains("closes")
	w.get(at).send("/verlengen", "closes", "overmorgen").complains("closes")
	w.get(at).send("/verlengen", "closes", "20-12-2026").wants(http.StatusOK)
	if got, err := w.programme.FindSurvey(t.Context(), org, s.ID); err != nil || got.Closes != "2026-12-20" {
		t.Errorf("extended to %s, %v", got.Closes, err)
	}
	ask := w.get(at + "/sluiten").wants(http.StatusOK)
	if got, err := w.programme.FindSurvey(t.Context(), org, s.ID); err != nil || got.Phase("2026-11-25") != surveys.Running {
		t.Error("asking whether to close closed it")
	}
	closed := ask.send("/sluiten").wants(http.StatusOK)
	if !strings.Contains(closed.text(".utrecht-alert--ok"), "gesloten") {
		t.Errorf("closing: %s", closed.text(".utrecht-alert"))
	}
	w.get(at).wants(http.StatusOK)
	if again := w.post(at+"/verlengen", url.Values{"closes": {"24-12-2026"}}); !strings.Contains(again.text("main"), "al gesloten") {
		t.Errorf("extending a closed survey: %s", again.text("main"))
	}
}

func TestAPromiseMovesWithAReasonAndTheOldDayStays(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, "https://stem.waterrijk.example")
	s := w.survey(w.published("dienstverlening-balie"), nil)
	at := "/beheer/uitvragen/" + string(s.ID)
	says := func(words ...string) {
		t.Helper()
		for _, text := range words {
			if said := w.get(at + "/belofte").wants(http.StatusOK).text("main"); !strings.Contains(said, text) {
				t.Errorf("the page that moves the promise does not say %q: %s", text, said)
			}
		}
	}
	never := func(text string) {
		t.Helper()
		if said := w.get(at + "/belofte").text("main"); strings.Contains(said, text) {
			t.Errorf("the page that moves the promise says %q: %s", text, said)
		}
	}
	says("Beloofd voor 15 januari 2027. De oude dag blijft leesbaar, met uw reden.", "Iedereen die antwoordde, leest dit.")
	never("Die dag is voorbij")
	w.get(at+"/belofte").send("/belofte", "promise", "", "reason", "").complains("promise", "reason")
	moved := w.get(at+"/belofte").send("/belofte", "promise", "29-1-2027", "reason", "De raad vergadert later.").wants(http.StatusOK)
	for _, want := range []string{"15 januari 2027", "29 januari 2027", "De raad vergadert later."} {
		if !strings.Contains(moved.text("main"), want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	w.now = time.Date(2027, 2, 3, 9, 0, 0, 0, time.UTC)
	late := w.get(at)
	if !strings.Contains(late.text(".utrecht-alert--error"), "5 dagen te laat") {
		t.Errorf("five days after its new day: %s", late.text(".utrecht-alert"))
	}
	says("Beloofd voor 29 januari 2027. Die dag is voorbij. De belofte blijft ‘te laat’ tot u haar nakomt, met de nieuwe dag ernaast.")
	never("Daarna noemde u")
	never("De oude dag blijft leesbaar")
	w.get(at+"/belofte").send("/belofte", "promise", "12-2-2027", "reason", "Het besluit volgt.").wants(http.StatusOK)
	says("Beloofd voor 29 januari 2027.", "Daarna noemde u 12 februari 2027.")
	if still := w.get(at); !strings.Contains(still.text(".utrecht-alert--error"), "te laat") || !strings.Contains(still.text("main"), "12 februari 2027") {
		t.Error("moved after its day it must stay late, with the new day beside it")
	}
}

func TestAWordingFixGoesToARunningSurveyAndNothingElseDoes(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, "https://stem.waterrijk.example")
	q := w.published("dienstverlening-balie")
	s := w.survey(q, nil)
	list, at := "/beheer/vragenlijsten/"+string(q), "/beheer/uitvragen/"+string(s.ID)
	w.get(list+"/vraag/kanaal").send("/vraag/kanaal", "tekst", "Waar sprak u ons?").wants(http.StatusOK)
	w.get(list).sendButton("publiceren").wants(http.StatusOK)
	w.get(at).send("/tekst").wants(http.StatusOK)
	if got, err := w.programme.FindSurvey(t.Context(), org, s.ID); err != nil || got.Version != 2 {
		t.Errorf("version %d after a wording fix", got.Version)
	}
	w.get(list+"/vraag/kanaal").send("/vraag/kanaal", "verplicht", "ja", "tekst", "Waar?").wants(http.StatusOK)
	w.get(list+"/vraag/gemak").send("/vraag/gemak", "ga", "omhoog").wants(http.StatusOK)
	w.get(list).sendButton("publiceren").wants(http.StatusOK)
	if page := w.get(at); page.Find(`form[action$="/tekst"]`).Length() != 0 {
		t.Error("a version that asks in another order is offered as a wording fix")
	}
	refused := w.post(at+"/tekst", nil).wants(http.StatusOK)
	if got, err := w.programme.FindSurvey(t.Context(), org, s.ID); err != nil || got.Version != 2 {
		t.Errorf("version %d after asking for something else: %s", got.Version, refused.text(".utrecht-alert"))
	}
}

func TestAWayInFillsInWhatItKnows(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, "https://stem.waterrijk.example")
	s := w.survey(w.published("dienstverlening-balie"), nil)
	at := "/beheer/uitvragen/" + string(s.ID)
	empty := w.get(at + "/ingangen/nieuw").wants(http.StatusOK)
	empty.send("/ingangen/nieuw", "name", "", "code", "Met spaties").complains("name", "code")
	unfit := empty.send("/ingangen/nieuw", "name", "Telefoon", "prefill_kanaal", "telefoon", "prefill_servicepunt", "stadhuis")
	unfit.complains("prefill_servicepunt")
	made := empty.send("/ingangen/nieuw", "name", "QR-code in het stadhuis", "prefill_kanaal", "balie", "prefill_servicepunt", "stadhuis").wants(http.StatusOK)
	list, err := w.programme.ListCollectors(t.Context(), org, s.ID)
	must(t, err)
	if len(list) != 1 || list[0].Code != "qr-code-in-het-stadhuis" || list[0].Prefill["servicepunt"] != "stadhuis" {
		t.Fatalf("collectors: %+v", list)
	}
	if !strings.Contains(made.text("main"), "https://stem.waterrijk.example/s/balie?via=qr-code-in-het-stadhuis") {
		t.Errorf("the page does not show its address: %s", made.text("main"))
	}
	if words := w.get(at).text("#ingangen ~ ul"); !strings.Contains(words, "Stadhuis") {
		t.Errorf("the survey does not say what the way in fills in: %s", words)
	}
	empty.send("/ingangen/nieuw", "name", "Nog een", "code", "qr-code-in-het-stadhuis").complains("code")
	changed := w.get(made.path)
	changed.send(made.path, "name", "Stadhuis").wants(http.StatusOK)
	changed.send(made.path, "name", "Te laat").wants(http.StatusConflict)
	w.get(made.path).send(made.path, "ga", "verwijderen").wants(http.StatusOK)
	w.get(made.path).wants(http.StatusNotFound)
}

func TestAnOverviewOfNothingSaysHowToBegin(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, "")
	if s := w.get("/beheer").wants(http.StatusOK); s.heading() != "Welkom. Er is nog geen uitvraag" || s.Find("a.nl-button--primary").Length() != 1 {
		t.Errorf("empty: %s, %d primary buttons", s.heading(), s.Find("a.nl-button--primary").Length())
	}
}

func TestAnOverviewOfNothingIsNoDeadEndForAnAdministrator(t *testing.T) {
	w := givenDesk(t, surveys.Administrator, "")
	if s := w.get("/beheer").wants(http.StatusOK); s.Find(`a.nl-button--primary[href="/beheer/mensen"]`).Length() != 1 {
		t.Errorf("it does not say who can begin:\n%s", s.Find("main").Text())
	}
}

func TestTheOverviewNamesWhatIsLateFirst(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, "")
	q := w.published("dienstverlening-balie")
	w.survey(q, nil)
	w.survey(q, func(s *surveys.Survey) {
		s.Slug, s.Title = "afvalpas", surveys.Text{NL: "Afvalpas"}
		s.Opens, s.Closes, s.Promise.On = "2026-09-07", "2026-10-01", "2026-11-20"
	})
	s := w.get("/beheer").wants(http.StatusOK)
	first := squeeze(s.Find("section ul li").First().Text())
	if !strings.Contains(first, "Afvalpas") || !strings.Contains(first, "5 dagen te laat") {
		t.Errorf("needed first: %s", first)
	}
	if row := squeeze(s.Find("tbody tr").First().Text()); !strings.Contains(row, "Te laat") || !strings.Contains(row, "Leren 3 van 7") {
		t.Errorf("first row: %s", row)
	}
}
