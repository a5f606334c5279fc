package bench

import (
	"fmt"
	"math"
	"math/rand/v2"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
	"weerklank.nl/weerklank/surveys/disclosure/attacker"
)

// Crowd is a survey of people as the guard meets it, with its heads by combination
// of breakdown values.
type Crowd struct {
	Survey *surveys.Survey
	Heads  []disclosure.Heads
}

// Kept is what the guard let through of a crowd.
type Kept struct {
	OneWay, OneWayOf int // groups by one breakdown that are large enough, and how many of them are shown
	TwoWay, TwoWayOf int
	Leaks            int // sets below the smallest group that the attacker derived
}

// Lattice is a crowd of so many cells, with groups by one and by two breakdowns.
func Lattice(first, second, people int, seed uint64) Crowd {
	r := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // a fixed set, no secret
	c := Crowd{Survey: survey(2)}
	for i := range first {
		for j := range second {
			c.Heads = append(c.Heads, disclosure.Heads{Values: []string{valueOf(i), valueOf(j)}, People: r.IntN(2*people + 1)})
		}
	}
	return c
}

// Forty are forty people with three attributes.
func Forty() Crowd {
	r := rand.New(rand.NewPCG(40, 3)) //nolint:gosec // a fixed set, no secret
	c := Crowd{Survey: survey(3)}
	for range 40 {
		c.Heads = append(c.Heads, disclosure.Heads{Values: []string{valueOf(r.IntN(4)), valueOf(r.IntN(3)), valueOf(r.IntN(5))}, People: 1})
	}
	return c
}

// Crowds are the fixed random surveys that the guard is measured on: 30 to 2,000
// people, one to three breakdowns, skewed, and in half of the cases one nested in
// another.
func Crowds(n int) []Crowd {
	all := make([]Crowd, n)
	for i := range all {
		all[i] = crowd(rand.New(rand.NewPCG(uint64(i), 42))) //nolint:gosec // a fixed set, no secret
	}
	return all
}

func crowd(r *rand.Rand) Crowd {
	axes := 1 + r.IntN(3)
	people := int(30 * math.Pow(2000.0/30, r.Float64()))
	values := make([]int, axes)
	for a := range values {
		values[a] = 2 + r.IntN(9)
	}
	nested := axes > 1 && r.IntN(2) == 0
	count := map[[3]int]int{}
	for range people {
		var cell [3]int
		for a, n := range values {
			skewed := r.Float64() * r.Float64()
			cell[a] = int(skewed * float64(n))
		}
		if nested {
			cell[1] = cell[0] * values[1] / values[0]
		}
		count[cell]++
	}
	c := Crowd{Survey: survey(axes)}
	for i := range values[0] {
		for j := range 10 {
			for k := range 10 {
				if n := count[[3]int{i, j, k}]; n > 0 {
					c.Heads = append(c.Heads, disclosure.Heads{Values: []string{valueOf(i), valueOf(j), valueOf(k)}[:axes], People: n})
				}
			}
		}
	}
	return c
}

func survey(axes int) *surveys.Survey {
	s := &surveys.Survey{SmallestGroup: surveys.LeastGroup}
	for a := range axes {
		s.Breakdowns = append(s.Breakdowns, fmt.Sprint("b", a))
		for b := range a {
			s.Pairs = append(s.Pairs, surveys.Pair{First: fmt.Sprint("b", b), Second: fmt.Sprint("b", a)})
		}
	}
	return s
}

func valueOf(i int) string { return fmt.Sprint("v", i) }

// Judge lets the guard decide, and the attacker try.
func Judge(c Crowd) Kept {
	f := disclosure.Foresee(c.Survey, nil, c.Heads)
	var k Kept
	for _, g := range f.Allowed {
		k.count(g, true)
	}
	for _, g := range f.Refused {
		k.count(g, false)
	}
	var people []int
	for i, h := range c.Heads {
		for range h.People {
			people = append(people, i)
		}
	}
	known := attacker.Figures{People: len(people)}
	for _, g := range f.Allowed {
		known.Add(func(p int) bool {
			return c.has(people[p], g.Breakdown, g.Value) && c.has(people[p], g.With, g.WithValue)
		})
	}
	if n, alone := known.Derive(c.Survey.SmallestGroup); n > 0 || alone > 0 {
		k.Leaks++
	}
	return k
}

func (k *Kept) count(g disclosure.Group, shown bool) {
	is, of := &k.OneWay, &k.OneWayOf
	switch {
	case g == disclosure.Group{}:
		return
	case g.With != "":
		is, of = &k.TwoWay, &k.TwoWayOf
	}
	*of++
	if shown {
		*is++
	}
}

// Groups is how many groups of the crowd are candidates.
func Groups(c Crowd) int {
	f := disclosure.Foresee(c.Survey, nil, c.Heads)
	return len(f.Allowed) + len(f.Refused)
}

func (c Crowd) has(head int, breakdown, value string) bool {
	for axis, name := range c.Survey.Breakdowns {
		if name == breakdown {
			return c.Heads[head].Values[axis] == value
		}
	}
	return breakdown == ""
}
