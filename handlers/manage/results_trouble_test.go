package manage_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
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

// asking publishes a small questionnaire: a scale, and breakdowns with so many values.
// It gives the questionnaire, of which more versions may follow.
func (w *desk) asking(label string, values ...int) *surveys.Questionnaire {
	w.t.Helper()
	q := &surveys.Questionnaire{ID: page.NewID(), Org: org, FormID: "klein", Title: surveys.Text{NL: "Klein"}, Draft: w.scale(label, values...)}
	must(w.t, w.programme.AddQuestionnaire(w.t.Context(), q))
	w.publish(q.ID)
	return q
}

func (w *desk) publish(id surveys.ID) {
	w.t.Helper()
	must(w.t, w.programme.PublishVersion(w.t.Context(), org, id, func(q *surveys.Questionnaire) (*surveys.Version, error) {
		return q.Publish(w.now, "manager")
	}))
}

// scale is the definition of that questionnaire.
func (w *desk) scale(label string, values ...int) []byte {
	w.t.Helper()
	nl := func(s string) questionnaire.Texts { return questionnaire.Texts{"": s} }
	steps := &questionnaire.List{Name: "stappen"}
	for i := 1; i <= 5; i++ {
		score := float64(i)
		steps.Choices = append(steps.Choices, &questionnaire.Choice{Name: fmt.Sprint(i), Label: nl(fmt.Sprint("Stap ", i)), Score: &score})
	}
	d := &questionnaire.Definition{FormID: "klein", Title: nl("Klein"), Lists: []*questionnaire.List{steps},
		Items: []*questionnaire.Item{{Kind: questionnaire.Question, Name: "oordeel", Type: questionnaire.TypeSelectOne, List: "stappen", Label: nl(label)}}}
	for n, many := range values {
		name := fmt.Sprint("groep", n+1)
		list := &questionnaire.List{Name: "lijst" + name}
		for i := range many {
			list.Choices = append(list.Choices, &questionnaire.Choice{Name: fmt.Sprint("g", i+1), Label: nl(fmt.Sprint("Groep ", i+1))})
		}
		d.Lists = append(d.Lists, list)
		d.Items = append(d.Items, &questionnaire.Item{Kind: questionnaire.Question, Name: name, Type: questionnaire.TypeSelectOne, List: list.Name, Label: nl("Uw " + name), Breakdown: true})
	}
	if form, problems := questionnaire.Compile(d); form == nil {
		w.t.Fatal(problems)
	}
	data, err := json.Marshal(d)
	must(w.t, err)
	return data
}

// said stores a response of each of these answers.
func (w *desk) said(s *surveys.Survey, version int, all ...questionnaire.Answers) []responses.Key {
	w.t.Helper()
	writer, err := answers.NewWriter(w.t.Context(), w.answers)
	must(w.t, err)
	defer func() { must(w.t, writer.Close(context.WithoutCancel(w.t.Context()))) }()
	var list []responses.Response
	var keys []responses.Key
	for _, a := range all {
		r := responses.Response{Org: org, Survey: s.ID, Version: version, Day: s.Opens, Answers: a}
		_, err := rand.Read(r.Key[:])
		must(w.t, err)
		list, keys = append(list, r), append(keys, r.Key)
	}
	must(w.t, writer.LoadHistory(w.t.Context(), list))
	return keys
}

// sound checks what must hold of every page of results: it is there, nothing in it is
// no number, and no table or chart is empty.
func (s *seen) sound() *seen {
	s.w.t.Helper()
	s.wants(http.StatusOK)
	for _, bad := range []string{"NaN", "Inf", "%!", "<nil>", "-0 %"} {
		if strings.Contains(string(s.body), bad) {
			s.w.t.Errorf("%s holds %q", s.path, bad)
		}
	}
	for _, table := range s.Find("table").EachIter() {
		if table.Find("tbody tr").Length() == 0 {
			s.w.t.Errorf("%s: an empty table: %s", s.path, squeeze(table.Text()))
		}
	}
	return s
}

func repeated(n int, a questionnaire.Answers) []questionnaire.Answers {
	all := make([]questionnaire.Answers, n)
	for i := range all {
		all[i] = a
	}
	return all
}

