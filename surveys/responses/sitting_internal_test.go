package responses

import (
	"testing"
	"time"
)

func TestAPageFromBeforeSecondsWereKeptStillOpens(t *testing.T) {
	issued := time.Date(2026, 11, 25, 12, 34, 56, 0, time.UTC)
	b := (&Sitting{Issued: issued, Version: 2, At: 3, Checked: true}).append(nil, nil)
	// The flags and the seconds stand before the three maps, which are empty.
	flags, seconds := len(b)-5, len(b)-4
	b[flags] &^= flagSeconds
	old := append(b[:seconds:seconds], b[seconds+1:]...)
	s, err := readSitting(old, func(int) ([]string, error) { return nil, nil })
	if err != nil {
		t.Fatal(err)
	}
	if !s.Issued.Equal(issued.Truncate(time.Minute)) || s.At != 3 || !s.Checked || s.Trapped {
		t.Errorf("it comes back as %+v", s)
	}
}
