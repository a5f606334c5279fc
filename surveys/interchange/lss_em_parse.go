package interchange

type emOp uint8

const (
	emLiteral emOp = iota // a text
	emValue               // a number
	emVariable
	emCall
	emPrefix // ! and -
	emInfix
	emPart // a variable that is known already, put in where self or that stood
)

// emNode is a piece of an expression.
type emNode struct {
	op   emOp
	pos  int
	text string // of a literal, the name of a variable or function, the operator
	args []*emNode
	part *emVar // of emPart
	attr string // of emPart: shown, NAOK …
}

// Limits on one expression.
const (
	maxEMLength = 20_000 // bytes, as written
	maxEMDepth  = 60     // brackets and calls in each other
	maxEMResult = 30_000 // bytes, translated
)

// emLevels are the operators, the loosest first.
var emLevels = [][]string{{"||"}, {"&&"}, {"==", "!="}, {"<", "<=", ">", ">="}, {"+", "-"}, {"*", "/"}}

type emParser struct {
	tokens []emToken
	at     int
	depth  int
}

// parseEM reads an expression of the ExpressionManager.
func parseEM(src string) (*emNode, *emError) {
	if len(src) > maxEMLength {
		return nil, &emError{Pos: 1, Key: "lss.em.too_long", Text: lssShorten(src)}
	}
	tokens, err := emLex(emEntity.Replace(src))
	if err != nil {
		return nil, err
	}
	p := &emParser{tokens: tokens}
	n, err := p.level(0)
	if err != nil {
		return nil, err
	}
	switch t := p.peek(); {
	case t.kind == emEnd:
		return n, nil
	case t.text == "=" || len(t.text) == 2 && t.text[1] == '=' && t.text[0] != '<' && t.text[0] != '>':
		return nil, &emError{Pos: t.pos, Key: "lss.em.assignment", Text: t.text}
	default:
		return nil, &emError{Pos: t.pos, Key: "lss.em.unexpected", Text: lssShorten(t.text)}
	}
}

func (p *emParser) peek() emToken { return p.tokens[p.at] }

func (p *emParser) sign(signs ...string) (emToken, bool) {
	t := p.peek()
	if t.kind == emSign {
		for _, s := range signs {
			if t.text == s {
				p.at++
				return t, true
			}
		}
	}
	return t, false
}

func (p *emParser) level(l int) (*emNode, *emError) {
	if l == len(emLevels) {
		return p.unary()
	}
	left, err := p.level(l + 1)
	if err != nil {
		return nil, err
	}
	for {
		t, ok := p.sign(emLevels[l]...)
		if !ok {
			return left, nil
		}
		right, err := p.level(l + 1)
		if err != nil {
			return nil, err
		}
		left = &emNode{op: emInfix, pos: t.pos, text: t.text, args: []*emNode{left, right}}
	}
}

func (p *emParser) unary() (*emNode, *emError) {
	if p.depth++; p.depth > maxEMDepth {
		return nil, &emError{Pos: p.peek().pos, Key: "lss.em.too_deep"}
	}
	defer func() { p.depth-- }()
	if t, ok := p.sign("!", "-", "+"); ok {
		arg, err := p.unary()
		if err != nil || t.text == "+" {
			return arg, err
		}
		return &emNode{op: emPrefix, pos: t.pos, text: t.text, args: []*emNode{arg}}, nil
	}
	t := p.peek()
	switch t.kind {
	case emDigits:
		p.at++
		return &emNode{op: emValue, pos: t.pos, text: t.text}, nil
	case emQuoted:
		p.at++
		return &emNode{op: emLiteral, pos: t.pos, text: t.text}, nil
	case emWord:
		p.at++
		if _, ok := p.sign("("); ok {
			return p.call(t)
		}
		return &emNode{op: emVariable, pos: t.pos, text: t.text}, nil
	case emSign:
		if t.text == "(" {
			p.at++
			n, err := p.level(0)
			if err != nil {
				return nil, err
			}
			if end, ok := p.sign(")"); !ok {
				return nil, unexpected(end)
			}
			return n, nil
		}
	}
	return nil, unexpected(t)
}

func (p *emParser) call(name emToken) (*emNode, *emError) {
	n := &emNode{op: emCall, pos: name.pos, text: name.text}
	if _, ok := p.sign(")"); ok {
		return n, nil
	}
	for {
		arg, err := p.level(0)
		if err != nil {
			return nil, err
		}
		n.args = append(n.args, arg)
		if _, ok := p.sign(","); ok {
			continue
		}
		if t, ok := p.sign(")"); !ok {
			return nil, unexpected(t)
		}
		return n, nil
	}
}

func unexpected(t emToken) *emError {
	if t.kind == emEnd {
		return &emError{Pos: t.pos, Key: "lss.em.unfinished"}
	}
	if t.text == "=" {
		return &emError{Pos: t.pos, Key: "lss.em.assignment", Text: t.text}
	}
	return &emError{Pos: t.pos, Key: "lss.em.unexpected", Text: lssShorten(t.text)}
}
