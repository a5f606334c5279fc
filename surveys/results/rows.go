package results

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
)

// mostOptions is how many options of one question are counted apart; the last one
// stands for all that come after it.
const mostOptions = 64

// rows are the responses of a survey in columns, as they are added to and taken
// from. What others read is a copy that shares what does not change any more.
type rows struct {
	survey     surveys.ID
	questions  []Question
	breakdowns []string
	columns    []column
	cells      []Cell
	days       []surveys.Date
	versions   []int
	blocks     []*block
	damaged    []responses.Key // responses of which the stored answers cannot be read

	byName map[string]int // the index of a question
	axis   []int          // by question: which breakdown it is; −1 for none
	values [][]string     // by breakdown: its values, numbered as they came; 0 is "" (not known)
	number []map[string]uint32
	cellOf map[string]uint32 // by the numbers of the values
	dayOf  map[surveys.Date]uint32
	guides map[int]*guide // by version; nil where the version is not known
	row    row            // the response that is being read
}

func newRows(s *surveys.Survey, forms []*questionnaire.Form) *rows {
	r := &rows{
		survey: s.ID, questions: Questions(forms), breakdowns: slices.Clone(s.Breakdowns), byName: map[string]int{},
		cellOf: map[string]uint32{}, dayOf: map[surveys.Date]uint32{}, guides: map[int]*guide{},
	}
	for i := range r.questions {
		r.byName[r.questions[i].Name] = i
		r.columns = append(r.columns, newColumn(&r.questions[i]))
		r.axis = append(r.axis, slices.Index(s.Breakdowns, r.questions[i].Name))
	}
	for range s.Breakdowns {
		r.values = append(r.values, []string{""})
		r.number = append(r.number, map[string]uint32{"": 0})
	}
	r.row = row{rows: r, codes: make([]uint32, len(r.questions)), sets: make([]value, len(r.questions)), named: make([]uint32, len(s.Breakdowns))}
	return r
}

// valueOf is the number of a breakdown's value.
func (r *rows) valueOf(axis int, name string) uint32 {
	n, known := r.number[axis][name]
	if !known {
		n = uint32(len(r.values[axis]))
		name = strings.Clone(name)
		r.number[axis][name] = n
		r.values[axis] = append(r.values[axis], name)
	}
	return n
}

// guide says for the numbers of a version's book what they are here.
type guide struct {
	book      responses.Book
	questions []guided
}

type guided struct {
	column  int      // −1 where the question is not counted
	many    bool     // the column holds sets
	choices []uint32 // by choice: the number in the column
	bits    []uint64 // of Many: by choice its bit; 0 for none
	values  []uint32 // of a breakdown: by choice the number of its value
}

