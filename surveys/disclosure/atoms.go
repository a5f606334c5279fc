package disclosure

import (
	"maps"
	"slices"

	"weerklank.nl/weerklank/surveys/results"
)

// atoms are the atoms of all cells of a question, in a fixed order.
type atoms struct {
	cells []results.Cell
	all   []atom
}

func newAtoms(cells map[string]*cellTrack, breakdowns int) *atoms {
	a := &atoms{}
	for _, key := range slices.Sorted(maps.Keys(cells)) {
		cell := results.CellOf(key, breakdowns)
		for _, one := range cells[key].Atoms {
			a.cells = append(a.cells, cell)
			a.all = append(a.all, one)
		}
	}
	return a
}

func (a *atoms) people() []int {
	people := make([]int, len(a.all))
	for i, one := range a.all {
		people[i] = one.People
	}
	return people
}

// in says which atoms the figure of a group counted at a release.
func (a *atoms) in(c *candidate, release int) func(int) bool {
	return func(i int) bool {
		one := a.all[i]
		return one.From <= release && (one.Until == 0 || one.Until > release) && c.holds(a.cells[i])
	}
}

// base is the number of people that the figure of a group counts now.
func (a *atoms) base(c *candidate) int {
	n := 0
	for i, one := range a.all {
		if one.Until == 0 && c.holds(a.cells[i]) {
			n += one.People
		}
	}
	return n
}
