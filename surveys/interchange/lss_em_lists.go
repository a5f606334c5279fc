package interchange

import (
	"slices"
	"strconv"
	"strings"
)

// emAdded is the sum of the terms.
func emAdded(terms []xpath) xpath {
	switch len(terms) {
	case 0:
		return emUnit(emNumber, "0")
	case 1:
		return terms[0]
	}
	list := make([]string, len(terms))
	for i, t := range terms {
		list[i] = t.at(levelTimes)
	}
	return xpath{strings.Join(list, " + "), emNumber, levelPlus}
}

// emOne counts 1 when the condition holds.
func emOne(x xpath) xpath { return emUnit(emNumber, "if("+x.s+", 1, 0)") }

// emCount counts what is answered. All choices of a select_multiple together are
// what is selected in it.
func emCount(c *emContext, _ *emNode, args []*emNode) (xpath, *emError) {
	var terms []xpath
	for len(args) > 0 {
		if n, item := c.wholeSelect(args); n > 0 {
			terms = append(terms, emUnit(emNumber, "count-selected("+c.ref(item)+")"))
			args = args[n:]
			continue
		}
		x, err := c.filled(args[0])
		if err != nil {
			return x, err
		}
		terms = append(terms, emOne(x))
		args = args[1:]
	}
	return emAdded(terms), nil
}

// wholeSelect tells how many of the first arguments are together all choices of
// one item.
func (c *emContext) wholeSelect(args []*emNode) (n int, item string) {
	first := c.part(args[0])
	if first == nil || first.holds != emHoldsTick {
		return 0, ""
	}
	left := map[*emVar]bool{}
	for _, p := range first.question.parts {
		if p.item == first.item || p.ext == "other" {
			left[p] = true
		}
	}
	for _, a := range args {
		if v := c.part(a); v == nil || !left[v] {
			break
		} else {
			delete(left, v)
			n++
		}
	}
	if len(left) > 0 {
		return 0, ""
	}
	return n, first.item
}

// emSum adds what is a number and skips the rest.
func emSum(c *emContext, _ *emNode, args []*emNode) (xpath, *emError) {
	var terms []xpath
	for _, a := range args {
		x, err := c.addend(a)
		if err != nil {
			return x, err
		}
		terms = append(terms, x)
	}
	return emAdded(terms), nil
}

func (c *emContext) addend(a *emNode) (xpath, *emError) {
	if v := c.part(a); v != nil {
		switch x := c.answer(v); {
		case v.holds == emHoldsTick && v.ticked == "1":
			return emOne(c.ticked(v)), nil
		case v.holds == emHoldsTick, v.holds == emHoldsNone:
			return emUnit(emNumber, "0"), nil
		case v.holds == emHoldsNumber, v.holds == emHoldsChoice && v.numeric:
			return emOrZero(x), nil
		default:
			return emUnit(emNumber, "if("+x.s+" = number("+x.s+"), number("+x.s+"), 0)"), nil
		}
	}
	x, err := c.num(a)
	return emOrZero(x), err
}

// emStdDev is the standard deviation of a sample, worked out from how many there
// are, what they add up to and what their squares add up to.
func emStdDev(c *emContext, n *emNode, args []*emNode) (xpath, *emError) {
	count, err := emCount(c, n, args)
	if err != nil {
		return count, err
	}
	sum, err := emSum(c, n, args)
	if err != nil {
		return sum, err
	}
	var squares []xpath
	for _, a := range args {
		x, err := c.addend(a)
		if err != nil {
			return x, err
		}
		squares = append(squares, emUnit(emNumber, "pow("+x.s+", 2)"))
	}
	mean := emBinary(levelTimes, emNumber, emUnit(emNumber, "pow("+sum.s+", 2)"), "div", count)
	spread := emBinary(levelTimes, emNumber, emBinary(levelPlus, emNumber, emAdded(squares), "-", mean), "div", emBinary(levelPlus, emNumber, count, "-", emUnit(emNumber, "1")))
	return emUnit(emNumber, "if("+count.s+" > 1, sqrt("+spread.s+"), 0)"), nil
}

