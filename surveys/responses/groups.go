package responses

import (
	"cmp"
	"slices"
	"strings"

	"weerklank.nl/weerklank/surveys"
)

// BallotGroup is a number of ballots that carry the same values. Its place in the list
// of a survey's groups is its number.
type BallotGroup struct {
	Values map[string]string `json:"values"`           // by question; "" where the value is left out, so that nobody stands out
	People int               `json:"people"`           // on the list, who get a mail or a card
	Cards  int               `json:"cards"`            // for people who are counted only
	From   []Combination     `json:"from"`             // what it was made of, to hand out cards by
	Series string            `json:"series,omitempty"` // random, of its cards; "" in a list that was made before there were any
}

// NumberCards gives each group of which no card was made yet a series from chance: a list
// that is taken back and made anew has other cards, and those of before, which were
// perhaps used, open nothing any more. had are the cards that a group had before, by its
// place; adding people leaves these as they are.
func NumberCards(groups []BallotGroup, had []int, chance func() surveys.ID) {
	for g := range groups {
		if groups[g].Series == "" && (g >= len(had) || had[g] == 0) {
			groups[g].Series = string(chance())
		}
	}
}

// Size is how many people are invited in the group.
func (g *BallotGroup) Size() int { return g.People + g.Cards }

// Combination is a number of people who share their values, in the order of the
// declared breakdowns.
type Combination struct {
	Values []string `json:"values"`
	People int      `json:"people"`
	Cards  int      `json:"cards"`
}

func (c *Combination) size() int { return c.People + c.Cards }

// MergeGroups makes the groups of ballots out of the combinations of values on a list,
// so that each holds at least least people. Where a combination is too small its last
// value is left out, then the one before: the first breakdown counts most. Whoever is
// then still too few takes the smallest other group along. It refuses when fewer people
// than that are invited at all.
//
// into gives for each combination the number of its group.
func MergeGroups(breakdowns []string, all []Combination, least int) (groups []BallotGroup, into []int, err error) {
	total := 0
	for i := range all {
		total += all[i].size()
	}
	if total < least {
		return nil, nil, surveys.Invalid{{Field: "list", Key: "invite.too_few_people", Args: map[string]any{"Group": least, "Count": total}}}
	}
	now := make([][]string, len(all)) // the values that each combination keeps
	for i := range all {
		now[i] = slices.Clone(all[i].Values)
	}
	for {
		small := tooSmall(now, all, least)
		if small == nil {
			break
		}
		leaveOut(now, small)
	}
	byKey := map[string]int{}
	into = make([]int, len(all))
	order := make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return slices.Compare(now[a], now[b]) })
	for _, i := range order {
		key := strings.Join(now[i], "\x00")
		at, known := byKey[key]
		if !known {
			at = len(groups)
			byKey[key] = at
			values := make(map[string]string, len(breakdowns))
			for b, name := range breakdowns {
				values[name] = now[i][b]
			}
			groups = append(groups, BallotGroup{Values: values})
		}
		into[i] = at
		groups[at].People += all[i].People
		groups[at].Cards += all[i].Cards
		groups[at].From = append(groups[at].From, all[i])
	}
	return groups, into, nil
}

// tooSmall are the values of which a group would be too small, and which have to give
// one up: those of the smallest such group that can, or else, when the people without
// any value are too few, those of the smallest group that has one. nil when all is well.
func tooSmall(now [][]string, all []Combination, least int) []string {
	sizes := map[string]int{}
	values := map[string][]string{}
	for i := range all {
		key := strings.Join(now[i], "\x00")
		sizes[key] += all[i].size()
		values[key] = now[i]
	}
	var keys []string
	for key, size := range sizes {
		if size > 0 {
			keys = append(keys, key)
		}
	}
	slices.SortFunc(keys, func(a, b string) int {
		// The one that keeps most values first: it has something to give up.
		return cmp.Or(cmp.Compare(kept(values[b]), kept(values[a])), cmp.Compare(sizes[a], sizes[b]), cmp.Compare(a, b))
	})
	nobody := false
	for _, key := range keys {
		if sizes[key] < least && kept(values[key]) > 0 {
			return slices.Clone(values[key])
		}
		nobody = nobody || sizes[key] < least
	}
	if !nobody {
		return nil
	}
	slices.SortFunc(keys, func(a, b string) int {
		return cmp.Or(cmp.Compare(sizes[a], sizes[b]), cmp.Compare(a, b))
	})
	for _, key := range keys {
		if kept(values[key]) > 0 {
			return slices.Clone(values[key])
		}
	}
	return nil
}

// kept is how many values are not left out.
func kept(values []string) int {
	n := 0
	for _, v := range values {
		if v != "" {
			n++
		}
	}
	return n
}

// leaveOut takes the last value away from everybody who has exactly these.
func leaveOut(now [][]string, these []string) {
	for i := range now {
		if !slices.Equal(now[i], these) {
			continue
		}
		for b := len(now[i]) - 1; b >= 0; b-- {
			if now[i][b] != "" {
				now[i][b] = ""
				break
			}
		}
	}
}
