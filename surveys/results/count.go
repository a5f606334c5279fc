package results

import (
	"math/bits"
	"slices"
)

// Count is how some people answered a question. It is raw: for the guard alone.
type Count struct {
	Base    int   // people whose answer counts
	None    int   // people who gave none
	Options []int // by option, or by class of a Number: people in the base who gave it
	Missing []int // by option: people who gave an answer that is not in the base
}

// Group is a set of cells, by their index in Table.Cells. A nil Group is everybody.
type Group []bool

// Where is the group of the cells in which each named breakdown has one of the
// values: one attribute, or the combination of several. A breakdown that the table
// does not have leaves nobody.
func (t *Table) Where(values map[string][]string) Group {
	g := make(Group, len(t.cells))
	for i, cell := range t.cells {
		g[i] = true
		for name, allowed := range values {
			axis := slices.Index(t.breakdowns, name)
			g[i] = g[i] && axis >= 0 && slices.Contains(allowed, cell[axis])
		}
	}
	return g
}

// Count counts a question among a group. classes are those of a Number, and nil for
// the other kinds.
func (t *Table) Count(question int, classes Classes, in Group) Count {
	return t.fold(question, classes, t.byCode(question, in))
}

// All counts every question among a group, by index; numbers in their own classes.
func (t *Table) All(in Group) []Count {
	found := make([][]int, len(t.columns))
	for q := range t.columns {
		found[q] = make([]int, max(256, len(t.columns[q].values)))
	}
	t.eachSelected(in, func(b *block, rows []uint16) {
		for q := range t.columns {
			b.columns[q].tally(found[q], rows)
		}
	})
	all := make([]Count, len(t.columns))
	for q := range t.columns {
		var classes Classes
		if t.questions[q].Kind == Number {
			classes = t.ClassesOf(q)
		}
		all[q] = t.fold(q, classes, found[q][:len(t.columns[q].values)])
	}
	return all
}

// mostJoint bounds the room in which two columns are counted against each other.
const mostJoint = 1 << 22

// ByCell counts a question in every cell, by the index of the cell. By two
// attributes that is their cross-tabulation.
func (t *Table) ByCell(question int, classes Classes) []Count {
	c := &t.columns[question]
	shift := bits.Len(uint(max(1, len(c.values)-1)))
	cells := len(t.cellAt)
	counts := make([]Count, len(t.cells))
	if cells<<shift > mostJoint { // too many different answers for a table of both
		for i := range counts {
			counts[i] = t.fold(question, classes, nil)
		}
		for _, b := range t.blocks {
			for row := range b.keys {
				t.add(&counts[t.cellAt[b.cell.at(row)]], question, classes, c.values[b.columns[question].at(row)], 1)
			}
		}
		return counts
	}
	joint := make([]int, 1<<bits.Len(uint(cells<<shift)))
	for _, b := range t.blocks {
		crossTally(joint, &b.cell, &b.columns[question], shift)
	}
	for code, at := range t.cellAt {
		if at >= 0 {
			counts[at] = t.fold(question, classes, joint[code<<shift:][:len(c.values)])
		}
	}
	return counts
}

// ByPart counts a question in every part of the responses: of says of each row in
// which part it is, a number below parts.
func (t *Table) ByPart(question int, classes Classes, of []uint32, parts int) []Count {
	c := &t.columns[question]
	shift := bits.Len(uint(max(1, len(c.values)-1)))
	counts := make([]Count, parts)
	var joint []int
	if parts<<shift <= mostJoint {
		joint = make([]int, parts<<shift)
	} else { // too many different answers for a table of both
		for i := range counts {
			counts[i] = t.fold(question, classes, nil)
		}
	}
	for i, b := range t.blocks {
		in, column := of[t.starts[i]:][:b.len()], &b.columns[question]
		switch {
		case joint == nil:
			for row, part := range in {
				t.add(&counts[part], question, classes, c.values[column.at(row)], 1)
			}
		case column.narrow():
			codes := column[0][:len(in)]
			for row, part := range in {
				joint[int(part)<<shift|int(codes[row])]++
			}
		default:
			for row, part := range in {
				joint[int(part)<<shift|int(column.at(row))]++
			}
		}
	}
	if joint != nil {
		for i := range counts {
			counts[i] = t.fold(question, classes, joint[i<<shift:][:len(c.values)])
		}
	}
	return counts
}

// fold makes a count of the people by number of a column.
func (t *Table) fold(question int, classes Classes, byCode []int) Count {
	c := &t.columns[question]
	options := len(t.questions[question].Options)
	if c.kind == Number {
		options = len(classes)
	}
	count := Count{Options: make([]int, options)}
	if c.missing != 0 {
		count.Missing = make([]int, options)
	}
	for code, n := range byCode {
		if n > 0 {
			t.add(&count, question, classes, c.values[code], n)
		}
	}
	return count
}

// add adds so many people who gave an answer.
func (t *Table) add(count *Count, question int, classes Classes, v value, people int) {
	c := &t.columns[question]
	switch a := c.answer(v); {
	case a.Status == None:
		count.None += people
	case a.Status == Missing:
		each(a.Set, func(o int) { count.Missing[o] += people })
	case c.kind == Number:
		count.Base += people
		if len(classes) > 0 {
			count.Options[classes.Of(v.number)] += people
		}
	default:
		count.Base += people
		if c.kind != Words {
			each(a.Set, func(o int) { count.Options[o] += people })
		}
	}
}

// byCode counts the people of a group by number of a column.
func (t *Table) byCode(question int, in Group) []int {
	found := make([]int, max(256, len(t.columns[question].values)))
	t.eachSelected(in, func(b *block, rows []uint16) { b.columns[question].tally(found, rows) })
	return found[:len(t.columns[question].values)]
}

// eachSelected gives, block by block, the rows of a group; nil for all rows.
func (t *Table) eachSelected(in Group, do func(b *block, rows []uint16)) {
	if in == nil {
		for _, b := range t.blocks {
			do(b, nil)
		}
		return
	}
	wanted := make([]byte, max(256, len(t.cellAt)))
	for code, at := range t.cellAt {
		if at >= 0 && in[at] {
			wanted[code] = 1
		}
	}
	var room selection
	for _, b := range t.blocks {
		switch rows := b.cell.selected(wanted, &room); len(rows) {
		case 0:
		case b.len():
			do(b, nil)
		default:
			do(b, rows)
		}
	}
}
