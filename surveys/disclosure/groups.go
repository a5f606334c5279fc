package disclosure

import (
	"cmp"
	"slices"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/results"
)

// candidate is a group of which figures may be shown.
type candidate struct {
	Group
	Label surveys.Text
	terms []term // none for everybody
	size  int    // people who took part
	in    []bool // by cell of the guard
	at    []int  // the cells that are in it
	order int    // among all that were declared
}

// term is what the people of a group have in common in one breakdown.
type term struct {
	axis   int
	values []string // nil for all values that are known
}

// holds tells whether the people of a cell are in the group.
func (c *candidate) holds(cell results.Cell) bool {
	for _, t := range c.terms {
		if t.values == nil && cell.At(t.axis) == "" || t.values != nil && !slices.Contains(t.values, cell.At(t.axis)) {
			return false
		}
	}
	return true
}

// whole tells whether it is everybody, or everybody whose value is known.
func (c *candidate) whole() bool { return c.Value == "" }

// level is the order of use: everybody, by one breakdown, by two.
func (c *candidate) level() int { return len(c.terms) }

// breakdownsOf are the declared breakdowns of a survey with their groups: the
// choices that are no missing answer, and the merged groups before what they merge.
// A merged group that overlaps an earlier one is left out.
func breakdownsOf(s *surveys.Survey, questions []results.Question) []Breakdown {
	var all []Breakdown
	for _, name := range s.Breakdowns {
		b := Breakdown{Name: name, Label: surveys.Text{NL: name, EN: name}}
		if at := slices.IndexFunc(s.Hierarchies, func(h surveys.Hierarchy) bool { return h.Fine == name }); at >= 0 {
			b.Within = s.Hierarchies[at].Broad
		}
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
	for i := range all {
		lieWithin(&all[i], all, questions)
	}
	return all
}

// lieWithin finds for each value of a breakdown the value of the coarser one within
// which it lies: the one that its choice names in another column. It is asked of the
// questionnaire and not of the answers, since those would tell where nobody is.
func lieWithin(b *Breakdown, all []Breakdown, questions []results.Question) {
	broad := slices.IndexFunc(all, func(o Breakdown) bool { return o.Name == b.Within })
	at := slices.IndexFunc(questions, func(q results.Question) bool { return q.Name == b.Name })
	if b.Within == "" || broad < 0 || at < 0 {
		return
	}
	within := map[string]string{}
	for _, o := range questions[at].Options {
		for column, value := range o.Within {
			known := slices.ContainsFunc(all[broad].Values, func(v Value) bool { return v.Name == value && v.Of == nil })
			if known && (column == b.Within || within[o.Name] == "") {
				within[o.Name] = value
			}
		}
	}
	for i := range b.Values {
		v := &b.Values[i]
		v.In = within[v.Name]
		for n, part := range v.Of {
			if n == 0 {
				v.In = within[part]
			} else if within[part] != v.In {
				v.In = ""
			}
		}
	}
}

// candidatesOf are all groups that might be shown, in the order in which they are
// tried: everybody; then by one breakdown, as they were declared; then by two. How
// many people's value is known at all comes last, for no question is split by it.
func candidatesOf(breakdowns []Breakdown, pairs []surveys.Pair) []*candidate {
	all := []*candidate{{}}
	of := make([][]*candidate, len(breakdowns))
	for axis, b := range breakdowns {
		for _, v := range b.Values {
			values := v.Of
			if values == nil {
				values = []string{v.Name}
			}
			of[axis] = append(of[axis], &candidate{Group: Group{Breakdown: b.Name, Value: v.Name}, Label: v.Label, terms: []term{{axis, values}}})
		}
		all = append(all, of[axis]...)
	}
	axis := func(name string) int {
		return slices.IndexFunc(breakdowns, func(b Breakdown) bool { return b.Name == name })
	}
	for _, p := range pairs {
		first, second := axis(p.First), axis(p.Second)
		if first < 0 || second < 0 {
			continue
		}
		for _, x := range of[first] {
			for _, y := range of[second] {
				all = append(all, &candidate{Group: x.And(y.Group), Label: both(x.Label, y.Label), terms: []term{x.terms[0], y.terms[0]}})
			}
		}
	}
	for axis, b := range breakdowns {
		all = append(all, &candidate{Group: Group{Breakdown: b.Name}, terms: []term{{axis, nil}}})
	}
	for i, c := range all {
		c.order = i
	}
	return all
}

func both(a, b surveys.Text) surveys.Text {
	return surveys.Text{NL: a.NL + ", " + b.NL, EN: a.EN + ", " + b.EN}
}

// inOrder puts the candidates in the order in which they are tried: level by level,
// breakdown by breakdown as they were declared, and there by the number of people
// who took part, so that where a group must be held back it is the smallest of what
// was declared last, and the same one for each question. Of pairs those in which
// nobody is or ever was fall out.
func inOrder(all []*candidate, before map[Group]bool) []*candidate {
	kept := slices.DeleteFunc(all, func(c *candidate) bool { return c.level() == 2 && !before[c.Group] && !slices.Contains(c.in, true) })
	slices.SortStableFunc(kept, func(a, b *candidate) int {
		known := func(c *candidate) int {
			if c.whole() && c.level() > 0 {
				return 1
			}
			return 0
		}
		if d := cmp.Or(known(a)-known(b), a.level()-b.level()); d != 0 {
			return d
		}
		if a.level() == 1 && a.terms[0].axis != b.terms[0].axis {
			return a.terms[0].axis - b.terms[0].axis
		}
		return b.size - a.size
	})
	return kept
}
