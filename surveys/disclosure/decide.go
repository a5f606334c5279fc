package disclosure

import (
	"maps"
	"slices"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/results"
)

// inquiry is a question, or taking part, while it is decided what may be shown.
type inquiry struct {
	name    string
	index   int // in the table; -1 for taking part
	groups  []*candidate
	past    *track
	now     *counted
	edges   results.Classes
	unasked []Group         // values of breakdowns of whom it was not asked
	taken   map[string]bool // the cells of which what waits is taken
	rounds  int             // of trying what may be taken
}

// verdict is what came of a question: the cells as they are now counted, the
// groups that may be shown, and why the others may not.
type verdict struct {
	cells  map[string]*cellTrack
	shown  []*candidate
	reason map[Group]Reason
	banded map[Group]bool // shown in bands, though its base would allow more
	loose  []Group        // shown, and their base says nothing of how many took part
	reach  *reach

	tried []*candidate     // what the audit let through, before the bounds
	why   map[Group]Reason // and why not the others
}

// decide lets the figures of a question through, group by group.
func (g *guard) decide(q *inquiry) *verdict {
	if g.past != nil {
		q.past = g.past.Questions[q.name]
	}
	if q.index >= 0 && g.table.Questions()[q.index].Kind == results.Number {
		if q.past != nil && len(q.past.Edges) > 0 {
			q.edges = q.past.Edges
		} else {
			q.edges = g.table.ClassesOf(q.index)
		}
	}
	q.now = count(g.table, q.index, q.edges, q.past, g.parts)
	q.unasked = g.unaskedBy(q)
	q.taken = g.waiting(q)
	v, grid := g.settle(q)
	g.remember(q, v, grid)
	g.show(q, v, grid)
	g.decided = append(g.decided, decided{q, v, grid})
	return v
}

// mostSettled is how often groups are left to wait one by one for the sake of the
// bounds; then all that waits in the question does.
const mostSettled = 8

// mostRounds is how often the groups that must wait are found one by one; then all at
// once that may not be shown with what they would take.
const mostRounds = 8

// settle takes what may be taken, and leaves waiting what would pin a small group.
func (g *guard) settle(q *inquiry) (*verdict, *grid) {
	var known basis
	if g.all != nil {
		known = g.all.basis
	}
	for round := 1; ; round++ {
		v := g.try(q)
		for v == nil {
			v = g.try(q)
		}
		grid := g.gridOf(q, v)
		if !g.rules.audit || q.index < 0 {
			return v, grid
		}
		waits := g.bound(q, v, grid)
		if waits == nil {
			return v, grid
		}
		if round > mostSettled || !g.strikeCells(q, waits) {
			clear(q.taken)
		}
		g.all.basis = known
	}
}

// waiting are the cells in which something waits. Where something of those who
// took part at all still waits, so do their answers to each question.
func (g *guard) waiting(q *inquiry) map[string]bool {
	taken := map[string]bool{}
	for _, key := range g.cells {
		if !differs(q.past.cell(key), q.now.cells[key]) {
			continue
		}
		if !g.someWait(key) {
			taken[key] = true
		}
	}
	return taken
}

// someWait tells whether some of those of a cell who took part are not counted yet, or
// still are though they withdrew.
func (g *guard) someWait(key string) bool {
	if g.taking == nil || !g.rules.across {
		return false
	}
	c := g.taking.cells[key]
	return c == nil || c.Upto < g.number
}

// upto is the release up to which a cell is counted.
func (v *verdict) upto(key string, now int) int {
	if c := v.cells[key]; c != nil {
		return c.Upto
	}
	return now
}

// try takes the cells and asks the audit for each group. When a group that was
// shown before may not be shown with what it would take, its cells are struck
// from taken and nil says: try again. It ends, for with nothing taken every group
// that was shown before is the same as it was.
//
// What is struck first is the largest set that can be taken at all: a group that
// changes by fewer people than the smallest group with everything that is left
// does so with any part of it.
func (g *guard) try(q *inquiry) *verdict {
	v := &verdict{cells: g.takeCells(q), reason: map[Group]Reason{}, banded: map[Group]bool{}}
	past, before := q.past, q.past.lastShown()
	if !g.rules.memory || !g.rules.audit {
		past, before = nil, nil
	}
	for _, c := range q.groups {
		if before[c.Group] {
			if few(g.changes(q, c), g.least) && g.strike(q, c) {
				return nil
			}
		}
	}
	own := g.atomsOf(v.cells)
	audit := newAudit(g.least, own.people(), g.kinds(own))
	g.recall(audit, past, func(c *candidate, r *shownRow) func(int) bool { return own.in(c, r.Release) })
	if q.index < 0 {
		g.gather(own)
	}
	v.reach = g.reachOf(q, v)
	known := g.all.basis
	q.rounds++
	struck := false
	// What was shown before comes first, so that a new group never takes its place.
	for _, again := range []bool{true, false} {
		for _, c := range q.groups {
			if before[c.Group] != again {
				continue
			}
			why := g.refuses(q, v, audit, own, c)
			if why == Shown {
				v.shown = append(v.shown, c)
				continue
			}
			v.reason[c.Group] = why
			if again && !g.leaves(q, own, c) && g.strike(q, c) {
				struck = true
				if q.rounds <= mostRounds {
					break
				}
			}
		}
		if struck {
			g.all.basis = known
			return nil
		}
	}
	return v
}

