package disclosure

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/results"
)

// Bases below which less is shown.
const (
	wholeFrom = 20 // from here on it may be known of a hidden group what everybody, or nobody, answered
	exactFrom = 10 // below it only bands are shown, and no texts
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
	candidates []*candidate // in the order in which they are tried
	byGroup    map[Group]*candidate
	cells      []string // every combination of breakdown values that was ever counted, sorted
	values     []results.Cell
	class      []int // by cell: cells of one class are in the same candidates
	parts      parts
	past       *memory
	others     []other // ever shown of surveys of the same people
	next       memory
	shown      shown
	rules      rules
	decided    []decided // every question, in the order in which they were
	unflagged  *candidate
	taking     *verdict // what may be shown of who took part; nil while that is decided
	people     *atoms   // who took part
	all        *audit   // over them: every count of people of every question
}

// rules are what the guard holds a figure to. Only the test of an attacker, who
// must win without one of them, leaves any out.
type rules struct {
	threshold bool // nothing about fewer people than the smallest group, and less about few
	audit     bool // nothing small may be derived
	memory    bool // … also from earlier releases
	across    bool // … also from the bases of several questions
	deniable  bool // … also from how it is decided what is shown
}

var allRules = rules{threshold: true, audit: true, memory: true, across: true, deniable: true}

// inForce are the rules of Update. No code outside this package's tests sets it.
var inForce = allRules

// next makes the next release of a survey from its answers, and the memory to go
// on from. newest and memory are nil for the first one; others are the groups that
// were ever shown of other surveys of the same people.
func next(s *surveys.Survey, t *results.Table, newest *Release, memory *Memory, others []other, asOf, today surveys.Date, final bool, by rules) (*Release, *Memory, error) {
	g, err := begin(s, t, newest, memory, others, by)
	if err != nil {
		return nil, nil, err
	}
	for i, q := range t.Questions() {
		if !slices.Contains(s.Breakdowns, q.Name) {
			g.question(i)
		} else {
			g.composition(i)
		}
	}
	g.withoutFlagged()
	g.shown.order()
	release := &Release{Org: s.Org, Survey: s.ID, Number: g.number, AsOf: asOf, MadeOn: today, Final: final, shown: g.shown}
	if final {
		return release, EndedMemory(g.number), nil
	}
	return release, &Memory{mem: g.next}, nil
}

// begin takes up a release: who is counted in which cell, and what is shown of who took part.
func begin(s *surveys.Survey, t *results.Table, newest *Release, memory *Memory, others []other, by rules) (*guard, error) {
	g := &guard{survey: s, table: t, least: max(s.SmallestGroup, surveys.LeastGroup), number: 1, others: others, rules: by}
	if newest != nil {
		if memory == nil || memory.mem.Number != newest.Number {
			return nil, fmt.Errorf("release of survey %s after number %d: %w", s.ID, newest.Number, ErrNoMemory)
		}
		if memory.mem.Final {
			return nil, fmt.Errorf("release of survey %s: %w", s.ID, ErrFinal)
		}
		g.past, g.number = &memory.mem, newest.Number+1
	} else if memory != nil {
		return nil, fmt.Errorf("release of survey %s: a memory without its release: %w", s.ID, ErrNoMemory)
	}
	g.recognise()
	g.breakdowns = breakdownsOf(s, t.Questions())
	g.shown = shown{Breakdowns: g.breakdowns, Pairs: s.Pairs, Smallest: g.least, Version: s.Version}
	g.next.Number, g.next.Questions = g.number, map[string]*track{}
	g.line()
	g.takePart()
	return g, nil
}

// recognise finds for each response the release from which on it was known.
func (g *guard) recognise() {
	known := map[uint64]int{}
	if g.past != nil {
		for _, s := range g.past.Seen {
			known[s.Key] = s.First
		}
	}
	first := make([]int, g.table.Len())
	g.next.Seen = make([]seen, 0, len(first))
	for row, key := range g.table.Keys() {
		release, seenBefore := known[key]
		if !seenBefore {
			release = g.number
		}
		first[row] = release
		g.next.Seen = append(g.next.Seen, seen{key, release})
	}
	g.parts = partsOf(g.table, first)
	slices.SortFunc(g.next.Seen, func(a, b seen) int { return cmp.Compare(a.Key, b.Key) })
}

