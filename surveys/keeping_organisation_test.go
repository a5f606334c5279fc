package surveys_test

import (
	"testing"

	"pgregory.net/rapid"

	"weerklank.nl/weerklank/surveys"
)

// TestAccountsAreEmptiedOnTheDayThatTheirPageSays draws days at the ends of months, where
// periods in months differ by days.
func TestAccountsAreEmptiedOnTheDayThatTheirPageSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var o surveys.Organisation
		bounds := surveys.PeriodOf[surveys.KeptAccounts]
		o.Keeping.Periods = surveys.Periods{surveys.KeptAccounts: rapid.IntRange(bounds.Least, bounds.Most).Draw(t, "months")}
		today := surveys.Date("2026-02-24").AddDays(rapid.IntRange(0, 3000).Draw(t, "days"))
		until := o.AccountsUntil(today)
		if goes := o.EmptiesOn(until); goes > today {
			t.Fatalf("on %s what was switched off on %s is emptied, and its page says %s", today, until, goes)
		}
		if goes := o.EmptiesOn(until.AddDays(1)); goes <= today {
			t.Fatalf("on %s what was switched off on %s is not emptied, and its page says %s", today, until.AddDays(1), goes)
		}
	})
}

func TestTheDayOnWhichSomebodyIsSwitchedOffStaysUntilTheyAreOnAgain(t *testing.T) {
	a := surveys.Account{ID: "a", Active: true, Email: "a@waterrijk.example"}
	for _, step := range []struct {
		on   bool
		day  surveys.Date
		want surveys.Date
	}{{false, "2026-11-01", "2026-11-01"}, {false, "2026-11-20", "2026-11-01"}, {true, "2026-12-01", ""}, {true, "2026-12-02", ""}, {false, "2026-12-24", "2026-12-24"}} {
		if a.Switch(step.on, step.day); a.InactiveOn != step.want || a.Active != step.on {
			t.Errorf("switched (on: %v) on %s it is off since %q, want %q", step.on, step.day, a.InactiveOn, step.want)
		}
	}
	if a.Emptied() {
		t.Error("one that still has its address counts as emptied")
	}
}

func TestOfTheTrailAndOfAccountsTheNewestDeletionsAreRemembered(t *testing.T) {
	var o surveys.Organisation
	day := surveys.Date("2020-01-01")
	for n := range 300 {
		o.AccountsEmptied(day.AddDays(n), day.AddDays(n), 1)
		if n%30 == 0 {
			o.TrailErased(day.AddDays(n), day.AddDays(n), 1)
		}
	}
	of := map[surveys.Kept]int{}
	for _, e := range o.Keeping.Erasures {
		of[e.Kind]++
	}
	if of[surveys.KeptAccounts] != 120 || of[surveys.KeptAudit] != 10 || o.LastErased(surveys.KeptAccounts) != day.AddDays(299) {
		t.Errorf("remembered are %v, the last of accounts up to %s", of, o.LastErased(surveys.KeptAccounts))
	}
}
