package db

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"weerklank.nl/weerklank/surveys"
)

// Trouble is something that is unsafe or amiss, to be worded by whoever asked.
type Trouble struct {
	Key  string            // of the catalogue, under cli.doctor.
	Args map[string]string // what the words need
}

// Check looks at one thing. Each store brings those of its own tables.
type Check func(ctx context.Context, now time.Time) ([]Trouble, error)

// Examine says what is unsafe or amiss with the database: whether it is whole, up to
// date and not half mixed, whether the server keeps the order in which answers came
// where mixing cannot reach it, whether the clock of this machine can be right; and
// what the stores' own checks find once it is up to date. The same trouble is told once.
func (d *DB) Examine(ctx context.Context, now time.Time, own ...Check) ([]Trouble, error) {
	migrated, err := d.Migrated(ctx)
	if err != nil {
		return nil, fmt.Errorf("examine database: %w", err)
	}
	if !migrated {
		return []Trouble{{Key: "not_migrated"}}, nil
	}
	checks := append([]Check{d.examineHalf, d.examineClock}, own...)
	if d.dialect.name == sqliteDialect.name {
		checks = append(checks, d.examineFile)
	} else {
		checks = append(checks, d.examineServer)
	}
	var all []Trouble
	for _, check := range checks {
		found, err := check(ctx, now)
		if err != nil {
			return nil, fmt.Errorf("examine database: %w", err)
		}
		for _, trouble := range found {
			same := func(t Trouble) bool { return t.Key == trouble.Key && maps.Equal(t.Args, trouble.Args) }
			if !slices.ContainsFunc(all, same) {
				all = append(all, trouble)
			}
		}
	}
	return all, nil
}

// examineHalf looks for a mixing that was cut short: the next one begins anew.
func (d *DB) examineHalf(ctx context.Context, now time.Time) ([]Trouble, error) {
	var running, held int
	if err := d.Reader().Get(ctx, &running, `SELECT COUNT(*) FROM mixing WHERE running`); err != nil || running == 0 {
		return nil, err
	}
	if err := d.Reader().Get(ctx, &held, `SELECT COUNT(*) FROM leases WHERE work = ? AND held_until > ?`, mixing, now.UTC()); err != nil || held > 0 {
		return nil, err
	}
	return []Trouble{{Key: "half_mixed"}}, nil
}

// examineClock looks whether work of the clock was done on a day that is still to come.
func (d *DB) examineClock(ctx context.Context, now time.Time) ([]Trouble, error) {
	var done surveys.Date
	if err := d.Reader().Get(ctx, &done, `SELECT COALESCE(MAX(done_on), '') FROM clock`); err != nil {
		return nil, err
	}
	return AheadOf(now, done), nil
}

// ExamineJump looks whether the clock is waited for: it went far ahead since it was last
// believed. synced tells whether a time server keeps it.
func (d *DB) ExamineJump(synced func() bool) Check {
	return func(ctx context.Context, now time.Time) ([]Trouble, error) {
		seen, err := d.ClockSeen(ctx)
		if err != nil || !surveys.ClockJumped(seen, now, synced) {
			return nil, err
		}
		return []Trouble{{Key: "clock_jumped", Args: map[string]string{"Seen": string(surveys.DateOf(seen)), "Today": string(surveys.DateOf(now.UTC()))}}}, nil
	}
}

// AheadOf tells that the clock of this machine is behind when something was done on
// a day that is still to come by it. A day in an organisation's zone may be one ahead.
func AheadOf(now time.Time, newest surveys.Date) []Trouble {
	today := surveys.DateOf(now.UTC())
	if newest <= today.AddDays(1) {
		return nil
	}
	return []Trouble{{Key: "clock_behind", Args: map[string]string{"Today": string(today), "Newest": string(newest)}}}
}

func (d *DB) examineFile(ctx context.Context, _ time.Time) ([]Trouble, error) {
	var found []Trouble
	var said []string
	if err := d.Reader().Select(ctx, &said, `PRAGMA quick_check`); err != nil {
		return nil, err
	}
	if len(said) != 1 || said[0] != "ok" {
		found = append(found, Trouble{Key: "damaged", Args: map[string]string{"Said": strings.Join(said[:min(len(said), 3)], "; ")}})
	}
	var files []string
	if err := d.Reader().Select(ctx, &files, `SELECT file FROM pragma_database_list WHERE name = 'main'`); err != nil {
		return nil, err
	}
	for _, file := range files {
		if info, err := os.Stat(file); err == nil && info.Mode().Perm()&0o077 != 0 {
			found = append(found, Trouble{Key: "file_readable", Args: map[string]string{"File": file}})
		}
	}
	return found, nil
}

// kept are settings of PostgreSQL under which something keeps the order in which
// answers came, or the answers themselves, with the value that does not.
var kept = []struct{ name, safe, key string }{
	{"archive_mode", "off", "keeps_order"},
	{"track_commit_timestamp", "off", "keeps_order"},
	{"wal_keep_size", "0", "keeps_order"},
	{"log_statement", "none", "logs_answers"},
	{"log_min_duration_statement", "-1", "logs_answers"},
	{"log_min_duration_sample", "-1", "logs_answers"},
}

func (d *DB) examineServer(ctx context.Context, _ time.Time) ([]Trouble, error) {
	var found []Trouble
	for _, k := range kept {
		var is string
		if err := d.Reader().Get(ctx, &is, `SELECT setting FROM pg_settings WHERE name = ?`, k.name); err != nil {
			return nil, err
		}
		// Data definitions may be logged: they hold no answers.
		if is != k.safe && (k.name != "log_statement" || is != "ddl") {
			found = append(found, Trouble{Key: k.key, Args: map[string]string{"Setting": k.name, "Is": is, "Safe": k.safe}})
		}
	}
	var replicas int
	if err := d.Reader().Get(ctx, &replicas, `SELECT COUNT(*) FROM pg_stat_replication`); err != nil {
		return nil, err
	}
	if replicas > 0 {
		found = append(found, Trouble{Key: "replicas", Args: map[string]string{"Count": strconv.Itoa(replicas)}})
	}
	return found, nil
}
