package db

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"weerklank.nl/weerklank/surveys"
)

// Mixed is a table whose physical order would tell in which order its rows came:
// responses, ballots, contacts. Its primary key is (survey_id, Key), and Key is
// random. Whoever changes rows of it does so within Ingest and calls Touch.
type Mixed struct {
	Table string
	Key   string // the name of the column of random bytes
	Notes string // the table that notes which rows were touched together; "" for none
}

// notes is the table of notes as something to put an empty one in the place of.
func (m Mixed) notes() Mixed { return Mixed{Table: m.Notes, Key: "batch"} }

// tables are the table itself and its notes, where it has them.
func (m Mixed) tables() []string {
	if m.Notes == "" {
		return []string{m.Table}
	}
	return []string{m.Table, m.Notes}
}

// MixReport is what a mixing did, for the log and for `weerklank bench mix`.
type MixReport struct {
	Rows         int64         // copied
	Took         time.Duration // in all
	LongestBlock time.Duration // that a writer can have waited for one step
}

// ErrCheckpointBusy says that readers kept SQLite from emptying its write-ahead
// log, which until then still holds rows in the order in which they came. The
// mixing itself is done; the log is emptied by the next one, or by trying again.
var ErrCheckpointBusy = errors.New("the write-ahead log could not be emptied")

// Mix copies the tables in the order of their random keys into fresh ones and puts
// those in their place, all in one transaction, so that neither the order nor the
// place on disk of a row tells any longer when it came. Writers wait only for a
// chunk, readers only for the renaming. A mixing that was cut short is begun anew.
//
// While another instance, or the command that makes a backup, is mixing it is
// ErrMixing. On SQLite the write-ahead log still holds the old order afterwards:
// EmptyLog removes it.
func (d *DB) Mix(ctx context.Context, tables ...Mixed) (MixReport, error) {
	m := mixer{db: d, tables: tables, holder: rand.Text()}
	began := time.Now()
	err := m.alone(ctx, m.run)
	m.report.Took = time.Since(began)
	if err != nil {
		return m.report, fmt.Errorf("mix: %w", err)
	}
	return m.report, nil
}

type mixer struct {
	db     *DB
	tables []Mixed
	holder string // of the lease
	report MixReport
}

func (m *mixer) run(ctx context.Context) error {
	for _, t := range m.tables {
		if err := m.begin(ctx, t); err != nil {
			return fmt.Errorf("begin %s: %w", t.Table, err)
		}
		if err := m.copy(ctx, t); err != nil {
			return fmt.Errorf("copy %s: %w", t.Table, err)
		}
	}
	if err := m.catchUp(ctx); err != nil {
		return fmt.Errorf("catch up: %w", err)
	}
	if err := m.swap(ctx); err != nil {
		return fmt.Errorf("swap: %w", err)
	}
	for _, t := range m.tables {
		for _, old := range []Mixed{t, t.notes()} {
			if err := m.discard(ctx, old, old.Table+"_old"); err != nil {
				return fmt.Errorf("empty the old %s: %w", old.Table, err)
			}
		}
	}
	return nil
}

// begin clears what an earlier mixing left, makes the fresh table and asks the
// writers to note what they touch from here on.
func (m *mixer) begin(ctx context.Context, t Mixed) error {
	for _, table := range t.tables() {
		if err := m.step(ctx, func(tx *Tx) error { return m.db.dialect.keepVacuumOff(ctx, tx, table) }); err != nil {
			return err
		}
	}
	err := m.step(ctx, func(tx *Tx) error {
		if err := m.db.dialect.lockWriters(ctx, tx, t.Table); err != nil {
			return err
		}
		return m.setRunning(ctx, tx, t, false)
	})
	if err != nil {
		return err
	}
	for _, each := range []Mixed{t, t.notes()} {
		for _, left := range []string{each.Table + "_old", each.Table + "_next"} {
			if err := m.discard(ctx, each, left); err != nil {
				return err
			}
		}
	}
	return m.step(ctx, func(tx *Tx) error {
		if err := m.db.dialect.lockWriters(ctx, tx, t.Table); err != nil {
			return err
		}
		for _, table := range t.tables() {
			if err := m.db.dialect.makeLike(ctx, tx, table, table+"_next"); err != nil {
				return err
			}
		}
		return m.setRunning(ctx, tx, t, true)
	})
}

