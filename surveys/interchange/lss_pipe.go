package interchange

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

// lssPiece is a stretch of a text, or an expression that stood in it between braces.
type lssPiece struct {
	text       string
	expression bool
}

// maxLSSPieces is how many expressions of one text are taken over.
const maxLSSPieces = 400

// maxLSSOpen is after how many braces that do not close the rest is text.
const maxLSSOpen = 50

// cutPieces finds the expressions in a text. A brace with white space behind it is
// a brace; one in a quoted text of an expression belongs to that text.
func cutPieces(src string) []lssPiece {
	var pieces []lssPiece
	start, open, depth, quote := 0, -1, 0, byte(0)
	unclosed := 0
	for i := 0; i < len(src); i++ {
		ch := src[i]
		switch {
		case open < 0:
			if ch == '{' && i+1 < len(src) && !unicode.IsSpace(rune(src[i+1])) && (i == 0 || src[i-1] != '\\') {
				open, depth, quote = i, 1, 0
			}
		case quote != 0:
			switch ch {
			case '\\':
				i++
			case quote:
				quote = 0
			}
		case ch == '"' || ch == '\'':
			quote = ch
		case ch == '{':
			depth++
		case ch == '}' && !unicode.IsSpace(rune(src[i-1])):
			if depth--; depth == 0 {
				if open > start {
					pieces = append(pieces, lssPiece{text: src[start:open]})
				}
				pieces = append(pieces, lssPiece{text: src[open+1 : i], expression: true})
				start, open = i+1, -1
			}
		}
		if i >= len(src)-1 && open >= 0 { // it never closed: a brace
			if unclosed++; unclosed > maxLSSOpen {
				break
			}
			i = open
			if open > start {
				pieces = append(pieces, lssPiece{text: src[start : open+1]})
			} else {
				pieces = append(pieces, lssPiece{text: "{"})
			}
			start, open = open+1, -1
		}
	}
	if start < len(src) {
		pieces = append(pieces, lssPiece{text: src[start:]})
	}
	return pieces
}

// textOf translates a text of a question or group to plain text by language tag.
// An answer that is named in it becomes a ${reference}; an expression becomes a
// calculation, which is added to calcs and referred to.
func (r *lssReader) textOf(t lssText, at lssPlace, calcs *[]*questionnaire.Item) questionnaire.Texts {
	texts := questionnaire.Texts{}
	for _, lang := range slices.Sorted(maps.Keys(t)) {
		tag, known := r.tags[lang]
		if lang == "" {
			tag, known = r.tags[r.s.lang], true
		}
		if !known || strings.TrimSpace(t[lang]) == "" {
			continue
		}
		text := r.oneText(t[lang], lang, at, calcs)
		if text != "" && texts[tag] == "" {
			texts[tag] = text
		}
	}
	if len(texts) == 0 {
		return nil
	}
	return texts
}

func (r *lssReader) oneText(src, lang string, at lssPlace, calcs *[]*questionnaire.Item) string {
	var b strings.Builder
	var put []string
	for _, p := range cutPieces(src) {
		if !p.expression {
			b.WriteString(p.text)
			continue
		}
		// Marked by characters that no text holds, so that taking the HTML away does not touch it.
		b.WriteString("\ue000" + strconv.Itoa(len(put)) + "\ue001")
		if len(put) < maxLSSPieces {
			put = append(put, r.pipe(p.text, lang, at, calcs))
		} else {
			r.warnAt(at, "lss.text_full", map[string]any{"Max": maxLSSPieces})
			put = append(put, "…")
		}
	}
	text, dropped := lssPlainText(b.String())
	for _, name := range dropped {
		if name == droppedScript {
			r.warnAt(at, "lss.script", nil)
			continue
		}
		r.warnAt(at, "lss.media", map[string]any{"File": lssShorten(name)})
	}
	text = strings.ReplaceAll(text, "${", "$ {") // what an author typed is no reference
	if len(put) == 0 {
		return strings.TrimSpace(text)
	}
	b.Reset()
	for part := range strings.SplitSeq(text, "\ue000") {
		number, rest, marked := strings.Cut(part, "\ue001")
		if n, err := strconv.Atoi(number); marked && err == nil && n >= 0 && n < len(put) {
			b.WriteString(put[n])
			part = rest
		}
		b.WriteString(part)
	}
	return strings.TrimSpace(b.String())
}

