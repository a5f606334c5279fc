package respond_test

import (
	"strings"
	"testing"

	"weerklank.nl/weerklank/storage/dbtest"
)

func TestWhoeverTypesWhoTheyAreIsWarnedAndMayGoOn(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	s := w.survey("balie", definition(t, balie), nil)
	const typed = "Bel mij op 06-00000123, mijn naam is Jan"
	a := w.check("balie", "open_verbeteren", typed)
	if got := squeeze(a.Find(".utrecht-alert--warning").Text()); !strings.Contains(got, "wie iemand is") || !strings.Contains(got, "mag het ook zo versturen") {
		t.Fatalf("the check page warns: %q", got)
	}
	said := squeeze(a.Find(".utrecht-status-badge--warning").Text())
	if !strings.Contains(said, "een telefoonnummer, een naam") || strings.Contains(said, "0000") {
		t.Errorf("at the answer stands %q", said)
	}
	if a.press("ga=versturen").code != 200 || w.count(s.ID) != 1 {
		t.Error("the answers were not taken")
	}
	if clean := w.check("balie", "open_verbeteren", "Zet er stoelen neer."); clean.Find(".utrecht-alert--warning").Length() != 0 {
		t.Error("there is a warning of nothing")
	}
}
