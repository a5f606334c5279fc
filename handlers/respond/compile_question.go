package respond

import (
	"strings"

	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/questionnaire/expression"
)

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
	case fl.Locks():
		locked := c.open(part{verb: skipUnlessLocked, field: fl})
		c.fixed(fl)
		c.close(locked)
		open := c.open(part{verb: skipWhenLocked, field: fl})
		c.control(fl)
		c.close(open)
	default:
		c.control(fl)
	}
	c.close(gate)
}

// control compiles a question with what one answers it with.
func (c *compiler) control(fl *questionnaire.Field) {
	switch {
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
}

// fixed compiles what is only shown: a note, and a question that takes no answer,
// with what was filled in for it.
func (c *compiler) fixed(fl *questionnaire.Field) {
	c.fixing = true
	defer func() { c.fixing = false }()
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

// beginField compiles what stands above the one control of a question: its text in
// open and end, unless it is the heading of the page, the hint, and what is wrong. It
// tells whether there is a hint.
func (c *compiler) beginField(fl *questionnaire.Field, open, end string) (hinted bool) {
	c.raw(`<div class="utrecht-form-field`)
	c.add(part{verb: markInvalid, field: fl, bytes: []byte(" utrecht-form-field--invalid")})
	c.raw("\">\n")
	if c.heading != fl.Name {
		c.raw(open)
		c.questionText(fl, false)
		c.raw(end)
	}
	hinted = c.hint(fl)
	c.add(part{verb: writeProblem, field: fl})
	return hinted
}

// typed compiles a question that is answered by typing.
func (c *compiler) typed(fl *questionnaire.Field) {
	hinted := c.beginField(fl, `<label class="utrecht-form-label wk-question" for="`+fl.Name+`">`, "</label>\n")
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
	hinted := c.beginField(fl, `<label class="utrecht-form-label wk-question" for="`+fl.Name+`">`, "</label>\n")
	c.raw(`<select class="utrecht-select utrecht-select--html-select" id="`, fl.Name, `" name="`, fl.Name, `"`)
	c.tie(fl, hinted)
	c.raw(">\n", `<option value="">`, c.words.choose, "</option>\n")
	if fl.List == nil {
		c.rangeOptions(fl)
	} else if fl.Filters() || randomizes(fl) {
		c.add(part{verb: writeChoices, field: fl, choice: "option"})
	} else {
		for _, ch := range c.choicesOf(fl) {
			c.option(fl, ch.Name, func() { c.choiceText(ch) })
		}
	}
	c.raw("</select>\n")
	if fl.Filters() {
		c.add(part{verb: writeNothing, field: fl})
	}
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
	if fl.Type.ChoosesSeveral() && !hinted {
		own = c.words.several
	}
	if c.fixing {
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
