package respond

import (
	"errors"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
)

// sentAgain answers who sends once more what is stored already: the same receipt
// code. Who changed something in between hears that only the first sending counts,
// and who withdrew it that nothing was sent.
func (p *pages) sentAgain(c *gin.Context, v *visit, code responses.ReceiptCode, answers questionnaire.Answers) error {
	org := page.Org(c).ID
	first, err := p.answers.FindResponseByReceipt(c.Request.Context(), org, p.keys.KeysOf(code, org))
	switch {
	case errors.Is(err, surveys.ErrNotFound):
		return p.showTrouble(c, v, "withdrawn", nil)
	case err != nil:
		return p.showUnsent(c, v, page.StatusOf(err), err)
	}
	return p.showThanks(c, v, code, changed(v.form, first.Answers, answers) || changed(v.form, answers, first.Answers))
}

// changed tells whether an answer that somebody gave stands differently in b. What is
// calculated may differ by itself: it can depend on the moment.
func changed(f *form, a, b questionnaire.Answers) bool {
	for key, value := range a {
		fl := f.Field(key[strings.LastIndexByte(key, '/')+1:])
		if value != b[key] && (fl == nil || fl.Page >= 0) {
			return true
		}
	}
	return false
}

// send takes the answers on. It is asked from the check page, and from a question
// page with which the survey is complete. Sent again, the same page gives the same
// receipt code, and one response.
func (p *pages) send(c *gin.Context, v *visit, unread []questionnaire.FieldProblem) error {
	s := v.sitting
	if v.onPage() && (len(unread) > 0 || p.next(v, v.place()) != v.form.End() || len(v.state.Unseen(v.before, v.form.Pages[s.At], s.Prefilled)) > 0) {
		return p.forward(c, v, unread)
	}
	if v.problems = p.wrongAnywhere(v); len(v.problems) > 0 {
		if v.onPage() && !slices.ContainsFunc(v.problems, func(pr problem) bool { return pr.field.Page != s.At || pr.within != s.Within }) {
			return p.showPage(c, v, statusFor(v))
		}
		v.goTo(v.form.End())
		return p.showCheck(c, v)
	}
	if v.trial != nil {
		return p.showTried(c, v)
	}
	org, today := page.Org(c), page.Today(c)
	code, key, err := p.keys.Receipt(s, org.ID, v.survey.ID)
	if err != nil {
		return p.showTrouble(c, v, "outdated", nil)
	}
	response := responses.Response{
		Org: org.ID, Survey: v.survey.ID, Key: key, Version: s.Version, Collector: s.Collector,
		Day: v.survey.Mode.DayKept(today), Ballot: s.Ballot, Answers: recordOf(v),
	}
	fillBlanks(response.Answers, s.Prefilled)
	seen, wait := p.judge(c, v, &response)
	if wait > 0 {
		return p.showFlood(c, v, wait)
	}
	outcome, err := p.submitter.Submit(c.Request.Context(), response, today)
	switch {
	case err == nil && outcome == responses.Already:
		return p.sentAgain(c, v, code, response.Answers)
	case err == nil:
		p.took(c, seen)
		return p.showThanks(c, v, code, false)
	case errors.Is(err, responses.ErrBallotSpent), errors.Is(err, responses.ErrNoBallot):
		return p.showTrouble(c, v, "spent", nil)
	case errors.Is(err, responses.ErrClosed):
		p.surveys.forget(slugKey{org.ID, v.survey.Slug})
		return p.showTrouble(c, v, "closed", nil)
	default:
		return p.showUnsent(c, v, page.StatusOf(err), err)
	}
}

// fillBlanks takes out what was left open only because the invitation left it out, so
// that it does not count as a question that somebody skipped.
func fillBlanks(record, prefilled questionnaire.Answers) {
	for name, value := range prefilled {
		if value == "" && record[name] == "" {
			delete(record, name)
		}
	}
}

// recordOf is what is stored of a response: in an anonymous survey nothing that was
// worked out from the clock and could tell when it came in.
func recordOf(v *visit) questionnaire.Answers {
	if v.survey.Mode.Anonymous() {
		return v.state.RecordWithoutMoment()
	}
	return v.state.Record()
}
