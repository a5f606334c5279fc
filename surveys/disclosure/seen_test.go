package disclosure_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// nested asks for an area, a neighbourhood within it and a judgement. Whoever lives
// in the area zuid is also asked about the bridge.
func nested() *questionnaire.Form {
	areas, places, marks := &questionnaire.List{}, &questionnaire.List{}, &questionnaire.List{}
	for _, area := range []string{"noord", "zuid"} {
		areas.Choices = append(areas.Choices, &questionnaire.Choice{Name: area, Label: questionnaire.Texts{"": area}})
		for i := range 4 {
			name := fmt.Sprint(area, i)
			places.Choices = append(places.Choices, &questionnaire.Choice{Name: name, Label: questionnaire.Texts{"": name}, Extra: map[string]string{"gebied": area}})
		}
	}
	for i := range 3 {
		marks.Choices = append(marks.Choices, &questionnaire.Choice{Name: fmt.Sprint("m", i)})
	}
	item := func(name, relevant string, breakdown bool) *questionnaire.Item {
		return &questionnaire.Item{Kind: questionnaire.Question, Name: name, Type: questionnaire.TypeSelectOne, Relevant: relevant, Breakdown: breakdown}
	}
	f := &questionnaire.Form{Definition: &questionnaire.Definition{}}
	for name, list := range map[string]*questionnaire.List{"gebied": areas, "buurt": places, "oordeel": marks} {
		f.Fields = append(f.Fields, &questionnaire.Field{Name: name, Item: item(name, "", list != marks), List: list})
	}
	f.Fields = append(f.Fields, &questionnaire.Field{Name: "tekst", Item: &questionnaire.Item{Name: "tekst", Type: questionnaire.TypeText}})
	return f
}

// live are n people of a neighbourhood.
func live(n int, area string, place int, wrote int) answers {
	var all answers
	for i := range n {
		a := questionnaire.Answers{"gebied": area, "buurt": fmt.Sprint(area, place), "oordeel": fmt.Sprint("m", i%3)}
		if i < wrote {
			a["tekst"] = "woorden"
		}
		all = append(all, a)
	}
	return all
}

func townsfolk() (*surveys.Survey, answers) {
	s := official("gebied", "buurt")
	s.SmallestGroup = 5
	s.Hierarchies = []surveys.Hierarchy{{Fine: "buurt", Broad: "gebied"}}
	var all answers
	for place, n := range []int{30, 25, 4, 3} {
		all = append(all, live(n, "noord", place, 2)...)
		all = append(all, live(n+10, "zuid", place, 0)...)
	}
	return s, all
}

func seen(t *testing.T, s *surveys.Survey, f *questionnaire.Form, all answers) *disclosure.Release {
	t.Helper()
	r, err := disclosure.Update(t.Context(), engineOf(all), &archive{}, s, []*questionnaire.Form{f}, "2025-11-17", "2025-11-17")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestWhatCanBeSeenInsteadOfAHiddenGroup(t *testing.T) {
	s, all := townsfolk()
	plain := seen(t, s, nested(), all)
	s.Merged = []surveys.MergedOf{{Breakdown: "buurt", Name: "klein", Values: []string{"noord2", "noord3"}}}
	merged := seen(t, s, nested(), all)
	s.Merged, s.Hierarchies = nil, nil
	s.Pairs = []surveys.Pair{{First: "gebied", Second: "buurt"}}
	pairs := seen(t, s, nested(), all)
	for name, c := range map[string]struct {
		r     *disclosure.Release
		group disclosure.Group
		want  disclosure.Group
	}{
		"is the area of a neighbourhood":            {plain, disclosure.Group{Breakdown: "buurt", Value: "noord3"}, disclosure.Group{Breakdown: "gebied", Value: "noord"}},
		"is the merged group, which is smaller":     {merged, disclosure.Group{Breakdown: "buurt", Value: "noord3"}, disclosure.Group{Breakdown: "buurt", Value: "klein"}},
		"is of a pair the smaller of the two":       {pairs, disclosure.Group{Breakdown: "gebied", Value: "noord", With: "buurt", WithValue: "noord3"}, disclosure.Group{Breakdown: "gebied", Value: "noord"}},
		"is everybody where nothing else is around": {pairs, disclosure.Group{Breakdown: "buurt", Value: "noord3"}, disclosure.Group{}},
	} {
		t.Run(name, func(t *testing.T) {
			if _, reason := c.r.Figure("oordeel", c.group); reason == disclosure.Shown {
				t.Fatalf("%v is shown: the test proves nothing", c.group)
			}
			if got, ok := c.r.Parent("oordeel", c.group); !ok || got != c.want {
				t.Errorf("Parent() = %v, %v; want %v", got, ok, c.want)
			}
		})
	}
	if _, ok := seen(t, s, nested(), all[:3]).Parent("oordeel", disclosure.Group{Breakdown: "buurt", Value: "noord0"}); ok {
		t.Error("of three people there is a parent to be seen")
	}
}

func TestAReleaseSaysWhichGroupsAndPairsItHas(t *testing.T) {
	s, all := townsfolk()
	s.Hierarchies, s.Pairs = nil, []surveys.Pair{{First: "gebied", Second: "buurt"}}
	r := seen(t, s, nested(), all)
	if !slices.Equal(r.Pairs(), s.Pairs) {
		t.Errorf("Pairs() = %v", r.Pairs())
	}
	groups := r.Groups()
	for _, want := range []disclosure.Group{{}, {Breakdown: "gebied", Value: "noord"}, {Breakdown: "buurt", Value: "zuid0"}} {
		if !slices.Contains(groups, want) {
			t.Errorf("%v is not among the groups %v", want, groups)
		}
	}
	for _, g := range groups {
		if p, reason := r.Figure("", g); reason != disclosure.Shown || p.Base() < 5 {
			t.Errorf("%v is among the groups with %d people: %s", g, p.Base(), reason)
		}
	}
}

func TestTextsAreReadFromTenWritersOn(t *testing.T) {
	s, _ := townsfolk()
	s.Opens, s.Closes, s.OpenedAt = "2025-11-01", "2025-11-16", time.Date(2025, 11, 1, 9, 0, 0, 0, time.UTC)
	for writers, want := range map[int]bool{0: false, 4: false, 9: false, 10: true, 30: true} {
		r := *seen(t, s, nested(), live(40, "noord", 0, writers))
		r.Final = true
		if got := disclosure.TextsInView(s, &r, "tekst", "2025-11-17"); got != want {
			t.Errorf("of %d writers texts are shown: %v", writers, got)
		}
	}
}
