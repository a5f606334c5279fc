package disclosure

import "slices"

// Bounds of the work on one question; beyond them an answer counts as pinned, and a
// figure for which another world would have to be found is withheld.
const (
	mostProgrammes = 400
	mostVariables  = 64
)

// otherWorld looks for another world by linear programming (bound_simplex.go): how
// many of each kind of people gave each answer, so that all figures are as they are
// shown, on the way to the least and to the most of a hidden group who gave one. Only a
// solution in whole numbers that differs from the truth is such a world.
func (b *bounds) otherWorld(s hiddenSet, option int) *world {
	if b.programmes++; b.programmes > mostProgrammes || b.steps > mostExchanges {
		return nil
	}
	p := b.programme(s, option)
	if p == nil {
		return nil
	}
	t := tableauOf(p.equations())
	if t == nil {
		return nil
	}
	values := t.another()
	if values == nil {
		return nil
	}
	return b.realise(p, values)
}

// realise is a world in which so many of each kind gave each answer, by units.
func (b *bounds) realise(p *programme, values []int64) *world {
	w := &world{}
	options := len(p.options)
	for i, k := range p.kind {
		if k < 0 {
			continue
		}
		u, wants := &b.units[i], values[k*options:(k+1)*options]
		has := p.truth[k*options : (k+1)*options]
		if !b.single {
			by := min(max(wants[0]-has[0], -int64(u.gave[p.options[0]])), int64(u.people-u.gave[p.options[0]]))
			w.add(i, p.options[0], int(by))
			has[0] += by
			continue
		}
		for from, o := range p.options {
			left := int64(u.gave[o])
			for to, other := range p.options {
				by := min(left, has[from]-wants[from], wants[to]-has[to])
				if by <= 0 {
					continue
				}
				w.add(i, o, -int(by))
				w.add(i, other, int(by))
				left, has[from], has[to] = left-by, has[from]-by, has[to]+by
			}
		}
	}
	return w
}

// programme is a linear programme: equations and limits over the numbers of people
// of each kind who gave each answer.
type programme struct {
	goal  []int64 // by variable
	truth []int64
	equal [][]int64 // coefficients, then what they add up to
	below [][]int64

	options []int // of each kind, in this order, the variables
	kind    []int // by unit; −1 where nothing may be another than it is
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

// open are the kinds of which a number may be another than it is, near those of a hidden
// group, at most so many. Those that a figure counts alone, or beside others that do, are
// what they are; and what is not tied to the hidden group by a chain of figures does not
// matter. Of too many those nearest to it are taken, by the figures of the fewest kinds:
// the others stay as they are, and a world is a world all the same.
func (b *bounds) open(s hiddenSet, of []int, most int) []bool {
	figures := make([][]int, 0, len(b.exacts)+len(b.banded))
	note := func(in sum) {
		var kinds []int
		for k, i := range of {
			if in[i] {
				kinds = append(kinds, k)
			}
		}
		figures = append(figures, kinds)
	}
	for _, in := range b.exacts {
		note(in)
	}
	fixed := make([]bool, len(of))
	for found := true; found; {
		found = false
		for n, kinds := range figures {
			kinds = slices.DeleteFunc(kinds, func(k int) bool { return fixed[k] })
			if figures[n] = kinds; len(kinds) == 1 {
				fixed[kinds[0]], found = true, true
			}
		}
	}
	for n := range b.banded {
		note(b.banded[n].in)
	}
	for n := range figures {
		figures[n] = slices.DeleteFunc(figures[n], func(k int) bool { return fixed[k] })
	}
	slices.SortStableFunc(figures, func(x, y []int) int { return len(x) - len(y) })
	open, n := make([]bool, len(of)), 0
	add := func(k int) bool {
		if open[k] || fixed[k] || n >= most {
			return false
		}
		open[k] = true
		n++
		return true
	}
	for k, i := range of {
		if s.in[i] {
			add(k)
		}
	}
	for found := n > 0; found; {
		found = false
		for _, kinds := range figures {
			if !slices.ContainsFunc(kinds, func(k int) bool { return open[k] }) {
				continue
			}
			for _, k := range kinds {
				found = add(k) || found
			}
			if found {
				break
			}
		}
	}
	return open
}

// programme says what must be as it is, of the kinds that are open; nil when none of the
// hidden group is.
func (b *bounds) programme(s hiddenSet, option int) *programme {
	people, of, kind := b.kindsOf(s)
	options := []int{option}
	if b.single {
		options = b.options
	}
	open := b.open(s, of, mostVariables/len(options))
	place, last := make([]int, len(of)), 0 // of the kinds that are open
	for k := range of {
		place[k] = -1
		if open[k] {
			people[last], of[last], place[k] = people[k], of[k], last
			last++
		}
	}
	people, of = people[:last], of[:last]
	for i, k := range kind {
		kind[i] = place[k]
	}
	variables := len(people) * len(options)
	if variables == 0 {
		return nil
	}
	p := &programme{goal: make([]int64, variables), truth: make([]int64, variables), options: options, kind: kind}
	at := func(k, o int) int { return k*len(options) + slices.Index(options, o) }
	line := func() []int64 { return make([]int64, variables+1) }
	for i, u := range b.units {
		if kind[i] < 0 {
			continue
		}
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
		for j, x := range one[:variables] {
			one[variables] += x * p.truth[j]
		}
		return one
	}
	counts := func(in sum) string {
		key := make([]byte, len(of))
		for k, i := range of {
			if in[i] {
				key[k] = 1
			}
		}
		return string(key)
	}
	noted := map[string]bool{string(make([]byte, len(of))): true}
	for _, in := range b.exacts {
		if key := counts(in); !noted[key] {
			noted[key] = true
			for _, o := range options {
				p.equal = append(p.equal, row(in, []int{o}))
			}
		}
	}
	for n := range b.banded {
		one := &b.banded[n]
		if noted[counts(one.in)] { // an exact figure says more
			continue
		}
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
