package interchange

import (
	"strconv"
	"strings"
)

// emFunction translates a call; least and most are how many arguments it takes,
// most -1 for any number.
type emFunction struct {
	least, most int
	translate   func(c *emContext, n *emNode, args []*emNode) (xpath, *emError)
}

// emFunctions are the functions of the ExpressionManager that have a counterpart.
// Filled in init, because their translations call each other.
var emFunctions map[string]emFunction

func init() {
	emFunctions = map[string]emFunction{
		"if":     {2, 3, emIf},
		"count":  {1, -1, emCount},
		"sum":    {1, -1, emSum},
		"max":    {1, -1, emExtreme("max")},
		"min":    {1, -1, emExtreme("min")},
		"list":   {1, -1, emList},
		"unique": {1, -1, emUnique},
		"stddev": {1, -1, emStdDev},
		"join":   {1, -1, func(c *emContext, n *emNode, args []*emNode) (xpath, *emError) { return c.joined("", args) }},
		"implode": {2, -1, func(c *emContext, n *emNode, args []*emNode) (xpath, *emError) {
			if args[0].op != emLiteral {
				return xpath{}, &emError{Pos: n.pos, Key: "lss.em.needs_constant", Text: n.text}
			}
			return c.joined(args[0].text, args[1:])
		}},
		"countif":   {2, -1, emCountIf},
		"countifop": {3, -1, emIfOp(false)},
		"sumifop":   {3, -1, emIfOp(true)},

		"is_empty":   {1, 1, emIsEmpty},
		"is_null":    {1, 1, emIsEmpty},
		"is_numeric": {1, 1, emMatches(`^-?[0-9]+(\.[0-9]*)?$`, true)},
		"is_float":   {1, 1, emMatches(`^-?[0-9]+\.[0-9]+$`, false)},
		"is_int":     {1, 1, emMatches(`^-?[0-9]+$`, false)},
		"is_nan": {1, 1, func(c *emContext, n *emNode, args []*emNode) (xpath, *emError) {
			x, err := c.num(args[0])
			return xpath{"string(number(" + x.s + ")) = 'NaN'", emBool, levelEqual}, err
		}},
		"regexMatch": {2, 2, emRegex},

		"strlen":      {1, 1, emTextual("string-length", emNumber)},
		"strtoupper":  {1, 1, emTextual("upper-case", emText)},
		"strtolower":  {1, 1, emTextual("lower-case", emText)},
		"trim":        {1, 1, emTextual("normalize-space", emText)},
		"ltrim":       {1, 1, emTextual("normalize-space", emText)},
		"rtrim":       {1, 1, emTextual("normalize-space", emText)},
		"substr":      {2, 3, emSubstr},
		"strpos":      {2, 2, emPosition(false)},
		"stripos":     {2, 2, emPosition(true)},
		"strstr":      {2, 2, emFrom(false)},
		"stristr":     {2, 2, emFrom(true)},
		"strcmp":      {2, 2, emCompare(false)},
		"strcasecmp":  {2, 2, emCompare(true)},
		"str_replace": {3, 3, emReplace},

		"abs": {1, 1, emNumeric("abs")}, "sqrt": {1, 1, emNumeric("sqrt")}, "exp": {1, 1, emNumeric("exp")}, "log": {1, 1, emNumeric("log")},
		"sin": {1, 1, emNumeric("sin")}, "cos": {1, 1, emNumeric("cos")}, "tan": {1, 1, emNumeric("tan")},
		"asin": {1, 1, emNumeric("asin")}, "acos": {1, 1, emNumeric("acos")}, "atan": {1, 1, emNumeric("atan")}, "atan2": {2, 2, emNumeric("atan2")},
		"pi": {0, 0, emNumeric("pi")}, "pow": {2, 2, emNumeric("pow")}, "round": {1, 2, emNumeric("round")}, "intval": {1, 1, emNumeric("int")},
		"floor": {1, 1, emRounded("-")}, "ceil": {1, 1, emRounded("+")},
		"rand": {0, 2, emRand},

		"time":      {0, 0, func(*emContext, *emNode, []*emNode) (xpath, *emError) { return emSecondsOf(emNow), nil }},
		"date":      {1, 2, emDate},
		"gmdate":    {1, 2, emDate},
		"idate":     {1, 2, emDate},
		"strtotime": {1, 1, emStrToTime},
	}
	for _, name := range []string{"nl2br", "strip_tags", "htmlspecialchars", "htmlentities", "html_entity_decode", "htmlspecialchars_decode", "addslashes", "stripslashes", "fixnum"} {
		// There is no HTML in our texts: what writes or takes away HTML leaves them as they are.
		emFunctions[name] = emFunction{1, 2, func(c *emContext, _ *emNode, args []*emNode) (xpath, *emError) { return c.value(args[0]) }}
	}
}