func TestResultsAreClearWhateverCameIn(t *testing.T) {
	for name, c := range map[string]struct {
		answers []questionnaire.Answers
		says    string
	}{
		"when nobody answered":                {nil, "Te weinig mensen antwoordden"},
		"when one person answered":            {repeated(1, questionnaire.Answers{"oordeel": "3", "groep1": "g1"}), "Te weinig mensen antwoordden"},
		"when everybody said the same":        {repeated(40, questionnaire.Answers{"oordeel": "5", "groep1": "g1"}), "100 %"},
		"when everybody left the scale open":  {repeated(40, questionnaire.Answers{"groep1": "g2"}), "Te klein om te tonen"},
		"when nobody said of which group":     {repeated(40, questionnaire.Answers{"oordeel": "1"}), "Stap 1"},
		"when six people said all different":  {[]questionnaire.Answers{{"oordeel": "1"}, {"oordeel": "2"}, {"oordeel": "3"}, {"oordeel": "4"}, {"oordeel": "5"}, {"oordeel": "5"}}, "ongeveer hoeveel"},
		"when answers are of an old question": {repeated(30, questionnaire.Answers{"vroeger": "x", "oordeel": "9"}), "kon worden gelezen"},
	} {
		t.Run(name, func(t *testing.T) {
			w := givenDesk(t, surveys.ProgrammeManager, "https://stem.waterrijk.example")
			q := w.asking("Wat vindt u?", 3, 2)
			s := w.survey(q.ID, func(s *surveys.Survey) {
				s.Opens, s.Closes, s.Promise.On = "2026-09-01", "2026-10-31", "2026-12-15"
				s.Breakdowns, s.Pairs, s.Invited = []string{"groep1", "groep2"}, []surveys.Pair{{First: "groep1", Second: "groep2"}}, 0
			})
			w.said(s, 1, c.answers...)
			p := w.get(results(s)).sound().send("/stand").sound()
			if !strings.Contains(p.text("main"), c.says) {
				t.Errorf("the page does not say %q: %s", c.says, p.text("main"))
			}
			for _, query := range []string{"vraag=*", "vraag=oordeel&naar=groep1&en=groep2", "vraag=*&en=groep2", "groep=groep1:g1", "vraag=bestaat+niet&naar=x&en=y&antwoord=z&groep=a:b,c:d"} {
				w.get(results(s) + "?" + query).sound()
			}
		})
	}
}

func TestResultsOfASurveyFromWhichEverybodyWithdrew(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, "https://stem.waterrijk.example")
	q := w.asking("Wat vindt u?", 3)
	s := w.survey(q.ID, func(s *surveys.Survey) { s.Breakdowns = []string{"groep1"} })
	keys := w.said(s, 1, repeated(30, questionnaire.Answers{"oordeel": "4", "groep1": "g1"})...)
	if p := w.get(results(s)).send("/stand").sound(); !strings.Contains(p.text(".wk-figures"), "30 mensen antwoordden") {
		t.Fatalf("before: %s", p.text("main"))
	}
	for _, key := range keys {
		must(t, w.answers.WithdrawResponse(t.Context(), org, []responses.Key{key}))
	}
	p := w.get(results(s)).send("/stand").sound()
	if text := p.text("main"); strings.Contains(text, "30 mensen") || !strings.Contains(text, "Te weinig mensen antwoordden") {
		t.Errorf("after all withdrew the page does not say that there are too few: %s", text)
	}
}

func TestReleasesWhilePeopleWithdraw(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, "https://stem.waterrijk.example")
	q := w.asking("Wat vindt u?", 3)
	s := w.survey(q.ID, func(s *surveys.Survey) { s.Breakdowns = []string{"groep1"} })
	keys := w.said(s, 1, append(repeated(40, questionnaire.Answers{"oordeel": "4", "groep1": "g1"}), repeated(40, questionnaire.Answers{"oordeel": "2", "groep1": "g2"})...)...)
	w.get(results(s)).send("/stand").sound()
	withdrawn := make(chan error)
	go func() {
		for _, key := range keys {
			if err := w.answers.WithdrawResponse(t.Context(), org, []responses.Key{key}); err != nil {
				withdrawn <- err
				return
			}
		}
		withdrawn <- nil
	}()
	for range 3 {
		p := w.get(results(s)).send("/stand").sound()
		for _, n := range []int{1, 2, 3, 4, 76, 77, 78, 79} {
			if words := fmt.Sprintf(" %d mensen antwoordden", n); strings.Contains(" "+p.text(".wk-figures"), words) {
				t.Errorf("while people withdrew:%s, after 80", words)
			}
		}
	}
	must(t, <-withdrawn)
	if p := w.get(results(s)).send("/stand").sound(); strings.Contains(p.text("main"), "80 mensen") {
		t.Errorf("after all withdrew: %s", p.text("main"))
	}
}

