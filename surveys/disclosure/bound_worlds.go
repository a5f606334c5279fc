package disclosure

import "slices"

// world is another way in which people may have answered, that fits all that is shown.
type world struct {
	changes []change
	broken  bool // by the figure that is tried
}

// change says how many more people of a unit gave an answer than in truth.
type change struct{ unit, option, by int }

func (w *world) add(unit, option, by int) {
	if by != 0 {
		w.changes = append(w.changes, change{unit, option, by})
	}
}

// moves is how many more people of some units gave one of some answers.
func (w *world) moves(in []bool, options ...int) int {
	n := 0
	for _, c := range w.changes {
		if in[c.unit] && slices.Contains(options, c.option) {
			n += c.by
		}
	}
	return n
}

// choose lets through of the figures that the audit let through those with which nothing is
// pinned, in order of use: exactly, or else in bands where it is small. What earlier
// releases showed stands, whatever is withheld now. It gives the cells of which what waits
// must wait on, where something would be pinned by everybody alone.
func (b *bounds) choose() (waits []bool) {
	all, whole := b.v.shown, b.g.candidates[0]
	old := slices.DeleteFunc(slices.Clone(all), func(c *candidate) bool { return !b.old(c) })
	if b.q.past != nil && len(b.q.taken) > 0 {
		b.v.shown = slices.DeleteFunc(slices.Clone(all), func(c *candidate) bool { return c.level() > 0 && !b.old(c) })
		if !b.old(whole) {
			b.band(whole)
		}
		b.look()
		if p := b.pinned(); p != nil {
			return b.hidden[p.hidden].cells
		}
		delete(b.v.banded, whole.Group)
	}
	b.v.shown = old
	b.look()
	stuck := false // nothing is added to what may be pinned already
	for p := b.pinned(); p != nil; p = b.pinned() {
		b.hopeless[*p], stuck = true, true
	}
	added := map[*candidate]bool{}
	for _, c := range all {
		if slices.Contains(old, c) {
			added[c] = true
			continue
		}
		if !stuck && (c.level() == 0 || len(b.q.unasked) > 0 || b.v.reason[whole.Group] == "") { // without the whole no part
			before := b.v.shown
			b.v.shown = append(slices.Clip(before), c)
			if added[c] = b.fits(c) || b.band(c) && b.fits(c); !added[c] {
				delete(b.v.banded, c.Group)
				b.v.shown = before
			}
		}
		if b.unlike(c, added[c]) {
			return nil
		}
		if !added[c] {
			b.hold(c)
		}
	}
	b.v.shown = slices.DeleteFunc(slices.Clone(all), func(c *candidate) bool { return !added[c] })
	return nil
}

// pinned is an answer of a hidden group that is not known to be free; nil when there is none.
func (b *bounds) pinned() *pin {
	for _, o := range b.options {
		told := b.told(o)
		for n := range b.hidden {
			if p := (pin{n, o}); !b.free(p, told) {
				return &p
			}
		}
	}
	return nil
}

// fits tells whether nothing is pinned with a figure that was added to what is shown.
func (b *bounds) fits(c *candidate) bool {
	b.look()
	var broken []*world
	for _, w := range b.worlds {
		if !b.stays(c, w) {
			w.broken = true
			broken = append(broken, w)
		}
	}
	if b.pinned() != nil {
		for _, w := range broken {
			w.broken = false
		}
		return false
	}
	b.worlds = slices.DeleteFunc(b.worlds, func(w *world) bool { return w.broken })
	return true
}

// band shows a small exact group in bands; false for any other.
func (b *bounds) band(c *candidate) bool {
	if !b.exact(c) || b.figure(c).base >= wholeFrom {
		return false
	}
	b.v.banded[c.Group] = true
	return true
}

// stays tells whether the figure of a group is the same in another world.
func (b *bounds) stays(c *candidate, w *world) bool {
	f := b.figure(c)
	if b.exact(c) {
		return !slices.ContainsFunc(b.options, func(o int) bool { return w.moves(f.in, o) != 0 })
	}
	one := bandedSum{f.in, f.base, f.gave}
	return !slices.ContainsFunc(b.parts, func(part []int) bool {
		was := one.of(part)
		return !sameBand(was, was+w.moves(f.in, part...), f.base)
	})
}

// free tells whether a world is known, or found, that fits all that is shown and in
// which another number of a hidden group gave an answer; or whether it may be known
// what they answered.
func (b *bounds) free(p pin, told []bool) bool {
	s := b.hidden[p.hidden]
	if b.hopeless[p] || !b.tells(s, told) {
		return true
	}
	if s.blind {
		return false
	}
	if w := b.shows[p]; w != nil && !w.broken {
		return true
	}
	for _, w := range b.worlds {
		if !w.broken && w.moves(s.in, p.option) != 0 {
			b.shows[p] = w
			return true
		}
	}
	w := b.search(s, p.option, told)
	if w == nil {
		return false
	}
	b.worlds, b.shows[p] = append(b.worlds, w), w
	return true
}

// search finds another world in which another number of a hidden group gave an answer; nil
// when it finds none.
func (b *bounds) search(s hiddenSet, option int, told []bool) *world {
	for i := range b.units {
		if s.in[i] && !told[i] {
			if w := b.exchanges(s, i, option); w != nil {
				return w
			}
		}
	}
	return b.otherWorld(s, option)
}
