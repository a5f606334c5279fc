package db

import (
	"strconv"
	"testing"
)

func TestAQueryOfIngestIsWorkedOutOnce(t *testing.T) {
	d, err := Open(t.Context(), "sqlite://"+t.TempDir()+"/a.db")
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	ask := func(query string, want int) {
		t.Helper()
		err := d.Ingest(t.Context(), func(tx *Tx) error {
			var n int
			if err := tx.Get(t.Context(), &n, query, want); err != nil || n != want {
				t.Errorf("Get() = %d, %v; want %d", n, err, want)
			}
			var all []int
			if err := tx.Select(t.Context(), &all, query, want); err != nil || len(all) != 1 || all[0] != want {
				t.Errorf("Select() = %v, %v; want %d", all, err, want)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for n := range 3 {
		ask("SELECT ? + 0", n)
	}
	if d.known.find("SELECT ? + 0") == nil {
		t.Error("a query that ran three times is still read from its text")
	}
	for n := range 2 * mostPrepared {
		ask("SELECT ? + 0 * "+strconv.Itoa(n+1), n)
	}
	if len(d.known.ready) > mostPrepared {
		t.Errorf("%d statements are kept", len(d.known.ready))
	}
}
