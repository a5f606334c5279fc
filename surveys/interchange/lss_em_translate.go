package interchange

import (
	"strconv"
	"strings"
)

// emKind is what a translated expression yields.
type emKind uint8

const (
	emBool emKind = iota
	emNumber
	emText
	emAny     // an answer: what it is depends on what was typed
	emDay     // a date
	emSeconds // seconds since 1970, as LimeSurvey counts time
)

// xpath is a translated expression. level is how tightly its outermost operator
// binds: 0 for or, 5 for * and div, 7 for a call, a name or a literal.
type xpath struct {
	s     string
	kind  emKind
	level int
}

const (
	levelOr = iota
	levelAnd
	levelEqual
	levelOrder
	levelPlus
	levelTimes
	levelMinus
	levelAtom
)

func emUnit(kind emKind, s string) xpath { return xpath{s, kind, levelAtom} }

// at is the expression as an operand of an operator of the level.
func (x xpath) at(level int) string {
	if x.level < level {
		return "(" + x.s + ")"
	}
	return x.s
}

func emBinary(level int, kind emKind, a xpath, op string, b xpath) xpath {
	return xpath{a.at(level) + " " + op + " " + b.at(level+1), kind, level}
}

var (
	emTrue  = emUnit(emBool, "true()")
	emFalse = emUnit(emBool, "false()")
)

func emNot(x xpath) xpath {
	switch x.s {
	case emTrue.s:
		return emFalse
	case emFalse.s:
		return emTrue
	}
	if subject, ok := strings.CutSuffix(x.s, " = ''"); ok && x.level == levelEqual && emIsName(subject) {
		return xpath{subject + " != ''", emBool, levelEqual}
	}
	return emUnit(emBool, "not("+x.s+")")
}

func emBoth(a, b xpath) xpath {
	switch {
	case a.s == emTrue.s || b.s == emFalse.s:
		return b
	case b.s == emTrue.s || a.s == emFalse.s:
		return a
	}
	return emBinary(levelAnd, emBool, a, "and", b)
}

func emEither(a, b xpath) xpath {
	switch {
	case a.s == emFalse.s || b.s == emTrue.s:
		return b
	case b.s == emFalse.s || a.s == emTrue.s:
		return a
	}
	return emBinary(levelOr, emBool, a, "or", b)
}

// emQuote is the text as a literal.
func emQuote(s string) xpath {
	switch {
	case !strings.Contains(s, "'"):
		return emUnit(emText, "'"+s+"'")
	case !strings.Contains(s, `"`):
		return emUnit(emText, `"`+s+`"`)
	}
	parts := strings.Split(s, "'")
	for i, p := range parts {
		parts[i] = "'" + p + "'"
	}
	return emUnit(emText, "concat("+strings.Join(parts, `, "'", `)+")")
}

// emContext translates the expressions of one question.
type emContext struct {
	reader *lssReader
	self   *lssQuestion // what self means; nil outside a question
	this   *emVar       // what this means: the part that a rule is about
	dot    string       // the item whose constraint this is: its own answer is "."
	lang   string       // of texts that are put in; the base language when ""

	spreads int // how many parts self and that have stood for so far
}

// condition translates a rule: what holds when LimeSurvey finds it true.
func (c *emContext) condition(src string) (string, *emError) {
	n, err := parseEM(src)
	if err != nil {
		return "", err
	}
	x, err := c.cond(n)
	return c.finish(x, err)
}

// expression translates what yields a value.
func (c *emContext) expression(src string) (string, *emError) {
	n, err := parseEM(src)
	if err != nil {
		return "", err
	}
	x, err := c.value(n)
	if err == nil {
		x = c.plain(x)
	}
	return c.finish(x, err)
}

func (c *emContext) finish(x xpath, err *emError) (string, *emError) {
	switch {
	case err != nil:
		return "", err
	case len(x.s) > maxEMResult:
		return "", &emError{Pos: 1, Key: "lss.em.too_long"}
	}
	return x.s, nil
}

