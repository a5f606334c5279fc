package results

import "weerklank.nl/weerklank/surveys/responses"

// blockRows is how many responses stand together: few enough that a column of them
// stays in the nearest memory of a processor while it is counted.
const blockRows = 8192

// planes are small numbers, one a row, a byte of each in a slice of its own: plane
// j holds the byte j of the numbers, and is nil while that byte is 0 in all rows.
// So a number takes one byte until the block holds a larger one. Rows are only
// added, so whoever holds an older copy goes on reading what it had.
type planes [4][]byte

// at is the number in a row.
func (p *planes) at(row int) uint32 {
	n := uint32(p[0][row])
	for j := 1; j < len(p) && p[j] != nil; j++ {
		n |= uint32(p[j][row]) << (8 * j)
	}
	return n
}

// add adds a row.
func (p *planes) add(n uint32) {
	rows := len(p[0])
	p[0] = append(p[0], byte(n))
	n >>= 8
	for j := 1; j < len(p) && (n != 0 || p[j] != nil); j++ {
		if p[j] == nil {
			p[j] = make([]byte, rows, max(rows+1, cap(p[0])))
		}
		p[j] = append(p[j], byte(n))
		n >>= 8
	}
}

// narrow tells whether all numbers are below 256.
func (p *planes) narrow() bool { return p[1] == nil }

func (p *planes) bytes() int {
	n := 0
	for _, plane := range p {
		n += cap(plane)
	}
	return n
}

// block is up to blockRows responses in columns: per question a number that stands
// for the answer (column.values), and so for the combination of attributes, the
// day and the version.
type block struct {
	keys    []responses.Key
	cell    planes
	day     planes
	version planes
	columns []planes
	sealed  bool // others read it: no row is added any more
}

// newBlock makes room for so many rows; more are taken as they come.
func newBlock(columns, rows int) *block {
	rows = min(rows, blockRows)
	b := &block{keys: make([]responses.Key, 0, rows), columns: make([]planes, columns)}
	for _, p := range b.all() {
		p[0] = make([]byte, 0, rows)
	}
	return b
}

func (b *block) all() []*planes {
	all := make([]*planes, 0, len(b.columns)+3)
	all = append(all, &b.cell, &b.day, &b.version)
	for i := range b.columns {
		all = append(all, &b.columns[i])
	}
	return all
}

func (b *block) len() int { return len(b.keys) }

// without is a copy of the block that leaves rows out.
func (b *block) without(out func(row int) bool) *block {
	kept := newBlock(len(b.columns), b.len())
	from, to := b.all(), kept.all()
	for row, key := range b.keys {
		if out(row) {
			continue
		}
		kept.keys = append(kept.keys, key)
		for i := range from {
			to[i].add(from[i].at(row))
		}
	}
	return kept
}

// clone shares the rows and none of the slices' headers, so that rows can be added
// to one without the other seeing them.
func (b *block) clone() *block {
	c := *b
	c.columns = append([]planes(nil), b.columns...)
	return &c
}

func (b *block) bytes() int {
	n := cap(b.keys) * len(responses.Key{})
	for _, p := range b.all() {
		n += p.bytes()
	}
	return n
}
