package jobs_test

import (
	"testing"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/surveys"
)

// TestAClockThatJumpsKeepsNoNightFromBeingDone: a clock that is ahead for a while, or goes
// back, makes some work be done twice and none be left out.
func TestAClockThatJumpsKeepsNoNightFromBeingDone(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		w := givenTown(t, d)
		must(t, w.programme.ChangeSurvey(t.Context(), org, survey, func(s *surveys.Survey) error { s.Closes = "2026-12-31"; return nil }))
		done := func(want surveys.Date) {
			t.Helper()
			if on, err := d.DoneOn(t.Context(), "nightly"); err != nil || on != want {
				t.Errorf("the nightly work was last done for %s (%v), want %s", on, err, want)
			}
		}
		w.submit(t, "2026-11-24", 0, 12)
		w.turn(t, "2026-11-25 12:00")
		done("2026-11-25")
		w.turn(t, "2026-12-20 12:00") // a machine that woke with another day
		done("2026-12-20")
		w.turn(t, "2026-11-25 12:10") // it is set right
		done("2026-11-25")
		w.submit(t, "2026-11-25", 12, 24)
		w.turn(t, "2026-11-26 12:00")
		done("2026-11-26")
		w.turn(t, "2026-11-25 23:00") // and back again, into yesterday
		w.turn(t, "2026-11-26 12:01")
		done("2026-11-26")
		r, err := w.releases.FindRelease(t.Context(), org, survey)
		must(t, err)
		if r.Final || r.Number < 2 {
			t.Errorf("release %d, final %v: what came after the jump is not let through", r.Number, r.Final)
		}
		if s, err := w.programme.FindSurvey(t.Context(), org, survey); err != nil || !s.ClosedAt.IsZero() {
			t.Errorf("a jump within its period closed a survey (%v)", err)
		}
	})
}
