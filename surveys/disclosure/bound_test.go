package disclosure

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure/attacker"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses/responsestest"
	"weerklank.nl/weerklank/surveys/results"
)

// seenAt is what was shown at a release: of each exact figure who is in it.
type seenAt struct {
	groups []seenGroup
	inAt   func(person int) bool // counted in the rating at all
}

type seenGroup struct {
	c     *candidate
	exact bool
	in    []bool
}

// pinned lets a population answer over some releases and gives an answer of a small
// hidden group of which exactly one number fits everything that was shown.
func pinned(t *rapid.T, by rules, axes, releases int, leave bool) string {
	const k = 5
	values := rapid.IntRange(2, 4).Draw(t, "values")
	all := population(t, axes, values, releases)
	s := &surveys.Survey{ID: "s", SmallestGroup: k}
	for a := range axes {
		s.Breakdowns = append(s.Breakdowns, axisName(a))
	}
	if axes > 1 {
		s.Pairs = []surveys.Pair{{First: axisName(0), Second: axisName(1)}}
	}
	if rapid.Bool().Draw(t, "merged") {
		s.Merged = []surveys.MergedOf{{Breakdown: axisName(0), Name: "m", Values: []string{"v0", "v1"}}}
	}
	if leave {
		all.leave(t)
	}
	return pinnedOf(t, s, all, form(axes, values), by, releases)
}

type test interface {
	rapid.TB
	Context() context.Context
}

// pinnedOf is the same of one population and survey; look sees each release.
func pinnedOf(t test, s *surveys.Survey, all crowd, asked *questionnaire.Form, by rules, releases int, look ...func(*Release)) string {
	k, forms := s.SmallestGroup, []*questionnaire.Form{asked}
	known := &attacker.Counts{People: len(all), Answers: 5}
	var shown []seenAt
	var newest *Release
	var memory *Memory
	for number := 1; number <= releases; number++ {
		table, err := results.Read(t.Context(), responsestest.Of(all.at(number)), s, forms, "")
		if err != nil {
			t.Fatal(err)
		}
		if newest, memory, err = next(s, table, newest, memory, nil, "", "", false, by); err != nil {
			t.Fatal(err)
		}
		for _, each := range look {
			each(newest)
		}
		shown = append(shown, learn(known, all, newest, memory))
	}
	for number, at := range shown {
		for _, c := range candidatesOf(newest.Breakdowns(), newest.Pairs()) {
			few := map[string]func(i int) bool{"of": at.inAt}
			if number > 0 {
				before := shown[number-1]
				few["who came in, of"] = func(i int) bool { return at.inAt(i) && !before.inAt(i) }
				few["who left, of"] = func(i int) bool { return !at.inAt(i) && before.inAt(i) }
			}
			if c.whole() {
				delete(few, "of")
				if c.level() > 0 {
					continue
				}
			}
			for who, is := range few {
				if says := pinnedAmong(known, shown, all, k, func(i int) bool { return is(i) && c.holds(all[i].values) }); says != "" {
					return fmt.Sprintf("release %d, %s %v: %s", number+1, who, c.Group, says)
				}
			}
		}
	}
	return ""
}

// pinnedAmong gives an answer of fewer than k people of which exactly one number fits.
func pinnedAmong(known *attacker.Counts, shown []seenAt, all crowd, k int, in func(i int) bool) string {
	people := 0
	for i := range all {
		if in(i) {
			people++
		}
	}
	if people == 0 || people >= k {
		return ""
	}
	for o := range 5 {
		told := tellable(shown, all, o)
		free, gave := 0, 0
		untold := func(i int) bool { return in(i) && !told[i] }
		for i := range all {
			if untold(i) {
				free++
				if all[i].rating == fmt.Sprint("r", o+1) {
					gave++
				}
			}
		}
		if free == 0 {
			continue
		}
		if only, sure := known.Only(untold, o, gave); sure && only {
			return fmt.Sprintf("of %d people only %d can have answered %d", people, gave, o+1)
		}
		if least, most := known.Bound(untold, o); least >= most {
			return fmt.Sprintf("of %d people exactly %d answered %d", people, least, o+1)
		}
	}
	return ""
}

