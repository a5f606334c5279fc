package disclosure

import (
	"maps"
	"slices"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/results"
)

// WithoutFlagged is everybody whose submission was not flagged as unlike a person's. Its
// figures stand beside those of everybody, in surveys that are open to all; of the flagged
// alone there is none. No question has the name of its breakdown.
var WithoutFlagged = Group{Breakdown: "!", Value: "unflagged"}

// flags says what a release tells of flagged submissions.
type flags string

const (
	noFlags     flags = ""     // nothing: it is not of a survey that is open to all, too few answered, or it was made before there were any
	noneFlagged flags = "none" // of those who are counted nobody was flagged: without is the same as with
	someFlagged flags = "some"
)

// Flags tells whether figures without flagged submissions may be asked for, and whether
// anybody who is counted was flagged at all.
func (r *Release) Flags() (known, some bool) {
	return r.shown.Flags != noFlags, r.shown.Flags == someFlagged
}

// decided is a question of which it was decided what to show.
type decided struct {
	q    *inquiry
	v    *verdict
	grid *grid
}

// unflaggedOf is WithoutFlagged as a group: after the breakdowns a cell says whether its
// people were flagged.
func unflaggedOf(breakdowns []Breakdown) *candidate {
	return &candidate{Group: WithoutFlagged, terms: []term{{len(breakdowns), []string{""}}}, order: 1 << 20}
}

// tellFlagged finds who was not flagged. Where that was shown before, the cells of those
// who were are told apart from the start.
func (g *guard) tellFlagged(before map[Group]bool) {
	if g.survey.Mode != surveys.Open {
		return
	}
	g.unflagged = unflaggedOf(g.breakdowns)
	g.unflagged.in = make([]bool, len(g.cells))
	for i, cell := range g.values {
		g.unflagged.in[i] = g.unflagged.holds(cell)
		if g.unflagged.in[i] {
			g.unflagged.at = append(g.unflagged.at, i)
		}
	}
	g.byGroup[WithoutFlagged] = g.unflagged
	if before[WithoutFlagged] {
		g.classify(g.unflagged)
	}
}

// withoutFlagged shows the figures without flagged submissions, where they betray nobody
// beside all that is shown already. It comes after everything else, so that at a first
// release no other figure differs for a flag; and where it cannot be shown with what was
// taken nothing waits for it.
//
// Those who were flagged are known with it, as the difference: so of each question they
// are nobody or, since no bands hide what they answered, at least exactFrom.
func (g *guard) withoutFlagged() {
	if g.unflagged == nil || !slices.Contains(g.taking.shown, g.candidates[0]) {
		return
	}
	g.shown.Flags = noneFlagged
	for _, d := range g.decided { // a question may still count who withdrew
		for i, key := range g.cells {
			if c := d.v.cells[key]; g.values[i].Flagged() && c != nil && slices.ContainsFunc(c.Atoms, atom.counted) {
				g.shown.Flags = someFlagged
			}
		}
	}
	if g.shown.Flags == noneFlagged {
		return
	}
	g.classify(g.unflagged)
	g.gather(g.people)
	for _, d := range g.decided {
		for _, c := range d.v.shown {
			if !slices.Contains(d.v.loose, c.Group) {
				g.all.remember(g.people.of(c, d.v.reach), nil)
			}
		}
	}
	for _, d := range g.decided {
		if d.q.index < 0 || g.splits(d.q.index) {
			g.addWithout(d)
		}
	}
}

// addWithout shows one question without flagged submissions, or why not.
func (g *guard) addWithout(d decided) {
	e := entry{Question: d.q.name, Group: WithoutFlagged, Reason: g.refusesWithout(d)}
	if e.Reason == Shown {
		t := g.next.Questions[d.q.name]
		row := &t.Rows[len(t.Rows)-1]
		row.note(d.q, d.v, d.grid, g.unflagged, t.Names)
		row.Loose = d.v.loose
		asked, options := Question{}, []results.Option(nil)
		if d.q.index >= 0 {
			asked, options = g.words(d.q.index, d.q.edges)
		}
		e.Figure = g.figureOf(asked, options, g.unflagged, d.grid.of(g.unflagged), false)
	}
	g.shown.Entries = append(g.shown.Entries, e)
}

// refusesWithout is the reason why a question may not be shown without flagged
// submissions; Shown when it may.
func (g *guard) refusesWithout(d decided) Reason {
	own := g.atomsOf(d.v.cells)
	flagged := own.base(g.candidates[0]) - own.base(g.unflagged)
	if !slices.Contains(d.v.shown, g.candidates[0]) || g.rules.threshold && few(flagged, exactFrom) {
		return Withheld
	}
	audit, past := newAudit(g.least, own.people(), g.kinds(own)), d.q.past
	if !g.rules.memory || !g.rules.audit {
		past = nil
	}
	g.recall(audit, past, func(c *candidate, r *shownRow) func(int) bool { return own.in(c, r.Release) })
	for _, c := range d.v.shown {
		audit.remember(own.in(c, g.number), nil)
	}
	known, loose := g.all.basis, d.v.loose
	why := g.refuses(d.q, d.v, audit, own, g.unflagged)
	if why == Shown && !g.binds(d) {
		g.all.basis, d.v.loose = known, loose
		return Withheld
	}
	return why
}

// binds tells whether no answer of a small group is pinned with the question without
// flagged submissions: with it the bounds decide the rest as they did.
func (g *guard) binds(d decided) bool {
	if d.q.index < 0 || !g.rules.audit {
		return true
	}
	with := *d.v
	with.shown = append(slices.Clone(d.v.tried), g.unflagged)
	with.reason, with.banded = maps.Clone(d.v.why), map[Group]bool{}
	waits := g.bound(d.q, &with, d.grid)
	return waits == nil && slices.Equal(with.shown, append(slices.Clone(d.v.shown), g.unflagged)) && maps.Equal(with.banded, d.v.banded)
}
