package disclosure

import (
	"math/bits"
	"slices"
)

// sparse is a vector modulo the prime: its values that are not nought, by place.
type sparse struct {
	at    []int // ascending
	value []uint64
}

func (v sparse) get(at int) uint64 {
	if i, there := slices.BinarySearch(v.at, at); there {
		return v.value[i]
	}
	return 0
}

// plus is v + factor·w.
func (v sparse) plus(w sparse, factor uint64) sparse {
	if factor == 0 || len(w.at) == 0 {
		return v
	}
	sum := sparse{make([]int, 0, len(v.at)+len(w.at)), make([]uint64, 0, len(v.at)+len(w.at))}
	i, j := 0, 0
	for i < len(v.at) || j < len(w.at) {
		switch {
		case j == len(w.at) || i < len(v.at) && v.at[i] < w.at[j]:
			sum.at, sum.value = append(sum.at, v.at[i]), append(sum.value, v.value[i])
			i++
		case i == len(v.at) || w.at[j] < v.at[i]:
			sum.at, sum.value = append(sum.at, w.at[j]), append(sum.value, times(w.value[j], factor))
			j++
		default:
			if s := plus(v.value[i], times(w.value[j], factor)); s != 0 {
				sum.at, sum.value = append(sum.at, v.at[i]), append(sum.value, s)
			}
			i, j = i+1, j+1
		}
	}
	return sum
}

func (v sparse) times(factor uint64) sparse {
	if factor == 1 {
		return v
	}
	scaled := sparse{v.at, make([]uint64, len(v.value))}
	for i, x := range v.value {
		scaled.value[i] = times(x, factor)
	}
	return scaled
}

// basis spans what is known: rows in reduced echelon form. A row never changes in
// place, so that a copy of the basis is what was known then.
type basis struct {
	rows    []*echelon
	learned []sparse // the rows as they were added, each of which brought something new
	made    *int     // how many rows were ever made, also in copies
}

// echelon is a row with a 1 at its pivot, where every other row has a nought and
// before which it has none but noughts. from says how it was made of learned rows.
type echelon struct {
	sparse
	pivot int
	from  sparse
	id    int // no other row has it
}

// row makes a row of the basis.
func (b *basis) row(v sparse, pivot int, from sparse) *echelon {
	if b.made == nil {
		b.made = new(int)
	}
	*b.made++
	return &echelon{v, pivot, from, *b.made}
}

// exactRank is the rank up to which a minor of a matrix of −1, 0 and 1 whose rows
// differ from noughts and ones by sums is below the prime.
const exactRank = 36

// add adds a row. False says that whether it follows from the others could not be
// proven.
func (b *basis) add(v sparse) bool {
	var whole, from dense
	whole.plus(v, 1)
	for _, r := range b.rows {
		if x := v.get(r.pivot); x != 0 { // a nought in every other row
			whole.plus(r.sparse, prime-x)
			from.plus(r.from, prime-x)
		}
	}
	left := whole.sparse()
	if len(left.at) == 0 {
		return len(b.rows) <= exactRank || b.proves(v, from.sparse())
	}
	from.plus(sparse{[]int{len(b.learned)}, []uint64{1}}, 1)
	pivot := left.at[0]
	scale := inverse(left.value[0])
	added := b.row(left.times(scale), pivot, from.sparse().times(scale))
	rows := make([]*echelon, 0, len(b.rows)+1)
	for _, r := range b.rows {
		if x := r.get(pivot); x != 0 {
			r = b.row(r.plus(added.sparse, prime-x), r.pivot, r.from.plus(added.from, prime-x))
		}
		rows = append(rows, r)
	}
	b.rows, b.learned = append(rows, added), append(slices.Clip(b.learned), v)
	return true
}

// dense is a vector modulo the prime to which many are added.
type dense []uint64

func (d *dense) plus(v sparse, factor uint64) {
	if len(v.at) == 0 {
		return
	}
	if more := v.at[len(v.at)-1] + 1 - len(*d); more > 0 {
		*d = append(*d, make([]uint64, more)...)
	}
	for i, at := range v.at {
		(*d)[at] = plus((*d)[at], times(v.value[i], factor))
	}
}

func (d dense) sparse() sparse {
	var v sparse
	for at, x := range d {
		if x != 0 {
			v.at, v.value = append(v.at, at), append(v.value, x)
		}
	}
	return v
}

// proves shows in whole numbers that v is minus the combination of the learned rows
// that the prime suggests.
func (b *basis) proves(v, from sparse) bool {
	common := int64(1)
	numbers := make([][2]int64, len(from.at))
	for i, x := range from.value {
		n, d, ok := fraction(x)
		if !ok {
			return false
		}
		numbers[i] = [2]int64{n, d}
		if common = common / gcd(common, d) * d; common > 1<<24 {
			return false
		}
	}
	sum := map[int]int64{}
	add := func(w sparse, factor int64) {
		for i, at := range w.at {
			sum[at] += factor * signed(w.value[i])
		}
	}
	add(v, common)
	for i, at := range from.at {
		add(b.learned[at], numbers[i][0]*(common/numbers[i][1]))
	}
	for _, n := range sum {
		if n != 0 {
			return false
		}
	}
	return true
}

// fraction finds the small fraction that a number modulo the prime stands for
// (P. S. Wang, A p-adic algorithm for univariate partial fractions, 1981).
func fraction(x uint64) (numerator, denominator int64, ok bool) {
	const most = 1 << 24
	r0, r1 := int64(prime), int64(x) //nolint:gosec // below 2⁶¹
	t0, t1 := int64(0), int64(1)
	for r1 > most {
		q := r0 / r1
		r0, r1 = r1, r0-q*r1
		t0, t1 = t1, t0-q*t1
	}
	if t1 < 0 {
		r1, t1 = -r1, -t1
	}
	return r1, t1, t1 > 0 && t1 <= most
}

// signed is a number that stands for a small whole one.
func signed(x uint64) int64 {
	if x > prime/2 {
		return -int64(prime - x) //nolint:gosec // below 2⁶¹
	}
	return int64(x) //nolint:gosec // below 2⁶¹
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
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

func plus(x, y uint64) uint64 {
	sum := x + y
	if sum >= prime {
		sum -= prime
	}
	return sum
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
