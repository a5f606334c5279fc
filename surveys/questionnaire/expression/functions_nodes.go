package expression

import (
	"math"
	"strings"
)

func count(r *Run, n *node) Value { return NumberOf(float64(len(r.nodes(n.args[0])))) }

func countNonEmpty(r *Run, n *node) Value {
	filled := 0
	for _, m := range r.nodes(n.args[0]) {
		if m.Text != "" {
			filled++
		}
	}
	return NumberOf(float64(filled))
}

// position is a number from 1: inside a predicate of what it looks at, else of
// the repeat instance.
func position(r *Run, n *node) Value {
	switch {
	case len(n.args) == 0 && r.node != nil:
		return NumberOf(float64(r.pos))
	case len(n.args) == 1 && (n.args[0].op == opRef || n.args[0].op == opUp):
		return NumberOf(float64(r.Source.Position(n.args[0].slot)))
	}
	return NumberOf(float64(r.Source.Position(-1)))
}

// indexedRepeat is a question in a given instance of a repeat, and of the repeats
// inside it when more pairs follow.
func indexedRepeat(r *Run, n *node) Value {
	if len(n.args)%2 == 0 {
		return r.fail(&Error{Pos: n.pos, Key: "expression.arguments_few", Args: map[string]any{"Name": n.text, "Given": len(n.args), "Least": 3, "Most": 7}})
	}
	found := r.everywhere(n.args[0])
	for i := 1; i+1 < len(n.args); i += 2 {
		instances, at := r.everywhere(n.args[i]), r.number(n, i+1)
		if math.IsNaN(at) || at < 1 {
			return Value{}
		}
		found = keepInside(found, instances, int(at))
	}
	return nodesOf(found)
}

// everywhere are all places that an argument stands for, also when the expression
// stands in a repeat itself.
func (r *Run) everywhere(n *node) []*Node {
	if wide, ok := r.Source.(Wide); ok && n.op == opRef {
		return wide.Everywhere(n.slot)
	}
	return r.nodes(n)
}

// keepInside keeps the nodes that lie in the instance of that number; instances
// of several outer instances are numbered in each of them.
func keepInside(nodes, instances []*Node, at int) []*Node {
	var kept []*Node
	for _, n := range nodes {
		for up := n.Parent; up != nil; up = up.Parent {
			number, found := 0, false
			for _, in := range instances {
				if in.Parent == up.Parent {
					number++
				}
				if in == up {
					found = true
					break
				}
			}
			if found && number == at {
				kept = append(kept, n)
			}
			if found {
				break
			}
		}
	}
	return kept
}

func instance(r *Run, n *node) Value {
	name := r.text(n, 0)
	doc := r.Source.Instance(name)
	if doc == nil {
		return r.fail(&Error{Pos: n.args[0].pos, Key: "expression.unknown_instance", Args: map[string]any{"Name": name}})
	}
	return nodesOf([]*Node{doc})
}

// pulldata is the column of the first row of an attached file whose key column
// holds the key; blank when there is no such row.
func pulldata(r *Run, n *node) Value {
	name := strings.TrimSuffix(r.text(n, 0), ".csv")
	doc := r.Source.Instance(name)
	if doc == nil {
		return r.fail(&Error{Pos: n.args[0].pos, Key: "expression.unknown_instance", Args: map[string]any{"Name": name}})
	}
	column, keyColumn, key := r.text(n, 1), r.text(n, 2), r.text(n, 3)
	for _, root := range doc.Children {
		for _, row := range root.Children {
			if c := row.Child(keyColumn); c != nil && c.Text == key {
				if v := row.Child(column); v != nil {
					return TextOf(v.Text)
				}
				return Value{}
			}
		}
	}
	return Value{}
}

// randomize shuffles nodes; the seed, or that of the sitting, makes the order the
// same each time.
func randomize(r *Run, n *node) Value {
	nodes := append([]*Node(nil), r.nodes(n.args[0])...)
	seed := r.Seed
	if len(n.args) == 2 {
		seed = math.Float64bits(r.number(n, 1))
	}
	Shuffle(seed, len(nodes), func(i, j int) { nodes[i], nodes[j] = nodes[j], nodes[i] })
	return nodesOf(nodes)
}

func nodeName(r *Run, n *node) Value {
	if len(n.args) == 1 {
		if n.args[0].op == opRef {
			return TextOf(n.args[0].text)
		}
		if m := r.nodes(n.args[0]); len(m) > 0 {
			return TextOf(m[0].Name)
		}
		return Value{}
	}
	if r.node != nil {
		return TextOf(r.node.Name)
	}
	return Value{}
}
