package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"

	"github.com/jmoiron/sqlx"

	"weerklank.nl/weerklank/surveys"
)

// Reader runs queries. Their text is written once, with ? for every value.
type Reader struct {
	q       sqlx.ExtContext
	dialect dialect
}

// Get reads one row into dest. No row is surveys.ErrNotFound.
func (r Reader) Get(ctx context.Context, dest any, query string, args ...any) error {
	err := sqlx.GetContext(ctx, r.q, dest, r.dialect.rebind(query), args...)
	if errors.Is(err, sql.ErrNoRows) {
		return surveys.ErrNotFound
	}
	return kindOf(err)
}

// Select reads all rows into dest, a pointer to a slice.
func (r Reader) Select(ctx context.Context, dest any, query string, args ...any) error {
	return kindOf(sqlx.SelectContext(ctx, r.q, dest, r.dialect.rebind(query), args...))
}

// SelectIn is Select for a query in which one ? stands for a list: a slice among
// args is spread over as many placeholders as it has values. An empty list finds
// nothing.
func (r Reader) SelectIn(ctx context.Context, dest any, query string, args ...any) error {
	spread, all, err := sqlx.In(query, args...)
	if err != nil {
		return fmt.Errorf("spread the list of a query: %w", err)
	}
	return r.Select(ctx, dest, spread, all...)
}

// Padded fills a list up to the next power of two by repeating its last value, for
// SelectIn within Ingest: a few lengths of a statement are worked out once.
func Padded[T any](list []T) []T {
	length := 1
	for length < len(list) {
		length *= 2
	}
	for n := len(list); n > 0 && len(list) < length; {
		list = append(list, list[n-1])
	}
	return list
}

// Query reads rows one by one; the caller closes them.
func (r Reader) Query(ctx context.Context, query string, args ...any) (*sqlx.Rows, error) {
	rows, err := r.q.QueryxContext(ctx, r.dialect.rebind(query), args...)
	return rows, kindOf(err)
}

// Tx is a transaction that writes.
type Tx struct {
	Reader
	tx     *sqlx.Tx
	serial bool // it runs as if it were alone
}

// Exec runs a statement and tells how many rows it changed.
func (t *Tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	res, err := t.tx.ExecContext(ctx, t.dialect.rebind(query), args...)
	if err != nil {
		return 0, kindOf(err)
	}
	return res.RowsAffected()
}

// execKnown is Exec for a statement of Ingest whose text is always the same, so that
// working it out once is enough.
func (t *Tx) execKnown(ctx context.Context, query string, args ...any) error {
	if l, ok := t.q.(learning); ok {
		return kindOf(l.execKnown(ctx, t.dialect.rebind(query), args...))
	}
	_, err := t.Exec(ctx, query, args...)
	return err
}

// ExecOne runs a statement that must change exactly one row. When it changed
// none, somebody else changed or removed the row first: ErrChangedMeanwhile.
func (t *Tx) ExecOne(ctx context.Context, query string, args ...any) error {
	n, err := t.Exec(ctx, query, args...)
	if err == nil && n != 1 {
		err = surveys.ErrChangedMeanwhile
	}
	return err
}

// Prepared is a statement of Ingest that is worked out once, because it runs all
// day long. It lasts as long as the database is open.
type Prepared struct{ stmt *sqlx.Stmt }

// Prepare works out a statement for use within Ingest.
func (d *DB) Prepare(ctx context.Context, query string) (Prepared, error) {
	stmt, err := d.ingest.PreparexContext(ctx, d.dialect.rebind(query))
	return Prepared{stmt}, kindOf(err)
}

// SelectPrepared reads all rows of a prepared query, or what a prepared statement
// returns, into dest, a pointer to a slice.
func (t *Tx) SelectPrepared(ctx context.Context, dest any, p Prepared, args ...any) error {
	if t.serial {
		return errors.New("prepared statements are for Ingest")
	}
	return kindOf(t.tx.StmtxContext(ctx, p.stmt).SelectContext(ctx, dest, args...))
}

var rebound sync.Map // query text → text with $1, $2, …

func rebindDollar(query string) string {
	if text, ok := rebound.Load(query); ok {
		return text.(string)
	}
	text := sqlx.Rebind(sqlx.DOLLAR, query)
	rebound.Store(query, text)
	return text
}
