package disclosure

import (
	"slices"

	"weerklank.nl/weerklank/surveys/results"
)

// unit is the people of a cell who came in with one release and are still there:
// every figure, now and before, counts all of them or nobody.
type unit struct {
	cell, from int
	people     int
	gave       []int // by answer
}

// sum is a figure as a set of units.
type sum []bool

// bandedSum is a figure that is shown in bands: of each of its answers, or of a few
// together, the number lies between two limits.
type bandedSum struct {
	in   sum
	base int
	gave []int // by answer; it may count people who are in no unit, since they are there no more
}

// divide finds the units. Where nothing was shown before they are the cells.
func (b *bounds) divide() {
	options := len(b.q.now.option)
	if b.q.past == nil {
		for i, n := range b.grid.base {
			if n > 0 {
				b.units = append(b.units, unit{i, b.g.number, n, b.grid.options[i][:options]})
			}
		}
		return
	}
	counted := &track{Cells: b.v.cells}
	by := byPart(b.g.table, b.q.index, b.q.edges, b.g.parts)
	for i, c := range b.g.table.Cells() {
		key, at := c.Key(), map[int]int{}
		cell, _ := slices.BinarySearch(b.g.cells, key)
		for n, first := range b.g.parts.firsts {
			part := &by[i*len(b.g.parts.firsts)+n]
			from := counted.atomOf(key, first)
			if part.Base == 0 || from == 0 { // nobody, or it waits
				continue
			}
			u, there := at[from]
			if !there {
				u = len(b.units)
				at[from] = u
				b.units = append(b.units, unit{cell: cell, from: from, gave: make([]int, options)})
			}
			b.units[u].people += part.Base
			for o := range min(options, len(part.Options)) {
				b.units[u].gave[o] += part.Options[o]
			}
		}
	}
	b.addWithdrawn()
}

// addWithdrawn counts people who withdrew and are still counted, since that waits.
// Where the cell holds those of one release only, what they answered is what is left
// of its count.
func (b *bounds) addWithdrawn() {
	for i, key := range b.g.cells {
		c := b.v.cells[key]
		if c == nil {
			continue
		}
		var live []atom
		for _, a := range c.Atoms {
			if a.Until == 0 && a.People > 0 {
				live = append(live, a)
			}
		}
		if len(live) != 1 {
			continue
		}
		whole := unit{i, live[0].From, c.Tally.Base, b.grid.options[i][:len(b.q.now.option)]}
		if n := slices.IndexFunc(b.units, func(u unit) bool { return u.cell == i }); n >= 0 {
			b.units[n] = whole
		} else {
			b.units = append(b.units, whole)
		}
	}
}

// hide lists the small groups, as they are counted now and as they were at each
// earlier release.
func (b *bounds) hide() {
	known := map[string]bool{}
	for _, release := range b.releases() {
		for _, c := range b.g.candidates {
			if n := b.peopleAt(c, release); n == 0 || n >= b.g.least || c.whole() {
				continue
			}
			in, key := b.countedIn(c, release)
			if !known[key] {
				known[key] = true
				b.hidden = append(b.hidden, hiddenSet{c, in})
			}
		}
	}
}

// countedIn are the units that a group's figure counted at a release.
func (b *bounds) countedIn(c *candidate, release int) (in sum, key string) {
	in, bits := make(sum, len(b.units)), make([]byte, len(b.units))
	for i, u := range b.units {
		if c.in[u.cell] && u.from <= release {
			in[i], bits[i] = true, 1
		}
	}
	return in, string(bits)
}

// recall finds what was shown at earlier releases, exactly and in bands.
func (b *bounds) recall() {
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
				b.bandedBefore = append(b.bandedBefore, one)
				b.known[key] = max(b.known[key], inBands)
			} else if b.known[key] != exactly {
				b.known[key] = exactly
				b.before = append(b.before, in)
			}
		}
	}
}

// look finds what is known with the groups that are shown now.
func (b *bounds) look() {
	b.exacts, b.banded, b.large = slices.Clone(b.before), slices.Clone(b.bandedBefore), slices.Clone(b.largeBefore)
	for _, c := range b.v.shown {
		in, _ := b.countedIn(c, b.g.number)
		if b.exact(c) {
			b.exacts = append(b.exacts, in)
			b.noteNow(c)
			continue
		}
		one := bandedSum{in, b.grid.people(c), make([]int, len(b.q.now.option))}
		for o := range one.gave {
			one.gave[o] = b.grid.gave(c, o)
		}
		b.banded = append(b.banded, one)
	}
	b.print = make([]uint64, len(b.units))
	for n, in := range b.exacts {
		for i, there := range in {
			if there {
				b.print[i] += mark(n)
			}
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

// count is how many people of the units gave one of some answers.
func (b *bounds) count(in sum, options ...int) int {
	n := 0
	for i, there := range in {
		for _, o := range options {
			if there {
				n += b.units[i].gave[o]
			}
		}
	}
	return n
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
