package questionnaire

import "weerklank.nl/weerklank/surveys/questionnaire/expression"

// answersOf lets expressions read a state. It is the state under another name, so
// that the methods that expressions need are not those that pages call.
type answersOf State

var _ expression.Source = (*answersOf)(nil)

// Value is the answer in the slot; what is not relevant has none. A group may ask
// for a hidden value inside itself before it is known to be relevant.
func (s *answersOf) Value(slot int) string {
	if s.relevant[slot] || s.form.units[slot].parent == s.self {
		return s.values[slot]
	}
	return ""
}

// Self is the answer of the question whose expression is evaluated.
func (s *answersOf) Self() string { return s.values[s.self] }

// Nodes is the one place that a question or group outside repeats is.
func (s *answersOf) Nodes(slot int) []*expression.Node {
	if !s.relevant[slot] {
		return nil
	}
	return []*expression.Node{{Name: s.form.units[slot].item.Name, Text: s.values[slot]}}
}

// Position is 1: there is one instance of everything.
func (s *answersOf) Position(int) int { return 1 }

// ChoiceLabel is the label of a choice of the select in the slot.
func (s *answersOf) ChoiceLabel(slot int, choice string) string {
	l := s.form.lists[s.form.units[slot].item.List]
	if l == nil {
		return ""
	}
	if ch := l.byName[choice]; ch != nil {
		return s.form.Definition.In(ch.Label, s.lang)
	}
	return ""
}

// Instance is the document of a list of choices.
func (s *answersOf) Instance(name string) *expression.Node {
	if l := s.form.lists[name]; l != nil {
		return l.doc
	}
	return nil
}
