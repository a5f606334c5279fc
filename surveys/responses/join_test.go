package responses_test

import (
	"errors"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

// drawn are combinations of two attributes, each once.
func drawn(t *rapid.T, label string, most int) []responses.Combination {
	var all []responses.Combination
	for _, department := range []string{"", "balie", "zorg", "werk"} {
		for _, role := range []string{"", "lid", "leider"} {
			c := responses.Combination{Values: []string{department, role}, People: rapid.IntRange(0, most).Draw(t, label+" people"), Cards: rapid.IntRange(0, 2).Draw(t, label+" cards")}
			if c.People+c.Cards > 0 && rapid.Bool().Draw(t, label) {
				all = append(all, c)
			}
		}
	}
	return all
}

func TestWhoeverIsAddedStandsOutInNoGroup(t *testing.T) {
	names := []string{"afdeling", "rol"}
	rapid.Check(t, func(t *rapid.T) {
		least := rapid.SampledFrom([]int{1, 5, 10}).Draw(t, "least")
		groups, _, err := responses.MergeGroups(names, drawn(t, "first", 12), least)
		if err != nil || len(groups) == 0 {
			t.Skip("too few to begin with")
		}
		i := &responses.Invitations{Breakdowns: names, Groups: groups}
		before := make([]responses.BallotGroup, len(groups))
		for g := range groups {
			before[g] = groups[g]
			before[g].Values = maps.Clone(groups[g].Values)
		}
		added := drawn(t, "added", 12)
		into, err := i.Join(added, least)
		if err != nil {
			t.Fatal(err)
		}
		more := make([]int, len(i.Groups))
		for n, at := range into {
			more[at] += added[n].People + added[n].Cards
			for b, name := range names {
				if v := i.Groups[at].Values[name]; v != "" && v != added[n].Values[b] {
					t.Fatalf("%v came into a group of %v: a value is made up", added[n].Values, i.Groups[at].Values)
				}
			}
		}
		for g := range i.Groups {
			size := more[g]
			if g < len(before) {
				size += before[g].Size()
				for name, v := range i.Groups[g].Values {
					if v != "" && v != before[g].Values[name] {
						t.Fatalf("group %d had %v and has %v", g, before[g].Values, i.Groups[g].Values)
					}
				}
				if i.Groups[g].Cards < before[g].Cards {
					t.Fatalf("group %d lost cards, which may be printed", g)
				}
			}
			if got := i.Groups[g].Size(); got != size || got < least {
				t.Fatalf("group %d has %d people, want %d and at least %d", g, got, size, least)
			}
			sum := 0
			for _, from := range i.Groups[g].From {
				sum += from.People + from.Cards
			}
			if sum != size {
				t.Fatalf("group %d is made of %d people and has %d", g, sum, size)
			}
		}
	})
}

func TestPeopleJoinWhereLeastIsLost(t *testing.T) {
	i := &responses.Invitations{Breakdowns: []string{"afdeling", "rol"}, Groups: []responses.BallotGroup{
		{Values: map[string]string{"afdeling": "balie", "rol": "lid"}, People: 6}, {Values: map[string]string{"afdeling": "zorg", "rol": ""}, People: 9}}}
	into, err := i.Join([]responses.Combination{
		{Values: []string{"balie", "lid"}, People: 1},    // as those are
		{Values: []string{"zorg", "leider"}, People: 2},  // the role of that group was left out
		{Values: []string{"werk", "lid"}, People: 5},     // enough of their own
		{Values: []string{"balie", "leider"}, People: 1}, // fits nowhere, and is too few
	}, 5)
	if err != nil || !slices.Equal(into, []int{0, 1, 2, 0}) {
		t.Fatalf("they came into %v (%v)", into, err)
	}
	if v := i.Groups[0].Values; v["afdeling"] != "balie" || v["rol"] != "" || i.Groups[0].Size() != 8 {
		t.Errorf("the group that took somebody in is %+v", i.Groups[0])
	}
}

func TestNobodyIsAddedOnceSomethingWentOutOrALotWasDrawn(t *testing.T) {
	for name, i := range map[string]*responses.Invitations{"sent": {Round: 1}, "drawn": {Lot: &responses.Lot{}}} {
		var wrong surveys.Invalid
		if _, err := i.Join(nil, 5); !errors.As(err, &wrong) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
