package responses_test

import (
	"encoding/binary"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
)

// noon is in the middle of a day of the Watch.
var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

// dayKeys gives a new key at each call, and counts them.
type dayKeys struct{ given uint64 }

func (k *dayKeys) next() (key [32]byte) {
	k.given++
	binary.BigEndian.PutUint64(key[:], k.given)
	return key
}

func TestNoMoreThanTheFloodIsTakenInAnHourAndWhoWaitsAsLongAsItSaysIsLetIn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		flood := rapid.IntRange(1, 40).Draw(t, "flood")
		w, now := responses.NewWatch((&dayKeys{}).next, flood), noon
		var taken []time.Time
		for range rapid.IntRange(1, 120).Draw(t, "submissions") {
			now = now.Add(time.Duration(rapid.IntRange(0, 300).Draw(t, "seconds")) * time.Second)
			s := &responses.Seen{Survey: "s", Ordinary: 100, Address: fmt.Sprintf("192.0.2.%d", rapid.IntRange(0, 255).Draw(t, "host"))}
			if other, wait := w.Look(&responses.Seen{Survey: "s", Address: "198.51.100.1"}, now); other || wait > 0 {
				t.Fatal("another part of the network has to wait, or is flagged")
			}
			if other, wait := w.Look(&responses.Seen{Survey: "r", Address: s.Address}, now); other || wait > 0 {
				t.Fatal("another survey has to wait, or is flagged")
			}
			flagged, wait := w.Look(s, now)
			if wait > 0 {
				if !flagged {
					t.Fatal("what waits is not flagged")
				}
				if _, still := w.Look(s, now.Add(wait)); still > 0 {
					t.Fatalf("after the %v that it said it has to wait %v more", wait, still)
				}
				continue
			}
			w.Count(s, now)
			taken = append(taken, now)
		}
		for i, first := range taken { // a bucket of so many, from which so many leak in an hour
			for j := i; j < len(taken); j++ {
				if most := float64(flood)*(1+taken[j].Sub(first).Hours()) + 1e-6; float64(j-i+1) > most {
					t.Fatalf("%d were taken in %v, of %d an hour", j-i+1, taken[j].Sub(first), flood)
				}
			}
		}
	})
}

func TestPartsOfTheNetworkAreCountedApart(t *testing.T) {
	for name, c := range map[string]struct {
		one, other string
		together   bool
	}{
		"two addresses of a /24":            {"192.0.2.1", "192.0.2.254", true},
		"two of a /16":                      {"192.0.2.1", "192.0.3.1", false},
		"two of a /48":                      {"2001:db8:1:2::1", "2001:db8:1:3::1", true},
		"two of a /32":                      {"2001:db8:1::1", "2001:db8:2::1", false},
		"an address and the same within v6": {"192.0.2.1", "::ffff:192.0.2.9", true},
		"what is no address":                {"", "x", true},
	} {
		w := responses.NewWatch((&dayKeys{}).next, 1)
		w.Count(&responses.Seen{Survey: "s", Address: c.one, Ordinary: 100}, noon)
		if _, wait := w.Look(&responses.Seen{Survey: "s", Address: c.other}, noon); (wait > 0) != c.together {
			t.Errorf("%s: counted together is %v", name, wait > 0)
		}
	}
}

func TestManyFromOnePlaceAreFlaggedAndATownHallIsNotRefused(t *testing.T) {
	w, s := responses.NewWatch((&dayKeys{}).next, 0), &responses.Seen{Survey: "s", Address: "192.0.2.1", Ordinary: 100}
	for i := range 1500 {
		flagged, wait := w.Look(s, noon)
		if wait > 0 || flagged != (i >= 100) {
			t.Fatalf("submission %d: flagged %v, waits %v", i+1, flagged, wait)
		}
		w.Count(s, noon)
	}
	if flagged, _ := w.Look(s, noon.Add(time.Hour+time.Second)); flagged {
		t.Error("an hour after it was busy somebody is still flagged")
	}
}

func TestTheKeyLivesForADayAndTheCountsWithIt(t *testing.T) {
	k := &dayKeys{}
	w, s := responses.NewWatch(k.next, 1), &responses.Seen{Survey: "s", Address: "192.0.2.1", Ordinary: 100}
	w.Count(s, noon)
	late := time.Date(2026, 11, 25, 23, 59, 59, 0, time.UTC)
	w.Count(s, late)
	if _, wait := w.Look(s, late); k.given != 1 || wait == 0 {
		t.Errorf("within a day there are %d keys, and who sent just now waits %v", k.given, wait)
	}
	if _, wait := w.Look(s, late.Add(time.Second)); k.given != 2 || wait != 0 {
		t.Errorf("with the day after there are %d keys, and who sent the day before waits %v", k.given, wait)
	}
}

func TestTheSameTextIsFlaggedOnceItCameOften(t *testing.T) {
	w := responses.NewWatch((&dayKeys{}).next, 0)
	for i := range 9 {
		s := &responses.Seen{Survey: "s", Address: fmt.Sprintf("10.0.%d.1", i), Texts: []string{"hetparkeerterreinisveeltedonker"}, Ordinary: 100}
		if flagged, _ := w.Look(s, noon); flagged != (i >= 5) {
			t.Errorf("after %d times it is flagged: %v", i, flagged)
		}
		w.Count(s, noon)
	}
	if flagged, _ := w.Look(&responses.Seen{Survey: "r", Texts: []string{"hetparkeerterreinisveeltedonker"}}, noon); flagged {
		t.Error("a text of another survey is flagged")
	}
}

