package disclosure

import (
	"maps"
	"slices"

	"weerklank.nl/weerklank/surveys/results"
)

// counted is a question as it stands in the answers now, by cell.
type counted struct {
	index  int // of the question in the table; -1 for taking part
	option []string
	cells  map[string]*cellCount
}

// cellCount is a cell as it stands now: the fresh count of all, and how many of
// the people of each earlier atom are still there.
type cellCount struct {
	tally tally
	still map[int]int // by atom.From
	added int
}

// parts divides the responses by cell and by the release from which on each was known:
// within one of them all are counted in a question's cell, or all wait.
type parts struct {
	of     []uint32 // by row: its cell times the number of releases, and which of those
	firsts []int    // the releases, ascending
}

// partsOf makes the parts. first says of each row from which release on it was known.
func partsOf(t *results.Table, first []int) parts {
	p := parts{of: t.CellOf()}
	at := map[int]uint32{}
	for _, release := range first {
		at[release] = 0
	}
	p.firsts = slices.Sorted(maps.Keys(at))
	for i, release := range p.firsts {
		at[release] = uint32(i)
	}
	for row, release := range first {
		p.of[row] = p.of[row]*uint32(len(p.firsts)) + at[release]
	}
	return p
}

// count counts a question in the table.
func count(t *results.Table, index int, edges results.Classes, past *track, in parts) *counted {
	now := &counted{index: index, option: optionNames(t, index, edges), cells: map[string]*cellCount{}}
	by := byPart(t, index, edges, in)
	for i, c := range t.Cells() {
		cell, key := &cellCount{still: map[int]int{}}, c.Key()
		now.cells[key] = cell
		options, missing := make([]int, len(now.option)), make([]int, len(now.option))
		for n, first := range in.firsts {
			part := &by[i*len(in.firsts)+n]
			cell.tally.None += part.None
			cell.tally.Base += part.Base
			for o := range min(len(options), len(part.Options)) {
				options[o] += part.Options[o]
			}
			for o := range min(len(missing), len(part.Missing)) {
				missing[o] += part.Missing[o]
			}
			if part.Base == 0 {
				continue
			}
			if from := past.atomOf(key, first); from > 0 {
				cell.still[from] += part.Base
			} else {
				cell.added += part.Base
			}
		}
		cell.tally.Options, cell.tally.Missing = named(now.option, options), named(now.option, missing)
	}
	return now
}

// byPart counts a question in every part; of taking part all are in the base.
func byPart(t *results.Table, index int, edges results.Classes, in parts) []results.Count {
	many := len(t.Cells()) * len(in.firsts)
	if index >= 0 {
		return t.ByPart(index, edges, in.of, many)
	}
	counts := make([]results.Count, many)
	for _, part := range in.of {
		counts[part].Base++
	}
	return counts
}

func answerOf(t *results.Table, index, row int, edges results.Classes) (results.Status, uint64) {
	if index < 0 {
		return results.InBase, 0
	}
	a := t.Answer(index, row)
	switch t.Questions()[index].Kind {
	case results.Number:
		if a.Status == results.InBase && len(edges) > 0 {
			return a.Status, 1 << edges.Of(t.Numeric(index, row))
		}
	case results.Words:
		return a.Status, 0
	}
	return a.Status, a.Set
}

func optionNames(t *results.Table, index int, edges results.Classes) []string {
	var names []string
	if index < 0 {
		return names
	}
	switch q := t.Questions()[index]; q.Kind {
	case results.Number:
		for i := range edges {
			names = append(names, edges.Name(i))
		}
	case results.One, results.Many:
		for _, o := range q.Options {
			names = append(names, o.Name)
		}
	}
	return names
}

func each(set uint64, do func(option int)) {
	for o := 0; set != 0; o, set = o+1, set>>1 {
		if set&1 == 1 {
			do(o)
		}
	}
}

func named(names []string, counts []int) map[string]int {
	m := map[string]int{}
	for i, n := range counts {
		if n > 0 {
			m[names[i]] = n
		}
	}
	return m
}

