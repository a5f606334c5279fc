package expression

import "strings"

// Limits of looking at what an expression may yield.
const (
	mostCombinations = 400 // of answers that are tried one by one
	mostOutcomes     = 100 // that are told apart
)

// Knowledge is what is known of the answer in a slot.
type Knowledge struct {
	Answers []string // all that it may be, when Known
	Known   bool
	Words   *Words // of a list of words, when the answers are too many to tell; may be nil
}

// Possible tells what the answer in a slot may be.
type Possible func(slot int) Knowledge

// Outcomes is what an expression may yield. It may hold more than what can be, and
// never less.
type Outcomes struct {
	Values []Value
	Any    bool   // anything else too
	Words  *Words // what is known all the same, when it may be anything; may be nil
	Fails  bool   // it may be a mistake
}

// MayBe tells whether the expression, read as a yes or no, can be yes, and no.
func (o Outcomes) MayBe() (yes, no bool) {
	yes, no = o.Any, o.Any || o.Fails
	for _, v := range o.Values {
		if v.Bool() {
			yes = true
		} else {
			no = true
		}
	}
	return yes, no
}

// Outcomes works out what the expression may yield over all possible answers. The
// run gives lists and languages; clock and chance count as unknown.
func (a *Analysis) Outcomes(r *Run, possible Possible) Outcomes {
	run := *r
	run.err = nil
	a.try.Source = r.Source
	run.Source = a.try
	o := a.outcomes(&run, a.expr.root, possible)
	return o
}

// OutcomesAt is Outcomes about one row of a list, as a choice_filter asks.
func (a *Analysis) OutcomesAt(r *Run, possible Possible, row *Node, pos, size int) Outcomes {
	run := *r
	run.node, run.pos, run.size = row, pos, size
	return a.Outcomes(&run, possible)
}

func (a *Analysis) outcomes(r *Run, n *node, possible Possible) Outcomes {
	if !a.fickle[n] {
		if o, ok := a.each(r, n, possible); ok {
			return o
		}
	}
	switch {
	case n.op == opRef:
		return Outcomes{Any: true, Words: possible(n.slot).Words}
	case n.op == opAnd, n.op == opOr:
		return a.both(r, n, possible)
	case n.op >= opEqual && n.op <= opModulo, n.op == opNegate, n.op == opCall && partwise[n.text] && len(n.args) > 0 && n.bad == nil:
		return a.parts(r, n, possible)
	}
	return unknown(n)
}

// each tries all combinations of the answers that a part reads; ok is false when
// there are too many.
func (a *Analysis) each(r *Run, n *node, possible Possible) (o Outcomes, ok bool) {
	slots := a.reads[n]
	answers := make([][]string, len(slots))
	combinations := 1
	for i, slot := range slots {
		known := possible(slot)
		if !known.Known {
			return o, false
		}
		list := known.Answers
		if a.paths && slot != Self {
			list = withAbsent(list)
		}
		answers[i] = list
		if combinations *= len(list); combinations > mostCombinations {
			return o, false
		}
	}
	if combinations == 0 {
		return o, true
	}
	outer := *a.try
	a.try.slots, a.try.answers = slots, make([]string, len(slots))
	defer func() { a.try.slots, a.try.answers = outer.slots, outer.answers }()
	seen := seenValues{}
	for c := range combinations {
		for i, list := range answers {
			a.try.answers[i] = list[c%len(list)]
			c /= len(list)
		}
		r.err = nil
		v := r.eval(n)
		if r.err != nil {
			o.Fails = true
			r.err = nil
			continue
		}
		if seen.add(&o, v); len(o.Values) > mostOutcomes {
			return unknown(n), true
		}
	}
	return o, true
}

// both is and and or, of which one side may settle the matter.
func (a *Analysis) both(r *Run, n *node, possible Possible) Outcomes {
	x := a.outcomes(r, n.a, possible)
	xYes, xNo := x.MayBe()
	y := a.outcomes(r, n.b, possible)
	yYes, yNo := y.MayBe()
	var yes, no bool
	if n.op == opAnd {
		yes, no = xYes && yYes, xNo || yNo
	} else {
		yes, no = xYes || yYes, xNo && yNo
	}
	o := Outcomes{Fails: x.Fails || y.Fails}
	if yes {
		o.Values = append(o.Values, BoolOf(true))
	}
	if no {
		o.Values = append(o.Values, BoolOf(false))
	}
	return o
}

// partwise are functions whose value follows from their arguments' values alone,
// each looked at apart.
var partwise = map[string]bool{
	"if": true, "not": true, "boolean": true, "selected": true, "count-selected": true, "number": true, "string": true,
	"int": true, "round": true, "abs": true, "floor": true, "ceiling": true, "coalesce": true, "string-length": true,
	"contains": true, "starts-with": true, "ends-with": true, "concat": true, "min": true, "max": true,
	"normalize-space": true, "boolean-from-string": true, "pow": true,
}

