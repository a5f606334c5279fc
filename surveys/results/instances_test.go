package results_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	mathrand "math/rand/v2"
	"testing"
	"time"

	"weerklank.nl/weerklank/storage/answers"
	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/storage/programme"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
	"weerklank.nl/weerklank/surveys/results"
)

// Two instances on one database, with a writer each: what one stores, withdraws or
// mixes the other counts the next time that it is asked.
func TestInstancesCountWhatTheDatabaseHolds(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, address string) {
		const org, survey, today = surveys.OrgID("waterrijk"), surveys.ID("balie"), surveys.Date("2026-11-25")
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		form := everyKind()
		definition, err := json.Marshal(questionnaire.Definition{FormID: "balie", Lists: []*questionnaire.List{form.Fields[0].List, form.Fields[1].List}, Items: items(form)})
		must(err)
		s := &surveys.Survey{ID: survey, Org: org, Slug: "balie", Questionnaire: "q", Version: 1, Mode: surveys.Open, Breakdowns: []string{"area", "desk"},
			Opens: "2026-11-01", Closes: "2026-12-13", OpenedAt: time.Date(2026, 10, 28, 12, 0, 0, 0, time.UTC), SmallestGroup: 5}
		type instance struct {
			db      *db.DB
			answers *answers.Answers
			writer  *answers.Writer
			engine  *results.Engine
		}
		var instances []instance
		for i := range 2 {
			d := dbtest.Open(t, address)
			p := programme.New(d)
			if i == 0 {
				must(p.AddQuestionnaire(t.Context(), &surveys.Questionnaire{ID: "q", Org: org, FormID: "balie", Draft: definition}))
				must(p.PublishVersion(t.Context(), org, "q", func(q *surveys.Questionnaire) (*surveys.Version, error) {
					q.Published = 1
					return &surveys.Version{Questionnaire: "q", Number: 1, Definition: definition, PublishedAt: s.OpenedAt}, nil
				}))
				must(p.AddSurvey(t.Context(), s))
			}
			a := answers.New(d, p)
			w, err := answers.NewWriter(t.Context(), a)
			must(err)
			t.Cleanup(func() { must(w.Close(context.Background())) })
			instances = append(instances, instance{d, a, w, results.NewEngine(a, 1<<30)})
		}
		chance := mathrand.New(mathrand.NewPCG(1, 2))
		all := map[responses.Key]responses.Response{}
		for round := range 12 {
			at := instances[round%2]
			for range chance.IntN(30) {
				r := responses.Response{Org: org, Survey: survey, Version: 1, Day: today, Answers: questionnaire.Answers{}}
				_, err := rand.Read(r.Key[:])
				must(err)
				for name, values := range possible {
					if v := values[chance.IntN(len(values))]; v != "" {
						r.Answers[name] = v
					}
				}
				_, err = at.writer.Submit(t.Context(), r, today)
				must(err)
				all[r.Key] = r
			}
			for key := range all {
				if chance.IntN(10) == 0 {
					must(at.answers.WithdrawResponse(t.Context(), org, []responses.Key{key}))
					delete(all, key)
				}
			}
			if round%5 == 4 {
				_, err := at.db.Mix(t.Context(), answers.Responses)
				must(err)
			}
			for i, one := range instances {
				table, err := one.engine.Table(t.Context(), s, []*questionnaire.Form{form}, "")
				must(err)
				t.Run(fmt.Sprintf("round %d, instance %d", round, i), func(t *testing.T) { checked(t, table, all, "") })
			}
		}
	})
}

// items are the questions of the form as a definition holds them.
func items(form *questionnaire.Form) []*questionnaire.Item {
	var all []*questionnaire.Item
	for _, f := range form.Fields {
		i := *f.Item
		i.Kind = questionnaire.Question
		if f.List != nil {
			i.List = f.List.Name
		}
		all = append(all, &i)
	}
	return all
}
