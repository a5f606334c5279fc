package manage_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"weerklank.nl/weerklank/storage/answers"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/decisions"
	"weerklank.nl/weerklank/surveys/notices"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
	"weerklank.nl/weerklank/surveys/training"
)

// answered stores responses: for each way of contact so many people, who rated how
// they were listened to in turn from the list.
func (w *desk) answered(s *surveys.Survey, by map[string]int, ratings ...string) {
	w.t.Helper()
	writer, err := answers.NewWriter(w.t.Context(), w.answers)
	must(w.t, err)
	defer func() { must(w.t, writer.Close(context.WithoutCancel(w.t.Context()))) }()
	var list []responses.Response
	for contact, people := range by {
		for i := range people {
			r := responses.Response{Org: org, Survey: s.ID, Version: 1, Day: s.Opens, Answers: questionnaire.Answers{
				"kanaal": contact, "gesprek_luisteren_ervaren": ratings[i%len(ratings)], "open_verbeteren": "Tekst van iemand bij " + contact}}
			_, err := rand.Read(r.Key[:])
			must(w.t, err)
			list = append(list, r)
		}
	}
	must(w.t, writer.LoadHistory(w.t.Context(), list))
}

// closed is a survey that closed on 31 October, split by the way of contact, which
// 66 people answered: four of them online.
func (w *desk) closed() *surveys.Survey {
	w.t.Helper()
	s := w.survey(w.published("dienstverlening-balie"), func(s *surveys.Survey) {
		s.Opens, s.Closes, s.Promise.On = "2026-09-01", "2026-10-31", "2026-12-15"
		s.Breakdowns, s.Councils = []string{"kanaal"}, []string{"clientenraad"}
	})
	form := w.form(s)
	var scale []string
	for _, c := range form.Field("gesprek_luisteren_ervaren").List.Choices {
		if c.Score != nil {
			scale = append(scale, c.Name)
		}
	}
	w.answered(s, map[string]int{"balie": 30, "telefoon": 20, "huisbezoek": 12, "online": 4}, scale...)
	return s
}

func (w *desk) form(s *surveys.Survey) *questionnaire.Form {
	w.t.Helper()
	v, err := w.programme.FindVersion(w.t.Context(), org, s.Questionnaire, 1)
	must(w.t, err)
	var d questionnaire.Definition
	must(w.t, json.Unmarshal(v.Definition, &d))
	form, _ := questionnaire.Compile(&d)
	return form
}

func results(s *surveys.Survey) string { return "/beheer/uitvragen/" + string(s.ID) + "/resultaten" }

// row is the row of the table whose heading is this text.
func (s *seen) row(heading string) *goquery.Selection {
	return s.Find("tr").FilterFunction(func(_ int, r *goquery.Selection) bool { return squeeze(r.Find("th").First().Text()) == heading })
}

