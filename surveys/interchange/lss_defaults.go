package interchange

import (
	"slices"
	"strings"

	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/questionnaire/expression"
)

// addDefaults fills in what LimeSurvey fills in beforehand.
func (r *lssReader) addDefaults(b *lssBuilt) {
	if len(b.items) == 0 {
		return
	}
	var ticked []string
	items := map[string]*questionnaire.Item{}
	for _, item := range leafItems(&questionnaire.Item{Items: b.items}) {
		if item.Type != questionnaire.TypeNote {
			items[item.Name] = item
		}
	}
	for _, d := range b.q.defaults {
		src := d.text[r.s.lang]
		if src == "" {
			src = d.text[""]
		}
		if strings.TrimSpace(src) == "" {
			continue
		}
		item, part := defaultPlace(b.q, items, d)
		switch {
		case item == nil:
			r.warnAt(b.at, "lss.default", map[string]any{"Value": lssShorten(src)})
		case part != nil && part.holds == emHoldsTick:
			if src == "Y" || src == "1" {
				ticked = append(ticked, part.pick)
			}
		default:
			item.Default = r.defaultValue(b, item, part, src)
		}
	}
	if len(ticked) > 0 {
		b.items[0].Default = strings.Join(ticked, " ")
	}
}

// defaultPlace finds the item that a default belongs to.
func defaultPlace(q *lssQuestion, items map[string]*questionnaire.Item, d lssDefault) (*questionnaire.Item, *emVar) {
	find := func(match func(p *emVar) bool) (*questionnaire.Item, *emVar) {
		for _, p := range q.parts {
			if match(p) && items[p.item] != nil {
				return items[p.item], p
			}
		}
		return nil, nil
	}
	switch {
	case d.special == "other":
		return find(func(p *emVar) bool { return p.ext == "other" })
	case d.special == "comment":
		return find(func(p *emVar) bool { return p.ext == "comment" })
	case d.sub != "" && d.sub != "0":
		return find(func(p *emVar) bool { return p.sub != nil && p.sub.qid == d.sub && !strings.HasSuffix(p.ext, "comment") })
	}
	return find(func(p *emVar) bool { return p.ext == "" })
}

// asText is a default that is a text, also when it looks like an expression.
func asText(text string) string {
	name, _, call := strings.Cut(text, "(")
	if strings.Contains(text, "${") || call && slices.Contains(expression.FunctionNames(), strings.TrimSpace(name)) {
		return "string(" + emQuote(text).s + ")"
	}
	return text
}

// defaultValue is the value, or the expression that works it out.
func (r *lssReader) defaultValue(b *lssBuilt, item *questionnaire.Item, part *emVar, src string) string {
	pieces := cutPieces(strings.TrimSpace(src))
	if !slices.ContainsFunc(pieces, func(p lssPiece) bool { return p.expression }) {
		if part != nil {
			if name, ok := part.names[src]; ok {
				return name
			}
		}
		text, _ := lssPlainText(src)
		return asText(text)
	}
	b.worked = true
	if len(pieces) == 1 && item.Type == typeTime && strings.HasPrefix(pieces[0].text, "date(") {
		return "format-date-time(now(), '%H:%M')"
	}
	x := r.calculation(b, src)
	if item.Type == questionnaire.TypeDate && x == "now()" {
		return "today()"
	}
	return x
}
