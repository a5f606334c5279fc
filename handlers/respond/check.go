package respond

import (
	"html/template"
	"strings"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// answerRow is one question with its answer as it was given.
type answerRow struct {
	Name     string
	Question string
	Value    template.HTML // "" when it was left open
	Problem  string        // what is wrong with it
}

// checkPage shows all answers before they are sent.
type checkPage struct {
	page.Base
	speech
	Action string
	Banner template.HTML // says that this is a try-out
	Sealed string
	Rows   []answerRow
	Wrong  []answerRow
	Other  surveys.Lang
}

// showCheck answers with the check page. What is relevant is worked out anew from
// the answers as they are now.
func (p *pages) showCheck(c *gin.Context, v *visit) error {
	v.sitting.Checked, v.sitting.At = true, len(v.form.Pages)
	filled := checkPage{
		Base: p.stepBase(c, v.sitting.Lang), speech: speech{v.form.informal}, Action: v.action(),
		Rows: p.rowsOf(v), Other: otherLang(v.sitting.Lang),
	}
	if v.trial != nil {
		filled.Banner = trusted(p.trialBanner(v, v.sitting.Lang))
	}
	for _, pr := range v.problems {
		filled.Problems = append(filled.Problems, surveys.Problem{Field: pr.field.Name, Key: "respond.check.problems"})
		filled.Wrong = append(filled.Wrong, answerRow{Name: pr.field.Name, Problem: pr.text})
		for i := range filled.Rows {
			if filled.Rows[i].Name == pr.field.Name {
				filled.Rows[i].Problem = pr.text
			}
		}
	}
	sealed, err := p.appendSealed(nil, c, v)
	if err != nil {
		return p.tooLong(c, v, err)
	}
	filled.Sealed = string(sealed)
	p.noStore(c, v.sitting)
	return p.checkView.Render(c, statusFor(v), filled)
}

// rowsOf are the questions that were asked, each with its answer.
func (p *pages) rowsOf(v *visit) []answerRow {
	lang := v.sitting.Lang
	var rows []answerRow
	for _, fl := range v.form.Fields {
		if fl.Page < 0 || fl.Type == questionnaire.TypeNote || !v.state.Asked(fl, v.sitting.Prefilled) {
			continue
		}
		rows = append(rows, answerRow{
			Name:     fl.Name,
			Question: v.state.Text(fl.Label, string(lang)),
			Value:    asHTML(p.spoken(v, fl)),
		})
	}
	return rows
}

// spoken is an answer as people read it: the words of the choices, and what was
// typed as it was typed.
func (p *pages) spoken(v *visit, fl *questionnaire.Field) string {
	s := v.sitting
	if fl.List == nil {
		return typedAgain(s, fl, s.Lang)
	}
	var said []string
	for name := range strings.FieldsSeq(s.Answers[fl.Name]) {
		if fl.OrOther && name == questionnaire.OtherChoice {
			text := p.kit.Text(s.Lang, "respond.other", nil)
			if other := s.Answers[fl.Name+"_other"]; other != "" {
				text += ": " + other
			}
			said = append(said, text)
			continue
		}
		said = append(said, v.form.Spoken(fl, name, string(s.Lang)))
	}
	return strings.Join(said, ", ")
}

// Changes says that each answer can be changed from here.
func (checkPage) Changes() bool { return true }
