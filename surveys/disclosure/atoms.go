package disclosure

// atoms are the people of a question by cell and by the releases between which they
// were counted: in every figure ever shown those of one atom stand together or not
// at all.
type atoms struct {
	cell []int // of the guard
	all  []atom
}

// atomsOf lists the atoms of all cells, in the order of the guard's cells.
func (g *guard) atomsOf(cells map[string]*cellTrack) *atoms {
	a := &atoms{}
	for i, key := range g.cells {
		if c := cells[key]; c != nil {
			for _, one := range c.Atoms {
				a.cell = append(a.cell, i)
				a.all = append(a.all, one)
			}
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

// at tells whether an atom was counted at a release.
func (one atom) at(release int) bool {
	return one.From <= release && (one.Until == 0 || one.Until > release)
}

// in says which atoms the figure of a group counted at a release.
func (a *atoms) in(c *candidate, release int) func(int) bool {
	return func(i int) bool { return c.in[a.cell[i]] && a.all[i].at(release) }
}

// of says which of the people who took part a figure of a question counted: those
// of the cells in which it was asked, up to the release that the cell was taken at.
func (a *atoms) of(c *candidate, r *reach) func(int) bool {
	return func(i int) bool {
		cell := a.cell[i]
		return c.in[cell] && !r.unasked[cell] && a.all[i].at(r.upto[cell])
	}
}

// base is the number of people that the figure of a group counts now.
func (a *atoms) base(c *candidate) int {
	n := 0
	for i, one := range a.all {
		if one.Until == 0 && c.in[a.cell[i]] {
			n += one.People
		}
	}
	return n
}

// reach is whom a question reached at a release: the cells in which it was not
// asked, and by cell the release up to which those who took part are counted.
type reach struct {
	unasked []bool
	upto    []int
}
