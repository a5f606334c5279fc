package db

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"weerklank.nl/weerklank/surveys"
)

// lockWriters keeps others from changing the table until the transaction ends.
// SQLite has one writer at a time as it is.
func (dl dialect) lockWriters(ctx context.Context, tx *Tx, table string) error {
	return dl.lock(ctx, tx, table, "SHARE ROW EXCLUSIVE")
}

// lockAll keeps others from using the table at all until the transaction ends.
// It gives up when it does not get it at once, because everybody who comes later
// would wait behind it.
func (dl dialect) lockAll(ctx context.Context, tx *Tx, table string) error {
	return dl.lock(ctx, tx, table, "ACCESS EXCLUSIVE")
}

func (dl dialect) lock(ctx context.Context, tx *Tx, table, mode string) error {
	if dl.name == sqliteDialect.name {
		return nil
	}
	if _, err := tx.Exec(ctx, `SET LOCAL lock_timeout = '100ms'`); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `LOCK TABLE `+table+` IN `+mode+` MODE`)
	return err
}

// keepVacuumOff ends a vacuum that PostgreSQL began of itself, and lets it begin none
// before the swap: it would hold a lock that shuts out those of the mixing, for as long
// as it takes. A lock of this kind makes nobody else wait; once it has waited for a
// second (deadlock_timeout) the vacuum gives way to it.
func (dl dialect) keepVacuumOff(ctx context.Context, tx *Tx, table string) error {
	if dl.name == sqliteDialect.name {
		return nil
	}
	if _, err := tx.Exec(ctx, `SET LOCAL lock_timeout = '30s'`); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `ALTER TABLE `+table+` SET (autovacuum_enabled = off)`)
	return err
}

// letVacuum lets a table be vacuumed again that makeLike made.
func (dl dialect) letVacuum(ctx context.Context, tx *Tx, table string) error {
	if dl.name == sqliteDialect.name {
		return nil
	}
	_, err := tx.Exec(ctx, `ALTER TABLE `+table+` RESET (autovacuum_enabled)`)
	return err
}

// checkpointBeside copies what stands in SQLite's write-ahead log into the file, on a
// connection that reads: who writes does not wait for it, and does not come to do it
// itself when the log is full.
func (dl dialect) checkpointBeside(ctx context.Context, d *DB) error {
	if dl.name != sqliteDialect.name {
		return nil
	}
	var row checkpointRow
	if err := d.read.GetContext(ctx, &row, `PRAGMA wal_checkpoint(PASSIVE)`); err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	return nil
}

// holdStill keeps a table from being renamed until the transaction ends. It has to
// come before the first query, which fixes the state that the transaction sees.
func (dl dialect) holdStill(ctx context.Context, tx *sqlx.Tx, table string) error {
	if dl.name == sqliteDialect.name {
		return nil
	}
	_, err := tx.ExecContext(ctx, `LOCK TABLE `+table+` IN ACCESS SHARE MODE`)
	return err
}

// relax lets a chunk of a copy be lost in a power cut: the copy is then begun
// anew, and the swap, which counts, waits for the disk as ever.
func (dl dialect) relax(ctx context.Context, tx *Tx) error {
	if dl.name == sqliteDialect.name {
		return nil
	}
	_, err := tx.Exec(ctx, `SET LOCAL synchronous_commit = off`)
	return err
}

var tableName = regexp.MustCompile(`^CREATE TABLE\s+("?)(\w+)("?)`)

// makeLike makes an empty table with the columns and keys of another, which
// PostgreSQL does not vacuum before letVacuum.
func (dl dialect) makeLike(ctx context.Context, tx *Tx, table, fresh string) error {
	if dl.name != sqliteDialect.name {
		if _, err := tx.Exec(ctx, `CREATE TABLE `+fresh+` (LIKE `+table+` INCLUDING ALL) WITH (autovacuum_enabled = off)`); err != nil {
			return err
		}
		return dl.sampleLittle(ctx, tx, `relname = '`+fresh+`'`) // which LIKE does not copy
	}
	var text string
	if err := tx.Get(ctx, &text, `SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?`, table); err != nil {
		return fmt.Errorf("read the schema of %s: %w", table, err)
	}
	if !tableName.MatchString(text) || !strings.Contains(strings.ToUpper(text), "WITHOUT ROWID") {
		return fmt.Errorf("%s is not a table without rowid", table)
	}
	_, err := tx.Exec(ctx, tableName.ReplaceAllString(text, "CREATE TABLE "+fresh))
	return err
}

// sampleLittle keeps PostgreSQL from gathering answers and keys into its statistics: those
// tell which rows were there when it last looked, and lie in its files for long after the
// table is gone. Of a primary key it needs to know that there are many, or it would read
// the whole table for a list of them: there it keeps two values, which is the least. Other
// columns of bytes are looked for by nobody. which is a condition on pg_class.
func (dl dialect) sampleLittle(ctx context.Context, tx *Tx, which string) error {
	if dl.name == sqliteDialect.name {
		return nil
	}
	_, err := tx.Exec(ctx, `DO $do$ DECLARE c record; BEGIN
		PERFORM pg_advisory_xact_lock(hashtext('weerklank sampling'));
		FOR c IN SELECT t.oid::regclass AS name, a.attname, a.attstattarget AS was, CASE WHEN a.attnum = ANY (i.indkey) THEN 1 ELSE 0 END AS target
			FROM pg_class t JOIN pg_attribute a ON a.attrelid = t.oid LEFT JOIN pg_index i ON i.indrelid = t.oid AND i.indisprimary
			WHERE t.relnamespace = current_schema()::regnamespace AND t.relkind = 'r' AND a.atttypid = 'bytea'::regtype AND NOT a.attisdropped AND `+which+`
		LOOP IF c.was IS DISTINCT FROM c.target THEN
			EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET STATISTICS %s', c.name, c.attname, c.target);
		END IF; END LOOP; END $do$`)
	return err
}

