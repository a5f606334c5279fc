package questionnaire

import (
	"slices"

	"weerklank.nl/weerklank/surveys/questionnaire/expression"
)

// Again is what Evaluate gives for other answers of the same sitting at the same
// moment, worked out from this state: only what follows from an answer that changed
// is done anew. The state itself stays as it is; the new one is seen from outside
// the repeats. In a form with repeats all of it is worked out, because an answer may
// change which instances there are.
func (s *State) Again(a Answers) *State {
	was, f := s.evaluation, s.form
	if len(f.repeats) > 0 {
		return f.Evaluate(a, Env{Now: was.run.Now, Seed: was.seed})
	}
	n := len(f.units)
	texts, flags := make([]string, 2*n), make([]bool, 2*n)
	e := &evaluation{form: f, given: a, seed: was.seed, typed: texts[n:]}
	e.root = instance{repeat: -1, values: texts[:n:n], relevant: flags[:n:n]}
	e.at = &e.root
	e.run = expression.Run{Source: (*answersOf)(e), Now: was.run.Now, Seed: was.run.Seed, Version: was.run.Version}
	copy(e.root.values, was.root.values)
	copy(e.root.relevant, was.root.relevant)
	e.read(a)
	anew := flags[n:]
	for slot, text := range e.typed {
		if text != was.typed[slot] {
			f.mark(slot, anew)
		}
	}
	for _, slot := range f.wandering {
		f.mark(slot, anew)
	}
	for slot, is := range anew {
		if is { // as it is before anything is worked out
			e.root.values[slot], e.root.relevant[slot] = e.typed[slot], false
		}
	}
	for _, slot := range f.order {
		if anew[slot] {
			e.workOut(&e.root, slot)
		}
	}
	return &State{e, &e.root}
}

// mark marks a slot, and all that follows from it.
func (f *Form) mark(slot int, marked []bool) {
	if marked[slot] {
		return
	}
	marked[slot] = true
	for _, follows := range f.follows[slot] {
		f.mark(int(follows), marked)
	}
}

// follow notes for every slot what follows from it, and which slots may follow from
// anything: an expression that walks from place to place names not all that it reads.
func (f *Form) follow() {
	f.follows = make([][]int32, len(f.units))
	for slot, u := range f.units {
		on := slices.Clone(u.trigger)
		if u.parent >= 0 {
			on = append(on, u.parent)
		}
		if u.choice >= 0 {
			on = append(on, u.choice)
		}
		wanders := false
		for _, x := range []*expression.Expr{u.relevant, u.calculation, u.preset, u.count, u.lock} {
			if x == nil {
				continue
			}
			wanders = wanders || x.Wanders()
			for _, ref := range x.Refs() {
				on = append(on, ref.Slot)
			}
		}
		if wanders {
			f.wandering = append(f.wandering, slot)
		}
		slices.Sort(on)
		for _, o := range slices.Compact(on) {
			f.follows[o] = append(f.follows[o], int32(slot)) //nolint:gosec // a form has far fewer
		}
	}
}
