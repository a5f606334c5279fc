package attacker

import (
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize/convex/lp"
)

// Counts are what is known of one question: of how many people in each figure gave
// each answer, exactly or between two limits. Everybody is a number from 0 to
// People−1 and gave one of the Answers; who is in which figure is known, what they
// answered is not.
type Counts struct {
	People  int
	Answers int
	Several bool // one person may have given several answers
	known   []limits
}

// limits say that between least and most of the people of a figure gave one of a
// few answers.
type limits struct {
	in          []bool
	answers     []int
	least, most int
}

// Add notes a figure.
func (c *Counts) Add(counted func(person int) bool, answers []int, least, most int) {
	l := limits{in: make([]bool, c.People), answers: answers, least: least, most: most}
	for p := range l.in {
		l.in[p] = counted(p)
	}
	c.known = append(c.known, l)
}

// Bound is between what limits the number of people of a set lies who gave an
// answer: by interval propagation in whole numbers, over all answers at once, and by
// linear programmes within what that leaves.
func (c *Counts) Bound(set func(person int) bool, answer int) (least, most int) {
	b := c.boxes(set)
	b.propagate()
	for k := range b.people {
		if b.mine[k] {
			least, most = least+b.low[k][answer], most+b.high[k][answer]
		}
	}
	if least >= most {
		return least, most
	}
	if low, ok := b.extreme(answer, 1); ok {
		least = max(least, int(math.Ceil(low-1e-6)))
	}
	if high, ok := b.extreme(answer, -1); ok {
		most = min(most, int(math.Floor(high+1e-6)))
	}
	return least, most
}

// boxes are the kinds of people that no figure tells apart, and the limits between
// which the number of each kind lies that gave each answer.
type boxes struct {
	people    []int
	mine      []bool   // in the set
	in        [][]bool // by figure, by kind
	figures   []limits
	low, high [][]int // by kind, by answer
	several   bool
	sums      []boxSum // of every figure and every kind; nil until they are propagated
}

// boxSum says between what the numbers of some kinds and answers lie together.
type boxSum struct {
	places      []boxPlace
	least, most int
}

type boxPlace struct{ kind, answer int }

func (c *Counts) boxes(set func(int) bool) *boxes {
	b := &boxes{figures: c.known, in: make([][]bool, len(c.known)), several: c.Several}
	at := map[string]int{}
	for p := range c.People {
		key := make([]byte, len(c.known)+1)
		for n, l := range c.known {
			if l.in[p] {
				key[n] = 1
			}
		}
		if set(p) {
			key[len(c.known)] = 1
		}
		k, there := at[string(key)]
		if !there {
			k = len(b.people)
			at[string(key)] = k
			b.people, b.mine = append(b.people, 0), append(b.mine, set(p))
			for n, l := range c.known {
				b.in[n] = append(b.in[n], l.in[p])
			}
		}
		b.people[k]++
	}
	for _, n := range b.people {
		high := make([]int, c.Answers)
		for o := range high {
			high[o] = n
		}
		b.low, b.high = append(b.low, make([]int, c.Answers)), append(b.high, high)
	}
	return b
}

// propagate narrows the limits until nothing changes: what a figure leaves for one
// kind when all others are at their limits, and for one answer when all others are. False
// when it leaves nothing: no numbers fit.
func (b *boxes) propagate() bool {
	if b.sums == nil {
		b.sums = b.together()
	}
	for changed := true; changed; {
		changed = false
		for _, s := range b.sums {
			narrowed, fits := b.narrow(s)
			if !fits {
				return false
			}
			changed = changed || narrowed
		}
	}
	return true
}

