package db

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"weerklank.nl/weerklank/surveys"
)

// Scrub makes that what was deleted from tables cannot be read back from the files of the
// database. On SQLite the whole file is written anew: secure_delete puts zeros over deleted
// rows, but a row that moved from one page to another may have left a copy behind. The
// write-ahead log still holds the old pages afterwards: EmptyLog removes them. On
// PostgreSQL each table is written anew, and what the planner had sampled of it is thrown
// away and sampled again. Nobody writes meanwhile; it is for the night, after something
// was deleted.
//
// What was deleted of mixed tables goes with the next mixing, and has to have gone before.
// Not reached are PostgreSQL's write-ahead log, replicas, and copies of the disk.
func (d *DB) Scrub(ctx context.Context, tables ...string) error {
	var err error
	if d.dialect.name == sqliteDialect.name {
		_, err = d.write.ExecContext(ctx, `VACUUM`)
	} else {
		err = d.rewrite(ctx, tables)
	}
	if err != nil {
		return fmt.Errorf("scrub: %w", kindOf(err))
	}
	return nil
}

// rewrite writes tables of PostgreSQL anew. Where it does not get a table to itself
// within some seconds it gives way, so that nobody queues behind it.
func (d *DB) rewrite(ctx context.Context, tables []string) (err error) {
	conn, err := d.write.Connx(ctx)
	if err != nil {
		return err
	}
	defer func() {
		_, reset := conn.ExecContext(context.WithoutCancel(ctx), `RESET lock_timeout`)
		err = errors.Join(err, reset, conn.Close())
	}()
	if _, err := conn.ExecContext(ctx, `SET lock_timeout = '2s'`); err != nil {
		return err
	}
	for _, table := range tables {
		if err := d.forgetSamples(ctx, conn, table); err != nil {
			return err
		}
		if err := d.patiently(ctx, func() error {
			_, err := conn.ExecContext(ctx, `VACUUM (FULL, ANALYZE) `+table)
			return err
		}); err != nil {
			return err
		}
	}
	// Samples that were thrown away lie in their table until it is written anew. The owner
	// of the database may do that; anybody else is warned and nothing happens.
	return d.patiently(ctx, func() error {
		_, err := conn.ExecContext(ctx, `VACUUM (FULL) pg_catalog.pg_statistic`)
		return err
	})
}

// forgetSamples throws away the values that ANALYZE took from a table: on a table that
// has become empty it would leave them as they were. Giving a column the type that it has
// changes nothing else.
func (d *DB) forgetSamples(ctx context.Context, conn *sqlx.Conn, table string) error {
	columns, err := d.Describe(ctx, table)
	if err != nil {
		return err
	}
	statement := `ALTER TABLE ` + table
	separator := " "
	for _, c := range columns {
		kind, text := map[ColumnType]string{TextColumn: "TEXT", BytesColumn: "BYTEA"}[c.Type]
		if text {
			statement += separator + `ALTER COLUMN ` + c.Name + ` TYPE ` + kind
			separator = ", "
		}
	}
	return d.patiently(ctx, func() error {
		_, err := conn.ExecContext(ctx, statement)
		return err
	})
}

// patiently tries again some times where others are in the way.
func (d *DB) patiently(ctx context.Context, step func() error) error {
	for attempt := 0; ; attempt++ {
		err := step()
		if err == nil || attempt == 5 || !d.dialect.lostRace(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// Holds gives those of the tables that still hold a row of a survey, with what a mixing
// may have left of them.
func (d *DB) Holds(ctx context.Context, survey surveys.ID, tables ...string) ([]string, error) {
	all, err := d.Tables(ctx, d.Reader())
	if err != nil {
		return nil, err
	}
	var found []string
	for _, table := range all {
		plain := strings.TrimSuffix(strings.TrimSuffix(table, "_old"), "_next")
		if !slices.Contains(tables, plain) {
			continue
		}
		var rows []int
		if err := d.Reader().Select(ctx, &rows, `SELECT 1 FROM `+table+` WHERE survey_id = ? LIMIT 1`, survey); err != nil {
			return nil, fmt.Errorf("look into %s: %w", table, err)
		}
		if len(rows) > 0 {
			found = append(found, table)
		}
	}
	return found, nil
}
