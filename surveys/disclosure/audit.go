package disclosure

import (
	"math/bits"
	"slices"
)

// audit tells whether a further figure may be shown beside those shown before.
//
// Everybody is in exactly one atom, and a figure is a set of atoms: a row of noughts
// and ones. Whoever has all figures can derive what the rows span. A set of 1 to
// k−1 people cannot hold an atom of k or more, so only combinations in which all
// those cancel matter, and of these only the ones that are sets. Elimination with
// the large atoms first leaves exactly those combinations; they are then tried one
// by one. Arithmetic is modulo the prime 2⁶¹−1: the minors of rows of noughts and
// ones stay below it up to rank 36 (Hadamard), above that an accident can only
// refuse a figure that might have been shown, except with a chance below 2⁻⁵⁰.
//
// The idea is query auditing (F. Y. Chin and G. Özsoyoğlu, IEEE TSE 8, 1982).
type audit struct {
	least  int   // people: the smallest set that may be derived
	people []int // by column, large atoms first
	large  int   // so many columns are large atoms
	column []int // where an atom stands; -1 when nobody is in it
	rows   []row // reduced: each pivot column has a 1 in its own row only
}

type row struct {
	pivot  int
	values []uint64
}

// mostTried bounds the search among small atoms. Beyond it a figure is refused.
const mostTried = 20_000

func newAudit(least int, atoms []int) *audit {
	a := &audit{least: least, column: make([]int, len(atoms))}
	order := make([]int, 0, len(atoms))
	for i, n := range atoms {
		a.column[i] = -1
		if n > 0 {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(x, y int) int { return atoms[y] - atoms[x] })
	for at, i := range order {
		a.column[i] = at
		a.people = append(a.people, atoms[i])
		if atoms[i] >= least {
			a.large++
		}
	}
	return a
}

// admit lets the figure through and remembers it, unless a set of 1 to k−1 people
// could then be derived. in says which atoms the figure counts.
func (a *audit) admit(in func(atom int) bool) bool {
	before := a.rows
	a.remember(in)
	if a.betrays() {
		a.rows = before
		return false
	}
	return true
}

// remember notes a figure that is known already.
func (a *audit) remember(in func(atom int) bool) {
	values := make([]uint64, len(a.people))
	for i, at := range a.column {
		if at >= 0 && in(i) {
			values[at] = 1
		}
	}
	for _, r := range a.rows {
		subtract(values, r.values, values[r.pivot])
	}
	pivot := slices.IndexFunc(values, func(v uint64) bool { return v != 0 })
	if pivot < 0 {
		return // it follows from what is known
	}
	scale(values, inverse(values[pivot]))
	rows := make([]row, 0, len(a.rows)+1)
	for _, r := range a.rows {
		reduced := slices.Clone(r.values)
		subtract(reduced, values, reduced[pivot])
		rows = append(rows, row{r.pivot, reduced})
	}
	a.rows = append(rows, row{pivot, values})
}

// betrays tells whether a set of 1 to k−1 people follows from the rows.
func (a *audit) betrays() bool {
	var small []row
	for _, r := range a.rows {
		if r.pivot >= a.large {
			small = append(small, r) // nothing but small atoms stands in it
		}
	}
	tried := 0
	var try func(from, people int, sum []uint64) bool
	try = func(from, people int, sum []uint64) bool {
		for i := from; i < len(small); i++ {
			n := people + a.people[small[i].pivot]
			if n >= a.least {
				continue
			}
			if tried++; tried > mostTried {
				return true
			}
			next := add(sum, small[i].values)
			if a.isSmallSet(next) || try(i+1, n, next) {
				return true
			}
		}
		return false
	}
	return try(0, 0, make([]uint64, len(a.people)))
}

func (a *audit) isSmallSet(v []uint64) bool {
	people := 0
	for at := a.large; at < len(v); at++ {
		switch v[at] {
		case 0:
		case 1:
			people += a.people[at]
		default:
			return false
		}
	}
	return people > 0 && people < a.least
}

const prime = 1<<61 - 1

func times(x, y uint64) uint64 {
	hi, lo := bits.Mul64(x, y)
	sum := lo&prime + (lo>>61 | hi<<3)
	sum = sum&prime + sum>>61
	if sum >= prime {
		sum -= prime
	}
	return sum
}

func minus(x, y uint64) uint64 {
	if x >= y {
		return x - y
	}
	return x + prime - y
}

func inverse(x uint64) uint64 {
	result, power := uint64(1), x
	for e := uint64(prime - 2); e > 0; e >>= 1 {
		if e&1 == 1 {
			result = times(result, power)
		}
		power = times(power, power)
	}
	return result
}

func subtract(from, what []uint64, factor uint64) {
	if factor == 0 {
		return
	}
	for i, v := range what {
		if v != 0 {
			from[i] = minus(from[i], times(v, factor))
		}
	}
}

func scale(v []uint64, factor uint64) {
	if factor == 1 {
		return
	}
	for i := range v {
		v[i] = times(v[i], factor)
	}
}

func add(x, y []uint64) []uint64 {
	sum := make([]uint64, len(x))
	for i := range x {
		s := x[i] + y[i]
		if s >= prime {
			s -= prime
		}
		sum[i] = s
	}
	return sum
}
