package db

import (
	"database/sql"
	"errors"
	"net/url"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"weerklank.nl/weerklank/surveys"
)

// dialect is everything in which the two databases differ. What is not in this
// file, durable.go and the few statements of mixing_dialect.go is the same text
// for both.
type dialect struct {
	name   string
	rebind func(query string) string

	// serial runs a transaction as if it were alone; plain sees what others commit;
	// view only reads.
	serial, plain, view *sql.TxOptions

	// words are what the migrations write differently.
	words *strings.Replacer

	// oneWriter: whoever writes makes all other writers wait.
	oneWriter bool

	// lostRace tells that a transaction lost from another one and may be run again.
	lostRace func(error) bool
}

// A trail whose rows could be changed would prove nothing: the database refuses.
const (
	sqliteAppendOnly = `
-- +goose StatementBegin
CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit trail is only added to'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_kept BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit trail is only added to'); END;
-- +goose StatementEnd`
	postgresAppendOnly = `
-- +goose StatementBegin
CREATE FUNCTION audit_unchanged() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'the audit trail is only added to'; END; $$ LANGUAGE plpgsql;
-- +goose StatementEnd
CREATE TRIGGER audit_unchanged BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_unchanged();
CREATE TRIGGER audit_kept BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_unchanged();`
)

// What is older than the period of the trail may go, once the organisation says from when
// it is kept: one cannot be deleted without the other being written down.
const (
	sqliteKeptFrom = `
DROP TRIGGER audit_kept;
-- +goose StatementBegin
CREATE TRIGGER audit_kept BEFORE DELETE ON audit
WHEN OLD.at >= COALESCE((SELECT audit_from FROM organisations WHERE organisation_id = OLD.organisation_id), OLD.at)
BEGIN SELECT RAISE(ABORT, 'the audit trail is only added to'); END;
-- +goose StatementEnd`
	postgresKeptFrom = `
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION audit_unchanged() RETURNS trigger AS $$ BEGIN
	IF TG_OP = 'DELETE' THEN
		IF OLD.at < (SELECT audit_from FROM organisations WHERE organisation_id = OLD.organisation_id) THEN
			RETURN OLD;
		END IF;
	END IF;
	RAISE EXCEPTION 'the audit trail is only added to';
END; $$ LANGUAGE plpgsql;
-- +goose StatementEnd`
)

var sqliteDialect = dialect{
	name:      "sqlite",
	oneWriter: true,
	rebind:    func(query string) string { return query },
	view:      &sql.TxOptions{ReadOnly: true},
	words: strings.NewReplacer(
		// Without a rowid the rows lie in the order of their key. A table with one
		// keeps them in the order in which they came, also after VACUUM.
		"{{keyed}}", "WITHOUT ROWID",
		"{{bytes}}", "BLOB",
		"{{append only: audit}}", sqliteAppendOnly,
		"{{kept from: audit}}", sqliteKeptFrom,
	),
	lostRace: func(err error) bool {
		var e *sqlite.Error
		return errors.As(err, &e) && e.Code()&0xff == sqlite3.SQLITE_BUSY
	},
}

var postgresDialect = dialect{
	name:   "postgres",
	rebind: rebindDollar,
	serial: &sql.TxOptions{Isolation: sql.LevelSerializable},
	plain:  &sql.TxOptions{Isolation: sql.LevelReadCommitted},
	view:   &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true},
	words:  strings.NewReplacer("{{keyed}}", "", "{{bytes}}", "BYTEA", "{{append only: audit}}", postgresAppendOnly, "{{kept from: audit}}", postgresKeptFrom),
	lostRace: func(err error) bool {
		var e *pq.Error
		if !errors.As(err, &e) {
			return false
		}
		switch e.Code {
		case "40001", "40P01", "55P03": // serialization failure, deadlock, lock not available
			return true
		}
		return false
	},
}

// sqlitePool opens the file. secure_delete writes zeros over what is deleted;
// synchronous=FULL makes a commit wait for the disk.
func sqlitePool(path string, readOnly bool) (*sqlx.DB, error) {
	q := url.Values{
		"_txlock":      {"immediate"},
		"_time_format": {"sqlite"},
		"_timezone":    {"UTC"},
		"_pragma": {
			"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(ON)",
			"secure_delete(ON)", "trusted_schema(OFF)", "temp_store(MEMORY)",
		},
	}
	// Pages kept in memory, in kB: what a busy survey writes to again and again, whose
	// rows lie together. The connections that read are several, read in order, and
	// have the system's copy of the file besides.
	cache := "cache_size(-16000)"
	if readOnly {
		q.Set("_txlock", "deferred")
		q.Set("_query_only", "1")
		cache = "cache_size(-2000)"
	}
	q.Add("_pragma", cache)
	// How many pages the log takes before they are copied into the file: 32 MB. Random
	// keys come to the same pages again and again, and each is copied once; and whoever
	// waits for the copying is one in hundreds instead of one in twenty.
	q.Add("_pragma", "wal_autocheckpoint(8000)")

	connector, err := sqlite.NewConnector((&url.URL{Scheme: "file", Path: path, RawQuery: q.Encode()}).String())
	if err != nil {
		return nil, err
	}
	if !readOnly {
		connector = durable{connector, checkSQLite}
	}
	return sqlx.NewDb(sql.OpenDB(connector), "sqlite3"), nil
}

func postgresPool(address string, writes bool) (*sqlx.DB, error) {
	connector, err := pq.NewConnector(address)
	if err != nil {
		return nil, errors.New("the postgres:// address cannot be read") // err would repeat a password
	}
	if !writes {
		return sqlx.NewDb(sql.OpenDB(connector), "postgres"), nil
	}
	return sqlx.NewDb(sql.OpenDB(durable{connector, checkPostgres}), "postgres"), nil
}

// kindOf gives an error of the database the kind that a page needs: a full disk,
// or a connection that is gone, is something to try again shortly.
func kindOf(err error) error {
	if err == nil || errors.Is(err, surveys.ErrBusy) {
		return err
	}
	var lite *sqlite.Error
	var pg *pq.Error
	switch {
	case errors.As(err, &lite):
		switch lite.Code() & 0xff {
		case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_CANTOPEN:
			return busy{err}
		}
	case errors.As(err, &pg):
		switch pg.Code.Class() {
		case "08", "53", "57", "58", "40": // connection, resources, intervention, system, lost races
			return busy{err}
		}
	case isGone(err):
		return busy{err}
	}
	return err
}

// busy is a fault that passes. It stays the error that it was for who looks deeper.
type busy struct{ error }

func (b busy) Unwrap() []error { return []error{b.error, surveys.ErrBusy} }

// Unique tells whether a statement was refused because a row with that key, slug
// or name is already there.
func Unique(err error) bool {
	var lite *sqlite.Error
	var pg *pq.Error
	switch {
	case errors.As(err, &lite):
		return lite.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || lite.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY
	case errors.As(err, &pg):
		return pg.Code == "23505"
	}
	return false
}
