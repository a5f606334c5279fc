package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/decisions"
	"weerklank.nl/weerklank/surveys/disclosure"
	"weerklank.nl/weerklank/surveys/notices"
	"weerklank.nl/weerklank/surveys/training"
)

// addFindings freezes the evidence of each finding from the releases. A figure that
// the guard does not show is left out and noted.
func (f *filler) addFindings(ctx context.Context) error {
	for n := range f.story.Findings {
		told := &f.story.Findings[n]
		owner := surveys.ID("")
		for _, s := range f.story.Surveys {
			if s.Key == told.Survey {
				owner = f.people[s.Owner]
			}
		}
		made := decisions.Finding{ID: page.NewID(), Org: f.org, Survey: f.surveys[told.Survey].ID, Statement: told.Statement,
			MadeOn: told.Date, MadeBy: owner}
		var evidence []disclosure.Evidence
		for _, e := range told.Evidence {
			frozen, err := f.freeze(&e)
			switch {
			case err == nil:
				evidence = append(evidence, frozen)
			case errors.Is(err, surveys.ErrNotFound):
				f.left = append(f.left, told.ID+" "+e.Survey+" "+e.Question)
			default:
				return fmt.Errorf("evidence of %s: %w", told.ID, err)
			}
		}
		finding, err := decisions.Find(made, evidence...)
		if len(evidence) == 0 {
			// A council's advice in words, of fewer people than may be counted:
			// history holds the statement alone.
			finding, err = &made, nil
		}
		if err != nil {
			return fmt.Errorf("finding %s: %w", told.ID, err)
		}
		if err := f.Programme.AddFinding(ctx, finding); err != nil {
			return err
		}
		f.findings[told.ID] = finding
	}
	return nil
}

func (f *filler) freeze(e *storyEvidence) (disclosure.Evidence, error) {
	release := f.releases[e.Survey]
	if release == nil || e.K == nil {
		return disclosure.Evidence{}, surveys.ErrNotFound
	}
	group := disclosure.Group{}
	for breakdown, values := range e.Where {
		group = disclosure.Group{Breakdown: breakdown, Value: groupName(values)}
	}
	var focus []string
	if e.Statistic == "share" {
		focus = e.Choice
	}
	return release.Evidence(e.Question, group, focus...)
}

// addDesigns makes a course design of every edition's course, and the edition.
func (f *filler) addDesigns(ctx context.Context) error {
	for n := range f.story.Editions {
		told := &f.story.Editions[n]
		course := f.courses[told.Course]
		if course == nil {
			return fmt.Errorf("edition %s is of no course that is known", told.ID)
		}
		people := told.Participants
		if people == 0 {
			people = told.Places
		}
		cost := course.CostFor(people)
		for _, d := range f.story.Decisions {
			if slices.Contains(d.LeadsTo, told.ID) && d.Budget > 0 {
				cost = d.Budget
			}
		}
		design := &training.Design{
			ID: page.NewID(), Org: f.org, Course: course.ID, Title: course.Title, Goals: course.Goals, Audience: f.rolesText(course.Roles),
			Groups: course.Roles, Sessions: course.Sessions, Hours: course.Hours, Participants: people, Funding: course.Funding, Cost: cost,
			Aftercare: course.AftercareText, CoDesign: course.CoDesignText,
		}
		if err := f.Programme.AddDesign(ctx, design); err != nil {
			return err
		}
		f.designs[told.ID] = design.ID
		dates := told.Sessions
		if len(dates) == 0 {
			dates = []surveys.Date{told.Starts, told.Ends}
		}
		edition := &training.Edition{ID: page.NewID(), Org: f.org, Design: design.ID, Dates: dates, Places: told.Places,
			Participants: told.Participants, Area: told.Area, Status: told.Status}
		if err := f.Programme.AddEdition(ctx, edition); err != nil {
			return err
		}
	}
	return nil
}

// rolesText names roles as people read them.
func (f *filler) rolesText(roles []string) surveys.Text {
	var nl, en []string
	for _, r := range roles {
		for _, u := range f.place.Roles {
			if u.ID == r {
				nl, en = append(nl, u.Name.NL), append(en, u.Name.EN)
			}
		}
	}
	return surveys.Text{NL: strings.Join(nl, ", "), EN: strings.Join(en, ", ")}
}

