package disclosure

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize/convex/lp"
)

// Bounds of the work on one question; beyond them an answer counts as pinned, and
// much that is shown around it is taken back. The largest question of the story takes
// some 200 programmes.
const (
	mostProgrammes = 400
	mostVariables  = 64
)

// otherWorld looks for another world by linear programming (G. B. Dantzig's simplex,
// gonum): how many of each kind of people gave each answer, so that all figures are
// as they are shown, with the least and with the most of a hidden group who gave one.
// Only a solution in whole numbers that differs from the truth is such a world.
func (b *bounds) otherWorld(s hiddenSet, option int) bool {
	if b.programmes += 2; b.programmes > mostProgrammes || b.steps > mostExchanges {
		return false
	}
	p := b.programme(s, option)
	if p == nil {
		return false
	}
	return p.differs(1) || p.differs(-1)
}

// programme is a linear programme: equations and limits over the numbers of people
// of each kind who gave each answer.
type programme struct {
	variables int
	goal      []float64
	truth     float64
	equal     [][]float64 // coefficients, then what they add up to
	below     [][]float64
}

// kindsOf puts units that the same figures count together, those of the hidden
// group apart: how many people they are, and one unit of each kind.
func (b *bounds) kindsOf(s hiddenSet) (people, of []int) {
	type place struct {
		print, bands uint64
		in           bool
	}
	known := map[place]int{}
	for i, u := range b.units {
		p := place{print: b.print[i], in: s.in[i]}
		for n := range b.banded {
			if b.banded[n].in[i] {
				p.bands += mark(n)
			}
		}
		k, there := known[p]
		if !there {
			k = len(people)
			known[p] = k
			people, of = append(people, 0), append(of, i)
		}
		people[k] += u.people
	}
	return people, of
}

func (b *bounds) programme(s hiddenSet, option int) *programme {
	people, of := b.kindsOf(s)
	options := []int{option}
	if b.single {
		options = b.options
	}
	p := &programme{variables: len(people) * len(options)}
	if p.variables > mostVariables {
		return nil
	}
	at := func(k, o int) int { return k*len(options) + slices.Index(options, o) }
	line := func() []float64 { return make([]float64, p.variables+1) }
	p.goal = make([]float64, p.variables)
	for k, i := range of {
		if s.in[i] {
			p.goal[at(k, option)] = 1
		}
		all := line()
		for _, o := range options {
			all[at(k, o)] = 1
		}
		all[p.variables] = float64(people[k])
		if b.single {
			p.equal = append(p.equal, all)
		} else {
			p.below = append(p.below, all)
		}
	}
	p.truth = float64(b.count(s.in, option))
	row := func(in sum, part []int) []float64 {
		one := line()
		for k, i := range of {
			for _, o := range part {
				if in[i] {
					one[at(k, o)] = 1
				}
			}
		}
		one[p.variables] = float64(b.count(in, part...))
		return one
	}
	for _, in := range b.exacts {
		for _, o := range options {
			p.equal = append(p.equal, row(in, []int{o}))
		}
	}
	for n := range b.banded {
		one := &b.banded[n]
		for _, part := range b.parts {
			now := one.of(part)
			least, most := limits(now, one.base)
			if !b.single { // the other answers of the band are held as they are
				part = slices.DeleteFunc(slices.Clone(part), func(o int) bool { return o != option })
			}
			if len(part) == 0 {
				continue
			}
			up := row(one.in, part)
			down := slices.Clone(up)
			up[p.variables] += float64(most - now)
			for i := range down {
				down[i] = -down[i]
			}
			down[p.variables] += float64(now - least)
			p.below = append(p.below, up, down)
		}
	}
	p.equal = independent(p.equal)
	return p
}

// differs tells whether the least of the goal, or with sign −1 the most, is reached
// in whole numbers and is not the truth.
func (p *programme) differs(sign float64) bool {
	height, width := len(p.equal)+len(p.below), p.variables+len(p.below)
	a, right := mat.NewDense(height, width, nil), make([]float64, height)
	goal := make([]float64, width)
	for i, c := range p.goal {
		goal[i] = sign * c
	}
	for n, row := range slices.Concat(p.equal, p.below) {
		for j := range p.variables {
			a.Set(n, j, row[j])
		}
		if n >= len(p.equal) {
			a.Set(n, p.variables+n-len(p.equal), 1)
		}
		right[n] = row[p.variables]
	}
	best, x, err := lp.Simplex(goal, a, right, 1e-9, nil)
	if err != nil || math.Abs(best*sign-p.truth) < 0.5 {
		return false
	}
	for _, n := range x[:p.variables] {
		if math.Abs(n-math.Round(n)) > 1e-6 || n < -1e-6 {
			return false
		}
	}
	return true
}

// independent leaves out the rows that follow from others: the simplex wants none.
func independent(rows [][]float64) [][]float64 {
	var kept, reduced [][]float64
	var pivots []int
	for _, row := range rows {
		v := slices.Clone(row)
		for n, r := range reduced {
			if f := v[pivots[n]]; f != 0 {
				for j := range v {
					if v[j] -= f * r[j]; math.Abs(v[j]) < 1e-9 {
						v[j] = 0
					}
				}
			}
		}
		p := slices.IndexFunc(v[:len(v)-1], func(x float64) bool { return x != 0 })
		if p < 0 {
			continue
		}
		f := v[p]
		for j := range v {
			v[j] /= f
		}
		kept, reduced, pivots = append(kept, row), append(reduced, v), append(pivots, p)
	}
	return kept
}
