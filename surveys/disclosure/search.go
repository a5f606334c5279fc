package disclosure

import "slices"

// mostTried bounds the search for a set. Beyond it a figure is refused.
const mostTried = 20_000

// betrays tells whether a set of 1 to k−1 people follows from what is known, or,
// for somebody who is alone in an atom and knows their own answers, a set of 1 to
// k−2 others. Whoever is in an atom of several learns nothing that way: the others
// in it stand beside them in every figure.
//
// What follows from rows that were there at the last search was looked at then, so only
// sets with a row that is new, or was made another by what is new, are looked for.
func (a *audit) betrays() bool {
	small := a.small()
	if len(small) == 0 {
		return false
	}
	for _, rows := range a.apart(small) {
		part, fresh := make([]sparse, len(rows)), make([]bool, len(rows))
		for i, r := range rows {
			part[i], fresh[i] = r.sparse, !a.looked[r.id]
		}
		if slices.Contains(fresh, true) && a.finds(part, fresh) {
			return true
		}
	}
	for _, r := range small {
		a.looked[r.id] = true
	}
	return false
}

// finds looks for a set among rows for an outsider, for whoever is alone in an atom where
// no row has its pivot, and for each of those who are alone in that of a row.
func (a *audit) finds(rows []sparse, fresh []bool) bool {
	if a.search(rows, a.least).finds(fresh) {
		return true
	}
	for i, r := range rows {
		if a.people[r.at[0]] != 1 {
			continue
		}
		seen, changed := without(rows, i, fresh)
		one := a.search(seen, a.least-1)
		one.knows = r.at[0]
		if one.finds(changed) {
			return true
		}
	}
	return false
}

// apart splits rows into those that share no column with others, nor a group that is
// protected: the smallest set lies in one of the parts.
func (a *audit) apart(rows []*echelon) [][]*echelon {
	part := make([]int, len(rows))
	of := map[int]int{} // by column the first row
	find := func(i int) int {
		for part[i] != i {
			part[i] = part[part[i]]
			i = part[i]
		}
		return i
	}
	for i, r := range rows {
		part[i] = i
		for _, at := range r.at {
			if j, there := of[at]; there {
				part[find(i)] = find(j)
			} else {
				of[at] = i
			}
		}
	}
	for _, group := range a.groups {
		first := -1
		for _, at := range group {
			i, there := of[at]
			switch {
			case there && first < 0:
				first = i
			case there:
				part[find(i)] = find(first)
			}
		}
	}
	parts := map[int]int{}
	var all [][]*echelon
	for i, r := range rows {
		root := find(i)
		at, there := parts[root]
		if !there {
			at = len(all)
			parts[root] = at
			all = append(all, nil)
		}
		all[at] = append(all[at], r)
	}
	return all
}

// without are the rows as they are seen by somebody who knows the column of the pivot of
// one: that one reduced again, and which of them are new or made of one that is.
func without(rows []sparse, known int, fresh []bool) (seen []sparse, changed []bool) {
	seen, changed = slices.Clone(rows), slices.Clone(fresh)
	again := sparse{rows[known].at[1:], rows[known].value[1:]}
	if len(again.at) == 0 {
		return slices.Delete(seen, known, known+1), slices.Delete(changed, known, known+1)
	}
	again = again.times(inverse(again.value[0]))
	for i, r := range rows {
		if x := r.get(again.at[0]); i != known && x != 0 {
			seen[i] = r.plus(again, prime-x)
			changed[i] = changed[i] || fresh[known]
		}
	}
	seen[known] = again
	return seen, changed
}

// search looks for a set among combinations of rows. A row has a 1 at its pivot and
// every other row a nought, so in a set each row counts once or not at all, and
// each that does adds at least the people of its pivot.
type search struct {
	*audit
	rows  []sparse
	by    [][]int // by column the rows that are not nought there
	least int
	knows int // a column that may be anything, where somebody is alone; −1 while that is open
	tried int
	used  []bool // a row that is taken, or was tried in this place

	taken  []int    // rows
	sum    []uint64 // by column, of what is taken
	wrong  int      // columns that are neither nought nor one
	few    int      // people where it is one
	pivots int      // people of the pivots of what is taken
}

