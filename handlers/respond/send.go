package respond

import (
	"crypto/rand"
	"errors"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
)

// send takes the answers on. It is asked from the check page, and from a question
// page with which the survey is complete. Sent again, the same page gives the same
// receipt code, and one response.
func (p *pages) send(c *gin.Context, v *visit, unread []questionnaire.FieldProblem) error {
	s := v.sitting
	if v.onPage() && (len(unread) > 0 || p.next(v, v.place()) != v.form.End() || v.state.Unfinished(v.before, v.form.Pages[s.At], s.Prefilled)) {
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
	code, hash, err := p.keys.Receipt(s, org.ID, v.survey.ID)
	if err != nil {
		return p.showTrouble(c, v, "outdated", nil)
	}
	response := responses.Response{
		Org: org.ID, Survey: v.survey.ID, Version: s.Version, Collector: s.Collector,
		Day: v.survey.Mode.DayKept(today), Receipt: hash, Answers: v.state.Record(),
	}
	_, _ = rand.Read(response.Key[:])
	_, err = p.submitter.Submit(c.Request.Context(), response, today)
	switch {
	case err == nil:
		return p.showThanks(c, v, code)
	case errors.Is(err, responses.ErrClosed):
		p.surveys.forget(slugKey{org.ID, v.survey.Slug})
		return p.showTrouble(c, v, "closed", nil)
	case errors.Is(err, surveys.ErrBusy):
		return p.showUnsent(c, v, http.StatusServiceUnavailable, err)
	default:
		return p.showUnsent(c, v, http.StatusInternalServerError, err)
	}
}
