package disclosure

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure/attacker"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
	"weerklank.nl/weerklank/surveys/responses/responsestest"
	"weerklank.nl/weerklank/surveys/results"
)

// person is one of the population that is attacked.
type person struct {
	values []string // of the breakdowns, "" not answered; and the mark of a cell at the end of who was flagged
	rating string   // "" not answered
	comes  int      // the first release after which the answer is there
	goes   int      // the first release after which it is withdrawn; 0 never
	key    responses.Key
}

type crowd []person

func (c crowd) EachResponse(_ context.Context, _ surveys.OrgID, _ surveys.ID, each func(*responses.Response) error) error {
	for _, p := range c {
		answers := questionnaire.Answers{"rating": p.rating}
		for i, v := range p.values {
			answers[axisName(i)] = v
		}
		if err := each(&responses.Response{Key: p.key, Flagged: results.Cell(p.values).Flagged(), Answers: answers}); err != nil {
			return err
		}
	}
	return nil
}

func axisName(i int) string { return fmt.Sprintf("axis%d", i) }

// form is a questionnaire of one five-point question and some attributes.
func form(axes, values int) *questionnaire.Form {
	score := func(x float64) *float64 { return &x }
	scale := &questionnaire.List{Name: "scale"}
	for i := range 5 {
		scale.Choices = append(scale.Choices, &questionnaire.Choice{Name: fmt.Sprint("r", i+1), Score: score(float64(i + 1))})
	}
	f := &questionnaire.Form{Definition: &questionnaire.Definition{}}
	f.Fields = append(f.Fields, &questionnaire.Field{
		Name: "rating", Item: &questionnaire.Item{Name: "rating", Type: questionnaire.TypeSelectOne}, List: scale})
	for a := range axes {
		list := &questionnaire.List{}
		for v := range values {
			list.Choices = append(list.Choices, &questionnaire.Choice{Name: fmt.Sprint("v", v)})
		}
		f.Fields = append(f.Fields, &questionnaire.Field{
			Name: axisName(a), Item: &questionnaire.Item{Name: axisName(a), Type: questionnaire.TypeSelectOne, Breakdown: true}, List: list})
	}
	return f
}

// population draws people whose attributes are skewed and, where there are two,
// related, as departments and roles are.
func population(t *rapid.T, axes, values, releases int) crowd {
	n := rapid.IntRange(3, 90).Draw(t, "people")
	c := make(crowd, n)
	for i := range c {
		p := &c[i]
		binary.BigEndian.PutUint64(p.key[:], uint64(i)*0x9e3779b97f4a7c15)
		first := min(rapid.IntRange(0, values).Draw(t, "value"), rapid.IntRange(0, values).Draw(t, "value"))
		for a := range axes {
			v := first
			if a > 0 && rapid.IntRange(0, 3).Draw(t, "apart") == 0 {
				v = rapid.IntRange(0, values).Draw(t, "value")
			}
			name := ""
			if v < values {
				name = fmt.Sprint("v", v)
			}
			p.values = append(p.values, name)
		}
		if r := rapid.IntRange(0, 5).Draw(t, "rating"); r > 0 {
			p.rating = fmt.Sprint("r", r)
		}
		p.comes = min(rapid.IntRange(1, releases).Draw(t, "comes"), rapid.IntRange(1, releases).Draw(t, "comes"))
		if rapid.IntRange(0, 9).Draw(t, "goes") == 0 {
			if p.goes = rapid.IntRange(p.comes, releases+1).Draw(t, "when"); p.goes <= p.comes {
				p.goes = 0
			}
		}
	}
	return c
}

func (c crowd) at(release int) crowd {
	var there crowd
	for _, p := range c {
		if p.comes <= release && (p.goes == 0 || p.goes > release) {
			there = append(there, p)
		}
	}
	return there
}

// leave lets most of those who came first withdraw together: everybody, those of a
// value, or those who gave an answer.
func (c crowd) leave(t *rapid.T) {
	who, release := rapid.SampledFrom([]string{"", "v0", "v1", "r1", "r5"}).Draw(t, "who leave"), rapid.IntRange(2, 3).Draw(t, "leave at")
	for i := range c {
		p := &c[i]
		if p.comes < release && p.goes == 0 && (who == "" || p.rating == who || slices.Contains(p.values, who)) && rapid.IntRange(0, 9).Draw(t, "leaves") > 0 {
			p.goes = release
		}
	}
}

