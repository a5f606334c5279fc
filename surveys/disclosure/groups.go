package disclosure

import (
	"slices"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/results"
)

// candidate is a group of which figures may be shown.
type candidate struct {
	Group
	Label  surveys.Text
	axis   int      // index of the breakdown; -1 for everybody
	values []string // nil for all values
}

// holds tells whether the people of a cell are in the group.
func (c *candidate) holds(cell results.Cell) bool {
	switch {
	case c.axis < 0:
		return true
	case c.values == nil:
		return cell[c.axis] != ""
	default:
		return slices.Contains(c.values, cell[c.axis])
	}
}

// everybody is the group of all who answered; known those whose value of a
// breakdown is known.
func everybody() *candidate { return &candidate{axis: -1} }

func known(axis int, breakdown string) *candidate {
	return &candidate{Group: Group{Breakdown: breakdown}, axis: axis}
}

// breakdownsOf are the declared breakdowns of a survey with their groups: the
// choices that are no missing answer, and the merged groups before what they merge.
// A merged group that overlaps an earlier one is left out.
func breakdownsOf(s *surveys.Survey, questions []results.Question) []Breakdown {
	var all []Breakdown
	for _, name := range s.Breakdowns {
		b := Breakdown{Name: name, Label: surveys.Text{NL: name, EN: name}}
		mergedIn := map[string]string{}
		for _, m := range s.Merged {
			if m.Breakdown != name || slices.ContainsFunc(m.Values, func(v string) bool { return mergedIn[v] != "" }) {
				continue
			}
			for _, v := range m.Values {
				mergedIn[v] = m.Name
			}
			b.Values = append(b.Values, Value{Name: m.Name, Label: m.Label, Of: m.Values})
		}
		at := slices.IndexFunc(questions, func(q results.Question) bool { return q.Name == name })
		if at >= 0 {
			if !questions[at].Label.Empty() {
				b.Label = questions[at].Label
			}
			for _, o := range questions[at].Options {
				if o.Missing == "" {
					b.Values = append(b.Values, Value{Name: o.Name, Label: o.Label, Merged: mergedIn[o.Name]})
				}
			}
		}
		all = append(all, b)
	}
	return all
}

// candidatesOf are all groups that might be shown, beside everybody.
func candidatesOf(breakdowns []Breakdown) []*candidate {
	var all []*candidate
	for axis, b := range breakdowns {
		all = append(all, known(axis, b.Name))
		for _, v := range b.Values {
			c := &candidate{Group: Group{b.Name, v.Name}, Label: v.Label, axis: axis, values: v.Of}
			if c.values == nil {
				c.values = []string{v.Name}
			}
			all = append(all, c)
		}
	}
	return all
}
