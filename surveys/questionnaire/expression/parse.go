package expression

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

type op uint8

const (
	opText op = iota
	opNumber
	opRef    // ${name}
	opSelf   // . and current()
	opColumn // a bare name inside a predicate or choice_filter
	opUp     // .. and its like, as position() takes it; its slot is minus the number of steps up
	opCall
	opOr
	opAnd
	opEqual
	opUnequal
	opLess
	opAtMost
	opMore
	opAtLeast
	opAdd
	opSubtract
	opMultiply
	opDivide
	opModulo
	opNegate
	opUnion
	opFilter // a[b]
	opStep   // a/name
)

// node is one operation of the tree.
type node struct {
	op     op
	pos    int
	text   string // of a literal; the name of a reference, column or step
	num    float64
	slot   int
	worked bool // of a reference: to a calculation that yields a yes or no
	a, b   *node
	args   []*node
	fn     *function
	memo   any // what the function works out from literal arguments once, while parsing
	bad    *Error
}

// limits of one expression, so that a hostile cell costs neither stack nor time.
const (
	maxLength = 32767 // characters; what a cell of a spreadsheet can hold
	maxDepth  = 200
)

type parser struct {
	scope  Scope
	tokens []token
	at     int
	depth  int
	inside int // predicates around
	expr   *Expr
}

// Parse reads an expression. The error is an *Error with the position and, where
// a name is misspelt, the name that was probably meant.
func Parse(src string, scope Scope) (*Expr, error) {
	if len(src) > maxLength && utf8.RuneCountInString(src) > maxLength {
		return nil, &Error{Pos: maxLength, Key: "expression.too_long", Args: map[string]any{"Limit": maxLength}}
	}
	tokens, bad := lex(src)
	if bad != nil {
		return nil, bad
	}
	p := &parser{scope: scope, tokens: tokens, expr: &Expr{source: src}}
	if p.peek().kind == tokEnd {
		return nil, &Error{Pos: 1, Key: "expression.empty"}
	}
	root, bad := p.binary(0)
	if bad != nil {
		return nil, bad
	}
	if t := p.peek(); t.kind != tokEnd {
		return nil, p.unexpected(t)
	}
	p.expr.root = root
	return p.expr, nil
}

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) next() token {
	t := p.tokens[p.at]
	if t.kind != tokEnd {
		p.at++
	}
	return t
}

// sign takes the sign when it comes next.
func (p *parser) sign(s string) bool {
	if t := p.peek(); t.kind == tokSign && t.text == s {
		p.at++
		return true
	}
	return false
}

func (p *parser) isSign(s string) bool {
	return p.at < len(p.tokens) && p.tokens[p.at].kind == tokSign && p.tokens[p.at].text == s
}

func (p *parser) unexpected(t token) *Error {
	switch {
	case t.kind == tokEnd:
		return &Error{Pos: t.pos, Key: "expression.ends_early"}
	case t.kind == tokSign && t.text == ",":
		return &Error{Pos: t.pos, Key: "expression.comma"}
	case t.kind == tokSign && t.text == ")":
		return &Error{Pos: t.pos, Key: "expression.extra_bracket"}
	case t.kind == tokSign && t.text == "=" && p.at > 0 && p.tokens[p.at-1].text == "=":
		return &Error{Pos: t.pos, Key: "expression.double_equals"}
	case t.kind == tokRef, t.kind == tokLast:
		return &Error{Pos: t.pos, Key: "expression.no_operator", Args: map[string]any{"Text": "${" + t.text + "}"}}
	case t.kind == tokName || t.kind == tokNumber || t.kind == tokText:
		return &Error{Pos: t.pos, Key: "expression.no_operator", Args: map[string]any{"Text": t.text}}
	}
	return &Error{Pos: t.pos, Key: "expression.unexpected", Args: map[string]any{"Text": t.text}}
}

// level is how strongly an operator binds; 0 is no operator.
func (p *parser) operator() (op, int) {
	t := p.peek()
	if t.kind != tokSign && t.kind != tokName {
		return 0, 0
	}
	switch t.text {
	case "or":
		return opOr, 1
	case "and":
		return opAnd, 2
	case "=":
		return opEqual, 3
	case "!=":
		return opUnequal, 3
	case "<":
		return opLess, 4
	case "<=":
		return opAtMost, 4
	case ">":
		return opMore, 4
	case ">=":
		return opAtLeast, 4
	case "+":
		return opAdd, 5
	case "-":
		return opSubtract, 5
	case "*":
		return opMultiply, 6
	case "div":
		return opDivide, 6
	case "mod":
		return opModulo, 6
	case "|":
		return opUnion, 8
	}
	return 0, 0
}

