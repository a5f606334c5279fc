package answers_test

import (
	"slices"
	"testing"

	"weerklank.nl/weerklank/storage/answers"
	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
)

func TestTheDoctorFindsAnswersThatWereNotMixedForDays(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		if found := dbtest.Troubles(t, d, answers.Examine(d)); len(found) > 0 {
			t.Errorf("found %v where there are no answers", found)
		}
		err := d.Ingest(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `INSERT INTO responses (organisation_id, survey_id, response_key, withdrawn, version, collector_id, day, answers)
				VALUES (?, ?, ?, FALSE, 1, '', '', ?)`, "o", "s", []byte{1}, []byte{1})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if found := dbtest.Troubles(t, d, answers.Examine(d)); !slices.Equal(found, []string{"never_mixed"}) {
			t.Errorf("found %v", found)
		}
		if err := d.MarkDone(t.Context(), "nightly", "2026-11-20"); err != nil {
			t.Fatal(err)
		}
		if found := dbtest.Troubles(t, d, answers.Examine(d)); !slices.Equal(found, []string{"long_unmixed"}) {
			t.Errorf("found %v", found)
		}
		if err := d.MarkDone(t.Context(), "nightly", "2026-11-24"); err != nil {
			t.Fatal(err)
		}
		if found := dbtest.Troubles(t, d, answers.Examine(d)); len(found) > 0 {
			t.Errorf("found %v although it was mixed yesterday", found)
		}
	})
}
