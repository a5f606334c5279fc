package interchange

import (
	"regexp"
	"strconv"
	"strings"
)

// emBinary translates an operator with its two sides.
func (c *emContext) emBinary(n *emNode) (xpath, *emError) {
	switch n.text {
	case "&&", "||":
		return c.cond(n)
	case "==", "!=":
		return c.equal(n.args[0], n.args[1], strings.TrimPrefix(n.text, "="))
	case "<", "<=", ">", ">=":
		return c.order(n)
	case "+":
		return c.plus(n)
	}
	a, err := c.num(n.args[0])
	if err != nil {
		return a, err
	}
	b, err := c.num(n.args[1])
	if err != nil {
		return b, err
	}
	switch n.text {
	case "*":
		return emBinary(levelTimes, emNumber, a, "*", b), nil
	case "/":
		return emBinary(levelTimes, emNumber, a, "div", b), nil
	}
	return emBinary(levelPlus, emNumber, a, "-", b), nil
}

// equal translates a == b (op "=") and a != b (op "!="). PHP, in which LimeSurvey is
// written, compares numbers when both sides look like one, and texts otherwise.
func (c *emContext) equal(a, b *emNode, op string) (xpath, *emError) {
	if emIsConstant(a) && !emIsConstant(b) {
		a, b = b, a
	}
	if v := c.part(a); v != nil && emIsConstant(b) {
		return c.equalsConstant(v, b, op), nil
	}
	x, err := c.value(a)
	if err != nil {
		return x, err
	}
	y, err := c.value(b)
	if err != nil {
		return y, err
	}
	if x.kind == emBool || y.kind == emBool {
		if x.kind == emBool && emIsConstant(b) {
			return emUnless(x, emTruthy(b) == (op == "=")), nil
		}
		x, y = c.plain(x), c.plain(y)
	}
	if x.kind == emNumber && b.op == emLiteral {
		if _, err := strconv.ParseFloat(strings.TrimSpace(b.text), 64); err == nil {
			y = emNumeralOf(strings.TrimSpace(b.text))
		}
	}
	return emBinary(levelEqual, emBool, x, op, y), nil
}

// emUnless is x when it is meant to hold, else its opposite.
func emUnless(x xpath, holds bool) xpath {
	if holds {
		return x
	}
	return emNot(x)
}

func emIsConstant(n *emNode) bool { return n.op == emLiteral || n.op == emValue }

func emTruthy(n *emNode) bool {
	f, err := strconv.ParseFloat(n.text, 64)
	return n.text != "" && (err != nil || f != 0)
}

func (c *emContext) equalsConstant(v *emVar, constant *emNode, op string) xpath {
	text := constant.text
	compare := func(with xpath) xpath { return emBinary(levelEqual, emBool, c.answer(v), op, with) }
	if kind := v.question.kind; v.ext == "other" && text == "Y" && (kind == "M" || kind == "P") {
		// As a choice, other is ticked; what the variable holds is its text.
		if op == "=" {
			op = "!="
		} else {
			op = "="
		}
		return emBinary(levelEqual, emBool, c.answer(v), op, emQuote(""))
	}
	switch v.holds {
	case emHoldsTick:
		switch text {
		case v.ticked:
			return emUnless(c.ticked(v), op == "=")
		case "", " ", "N":
			return emUnless(c.ticked(v), op != "=")
		}
		return emUnless(emFalse, op == "=")
	case emHoldsNone:
		return emUnless(emTrue, (text == "") == (op == "="))
	case emHoldsChoice, emHoldsRank:
		if name, ok := v.names[text]; ok {
			return compare(emQuote(name))
		}
	case emHoldsNumber:
		if _, err := strconv.ParseFloat(text, 64); err == nil {
			return compare(emNumeralOf(text))
		}
	}
	if constant.op == emValue && v.holds != emHoldsDate {
		return compare(emNumeralOf(text))
	}
	if strings.TrimSpace(text) == "" {
		text = ""
	}
	return compare(emQuote(text))
}

