package disclosure

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
	"weerklank.nl/weerklank/surveys/responses/responsestest"
	"weerklank.nl/weerklank/surveys/results"
)

// person is one of the population that is attacked.
type person struct {
	values []string // of the breakdowns; "" not answered
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
		if err := each(&responses.Response{Key: p.key, Answers: answers}); err != nil {
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

// knowledge is what somebody has who kept every figure of a question: for each
// the people in it.
type knowledge struct {
	people int
	rows   [][]bool
}

// smallest is the least number of people in a set that follows from the figures
// and is smaller than k; 0 when there is none. It knows nothing of the guard: it
// tries every union of small indistinguishable groups, with exact fractions.
func (n *knowledge) smallest(k int) int {
	columns := map[string][]int{}
	for p := range n.people {
		column := make([]byte, len(n.rows))
		for r, row := range n.rows {
			if row[p] {
				column[r] = 1
			}
		}
		columns[string(column)] = append(columns[string(column)], p)
	}
	var kinds []string
	for c := range columns {
		if slices.Contains([]byte(c), 1) {
			kinds = append(kinds, c)
		}
	}
	slices.Sort(kinds)
	basis := newFractions(len(kinds))
	for r := range n.rows {
		v := make([]*big.Rat, len(kinds))
		for i, c := range kinds {
			v[i] = big.NewRat(int64(c[r]), 1)
		}
		basis.add(v)
	}
	best, tries := 0, 0
	var try func(from, people int, in []bool)
	try = func(from, people int, in []bool) {
		for i := from; i < len(kinds) && tries < 3000; i++ {
			size := people + len(columns[kinds[i]])
			if size >= k || best != 0 && size >= best {
				continue
			}
			tries++
			in[i] = true
			v := make([]*big.Rat, len(kinds))
			for j := range v {
				v[j] = new(big.Rat)
				if in[j] {
					v[j].SetInt64(1)
				}
			}
			if basis.spans(v) {
				best = size
			}
			try(i+1, size, in)
			in[i] = false
		}
	}
	try(0, 0, make([]bool, len(kinds)))
	return best
}

type fractions struct {
	rows   [][]*big.Rat
	pivots []int
}

func newFractions(int) *fractions { return &fractions{} }

func (f *fractions) reduce(v []*big.Rat) int {
	for i, r := range f.rows {
		if factor := v[f.pivots[i]]; factor.Sign() != 0 {
			factor = new(big.Rat).Set(factor)
			for j := range v {
				v[j] = new(big.Rat).Sub(v[j], new(big.Rat).Mul(factor, r[j]))
			}
		}
	}
	return slices.IndexFunc(v, func(x *big.Rat) bool { return x.Sign() != 0 })
}

func (f *fractions) add(v []*big.Rat) {
	at := f.reduce(v)
	if at < 0 {
		return
	}
	one := new(big.Rat).Inv(v[at])
	for j := range v {
		v[j] = new(big.Rat).Mul(v[j], one)
	}
	f.rows, f.pivots = append(f.rows, v), append(f.pivots, at)
}

func (f *fractions) spans(v []*big.Rat) bool { return f.reduce(v) < 0 }

// attack makes releases of a population and returns the smallest set that
// somebody who read all of them could derive, below k; 0 for none.
func attack(t *rapid.T, by rules, axes, releases int) int {
	const k = 5
	values := rapid.IntRange(2, 6).Draw(t, "values")
	all := population(t, axes, values, releases)
	s := &surveys.Survey{ID: "s", SmallestGroup: k}
	for a := range axes {
		s.Breakdowns = append(s.Breakdowns, axisName(a))
	}
	if rapid.Bool().Draw(t, "merged") {
		s.Merged = []surveys.MergedOf{{Breakdown: axisName(0), Name: "m", Values: []string{"v0", "v1"}}}
	}
	forms := []*questionnaire.Form{form(axes, values)}
	known := map[string]*knowledge{"": {people: len(all)}, "rating": {people: len(all)}}
	var newest *Release
	var memory *Memory
	for number := 1; number <= releases; number++ {
		table, err := results.Read(t.Context(), responsestest.Of(all.at(number)), s, forms, "")
		if err != nil {
			t.Fatal(err)
		}
		newest, memory, err = next(s, table, newest, memory, "", "", false, by)
		if err != nil {
			t.Fatal(err)
		}
		for question, knows := range known {
			knows.read(t, all, s, newest, memory, question)
		}
		for _, c := range candidatesOf(newest.Breakdowns()) {
			_, taking := newest.Figure("", c.Group)
			if _, rating := newest.Figure("rating", c.Group); by.across && c.Value != "" && rating == Shown && taking != Shown {
				t.Fatalf("release %d: how many of %v took part is hidden, and how many rated is shown", number, c.Group)
			}
		}
	}
	smallest := 0
	for _, knows := range known {
		if n := knows.smallest(k); n > 0 && (smallest == 0 || n < smallest) {
			smallest = n
		}
	}
	return smallest
}

// read adds the figures of a release. Who is in a figure follows from the cell's
// last taking; the base that is shown must say as much.
func (n *knowledge) read(t *rapid.T, all crowd, s *surveys.Survey, r *Release, m *Memory, question string) {
	for _, c := range append([]*candidate{everybody()}, candidatesOf(r.Breakdowns())...) {
		p, reason := r.Figure(question, c.Group)
		if reason != Shown {
			if !p.Empty() {
				t.Fatalf("a figure with reason %q is shown", reason)
			}
			continue
		}
		row, base := make([]bool, len(all)), 0
		for i, one := range all {
			upto := 0
			if cell := m.mem.Questions[question].Cells[results.Cell(one.values).Key()]; cell != nil {
				upto = cell.Upto
			}
			in := one.comes <= upto && (one.goes == 0 || one.goes > upto) && (question == "" || one.rating != "")
			if in && c.holds(one.values) {
				row[i] = true
				base++
			}
		}
		if base != p.Base() {
			t.Fatalf("release %d, %q, %v: base %d, but %d people are counted", r.Number, question, c.Group, p.Base(), base)
		}
		if base < s.SmallestGroup {
			t.Fatalf("a figure about %d people is shown", base)
		}
		n.rows = append(n.rows, row)
	}
}

func TestNobodyDerivesASmallGroup(t *testing.T) {
	for name, shape := range map[string]struct{ axes, releases int }{
		"from one release":                          {1, 1},
		"from one release with two breakdowns":      {2, 1},
		"from a series of releases":                 {1, 4},
		"from a series of releases, two breakdowns": {2, 3},
		"from a survey that is not split":           {0, 4},
	} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				if n := attack(t, allRules, shape.axes, shape.releases); n > 0 {
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
		"when only the threshold is left":         {rules{}, 1, 1},
		"when the guard forgets earlier releases": {rules{audit: true}, 1, 4},
	} {
		t.Run(name, func(t *testing.T) {
			wins := 0
			for seed := range 200 {
				if rapid.Custom(func(t *rapid.T) int { return attack(t, shape.by, shape.axes, shape.releases) }).Example(seed) > 0 {
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
