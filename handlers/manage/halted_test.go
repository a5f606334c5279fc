package manage_test

import (
	"net/http"
	"net/url"
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

func TestAfterARestoreTheThemesOfTextsAreThereAndAreNotPublished(t *testing.T) {
	d := dbtest.Open(t, dbtest.SQLite(t))
	w := givenDeskOn(t, d, surveys.TextReviewer, "")
	s := w.readable(wrote())
	at := textsOf(s) + "/open_verbeteren/themas"
	before := w.get(at).send("/themas", "naam", "Wachten").wants(200)
	must(t, d.Transact(t.Context(), func(tx *db.Tx) error { return aggregates.Halt(t.Context(), tx, org, s.ID, "2026-11-20") }))
	after := w.get(at).wants(200)
	if text := after.text("main"); !strings.Contains(text, "Wachten") || !strings.Contains(text, "14") || after.Find(`form[action$="/publiceren"]`).Length() != 0 {
		t.Errorf("it says %s", text)
	}
	before.send("/themas", "naam", "Wachten").complains("naam")
}

func TestAnAdministratorWhoKnowsLetsAHaltedSurveyGoOn(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		w := givenDeskOn(t, d, surveys.ProgrammeManager, "")
		s := w.closed()
		must(t, d.Transact(t.Context(), func(tx *db.Tx) error { return aggregates.Halt(t.Context(), tx, org, s.ID, "2026-11-20") }))
		if told := w.get("/beheer").text("main .utrecht-alert"); !strings.Contains(told, "Bij 1 uitvraag komt er geen nieuwe stand") || !strings.Contains(told, "De beheerder kan dit nakijken") {
			t.Errorf("the overview of a manager says %q", told)
		}
		w.get("/beheer/stilgelegd").wants(http.StatusForbidden)
		role := func(role surveys.Role) {
			must(t, w.vault.ChangeAccount(t.Context(), org, "manager", func(a *surveys.Account, _ []surveys.Account) error { a.Role = role; return nil }))
		}
		role(surveys.Administrator)
		list := w.get(w.get("/beheer").Find(`main .utrecht-alert a`).AttrOr("href", "")).wants(200)
		field := "reason-" + string(s.ID)
		refused := list.send("/stilgelegd", "ga", "hervatten", field, "  ").complains(field)
		must(t, stillHalted(t, d, s.ID, true))
		gone := refused.send("/stilgelegd", "ga", "hervatten", field, "De dienst stond uit.").wants(200)
		if text := gone.text("section"); !strings.Contains(text, "De dienst stond uit.") || !strings.Contains(text, "Gaat weer verder") {
			t.Errorf("afterwards it says %q", text)
		}
		must(t, stillHalted(t, d, s.ID, false))
		list.send("/stilgelegd", "ga", "hervatten", field, "Nog een keer.").wants(http.StatusConflict) // who had the page open
		role(surveys.ProgrammeManager)
		if w.get(results(s)).send("/stand").text(".wk-figures") == "" {
			t.Error("no release is made")
		}
		role(surveys.Administrator)
		w.get("/beheer/stilgelegd").send("/stilgelegd", "ga", "stilleggen").wants(200)
		must(t, stillHalted(t, d, s.ID, true))
		trail, err := w.vault.ListEntries(t.Context(), org, surveys.EntryFilter{Kind: "stilgelegd", Survey: s.ID}, 0, 10)
		must(t, err)
		if len(trail) != 2 {
			t.Fatalf("the trail holds %d acts about the survey, want the one that was let go on and the one that was halted again: %+v", len(trail), trail)
		}
		said := trail[0] // both are of the same second, so either may come first
		if string(said.Changes["halted"]["halted"].After) != "false" {
			said = trail[1]
		}
		resumed := said.Changes["halted"]
		if said.Account != "manager" || string(resumed["reason"].After) != `"De dienst stond uit."` || string(resumed["halted"].Before) != "true" || string(resumed["halted"].After) != "false" {
			t.Errorf("the trail says %s of %s", resumed, said.Account)
		}
		w.post("/beheer/stilgelegd", url.Values{"survey": {"van-een-ander"}, "ga": {"hervatten"}, "reason-van-een-ander": {"x"}}).wants(http.StatusNotFound)
	})
}

func stillHalted(t *testing.T, d *db.DB, survey surveys.ID, want bool) error {
	t.Helper()
	since, err := aggregates.New(d, nil).Halted(t.Context(), org, survey)
	if (since != "") != want {
		t.Errorf("halted since %q, want %v", since, want)
	}
	return err
}
