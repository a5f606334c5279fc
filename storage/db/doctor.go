package db

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"

	"weerklank.nl/weerklank/surveys"
)

// Trouble is something that is unsafe or amiss, to be worded by whoever asked.
type Trouble struct {
	Key  string            // of the catalogue, under cli.doctor.
	Args map[string]string // what the words need
}

// Examine says what is unsafe or amiss with the database: whether it is whole, up
// to date and mixed, and whether the server keeps the order in which answers came
// where mixing cannot reach it. today is a day in UTC.
func (d *DB) Examine(ctx context.Context, today surveys.Date) ([]Trouble, error) {
	migrated, err := d.Migrated(ctx)
	if err != nil {
		return nil, fmt.Errorf("examine database: %w", err)
	}
	if !migrated {
		return []Trouble{{Key: "not_migrated"}}, nil
	}
	checks := []func(context.Context, surveys.Date) ([]Trouble, error){d.examineMixing}
	if d.dialect.name == sqliteDialect.name {
		checks = append(checks, d.examineFile)
	} else {
		checks = append(checks, d.examineServer)
	}
	var all []Trouble
	for _, check := range checks {
		found, err := check(ctx, today)
		if err != nil {
			return nil, fmt.Errorf("examine database: %w", err)
		}
		all = append(all, found...)
	}
	return all, nil
}

func (d *DB) examineMixing(ctx context.Context, today surveys.Date) ([]Trouble, error) {
	var found []Trouble
	done, err := d.DoneOn(ctx, "nightly")
	if err != nil {
		return nil, err
	}
	var responses int
	if err := d.Reader().Get(ctx, &responses, `SELECT COUNT(*) FROM (SELECT 1 FROM responses LIMIT 1) AS at_least_one`); err != nil {
		return nil, err
	}
	switch {
	case responses == 0:
	case done == "":
		found = append(found, Trouble{Key: "never_mixed"})
	case done.Days(today) > 2:
		found = append(found, Trouble{Key: "long_unmixed", Args: map[string]string{"On": string(done)}})
	}
	var halted int
	if err := d.Reader().Get(ctx, &halted, `SELECT COUNT(*) FROM halted_releases`); err != nil {
		return nil, err
	}
	if halted > 0 {
		found = append(found, Trouble{Key: "halted", Args: map[string]string{"Count": strconv.Itoa(halted)}})
	}
	return found, nil
}

func (d *DB) examineFile(ctx context.Context, _ surveys.Date) ([]Trouble, error) {
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

func (d *DB) examineServer(ctx context.Context, _ surveys.Date) ([]Trouble, error) {
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
