// Package results counts raw answers, by question and by combination of breakdown
// values. What it holds may betray people, so it is for the guard alone: only
// package disclosure imports it (a test holds that), and a Table cannot be
// printed, logged or marshalled.
package results

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
)

// Table is the raw answers of a survey in columns.
type Table struct {
	questions  []Question
	breakdowns []string
	cells      []Cell
	keys       []uint64
	cellOf     []int32
	columns    []column
	unread     map[string]int
}

// Cell is a combination of breakdown values, in the order in which the survey
// declared the breakdowns; "" where there is no answer or a missing one.
type Cell []string

// Key is the cell as one text.
func (c Cell) Key() string { return strings.Join(c, "\x1f") }

// CellOf reads what Key wrote.
func CellOf(key string, breakdowns int) Cell {
	if breakdowns == 0 {
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

type column struct {
	sets    []uint64  // of One and Many; of Words 1 when something was written
	numbers []float64 // of Number; NaN for no answer
	missing uint64    // the options that are not in the base
}

// Questions are the counted questions.
func (t *Table) Questions() []Question { return t.questions }

// Breakdowns are the names of the attributes that cells are made of.
func (t *Table) Breakdowns() []string { return t.breakdowns }

// Cells are the combinations that occur.
func (t *Table) Cells() []Cell { return t.cells }

// Len is the number of responses.
func (t *Table) Len() int { return len(t.keys) }

// Key is a short hash of a response's random key.
func (t *Table) Key(row int) uint64 { return t.keys[row] }

// Cell is the index of a response's cell.
func (t *Table) Cell(row int) int { return int(t.cellOf[row]) }

// Unread is how many stored answers of a question could not be read. They are
// left out, and said to be.
func (t *Table) Unread(question string) int { return t.unread[question] }

const rawCounts = "raw counts"

// Format prints no count, whatever the verb.
func (t Table) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, rawCounts) }

// LogValue logs no count.
func (t Table) LogValue() slog.Value { return slog.StringValue(rawCounts) }

// MarshalJSON refuses.
func (t Table) MarshalJSON() ([]byte, error) {
	return nil, errors.New("raw counts are not to be marshalled")
}
