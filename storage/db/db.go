// Package db opens the database, runs transactions and migrates the schema, on
// embedded SQLite and on PostgreSQL with one text of SQL. It knows what differs
// between the two (dialect.go) and how a table is mixed (mixing.go); it knows
// nothing of what the tables mean. The stores beside it import it and not each
// other.
package db

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"modernc.org/sqlite"

	"weerklank.nl/weerklank/surveys"
)

// DB is an open database. It is safe for concurrent use.
type DB struct {
	dialect dialect
	write   *sqlx.DB // SQLite: one connection, so that writers queue instead of colliding
	ingest  *sqlx.DB // for the grouped writer; on SQLite the same connection as write
	read    *sqlx.DB
	known   statements                                               // of Ingest
	record  func(ctx context.Context, tx *Tx, e surveys.Entry) error // nil: acts are not written down
}

// Open opens the database that the URL names: sqlite:///path/to/file.db, or
// postgres://… as lib/pq reads it. An SQLite file that does not exist is made, for
// its owner alone. Every connection that writes is checked: one that would not
// keep a commit through a power cut is refused (see checkDurable).
func Open(ctx context.Context, address string) (*DB, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("open database: the address is not a URL") // err would repeat a password
	}
	var d *DB
	switch u.Scheme {
	case "sqlite":
		d, err = openSQLite(u)
	case "postgres", "postgresql":
		d, err = openPostgres(address)
	default:
		return nil, fmt.Errorf("open database: %q is neither sqlite:///path nor postgres://…", u.Scheme)
	}
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	for _, pool := range []*sqlx.DB{d.write, d.ingest, d.read} {
		if err := pool.PingContext(ctx); err != nil {
			return nil, errors.Join(fmt.Errorf("open database: %w", err), d.Close())
		}
	}
	return d, nil
}

