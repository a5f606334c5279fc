package jobs

import (
	"context"
	"time"

	"weerklank.nl/weerklank/surveys"
)

// Watch looks whether the clock can be believed before anything is done by it that cannot
// be taken back. A nil Watch believes it.
type Watch struct {
	Store interface {
		ClockSeen(ctx context.Context) (time.Time, error)
		SeeClock(ctx context.Context, now time.Time) error
	}
	Synced func() bool // whether a time server keeps the clock, as far as the machine knows
}

// jumped tells whether now may be a jump ahead, about which nobody said anything yet.
func (w *Watch) jumped(ctx context.Context, now time.Time) (bool, error) {
	if w == nil {
		return false, nil
	}
	seen, err := w.Store.ClockSeen(ctx)
	if err != nil {
		return false, err
	}
	return surveys.ClockJumped(seen, now, w.Synced), nil
}

// believe writes down that the clock was looked at, once an hour; also when it went back.
func (w *Watch) believe(ctx context.Context, now time.Time) error {
	if w == nil {
		return nil
	}
	seen, err := w.Store.ClockSeen(ctx)
	if err != nil || seen.Equal(now.UTC().Truncate(time.Hour)) {
		return err
	}
	return w.Store.SeeClock(ctx, now)
}

// standStill says in the log that nothing is closed, sent or deleted, and that it goes on.
func (c *Clock) standStill(jumped bool, now time.Time) {
	switch {
	case jumped && !c.still:
		c.Log.Error("the clock jumped: nothing is closed, sent or deleted until an administrator says on /beheer/klok that it is right", "now", now.UTC())
	case !jumped && c.still:
		c.Log.Info("the clock is believed again")
	}
	c.still = jumped
}