// narrow narrows what takes part in one sum.
func (b *boxes) narrow(s boxSum) (changed, fits bool) {
	low, high := 0, 0
	for _, p := range s.places {
		low, high = low+b.low[p.kind][p.answer], high+b.high[p.kind][p.answer]
	}
	if low > s.most || high < s.least {
		return false, false
	}
	for _, p := range s.places {
		l, h := &b.low[p.kind][p.answer], &b.high[p.kind][p.answer]
		if n := s.least - (high - *h); n > *l {
			low += n - *l
			*l, changed = n, true
		}
		if n := s.most - (low - *l); n < *h {
			high -= *h - n
			*h, changed = n, true
		}
		if *l > *h {
			return changed, false
		}
	}
	return changed, true
}

// together are the sums of every figure and, where each person gave one answer, of every
// kind.
func (b *boxes) together() []boxSum {
	var sums []boxSum
	for n, l := range b.figures {
		s := boxSum{least: l.least, most: l.most}
		for k, there := range b.in[n] {
			for _, o := range l.answers {
				if there {
					s.places = append(s.places, boxPlace{k, o})
				}
			}
		}
		sums = append(sums, s)
	}
	for k, n := range b.people {
		s := boxSum{least: n, most: n}
		for o := range b.low[k] {
			s.places = append(s.places, boxPlace{k, o})
		}
		if !b.several {
			sums = append(sums, s)
		}
	}
	return sums
}

// extreme is the least of an answer in the set, or with sign −1 the most, by a
// linear programme over the figures of that answer alone, within the boxes.
func (b *boxes) extreme(answer int, sign float64) (float64, bool) {
	variables := len(b.people)
	var rows [][]float64
	var equal []bool
	for n, l := range b.figures {
		if len(l.answers) != 1 || l.answers[0] != answer {
			continue
		}
		row, shift := make([]float64, variables+1), 0
		for k, there := range b.in[n] {
			if there {
				row[k] = 1
				shift += b.low[k][answer]
			}
		}
		row[variables] = float64(l.most - shift)
		if l.least == l.most {
			rows, equal = append(rows, row), append(equal, true)
			continue
		}
		down := make([]float64, variables+1)
		for j, x := range row[:variables] {
			down[j] = -x
		}
		down[variables] = float64(shift - l.least)
		rows, equal = append(rows, row, down), append(equal, false, false)
	}
	rows, equal = echelon(rows, equal)
	for k := range b.people {
		row := make([]float64, variables+1)
		row[k], row[variables] = 1, float64(b.high[k][answer]-b.low[k][answer])
		rows, equal = append(rows, row), append(equal, false)
	}
	slack := 0
	for _, e := range equal {
		if !e {
			slack++
		}
	}
	a, right, goal := mat.NewDense(len(rows), variables+slack, nil), make([]float64, len(rows)), make([]float64, variables+slack)
	at, shift := variables, 0.0
	for n, row := range rows {
		for j := range variables {
			a.Set(n, j, row[j])
		}
		right[n] = row[variables]
		if !equal[n] {
			a.Set(n, at, 1)
			at++
		}
	}
	for k, mine := range b.mine {
		if mine {
			goal[k] = sign
			shift += float64(b.low[k][answer])
		}
	}
	best, _, err := lp.Simplex(goal, a, right, 1e-9, nil)
	return best*sign + shift, err == nil
}

// echelon leaves out equations that follow from others.
func echelon(rows [][]float64, equal []bool) (kept [][]float64, still []bool) {
	var reduced [][]float64
	var pivots []int
	for n, row := range rows {
		if !equal[n] {
			kept, still = append(kept, row), append(still, false)
			continue
		}
		v := append([]float64(nil), row...)
		for i, r := range reduced {
			f := v[pivots[i]] / r[pivots[i]]
			for j := range v {
				if v[j] -= f * r[j]; math.Abs(v[j]) < 1e-9 {
					v[j] = 0
				}
			}
		}
		for j, x := range v[:len(v)-1] {
			if x != 0 {
				reduced, pivots = append(reduced, v), append(pivots, j)
				kept, still = append(kept, row), append(still, true)
				break
			}
		}
	}
	return kept, still
}
