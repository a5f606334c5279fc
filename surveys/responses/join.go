package responses

import (
	"cmp"
	"maps"
	"slices"

	"weerklank.nl/weerklank/surveys"
)

// Joinable tells whether people can still be put on the list: nothing went out, and nobody
// was drawn by lot from a list that would then be another one.
func (i *Invitations) Joinable() error {
	var wrong surveys.Invalid
	wrong.Require(i.Round == 0, "bestand", "invite.add_sent")
	wrong.Require(i.Lot == nil, "bestand", "invite.drawn_already")
	return wrong.Err()
}

// Join puts people on the list whose values, in the order of the breakdowns, are these
// combinations. Groups keep their numbers, because cards were perhaps printed of them.
// Whoever has the values of a group joins it; as many as least make a group of their own;
// fewer join a group that left out what would make them stand out, or make groups
// together. Where they are too few for that too, the group that loses least by it takes
// them in. into gives for each combination the number of its group.
func (i *Invitations) Join(all []Combination, least int) (into []int, err error) {
	if err := i.Joinable(); err != nil {
		return nil, err
	}
	groups := make([]BallotGroup, len(i.Groups))
	for g := range i.Groups {
		groups[g] = i.Groups[g]
		groups[g].Values, groups[g].From = maps.Clone(i.Groups[g].Values), slices.Clone(i.Groups[g].From)
	}
	j := joining{i.Breakdowns, groups}
	into = make([]int, len(all))
	var rest []Combination
	var of []int
	for n := range all {
		into[n] = j.place(&all[n], least)
		if into[n] < 0 {
			rest, of = append(rest, all[n]), append(of, n)
		}
	}
	if made, to, err := MergeGroups(i.Breakdowns, rest, max(least, 1)); err == nil {
		for n := range rest {
			into[of[n]] = j.same(made[to[n]].Values)
		}
	} else {
		for n := range rest {
			into[of[n]] = j.widen(rest[n].Values)
		}
	}
	for n := range all {
		g := &j.groups[into[n]]
		g.People += all[n].People
		g.Cards += all[n].Cards
		g.From = withMore(g.From, &all[n])
	}
	i.Groups = j.groups
	return into, nil
}

// withMore adds people to what a group is made of.
func withMore(from []Combination, c *Combination) []Combination {
	at := slices.IndexFunc(from, func(f Combination) bool { return slices.Equal(f.Values, c.Values) })
	if at < 0 {
		return append(from, *c)
	}
	from[at].People += c.People
	from[at].Cards += c.Cards
	return from
}

type joining struct {
	breakdowns []string
	groups     []BallotGroup
}

// place is the group of a combination: the one with its values, a new one where it is large
// enough, else the one that fits with most values; -1 when there is none.
func (j *joining) place(c *Combination, least int) int {
	best, most := -1, -1
	for g := range j.groups {
		differs, kept := j.held(g, c.Values)
		if differs == 0 && kept > most {
			best, most = g, kept
		}
	}
	if most < kept(c.Values) && c.size() >= least {
		return j.same(j.valuesOf(c.Values))
	}
	return best
}

// held counts the values of a group that a combination does not have, and those that it has.
func (j *joining) held(group int, values []string) (differs, kept int) {
	for b, name := range j.breakdowns {
		switch j.groups[group].Values[name] {
		case "":
		case values[b]:
			kept++
		default:
			differs++
		}
	}
	return differs, kept
}

func (j *joining) valuesOf(values []string) map[string]string {
	of := make(map[string]string, len(values))
	for b, name := range j.breakdowns {
		of[name] = values[b]
	}
	return of
}

// same is the group with exactly these values, which is made when there is none.
func (j *joining) same(values map[string]string) int {
	for g := range j.groups {
		if maps.Equal(j.groups[g].Values, values) {
			return g
		}
	}
	j.groups = append(j.groups, BallotGroup{Values: values})
	return len(j.groups) - 1
}

// widen leaves out of one group what a combination does not have: of the group for which
// that begins last, because the first breakdown counts most, of those where it is the fewest
// values, and of those the smallest.
func (j *joining) widen(values []string) int {
	order := make([]int, len(j.groups))
	for g := range order {
		order[g] = g
	}
	least := slices.MinFunc(order, func(a, b int) int {
		ofA, _ := j.held(a, values)
		ofB, _ := j.held(b, values)
		return cmp.Or(cmp.Compare(j.agrees(b, values), j.agrees(a, values)), cmp.Compare(ofA, ofB), cmp.Compare(j.groups[a].Size(), j.groups[b].Size()), cmp.Compare(a, b))
	})
	for b, name := range j.breakdowns {
		if j.groups[least].Values[name] != values[b] {
			j.groups[least].Values[name] = ""
		}
	}
	return least
}

// agrees is how many breakdowns, from the first, a group would not have to give up.
func (j *joining) agrees(group int, values []string) int {
	for b, name := range j.breakdowns {
		if v := j.groups[group].Values[name]; v != "" && v != values[b] {
			return b
		}
	}
	return len(j.breakdowns)
}
