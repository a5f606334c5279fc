package main

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"weerklank.nl/weerklank/cmd/weerklank/internal/bench"
	"weerklank.nl/weerklank/storage/programme"
	"weerklank.nl/weerklank/storage/vault"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
)

// asked is the questionnaire: a text that only its writer knows, and two scales.
func asked() *questionnaire.Definition {
	d := &questionnaire.Definition{FormID: "team", Title: questionnaire.Texts{"": "Team"}, Lists: []*questionnaire.List{{Name: "vijf"}}}
	for n := range 5 {
		d.Lists[0].Choices = append(d.Lists[0].Choices, &questionnaire.Choice{Name: fmt.Sprint(n + 1), Label: questionnaire.Texts{"": fmt.Sprint(n + 1)}})
	}
	group := &questionnaire.Item{Kind: questionnaire.Group, Name: "alles", Appearance: "field-list", Label: questionnaire.Texts{"": "Alles"}}
	for _, name := range []string{"werk", "sfeer"} {
		group.Items = append(group.Items, &questionnaire.Item{Kind: questionnaire.Question, Name: name, Type: questionnaire.TypeSelectOne, List: "vijf",
			Label: questionnaire.Texts{"": name}})
	}
	group.Items = append(group.Items, &questionnaire.Item{Kind: questionnaire.Question, Name: "geheim", Type: questionnaire.TypeText, Label: questionnaire.Texts{"": "Zeg het"}})
	d.Items = []*questionnaire.Item{group}
	return d
}

// ask puts the questionnaire to everybody, as staff's pages do.
func (l *life) ask() {
	l.t.Helper()
	t, ctx, p := l.t, l.t.Context(), programme.New(l.d)
	fatal(t, vault.New(l.d).AddOrganisation(ctx, &surveys.Organisation{ID: crashOrg, Name: surveys.Text{NL: "Gemeente Waterrijk"}, Zone: "Europe/Amsterdam",
		Address: "https://stem.waterrijk.example"}))
	definition, err := json.Marshal(asked())
	fatal(t, err)
	fatal(t, p.AddQuestionnaire(ctx, &surveys.Questionnaire{ID: "q", Org: crashOrg, FormID: "team", Draft: definition}))
	fatal(t, p.PublishVersion(ctx, crashOrg, "q", func(q *surveys.Questionnaire) (*surveys.Version, error) {
		q.Published = 1
		return &surveys.Version{Questionnaire: "q", Number: 1, Definition: definition, PublishedAt: lifeBegins}, nil
	}))
	for n := range l.how.surveys {
		s := bench.Survey(crashOrg, "q", n, lifeBegins)
		s.Mode, s.Closes = surveys.Invited, "2026-11-26"
		fatal(t, p.AddSurvey(ctx, s))
		l.surveys = append(l.surveys, l.invite(s.ID, n))
	}
}

// invite makes the list of a survey with its ballots.
func (l *life) invite(id surveys.ID, n int) *livedSurvey {
	l.t.Helper()
	s := &livedSurvey{id: id}
	list := &responses.Invitations{Org: crashOrg, Survey: id, Mode: surveys.Invited, Status: responses.Ready, Generation: l.ring.Generation(),
		Groups: []responses.BallotGroup{{People: invitedTo}}}
	people := make([]responses.Invitee, invitedTo)
	ballots := make([]responses.NewBallot, invitedTo)
	for k := range invitedTo {
		one := &invitedPerson{id: surveys.ID(strings.ToLower(rand.Text())), secret: l.secret()}
		people[k] = responses.Invitee{ID: one.id, Name: fmt.Sprintf("Mens %d", k), Lang: surveys.Dutch, State: responses.CardOnly}
		if k < l.how.mailed {
			one.email = fmt.Sprintf("mens%d.%d@waterrijk.example", k, n)
			people[k].Email, people[k].State = one.email, responses.NotSent
		}
		ballot, hash, err := l.ring.Ballot(list.Generation, crashOrg, id, responses.ForInvitee(one.id))
		fatal(l.t, err)
		one.token, one.ballot, ballots[k] = ballot.Token(), hash, responses.NewBallot{Hash: hash}
		s.people = append(s.people, one)
	}
	fatal(l.t, l.ledger.Prepare(l.t.Context(), list, people, ballots))
	s.comes = slices.Clone(s.people)
	l.seed.Shuffle(len(s.comes), func(a, b int) { s.comes[a], s.comes[b] = s.comes[b], s.comes[a] })
	s.comes = s.comes[:answering]
	return s
}

// secret is what somebody answers: short, or one in ten so long that it does not fit in a
// row of a page.
func (l *life) secret() string {
	length := 14 + l.seed.IntN(60)
	if l.seed.IntN(10) == 0 {
		length = 2500
	}
	b := make([]byte, length)
	for i := range b {
		b[i] = "abcdefghijklmnopqrstuvwxyz0123456789"[l.seed.IntN(36)]
	}
	return string(b)
}
