package responses

import (
	"maps"
	"slices"
)

// Leave takes a person of a group off the list, by the number of the group. As long as
// nothing was sent the group counts one less, and groups that are too small for least by
// that give values up, by the rule by which they were made; it tells whether one did. A
// group keeps its number, because ballots and printed cards have it; its values are those
// of its ballots from then on.
//
// Once the invitation went out the groups stay as they were asked: whoever is taken off
// may have answered before, which nobody knows, so that the answers of the group are still
// one of as many people. Leaving out a value then would set those who answer later apart
// from those who answered before. Figures of a group are shown of least responses only,
// whatever the number on the list.
func (i *Invitations) Leave(group, least int) (merged bool) {
	if i.Round > 0 || group < 0 || group >= len(i.Groups) || i.Groups[group].People == 0 {
		return false
	}
	groups := slices.Clone(i.Groups)
	g := &groups[group]
	g.People--
	g.From = withoutOne(g, i.Breakdowns)
	now, sizes := make([][]string, len(groups)), make([]Combination, len(groups))
	for n := range groups {
		now[n] = valuesOf(&groups[n], i.Breakdowns)
		sizes[n] = Combination{People: groups[n].People, Cards: groups[n].Cards}
	}
	for small := tooSmall(now, sizes, least); small != nil; small = tooSmall(now, sizes, least) {
		leaveOut(now, small)
	}
	for n := range groups {
		values := maps.Clone(groups[n].Values)
		for b, name := range i.Breakdowns {
			if values[name] != now[n][b] {
				values[name], merged = now[n][b], true
			}
		}
		groups[n].Values = values
	}
	i.Groups = groups
	return merged
}

// valuesOf are the values of a group in the order of the breakdowns.
func valuesOf(g *BallotGroup, breakdowns []string) []string {
	values := make([]string, len(breakdowns))
	for b, name := range breakdowns {
		values[b] = g.Values[name]
	}
	return values
}

// withoutOne is what a group is made of without one of its people. Of which combination
// they were is only known where there is one: else people are told by the values of the
// group alone, and cards as before, since they are handed out by that.
func withoutOne(g *BallotGroup, breakdowns []string) []Combination {
	if len(g.From) == 1 {
		from := slices.Clone(g.From)
		from[0].People = g.People
		return from
	}
	var from []Combination
	for _, c := range g.From {
		if c.Cards > 0 {
			from = append(from, Combination{Values: c.Values, Cards: c.Cards})
		}
	}
	if g.People > 0 {
		from = append(from, Combination{Values: valuesOf(g, breakdowns), People: g.People})
	}
	return from
}
