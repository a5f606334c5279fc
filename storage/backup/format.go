// Package backup writes everything that is stored to one file, and fills an empty
// database from one, on either database. The file is text, a row a line, in the
// order of the keys: it holds no physical order, so nothing of when a response
// came. It does not hold the key file, sessions, or one-time links.
package backup

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/surveys"
)

// Refusals of a restore.
var (
	// ErrNotABackup says that the file was not written by `weerklank backup`.
	ErrNotABackup = errors.New("not a backup of weerklank")
	// ErrDamaged says that the file is not whole, or was changed.
	ErrDamaged = errors.New("the backup is damaged or not whole")
	// ErrNewer says that a newer program wrote the file.
	ErrNewer = errors.New("the backup was written by a newer program")
	// ErrNotEmpty says that the database already holds something.
	ErrNotEmpty = errors.New("the database is not empty")
	// ErrSchema says that the schema of the database is newer than what was asked of it.
	ErrSchema = errors.New("the schema of the database does not fit")
	// ErrOlder says that the file is from before the first program that is restored.
	ErrOlder = errors.New("the backup is too old")
)

// format is the version of the file.
const format = 1

// header is the first line of a file.
type header struct {
	Weerklank int          `json:"weerklank_backup"` // the version of the format
	Schema    int64        `json:"schema"`           // of the database that was written
	TakenOn   surveys.Date `json:"taken_on"`
}

// tableLine comes before the rows of a table.
type tableLine struct {
	Table   string      `json:"table"`
	Columns []db.Column `json:"columns"`
}

// trailer is the last line: without it the file was cut short. The hash is of all
// bytes before the line.
type trailer struct {
	Rows   *int64 `json:"rows"` // in all
	SHA256 string `json:"sha256"`
}

// longest is the most bytes of a line that is read; no row comes near it.
const longest = 64 << 20

// passing are the tables that hold nothing worth keeping: the work of the moment,
// and what lets somebody in.
var passing = map[string]bool{
	"leases": true, "clock": true, "clock_seen": true, "mixing": true, "mixing_touched": true, "batches": true, "sessions": true, "setup_links": true,
	"sign_ins": true, "account_mails": true,
}

// write gives a stored value as it stands in the file.
func write(c db.Column, v any) (any, error) {
	switch x := v.(type) {
	case nil, int64, float64, bool, string:
		if c.Type == db.BooleanColumn {
			if n, ok := x.(int64); ok {
				return n != 0, nil
			}
		}
		s, ok := x.(string)
		switch {
		case ok && c.Type == db.BytesColumn:
			return base64.StdEncoding.EncodeToString([]byte(s)), nil
		case ok && !utf8.ValidString(s): // JSON would write other characters in the place of such bytes
			return nil, fmt.Errorf("column %s holds bytes that are no text", c.Name)
		}
		return x, nil
	case []byte:
		if c.Type == db.BytesColumn {
			return base64.StdEncoding.EncodeToString(x), nil
		}
		return string(x), nil
	case time.Time:
		return time.Date(x.Year(), x.Month(), x.Day(), x.Hour(), x.Minute(), x.Second(), x.Nanosecond(), time.UTC).Format(time.RFC3339Nano), nil
	default:
		return nil, fmt.Errorf("column %s holds a %T", c.Name, v)
	}
}

// read gives a value of the file as the database takes it.
func read(c db.Column, raw json.RawMessage) (any, error) {
	if string(raw) == "null" {
		return nil, nil
	}
	var err error
	switch c.Type {
	case db.IntegerColumn:
		var n int64
		err = json.Unmarshal(raw, &n)
		return n, err
	case db.RealColumn:
		var f float64
		err = json.Unmarshal(raw, &f)
		return f, err
	case db.BooleanColumn:
		var b bool
		err = json.Unmarshal(raw, &b)
		return b, err
	}
	var s string
	if err := json.Unmarshal(raw, &s); err != nil {
		return nil, err
	}
	switch c.Type {
	case db.BytesColumn:
		return base64.StdEncoding.DecodeString(s)
	case db.TimeColumn:
		t, err := time.Parse(time.RFC3339Nano, s)
		return db.Moment(t), err
	case db.TextColumn:
		return s, nil
	default:
		return nil, fmt.Errorf("column %s has the unknown type %s", c.Name, c.Type)
	}
}
