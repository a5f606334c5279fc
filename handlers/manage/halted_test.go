package manage_test

import (
	"strings"
	"testing"

	"weerklank.nl/weerklank/storage/aggregates"
	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/surveys"
)

func TestAfterARestoreTheResultsPageSaysThatNoReleaseIsMade(t *testing.T) {
	d := dbtest.Open(t, dbtest.SQLite(t))
	w := givenDeskOn(t, d, surveys.ProgrammeManager, "")
	s := w.closed()
	before := w.get(results(s))
	must(t, d.Transact(t.Context(), func(tx *db.Tx) error { return aggregates.Halt(t.Context(), tx, org, s.ID, "2026-11-20") }))
	after := w.get(results(s)).wants(200)
	if text := after.text(".utrecht-alert"); !strings.Contains(text, "Er komt geen nieuwe stand") || !strings.Contains(text, "20 november 2026") {
		t.Errorf("it says %q", text)
	}
	if after.Find(`form[action$="/stand"]`).Length() != 0 {
		t.Error("it still has the button for a new release")
	}
	before.send("/stand") // who had the page open
	if _, err := aggregates.New(d, nil).FindRelease(t.Context(), org, s.ID); err == nil {
		t.Error("a release was made")
	}
}