// pipe is what stands in a text in place of {src}.
func (r *lssReader) pipe(src, lang string, at lssPlace, calcs *[]*questionnaire.Item) string {
	c := &emContext{reader: r, self: at.question, lang: lang}
	src = emEntity.Replace(src)
	n, err := parseEM(src)
	if err == nil && (n.op == emVariable) {
		if text, ok := r.surveyText(n.text, lang); ok {
			return text
		}
		v, attr, known := c.resolve(n)
		if known == nil {
			switch attr {
			case "", "NAOK", "value", "code", "valueNAOK":
				if v.holds == emHoldsText || v.holds == emHoldsNumber || v.holds == emHoldsDate {
					return "${" + v.item + "}"
				}
			case "shown", "displayValue": // a reference to a select shows the label, in the language of the page
				if v.holds != emHoldsTick && v.holds != emHoldsRank && v.holds != emHoldsNone {
					return "${" + v.item + "}"
				}
			default:
				if text, ok := r.staticAttribute(v, attr, lang); ok {
					return text
				}
			}
		}
	}
	var x string
	if err == nil {
		x, err = c.expression(src)
	}
	if err != nil {
		r.warnExpression(at, "label", src, err)
		return "…"
	}
	if calcs == nil {
		r.warnAt(at, "lss.text_here", map[string]any{"Expression": lssShorten(src)})
		return "…"
	}
	for _, known := range *calcs {
		if known.Calculation == x {
			return "${" + known.Name + "}"
		}
	}
	base := "text"
	switch {
	case at.question != nil:
		base = at.question.name + "_text"
	case at.group != nil:
		base = "group_" + at.group.gid + "_text"
	}
	item := &questionnaire.Item{Kind: questionnaire.Question, Type: questionnaire.TypeCalculate, Name: r.names.take(base), Calculation: x}
	*calcs = append(*calcs, item)
	return "${" + item.Name + "}"
}

// surveyText is a text about the survey that LimeSurvey puts in under a fixed name.
func (r *lssReader) surveyText(name, lang string) (string, bool) {
	pick := func(column string) string {
		t := r.s.texts[column]
		if t[lang] != "" {
			return t[lang]
		}
		return t[r.s.lang]
	}
	var src string
	switch name {
	case "SURVEYNAME":
		src = pick("surveyls_title")
	case "SURVEYDESCRIPTION":
		src = pick("surveyls_description")
	case "SID":
		return r.s.sid, true
	default:
		return "", false
	}
	text, _ := lssPlainText(src)
	return text, true
}

// staticAttribute is what an expression may ask about a question and that does not
// depend on answers.
func (r *lssReader) staticAttribute(v *emVar, attr, lang string) (string, bool) {
	q := v.question
	pick := func(t lssText) string {
		src := t[lang]
		if src == "" {
			src = t[r.s.lang]
		}
		var b strings.Builder
		for _, p := range cutPieces(src) {
			if !p.expression {
				b.WriteString(p.text)
			}
		}
		text, _ := lssPlainText(b.String())
		return text
	}
	switch attr {
	case "question", "label":
		text := pick(q.text)
		if v.sub != nil {
			if part := pick(v.sub.text); part != "" && text != "" {
				return text + ": " + part, true
			} else if part != "" {
				return part, true
			}
		}
		return text, true
	case "help":
		return pick(q.help), true
	case "qid":
		return q.qid, true
	case "gid":
		return q.gid, true
	case "type":
		return q.kind, true
	case "mandatory":
		return q.mandatory, true
	case "sgqa":
		return r.s.sid + "X" + q.gid + "X" + q.qid + v.ext, true
	}
	return "", false
}
