package disclosure

// anythingHidden tells whether a small group was counted now or before, or few came
// in with a release or left with it.
func (b *bounds) anythingHidden() bool {
	for _, release := range b.releases() {
		for _, c := range b.g.candidates {
			there, came, left := b.movedAt(c, release)
			if b.few(c, there) || b.fewMoved(c, came) || b.fewMoved(c, left) {
				return true
			}
		}
	}
	return false
}

// few tells whether so many people of a group are a small group.
func (b *bounds) few(c *candidate, people int) bool {
	return !c.whole() && few(people, b.g.least)
}

// fewMoved tells whether so many who came in or left are few.
func (b *bounds) fewMoved(c *candidate, people int) bool {
	return (c.level() == 0 || !c.whole()) && few(people, b.g.least)
}

// releases are those at which the question showed something, the first one first and
// this one last.
func (b *bounds) releases() []int {
	if b.all != nil {
		return b.all
	}
	var all []int
	if b.q.past != nil && b.g.rules.memory {
		for _, r := range b.q.past.Rows {
			all = append(all, r.Release)
		}
	}
	b.all = append(all, b.g.number)
	return b.all
}

// movedAt is how many people of a group the question counted at a release, how many
// of them it did not count before, and how many it no longer did. At its first release
// nobody came in.
func (b *bounds) movedAt(c *candidate, release int) (there, came, left int) {
	first := b.releases()[0]
	for _, i := range c.at {
		cell := b.v.cells[b.g.cells[i]]
		if cell == nil {
			continue
		}
		for _, a := range cell.Atoms {
			switch {
			case a.at(release):
				there += a.People
				if a.From == release && release != first {
					came += a.People
				}
			case a.Until == release:
				left += a.People
			}
		}
	}
	return there, came, left
}

// peopleAt is how many people of a group the question counted at a release.
func (b *bounds) peopleAt(c *candidate, release int) int {
	there, _, _ := b.movedAt(c, release)
	return there
}

// hide lists those few of whom no answer may be known: the small groups, as they are
// counted now and as they were at each earlier release, and the few of any group who
// came in or left with one.
func (b *bounds) hide() {
	known := map[string]bool{}
	add := func(c *candidate, moved bool, is func(unit) bool) {
		s := hiddenSet{group: c, in: make([]bool, len(b.units)), cells: c.in, moved: moved}
		if moved {
			s.cells = make([]bool, len(b.g.cells))
		}
		key := make([]byte, len(b.units))
		for i, u := range b.units {
			if c.in[u.cell] && is(u) {
				s.in[i], key[i] = true, 1
				s.cells[u.cell] = true
				s.blind = s.blind || u.people < u.all
			}
		}
		if !known[string(key)] {
			known[string(key)] = true
			b.hidden = append(b.hidden, s)
		}
	}
	for _, release := range b.releases() {
		now := release == b.g.number
		for _, c := range b.g.candidates {
			there, came, left := b.movedAt(c, release)
			if b.fewMoved(c, came) {
				add(c, now, func(u unit) bool { return u.from == release })
			}
			if b.fewMoved(c, left) {
				add(c, now, func(u unit) bool { return u.until == release })
			}
			if b.few(c, there) {
				add(c, false, func(u unit) bool { return u.at(release) })
			}
		}
	}
}
