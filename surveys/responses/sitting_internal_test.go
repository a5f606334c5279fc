package responses

import (
	"bytes"
	"testing"
	"time"
)

// An instance from before the seconds were kept looks at the lower four bits of the flags
// and expects the three maps right after them; both instances may serve one respondent
// while the one replaces the other.
func TestPagesFromBeforeAndAfterSecondsWereKeptOpenOnBothSides(t *testing.T) {
	minute := time.Date(2026, 11, 25, 12, 34, 0, 0, time.UTC)
	for _, seconds := range []time.Duration{0, 4, 5, 56, 59} {
		s := Sitting{Issued: minute.Add(seconds * time.Second), Version: 2, At: 3, Checked: true, Trapped: true}
		now := s.append(nil, nil)
		old := bytes.Clone(now)
		flags := len(now) - 4 // before the three maps, which are empty
		old[flags] &= 1<<issuedBits - 1
		s.Issued = minute
		if before := s.append(nil, nil); !bytes.Equal(old, before) {
			t.Errorf("with %d seconds a page is % x to an instance that does not know them, without % x", seconds, old, before)
		}
		for name, page := range map[string][]byte{"before": old, "now": now} {
			want := minute
			if name == "now" {
				want = want.Add(seconds / 5 * 5 * time.Second)
			}
			got, err := readSitting(page, func(int) ([]string, error) { return nil, nil })
			if err != nil {
				t.Fatal(err)
			}
			if !got.Issued.Equal(want) || got.At != 3 || !got.Checked || got.Kiosk || !got.Trapped {
				t.Errorf("a page from %s of %d seconds past comes back as %+v", name, seconds, got)
			}
		}
	}
}