func TestResultsAgainstAMarginThatIsZero(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, "https://stem.waterrijk.example")
	q := w.asking("Wat vindt u?", 2)
	s := w.survey(q.ID, func(s *surveys.Survey) { s.Breakdowns = []string{"groep1"} })
	w.said(s, 1, append(repeated(30, questionnaire.Answers{"oordeel": "4", "groep1": "g0"}), repeated(20, questionnaire.Answers{"oordeel": "2", "groep1": "g1"})...)...)
	w.get(results(s)).send("/stand")
	for name, counts := range map[string]map[string]int{
		"for every group":            {"g0": 0, "g1": 0},
		"for a group that answered":  {"g0": 100, "g1": 0},
		"for a group that did not":   {"g0": 100, "g1": 80, "g9": 0},
		"for nobody, as none is set": {},
	} {
		must(t, w.vault.ChangeOrganisation(t.Context(), org, func(o *surveys.Organisation) error {
			o.Structure.Margins = []surveys.Margin{{Attribute: "groep1", Counts: counts}}
			return nil
		}))
		if p := w.get(results(s)).sound(); !strings.Contains(p.text(`section[aria-labelledby="wie"]`), "20") {
			t.Errorf("%s: who took part is not shown: %s", name, p.text("main"))
		}
	}
}

func TestResultsOfABreakdownWithFiveThousandValues(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, "https://stem.waterrijk.example")
	q := w.asking("Wat vindt u?", 5000)
	s := w.survey(q.ID, func(s *surveys.Survey) {
		s.Opens, s.Closes, s.Promise.On, s.Breakdowns = "2026-09-01", "2026-10-31", "2026-12-15", []string{"groep1"}
	})
	all := repeated(40, questionnaire.Answers{"oordeel": "4", "groep1": "g17"})
	for i := range 300 {
		all = append(all, questionnaire.Answers{"oordeel": "2", "groep1": fmt.Sprint("g", 1000+i)})
	}
	w.said(s, 1, all...)
	p := w.get(results(s)).send("/stand").sound()
	text := p.text("main")
	if !strings.Contains(text, "340 mensen antwoordden") || !strings.Contains(text, "Groep 17") || !strings.Contains(text, "grootste groepen") {
		t.Errorf("the page says: %.2000s", text)
	}
	if strings.Contains(text, "Groep 1000") {
		t.Error("the page lists a group of one")
	}
	if n := len(p.body); n > 200_000 {
		t.Errorf("the page is %d bytes", n)
	}
	form := w.get("/beheer/uitvragen/nieuw?vragenlijst="+string(q.ID)).send("/nieuw", "vragenlijst", string(q.ID)).wants(http.StatusOK)
	form = form.send("/bewerken", "breakdown", "groep1", "ga", "kan").wants(http.StatusOK)
	if !strings.Contains(form.text("main"), "5.000 groepen") {
		t.Errorf("the form says: %s", form.text("#merged"))
	}
}

