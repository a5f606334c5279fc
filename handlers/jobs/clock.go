// Package jobs is the clock: one more caller of the domain, as thin as a page. What
// is due stands in the domain itself (a survey whose last day is over, a release
// that may be made, a table that was not mixed today); the clock takes it up, may
// run twice, and is led by one instance at a time.
package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
)

// Programme is what the clock uses of the programme store.
type Programme interface {
	ListSurveys(ctx context.Context, org surveys.OrgID) ([]surveys.Survey, error)
	FindSurvey(ctx context.Context, org surveys.OrgID, id surveys.ID) (*surveys.Survey, error)
	ChangeSurvey(ctx context.Context, org surveys.OrgID, id surveys.ID, change func(*surveys.Survey) error) error
	FindVersion(ctx context.Context, org surveys.OrgID, questionnaire surveys.ID, number int) (*surveys.Version, error)
	// ClosedUnmixed are the closed surveys whose answers were not yet coarsened and
	// mixed since; MixedClosed records that they were.
	ClosedUnmixed(ctx context.Context) ([]surveys.Survey, error)
	MixedClosed(ctx context.Context, ids []surveys.ID) error
}

// Vault is what the clock uses of the identity vault.
type Vault interface {
	ListOrganisations(ctx context.Context) ([]surveys.Organisation, error)
	// Expire removes sessions and one-time links whose time is over.
	Expire(ctx context.Context, now time.Time) (int64, error)
}

// Answers is what the clock uses of the answers.
type Answers interface {
	// Coarsen leaves of the stored days what the mode keeps once a survey closed.
	Coarsen(ctx context.Context, survey surveys.ID, mode surveys.Mode) error
	// Mix takes the order of arrival out of the stored answers; EmptyLog out of the
	// log that may still hold it, and fails while a reader is in the way.
	Mix(ctx context.Context) error
	EmptyLog(ctx context.Context) error
}

// Turns decides which instance leads, and remembers on which day a work that
// returns was last done.
type Turns interface {
	Lease(ctx context.Context, work, holder string, now, until time.Time) (bool, error)
	Release(ctx context.Context, work, holder string) error
	DoneOn(ctx context.Context, work string) (surveys.Date, error)
	MarkDone(ctx context.Context, work string, day surveys.Date) error
}

// Deps are what the clock works with.
type Deps struct {
	Programme Programme
	Vault     Vault
	Answers   Answers
	Counts    *disclosure.Engine // the answers, as releases count them
	Releases  disclosure.Releases
	Turns     Turns
	Holder    string           // a random name of this instance
	Now       func() time.Time // nil: time.Now
	Log       *slog.Logger
	Accounts  *AccountMailing // nil when nothing is mailed
	Erasing   *Erasing        // nil: nothing is deleted
	Alarm     *Alarm          // nil: nobody is told of unusual days but by the pages
	Watch     *Watch          // nil: the clock is believed whatever it says
	// Ran hears of each turn of a work: Closing, Settling, Nightly or EmptyingLog. nil:
	// nobody listens.
	Ran func(work string, err error)
}

// Clock does what is due.
type Clock struct {
	Deps
	mu       sync.Mutex // one tick at a time
	logged   bool       // a log may still hold the order before the last mixing
	still    bool       // the clock jumped, and nobody said that it is right
	unproven bool       // something may have been deleted of which the files were not cleaned
	trail    bool       // … of the trail of what staff did
	forgot   time.Time  // the hour in which answers were last let go of
}

// The works of the clock, as Ran hears them.
const (
	Closing     = "closing"      // recording that surveys are over
	Settling    = "settling"     // coarsening, mixing and the last release of closed surveys
	Nightly     = "nightly"      // mixing, releases, forgetting what expired
	EmptyingLog = "emptying_log" // of the database, after a mixing
)

// New makes a clock that stands still until Run or Tick.
func New(d Deps) *Clock {
	if d.Now == nil {
		d.Now = time.Now
	}
	if d.Ran == nil {
		d.Ran = func(string, error) {}
	}
	return &Clock{Deps: d, logged: true, unproven: true}
}

// Times of the clock.
const (
	lead    = "clock"         // the work that one instance leads
	nightly = "nightly"       // mixing and releases
	every   = time.Minute     // between two ticks
	leads   = 5 * time.Minute // how long a leader that died is waited for
	night   = 2               // hour in UTC from which the nightly work is due: 3 or 4 in the Netherlands
)

// Run ticks until ctx ends, the first time at once.
func (c *Clock) Run(ctx context.Context) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		if err := c.Tick(ctx); err != nil && ctx.Err() == nil {
			c.Log.Error("clock", "error", err)
		}
		select {
		case <-ctx.Done():
			_ = c.Turns.Release(context.WithoutCancel(ctx), lead, c.Holder) // else the next leader waits a little
			return
		case <-ticker.C:
		}
	}
}