func (m *mixer) setRunning(ctx context.Context, tx *Tx, t Mixed, running bool) error {
	if _, err := tx.Exec(ctx, `DELETE FROM mixing_touched WHERE table_name = ?`, t.Table); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `INSERT INTO mixing (table_name, running) VALUES (?, ?)
		ON CONFLICT (table_name) DO UPDATE SET running = excluded.running`, t.Table, running)
	return err
}

// rowKey is a place in the order of the keys.
type rowKey struct {
	Survey surveys.ID `db:"survey_id"`
	Key    []byte     `db:"row_key"`
}

// copy fills the fresh table in the order of the keys, a chunk a transaction.
func (m *mixer) copy(ctx context.Context, t Mixed) error {
	columns, err := m.db.dialect.columns(ctx, m.db.Reader(), t.Table)
	if err != nil {
		return err
	}
	list := strings.Join(columns, ", ")
	at, size := rowKey{Key: []byte{}}, newChunk()
	for {
		var copied int64
		took, err := m.timed(m.db.dialect.oneWriter, func() error {
			return m.step(ctx, func(tx *Tx) error {
				if err := m.db.dialect.relax(ctx, tx); err != nil {
					return err
				}
				var err error
				copied, err = tx.Exec(ctx, `INSERT INTO `+t.Table+`_next (`+list+`) SELECT `+list+` FROM `+t.Table+`
					WHERE (survey_id, `+t.Key+`) > (?, ?) ORDER BY survey_id, `+t.Key+` LIMIT ?`, at.Survey, at.Key, size.rows)
				if err != nil || copied == 0 {
					return err
				}
				return tx.Get(ctx, &at, `SELECT survey_id, `+t.Key+` AS row_key FROM `+t.Table+`_next
					ORDER BY survey_id DESC, `+t.Key+` DESC LIMIT 1`)
			})
		})
		if err != nil {
			return err
		}
		if copied == 0 {
			return nil
		}
		m.report.Rows += copied
		size.adapt(took)
		if err := m.db.dialect.checkpointBeside(ctx, m.db); err != nil {
			return err
		}
	}
}

// Bounds of catching up. Writers wait while touched rows are brought over, and touch
// others in between; whatever they do, the rounds come to an end.
const (
	touchedAtOnce = 512
	mostRounds    = 64
)

