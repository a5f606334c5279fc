package expression

import "math"

// eval works out one node of the tree. The first mistake is kept in r.err and
// everything after it is the empty text.
func (r *Run) eval(n *node) Value {
	switch n.op {
	case opText:
		return Value{s: n.text}
	case opNumber:
		return Value{kind: Number, n: n.num}
	case opRef:
		if n.worked {
			return workedOut(r.Source.Value(n.slot))
		}
		return Value{s: r.Source.Value(n.slot)}
	case opSelf:
		if r.node != nil && n.text != "current" {
			return Value{s: r.node.Text}
		}
		return Value{s: r.Source.Self()}
	case opColumn:
		return r.column(n)
	case opCall:
		if n.bad != nil {
			return r.fail(n.bad)
		}
		if r.err != nil {
			return Value{}
		}
		return n.fn.eval(r, n)
	case opOr:
		return BoolOf(r.eval(n.a).Bool() || r.eval(n.b).Bool())
	case opAnd:
		return BoolOf(r.eval(n.a).Bool() && r.eval(n.b).Bool())
	case opEqual, opUnequal, opLess, opAtMost, opMore, opAtLeast:
		return BoolOf(compare(n.op, r.eval(n.a), r.eval(n.b), r.zone()))
	case opAdd, opSubtract, opMultiply, opDivide, opModulo:
		return NumberOf(arithmetic(n.op, r.eval(n.a).numberIn(r.zone()), r.eval(n.b).numberIn(r.zone())))
	case opNegate:
		return NumberOf(-r.eval(n.a).numberIn(r.zone()))
	case opUnion:
		return nodesOf(append(append([]*Node(nil), r.nodes(n.a)...), r.nodes(n.b)...))
	case opFilter, opStep:
		return nodesOf(r.nodes(n))
	default: // opUp: a parent has no text of its own
		return Value{}
	}
}

func arithmetic(op op, a, b float64) float64 {
	switch op {
	case opAdd:
		return a + b
	case opSubtract:
		return a - b
	case opMultiply:
		return a * b
	case opDivide:
		return a / b
	default:
		return math.Mod(a, b) // as in XPath, the sign is the dividend's
	}
}

func (r *Run) fail(e *Error) Value {
	if r.err == nil {
		r.err = e
	}
	return Value{}
}

func (r *Run) column(n *node) Value {
	if r.node != nil {
		if c := r.node.Child(n.text); c != nil {
			return Value{s: c.Text}
		}
	}
	return Value{}
}

// nodes are the places that a node of the tree stands for. A question is asked
// for all its places; what is no path stands for none.
func (r *Run) nodes(n *node) []*Node {
	switch n.op {
	case opRef:
		return r.Source.Nodes(n.slot)
	case opColumn:
		if r.node == nil {
			return nil
		}
		var found []*Node
		for _, c := range r.node.Children {
			if c.Name == n.text {
				found = append(found, c)
			}
		}
		return found
	case opSelf:
		if r.node != nil && n.text != "current" {
			return []*Node{r.node}
		}
		return []*Node{{Text: r.Source.Self()}}
	case opFilter:
		return r.filter(r.nodes(n.a), n.b)
	case opStep:
		return steps(r.nodes(n.a), n.text)
	case opUnion:
		return r.eval(n).nodes
	case opCall:
		return r.eval(n).nodes
	}
	return nil
}

// filter keeps the nodes for which the predicate holds; a number is a position.
func (r *Run) filter(from []*Node, predicate *node) []*Node {
	node, pos, size := r.node, r.pos, r.size
	var kept []*Node
	for i, n := range from {
		r.node, r.pos, r.size = n, i+1, len(from)
		v := r.eval(predicate)
		if v.kind == Number && v.n == float64(i+1) || v.kind != Number && v.Bool() {
			kept = append(kept, n)
		}
		if r.err != nil {
			break
		}
	}
	r.node, r.pos, r.size = node, pos, size
	return kept
}

func steps(from []*Node, name string) []*Node {
	var found []*Node
	for _, n := range from {
		if name == ".." {
			if n.Parent != nil && (len(found) == 0 || found[len(found)-1] != n.Parent) {
				found = append(found, n.Parent)
			}
			continue
		}
		for _, c := range n.Children {
			if name == "*" || c.Name == name {
				found = append(found, c)
			}
		}
	}
	return found
}
