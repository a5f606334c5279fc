// Package attacker is somebody who keeps every figure that was ever shown and tries
// to tell something about few people from them. It knows how the guard works and
// shares no code with it, so that the guard is measured by another yardstick: tests
// and `weerklank bench guard` hold every release against it.
package attacker

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"
)

// Figures are what is known: for each figure that was shown, who was counted in it.
// Everybody is a number from 0 to People−1.
type Figures struct {
	People int
	rows   [][]uint64
	seen   map[string]bool
}

// Add notes a figure. counted says who is in it.
func (f *Figures) Add(counted func(person int) bool) {
	row := make([]uint64, (f.People+63)/64)
	for p := range f.People {
		if counted(p) {
			row[p/64] |= 1 << (p % 64)
		}
	}
	if f.seen == nil {
		f.seen = map[string]bool{}
	}
	if key := fmt.Sprint(row); !f.seen[key] {
		f.seen[key] = true
		f.rows = append(f.rows, row)
	}
}

// Derive is the least number of people, below k, in a set that follows from the
// figures by adding and subtracting; 0 when there is none. alone is the same for
// the others in a set, below k−1, that somebody derives who knows their own answers.
// It tries every union of small groups that no figure tells apart, in exact
// fractions.
func (f *Figures) Derive(k int) (smallest, alone int) {
	kinds, sizes := f.kinds()
	order := make([]int, len(kinds)) // large ones first: they must cancel
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(sizes[b], sizes[a]) })
	place, people := make([]int, len(kinds)), make([]int, len(kinds))
	large := 0
	for at, kind := range order {
		place[kind], people[at] = at, sizes[kind]
		if sizes[kind] >= k {
			large++
		}
	}
	e := &elimination{}
	for r := range f.rows {
		v := map[int]fraction{}
		for kind, members := range kinds {
			if members[r] {
				v[place[kind]] = whole(1)
			}
		}
		e.add(v)
	}
	left := e.beyond(large)
	if len(left) == 0 {
		return 0, 0
	}
	smallest = lightest(left, people, large, k, -1)
	for at := large; at < len(people); at++ {
		if people[at] == 1 {
			if n := lightest(left, people, large, k-1, at); n > 0 && (alone == 0 || n < alone) {
				alone = n
			}
		}
	}
	return smallest, alone
}

// kinds are the groups of people that no figure tells apart: for each in which
// figures they are, and how many they are. Who is in no figure is left out.
func (f *Figures) kinds() (in [][]bool, sizes []int) {
	known := map[string]int{}
	for p := range f.People {
		column, any := make([]bool, len(f.rows)), false
		key := make([]byte, len(f.rows))
		for r, row := range f.rows {
			if row[p/64]>>(p%64)&1 == 1 {
				column[r], key[r], any = true, 1, true
			}
		}
		if !any {
			continue
		}
		at, there := known[string(key)]
		if !there {
			at = len(in)
			known[string(key)] = at
			in, sizes = append(in, column), append(sizes, 0)
		}
		sizes[at]++
	}
	return in, sizes
}

// lightest tries every union of small kinds of fewer than k people: whether it
// follows from the rows, save for what one kind that is known weighs in it.
func lightest(rows []map[int]fraction, people []int, large, k, known int) int {
	space := &elimination{}
	var columns []int
	used := map[int]bool{}
	for _, r := range rows {
		v := map[int]fraction{}
		for at, x := range r {
			if at != known {
				v[at] = x
				if !used[at] {
					used[at] = true
					columns = append(columns, at)
				}
			}
		}
		space.add(v)
	}
	slices.Sort(columns)
	best, tries := 0, 0
	var try func(from, weight int, set map[int]fraction)
	try = func(from, weight int, set map[int]fraction) {
		for i := from; i < len(columns) && tries < mostTries; i++ {
			at := columns[i]
			w := weight + people[at]
			if at < large || w >= k || best != 0 && w >= best {
				continue
			}
			tries++
			set[at] = whole(1)
			if space.holds(set) {
				best = w
			}
			try(i+1, w, set)
			delete(set, at)
		}
	}
	try(0, 0, map[int]fraction{})
	return best
}

// mostTries bounds the unions that are tried at one survey.
const mostTries = 20_000

// elimination is Gauss's, in fractions.
type elimination struct {
	rows   []map[int]fraction
	pivots []int
}

// reduce takes out of v what the rows explain, and gives the first place that is left.
func (e *elimination) reduce(v map[int]fraction) int {
	for {
		first := -1
		for at := range v {
			if first < 0 || at < first {
				first = at
			}
		}
		if first < 0 {
			return -1
		}
		done := true
		for i, p := range e.pivots {
			if x, there := v[p]; there {
				for at, y := range e.rows[i] {
					if sum := v[at].minus(x.times(y)); sum.zero() {
						delete(v, at)
					} else {
						v[at] = sum
					}
				}
				done = false
			}
		}
		if done {
			return first
		}
	}
}

func (e *elimination) add(v map[int]fraction) {
	first := e.reduce(v)
	if first < 0 {
		return
	}
	scale := v[first]
	for at, x := range v {
		v[at] = x.over(scale)
	}
	e.rows, e.pivots = append(e.rows, v), append(e.pivots, first)
}

func (e *elimination) holds(v map[int]fraction) bool {
	rest := make(map[int]fraction, len(v))
	for at, x := range v {
		rest[at] = x
	}
	return e.reduce(rest) < 0
}

// beyond are the rows in which none of the first places is left.
func (e *elimination) beyond(places int) []map[int]fraction {
	var left []map[int]fraction
	for i, p := range e.pivots {
		if p >= places {
			left = append(left, e.rows[i])
		}
	}
	return left
}

// fraction is n/d in lowest terms, d positive; the zero value is nought.
type fraction struct{ n, d int64 }

func whole(n int64) fraction { return fraction{n, 1} }

func (f fraction) zero() bool { return f.n == 0 }

func (f fraction) times(g fraction) fraction { return made(product(f.n, g.n), product(f.d, g.d)) }

func (f fraction) over(g fraction) fraction { return made(product(f.n, g.d), product(f.d, g.n)) }

func (f fraction) minus(g fraction) fraction {
	if f.n == 0 {
		return made(-g.n, g.d)
	}
	return made(product(f.n, g.d)-product(g.n, f.d), product(f.d, g.d))
}

func made(n, d int64) fraction {
	if n == 0 {
		return fraction{0, 1}
	}
	if d < 0 {
		n, d = -n, -d
	}
	a, b := max(n, -n), d
	for b != 0 {
		a, b = b, a%b
	}
	return fraction{n / a, d / a}
}

// product refuses to be wrong: numbers beyond 2⁶¹ do not come out of figures.
func product(a, b int64) int64 {
	hi, lo := bits.Mul64(uint64(max(a, -a)), uint64(max(b, -b))) //nolint:gosec // both are positive
	if hi != 0 || lo >= 1<<61 {
		panic("attacker: a fraction is too large")
	}
	return a * b
}