func openSQLite(u *url.URL) (*DB, error) {
	path := u.Path
	if path == "" || u.Host != "" {
		return nil, errors.New("an SQLite address has three slashes and a full path: sqlite:///var/lib/weerklank/weerklank.db")
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := f.Close(); err != nil {
		return nil, err
	}
	// fdatasync keeps a commit as well as fsync does, without the file's times: SQLite's
	// own builds for Linux use it. Where a system lacks it, fsync stays.
	if _, err := sqlite.Fdatasync(true); err != nil && !errors.Is(err, sqlite.ErrFdatasyncUnavailable) {
		return nil, err
	}
	write, err := sqlitePool(path, false)
	if err != nil {
		return nil, err
	}
	write.SetMaxOpenConns(1)
	read, err := sqlitePool(path, true)
	if err != nil {
		return nil, errors.Join(err, write.Close())
	}
	readers := max(4, 2*runtime.GOMAXPROCS(0))
	read.SetMaxOpenConns(readers)
	read.SetMaxIdleConns(readers)
	return &DB{dialect: sqliteDialect, write: write, ingest: write, read: read}, nil
}

func openPostgres(address string) (*DB, error) {
	var pools [3]*sqlx.DB
	for i, connections := range []int{8, 1, 8} {
		pool, err := postgresPool(address, i < 2)
		if err != nil {
			return nil, err
		}
		pool.SetMaxOpenConns(connections)
		pool.SetMaxIdleConns(connections)
		pool.SetConnMaxIdleTime(5 * time.Minute)
		pools[i] = pool
	}
	return &DB{dialect: postgresDialect, write: pools[0], ingest: pools[1], read: pools[2]}, nil
}

// Close closes every connection.
func (d *DB) Close() error {
	err := errors.Join(d.read.Close(), d.write.Close())
	if d.ingest != d.write {
		err = errors.Join(err, d.ingest.Close())
	}
	return err
}

// Name is "sqlite" or "postgres", for figures and log lines.
func (d *DB) Name() string { return d.dialect.name }

// Ping tells whether the database answers.
func (d *DB) Ping(ctx context.Context) error { return d.read.PingContext(ctx) }

// Reader gives the connections that only read. Queries run through it each see
// the newest committed state; View gives several the same state.
func (d *DB) Reader() Reader { return Reader{d.read, d.dialect} }

// View runs queries that all see one state of the database. Tables that may be
// mixed meanwhile have to be named: without that the queries would look for an
// older state in the fresh table, which has none.
func (d *DB) View(ctx context.Context, queries func(Reader) error, mixed ...Mixed) error {
	tx, err := d.read.BeginTxx(ctx, d.dialect.view)
	if err != nil {
		return fmt.Errorf("begin view: %w", kindOf(err))
	}
	defer tx.Rollback()
	for _, m := range mixed {
		if err := d.dialect.holdStill(ctx, tx, m.Table); err != nil {
			return fmt.Errorf("begin view: %w", kindOf(err))
		}
	}
	return queries(Reader{tx, d.dialect})
}

// attempts is how often a transaction is tried that lost from another one.
const attempts = 10

// Transact runs steps in one transaction, as if no other ran meanwhile. When
// steps returns an error nothing is stored. A transaction that loses from another
// one is run again, so steps must not change anything outside the database that
// a second run would spoil.
//
// What is done for a member of staff is written down in the same transaction: see OnAct.
func (d *DB) Transact(ctx context.Context, steps func(*Tx) error) error {
	act := surveys.ActOf(ctx)
	if act == nil || d.record == nil {
		return d.transact(ctx, d.write, true, steps)
	}
	err := d.transact(ctx, d.write, true, func(tx *Tx) error {
		act.Begin()
		if err := steps(tx); err != nil {
			return err
		}
		entry, due := act.Entry()
		if !due {
			return nil
		}
		return d.record(ctx, tx, entry)
	})
	if err == nil {
		act.Recorded()
	}
	return err
}

// OnAct sets what writes an act of staff down, as the last step of every transaction
// that belongs to one. Ingest, which stores responses, has no such step: nothing of
// staff stands in a transaction with a response.
func (d *DB) OnAct(record func(ctx context.Context, tx *Tx, e surveys.Entry) error) {
	d.record = record
}

// Ingest runs steps in one transaction on the connection that is kept for
// responses. It sees what others commit meanwhile, statement by statement, so
// that it hardly ever has to be run again; steps may therefore rely on keys and
// ON CONFLICT only, not on what it read before.
func (d *DB) Ingest(ctx context.Context, steps func(*Tx) error) error {
	d.known.prepare(ctx, d.ingest)
	return d.transact(ctx, d.ingest, false, steps)
}

func (d *DB) transact(ctx context.Context, pool *sqlx.DB, serial bool, steps func(*Tx) error) error {
	for attempt := 1; ; attempt++ {
		err := d.once(ctx, pool, serial, steps)
		if err == nil || attempt == attempts || !d.dialect.lostRace(err) {
			return kindOf(err)
		}
		// Whoever lost waits a little longer each time, and never as long as the other.
		wait := time.Duration(rand.Int64N(int64(attempt) * int64(4*time.Millisecond)))
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
}

func (d *DB) once(ctx context.Context, pool *sqlx.DB, serial bool, steps func(*Tx) error) (err error) {
	opts := d.dialect.plain
	if serial {
		opts = d.dialect.serial
	}
	tx, err := pool.BeginTxx(ctx, opts)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer tx.Rollback() // after a commit it does nothing
	reader := Reader{tx, d.dialect}
	if pool == d.ingest && !serial {
		reader.q = learning{tx, &d.known}
	}
	if err := steps(&Tx{reader, tx, serial}); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// Placeholders is "(?, ?), (?, ?)" for rows of columns values.
func Placeholders(rows, columns int) string {
	row := "(" + strings.TrimSuffix(strings.Repeat("?, ", columns), ", ") + ")"
	return strings.TrimSuffix(strings.Repeat(row+", ", rows), ", ")
}