// learn reads all figures of the rating: counts, and what the bands say.
func learn(known *attacker.Counts, all crowd, r *Release, m *Memory) seenAt {
	upto := make([]int, len(all))
	for i := range all {
		upto[i] = m.Upto("rating", all[i].values)
	}
	counted := func(i int) bool {
		return all[i].comes <= upto[i] && (all[i].goes == 0 || all[i].goes > upto[i]) && all[i].rating != ""
	}
	at := seenAt{inAt: counted}
	for _, c := range append(candidatesOf(r.Breakdowns(), r.Pairs()), unflaggedOf(r.Breakdowns())) {
		p, reason := r.Figure("rating", c.Group)
		if reason != Shown {
			continue
		}
		g := seenGroup{c: c, exact: !p.Banded(), in: make([]bool, len(all))}
		for i := range all {
			g.in[i] = counted(i) && c.holds(all[i].values)
		}
		at.groups = append(at.groups, g)
		for _, share := range p.Shares() {
			var answers []int
			for _, name := range strings.Fields(share.Name) {
				answers = append(answers, int(name[1]-'1'))
			}
			least, most := share.Count, share.Count
			if share.Banded {
				least, most = within(share.From, share.To, p.Base())
			}
			known.Add(func(i int) bool { return g.in[i] }, answers, least, most)
		}
	}
	return at
}

// within are the numbers of which the share lies in a band of per cents, as the page
// says: at most 20, 20 to 40, 40 to 60, 60 to 80, 80 and more.
func within(from, to, base int) (least, most int) {
	least, most = base, 0
	for n := range base + 1 {
		share := 100 * float64(n) / float64(base)
		var in bool
		switch from {
		case 0:
			in = share <= 20
		case 80:
			in = share >= 80
		case 20:
			in = share > 20 && share <= 40
		case 40:
			in = share > 40 && share < 60
		case 60:
			in = share >= 60 && share < 80
		}
		if in && to == from+20 {
			least, most = min(least, n), max(most, n)
		}
	}
	return least, most
}

// tellable are the people of whom it may be known that they did, or did not, give an
// answer: those of a shown group of twenty or more, or of such a rest of one without
// the parts of a breakdown, in which nobody did or everybody.
func tellable(shown []seenAt, all crowd, option int) []bool {
	told := make([]bool, len(all))
	name := fmt.Sprint("r", option+1)
	look := func(in []bool) {
		people, gave := 0, 0
		for i := range in {
			if in[i] {
				people++
				if all[i].rating == name {
					gave++
				}
			}
		}
		if people >= 20 && (gave == 0 || gave == people) {
			for i := range in {
				told[i] = told[i] || in[i]
			}
		}
	}
	for _, at := range shown {
		for _, whole := range at.groups {
			if !whole.exact {
				continue
			}
			look(whole.in)
			for axis := range 3 {
				rest := append([]bool(nil), whole.in...)
				for _, part := range at.groups {
					if !part.exact || part.c.level() != whole.c.level()+1 || !hasAxis(part.c, axis) {
						continue
					}
					inside := true
					for i := range rest {
						inside = inside && (!part.in[i] || rest[i])
					}
					for i := range rest {
						rest[i] = rest[i] && (!inside || !part.in[i])
					}
				}
				look(rest)
			}
		}
	}
	return told
}

func hasAxis(c *candidate, axis int) bool {
	for _, t := range c.terms {
		if t.axis == axis {
			return true
		}
	}
	return false
}

func TestNoAnswerOfASmallHiddenGroupIsPinned(t *testing.T) {
	for name, shape := range map[string]struct {
		axes, releases int
		leave          bool
	}{
		"by one release":                          {1, 1, false},
		"by one release with two breakdowns":      {2, 1, false},
		"by a series of releases":                 {1, 3, false},
		"by a series of releases, two breakdowns": {2, 3, false},
		"by a series that many leave":             {1, 3, true},
		"by a series that many leave, two":        {2, 3, true},
	} {
		t.Run(name, func(t *testing.T) {
			attacked := rapid.Custom(func(t *rapid.T) string { return pinned(t, allRules, shape.axes, shape.releases, shape.leave) })
			for seed := range int(*Populations) { //nolint:gosec // a few
				if says := attacked.Example(seed); says != "" {
					t.Errorf("population %d: %s", seed, says)
				}
			}
		})
	}
}

