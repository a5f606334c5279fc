package disclosure

import "slices"

// Bounds of the work on one question; beyond them an answer counts as pinned, and
// much that is shown around it is taken back. The largest question of the story takes
// some 200 programmes.
const (
	mostProgrammes = 400
	mostVariables  = 64
)

// otherWorld looks for another world by linear programming (bound_simplex.go): how
// many of each kind of people gave each answer, so that all figures are as they are
// shown, on the way to the least and to the most of a hidden group who gave one. Only a
// solution in whole numbers that differs from the truth is such a world.
func (b *bounds) otherWorld(s hiddenSet, option int) bool {
	if b.programmes++; b.programmes > mostProgrammes || b.steps > mostExchanges {
		return false
	}
	p := b.programme(s, option)
	if p == nil {
		return false
	}
	t := tableauOf(p.equations())
	return t != nil && t.differs()
}

// programme is a linear programme: equations and limits over the numbers of people
// of each kind who gave each answer.
type programme struct {
	goal  []int64 // by variable
	truth []int64
	equal [][]int64 // coefficients, then what they add up to
	below [][]int64
}

// equations are those of the programme, each limit with a variable more for what is
// left below it, and the goal and the truth of all variables.
func (p *programme) equations() (equations [][]int64, goal, truth []int64) {
	from := len(p.goal)
	width := from + len(p.below)
	goal, truth = make([]int64, width), make([]int64, width)
	copy(goal, p.goal)
	copy(truth, p.truth)
	for n, row := range slices.Concat(p.equal, p.below) {
		e := make([]int64, width+1)
		copy(e, row[:from])
		e[width] = row[from]
		if slack := from + n - len(p.equal); slack >= from {
			e[slack], truth[slack] = 1, row[from]
			for j, x := range p.truth {
				truth[slack] -= row[j] * x
			}
			if truth[slack] < 0 { // what is known does not fit: nothing is shown to be free
				return nil, nil, nil
			}
		}
		equations = append(equations, e)
	}
	return equations, goal, truth
}

// kindsOf puts units that the same figures count together, those of the hidden
// group apart: how many people they are, one unit of each kind, and the kind of each.
func (b *bounds) kindsOf(s hiddenSet) (people, of, kind []int) {
	type place struct {
		print, bands uint64
		in           bool
	}
	known, kind := map[place]int{}, make([]int, len(b.units))
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
		kind[i] = k
	}
	return people, of, kind
}

func (b *bounds) programme(s hiddenSet, option int) *programme {
	people, of, kind := b.kindsOf(s)
	options := []int{option}
	if b.single {
		options = b.options
	}
	variables := len(people) * len(options)
	if variables > mostVariables {
		return nil
	}
	p := &programme{goal: make([]int64, variables), truth: make([]int64, variables)}
	at := func(k, o int) int { return k*len(options) + slices.Index(options, o) }
	line := func() []int64 { return make([]int64, variables+1) }
	for i, u := range b.units {
		for _, o := range options {
			p.truth[at(kind[i], o)] += int64(u.gave[o])
		}
	}
	for k, i := range of {
		if s.in[i] {
			p.goal[at(k, option)] = 1
		}
		all := line()
		for _, o := range options {
			all[at(k, o)] = 1
		}
		all[variables] = int64(people[k])
		if b.single {
			p.equal = append(p.equal, all)
		} else {
			p.below = append(p.below, all)
		}
	}
	row := func(in sum, part []int) []int64 {
		one := line()
		for k, i := range of {
			for _, o := range part {
				if in[i] {
					one[at(k, o)] = 1
				}
			}
		}
		one[variables] = int64(b.count(in, part...))
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
			if most < one.base { // more than everybody there are not, nor fewer than nobody
				up[variables] += int64(most - now)
				p.below = append(p.below, up)
			}
			if least > 0 {
				for i := range down {
					down[i] = -down[i]
				}
				down[variables] += int64(now - least)
				p.below = append(p.below, down)
			}
		}
	}
	return p
}
