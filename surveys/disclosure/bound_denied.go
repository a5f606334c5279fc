package disclosure

import (
	"maps"
	"slices"
)

// What is shown exactly, in bands or not at all depends on the answers. Whoever knows how
// the guard decides may run it over every world, and rule out those in which it would have
// decided otherwise (K. Kenthapadi, N. Mishra and K. Nissim, Simulatable auditing, PODS
// 2005). What is left are the worlds of the same outcome, and in those too must every small
// hidden group be free. Where the worlds that fit what is shown are few enough to run over,
// the guard does so itself; and where in all those of the same outcome the same number of
// a small hidden group gave an answer, nothing new is shown of the question.
//
// How many worlds fit, and which of them have the same outcome, follows from the outcome
// alone. So in each of them it is told alike, and being shown rules out none. Where nothing
// new is shown all that is left is that it was so: the worlds of very different outcomes.

// deniable tells whether what is shown would be the same in worlds in which each small
// hidden group gave each answer another number of times; true where there are too many
// worlds to try.
func (b *bounds) deniable() bool {
	if !b.g.rules.deniable || len(b.v.shown) == len(b.v.tried) && len(b.v.banded) == 0 { // as in any world
		return true
	}
	b.look()
	open := b.mustBeFree()
	if len(open) == 0 {
		return true
	}
	worlds := b.everyWorld()
	if worlds == nil {
		return true
	}
	step := strideOf(len(worlds))
	for n, at := 0, 0; n < len(worlds); n, at = n+1, (at+step)%len(worlds) {
		w := worlds[at]
		other := func(p pin) bool { return w.moves(b.hidden[p.hidden].in, p.option) != 0 }
		if slices.ContainsFunc(open, other) && b.sameIn(w) {
			if open = slices.DeleteFunc(open, other); len(open) == 0 {
				return true
			}
		}
	}
	return false
}

// mustBeFree are the answers of hidden groups that nobody may know.
func (b *bounds) mustBeFree() []pin {
	var all []pin
	for _, o := range b.options {
		told := b.told(o)
		for n, s := range b.hidden {
			if p := (pin{n, o}); !b.hopeless[p] && b.tells(s, told) {
				all = append(all, p)
			}
		}
	}
	return all
}

// strideOf is a step with which every one of so many comes by once, far from the one
// before it: worlds that follow on each other differ by little.
func strideOf(many int) int {
	step := max(1, many*5/8)
	for gcd(int64(step), int64(many)) != 1 {
		step++
	}
	return step
}

// sameIn tells whether in another world as much would be shown of each group.
func (b *bounds) sameIn(w *world) bool {
	as := b.asIf(w)
	return as.movedPinned() == nil && as.choose() == nil && !as.differs
}

// asIf are the bounds of the question in another world, to be decided like those of this
// one.
func (b *bounds) asIf(w *world) *bounds {
	as := *b
	as.like, as.differs = b.v, false
	as.v = &verdict{cells: b.v.cells, shown: b.v.tried, reason: maps.Clone(b.v.why), banded: map[Group]bool{}}
	as.hopeless, as.shows, as.worlds = map[pin]bool{}, map[pin]*world{}, nil
	as.steps, as.programmes = 0, 0
	as.units = slices.Clone(b.units)
	for _, c := range w.changes {
		u := &as.units[c.unit]
		u.gave = slices.Clone(u.gave)
		u.gave[c.option] += c.by
	}
	as.figures = make(map[*candidate]*figureNow, len(b.figures))
	for c, f := range b.figures {
		other := *f
		other.gave = w.changed(f.in, f.gave)
		as.figures[c] = &other
	}
	as.bandedBefore = slices.Clone(b.bandedBefore)
	for i, one := range as.bandedBefore {
		as.bandedBefore[i].gave = w.changed(one.in, one.gave)
	}
	as.largeBefore = slices.Clone(b.largeBefore)
	for i, one := range as.largeBefore {
		as.largeBefore[i].gave = w.changed(one.in, one.gave)
	}
	return &as
}

// changed is how many people gave each answer in another world.
func (w *world) changed(in []bool, gave []int) []int {
	gave = slices.Clone(gave)
	for _, c := range w.changes {
		if in[c.unit] {
			gave[c.option] += c.by
		}
	}
	return gave
}

// unlike notes, in another world, that a group is shown otherwise than in this one.
func (b *bounds) unlike(c *candidate, shown bool) bool {
	b.differs = b.differs || b.like != nil &&
		(shown != slices.Contains(b.like.shown, c) || b.v.banded[c.Group] != b.like.banded[c.Group])
	return b.differs
}

// nothingNew leaves what was shown before. It gives the cells of which what waits must
// wait on, where something was taken.
func (b *bounds) nothingNew() (waits []bool) {
	if b.q.past != nil && len(b.q.taken) > 0 {
		waits = make([]bool, len(b.g.cells))
		for i := range waits {
			waits[i] = true
		}
		return waits
	}
	b.v.reason, b.v.banded, b.v.shown = maps.Clone(b.v.why), map[Group]bool{}, nil
	for _, c := range b.v.tried {
		if b.old(c) {
			b.v.shown = append(b.v.shown, c)
		} else {
			b.hold(c)
		}
	}
	return nil
}

// hold withholds a group.
func (b *bounds) hold(c *candidate) {
	b.v.reason[c.Group] = Withheld
	if c.level() == 0 {
		b.v.reason[c.Group] = TooSmall
	}
}
