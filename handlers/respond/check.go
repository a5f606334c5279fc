package respond

import (
	"html/template"
	"strconv"
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
	Personal []string      // what in it says who somebody is
}

// checkPage shows all answers before they are sent.
type checkPage struct {
	page.Base
	speech
	Action string
	Banner template.HTML // says that this is a try-out
	Sealed string
	Trap   template.HTML
	Rows   []answerRow
	Wrong  []answerRow
	Tells  bool // a typed text says who somebody is
	Other  surveys.Lang
}

// showCheck answers with the check page. What is relevant is worked out anew from
// the answers as they are now.
func (p *pages) showCheck(c *gin.Context, v *visit) error {
	v.sitting.Checked = true
	v.goTo(v.form.End())
	filled := checkPage{
		Base: p.stepBase(c, v.sitting.Lang), speech: speech{v.form.informal}, Action: v.action(),
		Rows: p.rowsOf(v), Other: otherLang(v.sitting.Lang),
	}
	filled.Trap = trusted([]byte(p.trap(v.sitting.Lang)))
	filled.Tells = p.warn(v, filled.Rows)
	if v.trial != nil {
		filled.Banner = trusted(p.trialBanner(v, v.sitting.Lang))
	}
	for _, pr := range v.problems {
		key := v.state.In(pr.within).Key(pr.field)
		filled.Problems = append(filled.Problems, surveys.Problem{Field: key, Key: "respond.check.problems"})
		filled.Wrong = append(filled.Wrong, answerRow{Name: key, Problem: pr.text})
		for i := range filled.Rows {
			if filled.Rows[i].Name == key {
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

// rowsOf are the questions that were asked, each with its answer, and of each
// repeat that may be lengthened how often it is there.
func (p *pages) rowsOf(v *visit) []answerRow {
	lang := string(v.sitting.Lang)
	var rows []answerRow
	v.state.EachPlace(v.sitting.Prefilled, func(view *questionnaire.State, pg *questionnaire.Page) {
		about := p.instanceName(v, view.Within())
		if about != "" {
			about += ": "
		}
		if pg.Repeat != nil {
			rows = append(rows, answerRow{Name: questionnaire.RepeatKey(view.Within(), pg.Repeat.Name),
				Question: about + p.repeatName(v, pg.Repeat), Value: asHTML(strconv.Itoa(view.Instances(pg.Repeat)))})
			return
		}
		for _, fl := range pg.Fields {
			if view.Takes(fl, v.sitting.Prefilled) {
				rows = append(rows, answerRow{Name: view.Key(fl), Question: about + view.Text(fl.Label, lang), Value: asHTML(p.spoken(v, view, fl))})
			}
		}
	})
	return rows
}

// spoken is an answer as people read it: the words of the choices, and what was
// typed as it was typed.
func (p *pages) spoken(v *visit, view *questionnaire.State, fl *questionnaire.Field) string {
	s, key := v.sitting, view.Key(fl)
	switch {
	case fl.Type == questionnaire.TypeAcknowledge && s.Answers[key] != "":
		return p.say(s.Lang, v.form.informal, "respond.acknowledged", nil)
	case fl.List == nil:
		return typedAgain(s, fl, key, s.Lang)
	}
	var said []string
	for name := range strings.FieldsSeq(s.Answers[key]) {
		if fl.OrOther && name == questionnaire.OtherChoice {
			text := p.kit.Text(s.Lang, "respond.other", nil)
			if other := s.Answers[key+"_other"]; other != "" {
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