// binary reads operators that bind more strongly than level; all of XPath's are
// left-associative.
func (p *parser) binary(level int) (*node, *Error) {
	if p.depth++; p.depth > maxDepth {
		return nil, &Error{Pos: p.peek().pos, Key: "expression.too_deep", Args: map[string]any{"Limit": maxDepth}}
	}
	defer func() { p.depth-- }()
	left, bad := p.unary()
	for bad == nil {
		o, binds := p.operator()
		if binds <= level {
			return left, nil
		}
		t := p.next()
		var right *node
		if right, bad = p.binary(binds); bad == nil {
			left = &node{op: o, pos: t.pos, a: left, b: right}
		}
	}
	return nil, bad
}

func (p *parser) unary() (*node, *Error) {
	t := p.peek()
	if !p.sign("-") {
		return p.path()
	}
	a, bad := p.binary(7) // a minus binds more strongly than * and less than |
	if bad != nil {
		return nil, bad
	}
	return &node{op: opNegate, pos: t.pos, a: a}, nil
}

// path reads a primary expression with its predicates and the steps after it.
func (p *parser) path() (*node, *Error) {
	n, bad := p.primary()
	for bad == nil {
		t := p.peek()
		switch {
		case p.sign("["):
			p.inside++
			var b *node
			if b, bad = p.binary(0); bad == nil && !p.sign("]") {
				bad = p.missing("]")
			}
			p.inside--
			if bad == nil {
				n = &node{op: opFilter, pos: t.pos, a: n, b: b}
			}
		case p.isSign("/"):
			p.next()
			n, bad = p.step(n)
		case p.isSign("//"):
			bad = &Error{Pos: t.pos, Key: "expression.no_axis", Args: map[string]any{"Text": "//"}}
		default:
			return n, nil
		}
	}
	return nil, bad
}

func (p *parser) missing(sign string) *Error {
	if t := p.peek(); t.kind != tokEnd {
		return p.unexpected(t)
	}
	return &Error{Pos: p.peek().pos, Key: "expression.open_bracket", Args: map[string]any{"Text": sign}}
}

// step reads what follows a slash. A step to a question of the form, by whatever
// way up, is that question: names are unique in a form.
func (p *parser) step(from *node) (*node, *Error) {
	t := p.axis(p.next())
	switch {
	case t.kind == tokSign && t.text == ".":
		return from, nil
	case t.kind == tokSign && t.text == "..":
		if from.op == opUp {
			return &node{op: opUp, pos: t.pos, slot: from.slot - 1}, nil
		}
		if from.op == opSelf {
			return &node{op: opUp, pos: t.pos, slot: -1}, nil
		}
		return &node{op: opStep, pos: t.pos, text: "..", a: from}, nil
	case t.kind == tokName:
		if p.isSign("::") {
			return nil, &Error{Pos: t.pos, Key: "expression.no_axis", Args: map[string]any{"Text": t.text + "::"}}
		}
		if from.op == opUp || from.op == opSelf {
			return p.reference(t, true)
		}
		return &node{op: opStep, pos: t.pos, text: t.text, a: from}, nil
	case t.kind == tokSign && t.text == "*":
		return &node{op: opStep, pos: t.pos, text: "*", a: from}, nil
	case t.kind == tokSign && t.text == "@":
		return nil, &Error{Pos: t.pos, Key: "expression.no_axis", Args: map[string]any{"Text": "@"}}
	}
	return nil, p.unexpected(t)
}

// reference makes the use of a question. On a path a group on the way to the
// question is passed over.
func (p *parser) reference(t token, path bool) (*node, *Error) {
	way := t.text
	for path && p.isSign("/") && p.at+1 < len(p.tokens) && p.tokens[p.at+1].kind == tokName {
		p.next()
		t = p.next()
		way += "/" + t.text
	}
	slot, ok := p.scope.Lookup(way)
	if !ok {
		if path {
			return p.doubt(&Error{Pos: t.pos, Key: "expression.unknown_path", Args: map[string]any{"Name": t.text}})
		}
		e := &Error{Pos: t.pos, Key: "expression.unknown_name", Args: map[string]any{"Name": t.text}}
		if near := Nearest(t.text, p.scope.Names()); near != "" {
			e.Key, e.Args["Meant"] = "expression.misspelt_name", near
		}
		return nil, e
	}
	p.expr.refs = append(p.expr.refs, Ref{Name: t.text, Slot: slot, Pos: t.pos, Path: path})
	return &node{op: opRef, pos: t.pos, text: t.text, slot: slot}, nil
}

// lastSaved is what somebody answered the time before. We never know who that was, so
// it is blank; the question must be there all the same.
func (p *parser) lastSaved(t token) (*node, *Error) {
	refs := p.expr.refs
	n, bad := p.reference(t, false)
	p.expr.refs = refs
	if bad != nil {
		return nil, bad
	}
	return &node{op: opText, pos: n.pos}, nil
}

