package disclosure

import (
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// span is what follows from figures, by elimination in fractions.
type span [][]*big.Rat

// left is what is left of a figure without what follows from others.
func (s span) left(row []*big.Rat) []*big.Rat {
	row = slices.Clone(row)
	for _, r := range s {
		pivot := slices.IndexFunc(r, func(x *big.Rat) bool { return x.Sign() != 0 })
		if row[pivot].Sign() == 0 {
			continue
		}
		factor := new(big.Rat).Quo(row[pivot], r[pivot])
		for i := range row {
			row[i] = new(big.Rat).Sub(row[i], new(big.Rat).Mul(factor, r[i]))
		}
	}
	return row
}

func (s span) with(row []*big.Rat) span {
	left := s.left(row)
	if !slices.ContainsFunc(left, func(x *big.Rat) bool { return x.Sign() != 0 }) {
		return s
	}
	return append(slices.Clip(s), left)
}

func figureOf(columns int, in func(int) bool) []*big.Rat {
	row := make([]*big.Rat, columns)
	for i := range row {
		row[i] = new(big.Rat)
		if in(i) {
			row[i].SetInt64(1)
		}
	}
	return row
}

// givesAway tries every set there is, but those with a column that somebody knows.
func (s span) givesAway(people []int, least int, groups [][]int, knows int) bool {
	for set := range 1 << len(people) {
		n, in := 0, func(i int) bool { return set>>i&1 == 1 }
		for i := range people {
			if in(i) {
				n += people[i]
			}
		}
		if !few(n, least) || knows >= 0 && in(knows) {
			continue
		}
		if groups != nil && !slices.ContainsFunc(groups, func(group []int) bool {
			return !slices.ContainsFunc(group, func(at int) bool { return !in(at) })
		}) {
			continue
		}
		if !slices.ContainsFunc(s.left(figureOf(len(people), in)), func(x *big.Rat) bool { return x.Sign() != 0 }) {
			return true
		}
	}
	return false
}

func TestTheAuditRefusesWhatGivesAwayASmallSetAndNothingElse(t *testing.T) {
	let, refused := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		people := rapid.SliceOfN(rapid.IntRange(1, 5), 2, 8).Draw(t, "people")
		least := rapid.IntRange(2, 5).Draw(t, "least")
		a := newAudit(least, people, nil)
		var groups [][]int
		if rapid.Bool().Draw(t, "only groups") {
			all := rapid.SliceOfN(rapid.SliceOfNDistinct(rapid.IntRange(0, len(people)-1), 1, 3, rapid.ID), 1, 3).Draw(t, "groups")
			groups = slices.DeleteFunc(all, func(group []int) bool {
				n := 0
				for _, at := range group {
					n += people[at]
				}
				return n >= least
			})
			a.protects(groups)
		}
		var known span
		for range rapid.IntRange(1, 8).Draw(t, "figures") {
			figure := rapid.SliceOfN(rapid.Bool(), len(people), len(people)).Draw(t, "figure")
			in := func(i int) bool { return figure[i] }
			after := known.with(figureOf(len(people), in))
			betrays := after.givesAway(people, least, groups, -1)
			for i, n := range people {
				if n == 1 && !betrays {
					betrays = after.with(figureOf(len(people), func(at int) bool { return at == i })).givesAway(people, least-1, groups, i)
				}
			}
			if a.admit(in) == betrays {
				t.Fatalf("people %v, smallest %d, groups %v, known %v, figure %v: gives away a set: %v", people, least, groups, known, figure, betrays)
			}
			if betrays {
				refused++
				continue
			}
			let++
			known = after
		}
	})
	if let == 0 || refused == 0 {
		t.Errorf("%d let through, %d refused", let, refused)
	}
}

// Of two figures that share all but one person each, that person knows the two who are
// shared, and so the other one. Where two and two are not shared nobody learns anything.
func TestTheAuditCountsWhatAnInsiderLearns(t *testing.T) {
	for _, c := range []struct {
		people []int
		admits bool
	}{{[]int{2, 1, 1}, false}, {[]int{2, 2, 2}, true}} {
		a := newAudit(3, c.people, nil)
		if !a.admit(func(at int) bool { return at != 2 }) {
			t.Fatalf("of %v the first figure is refused", c.people)
		}
		if got := a.admit(func(at int) bool { return at != 1 }); got != c.admits {
			t.Errorf("of %v the second figure is let through: %v, want %v", c.people, got, c.admits)
		}
	}
}
