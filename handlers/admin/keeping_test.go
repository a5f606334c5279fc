package admin_test

import (
	"strings"
	"testing"

	"weerklank.nl/weerklank/surveys"
)

func TestPeriodsAreSetWithinTheirBoundsAndTheRegisterNamesWhatIsOpen(t *testing.T) {
	h := open(t)
	v := h.visitor()
	v.signIn(surveys.Administrator)
	if _, body := v.get("/beheer/bewaren/register"); strings.Count(body, "<mark>Vul in:") < 6 {
		t.Errorf("an empty register does not say what is open: %s", body)
	}
	resp, body := v.post("/beheer/bewaren/termijnen", "period_audit", "5", "controller", "Het college van Waterrijk")
	hasStatus(t, resp, 422)
	if !strings.Contains(body, "Het college van Waterrijk") {
		t.Error("what was typed is lost")
	}
	resp, _ = v.post("/beheer/bewaren/termijnen", "period_audit", "12", "period_texts", "3", "controller", "Het college van Waterrijk", "officer", "De FG")
	hasStatus(t, resp, 200)
	o, err := h.vault.FindOrganisation(t.Context(), "waterrijk")
	if err != nil || o.Keeping.Periods.Of(surveys.KeptAudit) != 12 || o.Keeping.Periods.Of(surveys.KeptAnswers) != 24 || o.Keeping.Register.Officer != "De FG" {
		t.Errorf("stored are %+v (%v)", o.Keeping, err)
	}
	for _, path := range []string{"/beheer/bewaren/register", "/beheer/bewaren/dpia"} {
		if _, body := v.get(path); !strings.Contains(body, "Het college van Waterrijk") {
			t.Errorf("%s does not name the controller", path)
		}
	}
	entries, err := h.vault.ListEntries(t.Context(), "waterrijk", surveys.EntryFilter{Kind: "bewaren_termijnen"}, 0, 9)
	if err != nil || len(entries) != 1 || string(entries[0].Changes["organisation"]["periods"].After) == "" {
		t.Errorf("the log has %+v (%v), want one line with the periods", entries, err)
	}
}

func TestStaffDownloadWhatIsKeptOfThemselvesAndNoSecret(t *testing.T) {
	h := open(t)
	v := h.visitor()
	v.signIn(surveys.Reader)
	resp, body := v.get("/beheer/account/gegevens")
	hasStatus(t, resp, 200)
	if !strings.Contains(body, "reader@waterrijk.example") || !strings.Contains(body, "signed_in") || strings.Contains(body, "argon2") {
		t.Errorf("the download is %s", body)
	}
	if !strings.HasPrefix(resp.Header.Get("Content-Disposition"), "attachment") {
		t.Error("it is shown as a page")
	}
}