// addDecisions records the decisions on the day on which they were taken. What
// happens next is told by the notice that tells of the decision.
func (f *filler) addDecisions(ctx context.Context) error {
	for n := range f.story.Decisions {
		told := &f.story.Decisions[n]
		d := &decisions.Decision{ID: page.NewID(), Org: f.org, Survey: f.findings[told.Findings[0]].Survey, Outcome: decisions.Outcome(told.Kind),
			What: told.Decision, Reason: told.Reason, DecidedBy: f.titles[told.DecidedBy], DecidedOn: told.Date, Budget: told.Budget}
		for _, id := range told.Findings {
			d.Findings = append(d.Findings, f.findings[id].ID)
		}
		for _, notice := range f.story.Notices {
			if slices.Contains(notice.Decisions, told.ID) && d.Next.Empty() {
				d.Next = notice.Next
			}
		}
		for _, e := range f.story.Editions {
			if slices.Contains(told.LeadsTo, e.ID) {
				d.Design = f.designs[e.ID]
				if e.Starts > told.Date {
					d.NextOn = e.Starts
				}
			}
		}
		if err := d.Record(f.at(told.Date)); err != nil {
			return fmt.Errorf("decision %s: %w", told.ID, err)
		}
		if err := f.Programme.AddDecision(ctx, d); err != nil {
			return err
		}
		f.decided[told.ID] = d
	}
	return nil
}

// addNotices publishes the notices in the order of their days; each does to the
// promise of its survey what the domain says.
func (f *filler) addNotices(ctx context.Context) error {
	list := slices.Clone(f.story.Notices)
	slices.SortStableFunc(list, func(a, b storyNotice) int { return strings.Compare(string(a.Date), string(b.Date)) })
	for n := range list {
		told := &list[n]
		notice := &notices.Notice{ID: page.NewID(), Org: f.org, Survey: f.surveys[told.Survey].ID, Kind: notices.Kind(told.Kind),
			Asked: told.Asked, Said: told.Said, Decided: told.Decided, Next: told.Next}
		for _, id := range told.Decisions {
			notice.Decisions = append(notice.Decisions, f.decided[id].ID)
		}
		if err := f.Programme.AddNotice(ctx, notice); err != nil {
			return err
		}
		err := f.Programme.PublishNotice(ctx, f.org, notice.ID, func(n *notices.Notice, s *surveys.Survey) error {
			return f.publishNotice(told, n, s)
		})
		if err != nil {
			return fmt.Errorf("notice %s: %w", told.ID, err)
		}
	}
	return nil
}

// publishNotice publishes a notice as of its day. A late notice of the story went
// out on the promised day itself and named the new day; the promise was moved the
// day after, so that it counts as late.
func (f *filler) publishNotice(told *storyNotice, n *notices.Notice, s *surveys.Survey) error {
	day := f.at(told.Date)
	if n.Kind != notices.Late {
		err := notices.Publish(n, s, f.undecided(told), "", day)
		var refused surveys.Invalid
		if errors.As(err, &refused) && len(told.Decisions) == 0 && len(refused) == 1 && refused[0].Key == "notice.no_decision" {
			// The story's answer about the evaluation of courses tells of no decision
			// of its own. A page refuses that today; history holds it.
			n.PublishedAt, n.PublishedOn = day, told.Date
			s.KeepPromise(told.Date)
			return nil
		}
		return err
	}
	to := surveys.Date("")
	for _, late := range []storyLate{f.story.LateBefore, f.story.LateNow} {
		if late.Notice == told.ID {
			to = late.NewDate
		}
	}
	if err := n.Publish(day, 0); err != nil {
		return err
	}
	return s.MovePromise(to, told.Said, told.Date.AddDays(1))
}

// undecided is how many findings of the notice's survey had no decision on its day.
func (f *filler) undecided(told *storyNotice) int {
	var findings []decisions.Finding
	var recorded []decisions.Decision
	for _, each := range f.story.Findings {
		if each.Survey == told.Survey && each.Date <= told.Date {
			findings = append(findings, *f.findings[each.ID])
		}
	}
	for _, each := range f.story.Decisions {
		if each.Date <= told.Date {
			recorded = append(recorded, *f.decided[each.ID])
		}
	}
	return len(decisions.Undecided(findings, recorded))
}
