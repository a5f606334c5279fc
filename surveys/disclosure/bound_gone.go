package disclosure

import "slices"

// Bounds of the work on people who are there no more.
const (
	mostGone     = 300 // numbers to find
	mostGoneSums = 600
)

// standIn finds for people who withdrew, or whose withdrawal waits, some numbers of
// answers that fit everything that was shown. Nothing is kept of what they had
// answered, and nothing of it is needed: whether a number is pinned follows from what
// was shown alone, and one world that fits it is as good to start from as another. It
// is found by linear programming, in whole numbers, as the solution in which nothing is
// left unexplained. Where none is found they stay unknown, and count as pinned.
func (b *bounds) standIn() {
	if !slices.ContainsFunc(b.units, func(u unit) bool { return u.people < u.all }) {
		return
	}
	gone := &gone{b: b, at: map[int]int{}, seen: map[string]bool{}}
	for i, u := range b.units {
		if u.people < u.all {
			gone.at[i] = len(gone.of)
			gone.of = append(gone.of, i)
		}
	}
	if len(gone.of)*len(b.options) > mostGone || !gone.shown() || !gone.cells() || !gone.solve() {
		return
	}
	for _, i := range gone.of {
		b.units[i].people = b.units[i].all
	}
}

// gone is what everybody knows of the answers of people who are there no more.
type gone struct {
	b    *bounds
	of   []int       // the units that somebody is missing from
	at   map[int]int // where a unit stands in of
	sums []goneSum
	seen map[string]bool
}

// goneSum is how many of the missing people of some units gave each answer.
type goneSum struct {
	in   []bool // by place in of
	gave []int  // in the order of the answers
}

// shown notes what follows from every figure of earlier releases.
func (n *gone) shown() bool {
	past := n.b.q.past
	option := make([]int, len(past.Names))
	for i, name := range past.Names {
		option[i] = slices.Index(n.b.q.now.option, name)
	}
	for r := range past.Rows {
		row := &past.Rows[r]
		for i, group := range row.Groups {
			c := n.b.g.find(group)
			if c == nil {
				continue
			}
			if i >= len(row.Gave) {
				return false
			}
			gave := make([]int, len(n.b.q.now.option))
			for at, count := range row.Gave[i] {
				if option[at] >= 0 {
					gave[option[at]] = count
				} else if count > 0 {
					return false
				}
			}
			if !n.add(func(u unit) bool { return c.in[u.cell] && u.at(row.Release) }, gave) {
				return false
			}
		}
	}
	return true
}

// cells notes how many of each cell gave each answer, as it was counted last and as it
// is counted now.
func (n *gone) cells() bool {
	for i, key := range n.b.g.cells {
		now := n.b.g.number
		for at, c := range []*cellTrack{n.b.q.past.cell(key), n.b.v.cells[key]} {
			if c == nil {
				continue
			}
			was := at == 0
			gave := make([]int, len(n.b.q.now.option))
			for o, name := range n.b.q.now.option {
				gave[o] = c.Tally.Options[name]
			}
			in := func(u unit) bool {
				return u.cell == i && (u.until == 0 || was && u.until == now) && (!was || u.from < now)
			}
			if !n.add(in, gave) {
				return false
			}
		}
	}
	return true
}

// add notes how many people of some units gave each answer: what is left of it without
// those whose answers are known. False when that cannot be.
func (n *gone) add(in func(unit) bool, gave []int) bool {
	sum, key := goneSum{in: make([]bool, len(n.of))}, make([]byte, len(n.of))
	left, missing := slices.Clone(gave), false
	for i, u := range n.b.units {
		if !in(u) {
			continue
		}
		for o, x := range u.gave {
			left[o] -= x
		}
		if at, there := n.at[i]; there {
			sum.in[at], key[at], missing = true, 1, true
		}
	}
	if !missing || n.seen[string(key)] {
		return true
	}
	n.seen[string(key)] = true
	for _, o := range n.b.options {
		if left[o] < 0 {
			return false
		}
		sum.gave = append(sum.gave, left[o])
	}
	n.sums = append(n.sums, sum)
	return true
}

// solve finds whole numbers that fit and gives them to the units. Every equation has a
// variable more for what it leaves unexplained, of which there must be none in the end.
func (n *gone) solve() bool {
	options := len(n.b.options)
	numbers := len(n.of) * options
	each := 1 // equations that say how many people a unit is missing
	if !n.b.single {
		each = options
	}
	height := len(n.of)*each + len(n.sums)*options
	if height > mostGoneSums {
		return false
	}
	width := numbers + height
	goal, truth, equations := make([]int64, width), make([]int64, width), make([][]int64, height)
	at := 0
	add := func(people int, explained bool, of func(number int) bool) {
		e := make([]int64, width+1)
		for j := range numbers {
			if of(j) {
				e[j] = 1
			}
		}
		left := numbers + at
		e[left], truth[left], e[width] = 1, int64(people), int64(people)
		if explained {
			goal[left] = 1
		}
		equations[at] = e
		at++
	}
	for k, i := range n.of {
		missing := n.b.units[i].all - n.b.units[i].people
		if n.b.single {
			add(missing, true, func(j int) bool { return j/options == k })
			continue
		}
		for o := range options { // each answer is given by all of them at most
			add(missing, false, func(j int) bool { return j == k*options+o })
		}
	}
	for _, sum := range n.sums {
		for o, people := range sum.gave {
			add(people, true, func(j int) bool { return j%options == o && sum.in[j/options] })
		}
	}
	found, ok := tableauOf(equations, goal, truth).least()
	if !ok {
		return false
	}
	for k, i := range n.of {
		u := &n.b.units[i]
		u.gave = slices.Clone(u.gave)
		for x, o := range n.b.options {
			u.gave[o] += int(found[k*options+x])
		}
	}
	return true
}
