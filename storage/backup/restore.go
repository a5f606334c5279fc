package backup

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"weerklank.nl/weerklank/storage/aggregates"
	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/ledger"
	"weerklank.nl/weerklank/storage/vault"
	"weerklank.nl/weerklank/surveys"
)

// Report is what a restore did, and about what it had to be careful.
type Report struct {
	TakenOn surveys.Date // the day of the backup
	Rows    int64
	// Halted surveys may still have made releases after the backup, of which the
	// guard now knows nothing; they make none until somebody says that there were
	// none.
	Halted []Halted
}

// Halted is a survey that makes no releases any more.
type Halted struct {
	Org    surveys.OrgID         `db:"organisation_id"`
	Survey surveys.ID            `db:"survey_id"`
	Slug   string                `db:"slug"`
	Title  db.JSON[surveys.Text] `db:"title"`
}

// oldest is the oldest schema that is restored: the first in which a restore can
// write down which surveys it halts.
const oldest = 6

// Restore fills an empty database from a backup, and brings it to the schema of this
// program. It reads the whole backup and checks it before it stores anything, and
// stores all of it or nothing. A sealed one is opened by an identity, as it is read; one
// that is not sealed has to come without. today is the day of the restore.
func Restore(ctx context.Context, d *db.DB, r io.ReadSeeker, by Identity, today surveys.Date) (Report, error) {
	report, err := restore(ctx, d, r, by, today)
	if err != nil {
		return Report{}, fmt.Errorf("restore: %w", err)
	}
	return report, nil
}

func restore(ctx context.Context, d *db.DB, r io.ReadSeeker, by Identity, today surveys.Date) (report Report, err error) {
	head, err := inspect(r, by)
	switch {
	case head.Weerklank > format, head.Schema > db.SchemaVersion():
		return report, ErrNewer
	case err != nil:
		return report, err
	case head.Schema < oldest:
		return report, ErrOlder
	}
	if err := prepare(ctx, d, head.Schema); err != nil {
		return report, err
	}
	err = d.Transact(ctx, func(tx *db.Tx) error { // again from the start when it lost a race
		if err := empty(ctx, d, tx.Reader); err != nil {
			return err
		}
		if _, err := r.Seek(0, io.SeekStart); err != nil {
			return err
		}
		lines, err := open(r, by)
		if err != nil {
			return err
		}
		report = Report{TakenOn: head.TakenOn}
		if report.Rows, err = load(ctx, d, tx, lines); err != nil {
			return err
		}
		return beCareful(ctx, tx, today, &report)
	})
	if err != nil {
		return report, err
	}
	_, err = d.Migrate(ctx)
	return report, err
}

// prepare brings a fresh database to the schema of the backup.
func prepare(ctx context.Context, d *db.DB, schema int64) error {
	version, err := d.Version(ctx)
	if err != nil {
		return err
	}
	if err := empty(ctx, d, d.Reader()); err != nil {
		return err
	}
	if version > schema {
		return fmt.Errorf("%w: it is %d, and that of the backup %d", ErrSchema, version, schema)
	}
	return d.MigrateTo(ctx, schema)
}

// empty refuses a database that holds something.
func empty(ctx context.Context, d *db.DB, r db.Reader) error {
	tables, err := d.Tables(ctx, r)
	if err != nil {
		return err
	}
	for _, table := range tables {
		if passing[table] && table != "sessions" && table != "setup_links" {
			continue
		}
		var rows []int
		if err := r.Select(ctx, &rows, `SELECT 1 FROM `+table+` LIMIT 1`); err != nil {
			return fmt.Errorf("look into table %s: %w", table, err)
		}
		if len(rows) > 0 {
			return fmt.Errorf("%w: table %s", ErrNotEmpty, table)
		}
	}
	return nil
}

