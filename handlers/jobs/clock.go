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
	Coarsen(ctx context.Context, org surveys.OrgID, survey surveys.ID, mode surveys.Mode) error
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
	mu       sync.Mutex             // one tick at a time
	orgs     []surveys.Organisation // as this tick read them; nil: not yet
	ledUntil time.Time              // until when nobody else leads
	logged   bool                   // a log may still hold the order before the last mixing
	still    bool                   // the clock jumped, and nobody said that it is right
	unmixed  bool                   // something may have been deleted since the last mixing that succeeded
	cleaned  bool                   // nothing was deleted since the files were last written anew
	failed   time.Time              // when writing them anew failed last
	forgot   time.Time              // the hour in which answers were last let go of
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
	return &Clock{Deps: d, logged: true}
}

// Times of the clock.
const (
	lead    = "clock"         // the work that one instance leads
	nightly = "nightly"       // mixing and releases
	proving = "proving"       // that what was deleted is gone
	every   = time.Minute     // between two ticks
	leads   = 5 * time.Minute // how long a leader that died is waited for
	night   = 2               // hour in UTC from which the nightly work is due: 3 or 4 in the Netherlands
	lasts   = 3               // hours that the night lasts
	rests   = time.Hour / 2   // between two tries to write the files anew
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
	c.orgs = nil
	var faults []error
	if c.Erasing != nil { // whoever leads
		faults = append(faults, c.forget(ctx, now))
	}
	leading, err := c.Turns.Lease(ctx, lead, c.Holder, now, now.Add(leads))
	if err != nil || !leading {
		c.ledUntil = time.Time{}
		return errors.Join(append(faults, err)...)
	}
	jumped, err := c.Watch.jumped(ctx, now)
	if err != nil {
		return errors.Join(append(faults, err)...)
	}
	c.standStill(jumped, now)
	if left := c.ledUntil.Sub(now); left < 0 || left > leads {
		c.deleted() // by who led before, for all that is known here
	}
	c.ledUntil = now.Add(leads)
	due, err := c.due(ctx, nightly, now)
	faults = append(faults, err)
	if !jumped {
		faults = append(faults, c.Watch.believe(ctx, now), c.ran(Closing, c.close(ctx, now)))
	}
	faults = append(faults, c.ran(Settling, c.settle(ctx)))
	if c.Erasing != nil {
		faults = append(faults, c.ran(Deleting, c.erase(ctx, now, due && !jumped)))
	}
	if c.Accounts != nil {
		faults = append(faults, c.ran(MailingAccounts, c.Accounts.send(ctx, now)))
	}
	if due && !jumped {
		faults = append(faults, c.ran(Nightly, c.atNight(ctx, now)))
	} else if due {
		faults = append(faults, c.ran(Nightly, c.onlyMix(ctx, now)))
	}
	if c.Erasing != nil && !jumped && (!due || !c.unmixed) { // a mixing that just failed is tried at the next tick
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

// due tells whether last night's work still has to be done: also after a
// night in which nothing ran, and after a clock that was ahead is set right. A day in
// the future would otherwise keep everything from being mixed until it comes.
func (c *Clock) due(ctx context.Context, work string, now time.Time) (bool, error) {
	done, err := c.Turns.DoneOn(ctx, work)
	return err == nil && done != nightOf(now), err
}

// nightOf is the night that was last, or is, by the day on which it began its work.
func nightOf(now time.Time) surveys.Date { return surveys.DateOf(now.UTC().Add(-night * time.Hour)) }

// isNight tells whether the night still lasts, in which everybody may have to wait a
// little.
func isNight(now time.Time) bool { return now.UTC().Add(-night*time.Hour).Hour() < lasts }

// atNight mixes, makes the releases of running surveys and forgets what expired.
func (c *Clock) atNight(ctx context.Context, now time.Time) error {
	if err := c.mix(ctx); err != nil {
		return fmt.Errorf("mix at night: %w", err)
	}
	err := c.eachSurvey(ctx, now, func(_ *surveys.Organisation, s *surveys.Survey, today surveys.Date) error {
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
		return err
	}
	return c.nightDone(ctx, now)
}

func (c *Clock) nightDone(ctx context.Context, now time.Time) error {
	return c.Turns.MarkDone(ctx, nightly, nightOf(now))
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
	err := c.Answers.Mix(ctx)
	if err == nil {
		c.unmixed = false
	}
	return err
}

// emptyLog ends what a mixing began, at the next tick if need be. It is also done
// once after a start, because the program may have stopped in between.
func (c *Clock) emptyLog(ctx context.Context) error {
	err := c.Answers.EmptyLog(ctx)
	c.logged = err != nil
	return err
}

// organisations are read once in a tick.
func (c *Clock) organisations(ctx context.Context) ([]surveys.Organisation, error) {
	if c.orgs == nil {
		orgs, err := c.Vault.ListOrganisations(ctx)
		if err != nil {
			return nil, err
		}
		c.orgs = orgs
	}
	return c.orgs, nil
}

// eachSurvey visits every opened survey with its organisation, and the day there.
func (c *Clock) eachSurvey(ctx context.Context, now time.Time, visit func(*surveys.Organisation, *surveys.Survey, surveys.Date) error) error {
	orgs, err := c.organisations(ctx)
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
				faults = append(faults, visit(&orgs[i], s, today))
			}
		}
	}
	return errors.Join(faults...)
}