// attack makes releases of a population and returns the smallest set that
// somebody who read all of them could derive, below k; 0 for none.
func attack(t *rapid.T, by rules, axes, releases int, leave bool) int {
	const k = 5
	values := rapid.IntRange(2, 6).Draw(t, "values")
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
	return attackOf(t, s, all, form(axes, values), by, releases)
}

// attackOf is the same of one population and survey; look sees each release.
func attackOf(t test, s *surveys.Survey, all crowd, asked *questionnaire.Form, by rules, releases int, look ...func(*Release)) int {
	k, forms := s.SmallestGroup, []*questionnaire.Form{asked}
	known := map[string]*attacker.Figures{"": {People: len(all)}, "rating": {People: len(all)}}
	var newest *Release
	var memory *Memory
	for number := 1; number <= releases; number++ {
		table, err := results.Read(t.Context(), responsestest.Of(all.at(number)), s, forms, "")
		if err != nil {
			t.Fatal(err)
		}
		newest, memory, err = next(s, table, newest, memory, nil, "", "", false, by)
		if err != nil {
			t.Fatal(err)
		}
		for _, each := range look {
			each(newest)
		}
		for question, figures := range known {
			read(t, figures, all, s, newest, memory, question, by)
		}
	}
	smallest := 0
	for _, figures := range known {
		n, alone := figures.Derive(k)
		if n == 0 && alone > 0 {
			n = alone
		}
		if n > 0 && (smallest == 0 || n < smallest) {
			smallest = n
		}
	}
	return smallest
}

// read adds the figures of a release. Who is in a figure follows from the cell's
// last taking; the base that is shown must say as much.
func read(t test, figures *attacker.Figures, all crowd, s *surveys.Survey, r *Release, m *Memory, question string, by rules) {
	for _, c := range append(candidatesOf(r.Breakdowns(), r.Pairs()), unflaggedOf(r.Breakdowns())) {
		p, reason := r.Figure(question, c.Group)
		if reason != Shown {
			if !p.Empty() {
				t.Fatalf("a figure with reason %q is shown", reason)
			}
			continue
		}
		base := 0
		in := func(i int) bool {
			one := all[i]
			upto := m.Upto(question, one.values)
			return one.comes <= upto && (one.goes == 0 || one.goes > upto) && (question == "" || one.rating != "") && c.holds(one.values)
		}
		for i := range all {
			if in(i) {
				base++
			}
		}
		if base != p.Base() {
			t.Fatalf("release %d, %q, %v: base %d, but %d people are counted", r.Number, question, c.Group, p.Base(), base)
		}
		if by.threshold && base < s.SmallestGroup {
			t.Fatalf("a figure about %d people is shown", base)
		}
		figures.Add(in)
	}
}

func TestNobodyDerivesASmallGroup(t *testing.T) {
	for name, shape := range map[string]struct {
		axes, releases int
		leave          bool
	}{
		"from one release":                          {1, 1, false},
		"from one release with two breakdowns":      {2, 1, false},
		"from a series of releases":                 {1, 4, false},
		"from a series of releases, two breakdowns": {2, 3, false},
		"from a survey that is not split":           {0, 4, false},
		"from a survey that many leave":             {1, 4, true},
		"from one with two breakdowns":              {2, 3, true},
	} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				if n := attack(t, allRules, shape.axes, shape.releases, shape.leave); n > 0 {
					t.Fatalf("a set of %d people can be derived", n)
				}
			})
		})
	}
}

func TestTheAttackerWins(t *testing.T) {
	for name, shape := range map[string]struct {
		by             rules
		axes, releases int
	}{
		"when the guard is switched off":          {SwitchedOff, 1, 1},
		"when only the threshold is left":         {ThresholdOnly, 1, 1},
		"when the guard forgets earlier releases": {WithoutMemory, 1, 4},
	} {
		t.Run(name, func(t *testing.T) {
			wins := 0
			for seed := range 200 {
				if rapid.Custom(func(t *rapid.T) int { return attack(t, shape.by, shape.axes, shape.releases, false) }).Example(seed) > 0 {
					wins++
				}
			}
			if wins == 0 {
				t.Error("the attacker never wins: the attack proves nothing")
			}
			t.Logf("the attacker wins in %d of 200 populations", wins)
		})
	}
}
