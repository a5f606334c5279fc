package manage

import (
	"testing"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
)

func TestAMarginThatIsZeroIsNoComparison(t *testing.T) {
	b := disclosure.Breakdown{Name: "wijk", Values: []disclosure.Value{{Name: "a"}, {Name: "b"}}}
	for name, c := range map[string]struct {
		counts map[string]int
		known  bool
	}{
		"of nobody at all": {map[string]int{"a": 0, "b": 0}, false}, "of fewer than none": {map[string]int{"a": -5, "b": 10}, false},
		"of nothing": {nil, false}, "of one group": {map[string]int{"a": 0, "b": 100}, true},
	} {
		got := marginOf(&surveys.Structure{Margins: []surveys.Margin{{Attribute: "wijk", Counts: c.counts}}}, b)
		if (got != nil) != c.known || c.known && (got["a"] != 0 || got["b"] != 1) {
			t.Errorf("%s: %v", name, got)
		}
	}
}
