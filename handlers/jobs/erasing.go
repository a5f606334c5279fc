package jobs

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"weerklank.nl/weerklank/handlers/page"
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
		// TrailLeft tells whether something is left of what EraseTrail was to delete.
		TrailLeft(ctx context.Context, org surveys.OrgID) (bool, error)
		// CountInactive has the period of accounts of which no day is known begin today.
		CountInactive(ctx context.Context, org surveys.OrgID, today surveys.Date) error
		EmptyAccounts(ctx context.Context, org surveys.OrgID, until surveys.Date,
			note func(o *surveys.Organisation, accounts int), entry func(surveys.ID) surveys.Entry) (int, error)
		// AccountsLeft tells whether something is left of what EmptyAccounts was to empty.
		AccountsLeft(ctx context.Context, org surveys.OrgID, until surveys.Date) (bool, error)
		ChangeOrganisation(ctx context.Context, id surveys.OrgID, change func(*surveys.Organisation) error) error
		ExpireMails(ctx context.Context, asked time.Time) error
	}
	Days interface {
		ForgetUnusual(ctx context.Context, org surveys.OrgID, before surveys.Date) error
	}
	Releases interface {
		// EndMemory leaves nothing of any response in the guard's memory.
		EndMemory(ctx context.Context, org surveys.OrgID, survey surveys.ID) error
	}
	Files interface {
		// Scrub makes that what was deleted cannot be read back from the files, once the
		// log is empty. It writes them anew, and nobody else writes meanwhile.
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
	gone := false
	err := c.eachSurvey(ctx, now, func(o *surveys.Organisation, s *surveys.Survey, today surveys.Date) error {
		announce := func(s *surveys.Survey) bool { return s.AnnounceErasures(today, o.Keeping.Periods) }
		if atNight && announce(s) {
			if err := c.change(ctx, s, func(s *surveys.Survey) error { announce(s); return nil }); err != nil {
				return err
			}
		}
		due := s.UrgentErasures(today)
		if atNight {
			due = s.DueErasures(today)
		}
		for _, kind := range due {
			switch err := c.eraseKind(ctx, s, kind, today); {
			case errors.Is(err, surveys.ErrNotDue): // it was held meanwhile
			case err != nil:
				return fmt.Errorf("erase %s of survey %s: %w", kind, s.ID, err)
			default:
				gone = true
			}
		}
		return nil
	})
	if atNight { // the mixing follows anyhow
		return errors.Join(err, c.eraseAtNight(ctx, now))
	}
	if gone {
		err = errors.Join(err, c.mix(ctx))
	}
	return err
}

// deleted remembers that something was, or may have been: what is shown to be gone is
// mixed and cleaned after that.
func (c *Clock) deleted() { c.unmixed, c.cleaned = true, false }

