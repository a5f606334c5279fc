package disclosure

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/results"
)

// Bases below which less is shown.
const (
	wholeFrom = 20 // from here on a hidden rest may have answers that nobody, or everybody, gave
	exactFrom = 10 // below it only bands are shown
)

// ErrNoMemory says that the guard does not know what was shown before, after a
// restore for instance, and therefore lets nothing new through.
var ErrNoMemory = errors.New("the memory of the releases is missing")

// ErrFinal says that the last release of a closed survey was made.
var ErrFinal = errors.New("the last release was made")

// guard makes one release.
type guard struct {
	survey     *surveys.Survey
	table      *results.Table
	least      int
	number     int
	breakdowns []Breakdown
	candidates []*candidate // everybody first, then larger ones first
	first      []int        // by row: the release from which on it was known
	past       *memory
	next       memory
	shown      shown
	rules      rules
	taking     *verdict // what may be shown of who took part; nil while that is decided
}

// rules are what the guard holds a figure to beside the smallest group. Only the
// test of an attacker, who must win without one of them, leaves any out.
type rules struct {
	audit  bool // nothing small may be derived
	memory bool // … also from earlier releases
	across bool // … also from the bases of several questions
}

var allRules = rules{audit: true, memory: true, across: true}

// next makes the next release of a survey from its answers, and the memory to go
// on from. newest and memory are nil for the first one.
func next(s *surveys.Survey, t *results.Table, newest *Release, memory *Memory, asOf, today surveys.Date, final bool, by rules) (*Release, *Memory, error) {
	g := &guard{survey: s, table: t, least: max(s.SmallestGroup, surveys.LeastGroup), number: 1, rules: by}
	if newest != nil {
		if memory == nil || memory.mem.Number != newest.Number {
			return nil, nil, fmt.Errorf("release of survey %s after number %d: %w", s.ID, newest.Number, ErrNoMemory)
		}
		if memory.mem.Final {
			return nil, nil, fmt.Errorf("release of survey %s: %w", s.ID, ErrFinal)
		}
		g.past, g.number = &memory.mem, newest.Number+1
	} else if memory != nil {
		return nil, nil, fmt.Errorf("release of survey %s: a memory without its release: %w", s.ID, ErrNoMemory)
	}
	g.recognise()
	g.breakdowns = breakdownsOf(s, t.Questions())
	g.shown = shown{Breakdowns: g.breakdowns, Smallest: g.least}
	g.next.Number, g.next.Questions = g.number, map[string]*track{}
	g.order()
	g.takePart()
	for i, q := range t.Questions() {
		if !slices.Contains(s.Breakdowns, q.Name) {
			g.question(i)
		} else {
			g.composition(i)
		}
	}
	release := &Release{Org: s.Org, Survey: s.ID, Number: g.number, AsOf: asOf, MadeOn: today, Final: final, shown: g.shown}
	if final {
		return release, lastMemory(g.number), nil
	}
	return release, &Memory{mem: g.next}, nil
}

// recognise finds for each response the release from which on it was known.
func (g *guard) recognise() {
	known := map[uint64]int{}
	if g.past != nil {
		for _, s := range g.past.Seen {
			known[s.Key] = s.First
		}
	}
	g.first = make([]int, g.table.Len())
	for row := range g.table.Len() {
		first, seenBefore := known[g.table.Key(row)]
		if !seenBefore {
			first = g.number
		}
		g.first[row] = first
		g.next.Seen = append(g.next.Seen, seen{g.table.Key(row), first})
	}
	slices.SortFunc(g.next.Seen, func(a, b seen) int {
		if a.Key < b.Key {
			return -1
		}
		return 1
	})
}

// order puts the groups in the order in which they are tried: everybody, then by
// breakdown as they were declared, then by the number of people who took part, so
// that where a group must be held back it is the smallest of the breakdown that
// was declared last, and the same one for each question. How many people's value
// is known at all comes last: no question is split by it.
func (g *guard) order() {
	size := map[Group]int{}
	groups := candidatesOf(g.breakdowns)
	cells := g.table.Cells()
	for row := range g.table.Len() {
		for _, c := range groups {
			if c.holds(cells[g.table.Cell(row)]) {
				size[c.Group]++
			}
		}
	}
	slices.SortStableFunc(groups, func(a, b *candidate) int {
		if whole := a.Value == ""; whole != (b.Value == "") {
			if whole {
				return 1
			}
			return -1
		}
		if a.axis != b.axis {
			return a.axis - b.axis
		}
		return size[b.Group] - size[a.Group]
	})
	g.candidates = append([]*candidate{everybody()}, groups...)
}

// takePart counts who answered at all: everybody and by group.
func (g *guard) takePart() {
	g.taking = g.decide("", -1, g.candidates)
}

// hiddenTaking are the groups whose size stays hidden among those who took part,
// and why. No question shows them either: the number of people who answered it is
// their size, or nearly so, and would pin the small group that they hide.
func (g *guard) hiddenTaking(groups []*candidate) map[Group]Reason {
	hidden := map[Group]Reason{}
	if g.taking == nil || !g.rules.across {
		return hidden
	}
	for _, c := range groups {
		if why := g.taking.reason[c.Group]; why != "" {
			hidden[c.Group] = why
		}
	}
	return hidden
}

