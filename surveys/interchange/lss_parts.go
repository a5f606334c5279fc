package interchange

import (
	"strconv"
	"strings"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

// partsQuestion is a question with rows: a group with an item for each row, or for
// each cell where a cell is a field of its own.
func (r *lssReader) partsQuestion(b *lssBuilt) {
	q := b.q
	group := r.item(b, "")
	group.Kind, group.Required = questionnaire.Group, ""
	group.Appearance = "field-list"
	if q.attr(r.s, "random_order") == "1" || q.attr(r.s, "subquestion_order") == "random" {
		r.warn(q, "lss.random_rows", nil)
	}
	b.add(group)
	switch q.kind {
	case ":", ";":
		r.cells(b, group)
	case "1":
		r.dualScale(b, group)
	case "K", "Q":
		kind := questionnaire.TypeText
		if q.kind == "K" || q.attr(r.s, "numbers_only") == "1" {
			kind = r.numberType(q)
		}
		for _, sub := range q.rows {
			row := r.row(b, sub, kind)
			r.addAffixes(b, row)
			group.Items = append(group.Items, row)
		}
	default:
		list := r.matrixList(b)
		for _, sub := range q.rows {
			row := r.row(b, sub, questionnaire.TypeSelectOne)
			row.List = list
			if q.attr(r.s, "use_dropdown") == "1" {
				row.Appearance = "minimal"
			}
			group.Items = append(group.Items, row)
		}
		if q.attr(r.s, "use_dropdown") != "1" && len(q.rows) > 0 {
			group.Appearance = "table-list"
		}
	}
	if len(group.Items) == 0 {
		r.warn(q, "lss.no_rows", nil)
		b.items = nil
		if len(group.Label) > 0 {
			note := r.item(b, questionnaire.TypeNote)
			note.Required = ""
			b.add(note)
		}
	}
}

// matrixList is the scale that all rows share.
func (r *lssReader) matrixList(b *lssBuilt) string {
	q := b.q
	switch q.kind {
	case "A":
		return r.pointsList(5)
	case "B":
		return r.pointsList(10)
	case "C":
		return r.wordsList("yes_no_uncertain", fixedChoice{"Y", "yes"}, fixedChoice{"U", "uncertain"}, fixedChoice{"N", "no"})
	case "E":
		return r.wordsList("increase_same_decrease", fixedChoice{"I", "increase"}, fixedChoice{"S", "same"}, fixedChoice{"D", "decrease"})
	}
	return r.answersList(b, 0, q.name)
}

// row is the item of a subquestion.
func (r *lssReader) row(b *lssBuilt, sub *lssQuestion, kind questionnaire.Type) *questionnaire.Item {
	item := &questionnaire.Item{Kind: questionnaire.Question, Type: kind, Name: r.partName(b.q, sub, sub.code)}
	item.Label = lssRowLabel(r.choiceLabel(sub.text, sub.code, b))
	item.Relevant = r.rowRule(b.q, sub)
	item.Required = r.required(b.q)
	return item
}

// dualScale is two matrices one after the other: a row has a choice on each scale.
func (r *lssReader) dualScale(b *lssBuilt, group *questionnaire.Item) {
	q := b.q
	group.Appearance = ""
	for scale := range 2 {
		n := strconv.Itoa(scale)
		half := &questionnaire.Item{Kind: questionnaire.Group, Name: r.names.take(q.name + "_scale" + n), Appearance: "table-list"}
		half.Label = r.textOf(q.attributes["dualscale_header"+string(rune('A'+scale))], b.at, &b.calcs)
		if len(half.Label) == 0 {
			half.Label = group.Label
		}
		list := r.answersList(b, scale, q.name+"_"+n)
		for _, sub := range q.rows {
			item := &questionnaire.Item{Kind: questionnaire.Question, Type: questionnaire.TypeSelectOne, List: list, Name: r.partName(q, sub, sub.code+"#"+n)}
			item.Label = lssRowLabel(r.choiceLabel(sub.text, sub.code, b))
			item.Relevant = r.rowRule(q, sub)
			item.Required = r.required(q)
			half.Items = append(half.Items, item)
		}
		if len(half.Items) > 0 {
			group.Items = append(group.Items, half)
		}
	}
}

// cells is a table of fields: a text or a number for each row and column, or the
// columns to tick for each row.
func (r *lssReader) cells(b *lssBuilt, group *questionnaire.Item) {
	q := b.q
	if q.kind == ":" && q.attr(r.s, "multiflexible_checkbox") == "1" {
		list := &questionnaire.List{Name: r.listName(q.name)}
		for _, col := range q.cols {
			list.Choices = append(list.Choices, &questionnaire.Choice{Name: col.name, Label: r.choiceLabel(col.text, col.code, b)})
		}
		if len(list.Choices) == 0 {
			return
		}
		r.def.Lists = append(r.def.Lists, list)
		for _, sub := range q.rows {
			item := &questionnaire.Item{Kind: questionnaire.Question, Type: questionnaire.TypeSelectMultiple, List: list.Name, Name: sub.name}
			item.Label = lssRowLabel(r.choiceLabel(sub.text, sub.code, b))
			item.Relevant = r.rowRule(q, sub)
			item.Required = r.required(q)
			group.Items = append(group.Items, item)
		}
		return
	}
	kind, check := questionnaire.TypeText, ""
	if q.kind == ":" || q.attr(r.s, "numbers_only") == "1" {
		kind = questionnaire.TypeDecimal
	}
	if q.kind == ":" {
		kind, check = r.cellNumbers(q)
	}
	for _, sub := range q.rows {
		rows := lssRowLabel(r.choiceLabel(sub.text, sub.code, b))
		for _, col := range q.cols {
			item := &questionnaire.Item{Kind: questionnaire.Question, Type: kind, Name: r.partName(q, sub, sub.code+"_"+col.code), Constraint: check}
			item.Label = lssJoinTexts(rows, r.choiceLabel(col.text, col.code, b), r.def.DefaultLanguage)
			rule := ""
			if !isCodeOnly(col) {
				rule = r.rule(b.at, col.relevance, nil)
			}
			item.Relevant = lssAndRules(r.rowRule(q, sub), rule)
			item.Required = r.required(q)
			group.Items = append(group.Items, item)
		}
	}
}

// cellNumbers is the type of the numbers in a table and which there may be. Without
// input boxes LimeSurvey offers a list from 1 to 10, or as set.
func (r *lssReader) cellNumbers(q *lssQuestion) (questionnaire.Type, string) {
	low, high, step := q.attr(r.s, "multiflexible_min"), q.attr(r.s, "multiflexible_max"), q.attr(r.s, "multiflexible_step")
	kind := questionnaire.TypeDecimal
	if q.attr(r.s, "input_boxes") != "1" {
		kind = questionnaire.TypeInteger
		low, high = lssFirst(low, "1"), lssFirst(high, "10")
		if strings.Contains(low+high+step, ".") {
			kind = questionnaire.TypeDecimal
		}
	}
	var checks []string
	if _, err := strconv.ParseFloat(low, 64); err == nil {
		checks = append(checks, ". >= "+low)
	}
	if _, err := strconv.ParseFloat(high, 64); err == nil {
		checks = append(checks, ". <= "+high)
	}
	if n, err := strconv.Atoi(step); err == nil && n > 1 && kind == questionnaire.TypeInteger {
		checks = append(checks, "(. - "+lssFirst(low, "0")+") mod "+step+" = 0")
	}
	return kind, strings.Join(checks, " and ")
}

func lssFirst(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// lssJoinTexts names a cell by its row and its column.
func lssJoinTexts(row, col questionnaire.Texts, fallback string) questionnaire.Texts {
	t := questionnaire.Texts{}
	for lang, text := range row {
		c := col[lang]
		if c == "" {
			c = col[fallback]
		}
		t[lang] = strings.TrimSpace(text + ": " + c)
	}
	return t
}
