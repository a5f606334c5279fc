package backup

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"weerklank.nl/weerklank/storage/db"
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
	// Answers that were withdrawn after the backup are back, and those that came
	// after it are gone. Who did it has the code; nobody else can know which.
	Withdrawable int64 // responses that can have been withdrawn since
}

// Halted is a survey that makes no releases any more.
type Halted struct {
	Org    surveys.OrgID         `db:"organisation_id"`
	Survey surveys.ID            `db:"survey_id"`
	Slug   string                `db:"slug"`
	Title  db.JSON[surveys.Text] `db:"title"`
}

// Restore fills an empty database from a backup, all of it or nothing, and brings
// it to the schema of this program. today is the day of the restore.
func Restore(ctx context.Context, d *db.DB, r io.Reader, today surveys.Date) (Report, error) {
	report, err := restore(ctx, d, r, today)
	if err != nil {
		return Report{}, fmt.Errorf("restore: %w", err)
	}
	return report, nil
}

func restore(ctx context.Context, d *db.DB, r io.Reader, today surveys.Date) (report Report, err error) {
	zipped, err := gzip.NewReader(r)
	if err != nil {
		return report, ErrNotABackup
	}
	lines := bufio.NewScanner(zipped)
	lines.Buffer(make([]byte, 1<<16), 256<<20)
	var head header
	if !lines.Scan() || json.Unmarshal(lines.Bytes(), &head) != nil || head.Weerklank == 0 {
		return report, ErrNotABackup
	}
	if head.Weerklank > format || head.Schema > db.SchemaVersion() {
		return report, ErrNewer
	}
	report.TakenOn = head.TakenOn
	if err := prepare(ctx, d, head.Schema); err != nil {
		return report, err
	}
	began := false
	err = d.Transact(ctx, func(tx *db.Tx) error {
		if began {
			return errors.New("another program writes to this database: stop it and begin again")
		}
		began = true
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
	switch {
	case version > schema:
		return fmt.Errorf("the database has schema %d and the backup %d: restore into a database that was not migrated yet: %w", version, schema, ErrNotEmpty)
	case version < schema:
		if err := d.MigrateTo(ctx, schema); err != nil {
			return err
		}
	}
	var n int
	if err := d.Reader().Get(ctx, &n, `SELECT COUNT(*) FROM organisations`); err != nil {
		return err
	}
	if n > 0 {
		return ErrNotEmpty
	}
	return nil
}

// load stores the rows of all tables.
func load(ctx context.Context, d *db.DB, tx *db.Tx, lines *bufio.Scanner) (int64, error) {
	var into *loader
	var rows int64
	for lines.Scan() {
		line := lines.Bytes()
		if len(line) > 0 && line[0] == '[' {
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
			if *end.Rows != rows || lines.Scan() || lines.Err() != nil {
				return 0, ErrDamaged
			}
			return rows, nil
		}
		var next tableLine
		if err := json.Unmarshal(line, &next); err != nil || next.Table == "" {
			return 0, ErrDamaged
		}
		var err error
		if into, err = newLoader(ctx, d, tx, next); err != nil {
			return 0, err
		}
	}
	return 0, errors.Join(ErrDamaged, lines.Err())
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
// transaction that restores it, and counts what a backup cannot know.
func beCareful(ctx context.Context, tx *db.Tx, today surveys.Date, report *Report) error {
	if err := tx.Select(ctx, &report.Halted, `SELECT s.organisation_id, s.survey_id, s.slug, s.title FROM surveys s
		JOIN release_memories m ON m.organisation_id = s.organisation_id AND m.survey_id = s.survey_id
		WHERE NOT EXISTS (SELECT 1 FROM releases r WHERE r.organisation_id = s.organisation_id AND r.survey_id = s.survey_id AND r.final)
		ORDER BY s.organisation_id, s.slug`); err != nil {
		return err
	}
	for _, h := range report.Halted {
		if _, err := tx.Exec(ctx, `INSERT INTO halted_releases (organisation_id, survey_id, since) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`,
			h.Org, h.Survey, today); err != nil {
			return err
		}
	}
	return tx.Get(ctx, &report.Withdrawable, `SELECT COUNT(*) FROM responses WHERE NOT withdrawn`)
}
