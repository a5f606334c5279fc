package results_test

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

// BenchmarkCount measures, in memory, a question by two breakdowns of ten and five
// values, and the distributions of all twenty questions among one combination of them.
func BenchmarkCount(b *testing.B) {
	for _, people := range []int{10_000, 100_000, 1_000_000} {
		store, s, form := responsestest.New(), &surveys.Survey{ID: "een", Breakdowns: []string{"afdeling", "rol"}}, &questionnaire.Form{Definition: &questionnaire.Definition{}}
		for q := range 22 {
			f := &questionnaire.Field{Name: "v" + strconv.Itoa(q), List: &questionnaire.List{}}
			if q >= 20 {
				f.Name = s.Breakdowns[q-20]
			}
			for c := range []int{5, 10}[max(0, min(1, q-19)*(21-q))] {
				f.List.Choices = append(f.List.Choices, &questionnaire.Choice{Name: strconv.Itoa(c)})
			}
			f.Item = &questionnaire.Item{Name: f.Name, Type: questionnaire.TypeSelectOne, Breakdown: q >= 20}
			form.Fields = append(form.Fields, f)
		}
		chance := rand.New(rand.NewPCG(2, uint64(people)))
		list := make([]responses.Response, people)
		for i := range list {
			list[i].Answers = make(questionnaire.Answers, len(form.Fields))
			for _, f := range form.Fields {
				list[i].Answers[f.Name] = strconv.Itoa(chance.IntN(len(f.List.Choices)))
			}
			binary.BigEndian.PutUint64(list[i].Key[:], chance.Uint64())
		}
		store.Put(list...)
		table, err := results.Read(b.Context(), store, s, []*questionnaire.Form{form}, "")
		if err != nil || len(table.Cells()) != 50 {
			b.Fatal(len(table.Cells()), err)
		}
		b.Run(fmt.Sprintf("crosstab/%d", people), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				table.ByCell(0, nil)
			}
		})
		b.Run(fmt.Sprintf("distributions/%d", people), func(b *testing.B) {
			b.ReportAllocs()
			one := table.Where(map[string][]string{"afdeling": {"3"}, "rol": {"2"}})
			for b.Loop() {
				table.All(one)
			}
		})
	}
}
