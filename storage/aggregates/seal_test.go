package aggregates_test

import (
	"bytes"
	"errors"
	"reflect"
	"testing"

	"weerklank.nl/weerklank/storage/aggregates"
	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/surveys/disclosure"
)

// stored is the memory as a copy of the database shows it.
func stored(t *testing.T, d *db.DB) []byte {
	t.Helper()
	var memory []byte
	if err := d.Reader().Get(t.Context(), &memory, `SELECT memory FROM release_memories WHERE organisation_id = ? AND survey_id = ?`, here, "s"); err != nil {
		t.Fatal(err)
	}
	return memory
}

func TestACopyOfTheDatabaseShowsNoMemoryOfTheGuard(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		if err := aggregates.New(d, keys).AddRelease(t.Context(), release(t, 1), memory(t, 1), nil); err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"seen", "18446744073709551615", "noord", "lang", "atoms"} {
			if bytes.Contains(stored(t, d), []byte(word)) {
				t.Errorf("what is stored holds %q", word)
			}
		}
		for name, c := range map[string]struct {
			keys [][32]byte
			want error
		}{
			"opens after the key was replaced": {[][32]byte{{2}, {1}}, nil},
			"does not open with another key":   {[][32]byte{{2}}, disclosure.ErrNoMemory},
			"does not open without a key":      {nil, disclosure.ErrNoMemory},
		} {
			t.Run(name, func(t *testing.T) {
				m, err := aggregates.New(d, c.keys).FindMemory(t.Context(), here, "s")
				if !errors.Is(err, c.want) || c.want == nil && !reflect.DeepEqual(m, memory(t, 1)) {
					t.Errorf("FindMemory() = %v, want %v", err, c.want)
				}
			})
		}
	})
}

func TestAnOlderMemoryIsNotTakenForANewerOne(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		a := aggregates.New(d, keys)
		if err := a.AddRelease(t.Context(), release(t, 1), memory(t, 1), nil); err != nil {
			t.Fatal(err)
		}
		older := stored(t, d)
		if err := a.AddRelease(t.Context(), release(t, 2), memory(t, 2), nil); err != nil {
			t.Fatal(err)
		}
		if err := d.Transact(t.Context(), func(tx *db.Tx) error {
			return tx.ExecOne(t.Context(), `UPDATE release_memories SET memory = ? WHERE organisation_id = ? AND survey_id = ?`, older, here, "s")
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := a.FindMemory(t.Context(), here, "s"); !errors.Is(err, disclosure.ErrNoMemory) {
			t.Errorf("FindMemory() = %v, want ErrNoMemory", err)
		}
	})
}
