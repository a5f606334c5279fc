package db

import (
	"errors"
	"testing"
)

func TestSQLiteThatForgetsIsRefused(t *testing.T) {
	for name, pragma := range map[string]string{
		"when a commit does not wait for the disk":   "PRAGMA synchronous = NORMAL",
		"when there is no write-ahead log":           "PRAGMA journal_mode = DELETE",
		"when deleted answers stay readable on disk": "PRAGMA secure_delete = OFF",
	} {
		t.Run(name, func(t *testing.T) {
			d, err := Open(t.Context(), "sqlite://"+t.TempDir()+"/weerklank.db")
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			if err := d.CheckDurable(t.Context()); err != nil {
				t.Fatalf("CheckDurable() before = %v", err)
			}
			if err := d.read.Close(); err != nil { // a reader would keep the log
				t.Fatal(err)
			}
			if _, err := d.write.ExecContext(t.Context(), pragma); err != nil {
				t.Fatal(err)
			}
			if err := d.CheckDurable(t.Context()); !errors.Is(err, ErrNotDurable) {
				t.Errorf("CheckDurable() after %s = %v, want ErrNotDurable", pragma, err)
			}
		})
	}
}
