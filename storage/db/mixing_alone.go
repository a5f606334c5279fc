package db

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// ErrMixing says that another instance is mixing.
var ErrMixing = errors.New("another instance is mixing")

// mixing is the work that one instance at a time does. A mixing that was killed is
// waited for as long as mixes; each step of a living one puts that off.
const (
	mixing = "mixing"
	mixes  = 2 * time.Minute
)

// alone runs the mixing while this mixer holds the lease.
func (m *mixer) alone(ctx context.Context, run func(context.Context) error) error {
	now := time.Now()
	mine, err := m.db.Lease(ctx, mixing, m.holder, now, now.Add(mixes))
	if err != nil {
		return err
	}
	if !mine {
		return ErrMixing
	}
	err = run(ctx)
	return errors.Join(err, m.db.Release(context.WithoutCancel(ctx), mixing, m.holder))
}

// keep renews the lease within a step, so that no step is stored of a mixer whose
// place another one took: it would put that one's half-filled table in the place of
// the whole one.
func (m *mixer) keep(ctx context.Context, tx *Tx) error {
	n, err := tx.Exec(ctx, `UPDATE leases SET held_until = ? WHERE work = ? AND holder = ?`, time.Now().Add(mixes).UTC(), mixing, m.holder)
	if err == nil && n == 0 {
		err = ErrMixing
	}
	if err != nil {
		return fmt.Errorf("keep the lease: %w", err)
	}
	return nil
}
