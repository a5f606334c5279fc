package admin_test

import (
	"encoding/json"
	"slices"
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

func TestWhatStaffDownloadOfThemselvesSaysNothingOfOthers(t *testing.T) {
	h := open(t)
	v := h.visitor()
	v.signIn(surveys.Administrator)
	of := func(who string) []string {
		return []string{"email", who + "@waterrijk.example", "language", "nl", "active", "yes"}
	}
	resp, _ := v.post("/beheer/mensen/id-reader", append(of("geheim.persoon"), "title", "Stille functie", "role", "text_reviewer")...)
	hasStatus(t, resp, 200)
	resp, _ = v.post("/beheer/mensen/id-administrator", append(of("administrator"), "title", "Eigen functie", "role", "administrator")...)
	hasStatus(t, resp, 200)
	_, body := v.get("/beheer/account/gegevens")
	for _, of := range []string{"geheim.persoon", "reader@waterrijk.example", "Stille functie", "text_reviewer"} {
		if strings.Contains(body, of) {
			t.Errorf("the download has %q, which is somebody else's", of)
		}
	}
	var told struct {
		Acts []struct {
			Subject  string                               `json:"subject"`
			Changes  map[string]map[string]surveys.Change `json:"changes"`
			Settings []string                             `json:"settings"`
		} `json:"acts"`
	}
	if err := json.Unmarshal([]byte(body), &told); err != nil {
		t.Fatal(err)
	}
	own := 0
	for _, act := range told.Acts {
		switch act.Subject {
		case "id-reader":
			if !slices.Contains(act.Settings, "email") || len(act.Changes) > 0 {
				t.Errorf("of what was done to somebody else it tells %+v, want the names of the settings", act)
			}
			own++
		case "id-administrator":
			if !strings.Contains(string(act.Changes["account"]["title"].After), "Eigen functie") {
				t.Errorf("of the own account it tells %+v, want what became of its title", act)
			}
			own++
		}
	}
	if own != 2 {
		t.Errorf("it tells %+v, want both acts", told.Acts)
	}
}

func TestOfTheTrailItIsSaidWhenItWasShownToBeGone(t *testing.T) {
	h := open(t)
	change := func(step func(o *surveys.Organisation)) {
		t.Helper()
		if err := h.vault.ChangeOrganisation(t.Context(), "waterrijk", func(o *surveys.Organisation) error { step(o); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	change(func(o *surveys.Organisation) { o.TrailErased("2026-10-01", "2026-11-01", 3) })
	change(func(o *surveys.Organisation) { o.Proven(surveys.KeptAudit, "2026-11-02") })
	change(func(o *surveys.Organisation) { o.TrailErased("2026-11-01", "2026-12-01", 4) })
	v := h.visitor()
	v.signIn(surveys.Administrator)
	_, body := v.get("/beheer/bewaren")
	if strings.Count(body, "aangetoond op") != 1 || !strings.Contains(body, "30 september 2026. Gewist, en aangetoond op 2 november 2026") {
		t.Errorf("it does not say that of the first one alone: %s", body)
	}
}
