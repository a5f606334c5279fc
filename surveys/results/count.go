package results

import (
	"math"
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

// Joint counts two questions against each other among a group: the people in the
// base of both who gave option i of the first and option j of the second. Of two
// scales of a competence that is importance × level.
func (t *Table) Joint(first, second int, in Group) [][]int {
	a, b := &t.columns[first], &t.columns[second]
	shift := bits.Len(uint(max(1, len(b.values)-1)))
	pairs := map[int]int{}
	joint := make([]int, 0)
	if len(a.values)<<shift <= mostJoint {
		joint = make([]int, len(a.values)<<shift)
	}
	t.eachSelected(in, func(bl *block, rows []uint16) {
		one, two := &bl.columns[first], &bl.columns[second]
		count := func(row int) {
			at := int(one.at(row))<<shift | int(two.at(row))
			if len(joint) > 0 {
				joint[at]++
			} else {
				pairs[at]++
			}
		}
		if rows == nil {
			for row := range bl.keys {
				count(row)
			}
		}
		for _, row := range rows {
			count(int(row))
		}
	})
	for at, n := range joint {
		if n > 0 {
			pairs[at] = n
		}
	}
	table := make([][]int, len(t.questions[first].Options))
	for i := range table {
		table[i] = make([]int, len(t.questions[second].Options))
	}
	for at, n := range pairs {
		x, y := a.answer(a.values[at>>shift]), b.answer(b.values[at&(1<<shift-1)])
		if x.Status != InBase || y.Status != InBase {
			continue
		}
		each(x.Set, func(i int) {
			each(y.Set, func(j int) { table[i][j] += n })
		})
	}
	return table
}

// Median is the middle of the numbers that a group gave to a Number: half of the
// people gave no more and half no less; of an even number the mean of the middle
// two. There is none where nobody gave one.
func (t *Table) Median(question int, in Group) (median float64, known bool) {
	var numbers []float64
	var people []int
	for code, n := range t.byCode(question, in) {
		if v := t.columns[question].values[code]; v.numeric && n > 0 {
			numbers, people = append(numbers, v.number), append(people, n)
		}
	}
	return middle(numbers, people)
}

// Median is the middle score of a scale's answers, as for a Number. There is none
// where nobody gave an answer with a score.
func (c *Count) Median(options []Option) (median float64, known bool) {
	var scores []float64
	var people []int
	c.scored(options, func(score float64, n int) { scores, people = append(scores, score), append(people, n) })
	return middle(scores, people)
}

// Top2 is how many people gave one of the two highest scores that a scale has, out
// of those whose answer has a score.
func (c *Count) Top2(options []Option) (top, of int) {
	var scores []float64
	for _, o := range options {
		if o.Score != nil && o.Missing == "" {
			scores = append(scores, *o.Score)
		}
	}
	if len(scores) < 2 {
		return 0, 0
	}
	slices.Sort(scores)
	scores = slices.Compact(scores)
	from := scores[max(0, len(scores)-2)]
	c.scored(options, func(score float64, n int) {
		of += n
		if score >= from {
			top += n
		}
	})
	return top, of
}

// Mean is the mean score of a scale's answers. It is a second line beside the
// distribution: the steps of a scale are not equally wide for everybody.
func (c *Count) Mean(options []Option) (mean float64, known bool) {
	sum, people := 0.0, 0
	c.scored(options, func(score float64, n int) { sum, people = sum+score*float64(n), people+n })
	if people == 0 {
		return 0, false
	}
	return sum / float64(people), true
}

func (c *Count) scored(options []Option, each func(score float64, people int)) {
	for i, o := range options {
		if o.Score != nil && o.Missing == "" && i < len(c.Options) && c.Options[i] > 0 {
			each(*o.Score, c.Options[i])
		}
	}
}

func middle(values []float64, people []int) (float64, bool) {
	order := make([]int, len(values))
	all := 0
	for i := range order {
		order[i] = i
		all += people[i]
	}
	if all == 0 {
		return 0, false
	}
	slices.SortFunc(order, func(a, b int) int {
		switch {
		case values[a] < values[b]:
			return -1
		case values[a] > values[b]:
			return 1
		}
		return 0
	})
	at := func(nth int) float64 {
		for _, i := range order {
			if nth -= people[i]; nth < 0 {
				return values[i]
			}
		}
		return math.NaN() // not reached: nth is less than all
	}
	return (at((all-1)/2) + at(all/2)) / 2, true
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
