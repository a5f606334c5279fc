package disclosure_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"weerklank.nl/weerklank/surveys/disclosure"
)

func near(a, b float64) bool { return math.Abs(a-b) < 0.0005 }

func TestTheExactIntervalIsThatOfThePublishedTables(t *testing.T) {
	for _, c := range []struct {
		count, base int
		low, high   float64
	}{
		{0, 10, 0, 0.3085}, {1, 10, 0.0025, 0.4450}, {5, 10, 0.1871, 0.8129}, {10, 10, 0.6915, 1}, {0, 0, 0, 1}, {81, 263, 0.2527, 0.3676},
	} {
		if low, high := disclosure.ClopperPearson(c.count, c.base); !near(low, c.low) || !near(high, c.high) {
			t.Errorf("%d of %d: %.4f to %.4f, want %.4f to %.4f", c.count, c.base, low, high, c.low, c.high)
		}
	}
}

func TestWhatSilenceLeavesOpenHoldsWhateverTheSilentWouldHaveSaid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		asked := rapid.IntRange(1, 3000).Draw(t, "asked")
		base := rapid.IntRange(1, asked).Draw(t, "base")
		count := rapid.IntRange(0, base).Draw(t, "count")
		more := rapid.IntRange(0, asked-base).Draw(t, "silent who would have said it")
		s := disclosure.Share{Count: count, Base: base}
		low, high, known := s.Silence(asked)
		if truth := 100 * float64(count+more) / float64(asked); !known || truth < low-1e-9 || truth > high+1e-9 {
			t.Fatalf("%v outside %v to %v", truth, low, high)
		}
		wide, narrow := func() (float64, float64) { return s.Interval() }, func() (float64, float64) { l, h, _ := s.Finite(asked); return l, h }
		wl, wh := wide()
		nl, nh := narrow()
		if nh-nl > wh-wl+1e-9 || nl < -1e-9 || nh > 100+1e-9 || math.IsNaN(nl) || math.IsNaN(nh) {
			t.Fatalf("of %d asked: %v to %v, wider than %v to %v", asked, nl, nh, wl, wh)
		}
		if s.Against(s.Percent()/100) != 0 {
			t.Fatal("a share differs from itself")
		}
	})
}

func TestNothingIsSaidOfSilenceWhereThatIsNotKnown(t *testing.T) {
	for name, s := range map[string]disclosure.Share{
		"of a band": {Base: 7, Banded: true, From: 20, To: 40}, "of a hidden answer": {Base: 30, Hidden: disclosure.Withheld},
		"of nobody": {}, "of more who answered than were asked": {Count: 3, Base: 12},
	} {
		if _, _, known := s.Silence(10); known {
			t.Errorf("%s: silence", name)
		}
		if _, _, known := s.Finite(10); known {
			t.Errorf("%s: a finite group", name)
		}
		if name != "of more who answered than were asked" && s.Against(0.9) != 0 {
			t.Errorf("%s: a flag", name)
		}
	}
}
