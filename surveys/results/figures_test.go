package results_test

import (
	"encoding/binary"
	"fmt"
	"testing"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
	"weerklank.nl/weerklank/surveys/responses/responsestest"
	"weerklank.nl/weerklank/surveys/results"
)

// asked counts so many responses of the form, each as told.
func asked(t *testing.T, f *questionnaire.Form, breakdowns []string, all ...questionnaire.Answers) *results.Table {
	t.Helper()
	store := responsestest.New()
	for i, a := range all {
		r := responses.Response{Answers: a}
		binary.BigEndian.PutUint64(r.Key[:], uint64(i+1))
		store.Put(r)
	}
	table, err := results.Read(t.Context(), store, &surveys.Survey{Breakdowns: breakdowns}, []*questionnaire.Form{f}, "")
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func TestABreakdownWithManyValues(t *testing.T) {
	f := everyKind()
	f.Fields[4].List = &questionnaire.List{}
	var all []questionnaire.Answers
	for i := range 5000 {
		name := fmt.Sprint("wijk", i)
		f.Fields[4].List.Choices = append(f.Fields[4].List.Choices, &questionnaire.Choice{Name: name})
		for range 2 {
			all = append(all, questionnaire.Answers{"scale": fmt.Sprint(i%5 + 1), "area": name, "hours": fmt.Sprint(i)})
		}
	}
	table := asked(t, f, []string{"area"}, all...)
	if n := len(table.Cells()); n != 5000 {
		t.Fatalf("%d cells, want 5000", n)
	}
	for question := range table.Questions() {
		classes := table.ClassesOf(question)
		for i, c := range table.ByCell(question, classes) {
			if c.Base+c.None != 2 {
				t.Fatalf("cell %v counts %+v, want two people", table.Cells()[i], c)
			}
		}
	}
}
