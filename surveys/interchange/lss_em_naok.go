package interchange

// naokRules are the conditions of questions that a condition looks at without
// .NAOK ("not applicable is OK"), where it would hold for want of an answer: such
// as a != "x". LimeSurvey lets a condition fail when it names a question that is
// not asked, unless the author wrote .NAOK. What is not asked has no answer; so only
// conditions that hold without one need to say it.
func (c *emContext) naokRules(n *emNode) []string {
	var rules []string
	seen := map[*lssQuestion]bool{c.self: true}
	c.holdingEmpty(n, false, func(v *emVar) {
		q := v.question
		if seen[q] {
			return
		}
		seen[q] = true
		inner := &emContext{reader: c.reader, self: q}
		for _, src := range []string{q.group.relevance, q.relevance} {
			if src == "" || src == "1" || src == q.group.relevance && c.self != nil && c.self.group == q.group {
				continue
			}
			if rule, err := inner.condition(src); err == nil && rule != emTrue.s {
				rules = append(rules, rule)
			}
		}
	})
	return rules
}

// holdingEmpty finds the variables without .NAOK for which n, or its opposite,
// holds as long as they are empty.
func (c *emContext) holdingEmpty(n *emNode, opposite bool, found func(*emVar)) {
	tell := func(n *emNode) {
		if n.op != emVariable || isSelf(n.text) {
			return
		}
		if v, attr, err := c.resolve(n); err == nil && attr != "NAOK" && attr != "valueNAOK" {
			found(v)
		}
	}
	switch {
	case n.op == emPrefix && n.text == "!":
		c.holdingEmpty(n.args[0], !opposite, found)
	case n.op == emInfix && (n.text == "&&" || n.text == "||"):
		c.holdingEmpty(n.args[0], opposite, found)
		c.holdingEmpty(n.args[1], opposite, found)
	case n.op == emInfix && (n.text == "==" || n.text == "!="):
		blank := n.args[0].op == emLiteral && n.args[0].text == "" || n.args[1].op == emLiteral && n.args[1].text == ""
		if (n.text == "==") == (blank != opposite) {
			tell(n.args[0])
			tell(n.args[1])
		}
	case n.op == emCall && n.text == "is_empty" && !opposite && len(n.args) == 1:
		tell(n.args[0])
	case n.op == emInfix && opposite:
		tell(n.args[0])
		tell(n.args[1])
	case n.op == emVariable && opposite:
		tell(n)
	}
}
