package disclosure

import "testing"

// Of five people some bands hold one number only. Here three in five gave one of the first two
// answers and two the third, so that nobody gave one of the last two: of the three who are
// hidden neither. Everybody is then not shown.
func TestEverybodyIsNotShownWhereTheirBandsPinASmallGroup(t *testing.T) {
	of := func(value string, ratings ...string) (some crowd) {
		for _, r := range ratings {
			some = append(some, person{values: []string{value}, rating: r, comes: 1})
		}
		return some
	}
	five := append(append(of("v0", "r1", "r2", "r2"), of("v1", "r3")...), of("", "r3")...)
	many := append(append(five[:len(five):len(five)], of("v1", "r4", "r4", "r5", "r5", "r1")...), of("", "r4", "r5", "r2", "r3", "r1")...)
	for _, c := range []struct {
		all  crowd
		want Reason
	}{{five, TooSmall}, {many, Shown}} {
		for i := range c.all {
			c.all[i].key[0] = byte(i + 1)
		}
		r, _ := releaseOf(t, openSurvey(1), c.all, form(1, 3), nil, nil, allRules)
		if _, reason := r.Figure("rating", Group{}); reason != c.want {
			t.Errorf("of %d people everybody is %q, want %q", len(c.all), reason, c.want)
		}
	}
}
