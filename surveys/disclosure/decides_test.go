package disclosure

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses/responsestest"
	"weerklank.nl/weerklank/surveys/results"
)

// The attacker who knows how the guard decides has the program. He runs it over every way
// in which people may have answered, and keeps those of which everything that was shown,
// and how it was shown, is what he saw.

// smallSurvey is a survey of which every world can be tried.
type smallSurvey struct {
	s        *surveys.Survey
	form     *questionnaire.Form
	answers  int
	releases int
	of       []fellows
	chance   []float64 // of each answer
}

// fellows are people whom nothing tells apart but what they answer.
type fellows struct {
	values []string
	comes  int
	people int
}

// smallSurveyOf draws a survey of so many people that has no more worlds than most, always
// the same one for a seed.
func smallSurveyOf(seed uint64, answers, releases int, people [2]int, most int) *smallSurvey {
	r := rand.New(rand.NewPCG(seed, 7)) //nolint:gosec // a test draws
	for {
		v := &smallSurvey{answers: answers, releases: releases}
		axes, values := 1+r.IntN(2), 2+r.IntN(3)
		for range people[0] + r.IntN(people[1]-people[0]+1) {
			one := fellows{values: []string{fmt.Sprint("v", min(r.IntN(values), r.IntN(values)))}, comes: 1 + r.IntN(releases)}
			if r.IntN(12) == 0 {
				one.values[0] = ""
			}
			if axes > 1 {
				one.values = append(one.values, fmt.Sprint("v", min(r.IntN(2), r.IntN(2))))
			}
			at := slices.IndexFunc(v.of, func(o fellows) bool { return o.comes == one.comes && slices.Equal(o.values, one.values) })
			if at < 0 {
				at = len(v.of)
				v.of = append(v.of, one)
			}
			v.of[at].people++
		}
		v.s = openSurvey(axes)
		v.s.Pairs = nil
		if axes > 1 && r.IntN(2) == 0 {
			v.s.Pairs = []surveys.Pair{{First: axisName(0), Second: axisName(1)}}
		}
		if r.IntN(3) == 0 {
			v.s.Merged = []surveys.MergedOf{{Breakdown: axisName(0), Name: "m", Values: []string{"v0", "v1"}}}
		}
		v.form = form(axes, 4)
		list := &questionnaire.List{Name: "answers"}
		left := 1.0
		for o := range answers {
			list.Choices = append(list.Choices, &questionnaire.Choice{Name: fmt.Sprint("r", o+1)})
			p := left
			if o < answers-1 {
				p *= 0.1 + 0.8*r.Float64()
			}
			v.chance = append(v.chance, p)
			left -= p
		}
		v.form.Fields[0].List = list
		if v.worlds() <= most {
			return v
		}
	}
}

// worlds is how many there are.
func (v *smallSurvey) worlds() int {
	all := 1
	for _, f := range v.of {
		one := 1
		for i := 1; i < v.answers; i++ {
			one = one * (f.people + i) / i
		}
		if all *= one; all > 1<<30 {
			break
		}
	}
	return all
}

// eachWorld gives every way in which people may have answered: how many of each kind gave
// each answer, and the chance of it.
func (v *smallSurvey) eachWorld(each func(gave [][]int, chance float64)) {
	gave := make([][]int, len(v.of))
	for i := range gave {
		gave[i] = make([]int, v.answers)
	}
	log := func(n int) float64 {
		x, _ := math.Lgamma(float64(n) + 1)
		return x
	}
	var fill func(at, answer, left int, chance float64)
	fill = func(at, answer, left int, chance float64) {
		if answer < v.answers-1 {
			for n := range left + 1 {
				gave[at][answer] = n
				fill(at, answer+1, left-n, chance+float64(n)*math.Log(v.chance[answer])-log(n))
			}
			return
		}
		gave[at][answer] = left
		chance += float64(left)*math.Log(v.chance[answer]) - log(left) + log(v.of[at].people)
		if at+1 < len(v.of) {
			fill(at+1, 0, v.of[at+1].people, chance)
		} else {
			each(gave, math.Exp(chance))
		}
	}
	fill(0, 0, v.of[0].people, 0)
}

// crowd are the people, and of which kind each is.
func (v *smallSurvey) crowd(gave [][]int) (all crowd, kind []int) {
	for i, by := range gave {
		for o, n := range by {
			for range n {
				p := person{values: v.of[i].values, rating: fmt.Sprint("r", o+1), comes: v.of[i].comes}
				binary.BigEndian.PutUint64(p.key[:], uint64(len(all)+1)*0x9e3779b97f4a7c15)
				all, kind = append(all, p), append(kind, i)
			}
		}
	}
	return all, kind
}

// secret is how many of a few people, of whom that was not shown, gave an answer.
type secret struct {
	of     string // which few, as they were counted at a release or came in with it
	answer int
}