func TestTheLoopRunsFromAFigureToAKeptPromise(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, "https://stem.waterrijk.example")
	s := w.closed()

	// Learn: without a release no figure; with one the distribution.
	if p := w.get(results(s)).wants(200); p.Find("table").Length() != 0 || !strings.Contains(p.text("main"), "nog geen stand") {
		t.Fatalf("figures without a release: %s", p.text("main"))
	}
	p := w.get(results(s)).send("/stand").wants(200)
	if got := p.text(".wk-figures"); !strings.Contains(got, "66 mensen antwoordden") {
		t.Errorf("figures: %s", got)
	}
	if got := squeeze(p.row("Heel goed").Text()); !strings.Contains(got, "18 %") || !strings.Contains(got, "11 tot 29 %") {
		t.Errorf("a row of the distribution: %q", got)
	}

	// Decide: a finding freezes its figure, a decision answers it.
	link := p.Find(`h3#v-gesprek_luisteren_ervaren`).Parent().Find("a").AttrOr("href", "")
	find := w.get(link).wants(200)
	find.send("/bevinding").complains("statement")
	finding := find.send("/bevinding", "statement", "Veel mensen vinden dat er goed wordt geluisterd.").wants(200)
	if !strings.Contains(finding.text("aside"), "Verandert niet meer") {
		t.Errorf("no frozen evidence: %s", finding.text("aside"))
	}
	decide := w.get(finding.Find("main a.nl-button--primary").AttrOr("href", "")).wants(200)
	wrong := decide.send("/besluit", "ga", "vastleggen", "what", "Wij houden het zo.", "decided_on", "31 juni 2026").complains("outcome", "reason", "decided_by", "decided_on", "next")
	if got := wrong.Find("#decided_on").AttrOr("value", ""); got != "31 juni 2026" {
		t.Errorf("what was typed came back as %q", got)
	}
	fields := []string{"outcome", "adopted", "what", "Wij houden het zo.", "reason", "Het gaat goed.", "decided_by", "Wethouder", "decided_on", "17-11-2026", "next", "Volgend jaar vragen wij het weer.", "next_on", "1 september 2027"}
	concept := decide.send("/besluit", append(fields, "ga", "concept")...).wants(200)
	recorded := concept.send(concept.path, "ga", "vastleggen").wants(200)
	if recorded.Find(`form[action$="/weg"]`).Length() != 0 || recorded.Find("#outcome").Length() != 0 {
		t.Error("a recorded decision still has a form")
	}
	w.post(recorded.path, url.Values{"ga": {"vastleggen"}, "what": {"Iets anders"}})
	if again := w.get(recorded.path); again.heading() != "Wij houden het zo." {
		t.Errorf("the recorded decision changed: %s", again.heading())
	}

	// Tell: the draft holds their words, and publishing keeps the promise.
	list := w.get("/beheer/terugkoppelingen").wants(200)
	text := list.send("/terugkoppeling", "soort", "follow_up").wants(200)
	if got := text.text("#said"); !strings.Contains(got, "goed wordt geluisterd") {
		t.Errorf("the draft says %q", got)
	}
	check := text.send("/tekst").wants(200)
	told := w.get(check.Find("main a.nl-button--primary").AttrOr("href", "")).send("/publiceren").wants(200)
	if !strings.Contains(told.text("main"), "Gepubliceerd") {
		t.Errorf("not published: %s", told.text("main"))
	}
	kept, err := w.programme.FindSurvey(t.Context(), org, s.ID)
	must(t, err)
	if kept.Promise.State("2026-11-25") != surveys.PromiseKept {
		t.Errorf("the promise is %s", kept.Promise.State("2026-11-25"))
	}
	w.post(told.path+"/tekst", url.Values{"asked": {"Iets anders"}})
	all, err := w.programme.ListNotices(t.Context(), org, s.ID)
	must(t, err)
	if len(all) != 1 || all[0].Asked.NL == "Iets anders" {
		t.Error("a published notice changed")
	}
}

func TestAnAnswerWaitsForEveryFinding(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, "")
	s := w.closed()
	w.get(results(s)).send("/stand")
	w.get("/beheer/uitvragen/"+string(s.ID)+"/bevinding?vraag=gesprek_luisteren_ervaren").send("/bevinding", "statement", "Mensen zijn tevreden.")
	text := w.get("/beheer/terugkoppelingen").send("/terugkoppeling", "soort", "follow_up")
	check := text.send("/tekst")
	if !strings.Contains(check.text("aside"), "over 1 bevinding is nog niet besloten") {
		t.Errorf("checks: %s", check.text("aside"))
	}
	refused := w.get(check.path + "/publiceren").send("/publiceren").wants(422)
	if !strings.Contains(refused.text(".utrecht-alert--error"), "bevinding zonder besluit") {
		t.Errorf("refusal: %s", refused.text(".utrecht-alert--error"))
	}
	if kept, err := w.programme.FindSurvey(t.Context(), org, s.ID); err != nil || kept.Promise.KeptOn != "" {
		t.Errorf("the promise is kept: %v %v", kept, err)
	}
}

