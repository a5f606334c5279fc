package expression

// Yields tells whether the expression yields a yes or no, whatever the answers;
// worked tells it of the calculation in a slot.
func (x *Expr) Yields(worked func(slot int) bool) bool { return x.root.yields(worked) }

func (n *node) yields(worked func(slot int) bool) bool {
	switch {
	case n.op == opRef:
		return worked(n.slot)
	case n.op == opCall && n.text == "if" && len(n.args) == 3:
		return n.args[1].yields(worked) && n.args[2].yields(worked)
	case n.op == opCall && n.text == "once" && len(n.args) == 1:
		return n.args[0].yields(worked)
	}
	return n.op >= opOr && n.op <= opAtLeast || n.op == opCall && yesOrNo[n.text]
}

// Settle marks the references to calculations that yield a yes or no. Such an answer
// is stored as the text "true" or "false", and "false" is a text like any other: as a
// condition it would be a yes. It must be called before the expression is shared.
func (x *Expr) Settle(worked func(slot int) bool) { x.root.settle(worked) }

func (n *node) settle(worked func(slot int) bool) {
	n.worked = n.op == opRef && worked(n.slot)
	for _, child := range n.children() {
		child.settle(worked)
	}
}
