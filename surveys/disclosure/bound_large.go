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

// noteNow notes an exact group, and what is left of it.
func (b *bounds) noteNow(c *candidate) {
	b.noteCells(c.in)
	for axis := range b.g.breakdowns {
		b.noteCells(b.rest(c, axis))
	}
}

func (b *bounds) noteCells(cells []bool) {
	l := large{in: make([]bool, len(b.units)), gave: make([]int, len(b.q.now.option))}
	for i, there := range cells {
		if !there {
			continue
		}
		l.people += b.grid.base[i]
		for o := range l.gave {
			l.gave[o] += b.grid.options[i][o]
		}
	}
	if l.people < wholeFrom {
		return
	}
	for i, u := range b.units {
		l.in[i] = cells[u.cell] && u.until == 0
	}
	b.large = append(b.large, l)
}

// rest is what is left of an exact group without the exact groups in it that one
// breakdown splits it into.
func (b *bounds) rest(whole *candidate, axis int) []bool {
	left := slices.Clone(whole.in)
	for _, c := range b.parted(b.v.shown) {
		within := c != whole && b.exact(c) && partOf(c, whole, axis)
		for i := 0; within && i < len(left); i++ {
			within = !c.in[i] || left[i] || b.grid.base[i] == 0
		}
		for i := 0; within && i < len(left); i++ {
			left[i] = left[i] && !c.in[i]
		}
	}
	return left
}

// parted puts groups in the order of declaration, merged ones before their parts:
// what is left without them must not grow when one of them is no longer exact and
// a merged one is.
func (b *bounds) parted(groups []*candidate) []*candidate {
	if b.declared == nil {
		b.declared = map[Group]int{}
		for i, c := range candidatesOf(b.g.breakdowns, b.g.survey.Pairs) {
			b.declared[c.Group] = i
		}
	}
	groups = slices.Clone(groups)
	slices.SortStableFunc(groups, func(x, y *candidate) int { return b.declared[x.Group] - b.declared[y.Group] })
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
		shown = b.parted(shown)
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
