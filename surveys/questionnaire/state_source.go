package questionnaire

import "weerklank.nl/weerklank/surveys/questionnaire/expression"

// answersOf lets expressions read an evaluation. It is the evaluation under another
// name, so that the methods that expressions need are not those that pages call.
type answersOf evaluation

var _ expression.Source = (*answersOf)(nil)

// Value is the answer in the slot, seen from the instance whose expression is
// evaluated; what is not relevant has none. A group may ask for a hidden value
// inside itself before it is known to be relevant.
func (s *answersOf) Value(slot int) string {
	in := &s.root
	if s.at.repeat >= 0 || s.form.units[slot].home >= 0 {
		if in = s.form.instanceFor(s.at, slot); in == nil {
			return ""
		}
	}
	if in.relevant[slot-in.first] || s.form.units[slot].parent == s.self {
		return in.values[slot-in.first]
	}
	return ""
}

// Self is the answer of the question whose expression is evaluated.
func (s *answersOf) Self() string { return s.at.values[s.self-s.at.first] }

// Nodes are the places of a question or group, seen from the instance whose
// expression is evaluated: where both lie in one repeat, those of this instance.
func (s *answersOf) Nodes(slot int) []*expression.Node {
	return (*evaluation)(s).nodesFrom(s.at, slot)
}

// Everywhere are the places of a question or group in the whole form, as
// indexed-repeat() counts them.
func (s *answersOf) Everywhere(slot int) []*expression.Node {
	return (*evaluation)(s).nodesFrom(&s.root, slot)
}

// nodesFrom are the places of the slot in the instance, or in the nearest one
// around it that the slot lies in too.
func (e *evaluation) nodesFrom(from *instance, slot int) []*expression.Node {
	chain := []int{} // the repeats around the slot, the innermost first
	for home := e.form.units[slot].home; home >= 0; home = e.form.units[home].home {
		chain = append(chain, home)
	}
	depth := len(chain)
	start := &e.root
	for in := from; in.repeat >= 0; in = in.parent {
		for i, home := range chain {
			if in.repeat == home {
				start, depth = in, i
				break
			}
		}
		if start != &e.root {
			break
		}
	}
	if e.root.nodes == nil {
		e.grow(&e.root)
	}
	var found []*expression.Node
	var walk func(in *instance, depth int)
	walk = func(in *instance, depth int) {
		if depth > 0 {
			for _, child := range in.below[chain[depth-1]] {
				walk(child, depth-1)
			}
			return
		}
		if e.form.units[slot].item.Kind == Repeat {
			for _, child := range in.below[slot] {
				found = append(found, child.nodes[0])
			}
		} else if in.relevant[slot-in.first] {
			found = append(found, in.nodes[slot-in.first])
		}
	}
	walk(start, depth)
	return found
}

// grow makes the nodes of an instance and of those inside it. Values that are
// settled later are written into them.
func (e *evaluation) grow(in *instance) {
	in.nodes = make([]*expression.Node, len(in.values))
	var self *expression.Node
	if in.repeat >= 0 {
		u := e.form.units[in.repeat]
		self = &expression.Node{Name: u.item.Name, Parent: e.holder(in.parent, u)}
		in.nodes[0] = self
		if self.Parent != nil {
			self.Parent.Children = append(self.Parent.Children, self)
		}
	}
	for slot := in.first; slot < in.first+len(in.values); slot++ {
		u := e.form.units[slot]
		if u.home != in.repeat {
			continue
		}
		if u.item.Kind == Repeat {
			for _, child := range in.below[slot] {
				e.grow(child)
			}
			continue
		}
		n := &expression.Node{Name: u.item.Name, Parent: e.holder(in, u)}
		if in.relevant[slot-in.first] {
			n.Text = in.values[slot-in.first]
		}
		in.nodes[slot-in.first] = n
		if n.Parent != nil {
			n.Parent.Children = append(n.Parent.Children, n)
		}
	}
}

// holder is the node of the group or instance around a unit; nil at the top.
func (e *evaluation) holder(in *instance, u *unit) *expression.Node {
	switch {
	case u.parent < 0:
		return nil
	case u.parent == in.repeat:
		return in.nodes[0]
	}
	return in.nodes[u.parent-in.first]
}

// Position is the number of the instance of the repeat in the slot, or of the one
// that is so many steps up: where a group is there, of the repeat around it. Outside a
// repeat it is 1.
func (s *answersOf) Position(slot int) int {
	if slot < 0 {
		slot = s.repeatAbove(-slot)
	}
	for in := s.at; in.repeat >= 0; in = in.parent {
		if in.repeat == slot {
			return in.number
		}
	}
	return 1
}

// repeatAbove is the slot of the repeat that is so many steps up from the question
// whose expression is evaluated, or around what is there; -1 for none.
func (s *answersOf) repeatAbove(steps int) int {
	up := s.self
	for ; steps > 0 && up >= 0; steps-- {
		up = s.form.units[up].parent
	}
	for up >= 0 && s.form.units[up].item.Kind != Repeat {
		up = s.form.units[up].parent
	}
	return up
}

// ChoiceLabel is the label of a choice of the select in the slot.
func (s *answersOf) ChoiceLabel(slot int, choice string) string {
	l := s.form.units[slot].list
	if l == nil {
		return ""
	}
	if ch := l.byName[choice]; ch != nil {
		return s.form.Definition.In(ch.Label, s.lang)
	}
	return ""
}

// Instance is the document of a list of choices or of an attached file.
func (s *answersOf) Instance(name string) *expression.Node {
	if l := s.form.lists[name]; l != nil {
		return l.doc
	}
	return nil
}
