package disclosure

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
	"weerklank.nl/weerklank/surveys/responses/responsestest"
	"weerklank.nl/weerklank/surveys/results"
)

// BenchmarkRelease measures a second release of twenty five-point questions by two
// breakdowns of ten and five values, and by both at once, without the database.
func BenchmarkRelease(b *testing.B) {
	for _, people := range []int{10_000, 100_000, 1_000_000} {
		b.Run(strconv.Itoa(people), func(b *testing.B) {
			s := &surveys.Survey{ID: "s", Org: "waterrijk", SmallestGroup: 5, Breakdowns: []string{"afdeling", "rol"}, Pairs: []surveys.Pair{{First: "afdeling", Second: "rol"}}}
			form := measured()
			store := responsestest.New()
			add := func(from, to int) {
				chance := rand.New(rand.NewPCG(1, uint64(from)))
				list := make([]responses.Response, 0, to-from)
				for i := from; i < to; i++ {
					r := responses.Response{Org: s.Org, Survey: s.ID, Version: 1, Answers: questionnaire.Answers{
						"afdeling": fmt.Sprint(chance.IntN(10)), "rol": fmt.Sprint(chance.IntN(5))}}
					for q := range 20 {
						r.Answers["v"+strconv.Itoa(q)] = strconv.Itoa(chance.IntN(5))
					}
					binary.BigEndian.PutUint64(r.Key[:], chance.Uint64())
					list = append(list, r)
				}
				store.Put(list...)
			}
			engine := results.NewEngine(store, 1<<40)
			forms := []*questionnaire.Form{form}
			table := func() *results.Table {
				t, err := engine.Table(b.Context(), s, forms, "")
				if err != nil {
					b.Fatal(err)
				}
				return t
			}
			add(0, people*9/10)
			first, memory, err := next(s, table(), nil, nil, nil, "2026-05-01", "2026-05-01", false, allRules)
			if err != nil {
				b.Fatal(err)
			}
			add(people*9/10, people)
			whole, size := table(), 0
			b.ReportAllocs()
			for b.Loop() {
				_, m, err := next(s, whole, first, memory, nil, "2026-06-01", "2026-06-01", false, allRules)
				if err != nil {
					b.Fatal(err)
				}
				stored, err := m.Encode()
				if err != nil {
					b.Fatal(err)
				}
				size = len(stored)
			}
			b.ReportMetric(float64(size)/float64(people), "B-memory/response")
		})
	}
}

// measured is the form of the measurement.
func measured() *questionnaire.Form {
	f := &questionnaire.Form{Definition: &questionnaire.Definition{}}
	add := func(name string, choices int, breakdown bool) {
		list := &questionnaire.List{Name: name}
		for c := range choices {
			score := float64(c)
			list.Choices = append(list.Choices, &questionnaire.Choice{Name: strconv.Itoa(c), Score: &score})
		}
		f.Fields = append(f.Fields, &questionnaire.Field{Name: name, List: list,
			Item: &questionnaire.Item{Name: name, Type: questionnaire.TypeSelectOne, Breakdown: breakdown}})
	}
	add("afdeling", 10, true)
	add("rol", 5, true)
	for q := range 20 {
		add("v"+strconv.Itoa(q), 5, false)
	}
	return f
}
