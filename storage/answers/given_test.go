package answers_test

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"math/rand/v2"
	"testing"
	"time"

	"weerklank.nl/weerklank/storage/answers"
	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/programme"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
)

const (
	org    = surveys.OrgID("waterrijk")
	survey = surveys.ID("balie")
	today  = surveys.Date("2026-11-25")
)

// given is a survey that takes answers today, in a fresh database.
type given struct {
	*answers.Answers
	db        *db.DB
	programme *programme.Programme
}

func givenSurvey(t testing.TB, d *db.DB) given {
	t.Helper()
	p := programme.New(d)
	must(t, p.AddQuestionnaire(t.Context(), &surveys.Questionnaire{ID: "q", Org: org, FormID: "balie", Draft: definition(t)}))
	must(t, p.PublishVersion(t.Context(), org, "q", func(q *surveys.Questionnaire) (*surveys.Version, error) {
		q.Published = 1
		return &surveys.Version{Questionnaire: "q", Number: 1, Definition: q.Draft, PublishedAt: noon(today)}, nil
	}))
	must(t, p.AddSurvey(t.Context(), &surveys.Survey{ID: survey, Org: org, Slug: "balie", Questionnaire: "q", Version: 1, Mode: surveys.Open,
		Opens: "2026-11-01", Closes: "2026-12-13", OpenedAt: noon("2026-10-28"), SmallestGroup: 5}))
	return given{answers.New(d, p), d, p}
}

// definition has twenty five-point questions, a choice of several, and one open.
func definition(t testing.TB) []byte {
	t.Helper()
	d := questionnaire.Definition{FormID: "balie", Lists: []*questionnaire.List{{Name: "vijf"}, {Name: "thema"}}}
	for _, name := range []string{"1", "2", "3", "4", "5", "weet_niet"} {
		d.Lists[0].Choices = append(d.Lists[0].Choices, &questionnaire.Choice{Name: name})
	}
	for _, name := range []string{"afval", "groen", "wegen"} {
		d.Lists[1].Choices = append(d.Lists[1].Choices, &questionnaire.Choice{Name: name})
	}
	group := &questionnaire.Item{Kind: questionnaire.Group, Name: "alles"}
	for i := range 20 {
		group.Items = append(group.Items, &questionnaire.Item{Kind: questionnaire.Question, Name: "v" + string(rune('a'+i)),
			Type: questionnaire.TypeSelectOne, List: "vijf"})
	}
	d.Items = append(d.Items, group,
		&questionnaire.Item{Kind: questionnaire.Question, Name: "thema", Type: questionnaire.TypeSelectMultiple, List: "thema", OrOther: true},
		&questionnaire.Item{Kind: questionnaire.Question, Name: "open", Type: questionnaire.TypeText})
	body, err := json.Marshal(d)
	must(t, err)
	return body
}

func noon(d surveys.Date) time.Time { return d.Time().Add(12 * time.Hour) }

// response is the i-th response of a fixed row of them. Its key is random as
// far as anybody can tell, and the same at every run.
func response(seed uint64, i int) responses.Response {
	chance := rand.New(rand.NewPCG(seed, uint64(i)))
	r := responses.Response{Org: org, Survey: survey, Version: 1, Collector: "c", Day: today, Answers: questionnaire.Answers{}}
	for b := 0; b < 16; b += 8 {
		binary.LittleEndian.PutUint64(r.Key[b:], chance.Uint64())
	}
	for q := range 20 {
		r.Answers["v"+string(rune('a'+q))] = string(rune('1' + chance.IntN(5)))
	}
	return r
}

func startWriter(t testing.TB, g given) *answers.Writer {
	t.Helper()
	w, err := answers.NewWriter(t.Context(), g.Answers)
	must(t, err)
	t.Cleanup(func() { must(t, w.Close(context.Background())) })
	return w
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
