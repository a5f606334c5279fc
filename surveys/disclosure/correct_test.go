package disclosure

import (
	"slices"
	"testing"

	"weerklank.nl/weerklank/surveys"
)

// Whoever corrects an answer on name goes with the one and comes with the other. Three who
// do so are three people, and not six.
func TestWhoCorrectsAnAnswerCountsOnce(t *testing.T) {
	asked, before := form(0, 3), visitors(40, 0)
	for people, want := range map[int]bool{3: false, 4: false, 5: true, 12: true} {
		s := &surveys.Survey{ID: "s", SmallestGroup: 5, Mode: surveys.Named, Readers: []surveys.ID{"reader"}}
		after := slices.Clone(before)
		for i := range people {
			p := &after[i]
			p.key[2], p.rating = 1, "r1"
		}
		first, memory := releaseOf(t, s, before, asked, nil, nil, allRules)
		second, _ := releaseOf(t, s, after, asked, first, memory, allRules)
		was, _ := first.Figure("rating", Group{})
		is, _ := second.Figure("rating", Group{})
		same := slices.EqualFunc(was.figure.Cells, is.figure.Cells, func(a, b cell) bool { return a.Count == b.Count })
		if same == want {
			t.Errorf("after %d people corrected an answer it is changed: %v", people, !same)
		}
	}
}
