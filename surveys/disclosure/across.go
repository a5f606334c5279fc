package disclosure

import (
	"maps"
	"slices"
)

// The base of a question is a count of people like any other: of those who took
// part in the groups in which it was asked. So all bases of all questions are held
// against each other, over the people who took part. A question that is asked of
// one group only shows, in the figure of everybody, how many are in that group.
//
// That somebody who was asked gave no answer is an answer. Where fewer than the
// smallest group gave none, the base is held to say how many were asked, which is the
// most that it can say. Where more gave none it says nothing about a small group:
// the group may be any part of the difference. That a few people in a group were not asked is one as well, as long
// as they are not the whole of a group that the survey may be split by.

// unaskedBy are the values of the breakdowns on which a question depends of whom it
// was asked of nobody.
func (g *guard) unaskedBy(q *inquiry) []Group {
	if q.index < 0 {
		return nil
	}
	var unasked []Group
	for axis, b := range g.breakdowns {
		if !slices.Contains(g.table.Questions()[q.index].AskedBy, b.Name) {
			continue
		}
		people, asked := map[string]int{}, map[string]int{}
		for i, key := range g.cells {
			c := q.now.cells[key]
			if c == nil {
				continue
			}
			value := g.values[i][axis]
			people[value] += c.tally.Base + c.tally.None
			asked[value] += c.tally.Base
			for _, n := range c.tally.Missing {
				people[value] += n
				asked[value] += n
			}
		}
		for _, value := range slices.Sorted(maps.Keys(people)) {
			if people[value] > 0 && asked[value] == 0 {
				unasked = append(unasked, Group{Breakdown: b.Name, Value: value})
			}
		}
	}
	return unasked
}

// cellsOf are the cells of the people of one of the values.
func (g *guard) cellsOf(values []Group) []bool {
	in := make([]bool, len(g.cells))
	for _, v := range values {
		axis := slices.IndexFunc(g.breakdowns, func(b Breakdown) bool { return b.Name == v.Breakdown })
		for i := range g.cells {
			in[i] = in[i] || axis >= 0 && g.values[i][axis] == v.Value
		}
	}
	return in
}

// reachOf is whom a question reaches as its cells are taken.
func (g *guard) reachOf(q *inquiry, v *verdict) *reach {
	r := &reach{unasked: g.cellsOf(q.unasked), upto: make([]int, len(g.cells))}
	for i, key := range g.cells {
		r.upto[i] = v.upto(key, g.number)
		if g.taking != nil {
			r.upto[i] = min(r.upto[i], g.taking.upto(key, g.number))
		}
	}
	return r
}

// reached is whom a question reached at an earlier release.
func (g *guard) reached(row *shownRow) *reach {
	r := &reach{unasked: g.cellsOf(row.Unasked), upto: make([]int, len(g.cells))}
	for i, key := range g.cells {
		r.upto[i] = row.Release
		if n, behind := row.Behind[key]; behind {
			r.upto[i] = n
		}
	}
	return r
}

// recall notes what was shown of a question at earlier releases; nil for what says
// nothing.
func (g *guard) recall(a *audit, past *track, in func(*candidate, *shownRow) func(int) bool) {
	if past == nil {
		return
	}
	last := map[Group]func(int) bool{}
	for i := range past.Rows {
		row := &past.Rows[i]
		for _, group := range row.Groups {
			c := g.find(group)
			if c == nil {
				continue
			}
			if now := in(c, row); now != nil {
				a.remember(now, last[group])
				last[group] = now
			}
		}
	}
}

// gather starts the audit of all counts of people, and notes what every question
// showed before and what is shown of surveys of the same people. Of those a group
// that is small here says that they were not the same people after all.
func (g *guard) gather(people *atoms) {
	var kinds []int
	if !g.apart() {
		kinds = g.kinds(people)
	}
	g.people, g.all = people, newAudit(g.least, people.people(), kinds)
	if !g.rules.across {
		return
	}
	var groups [][]int
	for _, c := range g.candidates {
		if c.whole() {
			continue
		}
		var atoms []int
		for i, one := range people.all {
			if one.Until == 0 && c.in[people.cell[i]] {
				atoms = append(atoms, i)
			}
		}
		groups = append(groups, atoms)
	}
	g.all.protects(groups)
	if g.past != nil && g.rules.memory {
		for _, name := range slices.Sorted(maps.Keys(g.past.Questions)) {
			reached := map[*shownRow]*reach{}
			g.recall(g.all, g.past.Questions[name], func(c *candidate, row *shownRow) func(int) bool {
				if slices.Contains(row.Loose, c.Group) {
					return nil
				}
				if reached[row] == nil {
					reached[row] = g.reached(row)
				}
				return g.people.of(c, reached[row])
			})
		}
	}
	for _, o := range g.others {
		if c, known := g.among(o); known {
			g.all.admit(g.people.in(c, g.number))
		}
	}
}

// loose tells whether so many in a group gave no answer to a question that its base
// says nothing of how many took part.
func (g *guard) loose(c *candidate, r *reach, base int) bool {
	asked, in := 0, g.people.of(c, r)
	for i, one := range g.people.all {
		if in(i) {
			asked += one.People
		}
	}
	return asked-base >= g.least
}
