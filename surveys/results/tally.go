package results

// tally adds to people, by number, the rows of a column; nil is all rows. people
// has room for 256 numbers at least, so that a narrow column needs no check.
func (p *planes) tally(people []int, rows []uint16) {
	switch {
	case p.narrow() && len(people) >= 256:
		of := (*[256]int)(people)
		low := p[0]
		if rows == nil {
			for _, n := range low {
				of[n]++
			}
			return
		}
		for _, row := range rows {
			of[low[row]]++
		}
	case rows == nil:
		for row := range p[0] {
			people[p.at(row)]++
		}
	default:
		for _, row := range rows {
			people[p.at(int(row))]++
		}
	}
}

// selection is room for the rows of a block, and as much again: a length that is a
// power of two spares a check at every row.
type selection [2 * blockRows]uint16

// selected are the rows whose number is wanted, in room. It writes every row and
// keeps those that are wanted by moving on, because a jump that a processor cannot
// foresee takes longer than that.
func (p *planes) selected(wanted []byte, room *selection) []uint16 {
	n := 0
	if p.narrow() {
		of := (*[256]byte)(wanted)
		for row, c := range p[0] {
			room[n&(len(room)-1)] = uint16(row)
			n += int(of[c])
		}
		return room[:n]
	}
	for row := range p[0] {
		room[n] = uint16(row)
		n += int(wanted[p.at(row)])
	}
	return room[:n]
}

// crossTally adds to joint, at first<<shift|second, the rows of two columns. The length
// of joint is a power of two.
func crossTally(joint []int, first, second *planes, shift int) {
	if first.narrow() && second.narrow() && shift <= 8 {
		a, b := first[0], second[0]
		b = b[:len(a)]
		for row, n := range a {
			joint[(int(n)<<(shift&15)|int(b[row]))&(len(joint)-1)]++
		}
		return
	}
	for row := range first[0] {
		joint[int(first.at(row))<<shift|int(second.at(row))]++
	}
}
