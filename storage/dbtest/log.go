package dbtest

import (
	"bytes"
	"slices"
)

// InOrderOfTime puts the frames of SQLite's log in the order in which they were written,
// as somebody does who looks for who came first: the log begins again at its start now and
// then, with another salt, and what is older stands after it.
// (https://www.sqlite.org/fileformat2.html#walformat)
func InOrderOfTime(log []byte) []byte {
	const header, frame = 32, 24 + 4096
	if len(log) < header {
		return nil
	}
	frames := slices.Collect(slices.Chunk(log[header:], frame))
	slices.SortStableFunc(frames, func(a, b []byte) int { return bytes.Compare(a[8:min(12, len(a))], b[8:min(12, len(b))]) })
	return bytes.Join(frames, nil)
}