func TestASmallGroupStandsInTheTableWithoutANumber(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, "")
	s := w.closed()
	p := w.get(results(s)).send("/stand")
	split := p.Find("section[aria-labelledby=uit]")
	if split.Find("tbody tr").Length() != 4 {
		t.Fatalf("%d groups, want all four", split.Find("tbody tr").Length())
	}
	shown, hidden := 0, ""
	split.Find("tbody tr").Each(func(_ int, r *goquery.Selection) {
		if n, err := strconv.Atoi(squeeze(r.Find(`td[data-label="Mensen"]`).Text())); err == nil {
			shown += n
		} else {
			hidden += squeeze(r.Text()) + "; "
		}
	})
	if rest := 66 - shown; rest < 5 || !strings.Contains(hidden, "Te klein om te tonen") {
		t.Errorf("the total minus the shown groups leaves %d people; hidden: %s", rest, hidden)
	}
	if !strings.Contains(split.Find("details").Text(), "door groepen van elkaar af te trekken") {
		t.Error("the reason is not one tap away")
	}
}

func TestALateNoticeMovesThePromiseOrNothing(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, "")
	s := w.survey(w.published("dienstverlening-balie"), func(s *surveys.Survey) {
		s.Opens, s.Closes, s.Promise.On = "2026-09-07", "2026-10-01", "2026-11-20"
	})
	form := w.get("/beheer/uitvragen/" + string(s.ID) + "/later").wants(200)
	form.send("/later", "to", "31 juni", "why", "Het duurt langer.").complains("to")
	form.send("/later", "to", "1-11-2026", "why", "Het duurt langer.").complains("to")
	form.send("/later", "to", "11-12-2026").complains("why")
	if told, err := w.programme.ListNotices(t.Context(), org, ""); err != nil || len(told) != 0 {
		t.Fatalf("%d notices are left behind (%v)", len(told), err)
	}
	form.send("/later", "to", "11-12-2026", "why", "De raad wil eerst de kosten weten.").wants(200)
	moved, err := w.programme.FindSurvey(t.Context(), org, s.ID)
	must(t, err)
	if moved.Promise.State("2026-11-25") != surveys.PromiseLate || moved.Promise.Expected() != "2026-12-11" {
		t.Errorf("%+v", moved.Promise)
	}
	if again := w.get("/beheer/uitvragen/" + string(s.ID) + "/later").text(".wk-text"); !strings.Contains(again, "uiterlijk op 20 november 2026. Daarna noemde u een nieuwe dag: 11 december 2026. De beloofde dag is voorbij") {
		t.Errorf("the day that has passed is the one that was promised: %s", again)
	}
	if told, err := w.programme.ListNotices(t.Context(), org, s.ID); err != nil || len(told) != 1 || told[0].Kind != notices.Late || told[0].PublishedAt.IsZero() {
		t.Errorf("told: %v %v", told, err)
	}
}

func TestAFindingWithoutFiguresSaysSo(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, "")
	s := w.closed()
	must(t, w.programme.AddFinding(t.Context(), &decisions.Finding{ID: "advies", Org: org, Survey: s.ID, MadeOn: "2026-11-02",
		Statement: surveys.Text{NL: "De raad wil één formulier."}}))
	for _, path := range []string{"", "/besluit"} {
		if evidence := w.get("/beheer/besluiten/bevinding/advies" + path).wants(200).text(".wk-panel"); !strings.Contains(evidence, "Hier staan geen cijfers") {
			t.Errorf("beside %q stands %q", path, evidence)
		}
	}
}