// parts combines what the operands may be. Two operands that read the same answer
// are taken as if they did not, so it may yield more than can be.
func (a *Analysis) parts(r *Run, n *node, possible Possible) Outcomes {
	operands := n.children()
	sets := make([]Outcomes, len(operands))
	for i, child := range operands {
		sets[i] = a.outcomes(r, child, possible)
	}
	if n.op == opCall && n.text == "if" {
		return branches(sets)
	}
	if n.op != opCall || len(sets) == 0 {
		return combine(r, n, sets)
	}
	switch words := sets[0].Words; {
	case n.text == "concat" && len(operands) > 2: // piece by piece
		o := sets[0]
		for _, next := range sets[1:] {
			o = combine(r, n, []Outcomes{o, next})
		}
		if o.Any {
			o.Words = listed(sets)
		}
		return o
	case words != nil && n.text == "count-selected" && words.Most-words.Least < mostOutcomes:
		o := Outcomes{Fails: sets[0].Fails}
		for count := words.Least; count <= words.Most; count++ {
			o.Values = append(o.Values, NumberOf(float64(count)))
		}
		return o
	case words != nil && n.text == "selected" && !sets[1].Any:
		return words.selects(sets[1])
	}
	return combine(r, n, sets)
}

func branches(sets []Outcomes) Outcomes {
	yes, no := sets[0].MayBe()
	var o Outcomes
	seen := seenValues{}
	for i, may := range []bool{yes, no} {
		if !may {
			continue
		}
		branch := sets[i+1]
		o.Any, o.Fails = o.Any || branch.Any, o.Fails || branch.Fails
		for _, v := range branch.Values {
			seen.add(&o, v)
		}
	}
	o.Fails = o.Fails || sets[0].Fails
	return o
}

func combine(r *Run, n *node, sets []Outcomes) Outcomes {
	combinations := 1
	fails := false
	for _, s := range sets {
		fails = fails || s.Fails
		combinations *= len(s.Values)
		if s.Any || combinations > 10*mostCombinations {
			o := unknown(n)
			o.Fails = fails
			return o
		}
	}
	o := Outcomes{Fails: fails}
	seen := seenValues{}
	pieces := make([]*node, len(sets))
	for c := range combinations {
		for i, s := range sets {
			pieces[i] = constant(s.Values[c%len(s.Values)])
			c /= len(s.Values)
		}
		call := &node{op: n.op, pos: n.pos, text: n.text, fn: n.fn}
		if n.op == opCall {
			call.args = pieces
		} else {
			call.a = pieces[0]
			if len(pieces) > 1 {
				call.b = pieces[1]
			}
		}
		r.err = nil
		v := r.eval(call)
		if r.err != nil {
			o.Fails, r.err = true, nil
			continue
		}
		if seen.add(&o, v); len(o.Values) > mostOutcomes {
			return unknown(n)
		}
	}
	return o
}

// constant is a part that yields the value.
func constant(v Value) *node {
	switch v.kind {
	case Text:
		if v.n == 0 {
			return &node{op: opText, text: v.s}
		}
	case Number:
		return &node{op: opNumber, num: v.n}
	}
	return &node{op: opCall, fn: &function{eval: func(*Run, *node) Value { return v }}}
}

// yesOrNo are functions that yield a yes or no whatever they are given.
var yesOrNo = map[string]bool{
	"true": true, "false": true, "not": true, "boolean": true, "selected": true, "contains": true, "starts-with": true,
	"ends-with": true, "regex": true, "checklist": true, "weighted-checklist": true, "boolean-from-string": true, "geofence": true,
}

// unknown is what a part may yield when nothing is known of it.
func unknown(n *node) Outcomes {
	if n.op >= opOr && n.op <= opAtLeast || n.op == opCall && yesOrNo[n.text] {
		return Outcomes{Values: []Value{BoolOf(true), BoolOf(false)}, Fails: n.op == opCall}
	}
	return Outcomes{Any: true, Fails: true}
}

// seenValues tells values apart, by kind and text.
type seenValues map[string]bool

func (seen seenValues) add(o *Outcomes, v Value) {
	key := string(rune('a'+v.kind)) + v.Text()
	if v.kind == Text && v.n != 0 {
		key = "worked " + key
	}
	if v.kind == Nodes {
		var texts strings.Builder
		texts.WriteString(key)
		for _, n := range v.nodes {
			texts.WriteByte(0)
			texts.WriteString(n.Text)
		}
		key = texts.String()
	}
	if !seen[key] {
		seen[key] = true
		o.Values = append(o.Values, v)
	}
}
