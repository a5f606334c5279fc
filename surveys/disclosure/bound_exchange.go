package disclosure

// mostExchanges bounds the search for an exchange in one question; beyond it an
// answer counts as pinned.
const mostExchanges = 4_000_000

// exchanges finds a world in which one person of a unit of a hidden group answered
// otherwise while every figure stays as it is, by trading answers with somebody in a unit
// that the same exact figures count, or around a rectangle, as two cells of one row and
// two of another. With a figure in bands its bands must stay the same. Nil when there is
// none.
func (b *bounds) exchanges(s hiddenSet, i, option int) *world {
	swaps := []swap{{give: option, take: -1}, {give: -1, take: option}}
	if b.single {
		swaps = swaps[:0]
		for _, other := range b.options {
			if other != option {
				swaps = append(swaps, swap{option, other}, swap{other, option})
			}
		}
	}
	for _, w := range swaps {
		if along, back := b.trade(s, i, w); along != nil {
			return worldOf(w, along, back)
		}
	}
	return nil
}

// worldOf is the world in which one person of each unit along does so, and one of each
// back the other way.
func worldOf(w swap, along, back []int) *world {
	found := &world{}
	move := func(units []int, w swap) {
		for _, i := range units {
			if w.give >= 0 {
				found.add(i, w.give, -1)
			}
			if w.take >= 0 {
				found.add(i, w.take, 1)
			}
		}
	}
	move(along, w)
	move(back, w.back())
	return found
}

// swap is one person who gave one answer and may have given another; −1 where
// several may be given, and one more or less is no other.
type swap struct{ give, take int }

func (w swap) back() swap { return swap{w.take, w.give} }

// may tells whether somebody of a unit can do so.
func (b *bounds) may(i int, w swap) bool {
	if w.give < 0 {
		return b.units[i].gave[w.take] < b.units[i].people
	}
	return b.units[i].gave[w.give] > 0
}

func (b *bounds) trade(s hiddenSet, i int, w swap) (along, back []int) {
	if !b.may(i, w) {
		return nil, nil
	}
	at := map[uint64]int{} // one unit outside the group of each kind that can go the other way
	var others, alike []int
	for j := range b.units {
		if s.in[j] {
			continue
		}
		if b.may(j, w.back()) {
			if b.print[j] == b.print[i] && b.keeps(w, []int{i}, []int{j}) {
				return []int{i}, []int{j}
			}
			if _, there := at[b.print[j]]; !there {
				at[b.print[j]] = j
				others = append(others, j)
			}
		}
		if b.may(j, w) {
			alike = append(alike, j)
		}
	}
	for _, p := range alike {
		for _, j := range others {
			if b.steps++; b.steps > mostExchanges {
				return nil, nil
			}
			if q, there := at[b.print[i]+b.print[p]-b.print[j]]; there && q != j && p != j && p != q && b.keeps(w, []int{i, p}, []int{j, q}) {
				return []int{i, p}, []int{j, q}
			}
		}
	}
	return nil, nil
}

// keeps tells whether all bands stay the same when so many people do so and as many
// the other way.
func (b *bounds) keeps(w swap, along, back []int) bool {
	for n := range b.banded {
		one := &b.banded[n]
		d := 0
		for _, i := range along {
			if one.in[i] {
				d++
			}
		}
		for _, i := range back {
			if one.in[i] {
				d--
			}
		}
		if d == 0 {
			continue
		}
		for _, part := range b.parts {
			change := 0
			for _, o := range part {
				switch o {
				case w.take:
					change += d
				case w.give:
					change -= d
				}
			}
			if now := one.of(part) + change; change != 0 && !sameBand(now-change, now, one.base) {
				return false
			}
		}
	}
	return true
}

func sameBand(was, now, base int) bool {
	least, most := limits(was, base)
	return now >= least && now <= most
}