// Few people, most of whom answer the same: bands of a few hold one number, and much is
// nought.
func TestNoAnswerOfFewPeopleWhoAnswerAlikeIsPinned(t *testing.T) {
	for _, shape := range []struct{ axes, releases int }{{1, 1}, {1, 2}, {2, 1}, {2, 2}} {
		t.Run(fmt.Sprint(shape), func(t *testing.T) {
			attacked := rapid.Custom(func(t *rapid.T) string {
				all := population(t, shape.axes, 3, shape.releases)
				all = all[:min(len(all), rapid.IntRange(5, 30).Draw(t, "of them"))]
				alike := rapid.IntRange(1, 3).Draw(t, "alike")
				for i := range all {
					for range alike {
						if r := fmt.Sprint("r", rapid.IntRange(1, 5).Draw(t, "other")); all[i].rating != "" {
							all[i].rating = min(all[i].rating, r)
						}
					}
				}
				return pinnedOf(t, openSurvey(shape.axes), all, form(shape.axes, 3), allRules, shape.releases)
			})
			for seed := range 4 * int(*Populations) { //nolint:gosec // a few hundred
				if says := attacked.Example(seed); says != "" {
					t.Errorf("population %d: %s", seed, says)
				}
			}
		})
	}
}

// What is left of everybody without a group of one breakdown may be nearly a small
// group of another, none of whom is in the group that is shown.
func TestNoRestBesideASmallHiddenGroupPinsIt(t *testing.T) {
	var all crowd
	for _, of := range []struct {
		first, second, ratings string // a digit a person; 0 not answered
	}{
		{"", "", "455"},
		{"v0", "", "111"},
		{"v0", "v0", "00011113345555"},
		{"v0", "v1", "0"},
		{"v1", "", "5"},
		{"v1", "v0", "0"},
		{"v1", "v1", "1255"},
	} {
		for _, r := range of.ratings {
			p := person{values: []string{of.first, of.second}, comes: 1}
			if r != '0' {
				p.rating = "r" + string(r)
			}
			binary.BigEndian.PutUint64(p.key[:], uint64(len(all))*0x9e3779b97f4a7c15)
			all = append(all, p)
		}
	}
	s := &surveys.Survey{
		ID: "s", SmallestGroup: 5, Breakdowns: []string{axisName(0), axisName(1)},
		Pairs:  []surveys.Pair{{First: axisName(0), Second: axisName(1)}},
		Merged: []surveys.MergedOf{{Breakdown: axisName(0), Name: "m", Values: []string{"v0", "v1"}}},
	}
	if says := pinnedOf(t, s, all, form(2, 2), allRules, 1); says != "" {
		t.Error(says)
	}
	if pinnedOf(t, s, all, form(2, 2), ThresholdOnly, 1) == "" {
		t.Error("without the bounds nothing is pinned: the test proves nothing")
	}
}

// Populations in which an answer was once pinned: by what was left without a part
// that a merged group counts too, of a pair of which everybody had withdrawn, and by
// the withdrawal of one of few, with whom an answer left everybody's figure.
func TestWhatWasOncePinnedIsNot(t *testing.T) {
	for _, of := range []struct{ axes, population int }{{1, 824}, {2, 329}, {2, 699}} {
		says := rapid.Custom(func(t *rapid.T) string { return pinned(t, allRules, of.axes, 3, false) }).Example(of.population)
		if says != "" {
			t.Errorf("population %d: %s", of.population, says)
		}
	}
}

func TestWithoutTheBoundsAnswersArePinned(t *testing.T) {
	wins := 0
	for seed := range int(*Populations) { //nolint:gosec // a few
		if rapid.Custom(func(t *rapid.T) string { return pinned(t, ThresholdOnly, 2, 1, false) }).Example(seed) != "" {
			wins++
		}
	}
	if wins == 0 {
		t.Error("nothing is ever pinned: the attack proves nothing")
	}
	t.Logf("an answer is pinned in %d of %d populations", wins, *Populations)
}

func TestLimitsOfABandAreThoseOfThePage(t *testing.T) {
	for base := 5; base < 20; base++ {
		for n := range base + 1 {
			low, high := band(n, base)
			least, most := limits(n, base)
			if l, m := within(low, high, base); l != least || m != most || math.Abs(float64(high-low)) != 20 {
				t.Errorf("%d of %d: %d to %d, the page says %d to %d", n, base, least, most, l, m)
			}
		}
	}
}