func TestAConceptCanBeThrownAway(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, "")
	s := w.closed()
	w.get(results(s)).send("/stand")
	finding := w.get("/beheer/uitvragen/"+string(s.ID)+"/bevinding?vraag=gesprek_luisteren_ervaren").send("/bevinding", "statement", "Mensen zijn tevreden.")
	concept := w.get(finding.path+"/besluit").send("/besluit", "ga", "concept", "what", "Misschien")
	if w.get(finding.path).Find(`a[href$="/weg"]`).Length() != 0 {
		t.Error("a finding under a concept can be thrown away")
	}
	w.get(concept.path + "/weg").send("/weg").wants(200)
	w.get(finding.path + "/weg").send("/weg").wants(200)
	w.get(finding.path).wants(404)
}

func TestADecisionOrdersACourseOpenly(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, "")
	must(t, w.programme.AddCompetences(t.Context(), org, []training.Competence{{ID: "gesprek_luisteren", Name: surveys.Text{NL: "Gesprek en luisteren"}}}))
	must(t, w.programme.AddCourses(t.Context(), []training.Course{{ID: "eerst-luisteren", Org: org, Title: surveys.Text{NL: "Eerst luisteren"},
		Goals: []training.Goal{{Competence: "gesprek_luisteren", From: 2, To: 4}}, Sessions: 4, Hours: 12, Most: 14, Fixed: 4800, PerPerson: 45,
		Funding: "opleidingsbudget", Aftercare: true, AftercareText: surveys.Text{NL: "Terugkomdag."}, Evidence: training.CitizenRating, TravelPaid: true}}))
	o, err := w.vault.FindOrganisation(t.Context(), org)
	must(t, err)
	o.Structure.Funding = []surveys.FundingSource{{ID: "opleidingsbudget", Name: surveys.Text{NL: "Opleidingsbudget"}}}
	must(t, w.vault.ChangeOrganisation(t.Context(), org, func(kept *surveys.Organisation) error { kept.Structure = o.Structure; return nil }))
	w.kit.OrganisationChanged()
	s := w.closed()
	w.get(results(s)).send("/stand")
	finding := w.get("/beheer/uitvragen/"+string(s.ID)+"/bevinding?vraag=gesprek_luisteren_ervaren").send("/bevinding", "statement", "Luisteren kan beter.")
	design := w.get(finding.path+"/besluit").send("/besluit", "ga", "opleiding", "what", "Het team volgt Eerst luisteren.").wants(200)
	design.send("/opleiding").complains("title", "audience", "goal1", "sessions", "participants", "funding", "aftercare")
	taken := w.get(design.path + "?opleiding=eerst-luisteren").wants(200)
	taken.send("/opleiding", "cost", "veel", "audience", "Team Noorderhaven").complains("cost")
	concept := taken.send("/opleiding", "audience", "Team Noorderhaven.").wants(200)
	facts := concept.text(".wk-facts")
	for _, want := range []string{"Team Noorderhaven", "Gesprek en luisteren, van niveau 2 naar 4", "€ 388", "Opleidingsbudget", "Terugkomdag."} {
		if !strings.Contains(facts, want) {
			t.Errorf("the course does not say %q: %s", want, facts)
		}
	}
	t.Run("of which the earlier versions stay, and can be put back", func(t *testing.T) {
		stale := w.get(design.path).wants(200)
		w.get(design.path).send("/opleiding", "audience", "Iedereen.").wants(200)
		refused := stale.send("/opleiding", "audience", "Alleen de balie.").wants(http.StatusConflict)
		if !strings.Contains(refused.text("main"), "Alleen de balie.") || refused.Find(`main a[href="`+design.path+`"]`).Length() != 1 {
			t.Errorf("who came second loses what was typed: %s", refused.text("main"))
		}
		past := w.get(w.get(design.path).Find(`main a[href$="/eerder"]`).AttrOr("href", "")).wants(200)
		if got := past.text("section[aria-labelledby=nu]"); !strings.Contains(got, "Iedereen.") {
			t.Errorf("now: %s", got)
		}
		back := past.send("/eerder", "terug", "0").wants(200)
		if now := back.text("section[aria-labelledby=nu]"); !strings.Contains(now, "Team Noorderhaven.") || !strings.Contains(now, "Versie 3") {
			t.Errorf("after putting back: %s", now)
		}
		if earlier := back.text("section[aria-labelledby=versie-2]"); !strings.Contains(earlier, "Iedereen.") {
			t.Errorf("what stood there is gone: %s", earlier)
		}
		past.send("/eerder", "terug", "0").wants(http.StatusConflict)
	})
	concept = w.get(concept.path)
	concept.send(concept.path, "ga", "vastleggen", "outcome", "adopted", "reason", "Dat helpt.", "decided_by", "College", "decided_on", "24-11-2026", "next", "De training begint in februari.").wants(200)
	if fixed := w.get(design.path + "/eerder").wants(200); fixed.Find("button[name=terug]").Length() != 0 || !strings.Contains(fixed.text("main"), "Het besluit is vastgelegd") {
		t.Errorf("under a recorded decision: %s", fixed.text("main"))
	}
	w.post(design.path+"/eerder", url.Values{"terug": {"1"}, "revision": {"2"}}).wants(http.StatusConflict)
	draft := w.get("/beheer/terugkoppelingen").send("/terugkoppeling", "soort", "follow_up")
	for _, want := range []string{"Er komt een opleiding: Eerst luisteren", "€ 388", "voor: Team Noorderhaven. Kosten", "Betaald uit: Opleidingsbudget. Daarna: Terugkomdag."} {
		if !strings.Contains(draft.text("#next"), want) {
			t.Errorf("the notice does not say %q: %s", want, draft.text("#next"))
		}
	}
	if strings.Contains(draft.text("#next"), "..") {
		t.Errorf("a sentence ends twice: %s", draft.text("#next"))
	}
	if detail := w.get("/beheer/opleidingen/eerst-luisteren").wants(200); !strings.Contains(detail.text("main"), "Opleidingsbudget") {
		t.Errorf("the catalogue: %s", detail.text("main"))
	}
}

