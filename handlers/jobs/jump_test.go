package jobs_test

import (
	"testing"
	"time"

	"weerklank.nl/weerklank/handlers/jobs"
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

// watched gives the town a clock that is not believed whatever it says.
func (w *town) watched(synced func() bool) {
	deps := w.clock.Deps
	deps.Watch = &jobs.Watch{Store: w.db, Synced: synced}
	w.clock = jobs.New(deps)
}

func never() bool { return false }

// open tells whether the survey was not closed.
func (w *town) open(t *testing.T) bool {
	t.Helper()
	s, err := w.programme.FindSurvey(t.Context(), org, survey)
	must(t, err)
	return s.ClosedAt.IsZero()
}

func TestAClockThatJumpsFarAheadStandsStillUntilSomebodySaysThatItIsRight(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		w := givenTown(t, d)
		w.watched(never)
		w.submit(t, "2026-11-24", 0, 12)
		w.turn(t, "2026-11-25 12:00")
		w.submit(t, "2026-11-25", 12, 24)
		w.turn(t, "2027-11-25 12:01")
		w.turn(t, "2027-11-26 12:01")
		w.watched(never) // and after a start
		w.turn(t, "2027-11-27 12:01")
		if !w.open(t) {
			t.Error("the survey was closed by a jump")
		}
		if r, err := w.releases.FindRelease(t.Context(), org, survey); err != nil || r.Number != 1 || r.Final {
			t.Errorf("release %+v was made by a jump (%v)", r, err)
		}
		if on, err := d.DoneOn(t.Context(), "nightly"); err != nil || on != "2027-11-27" {
			t.Errorf("last mixed for %s (%v): that goes on", on, err)
		}
		w.turn(t, "2026-11-25 13:00") // the clock is set right: it goes on by itself
		w.turn(t, "2026-11-26 12:00")
		if r, err := w.releases.FindRelease(t.Context(), org, survey); err != nil || r.Number < 2 || r.AsOf != "2026-11-25" || r.Final || !w.open(t) {
			t.Errorf("after the clock was set right: release %+v (%v)", r, err)
		}
		w.turn(t, "2026-12-20 12:00") // off for weeks
		if !w.open(t) {
			t.Error("the survey was closed before anybody said that the time is right")
		}
		must(t, d.SeeClock(t.Context(), w.now)) // somebody says so
		w.turn(t, "2026-12-20 12:01")
		if w.open(t) {
			t.Error("the survey was not closed after somebody said that the time is right")
		}
	})
}

func TestAnOutageIsNoJumpWhereATimeServerKeepsTheClock(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	asked := 0
	w.watched(func() bool { asked++; return true })
	w.turn(t, "2026-11-25 12:00")
	w.turn(t, "2026-11-26 12:00")
	if asked != 0 {
		t.Error("the machine is asked about its time server after an ordinary night")
	}
	w.turn(t, "2026-12-20 12:00")
	if w.open(t) {
		t.Error("the survey is still open weeks after its last day")
	}
}

func TestAClockThatGoesBackADayEndsNothingAndIsWatchedFromThere(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	w.watched(never)
	w.submit(t, "2026-11-24", 0, 12)
	w.turn(t, "2026-11-25 12:00")
	w.turn(t, "2026-11-24 12:00")
	w.turn(t, "2026-11-25 12:00")
	if r, err := w.releases.FindRelease(t.Context(), org, survey); err != nil || r.AsOf != "2026-11-24" || r.Final {
		t.Errorf("release %+v (%v)", r, err)
	}
	w.turn(t, "2025-11-25 12:00") // an empty battery
	w.turn(t, "2026-11-25 12:30") // a year ahead of what was believed last: asked about once more
	w.turn(t, "2026-11-28 12:30")
	if !w.open(t) {
		t.Error("the survey was closed by a clock that made two jumps")
	}
}

// TestDaylightSavingClosesNothingEarlyOrLate: a survey closes when its last day is over in
// the organisation's zone, on the nights in which the clocks change too.
func TestDaylightSavingClosesNothingEarlyOrLate(t *testing.T) {
	for night, closes := range map[string]surveys.Date{"the clocks go back": "2026-10-25", "the clocks go ahead": "2027-03-28"} {
		w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
		w.watched(never)
		must(t, w.programme.ChangeSurvey(t.Context(), org, survey, func(s *surveys.Survey) error { s.Opens, s.Closes = closes.AddDays(-20), closes; return nil }))
		midnight := closes.AddDays(1).Start(at(t, "2026-11-25 12:00").Location())
		for w.now = closes.Time().Add(-2 * time.Hour); w.now.Before(midnight); w.now = w.now.Add(30 * time.Minute) {
			must(t, w.clock.Tick(t.Context()))
			if !w.open(t) {
				t.Fatalf("%s: closed at %s", night, w.now)
			}
		}
		w.now = midnight
		must(t, w.clock.Tick(t.Context()))
		if w.open(t) {
			t.Errorf("%s: not closed at %s", night, w.now)
		}
	}
}

func TestALeaseOfAClockThatRanAheadKeepsNobodyWaiting(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		ahead, now := at(t, "2027-11-25 12:00"), at(t, "2026-11-25 12:00")
		for _, c := range []struct {
			holder string
			at     time.Time
			want   bool
		}{{"one", ahead, true}, {"two", now, true}, {"three", now.Add(time.Minute), false}, {"three", now.Add(-time.Minute), false}, {"three", now.Add(5 * time.Minute), true}} {
			if mine, err := d.Lease(t.Context(), "work", c.holder, c.at, c.at.Add(5*time.Minute)); err != nil || mine != c.want {
				t.Errorf("%s at %s leads is %v (%v), want %v", c.holder, c.at, mine, err, c.want)
			}
		}
	})
}