// load stores the rows of all tables.
func load(ctx context.Context, d *db.DB, tx *db.Tx, lines *reader) (int64, error) {
	var into *loader
	var rows int64
	for {
		line, err := lines.next()
		if err != nil {
			return 0, err
		}
		if line[0] == '[' {
			if into == nil {
				return 0, ErrDamaged
			}
			if err := into.add(ctx, tx, line); err != nil {
				return 0, fmt.Errorf("table %s, row %d: %w", into.table, into.count, err)
			}
			rows++
			continue
		}
		if into != nil {
			if err := into.flush(ctx, tx); err != nil {
				return 0, fmt.Errorf("table %s: %w", into.table, err)
			}
		}
		var end trailer
		if err := json.Unmarshal(line, &end); err == nil && end.Rows != nil {
			return rows, lines.end(end, rows)
		}
		var next tableLine
		if err := json.Unmarshal(line, &next); err != nil || next.Table == "" {
			return 0, ErrDamaged
		}
		if into, err = newLoader(ctx, d, tx, next); err != nil {
			return 0, err
		}
	}
}

// loader stores the rows of one table, many at once.
type loader struct {
	table   string
	columns []db.Column
	insert  string
	args    []any
	count   int
}

const atOnce = 100

func newLoader(ctx context.Context, d *db.DB, tx *db.Tx, line tableLine) (*loader, error) {
	if passing[line.Table] {
		return nil, fmt.Errorf("%w: table %s is never in one", ErrDamaged, line.Table)
	}
	have, err := d.DescribeIn(ctx, tx.Reader, line.Table)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	types := map[string]db.ColumnType{}
	for _, c := range have {
		types[c.Name] = c.Type
	}
	names := make([]string, len(line.Columns))
	for i, c := range line.Columns {
		if types[c.Name] != c.Type { // also keeps names that are no column out of the statement
			return nil, fmt.Errorf("%w: table %s has no column %q of type %s", ErrDamaged, line.Table, c.Name, c.Type)
		}
		names[i] = c.Name
	}
	return &loader{table: line.Table, columns: line.Columns,
		insert: `INSERT INTO ` + line.Table + ` (` + strings.Join(names, ", ") + `) VALUES `}, nil
}

func (l *loader) add(ctx context.Context, tx *db.Tx, line []byte) error {
	l.count++
	var raw []json.RawMessage
	if err := json.Unmarshal(line, &raw); err != nil || len(raw) != len(l.columns) {
		return ErrDamaged
	}
	for i, c := range l.columns {
		v, err := read(c, raw[i])
		if err != nil {
			return fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		l.args = append(l.args, v)
	}
	if len(l.args) == atOnce*len(l.columns) {
		return l.flush(ctx, tx)
	}
	return nil
}

func (l *loader) flush(ctx context.Context, tx *db.Tx) error {
	if len(l.args) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, l.insert+db.Placeholders(len(l.args)/len(l.columns), len(l.columns)), l.args...)
	l.args = l.args[:0]
	return err
}

// beCareful halts what may have shown something since the backup, in the
// transaction that restores it. A survey without any release is halted too: its
// first may have been made since. One that
// nobody had opened is not: who answered it since is not in the backup, so that its
// figures and the lost ones count no response in common.
func beCareful(ctx context.Context, tx *db.Tx, today surveys.Date, report *Report) error {
	if err := tx.Select(ctx, &report.Halted, `SELECT organisation_id, survey_id, slug, title FROM surveys
		WHERE opened_at IS NOT NULL AND (NOT EXISTS (SELECT 1 FROM releases
			WHERE releases.organisation_id = surveys.organisation_id AND releases.survey_id = surveys.survey_id AND releases.final)
			OR EXISTS (SELECT 1 FROM theme_lists
			WHERE theme_lists.organisation_id = surveys.organisation_id AND theme_lists.survey_id = surveys.survey_id))
		ORDER BY organisation_id, slug`); err != nil {
		return err
	}
	for _, h := range report.Halted {
		if err := aggregates.Halt(ctx, tx, h.Org, h.Survey, today); err != nil {
			return err
		}
	}
	if err := ledger.PauseAll(ctx, tx); err != nil {
		return err
	}
	return vault.PauseMailings(ctx, tx)
}