func TestWhoComesSecondLosesNothingThatWasTyped(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, "")
	s := w.closed()
	w.get(results(s)).send("/stand")
	finding := w.get("/beheer/uitvragen/"+string(s.ID)+"/bevinding?vraag=gesprek_luisteren_ervaren").send("/bevinding", "statement", "Luisteren kan beter.")
	concept := w.get(finding.path+"/besluit").send("/besluit", "ga", "concept", "what", "Eerste tekst.").wants(200)
	second := w.get(concept.path)
	w.get(concept.path).send(concept.path, "ga", "concept", "what", "Van de ander.").wants(200)
	loses := func(what string, p *seen, typed string) {
		t.Helper()
		p.wants(http.StatusConflict)
		if !strings.Contains(p.text("main"), typed) {
			t.Errorf("%s: what was typed is gone: %s", what, p.text("main"))
		}
	}
	loses("a decision", second.send(concept.path, "ga", "concept", "what", "Mijn tekst."), "Mijn tekst.")
	if now := w.get(concept.path); now.text("#what") != "Van de ander." {
		t.Errorf("the decision now says %s", now.text("#what"))
	}
	late := w.get(concept.path)
	w.get(concept.path).send(concept.path, "ga", "vastleggen", "outcome", "adopted", "reason", "Dat helpt.", "decided_by", "College", "decided_on", "24-11-2026", "next", "Morgen.").wants(200)
	loses("a decision that was recorded", late.send(concept.path, "ga", "concept", "what", "Nog een tekst."), "Nog een tekst.")

	draft := w.get("/beheer/terugkoppelingen").send("/terugkoppeling", "soort", "follow_up").wants(200)
	again := w.get(draft.path)
	again.send("/tekst", "next", "Van de ander.").wants(200)
	loses("a notice", draft.send("/tekst", "next", "Mijn vervolg."), "Mijn vervolg.")
}

