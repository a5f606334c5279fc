package surveys

import "time"

// A clock that jumps looks like a program that was off: what is due by it is due at once,
// and some of that cannot be taken back. So the program writes down when it last looked,
// and waits for a person when that is longer ago than an ordinary night.
const (
	// LongestNight is how long ago the last look may be without more: a day in which
	// nothing ran, and the start and end of it.
	LongestNight = 26 * time.Hour
	// LongestAway is how long ago it may be when the machine says that a time server
	// keeps its clock: an outage. About a longer one somebody knows.
	LongestAway = 31 * 24 * time.Hour
)

// ClockJumped tells whether what the clock says now may be a jump ahead: it last looked
// at seen, which is zero when it never did. A clock that goes back makes nothing due, so
// that is none. synced tells that a time server keeps the clock, as far as is known, and is
// asked only where it matters.
func ClockJumped(seen, now time.Time, synced func() bool) bool {
	away := now.Sub(seen)
	return !seen.IsZero() && away > LongestNight && (away > LongestAway || !synced())
}
