package disclosure

import (
	"encoding/binary"
	"slices"
)

// mostTried bounds the search for a set. Beyond it a figure is refused.
const mostTried = 20_000

// betrays tells whether a set of 1 to k−1 people follows from what is known, or,
// for somebody who is alone in an atom and knows their own answers, a set of 1 to
// k−2 others. Whoever is in an atom of several learns nothing that way: the others
// in it stand beside them in every figure.
func (a *audit) betrays() bool {
	small := a.small()
	if len(small) == 0 {
		return false
	}
	for _, rows := range apart(small) {
		part, key := make([]sparse, len(rows)), make([]byte, 0, 8*len(rows))
		for i, r := range rows {
			part[i], key = r.sparse, binary.AppendUvarint(key, uint64(r.id))
		}
		if a.safe[string(key)] {
			continue
		}
		s := &search{audit: a, rows: part, least: a.least, knows: -1}
		if s.finds() {
			return true
		}
		alone := map[int]bool{}
		for _, r := range part {
			for _, at := range r.at {
				if a.people[at] == 1 && !alone[at] {
					alone[at] = true
					one := &search{audit: a, rows: without(part, at), least: a.least - 1, knows: at}
					if one.finds() {
						return true
					}
				}
			}
		}
		a.safe[string(key)] = true
	}
	return false
}

// apart splits rows into those that share no column with others: the smallest set
// lies in one of the parts.
func apart(rows []*echelon) [][]*echelon {
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

// without are the rows as they are seen by somebody who knows one column: reduced
// again where it was the pivot of one.
func without(rows []sparse, column int) []sparse {
	seen := make([]sparse, len(rows))
	pivot := -1
	for i, r := range rows {
		at, there := slices.BinarySearch(r.at, column)
		if there {
			r = sparse{slices.Delete(slices.Clone(r.at), at, at+1), slices.Delete(slices.Clone(r.value), at, at+1)}
			if at == 0 {
				pivot = i
			}
		}
		seen[i] = r
	}
	if pivot < 0 {
		return seen
	}
	again := seen[pivot]
	if len(again.at) == 0 {
		return slices.Delete(seen, pivot, pivot+1)
	}
	again = again.times(inverse(again.value[0]))
	for i, r := range seen {
		if x := r.get(again.at[0]); i != pivot && x != 0 {
			seen[i] = r.plus(again, prime-x)
		}
	}
	seen[pivot] = again
	return seen
}

// search looks for a set among combinations of rows. A row has a 1 at its pivot and
// every other row a nought, so in a set each row counts once or not at all, and
// each that does adds at least the people of its pivot.
type search struct {
	*audit
	rows  []sparse
	pivot []int
	least int
	knows int
	tried int
	used  []bool // a row that is taken, or was tried in this place
}

func (s *search) finds() bool {
	s.pivot, s.used = make([]int, len(s.rows)), make([]bool, len(s.rows))
	for i, r := range s.rows {
		if len(r.at) == 0 {
			s.used[i] = true
			continue
		}
		s.pivot[i] = r.at[0]
	}
	for i, r := range s.rows {
		if s.used[i] {
			continue
		}
		s.used[i] = true // sets with this row are looked at here, and no more after it
		if n := s.people[s.pivot[i]]; n < s.least && s.from(r, n) {
			return true
		}
	}
	return false
}

// from tells whether the sum can be made a small set by adding rows.
func (s *search) from(sum sparse, pivots int) bool {
	if s.tried++; s.tried > mostTried {
		return true
	}
	people, wrong := 0, -1
	var ones []int
	for i, at := range sum.at {
		switch {
		case at == s.knows:
		case sum.value[i] != 1:
			wrong = at
		default:
			people += s.people[at]
			ones = append(ones, at)
		}
	}
	touched := ones
	if wrong >= 0 {
		touched = []int{wrong} // some further row must put this right
	} else if few(people, s.least) && s.forbidden(ones) {
		return true
	}
	var here []int
	defer func() {
		for _, i := range here {
			s.used[i] = false
		}
	}()
	for i, r := range s.rows {
		if s.used[i] || pivots+s.people[s.pivot[i]] >= s.least {
			continue
		}
		if !slices.ContainsFunc(touched, func(at int) bool { return r.get(at) != 0 }) {
			continue
		}
		s.used[i] = true
		here = append(here, i)
		if s.from(sum.plus(r, 1), pivots+s.people[s.pivot[i]]) {
			return true
		}
	}
	return false
}
