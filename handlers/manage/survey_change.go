package manage

import (
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// surveyClosePage asks once more before a survey closes early: that cannot be undone.
type surveyClosePage struct {
	page.Base
	ID      surveys.ID
	Title   surveys.Text
	Closes  surveys.Date
	Promise surveys.Date
}

// askClose handles GET /beheer/uitvragen/:id/sluiten.
func (p *surveyPages) askClose(c *gin.Context) error {
	s, err := p.find(c)
	if err != nil {
		return err
	}
	v := surveyClosePage{Base: p.kit.StaffBase(c), ID: s.ID, Title: s.Title, Closes: s.Closes, Promise: s.Promise.Expected()}
	return p.close.Render(c, http.StatusOK, v)
}

// closeNow handles POST /beheer/uitvragen/:id/sluiten.
func (p *surveyPages) closeNow(c *gin.Context) error {
	err := p.deps.Ask.ChangeSurvey(c.Request.Context(), page.Org(c).ID, surveys.ID(c.Param("id")), func(s *surveys.Survey) error {
		return s.Close(page.Now(c))
	})
	return p.done(c, err, "survey.closed")
}

// done goes back to the survey with a message, or with why it could not be done.
func (p *surveyPages) done(c *gin.Context, err error, key string, args ...any) error {
	path := "/beheer/uitvragen/" + c.Param("id")
	var wrong surveys.Invalid
	if errors.As(err, &wrong) {
		return p.kit.SeeOther(c, path, wrong[0].Key)
	}
	if err != nil {
		return err
	}
	return p.kit.SeeOther(c, path, key, args...)
}

// extend handles POST /beheer/uitvragen/:id/verlengen.
func (p *surveyPages) extend(c *gin.Context) error {
	typed := trimmed(c, "closes")
	var unread surveys.Invalid
	closes := typedDate(p.kit, typed, "closes", &unread)
	if typed == "" {
		unread.Add("closes", "survey.no_closes")
	}
	err := unread.Err()
	if err == nil {
		err = p.deps.Ask.ChangeSurvey(c.Request.Context(), page.Org(c).ID, surveys.ID(c.Param("id")), func(s *surveys.Survey) error {
			return s.Extend(closes, page.Now(c))
		})
	}
	var wrong surveys.Invalid
	if errors.As(err, &wrong) {
		s, err := p.find(c)
		if err != nil {
			return err
		}
		if phase := s.Phase(page.Today(c)); phase == surveys.Closed || phase == surveys.Draft {
			return p.done(c, wrong, "") // there is no field any more to stand at
		}
		return p.showSurvey(c, http.StatusUnprocessableEntity, s, typed, wrong)
	}
	return p.done(c, err, "survey.extended", "Date", closes)
}

// fixWording handles POST /beheer/uitvragen/:id/tekst: the survey goes over to the
// newest version of its questionnaire, which asks the same in other words.
func (p *surveyPages) fixWording(c *gin.Context) error {
	s, err := p.find(c)
	if err != nil {
		return err
	}
	q, err := p.deps.Ask.FindQuestionnaire(c.Request.Context(), s.Org, s.Questionnaire)
	if err != nil {
		return err
	}
	old, err := p.definitionOf(c, q.ID, s.Version)
	if err != nil {
		return err
	}
	newer, err := p.definitionOf(c, q.ID, q.Published)
	if err != nil {
		return err
	}
	same := questionnaire.SameButWording(old, newer)
	err = p.deps.Ask.ChangeSurvey(c.Request.Context(), s.Org, s.ID, func(now *surveys.Survey) error {
		if now.Version != s.Version {
			return surveys.ErrChangedMeanwhile
		}
		return now.FixWording(q.Published, same, page.Now(c))
	})
	return p.done(c, err, "survey.wording_fixed", "Number", q.Published)
}