// emExtreme is the highest or lowest of what is answered. max() of XPath is no
// number when one of its arguments is empty; so each steps aside for the next.
func emExtreme(name string) func(*emContext, *emNode, []*emNode) (xpath, *emError) {
	return func(c *emContext, n *emNode, args []*emNode) (xpath, *emError) {
		var open, sure []string
		for _, a := range args {
			x, err := c.num(a)
			if err != nil {
				return x, err
			}
			if a.op == emValue {
				sure = append(sure, x.s)
			} else {
				open = append(open, x.s)
			}
		}
		if len(open) > 40 {
			return xpath{}, &emError{Pos: n.pos, Key: "lss.em.too_long", Text: n.text}
		}
		list := slices.Clone(sure)
		for i, o := range open {
			switch {
			case len(open)+len(sure) == 1:
				return emUnit(emNumber, "number("+o+")"), nil
			case len(sure) > 0:
				list = append(list, "coalesce("+o+", "+sure[0]+")")
			default:
				list = append(list, "coalesce("+strings.Join(append(slices.Clone(open[i:]), open[:i]...), ", ")+")")
			}
		}
		return emUnit(emNumber, name+"("+strings.Join(list, ", ")+")"), nil
	}
}

// emList is the answered ones with a comma between.
func emList(c *emContext, _ *emNode, args []*emNode) (xpath, *emError) {
	var parts []xpath
	for _, a := range args {
		is, err := c.filled(a)
		if err != nil {
			return is, err
		}
		x, err := c.value(a)
		if err != nil {
			return x, err
		}
		if v := c.part(a); v != nil && v.holds == emHoldsTick {
			x = emQuote(v.ticked)
		}
		parts = append(parts, emUnit(emText, "if("+is.s+", concat(', ', "+c.plain(x).s+"), '')"))
	}
	return emUnit(emText, "substr("+emConcat(parts...).s+", 2)"), nil
}

func (c *emContext) joined(glue string, args []*emNode) (xpath, *emError) {
	var parts []xpath
	for i, a := range args {
		x, err := c.value(a)
		if err != nil {
			return x, err
		}
		if i > 0 && glue != "" {
			parts = append(parts, emQuote(glue))
		}
		parts = append(parts, c.plain(x))
	}
	return emConcat(parts...), nil
}

func emCountIf(c *emContext, _ *emNode, args []*emNode) (xpath, *emError) {
	var terms []xpath
	for _, a := range args[1:] {
		x, err := c.equal(a, args[0], "=")
		if err != nil {
			return x, err
		}
		terms = append(terms, emOne(x))
	}
	return emAdded(terms), nil
}

// emIfOp counts or adds those for which "op value" holds.
func emIfOp(sum bool) func(*emContext, *emNode, []*emNode) (xpath, *emError) {
	return func(c *emContext, n *emNode, args []*emNode) (xpath, *emError) {
		if args[0].op != emLiteral {
			return xpath{}, &emError{Pos: n.pos, Key: "lss.em.needs_constant", Text: n.text}
		}
		op := args[0].text
		if sign, ok := emOperators[strings.ToLower(op)]; ok {
			op = sign
		}
		var terms []xpath
		for _, a := range args[2:] {
			test := &emNode{op: emInfix, pos: n.pos, text: op, args: []*emNode{a, args[1]}}
			switch op {
			case "==", "!=", "<", "<=", ">", ">=":
			case "RX":
				test = &emNode{op: emCall, pos: n.pos, text: "regexMatch", args: []*emNode{args[1], a}}
			default:
				return xpath{}, &emError{Pos: args[0].pos, Key: "lss.em.unexpected", Text: op}
			}
			x, err := c.cond(test)
			if err != nil {
				return x, err
			}
			if sum {
				number, err := c.addend(a)
				if err != nil {
					return x, err
				}
				terms = append(terms, emUnit(emNumber, "if("+x.s+", "+number.s+", 0)"))
				continue
			}
			terms = append(terms, emOne(x))
		}
		return emAdded(terms), nil
	}
}

