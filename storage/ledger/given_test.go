package ledger_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"testing"

	"weerklank.nl/weerklank/storage/answers"
	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/ledger"
	"weerklank.nl/weerklank/storage/programme"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
)

const (
	org    = surveys.OrgID("waterrijk")
	survey = surveys.ID("team")
	today  = surveys.Date("2026-11-25")
)

// town has a survey to which people are invited, in a fresh database.
type town struct {
	*ledger.Ledger
	answers *answers.Answers
	writer  *answers.Writer
	keys    *responses.Keys
	mode    surveys.Mode
	people  []responses.Invitee
}

func given(t testing.TB, d *db.DB, mode surveys.Mode, people int) *town {
	t.Helper()
	p := programme.New(d)
	list := &questionnaire.List{Name: "vijf"}
	for n := range 5 {
		list.Choices = append(list.Choices, &questionnaire.Choice{Name: fmt.Sprint(n + 1)})
	}
	definition, err := json.Marshal(questionnaire.Definition{FormID: "team", Lists: []*questionnaire.List{list}, Items: []*questionnaire.Item{
		{Kind: questionnaire.Question, Name: "werk", Type: questionnaire.TypeSelectOne, List: "vijf"}}})
	must(t, err)
	must(t, p.AddQuestionnaire(t.Context(), &surveys.Questionnaire{ID: "q", Org: org, FormID: "team", Draft: definition}))
	must(t, p.PublishVersion(t.Context(), org, "q", func(q *surveys.Questionnaire) (*surveys.Version, error) {
		q.Published = 1
		return &surveys.Version{Questionnaire: "q", Number: 1, Definition: definition, PublishedAt: today.Time()}, nil
	}))
	for _, id := range []surveys.ID{survey, "ander"} {
		must(t, p.AddSurvey(t.Context(), &surveys.Survey{ID: id, Org: org, Slug: string(id), Questionnaire: "q", Version: 1, Mode: mode,
			Opens: "2026-11-01", Closes: "2026-12-13", OpenedAt: today.Time(), SmallestGroup: 5}))
	}
	l := ledger.New(d)
	w := &town{Ledger: l, answers: answers.New(d, p).WithBallots(l, ledger.Ballots), mode: mode}
	w.writer, err = answers.NewWriter(t.Context(), w.answers)
	must(t, err)
	t.Cleanup(func() { must(t, w.writer.Close(context.Background())) })
	g := responses.Generation{ID: 7}
	g.Ballot[0] = 1
	w.keys, err = responses.NewKeys([]responses.Generation{g})
	must(t, err)
	w.invite(t, survey, people)
	return w
}

// invite makes invitations for people 0, 1, 2 …
func (w *town) invite(t testing.TB, id surveys.ID, n int) {
	t.Helper()
	i := &responses.Invitations{Org: org, Survey: id, Mode: w.mode, Status: responses.Ready, Generation: w.keys.Generation(),
		Groups: []responses.BallotGroup{{Values: map[string]string{"afdeling": "zorg"}, People: n}}}
	people := make([]responses.Invitee, n)
	ballots := make([]responses.NewBallot, n)
	for k := range n {
		people[k] = responses.Invitee{Org: org, Survey: id, ID: surveys.ID(rand.Text()), Name: fmt.Sprintf("persoon %d", k),
			Email: fmt.Sprintf("p%d@waterrijk.example", k), Lang: surveys.Dutch, State: responses.NotSent}
		_, hash, err := w.keys.Ballot(i.Generation, org, id, responses.ForInvitee(people[k].ID))
		must(t, err)
		ballots[k] = responses.NewBallot{Hash: hash}
		if w.mode == surveys.Named {
			ballots[k].Invitee = people[k].ID
		}
	}
	must(t, w.Prepare(t.Context(), i, people, ballots))
	if id == survey {
		w.people = people
	}
}

// ballot is the hash of the ballot of a person.
func (w *town) ballot(t testing.TB, k int) responses.BallotHash {
	t.Helper()
	_, hash, err := w.keys.Ballot(w.keys.Generation(), org, survey, responses.ForInvitee(w.people[k].ID))
	must(t, err)
	return hash
}

// response is a submission of its own, that a ballot lets in.
func response(answer string, ballot responses.BallotHash) responses.Response {
	r := responses.Response{Org: org, Survey: survey, Version: 1, Ballot: ballot, Answers: questionnaire.Answers{"werk": answer}}
	_, _ = rand.Read(r.Key[:])
	return r
}

func (w *town) stored(t testing.TB) []responses.Response {
	t.Helper()
	var all []responses.Response
	must(t, w.answers.EachResponse(t.Context(), org, survey, func(r *responses.Response) error {
		all = append(all, *r)
		return nil
	}))
	return all
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
