package disclosure

import (
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"math"
	"slices"
)

// Memory is what the guard remembers of a survey's releases: who was counted in
// which (by a short hash of the response's random key, in the order of the hash),
// and what was shown. Without it no next release can be made; after the last one
// nothing of it is left but that it was the last. Nothing but the guard reads it; the
// aggregates store keeps it, sealed, beside the releases.
type Memory struct {
	mem memory
}

// EndedMemory is what is kept after the last release, and once the answers of a survey are
// deleted: that no release follows on the newest one. So it need not be known any more
// which release first counted a response.
func EndedMemory(newest int) *Memory { return &Memory{memory{Number: newest, Final: true}} }

// Format prints nothing of it: the memory holds raw counts.
func (m Memory) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "memory of releases") }

// LogValue logs nothing of it.
func (m Memory) LogValue() slog.Value { return slog.StringValue("memory of releases") }

// MarshalJSON refuses: it is stored through Encode.
func (m Memory) MarshalJSON() ([]byte, error) {
	return nil, errors.New("the memory of releases is stored through Encode")
}

// packedFormat is the first byte of a stored memory. One that begins with a brace was
// stored when the list of responses stood in the JSON too.
const packedFormat = 1

// Encode is the memory for the aggregates store, and for it alone: the length of what
// is JSON, that, and then the responses by the release that first knew them, eight bytes
// each.
func (m *Memory) Encode() ([]byte, error) {
	rest := m.mem
	rest.Seen = nil
	body, err := json.Marshal(rest)
	if err != nil {
		return nil, fmt.Errorf("encode memory of releases: %w", err)
	}
	by := map[int][]uint64{}
	for _, s := range m.mem.Seen {
		by[s.First] = append(by[s.First], s.Key)
	}
	out := make([]byte, 0, len(body)+8*len(m.mem.Seen)+20*(len(by)+2))
	out = binary.AppendUvarint(append(out, packedFormat), uint64(len(body)))
	out = append(out, body...)
	for _, first := range slices.Sorted(maps.Keys(by)) {
		out = binary.AppendUvarint(out, uint64(first))
		out = binary.AppendUvarint(out, uint64(len(by[first])))
		for _, key := range by[first] {
			out = binary.BigEndian.AppendUint64(out, key)
		}
	}
	return out, nil
}

var errCutShort = errors.New("restore memory of releases: it is cut short")

// RestoreMemory is the door of the aggregates store for the guard's memory.
func RestoreMemory(stored []byte) (*Memory, error) {
	var m Memory
	if len(stored) == 0 || stored[0] != packedFormat {
		if err := json.Unmarshal(stored, &m.mem); err != nil {
			return nil, fmt.Errorf("restore memory of releases: %w", err)
		}
		return &m, nil
	}
	rest, cut := stored[1:], false
	number := func() uint64 {
		n, size := binary.Uvarint(rest)
		if size <= 0 {
			rest, cut = nil, true
			return 0
		}
		rest = rest[size:]
		return n
	}
	size := number()
	if cut || size > uint64(len(rest)) {
		return nil, errCutShort
	}
	if err := json.Unmarshal(rest[:size], &m.mem); err != nil {
		return nil, fmt.Errorf("restore memory of releases: %w", err)
	}
	for rest = rest[size:]; len(rest) > 0; {
		first, keys := number(), number()
		if cut || first > math.MaxInt32 || keys > uint64(len(rest)/8) {
			return nil, errCutShort
		}
		m.mem.Seen = slices.Grow(m.mem.Seen, int(keys)) //nolint:gosec // no more than there are bytes
		for ; keys > 0; keys-- {
			m.mem.Seen = append(m.mem.Seen, seen{binary.BigEndian.Uint64(rest), int(first)})
			rest = rest[8:]
		}
	}
	slices.SortFunc(m.mem.Seen, func(a, b seen) int { return cmp.Compare(a.Key, b.Key) })
	return &m, nil
}

// memory is the stored form of Memory.
type memory struct {
	Number    int               `json:"number"` // of the newest release
	Final     bool              `json:"final,omitempty"`
	Seen      []seen            `json:"seen,omitempty"` // in the order of the keys
	Questions map[string]*track `json:"questions"`      // by question name; "" for taking part
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
	Names []string              `json:"names,omitempty"` // of the answers that Gave counts
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

// counted tells whether some of them are counted now.
func (a atom) counted() bool { return a.Until == 0 && a.People > 0 }

// shownRow is the groups of which figures were shown at a release, and whom of
// those who took part the question reached.
type shownRow struct {
	Release int            `json:"release"`
	Groups  []Group        `json:"groups"`
	Gave    [][]int        `json:"gave,omitempty"`    // by group: how many gave each answer, in the order of Names
	Behind  map[string]int `json:"behind,omitempty"`  // by cell, where it is not the release itself: up to which it counted
	Loose   []Group        `json:"loose,omitempty"`   // those whose base says nothing of how many took part
	Unasked []Group        `json:"unasked,omitempty"` // values of breakdowns of whom it was not asked
	Banded  []shownBand    `json:"banded,omitempty"`
}

// shownBand is a figure that was shown in bands, of so many people.
type shownBand struct {
	Group Group          `json:"g"`
	Base  int            `json:"n"`
	Gave  map[string]int `json:"gave"` // by answer
}

// tally is the raw count of a question in a cell.
type tally struct {
	Base    int            `json:"base"`
	Options map[string]int `json:"options,omitempty"`
	Missing map[string]int `json:"missing,omitempty"`
	None    int            `json:"none,omitempty"` // no answer
}
