package db_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/surveys"
)

func TestTransactions(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		t.Run("that refuse leave nothing behind", func(t *testing.T) {
			refusal := errors.New("no")
			err := d.Transact(t.Context(), func(tx *db.Tx) error {
				if _, err := tx.Exec(t.Context(), `INSERT INTO clock (work, done_on) VALUES (?, ?)`, "a", "2026-11-25"); err != nil {
					return err
				}
				return refusal
			})
			if !errors.Is(err, refusal) {
				t.Fatalf("Transact() = %v, want the refusal", err)
			}
			var n int
			if err := d.Reader().Get(t.Context(), &n, `SELECT COUNT(*) FROM clock WHERE work = ?`, "a"); err != nil || n != 0 {
				t.Errorf("%d rows are left (%v)", n, err)
			}
		})
		t.Run("that run at once behave as if one came after the other", func(t *testing.T) {
			const clients, each = 4, 5
			var wg sync.WaitGroup
			for range clients {
				wg.Go(func() {
					for range each {
						if err := d.Transact(t.Context(), func(tx *db.Tx) error { return addOne(t.Context(), tx) }); err != nil {
							t.Error(err)
						}
					}
				})
			}
			wg.Wait()
			var tally string
			if err := d.Reader().Get(t.Context(), &tally, `SELECT done_on FROM clock WHERE work = ?`, "tally"); err != nil {
				t.Fatal(err)
			}
			if len(tally) != clients*each {
				t.Errorf("%d of %d additions are kept", len(tally), clients*each)
			}
		})
		t.Run("say what was not found", func(t *testing.T) {
			var n int
			if err := d.Reader().Get(t.Context(), &n, `SELECT 1 FROM clock WHERE work = ?`, "nothing"); !errors.Is(err, surveys.ErrNotFound) {
				t.Errorf("Get() = %v, want ErrNotFound", err)
			}
		})
	})
}

// addOne reads a value and writes it back one longer: what two at once would spoil.
func addOne(ctx context.Context, tx *db.Tx) error {
	var tally string
	if err := tx.Get(ctx, &tally, `SELECT done_on FROM clock WHERE work = ?`, "tally"); err != nil && !errors.Is(err, surveys.ErrNotFound) {
		return err
	}
	_, err := tx.Exec(ctx, `INSERT INTO clock (work, done_on) VALUES (?, ?)
		ON CONFLICT (work) DO UPDATE SET done_on = excluded.done_on`, "tally", tally+"x")
	return err
}

func TestLeaseHasOneHolder(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
		for _, step := range []struct {
			holder string
			at     time.Time
			want   bool
			why    string
		}{
			{"a", now, true, "nobody has it"},
			{"b", now.Add(30 * time.Second), false, "a has it"},
			{"a", now.Add(40 * time.Second), true, "a keeps what it has"},
			{"b", now.Add(2 * time.Minute), true, "the time of a is over"},
			{"a", now.Add(2 * time.Minute), false, "now b has it"},
		} {
			got, err := d.Lease(t.Context(), "mix", step.holder, step.at, step.at.Add(time.Minute))
			if err != nil || got != step.want {
				t.Errorf("Lease(%s) = %v, %v; %s", step.holder, got, err, step.why)
			}
		}
		if err := d.Release(t.Context(), "mix", "b"); err != nil {
			t.Fatal(err)
		}
		if got, err := d.Lease(t.Context(), "mix", "a", now, now.Add(time.Minute)); !got || err != nil {
			t.Errorf("Lease() after a release = %v, %v", got, err)
		}
	})
}

func TestOpenRefuses(t *testing.T) {
	for name, address := range map[string]string{
		"an unknown kind of database":          "mysql://localhost/x",
		"an SQLite address with two slashes":   "sqlite://weerklank.db",
		"no address at all":                    "",
		"something that cannot be read as URL": "postgres://user:geheim@host:port/%zz",
	} {
		t.Run(name, func(t *testing.T) {
			d, err := db.Open(t.Context(), address)
			if err == nil {
				t.Fatal("Open() succeeded", d.Close())
			}
			if strings.Contains(err.Error(), "geheim") {
				t.Errorf("the error repeats the password: %v", err)
			}
		})
	}
}

func TestMigrateTwiceChangesNothing(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		version, err := d.Migrate(t.Context())
		if err != nil || version != db.SchemaVersion() {
			t.Errorf("Migrate() = %d, %v; want %d", version, err, db.SchemaVersion())
		}
		if ok, err := d.Migrated(t.Context()); !ok || err != nil {
			t.Errorf("Migrated() = %v, %v", ok, err)
		}
	})
}
