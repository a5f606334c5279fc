package disclosure

import "slices"

// audit tells whether a further figure may be shown beside those shown before.
//
// Everybody is in exactly one atom, and a figure is a set of atoms: a row of noughts
// and ones. Whoever has all figures can derive what the rows span. A set of 1 to
// k−1 people cannot hold an atom of k or more, so only combinations in which all
// those cancel matter. Elimination with the large atoms first leaves a basis of
// exactly those combinations; search.go looks for a set among them.
//
// Arithmetic is modulo the prime 2⁶¹−1. That a row was found to follow from others
// is exact as long as the minors of rows of noughts and ones stay below the prime,
// which is up to rank 36 (Hadamard); above it, each such finding is proven once more
// in whole numbers, and what cannot be proven is refused.
//
// The idea is query auditing (F. Y. Chin and G. Özsoyoğlu, Auditing and inference
// control in statistical databases, IEEE TSE 8, 1982).
type audit struct {
	least  int   // people: the smallest set that may be derived
	people []int // by column, large atoms first
	large  int   // so many columns are large atoms
	column []int // where an atom stands; -1 when nobody is in it
	basis  basis
	groups [][]int      // where not nil, only a set that holds one of these may not be derived
	looked map[int]bool // the rows among which no set was found
	broken bool         // what was shown before could not be followed: nothing more is let through
}

// newAudit makes an audit over atoms of so many people. Atoms of the same kind
// stand together or not at all in every figure there can be; kind is nil when none do.
func newAudit(least int, atoms []int, kind []int) *audit {
	a := &audit{least: least, column: make([]int, len(atoms)), looked: map[int]bool{}, basis: basis{made: new(int)}}
	if kind == nil {
		kind = make([]int, len(atoms))
		for i := range kind {
			kind[i] = i
		}
	}
	people, kinds := map[int]int{}, []int(nil)
	for i, n := range atoms {
		if n > 0 && people[kind[i]] == 0 {
			kinds = append(kinds, kind[i])
		}
		people[kind[i]] += n
	}
	slices.SortStableFunc(kinds, func(x, y int) int { return people[y] - people[x] })
	at := map[int]int{}
	for n, k := range kinds {
		at[k] = n
		a.people = append(a.people, people[k])
		if people[k] >= least {
			a.large++
		}
	}
	for i := range atoms {
		a.column[i] = -1
		if n, there := at[kind[i]]; there {
			a.column[i] = n
		}
	}
	return a
}

// admit lets the figure through and remembers it, unless a set of 1 to k−1 people
// could then be derived, or of 1 to k−2 others by somebody who knows their own
// answers. in says which atoms the figure counts.
func (a *audit) admit(in func(atom int) bool) bool {
	before := a.basis
	if a.broken || !a.remember(in, nil) {
		a.basis = before
		return false
	}
	if len(a.basis.rows) > len(before.rows) && a.betrays() {
		a.basis = before
		return false
	}
	return true
}

// remember notes a figure that is known already. Beside a figure that is noted
// already, also is what it counted: the difference says the same and is shorter.
func (a *audit) remember(in, also func(atom int) bool) bool {
	value := map[int]uint64{}
	for i, at := range a.column {
		if at < 0 {
			continue
		}
		switch now, was := in(i), also != nil && also(i); {
		case now && !was:
			value[at] = 1
		case was && !now:
			value[at] = prime - 1
		}
	}
	var v sparse
	for at := range value {
		v.at = append(v.at, at)
	}
	slices.Sort(v.at)
	for _, at := range v.at {
		v.value = append(v.value, value[at])
	}
	if !a.basis.add(v) {
		a.broken = true
		return false
	}
	return true
}

// protects makes the audit refuse only what gives away a set that holds the whole of
// a small group, each given by its atoms. Atoms of which nobody is left count for none.
func (a *audit) protects(groups [][]int) {
	a.groups = [][]int{}
	for _, atoms := range groups {
		var columns []int
		people := 0
		for _, i := range atoms {
			if at := a.column[i]; at >= 0 && !slices.Contains(columns, at) {
				columns = append(columns, at)
				people += a.people[at]
			}
		}
		if few(people, a.least) {
			a.groups = append(a.groups, columns)
		}
	}
}

// forbidden tells whether a small set may not be derived.
func (a *audit) forbidden(set []int) bool {
	return a.groups == nil || slices.ContainsFunc(a.groups, func(group []int) bool {
		return !slices.ContainsFunc(group, func(at int) bool { return !slices.Contains(set, at) })
	})
}

// small are the combinations in which no large atom stands.
func (a *audit) small() []*echelon {
	var small []*echelon
	for _, r := range a.basis.rows {
		if r.pivot >= a.large {
			small = append(small, r)
		}
	}
	return small
}
