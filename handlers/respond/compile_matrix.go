package respond

import "weerklank.nl/weerklank/surveys/questionnaire"

// mostWords is how many words lie side by side above a table of questions.
const mostWords = 7

// matrixRows are the questions at the start of items that lie in one table: those of
// a table-list with one list, or those that follow a row of labels.
func (c *compiler) matrixRows(items []*questionnaire.Item, table bool) []*questionnaire.Item {
	head := items[0]
	labels := head.Type.IsSelect() && head.HasAppearance("label")
	if !table && !labels {
		return nil
	}
	var rows []*questionnaire.Item
	for i, it := range items {
		fl := c.fields[it]
		inTable := fl != nil && fl.List != nil && !fl.Filters() && !fl.OrOther && !randomizes(fl) && !fl.Locks() && len(fl.List.Choices) <= mostWords &&
			it.List == head.List && it.Type == head.Type && (it.Type.ChoosesOne() || it.Type.ChoosesSeveral())
		if !inTable || !table && i > 0 && !it.HasAppearance("list-nolabel") {
			break
		}
		rows = append(rows, it)
	}
	if len(rows) < 2 {
		return nil
	}
	return rows
}

// matrix compiles questions that share their words: stacked groups on a phone, a grid
// on a wide screen, with the words above it for the eye only.
func (c *compiler) matrix(items []*questionnaire.Item) {
	head := c.fields[items[0]]
	if !takesAnswer(head) {
		gate := c.open(part{verb: skipUnless, field: head})
		c.fixed(head)
		c.close(gate)
		items = items[1:]
	}
	c.raw("<div class=\"wk-matrix\">\n<div class=\"wk-matrix__words\" aria-hidden=\"true\"><span></span>")
	for _, ch := range head.List.Choices {
		c.raw("<span>")
		c.choiceText(ch)
		c.raw("</span>")
	}
	c.raw("</div>\n")
	for _, it := range items {
		fl := c.fields[it]
		gate := c.open(part{verb: skipUnless, field: fl})
		if takesAnswer(fl) {
			c.choices(fl)
		} else {
			c.fixed(fl)
		}
		c.close(gate)
	}
	c.raw("</div>\n")
}