// call translates a function call.
func (c *emContext) call(n *emNode) (xpath, *emError) {
	f, known := emFunctions[n.text]
	if !known {
		for name, g := range emFunctions {
			if strings.EqualFold(name, n.text) {
				f, known = g, true
			}
		}
	}
	if !known {
		return xpath{}, &emError{Pos: n.pos, Key: "lss.em.function", Text: n.text}
	}
	args, err := c.spread(n.args)
	if err != nil {
		return xpath{}, err
	}
	if len(args) < f.least && len(n.args) == len(args) || f.most >= 0 && len(args) > f.most {
		return xpath{}, &emError{Pos: n.pos, Key: "lss.em.arguments", Text: n.text}
	}
	if len(args) < f.least { // self stood for nothing
		return emUnit(emNumber, "0"), nil
	}
	return f.translate(c, n, args)
}

// maxEMSpread is how many parts self and that may stand for in one expression.
const maxEMSpread = 3000

// spread puts the parts of self and that in their place among the arguments.
func (c *emContext) spread(args []*emNode) ([]*emNode, *emError) {
	var out []*emNode
	for _, a := range args {
		if a.op != emVariable || !isSelf(a.text) {
			out = append(out, a)
			continue
		}
		parts, attr, ok := c.reader.vars.expand(a.text, c.self, c.this)
		if !ok {
			return nil, &emError{Pos: a.pos, Key: "lss.em.unknown_name", Text: a.text}
		}
		if c.spreads += len(parts); c.spreads > maxEMSpread {
			return nil, &emError{Pos: a.pos, Key: "lss.em.too_long", Text: a.text}
		}
		for _, p := range parts {
			out = append(out, &emNode{op: emPart, pos: a.pos, part: p, attr: attr})
		}
	}
	return out, nil
}

// condCall translates calls whose truth has a shorter form than their value.
func (c *emContext) condCall(n *emNode) (x xpath, done bool, err *emError) {
	args, err := c.spread(n.args)
	if err != nil {
		return x, false, err
	}
	switch {
	case (n.text == "strpos" || n.text == "strstr") && len(args) == 2:
		hay, err := c.value(args[0])
		if err != nil {
			return x, false, err
		}
		needle, err := c.value(args[1])
		return emUnit(emBool, "contains("+hay.s+", "+needle.s+")"), true, err
	case n.text == "if" && len(args) == 3:
		test, err := c.cond(args[0])
		if err != nil {
			return x, false, err
		}
		yes, err := c.cond(args[1])
		if err != nil {
			return x, false, err
		}
		no, err := c.cond(args[2])
		if err != nil {
			return x, false, err
		}
		switch {
		case no.s == emFalse.s:
			return emBoth(test, yes), true, nil
		case yes.s == emTrue.s:
			return emEither(test, no), true, nil
		}
		return emEither(emBoth(test, yes), emBoth(emNot(test), no)), true, nil
	}
	return x, false, nil
}

func emIf(c *emContext, n *emNode, args []*emNode) (xpath, *emError) {
	if own := c.keepsItself(args); own != nil {
		x, err := c.value(own)
		return emUnit(x.kind, "once("+c.plain(x).s+")"), err
	}
	test, err := c.cond(args[0])
	if err != nil {
		return test, err
	}
	yes, err := c.value(args[1])
	if err != nil {
		return yes, err
	}
	no := emQuote("")
	if len(args) == 3 {
		if no, err = c.value(args[2]); err != nil {
			return no, err
		}
	}
	kind := yes.kind
	if no.kind != yes.kind {
		kind = emAny
		yes, no = c.plain(yes), c.plain(no)
	}
	return emUnit(kind, "if("+test.s+", "+yes.s+", "+no.s+")"), nil
}

