package results

import (
	"cmp"
	"math"
	"slices"
	"strconv"
)

// Classes are the edges between which numbers are counted together: class i holds
// what is at least edge i and less than edge i+1, the last one all from its edge
// on. Whole numbers of a short range have a class each.
type Classes []float64

// ClassesOf are classes for the numbers of a question, with round edges, so that
// no edge is anybody's answer by itself.
func (t *Table) ClassesOf(question int) Classes {
	var all []given
	whole := true
	for code, people := range t.byCode(question, nil) {
		if v := t.columns[question].values[code]; v.numeric && people > 0 {
			all = append(all, given{v.number, people})
			whole = whole && v.number == math.Trunc(v.number)
		}
	}
	if len(all) == 0 {
		return nil
	}
	slices.SortFunc(all, func(a, b given) int { return cmp.Compare(a.number, b.number) })
	low, high := all[0].number, all[len(all)-1].number
	if whole && low >= -10 && high <= 10 {
		return shortRange(low, high)
	}
	width := round(high90(all)-math.Min(low, 0)) / 5
	if whole {
		width = math.Max(1, math.Ceil(width))
	}
	if width <= 0 {
		width = 1
	}
	edges := Classes{math.Floor(math.Min(low, 0)/width) * width}
	for len(edges) < 6 {
		edges = append(edges, edges[len(edges)-1]+width)
	}
	return edges
}

// shortRange gives every whole number from 0 (or −4, where there are negative
// ones) to 10 (or 4) a class of its own, so that the edges do not say which the
// lowest and highest answers were.
func shortRange(low, high float64) Classes {
	from, to := 0.0, 10.0
	if low < 0 {
		from = -10
		if low >= -4 && high <= 4 {
			from, to = -4, 4
		}
	}
	var edges Classes
	for n := from; n <= to; n++ {
		edges = append(edges, n)
	}
	return edges
}

// given is a number that so many people gave.
type given struct {
	number float64
	people int
}

// high90 is a high value that leaves out the highest tenth.
func high90(sorted []given) float64 {
	all := 0
	for _, g := range sorted {
		all += g.people
	}
	nth := (all - 1) * 9 / 10
	for _, g := range sorted {
		if nth -= g.people; nth < 0 {
			return g.number
		}
	}
	return sorted[len(sorted)-1].number
}

// round is the next of 5, 10, 25, 50, 100 …: a range that five classes divide evenly.
func round(x float64) float64 {
	if x <= 0 {
		return 5
	}
	for scale := math.Pow(10, math.Floor(math.Log10(x))-1); ; scale *= 10 {
		for _, step := range []float64{5, 10, 25, 50} {
			if step*scale >= x {
				return step * scale
			}
		}
	}
}

// Of is the class of a number.
func (c Classes) Of(n float64) int {
	at, exact := slices.BinarySearch(c, n)
	if !exact {
		at--
	}
	return max(0, at)
}

// Single tells whether each class is one whole number.
func (c Classes) Single() bool {
	for i := 1; i < len(c); i++ {
		if c[i]-c[i-1] != 1 {
			return false
		}
	}
	return len(c) > 6
}

// Name is how a class is called, with a decimal point: "3", "10..20", "50..".
func (c Classes) Name(i int) string {
	from := strconv.FormatFloat(c[i], 'f', -1, 64)
	switch {
	case c.Single():
		return from
	case i == len(c)-1:
		return from + ".."
	default:
		return from + ".." + strconv.FormatFloat(c[i+1], 'f', -1, 64)
	}
}
