package db

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// JSON is a column that holds a value as JSON text.
type JSON[T any] struct{ V T }

// Value is the text to store.
func (j JSON[T]) Value() (driver.Value, error) {
	text, err := json.Marshal(j.V)
	if err != nil {
		return nil, fmt.Errorf("write a value as JSON: %w", err)
	}
	return string(text), nil
}

// Scan reads the stored text.
func (j *JSON[T]) Scan(stored any) error {
	var text []byte
	switch s := stored.(type) {
	case string:
		text = []byte(s)
	case []byte:
		text = s
	default:
		return fmt.Errorf("read a value from JSON: it is a %T", stored)
	}
	var v T
	if err := json.Unmarshal(text, &v); err != nil {
		return fmt.Errorf("read a value from JSON: %w", err)
	}
	j.V = v
	return nil
}

// Moment is a column that holds a moment in UTC, to the microsecond, or NULL for
// the zero time.
type Moment time.Time

// Value is the moment to store.
func (m Moment) Value() (driver.Value, error) {
	t := time.Time(m)
	if t.IsZero() {
		return nil, nil
	}
	return t.UTC().Truncate(time.Microsecond), nil
}

// Scan reads the stored moment.
func (m *Moment) Scan(stored any) error {
	switch t := stored.(type) {
	case nil:
		*m = Moment{}
	case time.Time:
		*m = Moment(time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC))
	default:
		return fmt.Errorf("read a moment: it is a %T", stored)
	}
	return nil
}

// ExecRow runs a statement whose values are the fields of a row: :column stands
// for the field with that db tag.
func (t *Tx) ExecRow(ctx context.Context, query string, row any) (int64, error) {
	text, args, err := sqlx.Named(query, row)
	if err != nil {
		return 0, fmt.Errorf("fill in a row: %w", err)
	}
	return t.Exec(ctx, text, args...)
}

// ExecRowOne is ExecOne for a row.
func (t *Tx) ExecRowOne(ctx context.Context, query string, row any) error {
	text, args, err := sqlx.Named(query, row)
	if err != nil {
		return fmt.Errorf("fill in a row: %w", err)
	}
	return t.ExecOne(ctx, text, args...)
}
