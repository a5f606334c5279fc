package respond

import (
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
)

// sealedField is the name of the hidden field in which the answers so far travel.
const sealedField = "tot-nu-toe"

func newNonce() (nonce [12]byte) {
	_, _ = rand.Read(nonce[:]) // never fails: crypto/rand ends the program instead
	return nonce
}

// step handles POST /s/:slug: it reads what was typed on the page that was sent,
// and answers with the page that the button asks for.
func (p *pages) step(c *gin.Context) error {
	org := page.Org(c)
	read, err := p.surveyOf(c.Request.Context(), org.ID, c.Param("slug"))
	if err != nil {
		return err
	}
	if read.survey.OpenedAt.IsZero() {
		return fmt.Errorf("survey was never opened: %w", surveys.ErrNotFound)
	}
	posted := c.Request.PostForm
	if !posted.Has(sealedField) {
		return p.begin(c, read, posted)
	}
	v, err := p.resume(c, read, posted.Get(sealedField))
	switch {
	case errors.Is(err, responses.ErrOutdated):
		return p.showTrouble(c, v, "outdated", posted)
	case errors.Is(err, responses.ErrTampered), errors.Is(err, responses.ErrTooLong):
		return p.showTrouble(c, &visit{read: read, survey: read.survey}, "tampered", posted)
	case err != nil:
		return err
	}
	if posted.Get("ga") == "profiel" {
		return p.profile(c, v)
	}
	return p.move(c, v, posted)
}

// move takes in what was typed and answers with the page that the button asks for.
func (p *pages) move(c *gin.Context, v *visit, posted url.Values) error {
	unread := p.take(c, v, posted)
	v.sprung(posted)
	if lang := surveys.Lang(posted.Get("taal")); lang == surveys.Dutch || lang == surveys.English {
		v.sitting.Lang = lang
		page.SetLanguage(c, lang)
		return p.showAt(c, v)
	}
	if v.trial == nil && v.survey.Phase(page.Today(c)) != surveys.Running {
		return p.showTrouble(c, v, "closed", nil)
	}
	if key := posted.Get("naar"); key != "" {
		v.jump(key)
		return p.showAt(c, v)
	}
	if v.lengthen(posted) {
		v.evaluate(c)
		if posted.Get("ga") == "nog-een" {
			v.goTo(v.state.LastOf(v.place(), v.sitting.Prefilled))
		}
		return p.showAt(c, v)
	}
	switch posted.Get("ga") {
	case "vorige":
		v.goTo(v.state.PreviousPlace(v.place(), v.sitting.Prefilled))
		return p.showAt(c, v)
	case "zoeken":
		v.searches(posted, true)
		return p.showAt(c, v)
	case "bekijken":
		v.goTo(v.form.End())
		return p.showAt(c, v)
	case "versturen":
		return p.send(c, v, unread)
	default: // "volgende", "beginnen", and Enter
		if v.searches(posted, false) {
			return p.showAt(c, v)
		}
		return p.forward(c, v, unread)
	}
}

// begin answers the button of the start page with the first question.
func (p *pages) begin(c *gin.Context, read *readSurvey, posted url.Values) error {
	if lang := surveys.Lang(posted.Get("taal")); lang == surveys.Dutch || lang == surveys.English {
		page.SetLanguage(c, lang)
	}
	if read.survey.Phase(page.Today(c)) != surveys.Running {
		return p.showClosed(c, read)
	}
	if read.survey.Mode.Invites() {
		return p.showBallotForm(c, http.StatusForbidden, ballotPage{Title: read.survey.Title.In(page.Language(c))})
	}
	v, err := p.newVisit(c, read, posted.Get("via"))
	if err != nil {
		return err
	}
	return p.showAt(c, v)
}

