package disclosure

import (
	"context"
	"fmt"
	"slices"

	"weerklank.nl/weerklank/surveys"
)

// other is a group that was shown of another survey of the same people, by what its
// people have in common. The same name of a merged group may stand for other values
// there.
type other []otherTerm

type otherTerm struct {
	breakdown string
	values    []string // nil for all that are known
}

// othersOf are the groups of which a figure was ever shown of other surveys: of any
// question, at any release. newest is the number of the last release of each.
func othersOf(ctx context.Context, releases Releases, org surveys.OrgID, same []surveys.ID) (all []other, newest map[surveys.ID]int, err error) {
	newest = map[surveys.ID]int{}
	known := map[string]bool{}
	for _, id := range same {
		list, err := releases.ListReleases(ctx, org, id)
		if err != nil {
			return nil, nil, fmt.Errorf("what was shown of survey %s of the same people: %w", id, err)
		}
		newest[id] = 0
		for _, r := range list {
			newest[id] = max(newest[id], r.Number)
			for _, e := range r.shown.Entries {
				if e.Figure == nil {
					continue
				}
				o := r.shown.other(e.Group)
				if key := fmt.Sprintf("%q", o); !known[key] {
					known[key] = true
					all = append(all, o)
				}
			}
		}
	}
	return all, newest, nil
}

// other is a group of a release by what its people have in common.
func (s *shown) other(group Group) other {
	o := other{}
	for _, t := range []Group{{Breakdown: group.Breakdown, Value: group.Value}, {Breakdown: group.With, Value: group.WithValue}} {
		if t.Breakdown == "" {
			continue
		}
		term := otherTerm{breakdown: t.Breakdown}
		if t.Value != "" {
			term.values = []string{t.Value}
		}
		for _, b := range s.Breakdowns {
			for _, v := range b.Values {
				if b.Name == t.Breakdown && v.Name == t.Value && v.Of != nil {
					term.values = v.Of
				}
			}
		}
		o = append(o, term)
	}
	return o
}

// among are the cells of the people of a group of another survey. False when it was
// split by what this survey does not know of its people.
func (g *guard) among(o other) (*candidate, bool) {
	c := &candidate{in: make([]bool, len(g.cells))}
	for _, t := range o {
		axis := slices.IndexFunc(g.breakdowns, func(b Breakdown) bool { return b.Name == t.breakdown })
		if axis < 0 {
			return nil, false
		}
		c.terms = append(c.terms, term{axis, t.values})
	}
	for i, cell := range g.values {
		c.in[i] = c.holds(cell)
	}
	return c, true
}
