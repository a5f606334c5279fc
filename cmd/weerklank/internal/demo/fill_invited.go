package demo

import (
	"bytes"
	"context"
	"fmt"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/static/content"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/interchange"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
)

// invited is a survey in preparation, with days that count from the day of filling.
type invited struct {
	Slug          string       `json:"slug"`
	Questionnaire string       `json:"questionnaire"`
	Title         surveys.Text `json:"title"`
	Audience      surveys.Text `json:"audience"`
	Purpose       surveys.Text `json:"purpose"`
	CanChange     surveys.Text `json:"can_change"`
	CannotChange  surveys.Text `json:"cannot_change"`
	Owner         string       `json:"owner"`
	Breakdowns    []string     `json:"breakdowns"`
	SmallestGroup int          `json:"smallest_group"`
	OpensIn       int          `json:"opens_in"`   // days from today
	Lasts         int          `json:"lasts"`      // days
	PromiseIn     int          `json:"promise_in"` // days from today
}

// addInvited prepares a survey for which people are invited from a list, before its first
// day: the groups are made and nothing was sent. Names and addresses are made up; the
// addresses lead nowhere.
func (f *filler) addInvited(ctx context.Context) error {
	if f.Ledger == nil {
		return nil
	}
	var told invited
	if err := read("invited.json", 0, &told); err != nil {
		return err
	}
	today := surveys.DateOf(f.now)
	s := &surveys.Survey{
		ID: page.NewID(), Org: f.org, Slug: told.Slug, Title: told.Title, Questionnaire: f.questionnaires[told.Questionnaire], Version: 1, Mode: surveys.Invited,
		Owner: f.people[told.Owner], Audience: told.Audience, Purpose: told.Purpose, CanChange: told.CanChange, CannotChange: told.CannotChange,
		Opens: today.AddDays(told.OpensIn), Closes: today.AddDays(told.OpensIn + told.Lasts), SmallestGroup: told.SmallestGroup, Breakdowns: told.Breakdowns,
	}
	s.Promise.On, s.Keeping.Basis = today.AddDays(told.PromiseIn), surveys.PublicTask
	if err := s.Open(f.now, nil); err != nil {
		return fmt.Errorf("open %s: %w", told.Slug, err)
	}
	people, err := listed(told.Breakdowns, f.forms[told.Questionnaire])
	if err != nil {
		return err
	}
	s.Invited = len(people)
	if err := f.Programme.AddSurvey(ctx, s); err != nil {
		return err
	}
	all, at := responses.Combinations(people)
	groups, into, err := responses.MergeGroups(told.Breakdowns, all, told.SmallestGroup)
	if err != nil {
		return fmt.Errorf("groups of %s: %w", told.Slug, err)
	}
	list := &responses.Invitations{Org: f.org, Survey: s.ID, Mode: s.Mode, Status: responses.Ready, Generation: f.Keys.Generation(), Breakdowns: told.Breakdowns, Groups: groups}
	var invitees []responses.Invitee
	var ballots []responses.NewBallot
	for n := range people {
		one := responses.Invitee{Org: f.org, Survey: s.ID, ID: page.NewID(), Name: people[n].Name, Email: people[n].Email, Lang: people[n].Lang,
			Group: into[at[n]], State: responses.NotSent}
		_, hash, err := f.Keys.Ballot(list.Generation, f.org, s.ID, responses.ForInvitee(one.ID))
		if err != nil {
			return fmt.Errorf("ballots of %s: %w", told.Slug, err)
		}
		invitees, ballots = append(invitees, one), append(ballots, responses.NewBallot{Hash: hash, Group: one.Group})
	}
	return f.Ledger.Prepare(ctx, list, invitees, ballots)
}

// listed reads the list of people as the page does. A fault in it is one of ours.
func listed(breakdowns []string, form *questionnaire.Form) ([]responses.Person, error) {
	raw, err := content.Files.ReadFile("invited.csv")
	if err != nil {
		return nil, fmt.Errorf("read list of people: %w", err)
	}
	rows, problem := interchange.ReadRows(bytes.NewReader(raw), int64(len(raw)))
	if problem != nil {
		return nil, fmt.Errorf("read list of people: %s", problem.Key)
	}
	var attributes []responses.Attribute
	for _, name := range breakdowns {
		field := form.Field(name)
		a := responses.Attribute{Name: name, Label: surveys.Text{NL: form.Definition.In(field.Label, "nl"), EN: form.Definition.In(field.Label, "en")}}
		for _, c := range field.List.Choices {
			a.Choices = append(a.Choices, surveys.Unit{ID: c.Name})
		}
		attributes = append(attributes, a)
	}
	list := responses.ReadList(rows.Cells, attributes, rows.Formula)
	if len(list.Faults) > 0 {
		return nil, fmt.Errorf("read list of people: row %d: %s", list.Faults[0].Row, list.Faults[0].Key)
	}
	return list.People, nil
}
