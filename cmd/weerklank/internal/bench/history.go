package bench

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
)

// Breakdowns of the survey whose results are measured, and how many values each has.
var breakdowns = []struct {
	name   string
	values int
}{{"afdeling", 10}, {"rol", 5}}

// SplitDefinition is Definition with two background questions before it.
func SplitDefinition() *questionnaire.Definition {
	d := Definition()
	items := make([]*questionnaire.Item, 0, len(breakdowns)+len(d.Items))
	for _, b := range breakdowns {
		list := &questionnaire.List{Name: b.name}
		for v := range b.values {
			list.Choices = append(list.Choices, &questionnaire.Choice{Name: value(b.name, v), Label: questionnaire.Texts{"": fmt.Sprint(b.name, " ", v+1)}})
		}
		d.Lists = append(d.Lists, list)
		items = append(items, &questionnaire.Item{Kind: questionnaire.Question, Name: b.name, Type: questionnaire.TypeSelectOne, List: b.name,
			Breakdown: true, Label: questionnaire.Texts{"": "Uw " + b.name}})
	}
	d.Items = append(items, d.Items...)
	return d
}

func value(breakdown string, v int) string { return breakdown + "_" + strconv.Itoa(v+1) }

// SplitSurvey is Survey with both breakdowns.
func SplitSurvey(org surveys.OrgID, questionnaire surveys.ID, n int, now time.Time) *surveys.Survey {
	s := Survey(org, questionnaire, n, now)
	for _, b := range breakdowns {
		s.Breakdowns = append(s.Breakdowns, b.name)
	}
	return s
}

// History are the responses number from up to to, out of so many. The same call
// gives the same ones.
func History(s *surveys.Survey, from, to, of int) []responses.Response {
	chance := rand.New(rand.NewPCG(uint64(from), uint64(of))) //nolint:gosec // answers to measure with; the same ones each time
	list := make([]responses.Response, 0, to-from)
	for i := from; i < to; i++ {
		r := responses.Response{Org: s.Org, Survey: s.ID, Version: 1, Day: s.Opens, Answers: make(questionnaire.Answers, Questions+len(breakdowns))}
		// Ascending, so that the table grows at its end: as it lies after a mixing.
		binary.BigEndian.PutUint64(r.Key[:], uint64(i)*(^uint64(0)/uint64(of)))
		binary.BigEndian.PutUint64(r.Key[8:], chance.Uint64())
		for q := range Questions {
			r.Answers[question(q)] = strconv.Itoa(chance.IntN(5) + 1)
		}
		for _, b := range breakdowns {
			r.Answers[b.name] = value(b.name, chance.IntN(b.values))
		}
		list = append(list, r)
	}
	return list
}
