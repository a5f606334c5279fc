package disclosure

import (
	"slices"

	"weerklank.nl/weerklank/surveys/results"
)

// unit is an atom of the question: every figure, now and before, counts all of its
// people or nobody. What those answered who are there no more is what everybody can
// make of it: any numbers that fit all that was shown (bound_gone.go).
type unit struct {
	cell, from, until int   // until is 0 while they are counted
	all               int   // people
	people            int   // of them those whose answers are known, or stood in for
	gave              []int // by answer
}

// at tells whether a unit was counted at a release.
func (u unit) at(release int) bool { return atom{From: u.from, Until: u.until}.at(release) }

// sum is a figure as a set of units.
type sum []bool

// bandedSum is a figure that is shown in bands: of each of its answers, or of a few
// together, the number lies between two limits.
type bandedSum struct {
	in   sum
	base int
	gave []int // by answer; it may count people who are in no unit, since they are there no more
}

// same tells whether two figures in bands say the same.
func (one *bandedSum) same(o bandedSum) bool {
	return one.base == o.base && slices.Equal(one.in, o.in) && slices.Equal(one.gave, o.gave)
}

// divide finds the units. Where nothing was shown before they are the cells, those that no
// group tells apart together: a mark on some changes nothing then.
func (b *bounds) divide() {
	options := len(b.q.now.option)
	if b.q.past == nil {
		of := map[int]int{} // by class
		for i, n := range b.grid.base {
			if n == 0 {
				continue
			}
			at, there := of[b.g.class[i]]
			if !there {
				at = len(b.units)
				of[b.g.class[i]] = at
				b.units = append(b.units, unit{cell: i, from: b.g.number, gave: make([]int, options)})
			}
			u := &b.units[at]
			u.all, u.people = u.all+n, u.people+n
			for o := range options {
				u.gave[o] += b.grid.options[i][o]
			}
		}
		return
	}
	type place struct{ cell, from int }
	counted, at := &track{Cells: b.v.cells}, map[place]int{}
	for i, key := range b.g.cells {
		c := b.v.cells[key]
		if c == nil {
			continue
		}
		for _, a := range c.Atoms {
			if a.People == 0 || a.Until != 0 && !b.g.rules.memory {
				continue
			}
			if a.Until == 0 {
				at[place{i, a.From}] = len(b.units)
			}
			b.units = append(b.units, unit{cell: i, from: a.From, until: a.Until, all: a.People, gave: make([]int, options)})
		}
	}
	by := byPart(b.g.table, b.q.index, b.q.edges, b.g.parts)
	for i, c := range b.g.table.Cells() {
		key := c.Key()
		cell, _ := slices.BinarySearch(b.g.cells, key)
		for n, first := range b.g.parts.firsts {
			part := &by[i*len(b.g.parts.firsts)+n]
			from := counted.atomOf(key, first)
			if part.Base == 0 || from == 0 { // nobody, or it waits
				continue
			}
			u := &b.units[at[place{cell, from}]]
			u.people += part.Base
			for o := range min(options, len(part.Options)) {
				u.gave[o] += part.Options[o]
			}
		}
	}
	b.standIn()
}

// countedIn are the units that a group's figure counted at a release.
func (b *bounds) countedIn(c *candidate, release int) (in sum, key string) {
	in, bits := make(sum, len(b.units)), make([]byte, len(b.units))
	for i, u := range b.units {
		if c.in[u.cell] && u.at(release) {
			in[i], bits[i] = true, 1
		}
	}
	return in, string(bits)
}

// recall finds what was shown at earlier releases, exactly and in bands.
func (b *bounds) recall() {
	b.printBefore = make([]uint64, len(b.units))
	if b.q.past == nil || !b.g.rules.memory {
		return
	}
	for i := range b.q.past.Rows {
		row := &b.q.past.Rows[i]
		for _, group := range row.Groups {
			c := b.g.find(group)
			if c == nil {
				continue
			}
			in, key := b.countedIn(c, row.Release)
			if at := slices.IndexFunc(row.Banded, func(one shownBand) bool { return one.Group == group }); at >= 0 {
				one := bandedSum{in, row.Banded[at].Base, make([]int, len(b.q.now.option))}
				for o, name := range b.q.now.option {
					one.gave[o] = row.Banded[at].Gave[name]
				}
				if !slices.ContainsFunc(b.bandedBefore, one.same) {
					b.bandedBefore = append(b.bandedBefore, one)
				}
				b.known[key] = max(b.known[key], inBands)
			} else if b.known[key] != exactly {
				b.known[key] = exactly
				for u, there := range in {
					if there {
						b.printBefore[u] += mark(len(b.before))
					}
				}
				b.before = append(b.before, in)
			}
		}
	}
}

// look finds what is known with the groups that are shown now.
func (b *bounds) look() {
	b.exacts, b.banded, b.large = slices.Clone(b.before), slices.Clone(b.bandedBefore), slices.Clone(b.largeBefore)
	shown := make(map[*candidate]bool, len(b.v.shown))
	for _, c := range b.v.shown {
		shown[c] = true
	}
	b.print = slices.Clone(b.printBefore)
	for _, c := range b.v.shown {
		f := b.figure(c)
		if !b.exact(c) {
			if one := (bandedSum{f.in, f.base, f.gave}); !slices.ContainsFunc(b.bandedBefore, one.same) {
				b.banded = append(b.banded, one)
			}
			continue
		}
		b.exacts = append(b.exacts, f.in)
		for _, i := range f.units {
			b.print[i] += mark(len(b.before) + c.order)
		}
		b.noteNow(c, shown)
	}
}

// mark is a number of 64 bits that no sum of a few others equals (splitmix64).
func mark(n int) uint64 {
	z := (uint64(n) + 1) * 0x9e3779b97f4a7c15 //nolint:gosec // n is an index
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// of is the number that a band is about.
func (one *bandedSum) of(part []int) int {
	n := 0
	for _, o := range part {
		n += one.gave[o]
	}
	return n
}

// answers are those that count people in the base, and how bands take them together.
func (b *bounds) answers(words []results.Option) {
	var cells []cell
	for o := range b.q.now.option {
		if o < len(words) && words[o].Missing != "" {
			continue
		}
		b.options = append(b.options, o)
		b.parts = append(b.parts, []int{o})
		if o < len(words) {
			cells = append(cells, cell{Score: words[o].Score})
		}
	}
	if isScale(cells) && len(b.options) == 5 {
		o := b.options
		b.parts = [][]int{{o[0], o[1]}, {o[2]}, {o[3], o[4]}}
	}
}

// limits are the least and the most people who may have given an answer of whom a
// band is shown.
func limits(count, base int) (least, most int) {
	low, high := band(count, base)
	same := func(n int) bool {
		l, h := band(n, base)
		return l == low && h == high
	}
	for least = count; least > 0 && same(least-1); least-- {
	}
	for most = count; most < base && same(most+1); most++ {
	}
	return least, most
}
