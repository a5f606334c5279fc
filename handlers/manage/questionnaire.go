package manage

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// questionnairePage is the editor with no question chosen: the titles, the
// questions in order, the tips and publishing.
type questionnairePage struct {
	page.Base
	side
	Form     titleForm
	Faults   []importProblem // that stand in the way of publishing
	Surveys  []surveys.Survey
	MayWord  bool // the newest version is asked somewhere and this draft changes words only
	Versions []surveys.Version
}

// titleForm is what was typed for the questionnaire as a whole.
type titleForm struct {
	Revision string
	TitleNL  string
	TitleEN  string
}

// show handles GET /beheer/vragenlijsten/:id.
func (p *questionnairePages) show(c *gin.Context) error {
	q, d, err := p.current(c)
	if err != nil {
		return err
	}
	form := titleForm{Revision: strconv.Itoa(q.Revision), TitleNL: d.Own(d.Title, "nl"), TitleEN: d.Own(d.Title, "en")}
	return p.showEditor(c, http.StatusOK, q, d, form, nil)
}

func (p *questionnairePages) showEditor(c *gin.Context, status int, q *surveys.Questionnaire, d *questionnaire.Definition, form titleForm, wrong surveys.Invalid) error {
	faults, _, err := p.faultsOf(c, q, d)
	if err != nil {
		return err
	}
	v := questionnairePage{Base: p.kit.StaffBase(c), Form: form}
	v.Problems = wrong
	v.side = p.sideOf(v.Lang, q, d, "", faults)
	if err := p.prove(c, d, &v.side); err != nil {
		return err
	}
	v.Faults = p.worded(v.Lang, faults)
	list, err := p.deps.Ask.ListSurveys(c.Request.Context(), q.Org)
	if err != nil {
		return err
	}
	for _, s := range list {
		if s.Questionnaire == q.ID {
			v.Surveys = append(v.Surveys, s)
		}
	}
	return p.edit.Render(c, status, v)
}

// change handles POST /beheer/vragenlijsten/:id: keep the titles, publish the
// draft, or throw it away.
func (p *questionnairePages) change(c *gin.Context) error {
	switch c.PostForm("ga") {
	case "publiceren":
		return p.publish(c)
	case "weggooien":
		return p.discard(c)
	}
	form := titleForm{Revision: c.PostForm("revision"), TitleNL: trimmed(c, "titel"), TitleEN: trimmed(c, "titel_en")}
	var wrong surveys.Invalid
	wrong.Require(form.TitleNL != "" || form.TitleEN != "", "titel", "questionnaire.no_title")
	if wrong != nil {
		q, d, err := p.current(c)
		if err != nil {
			return err
		}
		return p.showEditor(c, http.StatusUnprocessableEntity, q, d, form, wrong)
	}
	err := p.changeDraft(c, form.Revision, func(_ *surveys.Questionnaire, d *questionnaire.Definition) error {
		d.Put(&d.Title, "nl", form.TitleNL)
		d.Put(&d.Title, "en", form.TitleEN)
		return nil
	})
	if err != nil {
		return err
	}
	return p.kit.SeeOther(c, c.Request.URL.Path, "questionnaire.kept")
}

// changeDraft lets change alter the draft, which is made from the newest version
// when there is none, and keeps it when nobody else was first.
func (p *questionnairePages) changeDraft(c *gin.Context, revision string, change func(*surveys.Questionnaire, *questionnaire.Definition) error) error {
	org, id := page.Org(c).ID, surveys.ID(c.Param("id"))
	q, err := p.deps.Ask.FindQuestionnaire(c.Request.Context(), org, id)
	if err != nil {
		return err
	}
	d, err := p.newest(c, q)
	if err != nil {
		return err
	}
	if err := change(q, d); err != nil {
		return err
	}
	data, err := json.Marshal(d)
	if err != nil {
		return fmt.Errorf("write draft: %w", err)
	}
	return p.deps.Ask.ChangeQuestionnaire(c.Request.Context(), org, id, func(now *surveys.Questionnaire) error {
		if strconv.Itoa(now.Revision) != revision || now.Revision != q.Revision {
			return surveys.ErrChangedMeanwhile
		}
		if now.Template {
			return surveys.ErrForbidden
		}
		now.Draft, now.Title = data, titleOf(d)
		return nil
	})
}
