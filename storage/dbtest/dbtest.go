// Package dbtest gives tests real databases: each test a fresh one, on SQLite and
// on PostgreSQL. It starts a PostgreSQL of its own that goes when the test program
// ends, however it ends.
package dbtest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	_ "github.com/lib/pq" // to make and drop databases

	"weerklank.nl/weerklank/storage/db"
)

// EachDatabase runs the test once on SQLite and once on PostgreSQL, with a fresh
// database of the newest schema.
func EachDatabase(t *testing.T, test func(t *testing.T, d *db.DB)) {
	t.Helper()
	EachURL(t, func(t *testing.T, address string) { test(t, Open(t, address)) })
}

// EachURL is EachDatabase for tests that open the database themselves, or in
// another process.
func EachURL(t *testing.T, test func(t *testing.T, address string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, Postgres(t)) })
}

// Open opens a database until the test ends.
func Open(t testing.TB, address string) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Errorf("close database: %v", err)
		}
	})
	return d
}

var template struct {
	sync.Once
	file []byte
	err  error
}

// SQLite is the address of a fresh SQLite database in a folder of the test's own.
func SQLite(t testing.TB) string {
	t.Helper()
	template.Do(func() { template.file, template.err = migratedFile() })
	if template.err != nil {
		t.Fatal(template.err)
	}
	path := filepath.Join(t.TempDir(), "weerklank.db")
	if err := os.WriteFile(path, template.file, 0o600); err != nil {
		t.Fatal(err)
	}
	return "sqlite://" + path
}

func migratedFile() ([]byte, error) {
	dir, err := os.MkdirTemp("", "weerklank-template-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "template.db")
	if err := migrate("sqlite://" + path); err != nil {
		return nil, err
	}
	return os.ReadFile(path) // closed last by us, so nothing is left in the -wal
}

func migrate(address string) error {
	d, err := db.Open(context.Background(), address)
	if err != nil {
		return err
	}
	if _, err := d.Migrate(context.Background()); err != nil {
		return errors.Join(err, d.Close())
	}
	return d.Close()
}

var shared struct {
	sync.Once
	server *Server // kept, because it goes when nobody holds it
	admin  string  // address of the maintenance database
	err    error
}

// Postgres is the address of a fresh PostgreSQL database that is dropped when the
// test ends: on a server of the tests' own, or on the one that
// WEERKLANK_TEST_POSTGRES names.
func Postgres(t testing.TB) string {
	t.Helper()
	return postgres(t, templateName())
}

// EmptyPostgres is Postgres without any table.
func EmptyPostgres(t testing.TB) string {
	t.Helper()
	return postgres(t, "template1")
}

func postgres(t testing.TB, template string) string {
	t.Helper()
	shared.Do(func() {
		if shared.admin = os.Getenv("WEERKLANK_TEST_POSTGRES"); shared.admin == "" {
			if shared.server, shared.err = start(); shared.err == nil {
				shared.admin = shared.server.URL("postgres")
			}
		}
		if shared.err == nil {
			shared.err = makeTemplate(shared.admin)
		}
	})
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	name := "test_" + strings.ToLower(rand.Text())
	if err := run(shared.admin, `CREATE DATABASE `+name+` TEMPLATE `+template); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := run(shared.admin, `DROP DATABASE `+name+` WITH (FORCE)`); err != nil {
			t.Errorf("drop database: %v", err)
		}
	})
	return withDatabase(shared.admin, name)
}

// templateName differs by process, because a server that was named may be shared.
func templateName() string { return fmt.Sprintf("template_%d", os.Getpid()) }

func makeTemplate(admin string) error {
	if err := run(admin, `DROP DATABASE IF EXISTS `+templateName()); err != nil {
		return err
	}
	if err := run(admin, `CREATE DATABASE `+templateName()); err != nil {
		return err
	}
	return migrate(withDatabase(admin, templateName()))
}

func run(address, statement string) error {
	d, err := sqlx.Open("postgres", address)
	if err != nil {
		return err
	}
	defer d.Close()
	_, err = d.Exec(statement)
	return err
}

func withDatabase(address, name string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	u.Path = "/" + name
	return u.String()
}

// Troubles are the keys of what examining the database found on 25 November 2026.
func Troubles(t testing.TB, d *db.DB, own ...db.Check) []string {
	t.Helper()
	found, err := d.Examine(t.Context(), time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC), own...)
	if err != nil {
		t.Fatal(err)
	}
	keys := []string{}
	for _, f := range found {
		keys = append(keys, f.Key)
	}
	return keys
}
