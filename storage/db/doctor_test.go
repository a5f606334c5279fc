package db_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
)

func TestTheDoctorFinds(t *testing.T) {
	t.Run("nothing where all is well", func(t *testing.T) {
		dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
			if found := dbtest.Troubles(t, d); len(found) > 0 {
				t.Errorf("found %v", found)
			}
		})
	})
	t.Run("a database that is not migrated", func(t *testing.T) {
		d := dbtest.Open(t, dbtest.EmptyPostgres(t))
		if found := dbtest.Troubles(t, d); !slices.Equal(found, []string{"not_migrated"}) {
			t.Errorf("found %v", found)
		}
	})
	t.Run("a mixing that was cut short, or a clock that is behind", func(t *testing.T) {
		dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
			err := d.Transact(t.Context(), func(tx *db.Tx) error {
				_, err := tx.Exec(t.Context(), `INSERT INTO mixing (table_name, running) VALUES ('responses', TRUE)`)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if err := d.MarkDone(t.Context(), "nightly", "2026-11-27"); err != nil {
				t.Fatal(err)
			}
			if found := dbtest.Troubles(t, d); !slices.Equal(found, []string{"half_mixed", "clock_behind"}) {
				t.Errorf("found %v", found)
			}
			if mine, err := d.Lease(t.Context(), "mixing", "somebody", time.Now(), time.Date(2026, 11, 25, 12, 1, 0, 0, time.UTC)); err != nil || !mine {
				t.Fatal(mine, err)
			}
			if found := dbtest.Troubles(t, d); !slices.Equal(found, []string{"clock_behind"}) {
				t.Errorf("found %v while it is mixed", found)
			}
		})
	})
	t.Run("a database file that others can read", func(t *testing.T) {
		address := dbtest.SQLite(t)
		if err := os.Chmod(strings.TrimPrefix(address, "sqlite://"), 0o644); err != nil {
			t.Fatal(err)
		}
		if found := dbtest.Troubles(t, dbtest.Open(t, address)); !slices.Equal(found, []string{"file_readable"}) {
			t.Errorf("found %v", found)
		}
	})
	t.Run("a server that keeps the order in which answers came, or logs them", func(t *testing.T) {
		server := dbtest.NewServer(t)
		address := server.NewDatabase(t, "weerklank")
		server.Crash(t)
		server.Start(t, "track_commit_timestamp=on", "log_statement=all", "wal_keep_size=64")
		if found := dbtest.Troubles(t, dbtest.Open(t, address)); !slices.Equal(found, []string{"keeps_order", "keeps_order", "logs_answers"}) {
			t.Errorf("found %v", found)
		}
	})
}
