package disclosure

import "slices"

// large is a set of wholeFrom people or more that follows from what is shown: a
// shown group, or what is left of it without the groups of one breakdown. Of so many
// it may be known that nobody, or everybody, gave an answer.
type large struct {
	in     []bool // by unit
	people int
	gave   []int // by answer
}

// told are the units of which it may be known that nobody, or everybody, gave an
// answer: those of a large group that did so as a whole.
func (b *bounds) told(option int) []bool {
	told := make([]bool, len(b.units))
	for _, l := range b.large {
		if x := l.gave[option]; x == 0 || x == l.people {
			for i, there := range l.in {
				told[i] = told[i] || there
			}
		}
	}
	return told
}

// figureNow is a group as it is counted now.
type figureNow struct {
	in    sum
	units []int
	cells []int // that somebody is in
	base  int
	gave  []int // by answer
}

func (b *bounds) figure(c *candidate) *figureNow {
	if f := b.figures[c]; f != nil {
		return f
	}
	f := &figureNow{gave: make([]int, len(b.q.now.option)), base: b.grid.people(c)}
	f.in, _ = b.countedIn(c, b.g.number)
	f.units = b.indexes(f.in)
	for _, i := range c.at {
		if b.grid.base[i] > 0 {
			f.cells = append(f.cells, i)
		}
	}
	for o := range f.gave {
		f.gave[o] = b.grid.gave(c, o)
	}
	b.figures[c] = f
	return f
}

// arrange finds of each group that may be shown those that a breakdown splits it into,
// in the order of declaration, merged ones before their parts: what is left without
// them must not grow when one of them is no longer exact and a merged one is.
func (b *bounds) arrange() {
	b.figures, b.within = map[*candidate]*figureNow{}, map[*candidate][][]*candidate{}
	ordered := parted(b.v.shown)
	for _, whole := range ordered {
		b.figure(whole)
		of := make([][]*candidate, len(b.g.breakdowns))
		for axis := range of {
			for _, c := range ordered {
				if partOf(c, whole, axis) && !slices.ContainsFunc(b.figure(c).cells, func(i int) bool { return !whole.in[i] }) {
					of[axis] = append(of[axis], c)
				}
			}
		}
		b.within[whole] = of
	}
}

// noteNow notes an exact group, and what is left of it without the exact groups that
// one breakdown splits it into.
func (b *bounds) noteNow(whole *candidate, shown map[*candidate]bool) {
	f := b.figure(whole)
	if f.base < wholeFrom {
		return
	}
	b.large = append(b.large, large{f.in, f.base, f.gave})
	left := make([]bool, len(b.g.cells))
	for _, parts := range b.within[whole] {
		clear(left)
		for _, i := range f.cells {
			left[i] = true
		}
		rest, gave := f.base, slices.Clone(f.gave)
		for _, c := range parts {
			part := b.figure(c)
			if !shown[c] || !b.exact(c) || slices.ContainsFunc(part.cells, func(i int) bool { return !left[i] }) {
				continue
			}
			rest -= part.base
			for o, n := range part.gave {
				gave[o] -= n
			}
			for _, i := range part.cells {
				left[i] = false
			}
		}
		if rest == f.base || rest < wholeFrom {
			continue
		}
		in := make([]bool, len(b.units))
		for _, i := range f.units {
			in[i] = left[b.units[i].cell]
		}
		b.large = append(b.large, large{in, rest, gave})
	}
}

// parted puts groups in the order of declaration.
func parted(groups []*candidate) []*candidate {
	groups = slices.Clone(groups)
	slices.SortStableFunc(groups, func(x, y *candidate) int { return x.order - y.order })
	return groups
}

// partOf tells whether a group is one into which a breakdown splits another.
func partOf(c, whole *candidate, axis int) bool {
	return c.level() == whole.level()+1 && slices.ContainsFunc(c.terms, func(t term) bool { return t.axis == axis })
}

// noteBefore notes the groups that earlier releases showed of which everybody is
// still there, and what is left of them without the groups of one breakdown.
func (b *bounds) noteBefore() {
	if b.q.past == nil || !b.g.rules.memory {
		return
	}
	for i := range b.q.past.Rows {
		row := &b.q.past.Rows[i]
		var shown []*candidate
		for _, group := range row.Groups {
			banded := slices.ContainsFunc(row.Banded, func(one shownBand) bool { return one.Group == group })
			if c := b.g.find(group); c != nil && !banded {
				shown = append(shown, c)
			}
		}
		shown = parted(shown)
		for _, c := range shown {
			in, _ := b.countedIn(c, row.Release)
			n := b.peopleAt(c, row.Release)
			b.noteUnits(in, n)
			for axis := range b.g.breakdowns {
				left, rest := slices.Clone(in), n
				for _, part := range shown {
					if !partOf(part, c, axis) {
						continue
					}
					of, _ := b.countedIn(part, row.Release)
					if !slices.ContainsFunc(b.indexes(of), func(i int) bool { return !left[i] }) {
						rest -= b.peopleAt(part, row.Release)
						for _, i := range b.indexes(of) {
							left[i] = false
						}
					}
				}
				b.noteUnits(left, rest)
			}
		}
	}
}

func (b *bounds) indexes(in sum) []int {
	var all []int
	for i, there := range in {
		if there {
			all = append(all, i)
		}
	}
	return all
}

func (b *bounds) noteUnits(in sum, people int) {
	l := large{in: in, gave: make([]int, len(b.q.now.option))}
	for i, there := range in {
		if there {
			l.people += b.units[i].people
			for o, n := range b.units[i].gave {
				l.gave[o] += n
			}
		}
	}
	if people == l.people && people >= wholeFrom {
		b.largeBefore = append(b.largeBefore, l)
	}
}
