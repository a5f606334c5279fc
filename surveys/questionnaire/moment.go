package questionnaire

import (
	"strconv"
	"strings"

	"weerklank.nl/weerklank/surveys/questionnaire/expression"
)

// RecordWithoutMoment is what an anonymous survey stores: the Record, without what
// was worked out from the clock and could tell when the response came in. See
// docs/decisions/metadata.md.
func (s *State) RecordWithoutMoment() Answers {
	a := s.Record()
	if len(s.form.clocked) == 0 {
		return a
	}
	s.each(&s.root, func(in *instance, slot int) {
		u := s.form.units[slot]
		if s.form.clocked[slot] && !coarse(in.values[slot-in.first]) && (u.lock == nil || (&State{s.evaluation, in}).locked(u)) {
			delete(a, in.prefix+u.local)
		}
	})
	return a
}

// coarse tells whether a value that was worked out from the clock says no more than
// an age or a yes does: words without digits, and whole numbers below a thousand.
func coarse(value string) bool {
	if n, err := strconv.Atoi(value); err == nil {
		return n > -1000 && n < 1000
	}
	return !strings.ContainsAny(value, "0123456789")
}

// clock notes which worked out values follow from the clock.
func (f *Form) clock() {
	clocked := map[int]bool{}
	for again := true; again; {
		again = false
		for slot, u := range f.units {
			if clocked[slot] || u.use != worked && !u.readOnly && u.lock == nil && u.use != betrays {
				continue
			}
			is := u.use == betrays
			for _, x := range []*expression.Expr{u.calculation, u.preset} {
				if x == nil {
					continue
				}
				is = is || x.ReadsClock()
				for _, ref := range x.Refs() {
					is = is || clocked[ref.Slot]
				}
			}
			if is {
				clocked[slot], again = true, true
			}
		}
	}
	if len(clocked) > 0 {
		f.clocked = clocked
	}
}
