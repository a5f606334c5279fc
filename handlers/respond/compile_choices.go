package respond

import (
	"strings"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

// scaleSteps is the number of steps of a worded scale that lies in one row.
const scaleSteps = 5

// randomizes tells whether the author wants the choices in an order that is drawn.
func randomizes(fl *questionnaire.Field) bool {
	pairs, _, ok := questionnaire.Parameters(fl.Parameters)
	return ok && strings.EqualFold(pairs["randomize"], "true")
}

// acknowledge compiles the one box that says that something was read.
func (c *compiler) acknowledge(fl *questionnaire.Field) {
	c.beginField(fl, `<p class="utrecht-form-label wk-question" id="`+fl.Name+`-vraag">`, "</p>\n")
	c.raw(`<div class="utrecht-form-field utrecht-form-field--checkbox"><input class="utrecht-checkbox utrecht-checkbox--html-input" type="checkbox" id="`, fl.Name, `" name="`, fl.Name, `" value="OK"`)
	c.add(part{verb: markChosen, field: fl, choice: "OK", bytes: []byte(" checked")})
	described := fl.Name + "-vraag"
	if c.heading == fl.Name {
		described = "vraag"
	}
	c.add(part{verb: tieProblem, field: fl, bytes: []byte(described)})
	c.raw(`><label class="utrecht-form-label utrecht-form-label--checkbox" for="`, fl.Name, `"><span>`, c.words.acknowledge, "</span></label></div>\n</div>\n")
}

// choices compiles a question with radio buttons or checkboxes. Five steps with a
// score lie in one row as a scale; what is no answer to it stands apart.
func (c *compiler) choices(fl *questionnaire.Field) {
	several := fl.Type.ChoosesSeveral()
	single := c.heading == fl.Name
	c.raw(`<div class="utrecht-form-fieldset`)
	c.add(part{verb: markInvalid, field: fl, bytes: []byte(" utrecht-form-fieldset--invalid")})
	c.raw("\">\n")
	hinted := c.def.In(fl.Hint, c.lang) != "" || several
	switch {
	case single && (several || fl.Type == questionnaire.TypeRank || c.isLong(fl)):
		c.raw(`<div class="utrecht-form-fieldset__fieldset" role="group" aria-labelledby="vraag"`)
	case single:
		c.raw(`<div class="utrecht-form-fieldset__fieldset" role="radiogroup" aria-labelledby="vraag"`)
	default:
		c.raw(`<fieldset class="utrecht-form-fieldset__fieldset"`)
	}
	c.add(part{verb: tieProblem, field: fl, bytes: tieTo(fl, hinted)})
	c.raw(">\n")
	if !single {
		c.raw(`<legend class="utrecht-form-fieldset__legend wk-question">`)
		c.questionText(fl, false)
		c.raw("</legend>\n")
	}
	c.hint(fl)
	c.add(part{verb: writeProblem, field: fl})
	switch all := c.choicesOf(fl); {
	case fl.Type == questionnaire.TypeRank:
		c.add(part{verb: writeRank, field: fl})
	case fl.Filters() || randomizes(fl) || c.isLong(fl):
		c.add(part{verb: writeChoices, field: fl})
	default:
		row, apart := scaleOf(fl, all)
		if len(row) > 0 {
			c.raw("<div class=\"wk-scale\">\n")
			for _, ch := range row {
				c.choice(fl, ch, several)
			}
			c.raw("</div>\n")
		}
		for _, ch := range apart {
			c.choice(fl, ch, several)
		}
	}
	c.other(fl)
	if single {
		c.raw("</div>\n</div>\n")
		return
	}
	c.raw("</fieldset>\n</div>\n")
}

// isLong tells whether the list is so long that one looks for a choice by typing.
func (c *compiler) isLong(fl *questionnaire.Field) bool {
	return fl.List != nil && len(fl.List.Choices) > mostChoices
}

func (c *compiler) choice(fl *questionnaire.Field, ch *questionnaire.Choice, several bool) {
	kind, input := "radio", "utrecht-radio-button utrecht-radio-button--html-input"
	if several {
		kind, input = "checkbox", "utrecht-checkbox utrecht-checkbox--html-input"
	}
	id := controlID(fl, ch.Name)
	c.raw(`<div class="utrecht-form-field utrecht-form-field--`, kind, `"><input class="`, input, `" type="`, kind, `" id="`, escape(id), `" name="`, fl.Name, `" value="`, escape(ch.Name), `"`)
	c.add(part{verb: markChosen, field: fl, choice: ch.Name, bytes: []byte(" checked")})
	c.raw(`><label class="utrecht-form-label utrecht-form-label--`, kind, `" for="`, escape(id), `"><span>`)
	c.choiceText(ch)
	c.raw("</span></label></div>\n")
}

func (c *compiler) choiceText(ch *questionnaire.Choice) {
	if len(ch.Label) == 0 && ch.Name == questionnaire.OtherChoice {
		c.raw(string(appendEscaped(nil, c.words.other, false)))
		return
	}
	c.text(ch.Label)
}

// other compiles the text that belongs to "other". It always shows; who types
// something there chose it.
func (c *compiler) other(fl *questionnaire.Field) {
	if !fl.OrOther {
		return
	}
	name := fl.Name + "_other"
	c.raw(`<div class="wk-other"><label class="utrecht-form-label" for="`, name, `">`, c.words.otherText, `</label><input class="utrecht-textbox utrecht-textbox--html-input" type="text" id="`, name, `" name="`, name, `" autocomplete="off" value="`)
	c.add(part{verb: writeOther, field: fl})
	c.raw("\"></div>\n")
}

// choicesOf are the choices of a question, "other" at the end where or_other asks
// for it.
func (c *compiler) choicesOf(fl *questionnaire.Field) []*questionnaire.Choice {
	if !fl.OrOther {
		return fl.List.Choices
	}
	for _, ch := range fl.List.Choices {
		if ch.Name == questionnaire.OtherChoice {
			return fl.List.Choices
		}
	}
	return append(append([]*questionnaire.Choice(nil), fl.List.Choices...), &questionnaire.Choice{Name: questionnaire.OtherChoice})
}

// scaleOf splits the choices of a likert question into the five steps that lie in
// a row and what stands apart; without five steps all stand below each other.
func scaleOf(fl *questionnaire.Field, all []*questionnaire.Choice) (row, apart []*questionnaire.Choice) {
	if !fl.HasAppearance("likert") || fl.Filters() || randomizes(fl) {
		return nil, all
	}
	for _, ch := range all {
		if ch.Missing == "" && ch.Name != questionnaire.OtherChoice {
			row = append(row, ch)
		} else {
			apart = append(apart, ch)
		}
	}
	if len(row) != scaleSteps {
		return nil, all
	}
	return row, apart
}

// controlID is the id of the control for a choice.
func controlID(fl *questionnaire.Field, choice string) string { return fl.Name + "-" + choice }
