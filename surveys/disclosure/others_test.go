package disclosure_test

import (
	"testing"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// twoRounds are the people of two surveys who are the same: a and c are large, b and
// d are 4 each.
func twoRounds() answers {
	all := append(people(30, "a", 4), people(20, "c", 3)...)
	return append(append(all, people(4, "b", 2)...), people(4, "d", 5)...)
}

// sizeOf is what the second survey shows of a, after the first released so often.
func sizeOf(t *testing.T, releases int, same ...surveys.ID) int {
	t.Helper()
	update := func(s *surveys.Survey, kept *archive, day surveys.Date, same ...surveys.ID) {
		t.Helper()
		if _, err := disclosure.Update(t.Context(), engineOf(twoRounds()), kept, s, []*questionnaire.Form{levels()}, day, day, same...); err != nil {
			t.Fatal(err)
		}
	}
	// The first survey shows a and b as one group: in its first release, and no more
	// once what it declares is read otherwise.
	first := official("afdeling")
	first.ID, first.SmallestGroup, first.Closes = "first", 5, "2025-12-31"
	first.Merged = []surveys.MergedOf{{Breakdown: "afdeling", Name: "samen", Values: []string{"a", "b"}}}
	before := &archive{}
	for n := range releases {
		if n > 0 {
			first.Breakdowns = nil
		}
		update(first, before, surveys.Date("2025-10-01").AddDays(n))
	}
	second := official("afdeling")
	second.ID, second.SmallestGroup, second.Closes = "second", 5, "2025-12-31"
	kept := &archive{others: map[surveys.ID]*archive{"first": before}}
	update(second, kept, "2025-11-01", same...)
	r, err := kept.FindRelease(t.Context(), "", "second")
	if err != nil {
		t.Fatal(err)
	}
	p, _ := r.Figure("integriteit_niveau", disclosure.Group{Breakdown: "afdeling", Value: "a"})
	return p.Base()
}

func TestSurveysOfTheSamePeopleAreHeldTogether(t *testing.T) {
	if n := sizeOf(t, 1); n != 30 {
		t.Fatalf("a survey of other people shows a with %d people, want 30: nothing is proven", n)
	}
	if n := sizeOf(t, 1, "first"); n != 0 {
		t.Errorf("a shows %d people; the other survey shows a and b together, so b has %d", n, 34-n)
	}
	if n := sizeOf(t, 2, "first"); n != 0 {
		t.Errorf("a shows %d people; an older release of the other survey shows a and b together", n)
	}
}
