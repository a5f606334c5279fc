package demo

import (
	"context"
	"fmt"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/decisions"
	"weerklank.nl/weerklank/surveys/notices"
)

// storyProposal is what a resident proposed and what they were told. Index is that of
// the response in the model of the answers.
type storyProposal struct {
	Index      int          `json:"index"`
	Title      string       `json:"title"`
	Kind       string       `json:"kind"`
	Answer     surveys.Text `json:"answer"`
	AnsweredOn surveys.Date `json:"answered_on"`
}

// proposalTold is how an answered proposal stands in the loop, in words that its
// resident allows on the website.
type proposalTold struct {
	Index  int          `json:"index"`
	Said   surveys.Text `json:"said"`
	Reason surveys.Text `json:"reason"`
	Next   surveys.Text `json:"next"`
}

// proposals are the answered proposals as one survey.
type proposals struct {
	Survey    string         `json:"survey"`
	DecidedBy string         `json:"decided_by"`
	Told      []proposalTold `json:"told"`
}

// addProposals answers the proposals of residents, which are responses of their
// survey: a finding in the words that may be public, a decision with its reason, and a
// notice each, so that an answer stands beside what it answers. The survey still runs, so these are news in
// between and its promise stays. A proposal is words of one person: no figure stands
// under it, and history holds the statement alone, as with a council's advice. The
// product shows texts once a survey has closed; history need not have waited for that.
func (f *filler) addProposals(ctx context.Context) error {
	var p proposals
	if err := read("proposals.json", 0, &p); err != nil {
		return err
	}
	survey := f.surveys[p.Survey]
	if survey == nil || len(p.Told) != len(f.story.Proposals) {
		return fmt.Errorf("%d answered proposals of survey %q, the story has %d", len(p.Told), p.Survey, len(f.story.Proposals))
	}
	for n, told := range p.Told {
		answered := f.story.Proposals[n]
		if answered.Index != told.Index {
			return fmt.Errorf("proposal %d is told as %d", answered.Index, told.Index)
		}
		finding := &decisions.Finding{ID: page.NewID(), Org: f.org, Survey: survey.ID, Statement: told.Said, MadeOn: answered.AnsweredOn, MadeBy: survey.Owner}
		if err := f.Programme.AddFinding(ctx, finding); err != nil {
			return err
		}
		d := &decisions.Decision{ID: page.NewID(), Org: f.org, Survey: survey.ID, Findings: []surveys.ID{finding.ID}, Outcome: decisions.Outcome(answered.Kind),
			What: answered.Answer, Reason: told.Reason, DecidedBy: f.titles[p.DecidedBy], DecidedOn: answered.AnsweredOn, Next: told.Next}
		if err := d.Record(f.at(answered.AnsweredOn)); err != nil {
			return fmt.Errorf("proposal %d: %w", told.Index, err)
		}
		if err := f.Programme.AddDecision(ctx, d); err != nil {
			return err
		}
		notice := notices.Draft(page.NewID(), survey, []decisions.Finding{*finding}, []decisions.Decision{*d})
		notice.Kind = notices.Interim
		if err := f.Programme.AddNotice(ctx, notice); err != nil {
			return err
		}
		err := f.Programme.PublishNotice(ctx, f.org, notice.ID, func(n *notices.Notice, s *surveys.Survey) error {
			return notices.Publish(n, s, 0, "", f.at(answered.AnsweredOn))
		})
		if err != nil {
			return fmt.Errorf("notice about proposal %d: %w", told.Index, err)
		}
	}
	return nil
}
