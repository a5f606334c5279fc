package expression

import "strings"

func booleanFromString(r *Run, n *node) Value {
	s := r.text(n, 0)
	return BoolOf(s == "true" || s == "1")
}

func ifElse(r *Run, n *node) Value {
	if r.bool(n, 0) {
		return r.value(n, 1)
	}
	return r.value(n, 2)
}

// coalesce is the first argument that is not blank.
func coalesce(r *Run, n *node) Value {
	for i := range n.args {
		v := r.value(n, i)
		if i == len(n.args)-1 || v.Text() != "" {
			return v
		}
	}
	return Value{}
}

// once keeps the answer that is there already, else gives the argument.
func once(r *Run, n *node) Value {
	if s := r.Source.Self(); s != "" {
		return TextOf(s)
	}
	return r.value(n, 0)
}

// checklist tells whether at least so many and at most so many conditions hold; -1
// sets no limit.
func checklist(r *Run, n *node) Value {
	held := 0.0
	for i := 2; i < len(n.args); i++ {
		if r.bool(n, i) {
			held++
		}
	}
	return between(r, n, held)
}

// weightedChecklist adds the weights of the conditions that hold.
func weightedChecklist(r *Run, n *node) Value {
	sum := 0.0
	for i := 2; i+1 < len(n.args); i += 2 {
		if r.bool(n, i) {
			sum += r.number(n, i+1)
		}
	}
	return between(r, n, sum)
}

func between(r *Run, n *node, x float64) Value {
	least, most := r.number(n, 0), r.number(n, 1)
	return BoolOf((least < 0 || x >= least) && (most < 0 || x <= most))
}

// selected tells whether a choice is among the chosen. Nothing is chosen where
// the answer is blank, and a blank choice is chosen only there.
func selected(r *Run, n *node) Value {
	chosen, choice := r.text(n, 0), trim(r.text(n, 1))
	return BoolOf(Selected(chosen, choice))
}

// Selected tells whether the choice is one of the names, parted by spaces.
func Selected(chosen, choice string) bool {
	if choice == "" {
		return trim(chosen) == ""
	}
	for {
		i := strings.Index(chosen, choice)
		if i < 0 {
			return false
		}
		end := i + len(choice)
		if (i == 0 || isSpace(chosen[i-1])) && (end == len(chosen) || isSpace(chosen[end])) {
			return !strings.ContainsAny(choice, xmlSpace)
		}
		chosen = chosen[i+1:]
	}
}

func isSpace(c byte) bool { return strings.IndexByte(xmlSpace, c) >= 0 }

func selectedAt(r *Run, n *node) Value {
	at := r.number(n, 1)
	i := 0.0
	for word := range strings.FieldsSeq(r.text(n, 0)) {
		if i == at {
			return TextOf(word)
		}
		i++
	}
	return Value{}
}

func countWords(s string) int {
	count, inside := 0, false
	for i := 0; i < len(s); i++ {
		if isSpace(s[i]) {
			inside = false
		} else if !inside {
			inside = true
			count++
		}
	}
	return count
}

// prepareChoiceName finds the select that the second argument names, which
// authors write as a text: '${fruit}'.
func prepareChoiceName(p *parser, n *node) *Error {
	arg := n.args[1]
	if arg.op == opRef {
		n.slot = arg.slot
		return nil
	}
	if arg.op != opText {
		return &Error{Pos: arg.pos, Key: "expression.wants_reference_text", Args: map[string]any{"Name": n.text}}
	}
	name := strings.TrimSpace(arg.text)
	name = strings.TrimSuffix(strings.TrimPrefix(name, "${"), "}")
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		name = name[i+1:]
	}
	t := token{kind: tokRef, text: strings.TrimSpace(name), pos: arg.pos}
	ref, bad := p.reference(t, strings.Contains(arg.text, "/"))
	if bad != nil {
		return bad
	}
	n.slot = ref.slot
	if ref.op != opRef {
		n.slot = -1 // a path that leads nowhere
	}
	return nil
}

func choiceName(r *Run, n *node) Value {
	if n.slot < 0 {
		return Value{}
	}
	return TextOf(r.Source.ChoiceLabel(n.slot, r.text(n, 0)))
}