func TestWhoMaySeeWhat(t *testing.T) {
	for role, may := range map[surveys.Role]map[string]int{
		surveys.Reader:        {"resultaten": 200, "bevinding?vraag=gesprek_luisteren_ervaren": 403, "teksten": 403},
		surveys.TextReviewer:  {"resultaten": 200, "bevinding?vraag=gesprek_luisteren_ervaren": 403, "teksten": 200},
		surveys.CouncilMember: {"resultaten": 403, "teksten": 403},
		surveys.Administrator: {"resultaten": 403, "teksten": 403},
	} {
		t.Run(string(role), func(t *testing.T) {
			w := givenDesk(t, role, "")
			s := w.closed()
			for path, status := range may {
				w.get("/beheer/uitvragen/" + string(s.ID) + "/" + path).wants(status)
			}
			w.post("/beheer/uitvragen/"+string(s.ID)+"/stand", nil).wants(http.StatusForbidden)
		})
	}
}

func TestAnEmptyHouseSaysHowToBegin(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, "")
	for path, want := range map[string]string{
		"/beheer/besluiten":             "Nieuwe bevindingen maakt u",
		"/beheer/terugkoppelingen":      "Een belofte begint met een uitvraag",
		"/beheer/opleidingen":           "geen opleiding",
		"/beheer/opleidingen/behoeften": "Houd een uitvraag",
	} {
		if got := w.get(path).wants(200).text("main"); !strings.Contains(got, want) {
			t.Errorf("%s: %s", path, got)
		}
	}
}

func TestACouncilSeesTheFiguresOfManagementAndNoOtherSurvey(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, "")
	s := w.closed()
	other := w.survey(s.Questionnaire, func(s *surveys.Survey) { s.Slug = "niet-voor-de-raad" })
	management := w.get(results(s)).send("/stand")
	must(t, w.vault.ChangeAccount(t.Context(), org, "manager", func(a *surveys.Account, _ []surveys.Account) error {
		a.Role, a.Council = surveys.CouncilMember, "clientenraad"
		return nil
	}))
	if list := w.get("/beheer/raad").wants(200); list.Find(`a[href="/beheer/raad/`+string(s.ID)+`"]`).Length() != 1 || strings.Contains(list.text("main"), "niet-voor-de-raad") {
		t.Errorf("the council's list: %s", list.text("main"))
	}
	council := w.get("/beheer/raad/" + string(s.ID)).wants(200)
	figures := func(p *seen) string {
		return p.text(".wk-figures") + p.text("section[aria-labelledby=antwoorden] td") + p.text("section[aria-labelledby=uit] td.wk-chart")
	}
	if figures(council) != figures(management) || figures(council) == "" {
		t.Errorf("the council sees %s\nmanagement %s", figures(council), figures(management))
	}
	if council.Find(`form[action$="/stand"], a[href*="/bevinding"]`).Length() != 0 {
		t.Error("the council is offered what it may not do")
	}
	w.get("/beheer/raad/" + string(other.ID)).wants(404)
}

func TestACouncilMemberSeesWhatTheirOwnCouncilMaySee(t *testing.T) {
	for council, status := range map[string]int{"": 404, "clientenraad": 200, "adviesraad": 404, surveys.AllCouncils: 200} {
		t.Run("of council "+council, func(t *testing.T) {
			w := givenDesk(t, surveys.CouncilMember, "")
			s := w.closed() // open to the clientenraad
			must(t, w.vault.ChangeAccount(t.Context(), org, "manager", func(a *surveys.Account, _ []surveys.Account) error { a.Council = council; return nil }))
			w.get("/beheer/raad/" + string(s.ID)).wants(status)
			list := w.get("/beheer/raad").wants(200)
			if listed := list.Find("main li").Length(); (listed == 1) != (status == 200) {
				t.Errorf("%d surveys are listed", listed)
			}
			if told := strings.Contains(list.text("main"), "Vraag de beheerder om uw raad in te vullen"); told != (council == "") {
				t.Errorf("whom to ask: %s", list.text("main"))
			}
		})
	}
}
