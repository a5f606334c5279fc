package disclosure_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"weerklank.nl/weerklank/surveys/disclosure"
	"weerklank.nl/weerklank/surveys/disclosure/attacker"
)

// gave tells whether somebody gave the answer to the question; any for "". Everybody
// took part.
func (one *somebody) gave(question, answer string) bool {
	switch said := one.answers[question]; {
	case question == "":
		return true
	case answer == noAnswer:
		return said == ""
	case answer == "":
		return said != ""
	default:
		return slices.ContainsFunc(strings.Fields(answer), func(a string) bool { return slices.Contains(strings.Fields(said), a) })
	}
}

// isIn tells whether somebody is in the group.
func (p *peopled) isIn(one *somebody, g disclosure.Group) bool {
	has := func(breakdown, value string) bool {
		said := one.answers[breakdown]
		if value == "" {
			return said != ""
		}
		if value == "samen" {
			return said == valueOf(0, 0) || said == valueOf(0, 1)
		}
		return said == value
	}
	return (g.Breakdown == "" || has(g.Breakdown, g.Value)) && (g.With == "" || has(g.With, g.WithValue))
}

// plays lets people answer, and go, in a series of releases, and attacks what was read
// after each: of every number of people it is known who is counted, and every set that
// follows from all of them is tried. It gives the smallest set of fewer people than the
// smallest group, or of fewer others for whoever knows their own answers; 0 for none.
func (w *town) plays(seed int, of shape, all bool, seen *int) int {
	w.t.Helper()
	const k = 5
	p := population(seed, of)
	keyed(seed, p.people)
	s := w.survey(fmt.Sprint("aanval-", seed), p.split)
	known := map[string]*attacker.Figures{}
	smallest := 0
	found := func(n int) {
		if n > 0 && (smallest == 0 || n < smallest) {
			smallest = n
		}
	}
	for release := 1; release <= p.releases; release++ {
		w.arrive(s, p.people, release)
		w.release(s)
		r := w.read(s, all)
		*seen += r.times
		memory, err := w.releases.FindMemory(w.t.Context(), council, s.ID)
		must(w.t, err)
		for at, n := range r.found {
			in := p.counted(memory, at)
			people := 0
			for i := range p.people {
				if in(i) {
					people++
				}
			}
			if people < n.least || people > n.most {
				w.t.Errorf("survey %d, release %d: of %v it is read that they are %v, and %d are counted", seed, release, at, n, people)
			}
			if at.answer != "" {
				continue // how many gave an answer may be few
			}
			if known[at.question] == nil {
				known[at.question] = &attacker.Figures{People: len(p.people)}
			}
			known[at.question].Add(in)
		}
	}
	for _, figures := range known {
		n, alone := figures.Derive(k)
		found(n)
		found(alone)
	}
	return smallest
}

// counted tells who is counted in a number: who gave the answer, and had come and not
// gone when those of their cell were last counted.
func (p *peopled) counted(memory *disclosure.Memory, at place) func(int) bool {
	return func(i int) bool {
		one, cell := &p.people[i], make([]string, p.axes)
		for axis := range cell {
			cell[axis] = one.answers[axes[axis]]
		}
		upto := memory.Upto(at.question, cell)
		return p.isIn(one, at.group) && one.gave(at.question, at.answer) && one.comes <= upto && (one.goes == 0 || one.goes > upto)
	}
}

// attackedByPages are the surveys that are attacked: in the short set some that are
// split by one to three breakdowns, two of them against each other, in one to four
// releases; the first few of all are hardly split.
func attackedByPages() []int {
	if *disclosure.Populations <= 100 {
		return []int{4, 5, 7, 9}
	}
	return slices.Collect(func(yield func(int) bool) {
		for seed := range some(6) {
			if !yield(seed) {
				return
			}
		}
	})
}

func TestNobodyDerivesASmallGroupFromThePages(t *testing.T) {
	w, seen := givenTown(t), 0
	attacked := attackedByPages()
	for _, seed := range attacked {
		if n := w.plays(seed, shape{least: 8, most: most(120), axes: 3, releases: 5}, true, &seen); n > 0 {
			t.Errorf("survey %d: %d people can be told apart", seed, n)
		}
	}
	if seen < 1000*len(attacked) {
		t.Errorf("the pages show %d numbers: the attack proves nothing", seen)
	}
	for _, where := range []string{"a finding", "needs", "a trend", "the survey before"} {
		if w.beyond[where] < 10 {
			t.Errorf("%d numbers of %s were read: the attack proves nothing of it", w.beyond[where], where)
		}
	}
	t.Logf("%d numbers were read of %d surveys, %v", seen, len(attacked), w.beyond)
}

func TestTheAttackerOfThePagesWins(t *testing.T) {
	towns := shape{least: 20, most: 80, axes: 2, releases: 3}
	lost := 0
	for name, by := range map[string]disclosure.Rules{
		"when the guard is switched off": disclosure.SwitchedOff,
		"when only a threshold is left":  disclosure.ThresholdOnly,
		"when it has no memory":          disclosure.WithoutMemory,
	} {
		t.Run(name, func(t *testing.T) {
			defer disclosure.Guarded(by)()
			w, seen := givenTown(t), 0
			for seed := range int(*disclosure.Populations) { //nolint:gosec // a few
				if n := w.plays(seed, towns, false, &seen); n > 0 {
					t.Logf("survey %d gives away %d people", seed, n)
					lost = max(lost, seed)
					return
				}
			}
			t.Error("the attacker never wins: the attack proves nothing")
		})
	}
	w, seen := givenTown(t), 0
	if n := w.plays(lost, towns, false, &seen); n > 0 || seen == 0 {
		t.Errorf("with the guard %d people of survey %d can be told apart, of %d numbers", n, lost, seen)
	}
}