func (g *guard) question(index int) {
	q := g.table.Questions()[index]
	groups := g.candidates[:1]
	if !q.Background && q.Kind != results.Words {
		groups = slices.DeleteFunc(slices.Clone(g.candidates), func(c *candidate) bool { return c.axis >= 0 && c.Value == "" })
	}
	g.decide(q.Name, index, groups)
}

// verdict is what came of a question: the cells as they are now counted, the
// groups that may be shown, and why the others may not.
type verdict struct {
	cells  map[string]*cellTrack
	shown  []*candidate
	reason map[Group]Reason
}

// decide lets the figures of a question through, group by group.
func (g *guard) decide(name string, index int, groups []*candidate) *verdict {
	var past *track
	if g.past != nil {
		past = g.past.Questions[name]
	}
	var edges results.Classes
	if index >= 0 && g.table.Questions()[index].Kind == results.Number {
		if past != nil && len(past.Edges) > 0 {
			edges = past.Edges
		} else {
			edges = g.table.ClassesOf(index)
		}
	}
	now := count(g.table, index, edges, past, g.first)
	taken := g.changedCells(past, now)
	hidden := g.hiddenTaking(groups)
	tried := slices.DeleteFunc(slices.Clone(groups), func(c *candidate) bool { return hidden[c.Group] != "" })
	v := g.try(past, now, taken, tried)
	for v == nil {
		v = g.try(past, now, taken, tried)
	}
	if g.rules.audit {
		g.holdBack(v)
	}
	maps.Copy(v.reason, hidden)
	g.remember(name, past, v, edges)
	g.show(name, index, edges, groups, v)
	return v
}

// changedCells are the cells in which something waits.
func (g *guard) changedCells(past *track, now *counted) map[string]bool {
	taken := map[string]bool{}
	for key, c := range now.cells {
		if changed(past.cell(key), c) > 0 {
			taken[key] = true
		}
	}
	if past != nil {
		for key, c := range past.Cells {
			if changed(c, now.cells[key]) > 0 {
				taken[key] = true
			}
		}
	}
	return taken
}

// try takes the cells and asks the audit for each group. When a group that was
// shown before may not be shown with what it would take, its cells are struck
// from taken and nil says: try again. It ends, for with nothing taken every group
// that was shown before is the same as it was.
func (g *guard) try(past *track, now *counted, taken map[string]bool, groups []*candidate) *verdict {
	v := &verdict{cells: g.takeCells(past, now, taken), reason: map[Group]Reason{}}
	before := past.lastShown()
	if !g.rules.memory {
		past, before = nil, nil
	}
	strike := func(c *candidate) bool {
		struck := false
		for key := range taken {
			if c.holds(g.cell(key)) {
				delete(taken, key)
				struck = true
			}
		}
		return struck
	}
	for _, c := range groups {
		if !before[c.Group] {
			continue
		}
		d := 0
		for key := range taken {
			if c.holds(g.cell(key)) {
				d += changed(past.cell(key), now.cells[key])
			}
		}
		if g.rules.audit && d > 0 && d < g.least && strike(c) {
			return nil
		}
	}
	atoms := newAtoms(v.cells, len(g.breakdowns))
	audit := newAudit(g.least, atoms.people())
	if past != nil {
		for _, r := range past.Rows {
			for _, group := range r.Groups {
				if c := g.find(group); c != nil {
					audit.remember(atoms.in(c, r.Release))
				}
			}
		}
	}
	// What was shown before comes first, so that a new group never takes its place.
	for _, again := range []bool{true, false} {
		for _, c := range groups {
			if before[c.Group] != again {
				continue
			}
			base := atoms.base(c)
			switch {
			case base < g.least:
				v.reason[c.Group] = TooSmall
			case c.axis >= 0 && v.reason[Group{}] != "":
				v.reason[c.Group] = Derivable // without the whole no part
			case !g.rules.audit || audit.admit(atoms.in(c, g.number)):
				v.shown = append(v.shown, c)
				continue
			case again && strike(c):
				return nil
			default:
				v.reason[c.Group] = Derivable
			}
			if again && strike(c) {
				return nil
			}
		}
	}
	return v
}

// takeCells is the count of each cell with or without what waits.
func (g *guard) takeCells(past *track, now *counted, taken map[string]bool) map[string]*cellTrack {
	cells := map[string]*cellTrack{}
	if past != nil {
		maps.Copy(cells, past.Cells)
	}
	for key, c := range now.cells {
		if was := past.cell(key); taken[key] || changed(was, c) == 0 {
			cells[key] = take(was, c, g.number)
		}
	}
	for key, was := range cells {
		if now.cells[key] == nil && taken[key] {
			cells[key] = take(was, nil, g.number)
		}
	}
	return cells
}

func (g *guard) find(group Group) *candidate {
	for _, c := range g.candidates {
		if c.Group == group {
			return c
		}
	}
	return nil
}

// remember keeps what is shown for the next release.
func (g *guard) remember(name string, past *track, v *verdict, edges results.Classes) {
	t := &track{Cells: v.cells, Edges: edges}
	if past != nil {
		t.Rows = slices.Clone(past.Rows)
	}
	r := shownRow{Release: g.number}
	for _, c := range v.shown {
		r.Groups = append(r.Groups, c.Group)
	}
	t.Rows = append(t.Rows, r)
	g.next.Questions[name] = t
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

func (g *guard) cell(key string) results.Cell { return results.CellOf(key, len(g.breakdowns)) }
