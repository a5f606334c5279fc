// Package disclosure is the guard: the only way from raw counts to figures that
// may be seen. It remembers what it let through before.
package disclosure

import "weerklank.nl/weerklank/surveys"

// Evidence is a protected figure as it was frozen: the words of the question, the
// group, the release, and the numbers as they were shown. It stays readable when
// the answers are gone. Its fields are filled by the guard alone.
type Evidence struct {
	Survey   surveys.ID
	Question string
	Group    map[string]string // breakdown values; empty for everybody
	AsOf     surveys.Date      // of the release
	Shown    Protected
}

// Protected is a figure that betrays nobody. Only the guard makes one; the zero
// value shows nothing.
type Protected struct {
	figure *figure
}

type figure struct{}

// Empty tells whether there is nothing to show.
func (p Protected) Empty() bool { return p.figure == nil }