// emUnique holds when no two that are answered are the same. A ranking holds no
// choice twice.
func emUnique(c *emContext, n *emNode, args []*emNode) (xpath, *emError) {
	if len(args) > 25 {
		return xpath{}, &emError{Pos: n.pos, Key: "lss.em.too_long", Text: n.text}
	}
	same := emFalse
	for i, a := range args {
		x, err := c.value(a)
		if err != nil {
			return x, err
		}
		for _, b := range args[:i] {
			y, err := c.value(b)
			if err != nil {
				return y, err
			}
			if v, w := c.part(a), c.part(b); v != nil && w != nil && v.holds == emHoldsRank && w.question == v.question {
				continue
			}
			same = emEither(same, emBoth(xpath{x.at(levelEqual) + " != ''", emBool, levelEqual}, emBinary(levelEqual, emBool, x, "=", y)))
		}
	}
	return emNot(same), nil
}

func emSubstr(c *emContext, n *emNode, args []*emNode) (xpath, *emError) {
	x, err := c.value(args[0])
	if err != nil {
		return x, err
	}
	bounds := make([]int, 0, 2)
	for _, a := range args[1:] {
		minus := a.op == emPrefix && a.text == "-"
		if minus {
			a = a.args[0]
		}
		i, err := strconv.Atoi(a.text)
		if a.op != emValue || err != nil {
			return x, &emError{Pos: n.pos, Key: "lss.em.needs_constant", Text: n.text}
		}
		if minus {
			i = -i
		}
		bounds = append(bounds, i)
	}
	text, from := c.plain(x).s, strconv.Itoa(bounds[0])
	switch {
	case len(bounds) == 1:
		return emUnit(emText, "substr("+text+", "+from+")"), nil
	case bounds[1] < 0 || bounds[0] >= 0:
		end := bounds[1]
		if end >= 0 {
			end += bounds[0]
		}
		return emUnit(emText, "substr("+text+", "+from+", "+strconv.Itoa(end)+")"), nil
	case bounds[0]+bounds[1] >= 0:
		return emUnit(emText, "substr("+text+", "+from+")"), nil
	}
	return emUnit(emText, "substr("+text+", "+from+", "+strconv.Itoa(bounds[0]+bounds[1])+")"), nil
}

// sides are the two texts of a call, in lower case when case does not count.
func (c *emContext) sides(args []*emNode, fold bool) (a, b string, err *emError) {
	x, err := c.value(args[0])
	if err != nil {
		return "", "", err
	}
	y, err := c.value(args[1])
	a, b = c.plain(x).s, c.plain(y).s
	if fold {
		a, b = "lower-case("+a+")", "lower-case("+b+")"
	}
	return a, b, err
}

func emPosition(fold bool) func(*emContext, *emNode, []*emNode) (xpath, *emError) {
	return func(c *emContext, _ *emNode, args []*emNode) (xpath, *emError) {
		a, b, err := c.sides(args, fold)
		return emUnit(emAny, "if(contains("+a+", "+b+"), string-length(substring-before("+a+", "+b+")), '')"), err
	}
}

func emFrom(fold bool) func(*emContext, *emNode, []*emNode) (xpath, *emError) {
	return func(c *emContext, _ *emNode, args []*emNode) (xpath, *emError) {
		a, b, err := c.sides(args, fold)
		return emUnit(emText, "if(contains("+a+", "+b+"), concat("+b+", substring-after("+a+", "+b+")), '')"), err
	}
}

// emCompare is 0 for two texts that are the same. Which comes first XPath cannot say.
func emCompare(fold bool) func(*emContext, *emNode, []*emNode) (xpath, *emError) {
	return func(c *emContext, _ *emNode, args []*emNode) (xpath, *emError) {
		a, b, err := c.sides(args, fold)
		return emUnit(emNumber, "if("+a+" = "+b+", 0, 1)"), err
	}
}

// emReplace replaces one character by another or by nothing.
func emReplace(c *emContext, n *emNode, args []*emNode) (xpath, *emError) {
	if args[0].op != emLiteral || args[1].op != emLiteral || len([]rune(args[0].text)) != 1 || len([]rune(args[1].text)) > 1 {
		return xpath{}, &emError{Pos: n.pos, Key: "lss.em.needs_constant", Text: n.text}
	}
	x, err := c.value(args[2])
	return emUnit(emText, "translate("+c.plain(x).s+", "+emQuote(args[0].text).s+", "+emQuote(args[1].text).s+")"), err
}