// world is what is seen when people answered so, and what must stay secret then.
func (v *smallSurvey) world(t *testing.T, gave [][]int, by rules) (seen string, secrets map[secret]int) {
	var newest *Release
	var memory *Memory
	var sees strings.Builder
	var shown []seenAt
	hidden := map[string][]int{}
	all, kind := v.crowd(gave)
	before := make([]bool, len(v.of))
	for number := 1; number <= v.releases; number++ {
		table, err := results.Read(t.Context(), responsestest.Of(all.at(number)), v.s, []*questionnaire.Form{v.form}, "")
		if err != nil {
			t.Fatal(err)
		}
		if newest, memory, err = next(v.s, table, newest, memory, nil, "", "", false, by); err != nil {
			t.Fatal(err)
		}
		counted := make([]bool, len(v.of))
		for i, f := range v.of {
			counted[i] = f.comes <= memory.Upto("rating", f.values)
		}
		at := seenAt{}
		for _, c := range candidatesOf(newest.Breakdowns(), newest.Pairs()) {
			p, reason := newest.Figure("rating", c.Group)
			fmt.Fprintln(&sees, number, c.Group, reason, p.Base(), p.Banded())
			for _, s := range p.Shares() {
				fmt.Fprintln(&sees, s.Count, s.From, s.To)
			}
			g := seenGroup{c: c, exact: reason == Shown && !p.Banded(), in: make([]bool, len(all))}
			var is, came []int
			for i, k := range kind {
				if g.in[i] = counted[k] && c.holds(v.of[k].values); g.in[i] {
					if is = append(is, i); !before[k] && number > 1 {
						came = append(came, i)
					}
				}
			}
			at.groups = append(at.groups, g)
			if !c.whole() && few(len(is), v.s.SmallestGroup) {
				hidden[fmt.Sprint(number, c.Group, is)] = is
			}
			if (c.level() == 0 || !c.whole()) && few(len(came), v.s.SmallestGroup) {
				hidden[fmt.Sprint(number, c.Group, came, "came")] = came
			}
		}
		shown, before = append(shown, at), counted
	}
	secrets = map[secret]int{}
	for o := range v.answers {
		told := tellable(shown, all, o)
		for name, who := range hidden {
			n, free := 0, false
			for _, i := range who {
				free = free || !told[i]
				if !told[i] && all[i].rating == fmt.Sprint("r", o+1) {
					n++
				}
			}
			if free {
				secrets[secret{name, o}] = n
			}
		}
	}
	return sees.String(), secrets
}

// betrayed is the chance that of what people answered to a survey something that must
// stay secret is the same in all worlds in which the same is seen; and how many figures
// of groups are shown, and exactly, in a world as it comes.
func (v *smallSurvey) betrayed(t *testing.T, by rules) float64 {
	type class struct {
		chance  float64
		secrets map[secret]int // those that are the same in all of them
	}
	classes := map[string]*class{}
	v.eachWorld(func(gave [][]int, chance float64) {
		seen, secrets := v.world(t, gave, by)
		c := classes[seen]
		if c == nil {
			classes[seen] = &class{chance, secrets}
			return
		}
		c.chance += chance
		for s, n := range c.secrets {
			if other, there := secrets[s]; !there || other != n {
				delete(c.secrets, s)
			}
		}
	})
	sum := 0.0
	for _, c := range classes {
		if len(c.secrets) > 0 {
			sum += c.chance
		}
	}
	return sum
}

func TestNoAnswerIsPinnedByHowTheGuardDecides(t *testing.T) {
	for _, shape := range []struct {
		answers, releases int
		people            [2]int
	}{
		{2, 1, [2]int{12, 30}},
		{3, 1, [2]int{8, 16}},
	} {
		surveys, worlds := *Populations/8, 250
		if *Populations > 100 {
			worlds = 3000
		}
		unchecked := allRules
		unchecked.deniable = false
		rate, was, tried := 0.0, 0.0, 0
		for seed := range surveys {
			v := smallSurveyOf(seed, shape.answers, shape.releases, shape.people, worlds)
			betrayed := v.betrayed(t, allRules)
			if betrayed > 0 {
				t.Errorf("%d answers, survey %d of %v: an answer is pinned with chance %.3f", shape.answers, seed, v.of, betrayed)
			}
			rate += betrayed
			was += v.betrayed(t, unchecked)
			tried += v.worlds()
		}
		if was == 0 {
			t.Error("without the rule nothing is pinned: the attack proves nothing")
		}
		t.Logf("%d answers, %d releases: of %d surveys in %d worlds an answer is pinned with chance %.4f, without the rule %.4f",
			shape.answers, shape.releases, surveys, tried, rate/float64(surveys), was/float64(surveys))
	}
}
