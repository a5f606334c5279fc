package manage

import (
	"slices"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
)

// mostRows is how many groups of one breakdown a page lists: the largest that are
// shown. What is left out is said.
const mostRows = 60

// groupTable is who took part by a breakdown, and who is missing.
type groupTable struct {
	Label   string
	Rows    []shareView
	Base    int
	Against bool // it is known how many people there are of each group
	More    bool // groups are left out of the list
}

// takingPart are the declared breakdowns with who answered of each group, held
// against what the organisation knows of all its people.
func (w wording) takingPart(r *disclosure.Release, known *surveys.Structure) []groupTable {
	var tables []groupTable
	for _, b := range r.Breakdowns() {
		q, asked := r.Question(b.Name)
		figure := w.figure(r, q, disclosure.Group{})
		if !asked || figure.Hidden != "" {
			continue
		}
		t := groupTable{Label: b.Label.In(w.lang), Rows: figure.Rows, Base: figure.Base}
		p, _ := r.Figure(q.Name, disclosure.Group{})
		margin := marginOf(known, b)
		for i, share := range p.Shares() {
			expected, ok := margin[share.Name]
			if !ok {
				continue
			}
			t.Against = true
			row := &t.Rows[i]
			row.Expected = &expected
			if row.Hidden {
				continue
			}
			switch share.Against(expected) {
			case -1:
				row.Flag, row.Tone = "results.flag.missing", "warning"
			case 1:
				row.Flag = "results.flag.many"
			default:
				row.Flag = "results.flag.fits"
			}
		}
		t.Rows, t.More = largest(t.Rows)
		tables = append(tables, t)
	}
	return tables
}

// largest are the rows that a page can hold: of a very long list those with the most
// people, still in the order of the list.
func largest(rows []shareView) (kept []shareView, more bool) {
	if len(rows) <= mostRows {
		return rows, false
	}
	sizes := make([]int, 0, len(rows))
	for _, row := range rows {
		if !row.Hidden {
			sizes = append(sizes, row.Count)
		}
	}
	slices.SortFunc(sizes, func(a, b int) int { return b - a })
	least := 0
	if len(sizes) > mostRows {
		least = sizes[mostRows-1]
	}
	for _, row := range rows {
		if !row.Hidden && row.Count >= least && len(kept) < mostRows {
			kept = append(kept, row)
		}
	}
	return kept, true
}

// marginOf is the share of each group of a breakdown among all people, between 0 and
// 1: from the margins of the organisation, or from the head counts of its departments
// or roles. Nil where nothing is known, or where there would be nobody.
func marginOf(known *surveys.Structure, b disclosure.Breakdown) map[string]float64 {
	counts := map[string]int{}
	for _, m := range known.Margins {
		if m.Attribute == b.Name {
			counts = m.Counts
		}
	}
	for _, units := range [][]surveys.Unit{known.Departments, known.Roles} {
		if len(counts) > 0 {
			break
		}
		for _, u := range units {
			if slices.ContainsFunc(b.Values, func(v disclosure.Value) bool { return v.Name == u.ID }) {
				counts[u.ID] = u.Heads
			}
		}
		if 2*len(counts) <= len(b.Values) {
			counts = map[string]int{} // a unit that has the name of a choice by chance
		}
	}
	all := 0
	for _, n := range counts {
		if n < 0 {
			return nil
		}
		all += n
	}
	if all == 0 {
		return nil
	}
	margin := map[string]float64{}
	for name, n := range counts {
		margin[name] = float64(n) / float64(all)
	}
	return margin
}
