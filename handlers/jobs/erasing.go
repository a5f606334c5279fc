package jobs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"weerklank.nl/weerklank/surveys"
)

// Erasing is what the clock uses to delete what is past its period, and to show that it
// is gone. Every method may be cut short and run again.
type Erasing struct {
	Answers interface {
		Erase(ctx context.Context, org surveys.OrgID, survey surveys.ID) error
		EraseTexts(ctx context.Context, org surveys.OrgID, survey surveys.ID) error
		// TextsLeft tells whether an answer in own words is left.
		TextsLeft(ctx context.Context, org surveys.OrgID, survey surveys.ID) (bool, error)
	}
	Ledger interface {
		Erase(ctx context.Context, org surveys.OrgID, survey surveys.ID) error
		// Left tells how many people are on the list.
		Left(ctx context.Context, org surveys.OrgID, survey surveys.ID) (people int, err error)
	}
	Vault interface {
		EraseContacts(ctx context.Context, org surveys.OrgID, survey surveys.ID) error
		EraseTrail(ctx context.Context, org surveys.OrgID, before time.Time, note func(o *surveys.Organisation, entries int)) (int, error)
		ExpireMails(ctx context.Context, asked time.Time) error
	}
	Releases interface {
		// EndMemory leaves nothing of any response in the guard's memory.
		EndMemory(ctx context.Context, org surveys.OrgID, survey surveys.ID) error
	}
	Files interface {
		// Scrub makes that what was deleted cannot be read back from the files.
		Scrub(ctx context.Context, tables ...string) error
		// Holds gives those of the tables that hold a row of the survey.
		Holds(ctx context.Context, survey surveys.ID, tables ...string) ([]string, error)
	}
	// Tables are those that hold a kind, by which it is shown to be gone; Rewritten those
	// of them that no mixing writes anew.
	Tables    map[surveys.Kept][]string
	Rewritten []string
}

// The works of deleting, as Ran hears them.
const (
	Deleting = "erasing" // what is past its period, or was asked to be
	Proving  = "proving" // that it is gone
)

// erase deletes what is due: at night what is past its period, at any time what a person
// asked for and what was cut short. At night it announces what is to go soon.
func (c *Clock) erase(ctx context.Context, now time.Time, atNight bool) error {
	usual, err := c.periods(ctx)
	if err != nil {
		return err
	}
	gone := false
	err = c.eachSurvey(ctx, now, func(s *surveys.Survey, today surveys.Date) error {
		if probe := copied(s); atNight && probe.AnnounceErasures(today, usual[s.Org]) {
			if err := c.change(ctx, s, func(s *surveys.Survey) { s.AnnounceErasures(today, usual[s.Org]) }); err != nil {
				return err
			}
		}
		due := s.UrgentErasures(today)
		if atNight {
			due = s.DueErasures(today)
		}
		for _, kind := range due {
			if err := c.eraseKind(ctx, s, kind, today); err != nil {
				return fmt.Errorf("erase %s of survey %s: %w", kind, s.ID, err)
			}
			gone = true
		}
		return nil
	})
	if gone {
		c.unproven = true
		if !atNight { // then the mixing follows anyhow
			err = errors.Join(err, c.mix(ctx))
		}
	}
	return err
}

// periods are the organisations' own.
func (c *Clock) periods(ctx context.Context) (map[surveys.OrgID]surveys.Periods, error) {
	orgs, err := c.Vault.ListOrganisations(ctx)
	usual := make(map[surveys.OrgID]surveys.Periods, len(orgs))
	for i := range orgs {
		usual[orgs[i].ID] = orgs[i].Keeping.Periods
	}
	return usual, err
}

// copied is the survey with a list of deletions of its own.
func copied(s *surveys.Survey) *surveys.Survey {
	probe := *s
	probe.Keeping.Erasures = slices.Clone(s.Keeping.Erasures)
	return &probe
}

// change changes the survey where it is stored, and reads it anew.
func (c *Clock) change(ctx context.Context, s *surveys.Survey, step func(*surveys.Survey)) error {
	return c.Programme.ChangeSurvey(ctx, s.Org, s.ID, func(stored *surveys.Survey) error {
		step(stored)
		*s = *stored
		return nil
	})
}

