package db

import (
	"context"
	"errors"
	"fmt"
	"time"

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

// ClockSeen is the hour in which the clock was last looked at and believed; the zero time
// when it never was.
func (d *DB) ClockSeen(ctx context.Context) (time.Time, error) {
	var hour Moment
	err := d.Reader().Get(ctx, &hour, `SELECT hour FROM clock_seen WHERE one = 1`)
	if err != nil && !errors.Is(err, surveys.ErrNotFound) {
		return time.Time{}, fmt.Errorf("find when the clock was looked at: %w", err)
	}
	return time.Time(hour), nil
}

// SeeClock records that the clock was believed at a moment, of which the hour is kept.
func (d *DB) SeeClock(ctx context.Context, now time.Time) error {
	hour := now.UTC().Truncate(time.Hour)
	return d.Transact(ctx, func(tx *Tx) error {
		var seen Moment
		if err := tx.Get(ctx, &seen, `SELECT hour FROM clock_seen WHERE one = 1`); err != nil && !errors.Is(err, surveys.ErrNotFound) {
			return fmt.Errorf("record that the clock was looked at: %w", err)
		}
		type shown struct {
			Seen string `json:"seen"`
		}
		surveys.Changing(ctx, "clock", shown{time.Time(seen).Format(time.RFC3339)})(shown{hour.Format(time.RFC3339)})
		if _, err := tx.Exec(ctx, `INSERT INTO clock_seen (one, hour) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET hour = excluded.hour`, Moment(hour)); err != nil {
			return fmt.Errorf("record that the clock was looked at: %w", err)
		}
		return nil
	})
}