// newVisit starts a sitting with a fresh submission key at the first page that
// asks something; via is the code of the way in.
func (p *pages) newVisit(c *gin.Context, read *readSurvey, via string) (*visit, error) {
	s := &responses.Sitting{Issued: page.Now(c), Version: read.survey.Version, Lang: page.Language(c), Answers: questionnaire.Answers{}}
	_, _ = rand.Read(s.Key[:])
	p.keys.Begin(s)
	v := &visit{read: read, survey: read.survey, sitting: s, key: versionKey{read.survey.Org, read.survey.Questionnaire, s.Version}}
	var err error
	if v.form, err = p.formOf(c.Request.Context(), v.key); err != nil {
		return nil, err
	}
	if way := wayIn(read, via); way != nil {
		s.Collector, s.Kiosk = way.ID, way.Kind == surveys.Kiosk
		s.Prefilled = prefill(v.form, way)
	}
	v.evaluate(c)
	v.goTo(v.state.NextPlace(v.form.Start(), s.Prefilled))
	return v, nil
}

// wayIn is the collector with the code in the address; the plain link has none.
// An unknown code is no reason to turn anybody away.
func wayIn(read *readSurvey, via string) *surveys.Collector {
	for i := range read.collectors {
		if read.collectors[i].Code == via {
			return &read.collectors[i]
		}
	}
	return nil
}

// prefill is what the way in fills in: only questions that allow it, and only what
// can be an answer to them.
func prefill(f *form, way *surveys.Collector) questionnaire.Answers {
	filled := questionnaire.Answers{}
	for _, fl := range f.Prefills() {
		given := way.Prefill[fl.Name]
		if given == "" {
			continue
		}
		if value, _, wrong := f.Read(fl, questionnaire.Typed{Values: []string{given}}); wrong == nil && value != "" {
			filled[fl.Name] = value
		}
	}
	return filled
}

// resume opens the sealed sitting that came with the page.
func (p *pages) resume(c *gin.Context, read *readSurvey, sealed string) (*visit, error) {
	v := &visit{read: read, survey: read.survey}
	s, err := p.keys.Open(sealed, page.Org(c).ID, read.survey.ID, page.Now(c), func(version int) ([]string, error) {
		v.key = versionKey{read.survey.Org, read.survey.Questionnaire, version}
		f, err := p.formOf(c.Request.Context(), v.key)
		if err != nil {
			return nil, err
		}
		v.form = f
		return f.names, nil
	})
	if s == nil {
		return v, err
	}
	v.sitting = s
	page.SetLanguage(c, s.Lang)
	if s.At > len(v.form.Pages) {
		s.At = len(v.form.Pages)
	}
	v.evaluate(c)
	return v, err
}

// take reads what was typed on the page that was sent into the sitting: what can be
// read as an answer, what cannot as it was typed. It gives the problems of reading.
func (p *pages) take(c *gin.Context, v *visit, posted url.Values) []questionnaire.FieldProblem {
	s := v.sitting
	if !v.onPage() {
		return nil
	}
	v.before = v.state
	var unread []questionnaire.FieldProblem
	for _, fl := range v.asked(s.At) {
		key := v.state.Key(fl)
		typed := questionnaire.Typed{Values: posted[fl.Name]}
		if fl.OrOther {
			typed.Other = posted.Get(fl.Name + "_other")
		}
		value, other, wrong := v.form.Read(fl, typed)
		delete(s.Unread, key)
		if wrong != nil {
			wrong.Within = v.state.Within()
			unread = append(unread, *wrong)
			if (fl.List == nil || fl.Type == questionnaire.TypeRank) && len(typed.Values) > 0 {
				if s.Unread == nil {
					s.Unread = map[string]string{}
				}
				s.Unread[key] = typedText(fl, typed.Values)
			}
		}
		if value != s.Answers[key] {
			v.state.Fire(s.Answers, fl)
		}
		keep(s.Answers, key, value)
		if fl.OrOther {
			keep(s.Answers, key+"_other", other)
		}
	}
	v.evaluate(c)
	v.state.KeepFired(s.Answers)
	return unread
}

// typedText is what was typed as one text: a date and a time in two fields, and the
// places of a rank, blank ones too, parted by a sign that no name of a choice has.
func typedText(fl *questionnaire.Field, values []string) string {
	switch fl.Type {
	case questionnaire.TypeRank:
		return strings.Join(values, rankSign)
	case questionnaire.TypeDateTime:
		return strings.Join(values, " ")
	}
	return values[0]
}

// rankSign parts the places of a rank that could not be read.
const rankSign = "\n"

func keep(a questionnaire.Answers, name, value string) {
	if value == "" {
		delete(a, name)
		return
	}
	a[name] = value
}