// catchUp brings over what was touched meanwhile, a little at a time, until so
// little is left that the swap can do it.
func (m *mixer) catchUp(ctx context.Context) error {
	for _, t := range m.tables {
		for round, done := 0, touchedAtOnce; done == touchedAtOnce && round < mostRounds; round++ {
			_, err := m.timed(true, func() error {
				return m.step(ctx, func(tx *Tx) error {
					if err := m.db.dialect.lockWriters(ctx, tx, t.Table); err != nil {
						return err
					}
					var err error
					done, err = bringOver(ctx, tx, t)
					return err
				})
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// bringOver makes the fresh table agree with the table for some touched rows, and
// tells for how many. Writers have to be locked out.
func bringOver(ctx context.Context, tx *Tx, t Mixed) (int, error) {
	columns, err := tx.dialect.columns(ctx, tx.Reader, t.Table)
	if err != nil {
		return 0, err
	}
	list := strings.Join(columns, ", ")
	var touched []rowKey
	if err := tx.Select(ctx, &touched, `SELECT survey_id, row_key FROM mixing_touched WHERE table_name = ?
		ORDER BY survey_id, row_key LIMIT ?`, t.Table, touchedAtOnce); err != nil || len(touched) == 0 {
		return 0, err
	}
	upto, args := `FROM mixing_touched WHERE table_name = ?`, []any{t.Table}
	if len(touched) == touchedAtOnce {
		last := touched[len(touched)-1]
		upto, args = upto+` AND (survey_id, row_key) <= (?, ?)`, append(args, last.Survey, last.Key)
	} else if err := addCompany(ctx, tx, t, touched); err != nil {
		return 0, err
	}
	for _, statement := range []string{
		`DELETE FROM ` + t.Table + `_next WHERE (survey_id, ` + t.Key + `) IN (SELECT survey_id, row_key ` + upto + `)`,
		`INSERT INTO ` + t.Table + `_next (` + list + `) SELECT ` + list + ` FROM ` + t.Table + ` WHERE (survey_id, ` + t.Key + `) IN
			(SELECT survey_id, row_key ` + upto + `) ORDER BY survey_id, ` + t.Key,
		`DELETE ` + upto,
	} {
		if _, err := tx.Exec(ctx, statement, args...); err != nil {
			return 0, err
		}
	}
	return len(touched), nil
}

// swap brings over the last touched rows and renames all tables in one
// transaction. Where a reader holds a table it gives way and tries again, so that
// nobody queues behind it for long.
func (m *mixer) swap(ctx context.Context) error {
	for attempt := 0; ; attempt++ {
		_, err := m.timed(true, func() error {
			return m.db.once(ctx, m.db.write, false, func(tx *Tx) error {
				if err := m.keep(ctx, tx); err != nil {
					return err
				}
				return m.swapOnce(ctx, tx)
			})
		})
		if err == nil || !m.db.dialect.lostRace(err) || attempt == 300 {
			return kindOf(err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
		if err := m.catchUp(ctx); err != nil {
			return err
		}
	}
}

func (m *mixer) swapOnce(ctx context.Context, tx *Tx) error {
	for _, t := range m.tables {
		for _, table := range t.tables() {
			if err := m.db.dialect.lockAll(ctx, tx, table); err != nil {
				return err
			}
		}
	}
	for _, t := range m.tables {
		if err := sameColumns(ctx, tx, t); err != nil {
			return err
		}
		for {
			n, err := bringOver(ctx, tx, t)
			if err != nil {
				return err
			}
			if n < touchedAtOnce {
				break
			}
		}
		if err := m.setRunning(ctx, tx, t, false); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE mixing SET epoch = ? WHERE table_name = ?`, rand.Text(), t.Table); err != nil {
			return err
		}
		for _, table := range t.tables() {
			for _, rename := range [][2]string{{table, table + "_old"}, {table + "_next", table}} {
				if _, err := tx.Exec(ctx, `ALTER TABLE `+rename[0]+` RENAME TO `+rename[1]); err != nil {
					return err
				}
			}
			if err := m.db.dialect.letVacuum(ctx, tx, table); err != nil {
				return err
			}
		}
	}
	return nil
}

// sameColumns refuses the swap when a migration ran while the rows were copied.
func sameColumns(ctx context.Context, tx *Tx, t Mixed) error {
	old, err := tx.dialect.columns(ctx, tx.Reader, t.Table)
	if err != nil {
		return err
	}
	next, err := tx.dialect.columns(ctx, tx.Reader, t.Table+"_next")
	if err != nil {
		return err
	}
	if !slices.Equal(old, next) {
		return fmt.Errorf("%s was migrated meanwhile: mix again", t.Table)
	}
	return nil
}

// discard empties a table that is left over, in chunks, and drops it.
func (m *mixer) discard(ctx context.Context, t Mixed, table string) error {
	if t.Table == "" {
		return nil
	}
	columns, err := m.db.dialect.columns(ctx, m.db.Reader(), table)
	if err != nil || len(columns) == 0 {
		return err
	}
	size := newChunk()
	for more := m.db.dialect.oneWriter; more; {
		took, err := m.timed(m.db.dialect.oneWriter, func() error {
			return m.step(ctx, func(tx *Tx) error {
				n, err := tx.Exec(ctx, `DELETE FROM `+table+` WHERE (survey_id, `+t.Key+`) IN
					(SELECT survey_id, `+t.Key+` FROM `+table+` ORDER BY survey_id, `+t.Key+` LIMIT ?)`, size.rows)
				more = n > 0
				return err
			})
		})
		if err != nil {
			return err
		}
		size.adapt(took)
		if err := m.db.dialect.checkpointBeside(ctx, m.db); err != nil {
			return err
		}
	}
	return m.step(ctx, func(tx *Tx) error {
		_, err := tx.Exec(ctx, `DROP TABLE `+table)
		return err
	})
}

func (m *mixer) step(ctx context.Context, steps func(*Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return m.db.transact(ctx, m.db.write, false, func(tx *Tx) error {
		if err := m.keep(ctx, tx); err != nil {
			return err
		}
		return steps(tx)
	})
}

// timed measures a step; blocks says that a writer waits for it.
func (m *mixer) timed(blocks bool, step func() error) (time.Duration, error) {
	began := time.Now()
	err := step()
	took := time.Since(began)
	if blocks {
		m.report.LongestBlock = max(m.report.LongestBlock, took)
	}
	return took, err
}

// chunk is how many rows one transaction takes: as many as fit into the time that
// a writer may wait.
type chunk struct{ rows int }

func newChunk() *chunk { return &chunk{rows: 500} }

func (c *chunk) adapt(took time.Duration) {
	switch {
	case took < 20*time.Millisecond:
		c.rows = min(2*c.rows, 16000)
	case took > 60*time.Millisecond:
		c.rows = max(c.rows/2, 100)
	}
}
