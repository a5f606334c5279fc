package disclosure_test

import (
	"encoding/binary"
	"testing"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
	"weerklank.nl/weerklank/surveys/responses/responsestest"
)

func TestAReleaseCountsNoFewerDaysThanTheOneBefore(t *testing.T) {
	store, day, n := responsestest.New(), surveys.Date("2025-10-10"), uint64(0)
	for i, a := range people(60, "a", 3) {
		r := responses.Response{Answers: a, Day: day.AddDays(i / 20)} // twenty each day
		n++
		binary.BigEndian.PutUint64(r.Key[:], n)
		store.Put(r)
	}
	engine := disclosure.NewEngine(store, 0)
	update := func(kept *archive, asOf, today surveys.Date) (surveys.Date, int) {
		t.Helper()
		r, err := disclosure.Update(t.Context(), engine, kept, official(), []*questionnaire.Form{levels()}, asOf, today)
		if err != nil {
			t.Fatal(err)
		}
		base, _ := r.Responses()
		return r.AsOf, base
	}
	for name, c := range map[string]struct {
		before, asOf, today, want surveys.Date
		people                    int
	}{
		"when the night's work is made up for after a release of today": {day.AddDays(1), day, day.AddDays(1), day.AddDays(1), 40},
		"and counts up to yesterday after one of yesterday":             {day, day.AddDays(1), day.AddDays(2), day.AddDays(1), 40},
		"but no day that is still to come, after a clock was ahead":     {day.AddDays(9), day, day.AddDays(1), day.AddDays(1), 40},
	} {
		t.Run(name, func(t *testing.T) {
			kept := &archive{}
			update(kept, c.before, c.before)
			if asOf, people := update(kept, c.asOf, c.today); asOf != c.want || people != c.people {
				t.Errorf("the release is as of %s, with %d people; want %s, with %d", asOf, people, c.want, c.people)
			}
		})
	}
}
