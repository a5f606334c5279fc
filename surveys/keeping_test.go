package surveys_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"weerklank.nl/weerklank/surveys"
)

// TestNothingGoesThatWasNotAnnouncedTwoWeeksBefore lets the clock jump as it likes: what
// is deleted stood on the page for the days of notice, and is past its period.
func TestNothingGoesThatWasNotAnnouncedTwoWeeksBefore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := complete()
		s.Mode = rapid.SampledFrom(surveys.ModesOffered).Draw(t, "mode")
		if s.Mode == surveys.Named {
			s.Readers = []surveys.ID{"lezer"}
		}
		usual := surveys.Periods{surveys.KeptAnswers: rapid.IntRange(12, 99).Draw(t, "answers"), surveys.KeptTexts: rapid.IntRange(2, 12).Draw(t, "texts")}
		if err := s.Open(noon, usual); err != nil {
			t.Fatal(err)
		}
		s.ClosedAt = time.Date(2026, time.December, 14, 0, 0, 0, 0, time.UTC)
		announced := map[surveys.Kept]surveys.Date{}
		today := surveys.Date("2026-12-14")
		for range rapid.IntRange(1, 30).Draw(t, "nights") {
			today = today.AddDays(rapid.IntRange(0, 400).Draw(t, "jump"))
			if rapid.IntRange(0, 9).Draw(t, "hold") == 0 {
				_ = s.HoldUntil(today.AddDays(rapid.IntRange(1, 700).Draw(t, "until")), surveys.Text{NL: "Een zaak."}, today, nil)
			}
			s.AnnounceErasures(today, nil)
			for _, k := range s.Mode.Keeps() {
				if e := s.Erasure(k); e.Announced == "" {
					delete(announced, k)
				} else if announced[k] == "" || announced[k] != e.Announced && e.Announced == today {
					announced[k] = today
				}
			}
			for _, k := range s.DueErasures(today) {
				if until := s.KeptUntil(k, nil); today <= until {
					t.Fatalf("%s goes on %s and is kept until %s", k, today, until)
				}
				if k != surveys.KeptContacts && announced[k].Days(today) < surveys.Notice {
					t.Fatalf("%s goes on %s and was announced on %s", k, today, announced[k])
				}
				if err := s.BeginErasure(k, today, 0); err != nil {
					t.Fatalf("%s is due and cannot be begun: %v", k, err)
				}
				s.ErasureDone(k, today)
				if !slices.Contains(s.Unproven(), k) {
					t.Fatalf("%s was deleted on %s, and nobody has to show it any more", k, today)
				}
				s.ErasureProven(k, today)
			}
		}
		for range 2 { // years later everything is announced, and then goes: nothing is forgotten
			today = today.AddDays(9 * 365)
			s.AnnounceErasures(today, nil)
		}
		for _, k := range s.Mode.Keeps() {
			if e := s.Erasure(k); e.Done == "" && !slices.Contains(s.DueErasures(today), k) {
				t.Fatalf("on %s %s is neither deleted nor due: %+v", today, k, e)
			}
		}
	})
}