// change changes the survey where it is stored, and reads it anew.
func (c *Clock) change(ctx context.Context, s *surveys.Survey, step func(*surveys.Survey) error) error {
	return c.Programme.ChangeSurvey(ctx, s.Org, s.ID, func(stored *surveys.Survey) error {
		if err := step(stored); err != nil {
			return err
		}
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
	if err := c.change(ctx, s, func(s *surveys.Survey) error { return s.BeginErasure(kind, today, people) }); err != nil {
		return err
	}
	c.deleted() // all of it, or a part
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
	return c.change(ctx, s, func(s *surveys.Survey) error { s.ErasureDone(kind, today); return nil })
}

// unusualKept is for how many days it is kept that a way in had an unusual day: whoever
// answers for the survey was told in the night after it, and has had time to look.
const unusualKept = 30

// EmptiedKind is the kind of line in the trail that says that nothing is kept of an account
// any more. Nobody of staff does it.
const EmptiedKind = "account_geleegd"

// eraseAtNight is what is deleted of organisations: the trail of what staff did, what is
// kept of accounts that are off, unusual days, and messages about accounts that nobody sent.
func (c *Clock) eraseAtNight(ctx context.Context, now time.Time) error {
	orgs, err := c.organisations(ctx)
	if err != nil {
		return err
	}
	faults := []error{c.Erasing.Vault.ExpireMails(ctx, now.Add(-2*mailLives).UTC())}
	for i := range orgs {
		today := surveys.DateOf(now.In(orgs[i].Location()))
		from := orgs[i].TrailFrom(today)
		_, err := c.Erasing.Vault.EraseTrail(ctx, orgs[i].ID, from.Start(orgs[i].Location()).UTC(), func(o *surveys.Organisation, entries int) {
			c.deleted()
			o.TrailErased(from, today, entries)
			orgs[i].Keeping = o.Keeping
		})
		faults = append(faults, err, c.emptyAccounts(ctx, &orgs[i], today, now), c.Erasing.Days.ForgetUnusual(ctx, orgs[i].ID, today.AddDays(-unusualKept)))
	}
	return errors.Join(faults...)
}

// emptyAccounts empties the accounts of the organisation that have been off for longer than
// their period.
func (c *Clock) emptyAccounts(ctx context.Context, org *surveys.Organisation, today surveys.Date, now time.Time) error {
	if err := c.Erasing.Vault.CountInactive(ctx, org.ID, today); err != nil {
		return err
	}
	until := org.AccountsUntil(today)
	_, err := c.Erasing.Vault.EmptyAccounts(ctx, org.ID, until, func(o *surveys.Organisation, accounts int) {
		c.deleted()
		o.AccountsEmptied(until, today, accounts)
		org.Keeping = o.Keeping
	}, func(account surveys.ID) surveys.Entry {
		return surveys.Entry{ID: page.NewID(), Org: org.ID, At: now.UTC(), Kind: EmptiedKind, Subject: account}
	})
	return err
}

// errLeft says that something is left of what was deleted.
var errLeft = errors.New("something is left of what was deleted")

// prove shows of what was deleted that it is gone, once a night: the tables are mixed, the
// files cleaned, and then nothing may be found. What is found after all is deleted again,
// and shown to be gone the night after. A reader that is in the way of the log is waited
// for, which costs nothing. Where writing the files anew fails it is tried again after a
// while until the night is over, and by day no more: by day it is only done to make up for
// a night in which nothing ran.
func (c *Clock) prove(ctx context.Context, now time.Time) error {
	due, err := c.due(ctx, proving, now)
	if err != nil || !due || c.resting(now) {
		return err
	}
	open, err := c.unproven(ctx, now)
	if err == nil && len(open) > 0 {
		err = c.clean(ctx, now)
	}
	if err == nil {
		faults := make([]error, len(open))
		for i, show := range open {
			faults[i] = show()
		}
		err = errors.Join(faults...)
	}
	if err != nil && !errors.Is(err, errLeft) {
		return err
	}
	return errors.Join(err, c.Turns.MarkDone(ctx, proving, nightOf(now)))
}

// resting tells whether writing the files anew failed: at night a moment ago, and by day at
// any time since the night began.
func (c *Clock) resting(now time.Time) bool {
	if isNight(now) {
		since := now.Sub(c.failed)
		return since >= 0 && since < rests
	}
	return nightOf(c.failed) == nightOf(now)
}

// unproven are what has still to be shown to be gone, by what shows it.
func (c *Clock) unproven(ctx context.Context, now time.Time) (open []func() error, err error) {
	orgs, err := c.organisations(ctx)
	if err != nil {
		return nil, err
	}
	for i := range orgs {
		o := &orgs[i]
		for _, kind := range []surveys.Kept{surveys.KeptAudit, surveys.KeptAccounts} {
			if o.Unproven(kind) {
				open = append(open, func() error { return c.proveOf(ctx, o, kind, surveys.DateOf(now.In(o.Location()))) })
			}
		}
	}
	err = c.eachSurvey(ctx, now, func(_ *surveys.Organisation, s *surveys.Survey, today surveys.Date) error {
		for _, kind := range s.Unproven() {
			open = append(open, func() error { return c.proveKind(ctx, s, kind, today) })
		}
		return nil
	})
	return open, err
}

// clean makes that nothing of what was deleted lies in the files. What succeeded is not
// done again until something else is deleted.
func (c *Clock) clean(ctx context.Context, now time.Time) error {
	if c.unmixed {
		if err := c.mix(ctx); err != nil {
			return fmt.Errorf("mix before proving: %w", err)
		}
	}
	if !c.cleaned {
		if err := c.Erasing.Files.Scrub(ctx, c.Erasing.Rewritten...); err != nil {
			c.failed = now
			return err
		}
		c.cleaned, c.logged = true, true
	}
	if c.logged {
		return c.emptyLog(ctx)
	}
	return nil
}

func (c *Clock) proveKind(ctx context.Context, s *surveys.Survey, kind surveys.Kept, today surveys.Date) error {
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
		err := c.change(ctx, s, func(s *surveys.Survey) error { s.ErasureFailed(kind); return nil })
		return errors.Join(err, fmt.Errorf("%s of survey %s, in %s: %w", kind, s.ID, strings.Join(left, ", "), errLeft))
	}
	c.Counts.Forget(s)
	return c.change(ctx, s, func(s *surveys.Survey) error { s.ErasureProven(kind, today); return nil })
}

// proveOf is proveKind for what is kept of staff by the organisation: the trail, and
// accounts. What is left goes next night.
func (c *Clock) proveOf(ctx context.Context, o *surveys.Organisation, kind surveys.Kept, today surveys.Date) error {
	look := c.Erasing.Vault.TrailLeft
	if kind != surveys.KeptAudit {
		look = func(ctx context.Context, org surveys.OrgID) (bool, error) {
			return c.Erasing.Vault.AccountsLeft(ctx, org, o.LastErased(kind))
		}
	}
	left, err := look(ctx, o.ID)
	if err != nil {
		return err
	}
	if left {
		return fmt.Errorf("%s of %s: %w", kind, o.ID, errLeft)
	}
	return c.Erasing.Vault.ChangeOrganisation(ctx, o.ID, func(o *surveys.Organisation) error { o.Proven(kind, today); return nil })
}

// forget lets go of answers in memory that this or another instance deleted, once an hour.
func (c *Clock) forget(ctx context.Context, now time.Time) error {
	hour := now.UTC().Truncate(time.Hour)
	if hour.Equal(c.forgot) {
		return nil
	}
	err := c.eachSurvey(ctx, now, func(_ *surveys.Organisation, s *surveys.Survey, _ surveys.Date) error {
		if s.TextsErased() {
			c.Counts.Forget(s)
		}
		return nil
	})
	if err == nil {
		c.forgot = hour
	}
	return err
}