func TestAnEarlierWaveStandsBesideWithAMarkWhereTheQuestionChanged(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, "https://stem.waterrijk.example")
	q := w.asking("Wat vindt u?", 2)
	wave := func(slug string, opens, closes surveys.Date, version int, step string) *surveys.Survey {
		s := w.survey(q.ID, func(s *surveys.Survey) {
			s.Slug, s.Title.NL, s.Opens, s.Closes, s.Promise.On, s.Version = slug, "Peiling "+slug, opens, closes, closes.AddDays(30), version
			s.Breakdowns = []string{"groep1"}
		})
		w.said(s, version, append(repeated(30, questionnaire.Answers{"oordeel": step, "groep1": "g1"}), repeated(30, questionnaire.Answers{"oordeel": "1", "groep1": "g2"})...)...)
		w.get(results(s)).send("/stand").sound()
		return s
	}
	wave("een", "2026-01-05", "2026-02-01", 1, "5")
	second := wave("twee", "2026-04-06", "2026-05-01", 1, "4")
	p := w.get(results(second)).sound()
	if strings.Contains(p.text("main"), "Hier is de vraag anders gesteld") || !strings.Contains(p.text("#uit ~ *"), "Peiling een") {
		t.Errorf("two waves of the same words: %s", p.text("main"))
	}
	must(t, w.programme.ChangeQuestionnaire(t.Context(), org, q.ID, func(q *surveys.Questionnaire) error {
		q.Draft = w.scale("Wat vindt u ervan?", 2)
		return nil
	}))
	w.publish(q.ID)
	third := wave("drie", "2026-07-06", "2026-08-01", 2, "2")
	p = w.get(results(third) + "?groep=groep1:g1").sound()
	row := p.Find("#verloop").Next().Find("tr").Last()
	if !strings.Contains(row.Text(), "Hier is de vraag anders gesteld") || p.Find("#verloop").Next().Find("tbody tr").Length() != 3 {
		t.Errorf("no break at the third wave: %s", p.text("main"))
	}
	if before := squeeze(p.row("Stap 4").First().Text()); !strings.Contains(before, "100 %") {
		t.Errorf("the second wave does not stand beside the third: %s", before)
	}
	if got := p.text("caption"); !strings.Contains(got, "de vorige keer was deze vraag anders gesteld") {
		t.Errorf("the figure does not say that it was asked differently: %s", got)
	}
}

func TestAVersionChangeInTheMiddleOfFieldworkCountsBoth(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, "https://stem.waterrijk.example")
	q := w.asking("Wat vindt u?", 2)
	s := w.survey(q.ID, func(s *surveys.Survey) { s.Breakdowns = []string{"groep1"} })
	w.said(s, 1, repeated(20, questionnaire.Answers{"oordeel": "5", "groep1": "g1"})...)
	w.get(results(s)).send("/stand").sound()
	must(t, w.programme.ChangeQuestionnaire(t.Context(), org, q.ID, func(q *surveys.Questionnaire) error {
		q.Draft = w.scale("Wat vindt u ervan?", 2)
		return nil
	}))
	w.publish(q.ID)
	must(t, w.programme.ChangeSurvey(t.Context(), org, s.ID, func(s *surveys.Survey) error { return s.FixWording(2, true, w.now) }))
	w.said(s, 2, repeated(20, questionnaire.Answers{"oordeel": "1", "groep1": "g1"})...)
	p := w.get(results(s)).send("/stand").sound()
	if got := p.text(".wk-figures"); !strings.Contains(got, "40 mensen antwoordden") {
		t.Errorf("figures: %s", got)
	}
	if p.Find("h3#v-oordeel").Text() != "Wat vindt u ervan?" {
		t.Error("the question does not stand in its newest words")
	}
	if got := p.Find("section[aria-labelledby=v-oordeel] caption").Text(); !strings.Contains(got, "Op 25 november 2026 is deze vraag tijdens de uitvraag anders gesteld") {
		t.Errorf("the figure has no mark of the break: %s", got)
	}
	if got := p.text("#uit ~ * caption"); !strings.Contains(got, "tijdens de uitvraag anders gesteld") {
		t.Errorf("the breakdown has no mark of the break: %s", got)
	}
	if got := p.text("section[aria-labelledby=v-groep1]"); strings.Contains(got, "anders gesteld") {
		t.Errorf("a question whose words stayed the same has a mark: %s", got)
	}
}

func TestAStoredAnswerThatIsDamagedIsNamedAndLeftOut(t *testing.T) {
	d := dbtest.Open(t, dbtest.SQLite(t))
	w := givenDeskOn(t, d, surveys.ProgrammeManager, "https://stem.waterrijk.example")
	q := w.asking("Wat vindt u?", 2)
	s := w.survey(q.ID, nil)
	keys := w.said(s, 1, repeated(30, questionnaire.Answers{"oordeel": "4", "groep1": "g1"})...)
	must(t, d.Transact(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), `UPDATE responses SET answers = ? WHERE survey_id = ? AND response_key = ?`, []byte("{kapot"), s.ID, keys[3][:])
		return err
	}))
	p := w.get(results(s)).send("/stand").sound()
	text := p.text("main")
	for _, want := range []string{"29 mensen antwoordden", "1 inzending is niet te lezen"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q: %s", want, text)
		}
	}
	if p.Find(".utrecht-alert--warning code").Length() != 1 {
		t.Error("the damaged response is not named")
	}
}

