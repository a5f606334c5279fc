package disclosure

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// smallProgramme is a programme of few variables, each of which adds to what they are in all,
// so that every solution can be tried.
type smallProgramme struct {
	equations   [][]int64
	goal, truth []int64
}

func drawProgramme(t *rapid.T) smallProgramme {
	n := rapid.IntRange(2, 6).Draw(t, "variables")
	p := smallProgramme{truth: rapid.SliceOfN(rapid.Int64Range(0, 3), n, n).Draw(t, "truth"), goal: rapid.SliceOfN(rapid.Int64Range(0, 1), n, n).Draw(t, "goal")}
	add := func(of []int64) {
		sum := int64(0)
		for j, x := range p.truth {
			sum += of[j] * x
		}
		p.equations = append(p.equations, append(slices.Clone(of), sum))
	}
	add(slices.Repeat([]int64{1}, n))
	for range rapid.IntRange(0, 4).Draw(t, "figures") {
		add(rapid.SliceOfN(rapid.Int64Range(-1, 1), n, n).Draw(t, "figure"))
	}
	return p
}

// otherwise tells whether the goal may be other than it is, by trying everything.
func (p smallProgramme) otherwise() bool {
	value := func(of, x []int64) (sum int64) {
		for j, n := range x {
			sum += of[j] * n
		}
		return sum
	}
	n := len(p.truth)
	x := make([]int64, n)
	var try func(at int, left int64) bool
	try = func(at int, left int64) bool {
		if at == n {
			return left == 0 && value(p.goal, x) != value(p.goal, p.truth) &&
				!slices.ContainsFunc(p.equations, func(e []int64) bool { return value(e, x) != e[n] })
		}
		for x[at] = 0; x[at] <= left; x[at]++ {
			if try(at+1, left-x[at]) {
				return true
			}
		}
		return false
	}
	return try(0, p.equations[0][n])
}

func (p smallProgramme) found() bool {
	e := make([][]int64, len(p.equations))
	for i := range e {
		e[i] = slices.Clone(p.equations[i])
	}
	t := tableauOf(e, p.goal, p.truth)
	return t != nil && t.another() != nil
}

func TestAnotherWorldIsOnlyFoundWhereThereIsOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		if p := drawProgramme(t); p.found() && !p.otherwise() {
			t.Fatalf("%v: another world is found and there is none", p)
		}
	})
}

func TestAnotherWorldIsNearlyAlwaysFoundWhereThereIsOne(t *testing.T) {
	there, found := 0, 0
	for seed := range 500 {
		p := rapid.Custom(drawProgramme).Example(seed)
		if p.otherwise() {
			there++
			if p.found() {
				found++
			}
		}
	}
	if there < 100 || 100*found < 95*there {
		t.Errorf("of %d programmes with another world one was found of %d", there, found)
	}
	t.Logf("of %d programmes with another world one was found of %d", there, found)
}

func TestWhatDoesNotFitOrGrowsTooLargeGivesNoWorld(t *testing.T) {
	if tableauOf([][]int64{{1, 1, 5}}, []int64{1, 0}, []int64{1, 1}) != nil {
		t.Error("one and one is not five")
	}
	huge := int64(math.MaxInt32)
	if tableauOf([][]int64{{huge, 1, 1, huge + 2}, {1, huge, huge, 2*huge + 1}}, []int64{1, 0, 0}, []int64{1, 1, 1}) != nil {
		t.Error("products that do not fit in 64 bits are worked with")
	}
}