// ref is the answer of an item.
func (c *emContext) ref(item string) string {
	if c.dot != "" && item == c.dot {
		return "."
	}
	return "${" + item + "}"
}

// resolve finds the part that a name means.
func (c *emContext) resolve(n *emNode) (*emVar, string, *emError) {
	if n.op == emPart {
		return n.part, n.attr, nil
	}
	if isSelf(n.text) {
		parts, attr, ok := c.reader.vars.expand(n.text, c.self, c.this)
		if !ok {
			return nil, "", &emError{Pos: n.pos, Key: "lss.em.unknown_name", Text: n.text}
		}
		if len(parts) != 1 {
			return nil, "", &emError{Pos: n.pos, Key: "lss.em.list_outside_function", Text: n.text}
		}
		return parts[0], attr, nil
	}
	name, attr := splitAttribute(n.text)
	v := c.reader.vars.find(name)
	switch {
	case v == nil && aboutParticipant.MatchString(name):
		return nil, "", &emError{Pos: n.pos, Key: "lss.em.participant", Text: n.text}
	case v == nil:
		return nil, "", &emError{Pos: n.pos, Key: "lss.em.unknown_name", Text: n.text, Meant: c.reader.vars.nearest(name)}
	case v.question.kind == "|":
		return nil, "", &emError{Pos: n.pos, Key: "lss.em.upload", Text: n.text}
	}
	return v, attr, nil
}

// value translates to what yields the value that LimeSurvey would work with.
func (c *emContext) value(n *emNode) (xpath, *emError) {
	switch n.op {
	case emLiteral:
		return emQuote(n.text), nil
	case emValue:
		return emNumeralOf(n.text), nil
	case emVariable, emPart:
		v, attr, err := c.resolve(n)
		if err != nil {
			return xpath{}, err
		}
		return c.variable(n, v, attr)
	case emCall:
		return c.call(n)
	case emPrefix:
		if n.text == "!" {
			x, err := c.cond(n.args[0])
			return emNot(x), err
		}
		x, err := c.num(n.args[0])
		return xpath{"-" + x.at(levelMinus), emNumber, levelMinus}, err
	}
	return c.emBinary(n)
}

func emNumeralOf(s string) xpath {
	s = strings.TrimSuffix(s, ".")
	if strings.HasPrefix(s, ".") {
		s = "0" + s
	}
	return emUnit(emNumber, s)
}

func (c *emContext) variable(n *emNode, v *emVar, attr string) (xpath, *emError) {
	ref := c.ref(v.item)
	switch attr {
	case "", "NAOK", "value", "valueNAOK", "code", "codeValue":
		return c.answer(v), nil
	case "shown", "displayValue":
		switch v.holds {
		case emHoldsChoice:
			return emUnit(emText, "jr:choice-name("+ref+", '${"+v.item+"}')"), nil
		case emHoldsRank:
			return emUnit(emText, "jr:choice-name(selected-at("+ref+", "+v.pick+"), '${"+v.item+"}')"), nil
		case emHoldsTick:
			return emUnit(emText, "if("+c.ticked(v).s+", jr:choice-name('"+v.pick+"', '${"+v.item+"}'), '')"), nil
		}
		return c.answer(v), nil
	case "relevanceStatus":
		return xpath{}, &emError{Pos: n.pos, Key: "lss.em.attribute", Text: attr}
	}
	text, ok := c.reader.staticAttribute(v, attr, c.lang)
	if !ok {
		return xpath{}, &emError{Pos: n.pos, Key: "lss.em.attribute", Text: attr}
	}
	return emQuote(text), nil
}

func (c *emContext) ticked(v *emVar) xpath {
	return emUnit(emBool, "selected("+c.ref(v.item)+", '"+v.pick+"')")
}

