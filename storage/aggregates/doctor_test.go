package aggregates_test

import (
	"slices"
	"testing"
	"time"

	"weerklank.nl/weerklank/storage/aggregates"
	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
)

func troubles(t *testing.T, d *db.DB) []string {
	t.Helper()
	found, err := d.Examine(t.Context(), time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC), aggregates.Examine(d))
	if err != nil {
		t.Fatal(err)
	}
	keys := []string{}
	for _, f := range found {
		keys = append(keys, f.Key)
	}
	return keys
}

func TestTheDoctorFindsHaltedSurveysAndReleasesOfTomorrow(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		if found := troubles(t, d); len(found) > 0 {
			t.Errorf("found %v where there is nothing", found)
		}
		err := d.Transact(t.Context(), func(tx *db.Tx) error {
			if err := aggregates.Halt(t.Context(), tx, "o", "s", "2026-11-20"); err != nil {
				return err
			}
			_, err := tx.Exec(t.Context(), `INSERT INTO releases (organisation_id, survey_id, number, as_of, made_on, final, figures)
				VALUES ('o', 's', 1, '2026-11-27', '2026-11-27', FALSE, ?)`, []byte{1})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if found := troubles(t, d); !slices.Equal(found, []string{"clock_behind", "halted"}) {
			t.Errorf("found %v", found)
		}
		if err := d.MarkDone(t.Context(), "nightly", "2026-11-27"); err != nil {
			t.Fatal(err)
		}
		if found := troubles(t, d); !slices.Equal(found, []string{"clock_behind", "halted"}) {
			t.Errorf("found %v, want one trouble for one cause", found)
		}
	})
}
