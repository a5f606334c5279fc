package disclosure_test

import (
	"testing"

	"pgregory.net/rapid"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
	"weerklank.nl/weerklank/surveys/disclosure/attacker"
)

func TestWhatCanBeSplitIsToldBeforehand(t *testing.T) {
	heads := func(people ...int) (all []disclosure.Heads) {
		for i, n := range people {
			all = append(all, disclosure.Heads{Values: []string{string(rune('a' + i))}, People: n})
		}
		return all
	}
	for name, c := range map[string]struct {
		heads []disclosure.Heads
		key   string
		shown any
	}{
		"of 23 colleagues in eight jobs nothing":       {heads(3, 4, 3, 2, 4, 3, 2, 2), "foresee.none", 0},
		"of three large groups everything":             {heads(30, 12, 10), "foresee.all", 3},
		"where one is small, all but it and the least": {heads(30, 12, 10, 3), "foresee.some", 2},
		"of six people not even everybody":             {heads(3, 3), "foresee.nothing", nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := &surveys.Survey{SmallestGroup: 10, Breakdowns: []string{"functie"}}
			f := disclosure.Foresee(s, map[string]surveys.Text{"functie": {NL: "functie"}}, c.heads)
			if len(f.Says) != 1 || f.Says[0].Key != c.key || f.Says[0].Args["Shown"] != c.shown {
				t.Errorf("says %+v, want %s with %v", f.Says, c.key, c.shown)
			}
		})
	}
}

func TestWhatIsForeseenBetraysNobody(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := &surveys.Survey{SmallestGroup: 5, Breakdowns: []string{"a", "b"}, Pairs: []surveys.Pair{{First: "a", Second: "b"}}}
		var heads []disclosure.Heads
		var people [][]string
		for i := range rapid.IntRange(1, 5).Draw(t, "a") {
			for j := range rapid.IntRange(1, 5).Draw(t, "b") {
				h := disclosure.Heads{Values: []string{string(rune('p' + i)), string(rune('v' + j))}, People: rapid.IntRange(0, 12).Draw(t, "people")}
				heads = append(heads, h)
				for range h.People {
					people = append(people, h.Values)
				}
			}
		}
		f := disclosure.Foresee(s, nil, heads)
		known := attacker.Figures{People: len(people)}
		for _, g := range f.Allowed {
			known.Add(func(p int) bool {
				has := func(breakdown, value string) bool {
					return breakdown == "" || breakdown == "a" && people[p][0] == value || breakdown == "b" && people[p][1] == value
				}
				return has(g.Breakdown, g.Value) && has(g.With, g.WithValue)
			})
		}
		if n, alone := known.Derive(5); n > 0 || alone > 0 {
			t.Fatalf("a set of %d (or %d others) follows from %v of %v", n, alone, f.Allowed, heads)
		}
	})
}
