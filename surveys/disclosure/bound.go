package disclosure

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize/convex/lp"
)

// mostProgrammes bounds the linear programmes of one question; beyond it an answer
// counts as pinned.
const mostProgrammes = 20

// bounds keeps a small hidden group from being pinned: what everybody may know of
// it must leave at least two possibilities of how many of it gave an answer.
//
// Whoever reads all figures of a question knows for each answer a sum over the
// cells of each exact group, and that no cell holds less than nobody or more than
// everybody in it. Where the only number that fits is pinned, an exact group of
// fewer than wholeFrom people that says so is shown in bands, and else the smallest
// exact group that does is withheld, until nothing is pinned. What follows from a group of
// wholeFrom people or more, in whom nobody can be told apart, is not held against
// it: of so many it may be known that nobody answered a thing.
//
// Cells that are in the same shown groups can be exchanged: when one person's answer
// can move between the hidden group and its like, both numbers fit. Only where none
// can is a linear programme solved (G. B. Dantzig's simplex, gonum).
type bounds struct {
	g          *guard
	v          *verdict
	grid       *grid
	hidden     []*candidate
	kind       []int    // by cell: cells of a kind are in the same shown groups
	print      []uint64 // by cell: the sum of the marks of the shown groups that it is in
	large      [][]bool // shown groups, and what is left of them, of wholeFrom people or more
	programmes int
}

func (g *guard) bound(v *verdict, grid *grid) {
	b := &bounds{g: g, v: v, grid: grid}
	for _, c := range g.candidates {
		if n := grid.people(c); n > 0 && n < g.least && !c.whole() {
			b.hidden = append(b.hidden, c)
		}
	}
	if len(b.hidden) == 0 {
		return
	}
	for b.classify(); b.mend(); b.classify() {
	}
}

// exact tells whether the counts of a shown group are shown.
func (b *bounds) exact(c *candidate) bool {
	return b.grid.people(c) >= exactFrom && !b.v.banded[c.Group]
}

func (b *bounds) classify() {
	b.kind = make([]int, len(b.g.cells))
	known := map[string]int{}
	for i := range b.g.cells {
		in := make([]byte, len(b.v.shown))
		for n, c := range b.v.shown {
			if c.in[i] {
				in[n] = 1
			}
		}
		k, there := known[string(in)]
		if !there {
			k = len(known)
			known[string(in)] = k
		}
		b.kind[i] = k
	}
	b.print, b.large = make([]uint64, len(b.g.cells)), nil
	for n, c := range b.v.shown {
		for i, in := range c.in {
			if in {
				b.print[i] += mark(n)
			}
		}
	}
	for _, c := range b.v.shown {
		if !b.exact(c) {
			continue
		}
		b.note(c.in)
		for axis := range b.g.breakdowns {
			b.note(b.rest(c, axis))
		}
	}
}