func TestAWayInIsUnusualOnceADayAndNobodyLearnsAtHowMany(t *testing.T) {
	limits := map[int]bool{}
	k := &dayKeys{}
	for range 40 {
		w, many := responses.NewWatch(k.next, 0), 0
		s := &responses.Seen{Survey: "s", Collector: "hal", Ordinary: 100}
		for !w.Count(s, noon) {
			many++
			s.Ordinary = 1000 // what is set while the day goes on changes nothing of it
		}
		if many < 100 || many > 125 {
			t.Fatalf("it is unusual after %d of 100", many)
		}
		limits[many] = true
		if w.Count(s, noon) {
			t.Fatal("it is told twice")
		}
		w.Untold(s, noon)
		if !w.Count(s, noon) {
			t.Fatal("what could not be told is not told again")
		}
	}
	if len(limits) < 10 {
		t.Errorf("it is always unusual at one of %v", limits)
	}
}

func TestOfAllWhoSendAtOnceOneIsAskedToTellThatItIsUnusual(t *testing.T) {
	w, s := responses.NewWatch((&dayKeys{}).next, 0), &responses.Seen{Survey: "s", Collector: "hal", Ordinary: 10}
	var asked atomic.Int32
	var all sync.WaitGroup
	for range 100 {
		all.Go(func() {
			if w.Count(s, noon) {
				asked.Add(1)
			}
		})
	}
	all.Wait()
	if n := asked.Load(); n != 1 {
		t.Errorf("of 100 who send at once %d are to tell it", n)
	}
}

// battery is a questionnaire of so many questions of one scale.
func battery(questions int) *questionnaire.Form {
	scale := &questionnaire.List{Name: "schaal", Choices: []*questionnaire.Choice{{Name: "1"}, {Name: "2"}, {Name: "3"}, {Name: "4"}, {Name: "nvt", Missing: "nvt"}}}
	f := &questionnaire.Form{Definition: &questionnaire.Definition{}}
	for i := range questions {
		name := fmt.Sprint("v", i)
		f.Fields = append(f.Fields, &questionnaire.Field{Name: name, Index: i, List: scale, Item: &questionnaire.Item{Name: name, Type: questionnaire.TypeSelectOne}})
	}
	return f
}

func TestOnlyOneAnswerAllDownALongListIsAStraightLine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, answers, prefilled := battery(rapid.IntRange(1, 16).Draw(t, "questions")), questionnaire.Answers{}, questionnaire.Answers{}
		choices := rapid.SampledFrom([][]string{{"2"}, {"2", ""}, {"2", "3"}, {"nvt"}, {"2", "nvt"}}).Draw(t, "choices")
		count := map[string]int{}
		for _, fl := range f.Fields {
			answers[fl.Name] = rapid.SampledFrom(choices).Draw(t, "answer")
			if rapid.IntRange(0, 9).Draw(t, "filled in") == 0 {
				prefilled[fl.Name] = answers[fl.Name]
			}
			if prefilled[fl.Name] == "" {
				count[answers[fl.Name]]++
			}
		}
		want := count["2"] >= 10 && count["3"] == 0
		if got := responses.StraightLine(responses.Answered(f, answers, prefilled), answers); got != want {
			t.Fatalf("%v is a straight line: %v", answers, got)
		}
	})
}

func TestTooFastIsFasterThanASecondAQuestionAndIsJudgedOfSeveral(t *testing.T) {
	for _, c := range []struct {
		seconds, answered int
		want              bool
	}{{0, 3, false}, {0, 4, true}, {3, 4, true}, {4, 4, false}, {19, 20, true}, {20, 20, false}, {3600, 200, false}} {
		if got := responses.TooFast(time.Duration(c.seconds)*time.Second, c.answered); got != c.want {
			t.Errorf("%d answers in %d seconds are too fast: %v", c.answered, c.seconds, got)
		}
	}
}

func TestTheMomentOfASittingIsKeptToFiveSecondsAndNeverLater(t *testing.T) {
	k := keys(t)
	rapid.Check(t, func(t *rapid.T) {
		issued := noon.Add(time.Duration(rapid.IntRange(0, 86_400).Draw(t, "seconds")) * time.Second)
		s := &responses.Sitting{Issued: issued, Version: 1, At: 1, Trapped: rapid.Bool().Draw(t, "trapped")}
		k.Begin(s)
		sealed, err := k.AppendSealed(nil, "o", "s", s, nil, [12]byte{1})
		if err != nil {
			t.Fatal(err)
		}
		back, err := k.Open(string(sealed), "o", "s", issued, func(int) ([]string, error) { return nil, nil })
		if err != nil {
			t.Fatal(err)
		}
		if early := issued.Sub(back.Issued); early < 0 || early >= 5*time.Second || back.Trapped != s.Trapped {
			t.Fatalf("of %v comes back %v, trapped %v", issued, back.Issued, back.Trapped)
		}
	})
}
