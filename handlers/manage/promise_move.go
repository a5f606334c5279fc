package manage

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
)

// promiseMovePage moves a promise to another day, with a reason for everybody.
type promiseMovePage struct {
	page.Base
	ID       surveys.ID
	Title    surveys.Text
	Due      surveys.Date
	Expected surveys.Date
	Late     bool
	Form     promiseForm
}

type promiseForm struct {
	Revision, Promise, ReasonNL, ReasonEN string
}

// askMove handles GET /beheer/uitvragen/:id/belofte.
func (p *surveyPages) askMove(c *gin.Context) error {
	s, err := p.find(c)
	if err != nil {
		return err
	}
	return p.showMove(c, http.StatusOK, s, promiseForm{Revision: strconv.Itoa(s.Revision)}, nil)
}

func (p *surveyPages) showMove(c *gin.Context, status int, s *surveys.Survey, form promiseForm, wrong surveys.Invalid) error {
	v := promiseMovePage{Base: p.kit.StaffBase(c), ID: s.ID, Title: s.Title, Due: s.Promise.Due(),
		Expected: s.Promise.Expected(), Late: s.Promise.State(page.Today(c)) == surveys.PromiseLate, Form: form}
	v.Problems = wrong
	return p.move.Render(c, status, v)
}

// movePromise handles POST /beheer/uitvragen/:id/belofte.
func (p *surveyPages) movePromise(c *gin.Context) error {
	form := promiseForm{Revision: c.PostForm("revision"), Promise: trimmed(c, "promise"), ReasonNL: trimmed(c, "reason"), ReasonEN: trimmed(c, "reason_en")}
	var wrong surveys.Invalid
	to := typedDate(p.kit, form.Promise, "promise", &wrong)
	err := p.deps.Ask.ChangeSurvey(c.Request.Context(), page.Org(c).ID, surveys.ID(c.Param("id")), func(s *surveys.Survey) error {
		if strconv.Itoa(s.Revision) != form.Revision {
			return surveys.ErrChangedMeanwhile
		}
		var refused surveys.Invalid
		err := s.MovePromise(to, surveys.Text{NL: form.ReasonNL, EN: form.ReasonEN}, page.Today(c))
		if errors.As(err, &refused) {
			for _, each := range refused {
				if !wrong.Has(each.Field) {
					wrong = append(wrong, each)
				}
			}
			return wrong
		}
		if err != nil {
			return err
		}
		return wrong.Err()
	})
	if errors.As(err, &wrong) {
		s, err := p.find(c)
		if err != nil {
			return err
		}
		return p.showMove(c, http.StatusUnprocessableEntity, s, form, wrong)
	}
	return p.done(c, err, "promise.moved", "Date", to)
}