// mark is a number of 64 bits that no sum of a few others equals (splitmix64).
func mark(n int) uint64 {
	z := (uint64(n) + 1) * 0x9e3779b97f4a7c15 //nolint:gosec // n is an index
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// rest is what is left of an exact group without the exact groups in it that one
// breakdown splits it into.
func (b *bounds) rest(whole *candidate, axis int) []bool {
	left := slices.Clone(whole.in)
	for _, c := range b.v.shown {
		within := c != whole && b.exact(c) && c.level() > 0 && c.level() <= whole.level()+1 &&
			slices.ContainsFunc(c.terms, func(t term) bool { return t.axis == axis })
		for i := 0; within && i < len(left); i++ {
			within = !c.in[i] || left[i] || b.grid.base[i] == 0
		}
		for i := 0; within && i < len(left); i++ {
			left[i] = left[i] && !c.in[i]
		}
	}
	return left
}

func (b *bounds) note(in []bool) {
	n := 0
	for i, there := range in {
		if there {
			n += b.grid.base[i]
		}
	}
	if n >= wholeFrom {
		b.large = append(b.large, in)
	}
}

// told are the cells of which it may be known that nobody, or everybody, gave an
// answer: those of a large group that did so as a whole.
func (b *bounds) told(option int) []bool {
	told := make([]bool, len(b.kind))
	for _, in := range b.large {
		n, x := 0, 0
		for i, there := range in {
			if there {
				n, x = n+b.grid.base[i], x+b.grid.options[i][option]
			}
		}
		if x == 0 || x == n {
			for i, there := range in {
				told[i] = told[i] || there
			}
		}
	}
	return told
}

// mend takes one figure back when something is pinned that it can free.
func (b *bounds) mend() bool {
	for o := range b.grid.names {
		told := b.told(o)
		for _, s := range b.hidden {
			if b.pinned(s, o, told) && b.takeBack(s, o) {
				return true
			}
		}
	}
	return false
}

// takeBack shows the smallest exact group in bands that by itself frees a hidden
// group, where it is small, and else withholds the smallest that does. Where none
// does by itself, small groups around the hidden one go first. False when there is
// nothing to take back.
func (b *bounds) takeBack(s *candidate, option int) bool {
	var exact []*candidate
	for _, c := range b.v.shown {
		if b.exact(c) {
			exact = append(exact, c)
		}
	}
	slices.SortStableFunc(exact, func(x, y *candidate) int { return b.grid.people(x) - b.grid.people(y) })
	all := b.v.shown
	for _, c := range exact {
		if !b.touches(c, s) {
			continue
		}
		undo := b.without(c)
		if undo == nil {
			continue
		}
		b.classify()
		if !b.pinned(s, option, b.told(option)) {
			return true
		}
		undo()
		b.v.shown = all
	}
	b.classify()
	for _, c := range exact {
		if b.grid.people(c) < wholeFrom && b.touches(c, s) && b.without(c) != nil {
			return true
		}
	}
	return false
}

// without takes a figure back: in bands where it is small. A larger one is withheld
// where it is what leaves a small rest of its breakdown. Nil for any other.
func (b *bounds) without(c *candidate) (undo func()) {
	switch {
	case b.grid.people(c) < wholeFrom:
		b.v.banded[c.Group] = true
		return func() { delete(b.v.banded, c.Group) }
	case c.level() == 1 && b.leftover(c.terms[0].axis) < wholeFrom:
		b.v.shown = slices.DeleteFunc(slices.Clone(b.v.shown), func(one *candidate) bool { return one == c })
		b.v.reason[c.Group] = Withheld
		return func() { delete(b.v.reason, c.Group) }
	}
	return nil
}

// leftover is how many people are left of everybody without the exact groups of a
// breakdown.
func (b *bounds) leftover(axis int) int {
	n := 0
	for i, in := range b.rest(b.g.candidates[0], axis) {
		if in {
			n += b.grid.base[i]
		}
	}
	return n
}

// touches tells whether the figure of a group may say something of a hidden one: it
// counts some of it, or is split by the same breakdown.
func (b *bounds) touches(c, s *candidate) bool {
	for i := range c.in {
		if c.in[i] && s.in[i] && b.grid.base[i] > 0 {
			return true
		}
	}
	return slices.ContainsFunc(c.terms, func(t term) bool {
		return slices.ContainsFunc(s.terms, func(o term) bool { return o.axis == t.axis })
	})
}

// pinned tells whether it is known exactly how many of a hidden group gave an answer.
func (b *bounds) pinned(s *candidate, option int, told []bool) bool {
	grid, given := b.grid, b.grid.gave(s, option)
	if given == 0 && b.merged(s) {
		return false // its merged group was declared as one: that nobody in it gave an answer may be known
	}
	free := false
	for i, in := range s.in {
		if !in || grid.base[i] == 0 || told[i] {
			continue
		}
		free = true
		if b.exchanges(s, i, option) {
			return false
		}
	}
	if !free {
		return false
	}
	if b.programmes += 2; b.programmes > mostProgrammes {
		return true
	}
	low, ok := b.extreme(s, option, 1)
	high, also := b.extreme(s, option, -1)
	return !ok || !also || math.Ceil(low-1e-6) >= math.Floor(high+1e-6)
}

// exchanges tells whether one person's answer can come into, or go out of, a cell of
// a hidden group while every figure stays as it is: against a cell in the same shown
// groups, or around a rectangle of four, as two cells of one row and two of another.
func (b *bounds) exchanges(s *candidate, i, option int) bool {
	may := func(j int, gain bool) bool {
		x := b.grid.options[j][option]
		return gain && x < b.grid.base[j] || !gain && x > 0
	}
	outside := func(j int) bool { return !s.in[j] && b.grid.base[j] > 0 }
	for _, gain := range []bool{true, false} {
		if !may(i, gain) {
			continue
		}
		var other, like []int
		for j := range s.in {
			if outside(j) && may(j, !gain) {
				if b.print[j] == b.print[i] {
					return true
				}
				other = append(other, j)
			}
			if outside(j) && may(j, gain) {
				like = append(like, j)
			}
		}
		at := map[uint64]int{}
		for _, j := range other {
			at[b.print[j]] = j
		}
		for _, j := range other {
			for _, p := range like {
				if q, there := at[b.print[i]+b.print[p]-b.print[j]]; there && q != j && p != j && p != q {
					return true
				}
			}
		}
	}
	return false
}

// merged tells whether a group is part of a merged group that is shown.
func (b *bounds) merged(s *candidate) bool {
	if s.level() != 1 {
		return false
	}
	for _, v := range b.g.breakdowns[s.terms[0].axis].Values {
		if v.Name == s.Value && v.Merged != "" {
			return slices.ContainsFunc(b.v.shown, func(c *candidate) bool { return c.Group == Group{Breakdown: s.Breakdown, Value: v.Merged} })
		}
	}
	return false
}

// extreme is the least number of a hidden group that may have given an answer, or
// with sign −1 the most. False when the programme could not be solved.
func (b *bounds) extreme(s *candidate, option int, sign float64) (float64, bool) {
	// A variable for the cells of a kind in the group, and one for those outside it.
	type place struct {
		kind int
		in   bool
	}
	at := map[place]int{}
	var most, mine []float64
	var first []int
	for i := range b.g.cells {
		if b.grid.base[i] == 0 {
			continue
		}
		p := place{b.kind[i], s.in[i]}
		n, there := at[p]
		if !there {
			n = len(most)
			at[p] = n
			most, mine, first = append(most, 0), append(mine, 0), append(first, i)
			if s.in[i] {
				mine[n] = sign
			}
		}
		most[n] += float64(b.grid.base[i])
	}
	rows := [][]float64{}
	for _, c := range b.v.shown {
		if !b.exact(c) {
			continue
		}
		row := make([]float64, len(most)+1)
		for n, i := range first {
			if c.in[i] {
				row[n] = 1
			}
		}
		row[len(most)] = float64(b.grid.gave(c, option))
		rows = append(rows, row)
	}
	rows = independent(rows)
	variables := len(most)
	height := len(rows) + variables
	a, right := mat.NewDense(height, 2*variables, nil), make([]float64, height)
	for n, row := range rows {
		for j := range variables {
			a.Set(n, j, row[j])
		}
		right[n] = row[variables]
	}
	for j := range variables { // x + slack = most
		a.Set(len(rows)+j, j, 1)
		a.Set(len(rows)+j, variables+j, 1)
		right[len(rows)+j] = most[j]
	}
	best, _, err := lp.Simplex(append(mine, make([]float64, variables)...), a, right, 1e-9, nil)
	return best * sign, err == nil
}

// independent leaves out the rows that follow from others: the simplex wants none.
func independent(rows [][]float64) [][]float64 {
	var kept, reduced [][]float64
	for _, row := range rows {
		v := slices.Clone(row)
		for _, r := range reduced {
			p := slices.IndexFunc(r, func(x float64) bool { return x != 0 })
			if f := v[p]; f != 0 {
				for j := range v {
					if v[j] -= f * r[j]; math.Abs(v[j]) < 1e-9 {
						v[j] = 0
					}
				}
			}
		}
		p := slices.IndexFunc(v[:len(v)-1], func(x float64) bool { return x != 0 })
		if p < 0 {
			continue
		}
		f := v[p]
		for j := range v {
			v[j] /= f
		}
		kept, reduced = append(kept, row), append(reduced, v)
	}
	return kept
}