func (c *emContext) answer(v *emVar) xpath {
	ref := c.ref(v.item)
	switch v.holds {
	case emHoldsNumber:
		return emUnit(emNumber, ref)
	case emHoldsDate:
		return emUnit(emDay, ref)
	case emHoldsTick:
		if v.ticked == "1" {
			return emUnit(emAny, "if("+c.ticked(v).s+", 1, '')")
		}
		return emUnit(emText, "if("+c.ticked(v).s+", '"+v.ticked+"', '')")
	case emHoldsRank:
		return emUnit(emAny, "selected-at("+ref+", "+v.pick+")")
	case emHoldsNone:
		return emUnit(emText, "''")
	}
	return emUnit(emAny, ref)
}

// part is the variable that a node names, if it names one by its value.
func (c *emContext) part(n *emNode) *emVar {
	if n.op != emVariable && n.op != emPart {
		return nil
	}
	v, attr, err := c.resolve(n)
	if err != nil {
		return nil
	}
	switch attr {
	case "", "NAOK", "value", "valueNAOK", "code":
		return v
	}
	return nil
}

// cond translates to what is true when LimeSurvey finds n true: not empty, not 0.
func (c *emContext) cond(n *emNode) (xpath, *emError) {
	switch n.op {
	case emLiteral:
		if n.text == "" || n.text == "0" {
			return emFalse, nil
		}
		return emTrue, nil
	case emValue:
		if f, _ := strconv.ParseFloat(n.text, 64); f == 0 {
			return emFalse, nil
		}
		return emTrue, nil
	case emVariable, emPart:
		if v := c.part(n); v != nil && v.holds == emHoldsTick {
			return c.ticked(v), nil
		}
	case emInfix:
		if n.text == "&&" || n.text == "||" {
			a, err := c.cond(n.args[0])
			if err != nil {
				return xpath{}, err
			}
			b, err := c.cond(n.args[1])
			if err != nil {
				return xpath{}, err
			}
			if n.text == "&&" {
				return emBoth(a, b), nil
			}
			return emEither(a, b), nil
		}
	case emCall:
		if x, done, err := c.condCall(n); done || err != nil {
			return x, err
		}
	}
	x, err := c.value(n)
	if err != nil {
		return xpath{}, err
	}
	return emTruth(x), nil
}

func emTruth(x xpath) xpath {
	switch x.kind {
	case emBool:
		return x
	case emNumber, emSeconds:
		if emIsName(x.s) {
			return xpath{x.s + " != '' and " + x.s + " != 0", emBool, levelAnd}
		}
		return xpath{x.at(levelEqual) + " != 0", emBool, levelEqual}
	case emDay:
		return xpath{x.at(levelEqual) + " != ''", emBool, levelEqual}
	}
	if emIsName(x.s) {
		return xpath{x.s + " != '' and " + x.s + " != '0'", emBool, levelAnd}
	}
	return xpath{"string-length(" + x.s + ") > 0", emBool, levelOrder}
}

func emIsName(s string) bool {
	return s == "." || strings.HasPrefix(s, "${") && strings.Count(s, "}") == 1 && strings.HasSuffix(s, "}")
}

// plain makes a truth the 1 or nothing that LimeSurvey stores and shows for it.
func (c *emContext) plain(x xpath) xpath {
	if x.kind == emBool {
		return emUnit(emAny, "if("+x.s+", 1, '')")
	}
	return x
}

// num translates to what yields a number.
func (c *emContext) num(n *emNode) (xpath, *emError) {
	if n.op == emLiteral {
		if _, err := strconv.ParseFloat(strings.TrimSpace(n.text), 64); err == nil {
			return emNumeralOf(strings.TrimSpace(n.text)), nil
		}
	}
	x, err := c.value(n)
	if err != nil {
		return x, err
	}
	switch x.kind {
	case emBool:
		return emUnit(emNumber, "if("+x.s+", 1, 0)"), nil
	case emText:
		return emUnit(emNumber, "number("+x.s+")"), nil
	}
	x.kind = emNumber
	return x, nil
}