// eraseKind deletes one kind. Figures are made of answers first: the last release, where
// it was not made and can be. That it was begun is stored before anything goes, so that
// nothing new is made of half of what there was.
func (c *Clock) eraseKind(ctx context.Context, s *surveys.Survey, kind surveys.Kept, today surveys.Date) error {
	e := c.Erasing
	ofAnswers := kind == surveys.KeptAnswers || kind == surveys.KeptNamed || kind == surveys.KeptTexts
	if ofAnswers && !s.Erased(kind) {
		if err := c.lastRelease(ctx, s); err != nil {
			return err
		}
	}
	people := 0
	if kind == surveys.KeptLists || kind == surveys.KeptNamed {
		var err error
		if people, err = e.Ledger.Left(ctx, s.Org, s.ID); err != nil {
			return err
		}
	}
	if err := c.change(ctx, s, func(s *surveys.Survey) { s.BeginErasure(kind, today, people) }); err != nil {
		return err
	}
	var steps []func(context.Context, surveys.OrgID, surveys.ID) error
	switch kind {
	case surveys.KeptAnswers:
		steps = append(steps, e.Answers.Erase, e.Releases.EndMemory)
	case surveys.KeptNamed:
		steps = append(steps, e.Answers.Erase, e.Ledger.Erase, e.Releases.EndMemory)
	case surveys.KeptTexts:
		steps = append(steps, e.Answers.EraseTexts, e.Releases.EndMemory)
	case surveys.KeptLists:
		steps = append(steps, e.Ledger.Erase)
	case surveys.KeptContacts:
		steps = append(steps, e.Vault.EraseContacts)
	}
	for _, step := range steps {
		if err := step(ctx, s.Org, s.ID); err != nil {
			return err
		}
	}
	return c.change(ctx, s, func(s *surveys.Survey) { s.ErasureDone(kind, today) })
}

// eraseAtNight is what is deleted of organisations: the trail of what staff did, and
// messages about accounts that nobody sent.
func (c *Clock) eraseAtNight(ctx context.Context, now time.Time) error {
	orgs, err := c.Vault.ListOrganisations(ctx)
	if err != nil {
		return err
	}
	faults := []error{c.Erasing.Vault.ExpireMails(ctx, now.Add(-2*mailLives).UTC())}
	for i := range orgs {
		today := surveys.DateOf(now.In(orgs[i].Location()))
		from := orgs[i].TrailFrom(today)
		entries, err := c.Erasing.Vault.EraseTrail(ctx, orgs[i].ID, from.Start(orgs[i].Location()).UTC(), func(o *surveys.Organisation, entries int) {
			o.TrailErased(from, today, entries)
		})
		faults = append(faults, err)
		c.unproven = c.unproven || entries > 0
		c.trail = c.trail || entries > 0
	}
	return errors.Join(faults...)
}

// prove cleans the files of what was deleted, and looks whether anything is left. What is
// found after all is deleted again. A reader that is in the way is waited for till the
// next tick.
func (c *Clock) prove(ctx context.Context, now time.Time) error {
	var open []*surveys.Survey
	err := c.eachSurvey(ctx, now, func(s *surveys.Survey, _ surveys.Date) error {
		if len(s.Unproven()) > 0 {
			open = append(open, s)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(open) == 0 && !c.trail {
		c.unproven = false
		return nil
	}
	if err := c.Erasing.Files.Scrub(ctx, c.Erasing.Rewritten...); err != nil {
		return err
	}
	c.logged, c.trail = false, false // the log was emptied with it
	var faults []error
	for _, s := range open {
		for _, kind := range s.Unproven() {
			faults = append(faults, c.proveKind(ctx, s, kind, now))
		}
	}
	if err := errors.Join(faults...); err != nil {
		return err
	}
	c.unproven = false
	return nil
}

// errLeft says that something is left of what was deleted.
var errLeft = errors.New("something is left of what was deleted")

func (c *Clock) proveKind(ctx context.Context, s *surveys.Survey, kind surveys.Kept, now time.Time) error {
	left, err := c.Erasing.Files.Holds(ctx, s.ID, c.Erasing.Tables[kind]...)
	if err == nil && kind == surveys.KeptTexts {
		var texts bool
		if texts, err = c.Erasing.Answers.TextsLeft(ctx, s.Org, s.ID); texts {
			left = append(left, "texts")
		}
	}
	if err != nil {
		return err
	}
	if len(left) > 0 {
		err := c.change(ctx, s, func(s *surveys.Survey) { s.ErasureFailed(kind) })
		return errors.Join(err, fmt.Errorf("%s of survey %s, in %s: %w", kind, s.ID, strings.Join(left, ", "), errLeft))
	}
	c.Counts.Forget(s)
	return c.change(ctx, s, func(s *surveys.Survey) { s.ErasureProven(kind, surveys.DateOf(now)) })
}

// forget lets go of answers in memory that this or another instance deleted, once an hour.
func (c *Clock) forget(ctx context.Context, now time.Time) error {
	if hour := now.UTC().Truncate(time.Hour); !hour.Equal(c.forgot) {
		c.forgot = hour
		return c.eachSurvey(ctx, now, func(s *surveys.Survey, _ surveys.Date) error {
			if s.AnswersErased() || s.Erased(surveys.KeptTexts) {
				c.Counts.Forget(s)
			}
			return nil
		})
	}
	return nil
}