// forward goes to the next page, unless something on this one is wrong.
func (p *pages) forward(c *gin.Context, v *visit, unread []questionnaire.FieldProblem) error {
	s := v.sitting
	if v.onPage() {
		fields := v.asked(s.At)
		var unseen []*questionnaire.Field // what could not be answered yet cannot be wrong yet
		if v.before != nil {
			unseen = v.state.Unseen(v.before, v.form.Pages[s.At], s.Prefilled)
			fields = slices.DeleteFunc(fields, func(fl *questionnaire.Field) bool { return slices.Contains(unseen, fl) })
		}
		v.problems = p.worded(v, append(unread, v.state.Check(fields, string(s.Lang))...))
		if len(v.problems) > 0 || len(unseen) > 0 {
			return p.showPage(c, v, statusFor(v))
		}
	}
	v.goTo(p.next(v, v.place()))
	return p.showAt(c, v)
}

// next is the place after at: the next one that asks something, or, once the check
// page was seen, the next one that was not seen yet.
func (p *pages) next(v *visit, at questionnaire.Place) questionnaire.Place {
	for {
		at = v.state.NextPlace(at, v.sitting.Prefilled)
		if at == v.form.End() || !v.sitting.Checked || !v.sitting.Saw(at.Page, at.Within) {
			return at
		}
	}
}

// showAt shows the page in which the sitting stands: the first one, a question
// page, or the check page.
func (p *pages) showAt(c *gin.Context, v *visit) error {
	if v.trial != nil && v.sitting.At < 0 { // a try-out has no page before the first question
		v.goTo(v.state.NextPlace(v.form.Start(), nil))
	}
	switch {
	case v.sitting.At < 0:
		return p.showStart(c, v)
	case !v.onPage():
		return p.showCheck(c, v)
	default:
		return p.showPage(c, v, statusFor(v))
	}
}

// worded puts problems in words, one for each question, in the order of the form.
func (p *pages) worded(v *visit, found []questionnaire.FieldProblem) []problem {
	var problems []problem
	for _, fp := range found {
		fl := v.form.Field(fp.Name)
		if fl == nil || slices.ContainsFunc(problems, func(pr problem) bool { return pr.field == fl && pr.within == fp.Within }) {
			continue
		}
		text := fp.Message
		if text == "" {
			text = p.say(v.sitting.Lang, v.form.informal, fp.Key, maps.Clone(fp.Args))
		}
		problems = append(problems, problem{fl, fp.Within, text})
	}
	if len(problems) < 2 {
		return problems
	}
	if !v.form.HasRepeats() {
		slices.SortStableFunc(problems, func(a, b problem) int { return a.field.Index - b.field.Index })
		return problems
	}
	order := map[string]int{}
	v.state.EachAsked(v.sitting.Prefilled, func(view *questionnaire.State, fl *questionnaire.Field) { order[view.Key(fl)] = len(order) })
	key := func(pr problem) string { return v.state.In(pr.within).Key(pr.field) }
	slices.SortStableFunc(problems, func(a, b problem) int { return order[key(a)] - order[key(b)] })
	return problems
}

// wrongAnywhere are the problems of everything that is asked, what could not be
// read included.
func (p *pages) wrongAnywhere(v *visit) []problem {
	var found []questionnaire.FieldProblem
	v.state.EachAsked(v.sitting.Prefilled, func(view *questionnaire.State, fl *questionnaire.Field) {
		typed, ok := v.sitting.Unread[view.Key(fl)]
		if !ok || !view.Takes(fl, v.sitting.Prefilled) {
			return
		}
		values := []string{typed}
		if fl.Type == questionnaire.TypeRank {
			values = strings.Split(typed, rankSign)
		}
		if _, _, wrong := v.form.Read(fl, questionnaire.Typed{Values: values}); wrong != nil {
			wrong.Within = view.Within()
			found = append(found, *wrong)
		}
	})
	for _, fp := range v.state.CheckAll(string(v.sitting.Lang)) {
		if fl := v.form.Field(fp.Name); fl != nil && v.state.In(fp.Within).Asked(fl, v.sitting.Prefilled) {
			found = append(found, fp)
		}
	}
	return p.worded(v, found)
}