// refuses is the reason why a group may not be shown; Shown when it may.
func (g *guard) refuses(q *inquiry, v *verdict, audit *audit, own *atoms, c *candidate) Reason {
	hidden := Withheld
	if c.level() == 0 {
		hidden = TooSmall
	}
	base := own.base(c)
	switch {
	case base == 0, g.rules.threshold && base < g.least:
		return hidden
	case !g.rules.audit:
		return Shown
	case c.level() > 0 && len(q.unasked) == 0 && v.reason[Group{}] != "":
		return hidden // without the whole no part
	}
	known := audit.basis
	if !audit.admit(own.in(c, g.number)) {
		return Withheld
	}
	if g.rules.across && q.index >= 0 && g.loose(c, v.reach, base) {
		v.loose = append(v.loose, c.Group)
		return Shown
	}
	if g.rules.across && !g.all.admit(g.people.of(c, v.reach)) {
		audit.basis = known
		return Withheld
	}
	return Shown
}

// leaves tells whether a group that was shown may go from the figures, since so many of
// it withdrew that it is no group any more: at least k went, so it is not told of
// anybody, and what they had answered is not shown as if it still stood.
func (g *guard) leaves(q *inquiry, own *atoms, c *candidate) bool {
	return g.rules.audit && own.base(c) < g.least && g.changes(q, c) >= g.least
}

// changes is by how many people the figure of a group would change with the cells
// that are taken: those added and those withdrawn, never one against the other. Where
// people correct what they handed in, on name, each may go and come again, so that those
// who go may be those who come.
func (g *guard) changes(q *inquiry, c *candidate) int {
	added, gone := 0, 0
	for i, key := range g.cells {
		if c.in[i] && q.taken[key] {
			a, b := changed(q.past.cell(key), q.now.cells[key])
			added, gone = added+a, gone+b
		}
	}
	if g.survey.Mode == surveys.Named {
		return max(added, gone)
	}
	return added + gone
}

// strike leaves the cells of a group as they were.
func (g *guard) strike(q *inquiry, c *candidate) bool { return g.strikeCells(q, c.in) }

func (g *guard) strikeCells(q *inquiry, cells []bool) bool {
	struck := false
	for i, key := range g.cells {
		if cells[i] && q.taken[key] {
			delete(q.taken, key)
			struck = true
		}
	}
	return struck
}

// takeCells is the count of each cell with or without what waits. Where somebody waits
// who is not in the base of the question, that they gave no answer waits with them.
func (g *guard) takeCells(q *inquiry) map[string]*cellTrack {
	cells := map[string]*cellTrack{}
	if q.past != nil {
		maps.Copy(cells, q.past.Cells)
	}
	for key, c := range q.now.cells {
		if was := q.past.cell(key); q.taken[key] || !differs(was, c) && !g.someWait(key) {
			cells[key] = take(was, c, g.number)
		}
	}
	for key, was := range cells {
		if q.now.cells[key] == nil && q.taken[key] {
			cells[key] = take(was, nil, g.number)
		}
	}
	return cells
}

// remember keeps what is shown for the next release.
func (g *guard) remember(q *inquiry, v *verdict, grid *grid) {
	t := &track{Cells: v.cells, Edges: q.edges}
	if q.past != nil {
		t.Rows, t.Names = slices.Clone(q.past.Rows), slices.Clone(q.past.Names)
	}
	for _, name := range grid.names {
		if !slices.Contains(t.Names, name) {
			t.Names = append(t.Names, name)
		}
	}
	r := shownRow{Release: g.number, Unasked: q.unasked, Loose: v.loose}
	for _, c := range v.shown {
		r.note(q, v, grid, c, t.Names)
	}
	for i, key := range g.cells {
		if q.index >= 0 && v.reach.upto[i] < g.number {
			if r.Behind == nil {
				r.Behind = map[string]int{}
			}
			r.Behind[key] = v.reach.upto[i]
		}
	}
	t.Rows = append(t.Rows, r)
	g.next.Questions[q.name] = t
}

// note keeps that the figure of a group is shown; names are those of the answers.
func (r *shownRow) note(q *inquiry, v *verdict, grid *grid, c *candidate, names []string) {
	r.Groups = append(r.Groups, c.Group)
	if q.index < 0 {
		return
	}
	base, of := grid.people(c), grid.of(c).Options
	gave := make([]int, len(names))
	for i, name := range names {
		gave[i] = of[name]
	}
	r.Gave = append(r.Gave, gave)
	if base < exactFrom || v.banded[c.Group] {
		r.Banded = append(r.Banded, shownBand{c.Group, base, of})
	}
}

func (t *track) cell(key string) *cellTrack {
	if t == nil {
		return nil
	}
	return t.Cells[key]
}

// lastShown are the groups that the newest release shows.
func (t *track) lastShown() map[Group]bool {
	shown := map[Group]bool{}
	if t != nil && len(t.Rows) > 0 {
		for _, g := range t.Rows[len(t.Rows)-1].Groups {
			shown[g] = true
		}
	}
	return shown
}
