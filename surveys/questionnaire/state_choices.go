package questionnaire

import (
	"math"
	"strconv"

	"weerklank.nl/weerklank/surveys/questionnaire/expression"
)

// Choices are those that may be chosen now, seen from here: after the choice_filter,
// in the order that was drawn for this sitting where the author asks for that;
// "other" last.
func (s *State) Choices(f *Field) []*Choice {
	u := s.form.units[f.slot]
	in := s.focus(f.slot)
	if in == nil {
		return nil
	}
	kept := f.choices
	if u.filter != nil {
		kept = nil
		for i, ch := range f.choices {
			if i >= len(u.list.rows) || s.passes(u, i) {
				kept = append(kept, ch)
			}
		}
	}
	if !u.shuffled {
		return kept
	}
	kept = append([]*Choice(nil), kept...)
	last := len(kept)
	if last > 0 && f.OrOther && kept[last-1].Name == OtherChoice {
		last--
	}
	expression.Shuffle(s.orderSeed(u), last, func(i, j int) { kept[i], kept[j] = kept[j], kept[i] })
	return kept
}

// orderSeed is the seed of a question's order: the author's, or one of this sitting
// that differs from question to question.
func (s *State) orderSeed(u *unit) uint64 {
	if u.seed != nil {
		if n, err := u.seed.Number(&s.run); err == nil {
			return uint64(int64(n))
		}
	}
	seed := s.seed
	for _, c := range []byte(u.item.Name) {
		seed = (seed ^ uint64(c)) * 0x100000001b3
	}
	return seed
}

// passes tells whether a choice of the unit's list passes its filter; the state is
// turned to the unit.
func (s *State) passes(u *unit, i int) bool {
	ok, err := u.filter.BoolAt(&s.run, u.list.rows[i], i+1, len(u.list.rows))
	return ok && err == nil
}

// Range is what a question of type range goes over.
type Range struct {
	Start, End, Step float64
	labels           *compiledList
}

// Values are the numbers of the range as they are stored, from start to end; nil
// when there are more than most.
func (r Range) Values(most int) []string {
	n := int((r.End-r.Start)/r.Step + 1e-9)
	if n < 0 || n >= most {
		return nil
	}
	values := make([]string, 0, n+1)
	for i := 0; i <= n; i++ {
		values = append(values, tidy(r.Start+float64(i)*r.Step))
	}
	return values
}

// tidy writes a number without the noise of binary fractions.
func tidy(n float64) string {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(n, 'f', 9, 64), 64)
	if err != nil {
		return expression.FormatNumber(n)
	}
	return expression.FormatNumber(rounded)
}

// Label is what the author calls a number of the range, as an item's label; nil
// when it has no name.
func (r Range) Label(value string) Texts {
	if r.labels == nil || r.labels.byName[value] == nil {
		return nil
	}
	return r.labels.byName[value].Label
}

// holds tells whether a stored number lies in the range, on one of its steps.
func (r Range) holds(value string) bool {
	n, err := strconv.ParseFloat(value, 64)
	if err != nil || n < min(r.Start, r.End)-1e-9 || n > max(r.Start, r.End)+1e-9 {
		return false
	}
	steps := (n - r.Start) / r.Step
	return math.Abs(steps-math.Round(steps)) < 1e-6
}

// RangeOf is what the question goes over: from 1 to 10 by 1 unless its parameters
// say otherwise. A step that leads the other way is turned round.
func (f *Form) RangeOf(fl *Field) Range {
	pairs, _, _ := Parameters(fl.Parameters)
	read := func(name string, otherwise float64) float64 {
		if n, err := strconv.ParseFloat(pairs[name], 64); err == nil {
			return n
		}
		return otherwise
	}
	r := Range{Start: read("start", 1), End: read("end", 10), Step: read("step", 1), labels: f.lists[pairs["tick_labelset"]]}
	if r.Step == 0 {
		r.Step = 1
	}
	if (r.End-r.Start)*r.Step < 0 {
		r.Step = -r.Step
	}
	return r
}