// line lines up the cells and the groups: which cells there are, who is in which
// group, and in what order the groups are tried.
func (g *guard) line() {
	keys, before := map[string]bool{}, map[Group]bool{}
	for _, c := range g.table.Cells() {
		keys[c.Key()] = true
	}
	if g.past != nil {
		for _, t := range g.past.Questions {
			for key := range t.Cells {
				keys[key] = true
			}
			for _, r := range t.Rows {
				for _, group := range r.Groups {
					before[group] = true
				}
			}
		}
	}
	g.cells = slices.Sorted(maps.Keys(keys))
	at := map[string]int{}
	for i, key := range g.cells {
		at[key] = i
		g.values = append(g.values, results.CellOf(key, len(g.breakdowns)))
	}
	g.arrange(g.counted(at), before)
	g.tellFlagged(before)
}

// counted is how many people of each cell took part as far as that was shown: who
// waits would else be seen in the order of the groups.
func (g *guard) counted(at map[string]int) []int {
	people := make([]int, len(g.cells))
	if g.past != nil && g.past.Questions[""] != nil {
		for key, c := range g.past.Questions[""].Cells {
			people[at[key]] = c.Tally.Base
		}
		return people
	}
	index := make([]int, len(g.table.Cells()))
	for i, c := range g.table.Cells() {
		index[i] = at[c.Key()]
	}
	for _, part := range g.parts.of {
		people[index[int(part)/len(g.parts.firsts)]]++
	}
	return people
}

// arrange finds who is in which group, and in what order the groups are tried.
func (g *guard) arrange(people []int, before map[Group]bool) {
	candidates := candidatesOf(g.breakdowns, g.survey.Pairs)
	one := map[Group]*candidate{}
	for _, c := range candidates {
		c.in = make([]bool, len(g.cells))
		if c.level() == 2 {
			first, second := one[Group{Breakdown: c.Breakdown, Value: c.Value}], one[Group{Breakdown: c.With, Value: c.WithValue}]
			for i := range g.cells {
				c.in[i] = first.in[i] && second.in[i]
			}
		} else {
			one[c.Group] = c
			for i, cell := range g.values {
				c.in[i] = c.holds(cell)
			}
		}
		for i, in := range c.in {
			if in {
				c.at = append(c.at, i)
				c.size += people[i]
			}
		}
	}
	g.candidates = inOrder(candidates, before)
	g.byGroup = make(map[Group]*candidate, len(g.candidates))
	for _, c := range g.candidates {
		g.byGroup[c.Group] = c
	}
	g.classify()
}

// classify finds the cells that no candidate tells apart, nor any of some others.
func (g *guard) classify(others ...*candidate) {
	candidates := append(slices.Clone(g.candidates), others...)
	g.class = make([]int, len(g.cells))
	known := map[string]int{}
	for i := range g.cells {
		in := make([]byte, (len(candidates)+7)/8)
		for n, c := range candidates {
			if c.in[i] {
				in[n/8] |= 1 << (n % 8)
			}
		}
		class, there := known[string(in)]
		if !there {
			class = len(known)
			known[string(in)] = class
		}
		g.class[i] = class
	}
}

// apart tells whether a question may count some of the people of a class of cells
// and not others: since it waits in some, or was asked in some only.
func (g *guard) apart() bool {
	return g.past != nil || slices.ContainsFunc(g.table.Questions(), func(q results.Question) bool {
		return slices.ContainsFunc(q.AskedBy, func(name string) bool { return slices.Contains(g.survey.Breakdowns, name) })
	})
}

// kinds are the atoms that stand together or not at all in the figures of groups:
// those of the same class of cells and the same releases. Nil when none do.
func (g *guard) kinds(a *atoms) []int {
	type kind struct{ class, from, until int }
	kinds, known := make([]int, len(a.all)), map[kind]int{}
	for i, one := range a.all {
		k := kind{g.class[a.cell[i]], one.From, one.Until}
		n, there := known[k]
		if !there {
			n = len(known)
			known[k] = n
		}
		kinds[i] = n
	}
	return kinds
}

// takePart counts who answered at all: everybody and by group.
func (g *guard) takePart() {
	g.taking = g.decide(&inquiry{index: -1, groups: g.candidates})
}

func (g *guard) question(index int) {
	q := g.table.Questions()[index]
	groups := g.candidates[:1]
	if g.splits(index) {
		groups = slices.DeleteFunc(slices.Clone(g.candidates), func(c *candidate) bool { return c.level() > 0 && c.whole() })
	}
	g.decide(&inquiry{name: q.Name, index: index, groups: groups})
}

// splits tells whether the figures of a question are shown of more than everybody.
func (g *guard) splits(index int) bool {
	q := g.table.Questions()[index]
	return !q.Background && q.Kind != results.Words
}

func (g *guard) find(group Group) *candidate { return g.byGroup[group] }
