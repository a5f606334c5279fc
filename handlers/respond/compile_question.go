package respond

import (
	"strings"

	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/questionnaire/expression"
)

// scaleSteps is the number of steps of a worded scale that lies in one row.
const scaleSteps = 5

// takesAnswer tells whether a question that stands on a page takes an answer,
// whoever comes to it.
func takesAnswer(fl *questionnaire.Field) bool {
	return fl.Type.Asks() && !fl.Fixed()
}

// hangs tells whether one chooses from a list that hangs down.
func hangs(fl *questionnaire.Field) bool {
	if fl.Type == questionnaire.TypeRange {
		return true
	}
	minimal := fl.HasAppearance("minimal") || fl.HasAppearance("autocomplete") || fl.HasAppearance("search")
	return fl.List != nil && fl.Type.ChoosesOne() && minimal && len(fl.List.Choices) <= mostOptions
}

// question compiles a question. The page's one question has its text in the h1.
func (c *compiler) question(fl *questionnaire.Field) {
	gate := c.open(part{verb: skipUnless, field: fl})
	switch {
	case !takesAnswer(fl):
		c.fixed(fl)
	case fl.Type == questionnaire.TypeRange && c.rangeValues(fl) != nil:
		c.dropDown(fl)
	case fl.Type == questionnaire.TypeAcknowledge:
		c.acknowledge(fl)
	case fl.Type == questionnaire.TypeRank && fl.List != nil:
		c.choices(fl)
	case hangs(fl) && fl.List != nil:
		c.dropDown(fl)
	case fl.List != nil:
		c.choices(fl)
	default:
		c.typed(fl)
	}
	c.close(gate)
}

// fixed compiles what is only shown: a note, and a question that takes no answer,
// with what was filled in for it.
func (c *compiler) fixed(fl *questionnaire.Field) {
	c.raw("<p>")
	c.text(fl.Label)
	c.raw("</p>\n")
	c.hint(fl)
	if fl.Type != questionnaire.TypeNote && !fl.HasAppearance("label") {
		c.raw("<p><strong>")
		c.add(part{verb: writeSpoken, field: fl})
		c.raw("</strong></p>\n")
	}
}

// questionText is the question, with "(verplicht)" behind it where it is.
func (c *compiler) questionText(fl *questionnaire.Field, label bool) {
	forControl := label && (fl.List == nil && fl.Type != questionnaire.TypeAcknowledge || hangs(fl))
	if forControl {
		c.raw(`<label for="`, fl.Name, `">`)
	}
	c.text(fl.Label)
	if alwaysRequired(fl) {
		c.raw(" ", c.words.required)
	}
	if forControl {
		c.raw("</label>")
	}
}

// typed compiles a question that is answered by typing.
func (c *compiler) typed(fl *questionnaire.Field) {
	c.raw(`<div class="utrecht-form-field`)
	c.add(part{verb: markInvalid, field: fl, bytes: []byte(" utrecht-form-field--invalid")})
	c.raw("\">\n")
	if c.heading != fl.Name {
		c.raw(`<label class="utrecht-form-label wk-question" for="`, fl.Name, `">`)
		c.questionText(fl, false)
		c.raw("</label>\n")
	}
	hinted := c.hint(fl)
	c.add(part{verb: writeProblem, field: fl})
	if fl.Type == questionnaire.TypeText && fl.HasAppearance("multiline") {
		c.raw(`<textarea class="utrecht-textarea utrecht-textarea--html-textarea`)
		c.add(part{verb: markInvalid, field: fl, bytes: []byte(" utrecht-textarea--invalid")})
		c.raw(`" id="`, fl.Name, `" name="`, fl.Name, `" rows="5"`)
		c.tie(fl, hinted)
		c.raw(">\n")
		c.add(part{verb: writeValue, field: fl})
		c.raw("</textarea>\n</div>\n")
		return
	}
	c.raw(`<input class="utrecht-textbox utrecht-textbox--html-input`)
	c.add(part{verb: markInvalid, field: fl, bytes: []byte(" utrecht-textbox--invalid")})
	switch fl.Type {
	case questionnaire.TypeInteger:
		c.raw(` wk-narrow" inputmode="numeric`)
	case questionnaire.TypeDecimal, questionnaire.TypeRange:
		c.raw(` wk-narrow" inputmode="decimal`)
	case questionnaire.TypeDate, questionnaire.TypeTime, questionnaire.TypeDateTime:
		c.raw(` wk-narrow`)
	}
	c.raw(`" type="text" id="`, fl.Name, `" name="`, fl.Name, `" autocomplete="off" value="`)
	c.add(part{verb: writeValue, field: fl})
	c.raw(`"`)
	c.tie(fl, hinted)
	c.raw(">\n</div>\n")
}

// dropDown compiles a question whose choices hang in a list.
func (c *compiler) dropDown(fl *questionnaire.Field) {
	c.raw(`<div class="utrecht-form-field`)
	c.add(part{verb: markInvalid, field: fl, bytes: []byte(" utrecht-form-field--invalid")})
	c.raw("\">\n")
	if c.heading != fl.Name {
		c.raw(`<label class="utrecht-form-label wk-question" for="`, fl.Name, `">`)
		c.questionText(fl, false)
		c.raw("</label>\n")
	}
	hinted := c.hint(fl)
	c.add(part{verb: writeProblem, field: fl})
	c.raw(`<select class="utrecht-select utrecht-select--html-select" id="`, fl.Name, `" name="`, fl.Name, `"`)
	c.tie(fl, hinted)
	c.raw(">\n", `<option value="">`, c.words.choose, "</option>\n")
	if fl.List == nil {
		c.rangeOptions(fl)
	} else if fl.ChoiceFilter != "" || randomizes(fl) {
		c.add(part{verb: writeChoices, field: fl, choice: "option"})
	} else {
		for _, ch := range c.choicesOf(fl) {
			c.option(fl, ch.Name, func() { c.choiceText(ch) })
		}
	}
	c.raw("</select>\n")
	c.other(fl)
	c.raw("</div>\n")
}

