package responses_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"weerklank.nl/weerklank/surveys/responses"
)

// TestWhoeverIsLeftStandsOutInNoGroup takes people off a list one by one, to the last: what
// a ballot tells is shared by enough people, or it tells nothing.
func TestWhoeverIsLeftStandsOutInNoGroup(t *testing.T) {
	names := []string{"afdeling", "rol"}
	rapid.Check(t, func(t *rapid.T) {
		least := rapid.SampledFrom([]int{1, 5, 10}).Draw(t, "least")
		groups, _, err := responses.MergeGroups(names, drawn(t, "first", 12), least)
		if err != nil {
			t.Skip("too few to begin with")
		}
		i := &responses.Invitations{Breakdowns: names, Groups: groups}
		for {
			var there []int
			for g := range i.Groups {
				if i.Groups[g].People > 0 {
					there = append(there, g)
				}
			}
			if len(there) == 0 {
				return
			}
			before := slices.Clone(i.Groups)
			size := i.Size()
			off := rapid.SampledFrom(there).Draw(t, "off")
			merged := i.Leave(off, least)
			if i.Size() != size-1 || i.Groups[off].People != before[off].People-1 {
				t.Fatalf("one left a group of %d, and it counts %d", before[off].People, i.Groups[off].People)
			}
			sharing, gaveUp := map[string]int{}, false
			for g := range i.Groups {
				sharing[fmt.Sprint(i.Groups[g].Values)] += i.Groups[g].Size()
				for name, v := range i.Groups[g].Values {
					if v != "" && v != before[g].Values[name] {
						t.Fatalf("group %d had %v and has %v", g, before[g].Values, i.Groups[g].Values)
					}
				}
				gaveUp = gaveUp || !maps.Equal(i.Groups[g].Values, before[g].Values)
				sum := 0
				for _, from := range i.Groups[g].From {
					sum += from.People + from.Cards
				}
				if sum != i.Groups[g].Size() || i.Groups[g].Cards != before[g].Cards {
					t.Fatalf("group %d is made of %d people and has %+v", g, sum, i.Groups[g])
				}
			}
			if gaveUp != merged {
				t.Fatalf("it says that a group gave a value up: %v, want %v", merged, gaveUp)
			}
			nothing := fmt.Sprint(map[string]string{"afdeling": "", "rol": ""})
			for values, n := range sharing {
				if n > 0 && n < least && (values != nothing || i.Size() >= least) {
					t.Fatalf("%s is shared by %d people, want %d", values, n, least)
				}
			}
		}
	})
}

func TestOnceSomethingWentOutTheGroupsStayAsTheyWereAsked(t *testing.T) {
	of := func() *responses.Invitations {
		return &responses.Invitations{Round: 1, Breakdowns: []string{"afdeling"}, Groups: []responses.BallotGroup{
			{Values: map[string]string{"afdeling": "balie"}, People: 5}, {Values: map[string]string{"afdeling": "zorg"}, People: 9}}}
	}
	i := of()
	if merged := i.Leave(0, 5); merged || !reflect.DeepEqual(i, of()) {
		t.Errorf("who was taken off after the invitation changed the groups: %+v", i.Groups)
	}
	i.Round = 0
	if merged := i.Leave(0, 5); !merged || i.Groups[0].Values["afdeling"] != "" || i.Groups[1].Values["afdeling"] != "" {
		t.Errorf("before it they are %+v, want that nobody stands out: four of no department beside nine of one would", i.Groups)
	}
}