func TestAGroupThatIsHiddenNamesTheOneAroundIt(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, "https://stem.waterrijk.example")
	q := w.asking("Wat vindt u?", 3, 2)
	s := w.survey(q.ID, func(s *surveys.Survey) {
		s.Breakdowns, s.Pairs = []string{"groep1", "groep2"}, []surveys.Pair{{First: "groep1", Second: "groep2"}}
		s.Merged = []surveys.MergedOf{{Breakdown: "groep1", Name: "samen", Label: surveys.Text{NL: "Twee en drie"}, Values: []string{"g2", "g3"}}}
	})
	var all []questionnaire.Answers
	// Of each half of groups 2 and 3 somebody gave every answer: else the table of two
	// breakdowns would say of a small part that nobody gave one.
	for group, people := range map[string]int{"g1": 60, "g2": 16, "g3": 4} {
		for i := range people {
			all = append(all, questionnaire.Answers{"oordeel": fmt.Sprint(i%5 + 1), "groep1": group, "groep2": fmt.Sprint("g", i%2+1)})
		}
	}
	w.said(s, 1, all...)
	p := w.get(results(s)).send("/stand").sound()
	hidden := p.Find("#uit ~ * tr").FilterFunction(func(_ int, r *goquery.Selection) bool { return squeeze(r.Find("th").First().Text()) == "Groep 3" })
	if got := squeeze(hidden.Text()); !strings.Contains(got, "Te klein om te tonen") || !strings.Contains(got, "Twee en drie") {
		t.Errorf("the row of a hidden group: %q", got)
	}
	link := hidden.Find("a").AttrOr("href", "")
	around := w.get(results(s) + link[:strings.IndexByte(link, '#')]).sound()
	if !strings.Contains(around.text("main"), "U ziet alleen de antwoorden van: Twee en drie.") {
		t.Errorf("the parent is not shown at %s: %s", link, around.text("#antwoorden ~ *"))
	}
	two := w.get(results(s) + "?" + url.Values{"vraag": {"oordeel"}, "naar": {"groep1"}, "en": {"groep2"}}.Encode()).sound()
	if got := squeeze(two.row("Groep 1").Last().Text()); !strings.Contains(got, "30 mensen") {
		t.Errorf("a row of the table of two breakdowns: %q", got)
	}
	small := two.Find("#uit ~ * tr").FilterFunction(func(_ int, r *goquery.Selection) bool { return squeeze(r.Find("th").First().Text()) == "Groep 3" })
	if got := squeeze(small.Text()); !strings.Contains(got, "Te klein, zie") || small.Find("a").Length() == 0 {
		t.Errorf("a cell that is not shown names nothing that can be seen: %q", got)
	}
	link = small.Find("a").First().AttrOr("href", "")
	if around := w.get(results(s) + link[:strings.IndexByte(link, '#')]).sound(); !strings.Contains(around.text("main"), "U ziet alleen de antwoorden van:") {
		t.Errorf("nothing is shown at %s", link)
	}
	made := w.get(two.Find("#uit ~ * td a[href*='/bevinding?']").First().AttrOr("href", "")).wants(http.StatusOK).
		send("/bevinding", "statement", "In beide helften gaat het goed.").wants(http.StatusOK)
	if got := made.text("aside"); !strings.Contains(got, ", Groep 1") || made.Find("aside code.wk-mark").Length() != 1 {
		t.Errorf("the finding of a cell: %s", got)
	}
	if marks := two.Find("#uit ~ details code.wk-mark"); marks.Length() < 2 {
		t.Errorf("%d marks under the table of two breakdowns", marks.Length())
	}
	recorded := w.get(made.Find("main a.nl-button--primary").AttrOr("href", "")).send("/besluit", "ga", "vastleggen", "outcome", "adopted", "what", "Zo.", "reason", "Daarom.",
		"decided_by", "Raad", "decided_on", "17-11-2026", "next", "Verder.", "next_on", "1 september 2027").wants(http.StatusOK)
	if recorded.heading() != "Zo." || recorded.Find("aside code.wk-mark").Length() != 1 {
		t.Errorf("the evidence under a decision has no mark: %s", recorded.text("aside"))
	}
}
