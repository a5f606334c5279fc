package manage

import (
	"encoding/json"
	"fmt"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// definition reads a stored definition.
func definition(data []byte) (*questionnaire.Definition, error) {
	d := new(questionnaire.Definition)
	if err := json.Unmarshal(data, d); err != nil {
		return nil, fmt.Errorf("read stored definition: %w", err)
	}
	return d, nil
}

// newest is what stands in the questionnaire now: its draft, else its newest version.
func (p *questionnairePages) newest(c *gin.Context, q *surveys.Questionnaire) (*questionnaire.Definition, error) {
	if q.Draft != nil {
		return definition(q.Draft)
	}
	v, err := p.deps.Ask.FindVersion(c.Request.Context(), q.Org, q.ID, q.Published)
	if err != nil {
		return nil, err
	}
	return definition(v.Definition)
}

// earlier are all published versions, the oldest first.
func (p *questionnairePages) earlier(c *gin.Context, q *surveys.Questionnaire) ([]*questionnaire.Definition, error) {
	var list []*questionnaire.Definition
	for n := 1; n <= q.Published; n++ {
		v, err := p.deps.Ask.FindVersion(c.Request.Context(), q.Org, q.ID, n)
		if err != nil {
			return nil, err
		}
		d, err := definition(v.Definition)
		if err != nil {
			return nil, err
		}
		list = append(list, d)
	}
	return list, nil
}

// size is how many questions people may come across, and in how many minutes; no
// minutes for a form that cannot be compiled yet.
func size(d *questionnaire.Definition) (questions, minutes int) {
	d.Walk(func(i *questionnaire.Item) {
		if isAsked(i) {
			questions++
		}
	})
	if form, _ := questionnaire.Compile(d); form != nil {
		minutes = form.Minutes()
	}
	return questions, minutes
}

// isAsked tells whether an item is a question that people answer.
func isAsked(i *questionnaire.Item) bool {
	switch i.Type {
	case questionnaire.TypeNote, questionnaire.TypeCalculate, questionnaire.TypeHidden:
		return false
	}
	return i.Kind == questionnaire.Question
}

func (p *questionnairePages) find(c *gin.Context) (*surveys.Questionnaire, error) {
	return p.deps.Ask.FindQuestionnaire(c.Request.Context(), page.Org(c).ID, surveys.ID(c.Param("id")))
}

// current is the questionnaire of this address and what stands in it now.
func (p *questionnairePages) current(c *gin.Context) (*surveys.Questionnaire, *questionnaire.Definition, error) {
	q, err := p.find(c)
	if err != nil {
		return nil, nil, err
	}
	d, err := p.newest(c, q)
	if err != nil {
		return nil, nil, err
	}
	return q, d, nil
}

// compiled is a published definition as a form; it was compiled before it was
// published, so a fault in it is ours.
func compiled(d *questionnaire.Definition) (*questionnaire.Form, error) {
	form, problems := questionnaire.Compile(d)
	if form == nil {
		return nil, fmt.Errorf("compile published version of %s: %d problems", d.FormID, len(problems))
	}
	return form, nil
}
