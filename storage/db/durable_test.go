package db_test

import (
	"errors"
	"strings"
	"testing"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
)

func TestPostgresThatForgetsIsRefused(t *testing.T) {
	server := dbtest.NewServer(t)
	address := server.NewDatabase(t, "weerklank")
	for _, setting := range []string{"fsync=off", "synchronous_commit=off", "synchronous_commit=local", "full_page_writes=off"} {
		t.Run("with "+setting, func(t *testing.T) {
			server.Crash(t)
			server.Start(t, setting)
			refused(t, address)
		})
	}
	t.Run("but not as it should be", func(t *testing.T) {
		server.Crash(t)
		server.Start(t)
		if err := dbtest.Open(t, address).CheckDurable(t.Context()); err != nil {
			t.Error(err)
		}
	})
	t.Run("with synchronous_commit off for this connection", func(t *testing.T) {
		refused(t, address+"&synchronous_commit=off")
	})
}

func refused(t *testing.T, address string) {
	t.Helper()
	d, err := db.Open(t.Context(), address)
	if !errors.Is(err, db.ErrNotDurable) {
		t.Fatalf("Open() = %v, want ErrNotDurable", err)
	}
	if d != nil {
		t.Error("a database came with the refusal")
	}
	if !strings.Contains(err.Error(), "has to be on") {
		t.Errorf("%v does not say what to set", err)
	}
}
