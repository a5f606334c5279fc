package expression

import "math"

// Use is how an expression uses an answer.
type Use uint8

// The uses that are told apart. Of all but Elsewhere it is known which answers
// make a difference.
const (
	Elsewhere Use = iota // in a way that is not followed
	Compared             // with a constant: =, !=, <, <=, >, >=
	Chosen               // selected() with a constant
	Counted              // count-selected() compared with a constant
	Measured             // string-length() compared with a constant
	Matched              // regex() with a constant
	Within               // contains(), starts-with(), ends-with() with a constant
	Filled               // as a yes or no, or compared with ''
)

// Probe is one use of an answer in an expression, with the constant it is held
// against.
type Probe struct {
	Slot   int // or Self
	Use    Use
	Text   string
	Number float64 // NaN when the constant is no number
}

// Probes are all uses of answers, in the order of the text. The run gives the day
// and the lists.
func (a *Analysis) Probes(r *Run) []Probe {
	run := *r
	run.err = nil
	var probes []Probe
	a.probe(&run, a.expr.root, true, &probes)
	return probes
}

// Constants are the values of all parts that read no answer.
func (a *Analysis) Constants(r *Run) []Value {
	run := *r
	var values []Value
	var walk func(n *node)
	walk = func(n *node) {
		if v, ok := a.constant(&run, n); ok {
			values = append(values, v)
			return
		}
		for _, child := range n.children() {
			walk(child)
		}
	}
	walk(a.expr.root)
	return values
}

// constant works out a part that reads no answer and no row.
func (a *Analysis) constant(r *Run, n *node) (Value, bool) {
	if len(a.reads[n]) > 0 || readsRow(n) {
		return Value{}, false
	}
	r.err = nil
	v := r.eval(n)
	ok := r.err == nil
	r.err = nil
	return v, ok
}

func readsRow(n *node) bool {
	if n.op == opColumn || n.op == opUp {
		return true
	}
	for _, child := range n.children() {
		if readsRow(child) {
			return true
		}
	}
	return false
}

// probe notes the uses in a part; condition says that it is read as a yes or no.
func (a *Analysis) probe(r *Run, n *node, condition bool, probes *[]Probe) {
	add := func(slot int, use Use, v Value) {
		*probes = append(*probes, Probe{Slot: slot, Use: use, Text: v.Text(), Number: v.Number()})
	}
	if slot, ok := plain(n); ok {
		if condition {
			add(slot, Filled, Value{})
		} else {
			add(slot, Elsewhere, NumberOf(math.NaN()))
		}
		return
	}
	switch {
	case n.op == opAnd, n.op == opOr:
		a.probe(r, n.a, true, probes)
		a.probe(r, n.b, true, probes)
		return
	case n.op >= opEqual && n.op <= opAtLeast:
		for _, sides := range [][2]*node{{n.a, n.b}, {n.b, n.a}} {
			v, ok := a.constant(r, sides[1])
			if !ok || v.kind == Nodes {
				continue
			}
			if slot, use, ok := subject(sides[0]); ok {
				if use == Compared && v.kind == Text && v.s == "" && n.op <= opUnequal {
					use = Filled
				}
				if use == Compared && v.kind == Boolean {
					use = Filled
				}
				add(slot, use, v)
				return
			}
		}
	case n.op == opCall && (n.text == "not" || n.text == "boolean") && len(n.args) == 1:
		a.probe(r, n.args[0], true, probes)
		return
	case n.op == opCall && n.text == "if" && len(n.args) == 3:
		a.probe(r, n.args[0], true, probes)
		a.probe(r, n.args[1], condition, probes)
		a.probe(r, n.args[2], condition, probes)
		return
	case n.op == opCall && len(n.args) == 2 && useOfCall[n.text] != Elsewhere:
		if slot, ok := plain(n.args[0]); ok {
			if v, ok := a.constant(r, n.args[1]); ok {
				add(slot, useOfCall[n.text], v)
				return
			}
		}
	}
	if n.op == opCall && n.text == "once" || n.op == opCall && len(n.args) == 0 && len(a.reads[n]) > 0 {
		add(Self, Elsewhere, NumberOf(math.NaN()))
	}
	for _, child := range n.children() {
		a.probe(r, child, false, probes)
	}
}

var useOfCall = map[string]Use{
	"selected": Chosen, "regex": Matched, "contains": Within, "starts-with": Within, "ends-with": Within,
}

// plain tells whether a part is an answer and nothing else.
func plain(n *node) (slot int, ok bool) {
	switch n.op {
	case opRef:
		return n.slot, true
	case opSelf:
		return Self, true
	}
	return 0, false
}

// subject is what a comparison with a constant is about.
func subject(n *node) (slot int, use Use, ok bool) {
	if slot, ok := plain(n); ok {
		return slot, Compared, true
	}
	if n.op != opCall || len(n.args) > 1 {
		return 0, 0, false
	}
	if len(n.args) == 0 {
		return Self, Measured, n.text == "string-length"
	}
	slot, ok = plain(n.args[0])
	if !ok {
		return 0, 0, false
	}
	switch n.text {
	case "count-selected":
		return slot, Counted, true
	case "string-length":
		return slot, Measured, true
	case "number":
		return slot, Compared, true
	}
	return 0, 0, false
}
