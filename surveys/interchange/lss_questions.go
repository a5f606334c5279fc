package interchange

import (
	"strconv"
	"strings"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

// Types of XLSForm that LimeSurvey's questions become, besides those that our own
// questionnaires use.
const (
	typeTime     questionnaire.Type = "time"
	typeDateTime questionnaire.Type = "dateTime"
	typeRank     questionnaire.Type = "rank"
)

// lssBuilt is a question in the making: what stands before it, and its items.
type lssBuilt struct {
	q     *lssQuestion
	at    lssPlace
	calcs []*questionnaire.Item
	items []*questionnaire.Item

	worked bool // its default is worked out
}

func (b *lssBuilt) add(items ...*questionnaire.Item) { b.items = append(b.items, items...) }

// question makes the items of a question: calculations that its texts need, the
// question or the group of its parts, and what goes with it.
func (r *lssReader) question(q *lssQuestion) []*questionnaire.Item {
	b := &lssBuilt{q: q, at: lssPlace{group: q.group, question: q}}
	switch q.kind {
	case "L", "!", "O", "Z", "W":
		r.listQuestion(b)
	case "M", "P":
		r.multipleQuestion(b)
	case "5":
		item := r.item(b, questionnaire.TypeSelectOne)
		item.List, item.Appearance = r.pointsList(5), "likert"
		b.add(item)
	case "Y":
		b.add(r.fixed(b, "yes_no", fixedChoice{"Y", "yes"}, fixedChoice{"N", "no"}))
	case "G":
		b.add(r.fixed(b, "gender", fixedChoice{"F", "female"}, fixedChoice{"M", "male"}))
	case "I":
		item := r.item(b, questionnaire.TypeSelectOne)
		item.List = r.languageList()
		r.warn(q, "lss.language_question", nil)
		b.add(item)
	case "N":
		b.add(r.numberItem(b))
	case "D":
		item := r.item(b, lssDateType(q.attr(r.s, "date_format")))
		b.add(item)
	case "R":
		item := r.item(b, typeRank)
		item.List = r.answersList(b, 0, q.name)
		item.ChoiceFilter = r.choiceFilter(q, lssChoicesOf(r.def, item.List))
		b.add(item)
	case "A", "B", "C", "E", "F", "H", "1", ":", ";", "K", "Q":
		r.partsQuestion(b)
	case "*":
		r.equation(b)
	case "X":
		item := r.item(b, questionnaire.TypeNote)
		item.Required = ""
		b.add(item)
	case "|":
		r.warn(q, "lss.upload", nil)
		return nil
	case "S", "T", "U":
		b.add(r.textItem(b))
	default:
		r.warn(q, "lss.unknown_type", map[string]any{"Type": q.kind})
		b.add(r.textItem(b))
	}
	r.addChecks(b)
	r.addDefaults(b)
	r.hide(b)
	if len(b.items) > 0 {
		q.made = b.items[0]
	}
	return append(b.calcs, b.items...)
}

// item is an item with what all questions have: texts, condition, required.
func (r *lssReader) item(b *lssBuilt, kind questionnaire.Type) *questionnaire.Item {
	q := b.q
	item := &questionnaire.Item{Kind: questionnaire.Question, Type: kind, Name: q.name}
	item.Label = r.textOf(q.text, b.at, &b.calcs)
	item.Hint = r.textOf(q.help, b.at, &b.calcs)
	item.Relevant = r.relevance(q)
	item.Required = r.required(q)
	if len(item.Label) == 0 && (kind != questionnaire.TypeCalculate && kind != questionnaire.TypeHidden) {
		item.Label = r.everywhere(q.code)
	}
	return item
}

func (r *lssReader) required(q *lssQuestion) string {
	switch q.mandatory {
	case "Y":
		return "yes"
	case "S":
		r.warn(q, "lss.soft_mandatory", nil)
	}
	return ""
}

// relevance is the condition of a question. Old files hold it in the conditions
// table only; newer ones in both, where the expression was made from the table.
func (r *lssReader) relevance(q *lssQuestion) string {
	at := lssPlace{group: q.group, question: q}
	if (q.relevance == "" || q.relevance == "1") && len(q.conditions) > 0 {
		return r.rule(at, conditionsExpression(q, r.s), nil)
	}
	return r.rule(at, q.relevance, nil)
}

func (r *lssReader) textItem(b *lssBuilt) *questionnaire.Item {
	q := b.q
	item := r.item(b, questionnaire.TypeText)
	if q.attr(r.s, "numbers_only") == "1" {
		item.Type = questionnaire.TypeDecimal
		if q.attr(r.s, "num_value_int_only") == "1" {
			item.Type = questionnaire.TypeInteger
		}
	} else if q.kind == "T" || q.kind == "U" {
		item.Appearance = "multiline"
	}
	r.addAffixes(b, item)
	return item
}

func (r *lssReader) numberItem(b *lssBuilt) *questionnaire.Item {
	item := r.item(b, r.numberType(b.q))
	r.addAffixes(b, item)
	return item
}

func (r *lssReader) numberType(q *lssQuestion) questionnaire.Type {
	if q.attr(r.s, "num_value_int_only") == "1" {
		return questionnaire.TypeInteger
	}
	return questionnaire.TypeDecimal
}

// addAffixes says in the hint what LimeSurvey shows before and behind the field,
// such as € or kg.
func (r *lssReader) addAffixes(b *lssBuilt, item *questionnaire.Item) {
	before := r.textOf(b.q.attributes["prefix"], b.at, &b.calcs)
	after := r.textOf(b.q.attributes["suffix"], b.at, &b.calcs)
	for _, l := range r.def.Languages {
		pick := func(t questionnaire.Texts) string {
			if t[l.Tag] != "" {
				return t[l.Tag]
			}
			return t[r.def.DefaultLanguage]
		}
		unit := strings.TrimSpace(pick(before) + " … " + pick(after))
		if unit == "…" {
			continue
		}
		if item.Hint == nil {
			item.Hint = questionnaire.Texts{}
		}
		item.Hint[l.Tag] = strings.TrimSpace(item.Hint[l.Tag] + " (" + unit + ")")
	}
}

// lssDateType follows from which parts a date format has; HH:MM are hours and minutes.
func lssDateType(format string) questionnaire.Type {
	hasTime := strings.ContainsAny(format, "HM")
	hasDay := strings.ContainsAny(format, "dmyjnY")
	switch {
	case hasTime && !hasDay:
		return typeTime
	case hasTime:
		return typeDateTime
	}
	return questionnaire.TypeDate
}

// fixed is a question with choices that LimeSurvey's program words.
func (r *lssReader) fixed(b *lssBuilt, list string, choices ...fixedChoice) *questionnaire.Item {
	item := r.item(b, questionnaire.TypeSelectOne)
	item.List = r.wordsList(list, choices...)
	return item
}

// listQuestion is one choice out of a list, with a text of one's own or a comment.
func (r *lssReader) listQuestion(b *lssBuilt) {
	q := b.q
	item := r.item(b, questionnaire.TypeSelectOne)
	item.List = r.answersList(b, 0, q.name)
	if q.kind == "!" {
		item.Appearance = "minimal"
	} else if n, _ := strconv.Atoi(q.attr(r.s, "display_columns")); n > 1 && n <= 10 {
		item.Appearance = "columns-" + strconv.Itoa(n)
	}
	r.randomize(q, item)
	r.withOther(b, item)
	if q.kind == "O" {
		b.add(r.comment(b, nil, "comment", item.Relevant))
	}
}

func (r *lssReader) randomize(q *lssQuestion, item *questionnaire.Item) {
	if q.attr(r.s, "random_order") == "1" || q.attr(r.s, "answer_order") == "random" || q.attr(r.s, "subquestion_order") == "random" {
		item.Parameters = "randomize=true"
	}
}

// withOther adds a choice "other" with a text of one's own. With a filter on the
// choices, or with the author's own wording, it is a choice like the others.
func (r *lssReader) withOther(b *lssBuilt, item *questionnaire.Item) {
	q := b.q
	list := lssChoicesOf(r.def, item.List)
	own := r.textOf(q.attributes["other_replace_text"], b.at, &b.calcs)
	if q.other {
		list = append(list, &questionnaire.Choice{Name: "other", Label: own})
	}
	item.ChoiceFilter = r.choiceFilter(q, list)
	b.add(item)
	if !q.other {
		return
	}
	if item.ChoiceFilter == "" && len(own) == 0 && item.Parameters == "" {
		item.OrOther = true
		return
	}
	label := own
	if len(label) == 0 {
		label = r.words("other")
	}
	list[len(list)-1].Label = label
	for _, l := range r.def.Lists {
		if l.Name == item.List {
			l.Choices = list
		}
	}
	text := r.words("which")
	if len(own) > 0 {
		text = own
	}
	b.add(&questionnaire.Item{Kind: questionnaire.Question, Type: questionnaire.TypeText, Name: r.partName(q, nil, "other"), Label: text,
		Relevant: "selected(${" + q.name + "}, 'other')", Required: item.Required})
}

// partName is the name that declare gave to the part of the question.
func (r *lssReader) partName(q *lssQuestion, sub *lssQuestion, ext string) string {
	for _, p := range q.parts {
		if p.ext == ext && p.sub == sub && p.holds != emHoldsTick {
			return p.item
		}
	}
	return r.names.take(q.name + "_" + ext)
}

// comment is the text that may go with a choice.
func (r *lssReader) comment(b *lssBuilt, sub *lssQuestion, ext, relevant string) *questionnaire.Item {
	return &questionnaire.Item{Kind: questionnaire.Question, Type: questionnaire.TypeText, Name: r.partName(b.q, sub, ext),
		Label: r.words("comment"), Relevant: relevant, Appearance: "multiline"}
}

// multipleQuestion is any number of choices, each with a comment or not.
func (r *lssReader) multipleQuestion(b *lssBuilt) {
	q := b.q
	item := r.item(b, questionnaire.TypeSelectMultiple)
	list := &questionnaire.List{Name: r.listName(q.name)}
	for _, sub := range q.rows {
		list.Choices = append(list.Choices, &questionnaire.Choice{Name: sub.name, Label: r.choiceLabel(sub.text, sub.code, b), Score: r.score(q.attr(r.s, "assessment_value"))})
	}
	r.def.Lists = append(r.def.Lists, list)
	item.List = list.Name
	r.randomize(q, item)
	r.withOther(b, item)
	if q.kind != "P" {
		return
	}
	comments := &questionnaire.Item{Kind: questionnaire.Group, Name: r.names.take(q.name + "_comments"), Label: item.Label, Appearance: "field-list",
		Relevant: "count-selected(${" + q.name + "}) > 0"}
	when := func(choice string) string {
		picked := "selected(${" + q.name + "}, '" + choice + "')"
		switch q.attr(r.s, "commented_checkbox") {
		case "allways", "always":
			comments.Relevant = item.Relevant
			return ""
		case "unchecked":
			comments.Relevant = item.Relevant
			return "not(" + picked + ")"
		}
		return picked
	}
	for i, sub := range q.rows {
		c := r.comment(b, sub, sub.code+"comment", when(sub.name))
		c.Label, c.Appearance = list.Choices[i].Label, ""
		comments.Items = append(comments.Items, c)
	}
	if q.other {
		c := r.comment(b, nil, "othercomment", when("other"))
		c.Appearance = ""
		comments.Items = append(comments.Items, c)
	}
	if len(comments.Items) > 0 {
		b.add(comments)
	}
}

// equation is a calculation, and a note that shows it unless it is hidden.
func (r *lssReader) equation(b *lssBuilt) {
	q := b.q
	src := q.attr(r.s, "equation")
	if src == "" {
		src = q.text[r.s.lang]
	}
	item := &questionnaire.Item{Kind: questionnaire.Question, Type: questionnaire.TypeCalculate, Name: q.name, Relevant: r.relevance(q)}
	item.Calculation = r.calculation(b, src)
	b.add(item)
	if q.attr(r.s, "hidden") == "1" {
		return
	}
	note := &questionnaire.Item{Kind: questionnaire.Question, Type: questionnaire.TypeNote, Name: r.names.take(q.name + "_note"), Relevant: item.Relevant}
	if pieces := cutPieces(strings.TrimSpace(q.text[r.s.lang])); len(pieces) == 1 && pieces[0].expression {
		note.Label = r.everywhere("${" + q.name + "}")
	} else {
		note.Label = r.textOf(q.text, b.at, &b.calcs)
	}
	note.Hint = r.textOf(q.help, b.at, &b.calcs)
	if len(note.Label) > 0 {
		b.add(note)
	}
}

// calculation translates the text of an equation: its expressions, with the text
// between them joined on.
func (r *lssReader) calculation(b *lssBuilt, src string) string {
	c := &emContext{reader: r, self: b.q}
	var parts []xpath
	for _, p := range cutPieces(strings.TrimSpace(src)) {
		if !p.expression {
			if text, _ := lssPlainText(p.text); text != "" {
				lead, trail := "", ""
				if strings.TrimLeft(p.text, " \u00a0\t\n") != p.text && len(parts) > 0 {
					lead = " "
				}
				if strings.TrimRight(p.text, " \u00a0\t\n") != p.text {
					trail = " "
				}
				parts = append(parts, emQuote(lead+text+trail))
			}
			continue
		}
		x, err := c.expression(emEntity.Replace(p.text))
		if err != nil {
			r.warnExpression(b.at, "calculation", p.text, err)
			x = "''"
		}
		parts = append(parts, xpath{s: x, kind: emAny, level: levelAtom})
	}
	switch len(parts) {
	case 0:
		return "''"
	case 1:
		return parts[0].s
	}
	return emConcat(parts...).s
}

// hide makes a question that LimeSurvey always hides a hidden value.
func (r *lssReader) hide(b *lssBuilt) {
	if b.q.attr(r.s, "hidden") != "1" || b.q.kind == "*" {
		return
	}
	var all func(items []*questionnaire.Item)
	all = func(items []*questionnaire.Item) {
		for _, i := range items {
			if i.Kind == questionnaire.Question && i.Type != questionnaire.TypeCalculate {
				lssHideItem(i, b.worked)
			}
			all(i.Items)
		}
	}
	all(b.items)
}

// lssHideItem makes of a question what is never asked: with a default that is worked
// out a calculation, else a hidden value.
func lssHideItem(i *questionnaire.Item, worked bool) {
	i.Type = questionnaire.TypeHidden
	if worked && i.Default != "" {
		i.Type, i.Calculation, i.Default = questionnaire.TypeCalculate, "once("+i.Default+")", ""
	}
	i.List, i.OrOther, i.Required, i.Constraint, i.ChoiceFilter, i.Parameters, i.Appearance = "", false, "", "", "", "", ""
	i.Hint, i.ConstraintMessage = nil, nil
}
