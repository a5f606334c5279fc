package db

import (
	"context"
	"errors"
	"fmt"

	"weerklank.nl/weerklank/surveys"
)

// DoneOn is the day in UTC on which a work that returns was last done; "" when it
// never was.
func (d *DB) DoneOn(ctx context.Context, work string) (surveys.Date, error) {
	var day surveys.Date
	err := d.Reader().Get(ctx, &day, `SELECT done_on FROM clock WHERE work = ?`, work)
	if errors.Is(err, surveys.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("find when %s was done: %w", work, err)
	}
	return day, nil
}

// MarkDone records that the work was done on the day.
func (d *DB) MarkDone(ctx context.Context, work string, day surveys.Date) error {
	return d.Transact(ctx, func(tx *Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO clock (work, done_on) VALUES (?, ?)
			ON CONFLICT (work) DO UPDATE SET done_on = excluded.done_on`, work, day)
		if err != nil {
			return fmt.Errorf("record that %s was done: %w", work, err)
		}
		return nil
	})
}
