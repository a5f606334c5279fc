package disclosure

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
)

// Memory is what the guard remembers of a survey's releases: who was counted in
// which (by a short hash of the response's random key, in the order of the hash),
// and what was shown. Without it no next release can be made; after the last one
// nothing of it is left but that it was the last. Nothing but the guard reads it; the
// aggregates store keeps it, sealed, beside the releases.
type Memory struct {
	mem memory
}

// lastMemory is what is kept after the last release. None follows, so it need not
// be known any more which release first counted a response.
func lastMemory(number int) *Memory { return &Memory{memory{Number: number, Final: true}} }

// Format prints nothing of it: the memory holds raw counts.
func (m Memory) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "memory of releases") }

// LogValue logs nothing of it.
func (m Memory) LogValue() slog.Value { return slog.StringValue("memory of releases") }

// MarshalJSON refuses: it is stored through Encode.
func (m Memory) MarshalJSON() ([]byte, error) {
	return nil, errors.New("the memory of releases is stored through Encode")
}

// Encode is the memory for the aggregates store, and for it alone.
func (m *Memory) Encode() ([]byte, error) {
	body, err := json.Marshal(m.mem)
	if err != nil {
		return nil, fmt.Errorf("encode memory of releases: %w", err)
	}
	return body, nil
}

// RestoreMemory is the door of the aggregates store for the guard's memory.
func RestoreMemory(body []byte) (*Memory, error) {
	var m Memory
	if err := json.Unmarshal(body, &m.mem); err != nil {
		return nil, fmt.Errorf("restore memory of releases: %w", err)
	}
	return &m, nil
}

// memory is the stored form of Memory.
type memory struct {
	Number    int               `json:"number"` // of the newest release
	Final     bool              `json:"final,omitempty"`
	Seen      []seen            `json:"seen"`
	Questions map[string]*track `json:"questions"` // by question name; "" for taking part
}

// seen says from which release on a response was known to the guard.
type seen struct {
	Key   uint64 `json:"k"`
	First int    `json:"f"`
}

// track is the history of one question: the people in its base, and the groups
// that were shown at each release.
type track struct {
	Cells map[string]*cellTrack `json:"cells"` // by the breakdown values, joined
	Rows  []shownRow            `json:"rows"`
	Edges []float64             `json:"edges,omitempty"` // of the classes of a number, fixed at the first release
}

// cellTrack is one combination of breakdown values as it was last taken.
type cellTrack struct {
	Upto  int    `json:"upto"` // the release up to which its responses are counted
	Atoms []atom `json:"atoms"`
	Tally tally  `json:"tally"`
}

// atom is the people of a cell who came in with one release and left with
// another: in every figure ever shown they stand together or not at all.
type atom struct {
	From   int `json:"from"`
	Until  int `json:"until,omitempty"` // 0 while they are still counted
	People int `json:"n"`
}

// shownRow is the groups of which figures were shown at a release, and whom of
// those who took part the question reached.
type shownRow struct {
	Release int            `json:"release"`
	Groups  []Group        `json:"groups"`
	Behind  map[string]int `json:"behind,omitempty"`  // by cell, where it is not the release itself: up to which it counted
	Loose   []Group        `json:"loose,omitempty"`   // those whose base says nothing of how many took part
	Unasked []Group        `json:"unasked,omitempty"` // values of breakdowns of whom it was not asked
}

// tally is the raw count of a question in a cell.
type tally struct {
	Base    int            `json:"base"`
	Options map[string]int `json:"options,omitempty"`
	Missing map[string]int `json:"missing,omitempty"`
	None    int            `json:"none,omitempty"` // no answer
}
