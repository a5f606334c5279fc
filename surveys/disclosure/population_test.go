package disclosure_test

import (
	"fmt"
	"math/rand/v2"

	"pgregory.net/rapid"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// shape is within which limits populations are drawn.
type shape struct{ least, most, axes, releases int }

// peopled is a population, with by what its survey may be split and in how many
// releases it answers.
type peopled struct {
	people   []somebody
	axes     int
	pairs    []surveys.Pair
	merged   []surveys.MergedOf
	releases int
}

// split declares it in a survey.
func (p *peopled) split(s *surveys.Survey) {
	s.Breakdowns, s.Pairs, s.Merged = axes[:p.axes], p.pairs, p.merged
}

// some is how many surveys are attacked where each costs many pages: one in so many of
// the populations.
func some(oneIn uint64) int { return int(*disclosure.Populations / oneIn) } //nolint:gosec // a few

// most is the largest number of people of a population: as many as that, or two
// thousand where many populations are attacked.
func most(people int) int {
	if *disclosure.Populations > 100 {
		return 2000
	}
	return people
}

// population draws a population, always the same one for a seed: skewed, and with
// axes that go together as departments and roles do. Somebody may skip a question,
// come later, or go.
func population(seed int, of shape) *peopled {
	return rapid.Custom(func(t *rapid.T) *peopled {
		p := &peopled{axes: rapid.IntRange(0, of.axes).Draw(t, "axes"), releases: rapid.IntRange(1, max(1, of.releases)).Draw(t, "releases")}
		if of.least == of.most {
			p.axes = of.axes
		}
		many := rapid.IntRange(2, values).Draw(t, "values")
		if p.axes > 1 && rapid.Bool().Draw(t, "pairs") || of.least == of.most && p.axes > 1 {
			p.pairs = []surveys.Pair{{First: axes[0], Second: axes[1]}}
		}
		if p.axes > 0 && rapid.Bool().Draw(t, "merged") {
			p.merged = []surveys.MergedOf{{Breakdown: axes[0], Name: "samen", Label: surveys.Text{NL: "A en B samen"}, Values: []string{valueOf(0, 0), valueOf(0, 1)}}}
		}
		people, late, gone := rapid.IntRange(of.least, of.most).Draw(t, "people"), rapid.IntRange(0, 4).Draw(t, "late"), rapid.IntRange(0, 12).Draw(t, "gone")
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "chance"), uint64(seed))) //nolint:gosec // a test draws
		for range people {
			one := drawn(r, p.axes, many)
			one.comes = 1
			if r.IntN(10) < late {
				one.comes = 1 + r.IntN(p.releases)
			}
			if r.IntN(100) < gone {
				if one.goes = 1 + r.IntN(p.releases); one.goes <= one.comes {
					one.goes = 0
				}
			}
			p.people = append(p.people, one)
		}
		return p
	}).Example(seed)
}

// drawn is one of a population.
func drawn(r *rand.Rand, of, many int) somebody {
	first := min(r.IntN(many), r.IntN(many))
	a := questionnaire.Answers{}
	for axis := range of {
		n := first
		if axis > 0 && r.IntN(3) == 0 {
			n = r.IntN(many)
		}
		if r.IntN(25) > 0 {
			a[axes[axis]] = valueOf(axis, n)
		}
	}
	for _, name := range []string{"cijfer", "belang", "niveau"} {
		if r.IntN(8) > 0 {
			a[name] = fmt.Sprint(1 + r.IntN(5))
		}
	}
	if b, n := a["belang"], a["niveau"]; b != "" && n != "" {
		a["kloof"] = fmt.Sprint(int(b[0]) - int(n[0]))
	}
	for _, way := range []string{"balie", "brief", "bel"} {
		if r.IntN(3) == 0 {
			a["manier"] += " " + way
		}
	}
	if a["manier"] != "" {
		a["manier"] = a["manier"][1:]
	} else {
		delete(a, "manier")
	}
	if r.IntN(4) == 0 {
		a["woorden"] = "woorden van iemand"
	}
	return somebody{answers: a}
}
