package aggregates_test

import (
	"slices"
	"testing"

	"weerklank.nl/weerklank/storage/aggregates"
	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
)

func TestTheDoctorFindsHaltedSurveysAndReleasesOfTomorrow(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		if found := dbtest.Troubles(t, d, aggregates.Examine(d)); len(found) > 0 {
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
		if found := dbtest.Troubles(t, d, aggregates.Examine(d)); !slices.Equal(found, []string{"clock_behind", "halted"}) {
			t.Errorf("found %v", found)
		}
		if err := d.MarkDone(t.Context(), "nightly", "2026-11-27"); err != nil {
			t.Fatal(err)
		}
		if found := dbtest.Troubles(t, d, aggregates.Examine(d)); !slices.Equal(found, []string{"clock_behind", "halted"}) {
			t.Errorf("found %v, want one trouble for one cause", found)
		}
	})
}
