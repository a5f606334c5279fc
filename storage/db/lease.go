package db

import (
	"context"
	"fmt"
	"time"
)

// Lease makes one of several instances the one that may do a work, until the
// given moment. It tells whether holder has it: because nobody else does, because
// the other's time is over at now, or because holder had it already. A time that lies
// further ahead than a lease reaches was written by a clock that ran ahead, and is over.
func (d *DB) Lease(ctx context.Context, work, holder string, now, until time.Time) (bool, error) {
	var mine bool
	err := d.Transact(ctx, func(tx *Tx) error {
		n, err := tx.Exec(ctx, `INSERT INTO leases (work, holder, held_until) VALUES (?, ?, ?)
			ON CONFLICT (work) DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until
			WHERE leases.holder = excluded.holder OR leases.held_until <= ? OR leases.held_until > ?`,
			work, holder, until.UTC(), now.UTC(), until.Add(until.Sub(now)).UTC())
		mine = n == 1
		return err
	})
	if err != nil {
		return false, fmt.Errorf("lease %s: %w", work, err)
	}
	return mine, nil
}

// Release gives the work back, so that another instance need not wait.
func (d *DB) Release(ctx context.Context, work, holder string) error {
	return d.Transact(ctx, func(tx *Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM leases WHERE work = ? AND holder = ?`, work, holder)
		return err
	})
}
