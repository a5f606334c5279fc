package surveys_test

import (
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
		s.Readers = []surveys.ID{"lezer"}
		s.OpenedAt, s.ClosedAt = noon, time.Date(2026, time.December, 14, 0, 0, 0, 0, time.UTC)
		usual := surveys.Periods{surveys.KeptAnswers: rapid.IntRange(-5, 99).Draw(t, "answers"), surveys.KeptTexts: rapid.IntRange(0, 12).Draw(t, "texts")}
		s.FixPeriods(usual)
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
				s.BeginErasure(k, today, 0)
				s.ErasureDone(k, today)
				s.ErasureProven(k, today)
			}
		}
		for _, k := range s.Mode.Keeps() {
			if e := s.Erasure(k); e.Done != "" && e.Proven == "" {
				t.Fatalf("%s is done and not proven", k)
			}
		}
	})
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
