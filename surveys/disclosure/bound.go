package disclosure

import (
	"slices"

	"weerklank.nl/weerklank/surveys/results"
)

// bounds keeps a small hidden group from being pinned: what everybody may know of
// it must leave at least two possibilities of how many of it gave an answer.
//
// Whoever reads all figures of a question knows for each answer a sum over the
// people of each exact group, between what limits it lies for each group in bands,
// that each person gave one answer (of a question that takes one), and the same of
// all earlier releases. A hidden group is free when there is another world in which
// all of that is the same and another number of it gave the answer. Such a world is
// shown to exist, never estimated: by exchanging answers between people whom no figure
// tells apart, or around a rectangle of four (bound_exchange.go), and where that
// finds none by linear programming, of which only a solution in whole numbers counts
// (bound_programme.go). What is not shown to be free counts as pinned: a figure of
// fewer than wholeFrom people is then shown in bands, and what bands do not help is
// withheld.
//
// What follows from a group of wholeFrom people or more, in whom nobody can be told
// apart, is not held against it: of so many it may be known that nobody answered a
// thing.
type bounds struct {
	g      *guard
	q      *inquiry
	v      *verdict
	grid   *grid
	single bool // each person gave one answer

	options []int   // the answers that count people in the base
	parts   [][]int // the answers that each band is about

	units  []unit
	hidden []hiddenSet

	before       []sum // what was shown exactly at earlier releases
	bandedBefore []bandedSum
	largeBefore  []large
	known        map[string]shownAs // figures of earlier releases, by the units that they count

	exacts      []sum       // of each exact figure, now and before: the units that it counts
	banded      []bandedSum // of each figure in bands
	print       []uint64    // by unit: the sum of the marks of the exact figures that count it
	printBefore []uint64    // the same, of earlier releases
	large       []large

	hopeless map[pin]bool // what earlier releases pin by themselves

	all     []int // the releases
	figures map[*candidate]*figureNow
	within  map[*candidate][][]*candidate // of a group, by breakdown, those that it splits it into
	free    map[pin]bool                  // what was shown to be free; less is known afterwards, never more

	waits []bool // the cells of which what waits must wait on

	steps      int
	programmes int
}

// shownAs is how much a figure shows.
type shownAs int

const (
	inBands shownAs = 1 + iota
	exactly
)

// hiddenSet is few people of whom nobody may know how many gave an answer: a small
// group as it was counted at a release, or those of any group who came in with a
// release, or left with it, where they are few.
type hiddenSet struct {
	group *candidate
	in    []bool // by unit
	cells []bool // of which what waits must wait on where they would be pinned
	moved bool   // they come in, or leave, with this release
	blind bool   // what some of them answered does not follow from what is known
}

// bound gives the cells of which what waits must wait on: with it few people are
// pinned whatever else is withheld. Nil when none must.
func (g *guard) bound(q *inquiry, v *verdict, grid *grid) (waits []bool) {
	b := &bounds{g: g, q: q, v: v, grid: grid, hopeless: map[pin]bool{}, free: map[pin]bool{}, known: map[string]shownAs{}}
	if !b.anythingHidden() {
		return nil
	}
	question := g.table.Questions()[q.index]
	b.single = question.Kind == results.One || question.Kind == results.Number
	_, words := g.words(q.index, q.edges)
	b.answers(words)
	b.divide()
	b.hide()
	b.recall()
	b.noteBefore()
	b.arrange()
	for b.look(); b.mend(); b.look() {
	}
	return b.waits
}

// exact tells whether the counts of a shown group are shown.
func (b *bounds) exact(c *candidate) bool {
	return b.figure(c).base >= exactFrom && !b.v.banded[c.Group]
}

// pin is an answer of a hidden group.
type pin struct{ hidden, option int }

// mend takes one figure back when something is pinned that it can free.
func (b *bounds) mend() bool {
	if b.movedPinned() {
		return false
	}
	for _, o := range b.options {
		told := b.told(o)
		for n, s := range b.hidden {
			if s.moved || !b.pinnedNow(n, o, told) {
				continue
			}
			if !b.freed(s, o) {
				if len(b.q.taken) > 0 {
					b.waits = s.cells
					return false
				}
				b.hopeless[pin{n, o}] = true
				if b.addNothing() {
					return true
				}
				continue
			}
			if b.takeBack(s, o) {
				return true
			}
		}
	}
	return false
}

// movedPinned tells whether the answer of some who come in or leave with this release
// would be pinned; then they wait. The smallest groups are looked at first, since what
// waits there may be all that must.
func (b *bounds) movedPinned() bool {
	for level := 2; level >= 0; level-- {
		for n, s := range b.hidden {
			if !s.moved || s.group.level() != level {
				continue
			}
			for _, o := range b.options {
				if !b.pinnedNow(n, o, b.told(o)) {
					continue
				}
				if b.waits == nil {
					b.waits = make([]bool, len(b.g.cells))
				}
				for i, waits := range s.cells {
					b.waits[i] = b.waits[i] || waits
				}
				break
			}
		}
		if b.waits != nil {
			return true
		}
	}
	return false
}

// pinnedNow tells the same as pinned of what is shown, and remembers what is free.
func (b *bounds) pinnedNow(hidden, option int, told []bool) bool {
	p := pin{hidden, option}
	if b.hopeless[p] || b.free[p] {
		return false
	}
	free := b.unpinned(b.hidden[hidden], option, told)
	if free {
		b.free[p] = true
	}
	return !free && b.tells(b.hidden[hidden], told)
}