// columns are the names of a table's columns in their order; none when there is
// no such table.
func (dl dialect) columns(ctx context.Context, r Reader, table string) ([]string, error) {
	cols, err := dl.describe(ctx, r, table)
	names := make([]string, len(cols))
	for i, c := range cols {
		names[i] = c.Name
	}
	return names, err
}

// EmptyLog empties SQLite's write-ahead log into the database file: first, beside
// the writer, all that can be; then, while it waits, what little is left. It gives
// up at once where a reader still looks at an older state, and tries again for
// some seconds: ErrCheckpointBusy.
func (d *DB) EmptyLog(ctx context.Context) error {
	if d.dialect.name != sqliteDialect.name {
		return nil
	}
	var left checkpointRow
	for attempt := 0; attempt < 30; attempt++ {
		row, err := d.checkpoint(ctx)
		if err != nil || row.Busy == 0 {
			return err
		}
		left = row
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
	return fmt.Errorf("%w: %d pages are left in it", ErrCheckpointBusy, left.Log-left.Done)
}

// checkpointRow is the answer of a checkpoint: it comes as a row, not as an error.
type checkpointRow struct {
	Busy int `db:"busy"`
	Log  int `db:"log"`
	Done int `db:"checkpointed"`
}

func (d *DB) checkpoint(ctx context.Context) (row checkpointRow, err error) {
	if err := d.read.GetContext(ctx, &row, `PRAGMA wal_checkpoint(PASSIVE)`); err != nil {
		return row, fmt.Errorf("checkpoint: %w", err)
	}
	conn, err := d.write.Connx(ctx)
	if err != nil {
		return row, err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, `PRAGMA busy_timeout = 50`); err != nil {
		return row, err
	}
	if err := conn.GetContext(ctx, &row, `PRAGMA wal_checkpoint(TRUNCATE)`); err != nil {
		return row, fmt.Errorf("checkpoint: %w", err)
	}
	_, err = conn.ExecContext(context.WithoutCancel(ctx), `PRAGMA busy_timeout = 10000`)
	return row, err
}

// Column is a column as the database declares it.
type Column struct {
	Name string     `db:"name" json:"name"`
	Type ColumnType `db:"type" json:"type"`
	Key  int        `db:"pk" json:"key,omitempty"` // place in the primary key, from 1; 0 outside it
}

// ColumnType is the type of a column in the words that both databases share.
type ColumnType string

// The types of column that the migrations use.
const (
	TextColumn    ColumnType = "TEXT"
	IntegerColumn ColumnType = "INTEGER"
	RealColumn    ColumnType = "REAL"
	BooleanColumn ColumnType = "BOOLEAN"
	BytesColumn   ColumnType = "BYTES"
	TimeColumn    ColumnType = "TIMESTAMP"
)

// describe gives the columns of a table; none when there is no such table.
func (dl dialect) describe(ctx context.Context, r Reader, table string) ([]Column, error) {
	query := `SELECT name, UPPER(type) AS type, pk FROM pragma_table_info(?) ORDER BY cid`
	if dl.name != sqliteDialect.name {
		query = `SELECT a.attname AS name, UPPER(format_type(a.atttypid, NULL)) AS type,
				COALESCE(array_position(i.indkey::int2[], a.attnum), -1) + 1 AS pk
			FROM pg_attribute a LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
			WHERE a.attrelid = to_regclass(?) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`
	}
	var columns []Column
	if err := r.Select(ctx, &columns, query, table); err != nil {
		return nil, fmt.Errorf("describe %s: %w", table, err)
	}
	for i, c := range columns {
		switch c.Type {
		case "BLOB", "BYTEA":
			columns[i].Type = BytesColumn
		case "BIGINT", "SMALLINT":
			columns[i].Type = IntegerColumn
		case "DOUBLE PRECISION":
			columns[i].Type = RealColumn
		case "TIMESTAMP WITHOUT TIME ZONE":
			columns[i].Type = TimeColumn
		}
	}
	return columns, nil
}

// Describe gives the columns of a table; ErrNotFound when there is no such table.
func (d *DB) Describe(ctx context.Context, table string) ([]Column, error) {
	return d.DescribeIn(ctx, d.Reader(), table)
}

// DescribeIn is Describe within a view or transaction.
func (d *DB) DescribeIn(ctx context.Context, r Reader, table string) ([]Column, error) {
	columns, err := d.dialect.describe(ctx, r, table)
	if err == nil && len(columns) == 0 {
		err = fmt.Errorf("table %s: %w", table, surveys.ErrNotFound)
	}
	return columns, err
}

// Tables are the names of all tables of ours, in alphabetical order; not the one
// that keeps the version of the schema.
func (d *DB) Tables(ctx context.Context, r Reader) ([]string, error) {
	query := `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`
	if d.dialect.name != sqliteDialect.name {
		query = `SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename`
	}
	var all, ours []string
	if err := r.Select(ctx, &all, query); err != nil {
		return nil, fmt.Errorf("list tables: %w", err)
	}
	for _, name := range all {
		if !strings.HasPrefix(name, "goose_") {
			ours = append(ours, name)
		}
	}
	return ours, nil
}
