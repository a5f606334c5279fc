package disclosure

import "slices"

// tableau is a linear programme in whole numbers (G. B. Dantzig's simplex with the
// pivots of J. Edmonds, Systems of distinct representatives and linear algebra, 1967:
// every entry is a minor of the equations, over one common denominator). Nothing is
// rounded, so what it finds is so on every machine. It starts from the truth, which
// satisfies every equation, and so needs no search for a first solution.
type tableau struct {
	rows  [][]int64 // by equation: its coefficients and, last, what they add up to
	goal  []int64   // how far each variable moves the goal and, last, the goal
	basic []int     // by row: the variable that it gives
	den   int64     // of all entries; above nought
	truth int64     // of the goal
}

const (
	mostPivots = 600
	mostEntry  = 1 << 31 // so that products fit; beyond it nothing is found
)

// tableauOf solves the equations for as many variables, large ones first, and moves
// on to a corner. truth are the values that satisfy the equations; nil when they do
// not, or when numbers grow too large.
func tableauOf(equations [][]int64, goal, truth []int64) *tableau {
	t := &tableau{rows: equations, den: 1}
	width := len(truth)
	for _, e := range equations {
		sum := int64(0)
		for j, x := range truth {
			sum += e[j] * x
		}
		if sum != e[width] {
			return nil
		}
	}
	for j, c := range goal {
		t.truth += c * truth[j]
	}
	t.goal = make([]int64, width+1)
	for j, c := range goal {
		t.goal[j] = -c
	}
	t.basic = make([]int, 0, len(equations))
	for r := 0; r < len(t.rows); {
		best := -1
		for j := range width {
			if t.rows[r][j] != 0 && (best < 0 || truth[j] > truth[best]) {
				best = j
			}
		}
		if best < 0 { // it follows from the others
			t.rows = append(t.rows[:r], t.rows[r+1:]...)
			continue
		}
		t.basic = append(t.basic, best)
		if !t.pivot(r, best) {
			return nil
		}
		r++
	}
	if !t.corner(truth) {
		return nil
	}
	return t
}

// corner moves from the truth to a solution in which every variable that no row gives
// is nought.
func (t *tableau) corner(truth []int64) bool {
	width := len(truth)
	free := make([]bool, width)
	for j := range free {
		free[j] = truth[j] > 0
	}
	for _, b := range t.basic {
		free[b] = false
	}
	shift := func(j int, by int64) bool {
		fits := true
		for n := -1; n < len(t.rows); n++ {
			row := t.goal
			if n >= 0 {
				row = t.rows[n]
			}
			row[width] += row[j] * by
			fits = fits && row[width] < mostEntry && row[width] > -mostEntry
		}
		return fits
	}
	for j := range free {
		if free[j] && !shift(j, -truth[j]) {
			return false
		}
	}
	for j := range free {
		if !free[j] {
			continue
		}
		leaves := -1 // the first row that would become less than nought
		for r, row := range t.rows {
			if row[j] >= 0 || row[width]+row[j]*truth[j] >= 0 {
				continue
			}
			if leaves < 0 || row[width]*-t.rows[leaves][j] < t.rows[leaves][width]*-row[j] {
				leaves = r
			}
		}
		if !shift(j, truth[j]) {
			return false
		}
		if leaves < 0 {
			continue
		}
		t.basic[leaves] = j
		if !t.pivot(leaves, j) {
			return false
		}
	}
	return true
}

// pivot solves a row for a variable and takes it out of every other.
func (t *tableau) pivot(r, j int) bool {
	own := t.rows[r]
	p := own[j]
	if p < 0 {
		p = -p
		for n := range own {
			own[n] = -own[n]
		}
	}
	fits := true
	for n := -1; n < len(t.rows); n++ {
		if n == r {
			continue
		}
		row := t.goal
		if n >= 0 {
			row = t.rows[n]
		}
		fits = t.reduce(row, own, j, p) && fits
	}
	t.den = p
	return fits
}

// reduce takes a variable out of a row.
func (t *tableau) reduce(row, own []int64, j int, p int64) bool {
	x := row[j]
	if x == 0 && p == t.den {
		return true
	}
	for n, y := range row {
		if y == 0 && (x == 0 || own[n] == 0) {
			continue
		}
		y = y*p - x*own[n]
		if t.den != 1 {
			y /= t.den
		}
		if y >= mostEntry || y <= -mostEntry {
			return false
		}
		row[n] = y
	}
	return true
}

// least brings the goal down to nought and gives the values of all variables there.
// False when it does not come to nought in whole numbers.
func (t *tableau) least() ([]int64, bool) {
	if t == nil {
		return nil, false
	}
	last := len(t.goal) - 1
	for pivots := 0; t.goal[last] != 0; pivots++ {
		j := t.enters(-1)
		if j < 0 || pivots > mostPivots {
			return nil, false
		}
		r := t.leaves(j)
		if r < 0 {
			return nil, false
		}
		t.basic[r] = j
		if !t.pivot(r, j) {
			return nil, false
		}
	}
	if !t.whole() {
		return nil, false
	}
	return t.values(), true
}

// values are those of all variables at this corner, which is in whole numbers.
func (t *tableau) values() []int64 {
	last := len(t.goal) - 1
	values := make([]int64, last)
	for r, row := range t.rows {
		values[t.basic[r]] = row[last] / t.den
	}
	return values
}

// whole tells whether this corner is in whole numbers.
func (t *tableau) whole() bool {
	last := len(t.goal) - 1
	return !slices.ContainsFunc(t.rows, func(row []int64) bool { return row[last]%t.den != 0 })
}

// another is a corner in whole numbers, on the way to the least or to the most of the
// goal, at which the goal is not what it is in truth: the values of all variables. Nil
// when none is found.
func (t *tableau) another() []int64 {
	pivots := 0
	for _, sign := range []int64{1, -1} {
		for {
			if t.other() {
				return t.values()
			}
			j := t.enters(sign)
			if j < 0 {
				break
			}
			r := t.leaves(j)
			if pivots++; r < 0 || pivots > mostPivots {
				return nil
			}
			t.basic[r] = j
			if !t.pivot(r, j) {
				return nil
			}
		}
	}
	return nil
}

// other tells whether this corner is another world.
func (t *tableau) other() bool {
	return t.goal[len(t.goal)-1] != t.truth*t.den && t.whole()
}

// enters is the first variable that brings the goal further (R. G. Bland's rule, so
// that it never turns round); −1 when none does.
func (t *tableau) enters(sign int64) int {
	for j, c := range t.goal[:len(t.goal)-1] {
		if sign*c < 0 {
			return j
		}
	}
	return -1
}

// leaves is the row of which the variable is the first to become nought.
func (t *tableau) leaves(j int) int {
	last, first := len(t.goal)-1, -1
	for r, row := range t.rows {
		if row[j] <= 0 {
			continue
		}
		if first < 0 {
			first = r
			continue
		}
		now, best := row[last]*t.rows[first][j], t.rows[first][last]*row[j]
		if now < best || now == best && t.basic[r] < t.basic[first] {
			first = r
		}
	}
	return first
}
