// Package results counts raw answers, by question and by combination of breakdown
// values. What it holds may betray people, so it is for the guard alone: only
// package disclosure imports it (a test holds that), and a Table cannot be
// printed, logged or marshalled.
//
// An Engine keeps the answers of a survey in columns in memory and gives Tables:
// each is the answers at one moment, and does not change while it is counted.
package results

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"slices"
	"strings"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

// Table is the raw answers of a survey in columns, at one moment. It is safe for
// concurrent use.
type Table struct {
	survey     surveys.ID
	questions  []Question
	breakdowns []string
	cells      []Cell  // that occur
	cellAt     []int32 // from a number in the blocks to an index of cells
	columns    []column
	blocks     []*block
	starts     []int // by block: its first row
	rows       int
	damaged    []responses.Key
}

// Cell is a combination of breakdown values, in the order in which the survey
// declared the breakdowns; "" where there is no answer or a missing one. A survey
// with two breakdowns has a cell for each pair of values that occurs, and a group
// by one or by both of them is a set of cells. People whose submission was flagged have
// cells of their own, with one value more.
type Cell []string

// flaggedMark ends the cells of people whose submission was flagged. No answer is this.
const flaggedMark = "\x1e"

// Flagged tells whether the cell is of people whose submission was flagged.
func (c Cell) Flagged() bool { return len(c) > 0 && c[len(c)-1] == flaggedMark }

// At is the value of a breakdown; beyond the last one, whether the people were flagged: ""
// when they were not.
func (c Cell) At(axis int) string {
	if axis < len(c) {
		return c[axis]
	}
	return ""
}

// Key is the cell as one text.
func (c Cell) Key() string { return strings.Join(c, "\x1f") }

// CellOf reads what Key wrote.
func CellOf(key string, breakdowns int) Cell {
	if breakdowns == 0 && key == "" {
		return Cell{}
	}
	return strings.Split(key, "\x1f")
}

// Status says what became of a question in a response.
type Status uint8

// The statuses of an answer.
const (
	None    Status = iota // no answer
	Missing               // an answer that is not in the base
	InBase
)

// Answer is one answer as it is counted: bit i of Set stands for option i.
type Answer struct {
	Status Status
	Set    uint64
}

// occurring finds the cells that have a response.
func (t *Table) occurring(cells []Cell) {
	people := make([]int, max(256, len(cells)))
	for _, b := range t.blocks {
		b.cell.tally(people, nil)
	}
	t.cellAt = make([]int32, len(cells))
	for i, n := range people[:len(cells)] {
		t.cellAt[i] = -1
		if n > 0 {
			t.cellAt[i] = int32(len(t.cells))
			t.cells = append(t.cells, cells[i])
		}
	}
}

// Questions are the counted questions.
func (t *Table) Questions() []Question { return t.questions }

// Breakdowns are the names of the attributes that cells are made of.
func (t *Table) Breakdowns() []string { return t.breakdowns }

// Cells are the combinations that occur.
func (t *Table) Cells() []Cell { return t.cells }

// Len is the number of responses.
func (t *Table) Len() int { return t.rows }

// place is where a row stands.
func (t *Table) place(row int) (*block, int) {
	at, exact := slices.BinarySearch(t.starts, row)
	if !exact {
		at--
	}
	return t.blocks[at], row - t.starts[at]
}

// Key is a short hash of a response's random key.
func (t *Table) Key(row int) uint64 {
	b, at := t.place(row)
	return hashOf(t.survey, b.keys[at])
}

// Keys are the short hashes of all responses' random keys, by row.
func (t *Table) Keys() []uint64 {
	keys := make([]uint64, 0, t.rows)
	text := append([]byte(t.survey), 0)
	for _, b := range t.blocks {
		for _, key := range b.keys {
			keys = append(keys, shortened(append(text, key[:]...)))
		}
	}
	return keys
}

// CellOf are the cells of all responses, by row.
func (t *Table) CellOf() []uint32 {
	cells := make([]uint32, 0, t.rows)
	for _, b := range t.blocks {
		for row := range b.keys {
			cells = append(cells, uint32(t.cellAt[b.cell.at(row)]))
		}
	}
	return cells
}

// Cell is the index of a response's cell.
func (t *Table) Cell(row int) int {
	b, at := t.place(row)
	return int(t.cellAt[b.cell.at(at)])
}

// Answer is how a response answered a question. Of a Number, classes give the
// option.
func (t *Table) Answer(question, row int) Answer {
	b, at := t.place(row)
	c := &t.columns[question]
	return c.answer(c.values[b.columns[question].at(at)])
}

// Numeric is the number that a response gave; NaN for none.
func (t *Table) Numeric(question, row int) float64 {
	b, at := t.place(row)
	if v := t.columns[question].values[b.columns[question].at(at)]; v.numeric {
		return v.number
	}
	return math.NaN()
}

// Unread is how many parts of stored answers to a question could not be read, with
// the responses that cannot be read at all. They are left out, and said to be.
func (t *Table) Unread(question string) int {
	at := slices.IndexFunc(t.questions, func(q Question) bool { return q.Name == question })
	if at < 0 {
		return 0
	}
	n := len(t.damaged)
	for code, people := range t.byCode(at, nil) {
		n += people * int(t.columns[at].values[code].unread)
	}
	return n
}

// Damaged names the responses of which the stored answers cannot be read at all,
// by the beginning of their random keys. They are left out of every figure.
func (t *Table) Damaged() []string {
	var names []string
	for _, k := range t.damaged {
		names = append(names, fmt.Sprintf("%x", k[:6]))
	}
	slices.Sort(names)
	return names
}

// hashOf shortens a random key so that a guard can know it again without holding it.
func hashOf(survey surveys.ID, key responses.Key) uint64 {
	return shortened(append([]byte(survey+"\x00"), key[:]...))
}

func shortened(text []byte) uint64 {
	sum := sha256.Sum256(text)
	return binary.BigEndian.Uint64(sum[:8])
}

const rawCounts = "raw counts"

// Format prints no count, whatever the verb.
func (t Table) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, rawCounts) }

// LogValue logs no count.
func (t Table) LogValue() slog.Value { return slog.StringValue(rawCounts) }

// MarshalJSON refuses.
func (t Table) MarshalJSON() ([]byte, error) {
	return nil, errors.New("raw counts are not to be marshalled")
}
