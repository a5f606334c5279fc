package vault_test

import (
	"fmt"
	"testing"
	"time"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/storage/vault"
	"weerklank.nl/weerklank/surveys"
)

// TestOfALongTrailAllThatIsOldGoesAndNothingElse has more lines than go at once, many of
// them of one second.
func TestOfALongTrailAllThatIsOldGoesAndNothingElse(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		v := vault.New(d)
		must(t, v.AddOrganisation(t.Context(), &surveys.Organisation{ID: org, Zone: "Europe/Amsterdam"}))
		const old, young = 2100, 3
		var args []any
		for i := range old + young {
			at := june.Add(time.Duration((i-old)/700) * time.Second) // the young ones are of june
			if i < old {
				at = at.Add(-time.Second)
			}
			args = append(args, org, db.Moment(at), fmt.Sprintf("entry-%d", i), 0, "a", "mensen_id", "", "", "{}")
		}
		must(t, d.Transact(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `INSERT INTO audit (organisation_id, at, entry_id, part, account_id, act, subject_id, survey_id, changes) VALUES `+
				db.Placeholders(old+young, 9), args...)
			return err
		}))
		erase := func() (deleted, noted int) {
			t.Helper()
			deleted, err := v.EraseTrail(t.Context(), org, june, func(_ *surveys.Organisation, entries int) { noted += entries })
			must(t, err)
			return deleted, noted
		}
		if deleted, noted := erase(); deleted != old || noted != old {
			t.Errorf("%d lines are deleted and %d written down, want %d", deleted, noted, old)
		}
		left, err := v.TrailLeft(t.Context(), org)
		must(t, err)
		if got := entries(t, v, surveys.EntryFilter{}); left || len(got) != young {
			t.Errorf("%d lines are left, want %d; old ones among them: %v", len(got), young, left)
		}
		if deleted, noted := erase(); deleted != 0 || noted != 0 {
			t.Errorf("%d lines are deleted and %d written down where nothing is old", deleted, noted)
		}
	})
}