// option compiles one line of a list that hangs down.
func (c *compiler) option(fl *questionnaire.Field, name string, text func()) {
	c.raw(`<option value="`, escape(name), `"`)
	c.add(part{verb: markChosen, field: fl, choice: name, bytes: []byte(" selected")})
	c.raw(">")
	text()
	c.raw("</option>\n")
}

// rangeValues are the numbers of a range that are few enough to choose from; nil
// when there are more, which are then typed.
func (c *compiler) rangeValues(fl *questionnaire.Field) []string {
	return c.form.RangeOf(fl).Values(mostRange)
}

const mostRange = 101

func (c *compiler) rangeOptions(fl *questionnaire.Field) {
	r := c.form.RangeOf(fl)
	for _, value := range c.rangeValues(fl) {
		c.option(fl, value, func() {
			c.raw(escape(c.form.Spoken(fl, value, c.lang)))
			if label := r.Label(value); c.def.In(label, c.lang) != "" {
				c.raw(" – ")
				c.text(label)
			}
		})
	}
}

// randomizes tells whether the author wants the choices in an order that is drawn.
func randomizes(fl *questionnaire.Field) bool {
	pairs, _, ok := questionnaire.Parameters(fl.Parameters)
	return ok && strings.EqualFold(pairs["randomize"], "true")
}

// acknowledge compiles the one box that says that something was read.
func (c *compiler) acknowledge(fl *questionnaire.Field) {
	c.raw(`<div class="utrecht-form-field`)
	c.add(part{verb: markInvalid, field: fl, bytes: []byte(" utrecht-form-field--invalid")})
	c.raw("\">\n")
	if c.heading != fl.Name {
		c.raw(`<p class="utrecht-form-label wk-question" id="`, fl.Name, `-vraag">`)
		c.questionText(fl, false)
		c.raw("</p>\n")
	}
	c.hint(fl)
	c.add(part{verb: writeProblem, field: fl})
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
	case fl.ChoiceFilter != "" || randomizes(fl) || c.isLong(fl):
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

// hint writes the author's hint, or what there is to know about this kind of
// question; it tells whether there is one.
func (c *compiler) hint(fl *questionnaire.Field) bool {
	own := ""
	switch fl.Type {
	case questionnaire.TypeDate:
		own = c.words.dateExample
	case questionnaire.TypeTime:
		own = c.words.timeExample
	case questionnaire.TypeDateTime:
		own = c.words.momentExample
	case questionnaire.TypeGeopoint:
		own = c.words.placeExample
	case questionnaire.TypeRange:
		if c.rangeValues(fl) == nil {
			r := c.form.RangeOf(fl)
			own = c.words.rangeHint(c.form.Spoken(fl, expression.FormatNumber(r.Start), c.lang), c.form.Spoken(fl, expression.FormatNumber(r.End), c.lang), c.form.Spoken(fl, expression.FormatNumber(r.Step), c.lang))
		}
	}
	hinted := c.def.In(fl.Hint, c.lang) != ""
	if fl.Type.ChoosesSeveral() && !hinted && takesAnswer(fl) {
		own = c.words.several
	}
	if !takesAnswer(fl) {
		own = ""
	}
	if hinted || own != "" {
		c.raw(`<p class="utrecht-form-field-description" id="`, fl.Name, `-uitleg">`)
		c.text(fl.Hint)
		if hinted && own != "" {
			c.raw(" ")
		}
		c.raw(own, "</p>\n")
	}
	if c.def.In(fl.GuidanceHint, c.lang) != "" {
		c.raw("<details><summary>", c.words.guidance, "</summary><p>")
		c.text(fl.GuidanceHint)
		c.raw("</p></details>\n")
	}
	return hinted || own != ""
}

// tie ties a control to its hint and its problem.
func (c *compiler) tie(fl *questionnaire.Field, hinted bool) {
	c.add(part{verb: tieProblem, field: fl, bytes: tieTo(fl, hinted)})
	c.add(part{verb: markInvalid, field: fl, bytes: []byte(` aria-invalid="true"`)})
}

// tieTo is what a control is tied to when nothing is wrong.
func tieTo(fl *questionnaire.Field, hinted bool) []byte {
	if !hinted {
		return nil
	}
	return []byte(fl.Name + "-uitleg")
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
	if !fl.HasAppearance("likert") || fl.ChoiceFilter != "" || randomizes(fl) {
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

// firstControl is the id to which an error summary links.
func firstControl(fl *questionnaire.Field, state *questionnaire.State) string {
	if fl.List == nil || fl.Type == questionnaire.TypeRank || hangs(fl) {
		return fl.Name
	}
	choices := state.Choices(fl)
	if len(choices) > mostChoices {
		return searchField + fl.Name
	}
	if len(choices) == 0 {
		return fl.Name + "_other"
	}
	if row, _ := scaleOf(fl, choices); len(row) > 0 {
		return controlID(fl, row[0].Name)
	}
	return controlID(fl, choices[0].Name)
}

// alwaysRequired tells whether the author requires an answer whatever else was
// answered; a condition is checked, and not announced.
func alwaysRequired(fl *questionnaire.Field) bool {
	switch strings.ToLower(strings.TrimSpace(fl.Required)) {
	case "yes", "true", "true()", "1":
		return true
	}
	return false
}
