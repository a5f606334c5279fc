package surveys_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"weerklank.nl/weerklank/surveys"
)

// says is what the machine says of its time server.
func says(yes bool) func() bool { return func() bool { return yes } }

func TestAClockIsBelievedAfterANightAndAfterAnOutageThatATimeServerSpeaksFor(t *testing.T) {
	seen := time.Date(2026, time.October, 24, 12, 0, 0, 0, time.UTC) // the night after it the clocks go back
	for name, c := range map[string]struct {
		now    time.Time
		synced bool
		jumped bool
	}{
		"a minute later":                     {seen.Add(time.Minute), false, false},
		"a day later, over daylight saving":  {seen.Add(25 * time.Hour), false, false},
		"two days later":                     {seen.Add(48 * time.Hour), false, true},
		"two days later, with a time server": {seen.Add(48 * time.Hour), true, false},
		"a month later, with a time server":  {seen.AddDate(0, 1, 0), true, false},
		"a year later, with a time server":   {seen.AddDate(1, 0, 0), true, true},
		"a day back":                         {seen.Add(-24 * time.Hour), false, false},
		"a year back":                        {seen.AddDate(-1, 0, 0), false, false},
	} {
		if got := surveys.ClockJumped(seen, c.now, says(c.synced)); got != c.jumped {
			t.Errorf("%s: it jumped is %v, want %v", name, got, c.jumped)
		}
	}
	if surveys.ClockJumped(time.Time{}, seen, says(false)) {
		t.Error("a first start is no jump")
	}
}

func TestWhatIsFurtherAheadIsNeverBelievedSooner(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seen := time.Unix(rapid.Int64Range(1, 4e9).Draw(t, "seen"), 0)
		near := time.Duration(rapid.Int64Range(-1e6, 1e8).Draw(t, "near")) * time.Second
		far := near + time.Duration(rapid.Int64Range(0, 1e8).Draw(t, "more"))*time.Second
		synced := rapid.Bool().Draw(t, "synced")
		jumps := func(by time.Duration, synced bool) bool { return surveys.ClockJumped(seen, seen.Add(by), says(synced)) }
		if jumps(near, synced) && !jumps(far, synced) {
			t.Fatalf("%s is a jump and %s is none", near, far)
		}
		if jumps(near, true) && !jumps(near, false) {
			t.Fatalf("%s is a jump with a time server alone", near)
		}
	})
}