func (r *rows) guide(ctx context.Context, store responses.Store, org surveys.OrgID, survey surveys.ID, version int) (*guide, error) {
	if g, known := r.guides[version]; known {
		return g, nil
	}
	book, err := store.Book(ctx, org, survey, version)
	if errors.Is(err, surveys.ErrNotFound) {
		r.guides[version] = nil
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	g := &guide{book: book}
	for number, name := range book.Names() {
		at, counted := r.byName[name]
		if !counted {
			g.questions = append(g.questions, guided{column: -1})
			continue
		}
		column, q := &r.columns[at], guided{column: at}
		q.many = column.kind == Many
		for _, choice := range book.Choices(number) {
			if q.many {
				q.bits = append(q.bits, column.bit(choice))
			}
			q.choices = append(q.choices, column.codeOf(column.read(choice)))
			if axis := r.axis[at]; axis >= 0 {
				q.values = append(q.values, r.valueOf(axis, choice))
			}
		}
		g.questions = append(g.questions, q)
	}
	r.guides[version] = g
	return g, nil
}

// row is the response that is being read, a number a question.
type row struct {
	rows  *rows
	guide *guide
	codes []uint32
	sets  []value  // of Many, while choices come in one by one
	named []uint32 // by breakdown: the number of its value
	flag  bool     // the submission was flagged
	key   []byte   // room to look a cell up
}

// Choice takes up a choice.
func (w *row) Choice(question, choice int) {
	g := &w.guide.questions[question]
	if g.column < 0 {
		return
	}
	if g.many {
		v := &w.sets[g.column]
		v.set |= g.bits[choice]
		if g.bits[choice] == 0 {
			v.unread++
		}
		return
	}
	if w.codes[g.column] != 0 { // several answers to a question that takes one
		w.put(g.column, value{unread: 1})
		return
	}
	w.codes[g.column] = g.choices[choice]
	if g.values != nil {
		w.named[w.rows.axis[g.column]] = g.values[choice]
	}
}

// Text takes up a value that came as text.
func (w *row) Text(question int, name, text string) {
	at := -1
	if question >= 0 {
		at = w.guide.questions[question].column
	} else if i, counted := w.rows.byName[name]; counted {
		at = i
	}
	if at < 0 {
		return
	}
	w.put(at, w.rows.columns[at].read(text))
	if axis := w.rows.axis[at]; axis >= 0 {
		w.named[axis] = w.rows.valueOf(axis, strings.TrimSpace(text))
	}
}

func (w *row) put(at int, v value) {
	if w.rows.columns[at].kind == Many {
		w.sets[at] = v
		return
	}
	w.codes[at] = w.rows.columns[at].codeOf(v)
}

// read reads a response into w; false when its stored answers cannot be read.
func (r *rows) read(ctx context.Context, store responses.Store, org surveys.OrgID, survey surveys.ID, stored *responses.Stored) (bool, error) {
	w := &r.row
	clear(w.codes)
	clear(w.named)
	w.flag = stored.Flagged
	var err error
	if w.guide, err = r.guide(ctx, store, org, survey, stored.Version); err != nil {
		return false, err
	}
	if w.guide == nil || w.guide.book.Walk(stored.Answers, w) != nil {
		clear(w.sets)
		return false, nil //nolint:nilerr // what cannot be read is left out and named
	}
	for i := range r.columns {
		if r.columns[i].kind == Many {
			w.codes[i] = r.columns[i].codeOf(w.sets[i])
			w.sets[i] = value{}
		}
	}
	return true, nil
}

// cell is the number of the cell that the response which was read stands in.
func (r *rows) cell() uint32 {
	w := &r.row
	for at, axis := range r.axis {
		if axis < 0 {
			continue
		}
		c := &r.columns[at]
		if c.kind != One || c.answer(c.values[w.codes[at]]).Status != InBase {
			w.named[axis] = 0
		}
	}
	w.key = w.key[:0]
	for _, n := range w.named {
		w.key = append(w.key, byte(n), byte(n>>8), byte(n>>16), byte(n>>24))
	}
	if w.flag {
		w.key = append(w.key, 1)
	}
	at, known := r.cellOf[string(w.key)]
	if !known {
		at = uint32(len(r.cells))
		cell := make(Cell, len(w.named), len(w.named)+1)
		for axis, n := range w.named {
			cell[axis] = r.values[axis][n]
		}
		if w.flag {
			cell = append(cell, flaggedMark)
		}
		r.cellOf[string(w.key)] = at
		r.cells = append(r.cells, cell)
	}
	return at
}

func (r *rows) day(d surveys.Date) uint32 {
	at, known := r.dayOf[d]
	if !known {
		at = uint32(len(r.days))
		r.dayOf[d] = at
		r.days = append(r.days, d)
	}
	return at
}

func (r *rows) version(n int) uint32 {
	at := slices.Index(r.versions, n)
	if at < 0 {
		at = len(r.versions)
		r.versions = append(r.versions, n)
	}
	return uint32(at)
}

// add adds a response; one that cannot be read is named among the damaged.
func (r *rows) add(ctx context.Context, store responses.Store, org surveys.OrgID, survey surveys.ID, stored *responses.Stored) error {
	readable, err := r.read(ctx, store, org, survey, stored)
	if err != nil {
		return fmt.Errorf("read version %d of survey %s: %w", stored.Version, survey, err)
	}
	if !readable {
		r.damaged = append(r.damaged, stored.Key)
		return nil
	}
	var b *block
	if len(r.blocks) > 0 {
		b = r.blocks[len(r.blocks)-1]
	}
	if b == nil || b.sealed || b.len() >= blockRows {
		room := 16
		if b != nil {
			room = blockRows
		}
		b = newBlock(len(r.columns), room)
		r.blocks = append(r.blocks, b)
	}
	b.keys = append(b.keys, stored.Key)
	b.cell.add(r.cell())
	b.day.add(r.day(stored.Day))
	b.version.add(r.version(stored.Version))
	for i, code := range r.row.codes {
		b.columns[i].add(code)
	}
	return nil
}

// remove takes responses out. It makes one pass over the keys, which cost 16 bytes
// a response: a table by key would cost more than the answers.
func (r *rows) remove(keys map[responses.Key]bool) {
	if len(keys) == 0 {
		return
	}
	var maybe [1 << 16 / 64]uint64 // by the first two bytes of a key
	for k := range keys {
		n := uint16(k[0]) | uint16(k[1])<<8
		maybe[n/64] |= 1 << (n % 64)
	}
	var left []*block
	for _, b := range r.blocks {
		var out map[int]bool
		for row := range b.keys {
			k := &b.keys[row]
			n := uint16(k[0]) | uint16(k[1])<<8
			if maybe[n/64]&(1<<(n%64)) != 0 && keys[*k] {
				if out == nil {
					out = map[int]bool{}
				}
				out[row] = true
			}
		}
		if out != nil {
			b = b.without(func(row int) bool { return out[row] })
		}
		if b.len() > 0 {
			left = append(left, b)
		}
	}
	r.blocks = left
	r.damaged = slices.DeleteFunc(slices.Clone(r.damaged), func(k responses.Key) bool { return keys[k] })
}

// table is what others may read: it shares with the rows what does not change any
// more. Responses of a known day later than asOf are left out; an empty asOf takes
// all.
func (r *rows) table(asOf surveys.Date) *Table {
	t := &Table{survey: r.survey, breakdowns: r.breakdowns, damaged: slices.Clone(r.damaged)}
	for i := range r.columns {
		c, q := r.columns[i].sorted(r.questions[i])
		t.columns, t.questions = append(t.columns, c), append(t.questions, q)
	}
	late := make([]bool, len(r.days))
	some := false
	for i, day := range r.days {
		late[i] = asOf != "" && day > asOf
		some = some || late[i]
	}
	for i, b := range r.blocks {
		switch {
		case some && slices.ContainsFunc(b.numbersOf(b.day), func(d uint32) bool { return late[d] }):
			b = b.without(func(row int) bool { return late[b.day.at(row)] })
		case i == len(r.blocks)-1 && !b.sealed:
			b = b.clone()
		default:
			b.sealed = true
		}
		if b.len() > 0 {
			t.starts = append(t.starts, t.rows)
			t.blocks = append(t.blocks, b)
			t.rows += b.len()
		}
	}
	t.occurring(r.cells)
	return t
}

// numbersOf are the numbers that occur in a column of the block.
func (b *block) numbersOf(p planes) []uint32 {
	var found []uint32
	seen := map[uint32]bool{}
	last := ^uint32(0)
	for row := range b.keys {
		if n := p.at(row); n != last && !seen[n] {
			seen[n] = true
			found = append(found, n)
			last = n
		}
	}
	return found
}

// bytes is about how much memory the rows take.
func (r *rows) bytes() int64 {
	const perValue, perCell = 96, 128 // with what finds them
	n := int64(len(r.cells)) * perCell
	for i := range r.columns {
		n += int64(len(r.columns[i].values)) * perValue
	}
	for _, b := range r.blocks {
		n += int64(b.bytes())
	}
	return n
}