// TestWhatIsHeldIsNotDeleted lets people ask for anything in any order, and the clock with
// an older copy of the survey in hand than what is stored: while a hold lasts nothing that
// it keeps is begun, also when it was asked to go, and the page names no day before.
func TestWhatIsHeldIsNotDeleted(t *testing.T) {
	reason := surveys.Text{NL: "Er loopt een zaak."}
	rapid.Check(t, func(t *rapid.T) {
		s := complete()
		s.OpenedAt, s.Keeping.Periods = noon, surveys.Periods{surveys.KeptAnswers: 3, surveys.KeptTexts: 2}
		s.ClosedAt = time.Date(2026, time.December, 14, 0, 0, 0, 0, time.UTC)
		today, held := surveys.Date("2026-12-14"), surveys.Date("")
		for range rapid.IntRange(2, 25).Draw(t, "acts") {
			today = today.AddDays(rapid.IntRange(0, 40).Draw(t, "days"))
			switch rapid.SampledFrom([]string{"hold", "end", "ask", "announce", "clock", "clock"}).Draw(t, "act") {
			case "hold":
				if until := today.AddDays(rapid.IntRange(0, 400).Draw(t, "until")); s.HoldUntil(until, reason, today, nil) == nil {
					held = until
				}
			case "end":
				if s.EndHold(today, nil) == nil {
					held = ""
				}
			case "ask":
				if s.EraseNow(today) == nil && today <= held && !s.AnswersErased() {
					t.Fatal("it may be asked to go while it is held")
				}
			case "announce":
				s.AnnounceErasures(today, nil)
			case "clock":
				for _, k := range s.Mode.Keeps() {
					went := s.Erased(k)
					if err := s.BeginErasure(k, today, 0); err == nil && !went && k != surveys.KeptContacts && today <= held {
						t.Fatalf("%s went on %s and is held until %s", k, today, held)
					} else if err != nil && !errors.Is(err, surveys.ErrNotDue) {
						t.Fatalf("%s cannot begin: %v", k, err)
					}
					s.ErasureDone(k, today)
				}
			}
			for _, k := range []surveys.Kept{surveys.KeptTexts, surveys.KeptAnswers} {
				if e := s.Erasure(k); today <= held && e.Waits() && e.Announced != "" && (e.Asked || e.Goes() <= held) {
					t.Fatalf("it is held until %s, and of %s it says %+v", held, k, e)
				}
			}
		}
	})
}

func TestAHoldTakesBackWhatWasAskedAndThePageNamesItsNewDay(t *testing.T) {
	s := complete()
	s.OpenedAt, s.Keeping.Periods = noon, surveys.Periods{surveys.KeptTexts: 2}
	s.ClosedAt = time.Date(2026, time.December, 14, 0, 0, 0, 0, time.UTC)
	if err := s.EraseNow("2026-12-20"); err != nil {
		t.Fatal(err)
	}
	if err := s.HoldUntil("2027-06-01", surveys.Text{NL: "Er loopt een zaak."}, "2026-12-20", nil); err != nil {
		t.Fatal(err)
	}
	if due := s.DueErasures("2026-12-20"); !slices.Equal(due, []surveys.Kept{surveys.KeptContacts}) {
		t.Errorf("%v are to go, want the addresses alone, which no hold keeps", due)
	}
	s.AnnounceErasures("2027-05-25", nil)
	if e := s.Erasure(surveys.KeptTexts); e.Until != "2027-06-01" || e.Goes() != "2027-06-08" {
		t.Errorf("of the texts it says %+v, want that they go two weeks after that was announced", e)
	}
	if err := s.EndHold("2027-05-26", nil); err != nil {
		t.Fatal(err)
	}
	if e := s.Erasure(surveys.KeptTexts); e.Until != "2027-02-13" || e.Goes() != "2027-06-09" {
		t.Errorf("once the hold ended it says %+v, want the day of its own period, announced anew", e)
	}
	if err := s.EndHold("2027-05-26", nil); err == nil {
		t.Error("a hold ended that was not there")
	}
	old := complete() // from before a hold took back what was asked
	old.OpenedAt = noon
	old.Keeping.Hold = &surveys.Hold{Until: "2027-06-01"}
	old.Keeping.Erasures = []surveys.Erasure{{Kind: surveys.KeptAnswers, Until: "2026-12-20", Announced: "2026-12-20", Asked: true}}
	if due := old.DueErasures("2027-06-01"); len(due) > 0 {
		t.Errorf("%v are to go on the last day of the hold", due)
	}
}

func TestPeriodsOutsideTheirBoundsAreRefused(t *testing.T) {
	for k, bounds := range surveys.PeriodOf {
		for months, fits := range map[int]bool{bounds.Least - 1: false, bounds.Least: true, bounds.Most: true, bounds.Most + 1: false} {
			p := surveys.Periods{k: months}
			if k == surveys.KeptAnswers {
				p[surveys.KeptTexts] = 1
			}
			if k == surveys.KeptTexts {
				p[surveys.KeptAnswers] = surveys.PeriodOf[surveys.KeptAnswers].Most
			}
			if got := p.Check(); (len(got) == 0) != fits {
				t.Errorf("%s for %d months: %v, want it to fit: %v", k, months, got, fits)
			}
		}
		if bounds.Usual < bounds.Least || bounds.Usual > bounds.Most {
			t.Errorf("the usual period of %s lies outside its bounds", k)
		}
	}
}