// atomOf is the release with which a response that was first known at a release
// entered the cell's count; 0 when it waits.
func (t *track) atomOf(cell string, first int) int {
	if t == nil {
		return 0
	}
	c := t.Cells[cell]
	if c == nil || first > c.Upto {
		return 0
	}
	from := 0
	for _, a := range c.Atoms {
		if a.From >= first && (from == 0 || a.From < from) {
			from = a.From
		}
	}
	return from
}

// changed is how many people would be added to the count of a cell, and how many would be
// gone from it, if all that waits were taken.
func changed(was *cellTrack, now *cellCount) (added, gone int) {
	if now != nil {
		added = now.added
	}
	if was == nil {
		return added, 0
	}
	for _, a := range was.Atoms {
		if a.Until != 0 {
			continue
		}
		gone += a.People
		if now != nil {
			gone -= min(a.People, now.still[a.From])
		}
	}
	return added, gone
}

// differs tells whether something waits in a cell.
func differs(was *cellTrack, now *cellCount) bool {
	added, gone := changed(was, now)
	return added+gone > 0
}

// take is the cell with all that waits taken at a release.
func take(was *cellTrack, now *cellCount, release int) *cellTrack {
	next := &cellTrack{Upto: release}
	if now != nil {
		next.Tally = now.tally
	}
	if was != nil {
		for _, a := range was.Atoms {
			still := 0
			if now != nil {
				still = min(a.People, now.still[a.From])
			}
			switch {
			case a.Until != 0 || still == a.People:
				next.Atoms = append(next.Atoms, a)
			default:
				if still > 0 {
					next.Atoms = append(next.Atoms, atom{From: a.From, People: still})
				}
				next.Atoms = append(next.Atoms, atom{From: a.From, Until: release, People: a.People - still})
			}
		}
	}
	if now != nil && now.added > 0 {
		next.Atoms = append(next.Atoms, atom{From: release, People: now.added})
	}
	return next
}

// grid is the count of a question as it is taken, by cell of the guard.
type grid struct {
	names            []string
	base, none       []int
	options, missing [][]int // by cell, by name
}

func (g *guard) gridOf(q *inquiry, v *verdict) *grid {
	r := &grid{names: slices.Clone(q.now.option), base: make([]int, len(g.cells)), none: make([]int, len(g.cells)),
		options: make([][]int, len(g.cells)), missing: make([][]int, len(g.cells))}
	at := map[string]int{}
	for i, name := range r.names {
		at[name] = i
	}
	for _, c := range v.cells { // an answer that nobody gives any more
		for _, counts := range []map[string]int{c.Tally.Options, c.Tally.Missing} {
			for name := range counts {
				if _, known := at[name]; !known {
					at[name] = len(r.names)
					r.names = append(r.names, name)
				}
			}
		}
	}
	for i, key := range g.cells {
		r.options[i], r.missing[i] = make([]int, len(r.names)), make([]int, len(r.names))
		c := v.cells[key]
		if c == nil {
			continue
		}
		r.base[i], r.none[i] = c.Tally.Base, c.Tally.None
		for name, n := range c.Tally.Options {
			r.options[i][at[name]] = n
		}
		for name, n := range c.Tally.Missing {
			r.missing[i][at[name]] = n
		}
	}
	return r
}

// of adds up the cells of a group.
func (r *grid) of(c *candidate) tally {
	total := tally{Options: map[string]int{}, Missing: map[string]int{}}
	for _, i := range c.at {
		total.Base += r.base[i]
		total.None += r.none[i]
		for o, n := range r.options[i] {
			if n > 0 {
				total.Options[r.names[o]] += n
			}
		}
		for o, n := range r.missing[i] {
			if n > 0 {
				total.Missing[r.names[o]] += n
			}
		}
	}
	return total
}

// people is the base of a group.
func (r *grid) people(c *candidate) int {
	n := 0
	for _, i := range c.at {
		n += r.base[i]
	}
	return n
}

// gave is how many people of a group gave an answer.
func (r *grid) gave(c *candidate, option int) int {
	n := 0
	for _, i := range c.at {
		n += r.options[i][option]
	}
	return n
}
