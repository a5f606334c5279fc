package disclosure

import (
	"maps"
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

	hopeless map[pin]bool   // what earlier releases pin by themselves
	worlds   []*world       // that fit all that is shown
	shows    map[pin]*world // one of them in which another number gave the answer

	all     []int // the releases
	figures map[*candidate]*figureNow
	within  map[*candidate][][]*candidate // of a group, by breakdown, those that it splits it into

	steps      int
	programmes int

	like    *verdict // what was decided of the question, while it is tried in another world
	differs bool     // there it is decided otherwise
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
	v.tried, v.why = v.shown, maps.Clone(v.reason)
	b := g.boundsOf(q, v, grid)
	if b == nil {
		return nil
	}
	return b.decide()
}

// boundsOf are the bounds of a question of which the audit let some figures through; nil when
// nobody is hidden.
func (g *guard) boundsOf(q *inquiry, v *verdict, grid *grid) *bounds {
	b := &bounds{g: g, q: q, v: v, grid: grid, hopeless: map[pin]bool{}, shows: map[pin]*world{}, known: map[string]shownAs{}}
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
	return b
}

// decide shows, of what the audit let through, what the bounds let through too.
func (b *bounds) decide() (waits []bool) {
	if waits = b.movedPinned(); waits != nil {
		return waits
	}
	if waits = b.choose(); waits != nil || b.deniable() {
		return waits
	}
	return b.nothingNew()
}

// exact tells whether the counts of a shown group are shown.
func (b *bounds) exact(c *candidate) bool {
	return b.figure(c).base >= exactFrom && !b.v.banded[c.Group]
}

// pin is an answer of a hidden group.
type pin struct{ hidden, option int }

// movedPinned gives the cells of those who come in or leave with this release and of whom
// an answer would be pinned by the groups that were shown before; then they wait. The
// smallest groups are looked at first, since what waits there may be all that must.
func (b *bounds) movedPinned() (waits []bool) {
	all, before := b.v.shown, b.q.past.lastShown()
	b.v.shown = slices.DeleteFunc(slices.Clone(all), func(c *candidate) bool { return c.level() > 0 && !before[c.Group] })
	b.look()
	defer func() { b.v.shown = all }()
	for level := 2; level >= 0; level-- {
		for n, s := range b.hidden {
			if !s.moved || s.group.level() != level {
				continue
			}
			for _, o := range b.options {
				if b.free(pin{n, o}, b.told(o)) {
					continue
				}
				if waits == nil {
					waits = make([]bool, len(b.g.cells))
				}
				for i, wait := range s.cells {
					waits[i] = waits[i] || wait
				}
				break
			}
		}
		if waits != nil {
			return waits
		}
	}
	return nil
}

// old tells whether a figure was shown at an earlier release, of the same people.
func (b *bounds) old(c *candidate) bool {
	_, key := b.countedIn(c, b.g.number)
	return b.known[key] == exactly || b.known[key] == inBands && !b.exact(c)
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
