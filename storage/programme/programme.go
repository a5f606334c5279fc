// Package programme stores the programme of an organisation: questionnaires and
// their versions, surveys and ways in, findings, decisions, courses and notices. It
// holds nothing of what a respondent answered or who they are. What was published
// or recorded has no statement that changes it.
package programme

import (
	"context"
	"fmt"
	"slices"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/surveys"
)

// Programme is the store. It is safe for concurrent use.
type Programme struct{ db *db.DB }

// New makes the store on an open database.
func New(d *db.DB) *Programme { return &Programme{d} }

// text is a column with a text in the languages of the interface.
type text = db.JSON[surveys.Text]

func words(t surveys.Text) text { return text{V: t} }

// list is a column with a list of words or keys, as JSON.
type list[T any] = db.JSON[[]T]

func listOf[T any](all []T) list[T] { return list[T]{V: all} }

// shown is a thing of which the audit trail shows the settings.
type shown interface{ Shown() any }

// noting is called before a thing is changed, and gives what is to be called after. Of
// what is no setting the trail shows that it was changed, and no more.
func noting(ctx context.Context, what string, thing any) func() {
	s, ok := thing.(shown)
	if !ok {
		return func() {}
	}
	changed := surveys.Changing(ctx, what, s.Shown())
	return func() { changed(s.Shown()) }
}

// add stores a new row of a thing.
func (p *Programme) add(ctx context.Context, what string, id surveys.ID, thing any, statement string, row any) error {
	err := p.db.Transact(ctx, func(tx *db.Tx) error {
		if s, ok := thing.(shown); ok {
			surveys.Changing(ctx, what, nil)(s.Shown())
		}
		_, err := tx.ExecRow(ctx, statement, row)
		return err
	})
	if err != nil {
		return fmt.Errorf("add %s %s: %w", what, id, err)
	}
	return nil
}

// change loads a thing, lets alter do its work and stores it, in one transaction.
// When alter refuses, nothing is stored. A transaction that loses from another one
// is run again, and alter with it, on what the other one stored.
func change[T any](ctx context.Context, d *db.DB, what string, org surveys.OrgID, id surveys.ID,
	find func(context.Context, db.Reader, surveys.OrgID, surveys.ID) (*T, error),
	update func(context.Context, *db.Tx, *T) error, alter func(*T) error) error {
	return d.Transact(ctx, func(tx *db.Tx) error {
		thing, err := find(ctx, tx.Reader, org, id)
		if err != nil {
			return err
		}
		noted := noting(ctx, what, thing)
		if err := alter(thing); err != nil {
			return err
		}
		noted()
		if err := update(ctx, tx, thing); err != nil {
			return fmt.Errorf("change %s %s: %w", what, id, err)
		}
		return nil
	})
}

// taken words the refusal of a name that is in use already; every other error
// stays what it is.
func taken(err error, field, key string) error {
	if db.Unique(err) {
		return surveys.Invalid{{Field: field, Key: key}}
	}
	return err
}

// each turns rows into what they stand for, in the same order.
func each[R, T any](rows []R, value func(*R) T) []T {
	all := make([]T, len(rows))
	for i := range rows {
		all[i] = value(&rows[i])
	}
	return all
}

// remove deletes one row by its key; ErrNotFound when it is not there.
func remove(ctx context.Context, d *db.DB, what string, org surveys.OrgID, id surveys.ID,
	steps func(context.Context, *db.Tx, surveys.OrgID, surveys.ID) error) error {
	return d.Transact(ctx, func(tx *db.Tx) error {
		if err := steps(ctx, tx, org, id); err != nil {
			return fmt.Errorf("remove %s %s: %w", what, id, err)
		}
		return nil
	})
}

// refersTo tells whether one of the rows that query finds, each with a list of
// keys as JSON, names the key.
func refersTo(ctx context.Context, r db.Reader, id surveys.ID, query string, args ...any) (bool, error) {
	var lists []list[surveys.ID]
	if err := r.Select(ctx, &lists, query, args...); err != nil {
		return false, err
	}
	return slices.ContainsFunc(lists, func(l list[surveys.ID]) bool { return slices.Contains(l.V, id) }), nil
}