// freed tells whether a hidden group would be free if nothing were shown now but
// everybody, and what was shown before of the same people. What earlier releases say
// stands, whatever is withheld now.
func (b *bounds) freed(s hiddenSet, option int) bool {
	if b.q.past == nil {
		return true
	}
	all := b.v.shown
	defer func() {
		b.v.shown = all
		b.look()
	}()
	b.v.shown = slices.DeleteFunc(slices.Clone(all), func(c *candidate) bool { return c.level() > 0 && !b.old(c) })
	if whole := b.g.candidates[0]; !b.old(whole) {
		if undo := b.band(whole); undo != nil {
			defer undo()
		}
	}
	b.look()
	return !b.pinned(s, option, b.told(option))
}

// old tells whether a figure was shown at an earlier release, of the same people.
func (b *bounds) old(c *candidate) bool {
	_, key := b.countedIn(c, b.g.number)
	return b.known[key] == exactly || b.known[key] == inBands && !b.exact(c)
}

// addNothing withholds what is new beside a hidden group of which it cannot be shown
// that earlier releases leave it free, since people who were counted with it are
// there no more.
func (b *bounds) addNothing() bool {
	found := false
	for _, c := range slices.Clone(b.v.shown) {
		if b.old(c) {
			continue
		}
		if b.withhold(c) != nil || b.band(c) != nil {
			found = true
		}
	}
	return found
}

// mostTrials bounds in how many figures of a question it is tried whether taking one of
// them back is enough. Beyond it more is taken back than need be.
const mostTrials = 600

// takeBack shows the smallest exact group in bands that by itself frees a hidden
// group, where it is small, and else withholds the smallest that does: first of those
// that touch it, then of any, since what is left of a group without another says
// something of a hidden one that neither splits. Where none does by itself, small
// groups around the hidden one go first, then whatever is split by a breakdown, then
// any. False when there is nothing to take back.
func (b *bounds) takeBack(s hiddenSet, option int) bool {
	exact := slices.Clone(b.v.shown)
	slices.SortStableFunc(exact, func(x, y *candidate) int { return b.figure(x).base - b.figure(y).base })
	var near, far []*candidate
	for _, c := range exact {
		if b.touches(c, s.group) {
			near = append(near, c)
		} else {
			far = append(far, c)
		}
	}
	ways := []func(*candidate) func(){b.band, b.withhold}
	for _, some := range [][]*candidate{near, far} {
		for _, way := range ways {
			for _, c := range some {
				if b.q.trials >= mostTrials {
					break
				}
				undo := way(c)
				if undo == nil {
					continue
				}
				b.q.trials++
				b.look()
				if !b.pinned(s, option, b.told(option)) {
					return true
				}
				undo()
			}
			b.look()
		}
	}
	for _, some := range [][]*candidate{near, far} {
		for _, way := range ways {
			for _, c := range some {
				if way(c) != nil {
					return true
				}
			}
		}
	}
	return false
}

// band shows a small exact group in bands; nil for any other.
func (b *bounds) band(c *candidate) (undo func()) {
	if !b.exact(c) || b.figure(c).base >= wholeFrom {
		return nil
	}
	b.v.banded[c.Group] = true
	return func() { delete(b.v.banded, c.Group) }
}

// withhold takes a group away; nil for everybody.
func (b *bounds) withhold(c *candidate) (undo func()) {
	if c.level() == 0 {
		return nil
	}
	all := b.v.shown
	b.v.shown = slices.DeleteFunc(slices.Clone(all), func(one *candidate) bool { return one == c })
	if len(b.v.shown) == len(all) {
		return nil
	}
	b.v.reason[c.Group] = Withheld
	return func() {
		b.v.shown = all
		delete(b.v.reason, c.Group)
	}
}

// touches tells whether the figure of a group says something of a hidden one by
// itself: it counts some of it, or is split by the same breakdown. Others may beside
// what else is shown.
func (b *bounds) touches(c, s *candidate) bool {
	for _, i := range c.at {
		if s.in[i] && b.grid.base[i] > 0 {
			return true
		}
	}
	return slices.ContainsFunc(c.terms, func(t term) bool {
		return slices.ContainsFunc(s.terms, func(o term) bool { return o.axis == t.axis })
	})
}

// pinned tells whether it is not shown that another number of a hidden group may
// have given an answer.
func (b *bounds) pinned(s hiddenSet, option int, told []bool) bool {
	return b.tells(s, told) && !b.unpinned(s, option, told)
}

// tells tells whether there is anybody in a hidden group of whom an answer may not be
// known.
func (b *bounds) tells(s hiddenSet, told []bool) bool {
	for i := range b.units {
		if s.in[i] && !told[i] {
			return true
		}
	}
	return false
}

// unpinned tells whether it is shown that another number of a hidden group may have
// given an answer.
func (b *bounds) unpinned(s hiddenSet, option int, told []bool) bool {
	if s.blind || !b.tells(s, told) {
		return false
	}
	for i := range b.units {
		if s.in[i] && !told[i] && b.exchanges(s, i, option) {
			return true
		}
	}
	return b.otherWorld(s, option)
}