// Tick does what is due now, when this instance leads. A failure in one survey does
// not keep another waiting.
func (c *Clock) Tick(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.Now()
	if c.Erasing != nil { // whoever leads
		if err := c.forget(ctx, now); err != nil {
			return err
		}
	}
	leading, err := c.Turns.Lease(ctx, lead, c.Holder, now, now.Add(leads))
	if err != nil || !leading {
		return err
	}
	jumped, err := c.Watch.jumped(ctx, now)
	if err != nil {
		return err
	}
	c.standStill(jumped, now)
	var faults []error
	if !jumped {
		faults = append(faults, c.Watch.believe(ctx, now), c.ran(Closing, c.close(ctx, now)))
	}
	faults = append(faults, c.ran(Settling, c.settle(ctx)))
	if c.Erasing != nil {
		faults = append(faults, c.ran(Deleting, c.erase(ctx, now, false)))
	}
	if c.Accounts != nil {
		faults = append(faults, c.ran(MailingAccounts, c.Accounts.send(ctx, now)))
	}
	due, err := c.nightlyDue(ctx, now)
	faults = append(faults, err)
	if due && !jumped {
		faults = append(faults, c.ran(Nightly, c.atNight(ctx, now)))
	} else if due {
		faults = append(faults, c.ran(Nightly, c.onlyMix(ctx, now)))
	}
	if c.Erasing != nil && c.unproven {
		faults = append(faults, c.ran(Proving, c.prove(ctx, now)))
	}
	if c.logged {
		faults = append(faults, c.ran(EmptyingLog, c.emptyLog(ctx)))
	}
	return errors.Join(faults...)
}

// ran tells of a turn and gives its error on.
func (c *Clock) ran(work string, err error) error {
	c.Ran(work, err)
	return err
}

// nightlyDue tells whether last night's work still has to be done: also after a
// night in which nothing ran, and after a clock that was ahead is set right. A day in
// the future would otherwise keep everything from being mixed until it comes.
func (c *Clock) nightlyDue(ctx context.Context, now time.Time) (bool, error) {
	done, err := c.Turns.DoneOn(ctx, nightly)
	return err == nil && done != surveys.DateOf(now.UTC().Add(-night*time.Hour)), err
}

// atNight deletes what is past its period, mixes, makes the releases of running surveys and
// forgets what expired.
func (c *Clock) atNight(ctx context.Context, now time.Time) error {
	var erased error // a survey that cannot be erased keeps nothing else waiting
	if c.Erasing != nil {
		erased = errors.Join(c.ran(Deleting, c.erase(ctx, now, true)), c.eraseAtNight(ctx, now))
	}
	if err := c.mix(ctx); err != nil {
		return fmt.Errorf("mix at night: %w", err)
	}
	err := c.eachSurvey(ctx, now, func(s *surveys.Survey, today surveys.Date) error {
		switch s.Phase(today) {
		case surveys.Running:
			return c.release(ctx, s, today.AddDays(-1), today)
		case surveys.Closed:
			return c.lastRelease(ctx, s)
		}
		return nil
	})
	if _, expired := c.Vault.Expire(ctx, now.UTC()); expired != nil {
		err = errors.Join(err, expired)
	}
	if told := c.tell(ctx, now); told != nil {
		c.Log.Error("unusual days", "error", told) // they stand on the pages
	}
	if err != nil {
		return errors.Join(err, erased)
	}
	if erased != nil {
		c.Log.Error("erasing", "error", erased) // it is tried again tomorrow night, and stands on the page as not done
	}
	return c.nightDone(ctx, now)
}

func (c *Clock) nightDone(ctx context.Context, now time.Time) error {
	return c.Turns.MarkDone(ctx, nightly, surveys.DateOf(now.UTC().Add(-night*time.Hour)))
}

// onlyMix is what is left of a night when the clock jumped: mixing takes nothing away.
func (c *Clock) onlyMix(ctx context.Context, now time.Time) error {
	if err := c.mix(ctx); err != nil {
		return fmt.Errorf("mix at night: %w", err)
	}
	return c.nightDone(ctx, now)
}

func (c *Clock) mix(ctx context.Context) error {
	c.logged = true
	return c.Answers.Mix(ctx)
}

// emptyLog ends what a mixing began, at the next tick if need be. It is also done
// once after a start, because the program may have stopped in between.
func (c *Clock) emptyLog(ctx context.Context) error {
	err := c.Answers.EmptyLog(ctx)
	c.logged = err != nil
	return err
}

// eachSurvey visits every opened survey with the day in its organisation's zone.
func (c *Clock) eachSurvey(ctx context.Context, now time.Time, visit func(*surveys.Survey, surveys.Date) error) error {
	orgs, err := c.Vault.ListOrganisations(ctx)
	if err != nil {
		return err
	}
	var faults []error
	for i := range orgs {
		today := surveys.DateOf(now.In(orgs[i].Location()))
		list, err := c.Programme.ListSurveys(ctx, orgs[i].ID)
		faults = append(faults, err)
		for j := range list {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if s := &list[j]; s.Phase(today) != surveys.Draft {
				faults = append(faults, visit(s, today))
			}
		}
	}
	return errors.Join(faults...)
}