// axis writes a step by one of the three axes that the ODK XForms specification has
// the short way: child::a is a, self::node() is . and parent::* is ...
func (p *parser) axis(t token) token {
	if t.kind != tokName || !p.isSign("::") || p.at+1 >= len(p.tokens) {
		return t
	}
	to := p.tokens[p.at+1]
	short := map[string]string{"self": ".", "parent": ".."}[t.text]
	node := to.kind == tokName && to.text == "node" && p.at+3 < len(p.tokens) && p.tokens[p.at+2].text == "(" && p.tokens[p.at+3].text == ")"
	any := to.kind == tokSign && to.text == "*"
	switch {
	case short == "" && t.text != "child", !node && !any && (short != "" || to.kind != tokName):
		return t // another axis, or a step that says what it should find
	case node:
		p.at += 4
	default:
		p.at += 2
	}
	if short != "" {
		return token{tokSign, short, t.pos}
	}
	if node || any {
		return token{tokSign, "*", t.pos}
	}
	return token{tokName, to.text, to.pos}
}

func (p *parser) primary() (*node, *Error) {
	t := p.axis(p.next())
	switch t.kind {
	case tokNumber:
		num, err := strconv.ParseFloat(t.text, 64)
		if err != nil && num == 0 {
			return nil, &Error{Pos: t.pos, Key: "expression.bad_number", Args: map[string]any{"Text": t.text}}
		}
		return &node{op: opNumber, pos: t.pos, num: num}, nil
	case tokText:
		return &node{op: opText, pos: t.pos, text: t.text}, nil
	case tokRef:
		return p.reference(t, false)
	case tokLast:
		return p.lastSaved(t)
	case tokName:
		return p.named(t)
	case tokSign:
		switch t.text {
		case "(":
			n, bad := p.binary(0)
			if bad == nil && !p.sign(")") {
				bad = p.missing(")")
			}
			return n, bad
		case ".":
			return &node{op: opSelf, pos: t.pos}, nil
		case "..":
			return &node{op: opUp, pos: t.pos, slot: -1}, nil
		case "/":
			if name := p.peek(); name.kind == tokName {
				p.next()
				return p.reference(name, true)
			}
		}
	}
	return nil, p.unexpected(t)
}

// named reads what begins with a name: a call, or a column.
func (p *parser) named(t token) (*node, *Error) {
	if p.isSign("(") {
		return p.call(t)
	}
	if p.isSign("::") {
		return nil, &Error{Pos: t.pos, Key: "expression.no_axis", Args: map[string]any{"Text": t.text + "::"}}
	}
	if p.inside > 0 || p.scope.Column(t.text) {
		return &node{op: opColumn, pos: t.pos, text: t.text}, nil
	}
	e := &Error{Pos: t.pos, Key: "expression.bare_word", Args: map[string]any{"Name": t.text}}
	if _, known := p.scope.Lookup(t.text); known {
		e.Key = "expression.bare_name"
	} else if call := strings.ToLower(t.text); call == "true" || call == "false" || call == "today" || call == "now" {
		e.Key, e.Args["Name"] = "expression.no_brackets", call
	}
	return p.doubt(e)
}

// doubt notes what is allowed and probably not meant; it is blank when evaluated.
func (p *parser) doubt(e *Error) (*node, *Error) {
	p.expr.doubts = append(p.expr.doubts, e)
	return &node{op: opUp, pos: e.Pos, slot: -1}, nil
}

func (p *parser) call(t token) (*node, *Error) {
	p.next() // the bracket
	fn := functions[t.text]
	if fn == nil {
		e := &Error{Pos: t.pos, Key: "expression.unknown_function", Args: map[string]any{"Name": t.text}}
		if near := Nearest(t.text, FunctionNames()); near != "" {
			e.Key, e.Args["Meant"] = "expression.misspelt_function", near
			return nil, e
		}
		// Perhaps a function of another product: kept, and fails when it is called.
		p.expr.doubts = append(p.expr.doubts, e)
		return p.arguments(&node{op: opCall, pos: t.pos, text: t.text, bad: e})
	}
	n, bad := p.arguments(&node{op: opCall, pos: t.pos, text: t.text, fn: fn})
	if bad != nil {
		return nil, bad
	}
	if t.text == "current" && len(n.args) == 0 {
		return &node{op: opSelf, pos: t.pos, text: "current"}, nil
	}
	if bad := fn.check(p, n); bad != nil {
		n.bad = bad
		p.expr.faults = append(p.expr.faults, bad)
	}
	return n, nil
}

// arguments reads what stands between the brackets of a call.
func (p *parser) arguments(n *node) (*node, *Error) {
	for !p.sign(")") {
		if len(n.args) > 0 && !p.sign(",") {
			return nil, p.missing(")")
		}
		arg, bad := p.binary(0)
		if bad != nil {
			return nil, bad
		}
		n.args = append(n.args, arg)
	}
	return n, nil
}