func (a *audit) search(rows []sparse, least int) *search {
	s := &search{audit: a, rows: rows, least: least, knows: -1, by: make([][]int, len(a.people)),
		used: make([]bool, len(rows)), sum: make([]uint64, len(a.people))}
	for i, r := range rows {
		for _, at := range r.at {
			s.by[at] = append(s.by[at], i)
		}
	}
	return s
}

// finds tells whether there is a set with any of the fresh rows.
func (s *search) finds(fresh []bool) bool {
	for i := range s.rows {
		if fresh[i] {
			s.used[i] = true // sets with this row are looked at here, and no more after it
			if s.with(i) {
				return true
			}
		}
	}
	return false
}

// with tells whether what is taken can be made a small set by adding a row and others.
func (s *search) with(i int) bool {
	n := s.people[s.rows[i].at[0]]
	if s.pivots+n >= s.least {
		return false
	}
	s.take(i, 1)
	s.pivots += n
	s.taken = append(s.taken, i)
	found := s.from()
	s.taken = s.taken[:len(s.taken)-1]
	s.pivots -= n
	s.take(i, prime-1)
	return found
}

// take adds a row so many times.
func (s *search) take(i int, factor uint64) {
	r := s.rows[i]
	for n, at := range r.at {
		was := s.sum[at]
		now := plus(was, times(r.value[n], factor))
		s.sum[at] = now
		if was == 1 {
			s.few -= s.people[at]
		}
		if now == 1 {
			s.few += s.people[at]
		}
		if was > 1 {
			s.wrong--
		}
		if now > 1 {
			s.wrong++
		}
	}
}

// from tells whether what is taken is a small set, or can be made one by adding rows.
func (s *search) from() bool {
	if s.tried++; s.tried > mostTried {
		return true
	}
	var here []int
	defer func() {
		for _, i := range here {
			s.used[i] = false
		}
	}()
	// further tells whether a row that is not nought at a column makes it one.
	further := func(at int) bool {
		for _, i := range s.by[at] {
			if s.used[i] {
				continue
			}
			s.used[i] = true
			here = append(here, i)
			if s.with(i) {
				return true
			}
		}
		return false
	}
	if s.wrong > 0 { // some further row must put a column right, or it is what somebody knows
		at := s.worst()
		if further(at) {
			return true
		}
		if s.knows >= 0 || s.people[at] != 1 {
			return false
		}
		s.knows, s.least, s.wrong = at, s.least-1, s.wrong-1
		found := s.pivots < s.least && s.from()
		s.knows, s.least, s.wrong = -1, s.least+1, s.wrong+1
		return found
	}
	ones := s.ones()
	small := few(s.few, s.least)
	if small && s.forbidden(ones) {
		return true
	}
	if slices.ContainsFunc(ones, further) {
		return true
	}
	return small && slices.ContainsFunc(s.groups, func(group []int) bool { // what another set adds to a group
		return slices.ContainsFunc(group, func(at int) bool { return s.sum[at] == 1 }) && slices.ContainsFunc(group, further)
	})
}

// worst is the wrong column that the fewest rows can put right.
func (s *search) worst() int {
	worst := -1
	for _, i := range s.taken {
		for _, at := range s.rows[i].at {
			if s.sum[at] > 1 && at != s.knows && (worst < 0 || len(s.by[at]) < len(s.by[worst])) {
				worst = at
			}
		}
	}
	return worst
}

// ones are the columns of the set that is taken.
func (s *search) ones() []int {
	var ones []int
	for _, i := range s.taken {
		for _, at := range s.rows[i].at {
			if s.sum[at] == 1 && at != s.knows {
				ones = append(ones, at)
			}
		}
	}
	return ones
}