// keepsItself recognises how authors draw something once: an equation q that is
// if(is_empty(q), something, q). It gives the something.
func (c *emContext) keepsItself(args []*emNode) *emNode {
	if c.self == nil || c.self.kind != "*" || len(args) != 3 || args[0].op != emCall || args[0].text != "is_empty" || len(args[0].args) != 1 {
		return nil
	}
	asked, kept := c.part(args[0].args[0]), c.part(args[2])
	if asked == nil || asked != kept || asked.question != c.self {
		return nil
	}
	return args[1]
}

func emIsEmpty(c *emContext, _ *emNode, args []*emNode) (xpath, *emError) {
	if v := c.part(args[0]); v != nil {
		if v.holds == emHoldsTick {
			return emNot(c.ticked(v)), nil
		}
		return xpath{c.answer(v).s + " = ''", emBool, levelEqual}, nil
	}
	x, err := c.value(args[0])
	if err != nil {
		return x, err
	}
	if x.kind == emBool {
		return emNot(x), nil
	}
	return xpath{x.at(levelEqual) + " = ''", emBool, levelEqual}, nil
}

// emMatches asks whether a value has a form; a number field has no other when
// numbers says so.
func emMatches(pattern string, numbers bool) func(*emContext, *emNode, []*emNode) (xpath, *emError) {
	return func(c *emContext, _ *emNode, args []*emNode) (xpath, *emError) {
		if v := c.part(args[0]); v != nil && v.holds == emHoldsNumber && numbers {
			return xpath{c.answer(v).s + " != ''", emBool, levelEqual}, nil
		}
		x, err := c.value(args[0])
		return emUnit(emBool, "regex("+c.plain(x).s+", '"+pattern+"')"), err
	}
}

func emRegex(c *emContext, n *emNode, args []*emNode) (xpath, *emError) {
	if args[0].op != emLiteral {
		return xpath{}, &emError{Pos: n.pos, Key: "lss.em.needs_constant", Text: n.text}
	}
	pattern, ok := goPattern(args[0].text)
	if !ok {
		return xpath{}, &emError{Pos: args[0].pos, Key: "lss.em.pattern", Text: lssShorten(args[0].text)}
	}
	x, err := c.value(args[1])
	return emUnit(emBool, "regex("+c.plain(x).s+", "+emQuote(pattern).s+")"), err
}

func emTextual(name string, kind emKind) func(*emContext, *emNode, []*emNode) (xpath, *emError) {
	return func(c *emContext, _ *emNode, args []*emNode) (xpath, *emError) {
		x, err := c.value(args[0])
		return emUnit(kind, name+"("+c.plain(x).s+")"), err
	}
}

func emNumeric(name string) func(*emContext, *emNode, []*emNode) (xpath, *emError) {
	return func(c *emContext, _ *emNode, args []*emNode) (xpath, *emError) {
		var list []string
		for _, a := range args {
			x, err := c.num(a)
			if err != nil {
				return x, err
			}
			list = append(list, x.s)
		}
		return emUnit(emNumber, name+"("+strings.Join(list, ", ")+")"), nil
	}
}

// emRounded rounds down (sign "-") or up, with int, which cuts off.
func emRounded(sign string) func(*emContext, *emNode, []*emNode) (xpath, *emError) {
	compare := map[string]string{"-": " > ", "+": " < "}[sign]
	return func(c *emContext, _ *emNode, args []*emNode) (xpath, *emError) {
		x, err := c.num(args[0])
		cut := "int(" + x.s + ")"
		return emUnit(emNumber, "if("+cut+compare+x.at(levelPlus)+", "+cut+" "+sign+" 1, "+cut+")"), err
	}
}

// emRand draws a whole number from a range, both ends in it.
func emRand(c *emContext, n *emNode, args []*emNode) (xpath, *emError) {
	if len(args) != 2 {
		return emUnit(emNumber, "int(random() * 2147483648)"), nil
	}
	low, err := strconv.Atoi(args[0].text)
	high, err2 := strconv.Atoi(args[1].text)
	if args[0].op != emValue || args[1].op != emValue || err != nil || err2 != nil || high < low {
		return xpath{}, &emError{Pos: n.pos, Key: "lss.em.needs_constant", Text: n.text}
	}
	return xpath{"int(random() * " + strconv.Itoa(high-low+1) + ") + " + strconv.Itoa(low), emNumber, levelPlus}, nil
}
