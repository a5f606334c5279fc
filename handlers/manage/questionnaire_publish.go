package manage

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// faultsOf is what is wrong with a definition as the next version of a questionnaire.
func (p *questionnairePages) faultsOf(c *gin.Context, q *surveys.Questionnaire, d *questionnaire.Definition) ([]questionnaire.Problem, []*questionnaire.Definition, error) {
	_, problems := questionnaire.Compile(d)
	earlier, err := p.earlier(c, q)
	if err != nil {
		return nil, nil, err
	}
	return append(problems, questionnaire.Continues(d, earlier...)...), earlier, nil
}

// publish makes the draft the next version, which never changes.
func (p *questionnairePages) publish(c *gin.Context) error {
	q, d, err := p.current(c)
	if err != nil {
		return err
	}
	faults, _, err := p.faultsOf(c, q, d)
	if err != nil {
		return err
	}
	if hasError(faults) {
		form := titleForm{Revision: strconv.Itoa(q.Revision), TitleNL: d.Own(d.Title, "nl"), TitleEN: d.Own(d.Title, "en")}
		var wrong surveys.Invalid
		for _, each := range p.worded(page.Language(c), faults) {
			if each.Error {
				wrong.AddWith("vraag-"+each.Question, "questionnaire.fault", map[string]any{"What": each.What, "Cure": each.Cure})
			}
		}
		return p.showEditor(c, http.StatusUnprocessableEntity, q, d, form, wrong)
	}
	revision := c.PostForm("revision")
	number := 0
	err = p.deps.Ask.PublishVersion(c.Request.Context(), q.Org, q.ID, func(now *surveys.Questionnaire) (*surveys.Version, error) {
		if strconv.Itoa(now.Revision) != revision || now.Revision != q.Revision {
			return nil, surveys.ErrChangedMeanwhile
		}
		v, err := now.Publish(publishedOn(c), page.Staff(c).ID)
		if err == nil {
			number = v.Number
		}
		return v, err
	})
	if err != nil {
		return p.refused(c, err)
	}
	return p.kit.SeeOther(c, c.Request.URL.Path, "questionnaire.published", "Number", number)
}

// discard throws the draft away: the newest version stays.
func (p *questionnairePages) discard(c *gin.Context) error {
	revision := c.PostForm("revision")
	err := p.deps.Ask.ChangeQuestionnaire(c.Request.Context(), page.Org(c).ID, surveys.ID(c.Param("id")), func(now *surveys.Questionnaire) error {
		if strconv.Itoa(now.Revision) != revision {
			return surveys.ErrChangedMeanwhile
		}
		return now.DiscardDraft()
	})
	if err != nil {
		return p.refused(c, err)
	}
	return p.kit.SeeOther(c, c.Request.URL.Path, "questionnaire.discarded")
}

// refused answers when the domain refuses: with its reason above the questionnaire,
// in which nothing was typed.
func (p *questionnairePages) refused(c *gin.Context, err error) error {
	var wrong surveys.Invalid
	if errors.As(err, &wrong) {
		return p.kit.SeeOther(c, c.Request.URL.Path, wrong[0].Key)
	}
	return err
}
