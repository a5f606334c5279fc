package db_test

import (
	"errors"
	"testing"
	"time"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
)

func TestOneMixesAtATime(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		responses := db.Mixed{Table: "responses", Key: "response_key"}
		now := time.Now()
		if mine, err := d.Lease(t.Context(), "mixing", "another", now, now.Add(time.Minute)); err != nil || !mine {
			t.Fatal(mine, err)
		}
		if _, err := d.Mix(t.Context(), responses); !errors.Is(err, db.ErrMixing) {
			t.Errorf("Mix() beside another = %v, want ErrMixing", err)
		}
		if err := d.Release(t.Context(), "mixing", "another"); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Mix(t.Context(), responses); err != nil {
			t.Errorf("Mix() after the other ended: %v", err)
		}
		if mine, err := d.Lease(t.Context(), "mixing", "a third", now, now.Add(time.Minute)); err != nil || !mine {
			t.Errorf("the lease was not given back: %v, %v", mine, err)
		}
	})
}
