package answers_test

import (
	"slices"
	"testing"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

// TestErasingTakesAllOfASurveyAndNothingOfAnother erases more than goes in one piece.
func TestErasingTakesAllOfASurveyAndNothingOfAnother(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		g := givenSurvey(t, d)
		const other = surveys.ID("wijk")
		must(t, g.programme.AddSurvey(t.Context(), &surveys.Survey{ID: other, Org: org, Slug: "wijk", Questionnaire: "q", Version: 1, Mode: surveys.Open,
			Opens: "2026-11-01", Closes: "2026-12-13", OpenedAt: noon("2026-10-28"), SmallestGroup: 5}))
		var list []responses.Response
		for i := range 2304 {
			list = append(list, response(3, i))
		}
		slices.SortFunc(list, func(a, b responses.Response) int { return slices.Compare(a.Key[:], b.Key[:]) })
		list[2300].Answers["open"] = "in de laatste van drie stukken"
		for _, i := range []int{0, 1150, 2302} { // among the others by their keys
			list[i].Survey, list[i].Answers["open"] = other, "blijft"
		}
		must(t, startWriter(t, g).LoadHistory(t.Context(), list))
		left := func(survey surveys.ID) (rows int, texts bool) {
			t.Helper()
			must(t, g.EachResponse(t.Context(), org, survey, func(*responses.Response) error { rows++; return nil }))
			texts, err := g.TextsLeft(t.Context(), org, survey)
			must(t, err)
			return rows, texts
		}
		if rows, texts := left(survey); rows != 2301 || !texts {
			t.Fatalf("before, there are %d responses, with texts: %v", rows, texts)
		}
		must(t, g.EraseTexts(t.Context(), org, survey))
		if rows, texts := left(survey); rows != 2301 || texts {
			t.Errorf("without their texts there are %d responses, want all; with texts: %v", rows, texts)
		}
		must(t, g.Erase(t.Context(), org, survey))
		if rows, _ := left(survey); rows != 0 {
			t.Errorf("%d responses are left", rows)
		}
		if rows, texts := left(other); rows != 3 || !texts {
			t.Errorf("of another survey there are %d responses, want 3; with texts: %v", rows, texts)
		}
	})
}