var isoDay = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}( \d{2}:\d{2}(:\d{2})?)?$`)

// order translates a < b and its like.
func (c *emContext) order(n *emNode) (xpath, *emError) {
	a, b := n.args[0], n.args[1]
	if b.op == emLiteral && strings.TrimSpace(b.text) == "" && (n.text == ">" || n.text == ">=") {
		return c.filled(a) // everything that is typed comes after nothing
	}
	x, err := c.value(a)
	if err != nil {
		return x, err
	}
	y, err := c.value(b)
	if err != nil {
		return y, err
	}
	if x.kind == emDay || y.kind == emDay {
		if x, err = c.days(a, x); err != nil {
			return x, err
		}
		if y, err = c.days(b, y); err != nil {
			return y, err
		}
		return emBinary(levelOrder, emBool, x, n.text, y), nil
	}
	for i, side := range []*emNode{a, b} {
		if side.op == emLiteral {
			if _, bad := strconv.ParseFloat(strings.TrimSpace(side.text), 64); bad != nil {
				return x, &emError{Pos: side.pos, Key: "lss.em.text_order", Text: lssShorten(side.text)}
			}
		}
		z, err := c.num(side)
		if err != nil {
			return z, err
		}
		if i == 0 {
			x = z
		} else {
			y = z
		}
	}
	return emBinary(levelOrder, emBool, x, n.text, y), nil
}

// days is a date as a number that can be compared.
func (c *emContext) days(n *emNode, x xpath) (xpath, *emError) {
	switch {
	case x.kind == emSeconds:
		return emBinary(levelTimes, emNumber, x, "div", emUnit(emNumber, "86400")), nil
	case x.kind == emNumber:
		return x, nil
	case n.op == emLiteral && !isoDay.MatchString(n.text):
		return x, &emError{Pos: n.pos, Key: "lss.em.date", Text: lssShorten(n.text)}
	case n.op == emLiteral:
		return emUnit(emNumber, "decimal-date-time('"+n.text[:10]+"')"), nil
	}
	return emUnit(emNumber, "decimal-date-time("+x.s+")"), nil
}

// filled is what holds when there is something.
func (c *emContext) filled(n *emNode) (xpath, *emError) {
	if v := c.part(n); v != nil && v.holds == emHoldsTick {
		return c.ticked(v), nil
	}
	x, err := c.value(n)
	if err != nil {
		return x, err
	}
	if x.kind == emBool {
		return x, nil
	}
	return xpath{x.at(levelEqual) + " != ''", emBool, levelEqual}, nil
}

// plus adds numbers or joins texts. LimeSurvey joins as soon as one side is no
// number; an empty one then adds nothing.
func (c *emContext) plus(n *emNode) (xpath, *emError) {
	x, err := c.value(n.args[0])
	if err != nil {
		return x, err
	}
	y, err := c.value(n.args[1])
	if err != nil {
		return y, err
	}
	if emIsText(n.args[0], x) || emIsText(n.args[1], y) {
		return emConcat(c.plain(x), c.plain(y)), nil
	}
	if x, err = c.num(n.args[0]); err != nil {
		return x, err
	}
	if y, err = c.num(n.args[1]); err != nil {
		return y, err
	}
	return emBinary(levelPlus, emNumber, emOrZero(x), "+", emOrZero(y)), nil
}

func emIsText(n *emNode, x xpath) bool {
	if n.op == emLiteral {
		_, err := strconv.ParseFloat(strings.TrimSpace(n.text), 64)
		return err != nil
	}
	return x.kind == emText || x.kind == emDay
}

func emConcat(parts ...xpath) xpath {
	var list []string
	for _, p := range parts {
		if inner, ok := strings.CutPrefix(p.s, "concat("); ok && p.level == levelAtom && strings.HasSuffix(inner, ")") && emBalanced(inner[:len(inner)-1]) {
			list = append(list, inner[:len(inner)-1])
			continue
		}
		list = append(list, p.s)
	}
	return emUnit(emText, "concat("+strings.Join(list, ", ")+")")
}

// emBalanced tells whether no bracket in s, outside its texts, closes one before it.
func emBalanced(s string) bool {
	depth, quote := 0, byte(0)
	for i := range len(s) {
		switch ch := s[i]; {
		case quote != 0:
			if ch == quote {
				quote = 0
			}
		case ch == '\'' || ch == '"':
			quote = ch
		case ch == '(':
			depth++
		case ch == ')':
			if depth--; depth < 0 {
				return false
			}
		}
	}
	return depth == 0
}

// emOrZero counts an answer that is not there as nothing.
func emOrZero(x xpath) xpath {
	if emIsName(x.s) || strings.HasPrefix(x.s, "selected-at(") {
		return emUnit(emNumber, "coalesce("+x.s+", 0)")
	}
	return x
}
