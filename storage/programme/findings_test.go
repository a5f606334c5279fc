package programme_test

import (
	"errors"
	"testing"

	"weerklank.nl/weerklank/storage/programme"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/decisions"
	"weerklank.nl/weerklank/surveys/disclosure"
)

// frozen is evidence with a figure in it, as the guard writes it.
func frozen(t *testing.T) []disclosure.Evidence {
	t.Helper()
	evidence, err := disclosure.RestoreEvidence([]byte(`[{"survey":"s","question":"wacht","group":{"b":"servicepunt","v":"noord"},"focus":["lang"],
		"release":2,"as_of":"2026-05-03","figure":{"question":{"nl":"Hoe lang?","en":"How long?"},"group":{"nl":"Noord","en":"North"},"base":48,
		"single":true,"cells":[{"name":"lang","label":{"nl":"Lang","en":"Long"},"score":1.5,"n":30},{"name":"kort","label":{"nl":"Kort","en":"Short"},"n":18}]}}]`))
	must(t, err)
	return evidence
}

func finding(t *testing.T, org surveys.OrgID, survey, id surveys.ID, on surveys.Date) *decisions.Finding {
	t.Helper()
	return &decisions.Finding{ID: id, Org: org, Survey: survey, Statement: surveys.Text{NL: "Men wacht lang", EN: "People wait long"},
		Evidence: frozen(t), MadeOn: on, MadeBy: "manager", Revision: 1}
}

func TestFindingComesBackWithItsEvidence(t *testing.T) {
	eachStore(t, func(t *testing.T, p *programme.Programme) {
		want := finding(t, here, "s", "one", "2026-05-04")
		must(t, p.AddFinding(t.Context(), want))
		got, err := p.FindFinding(t.Context(), here, "one")
		must(t, err)
		same(t, got, want)
		if got.Evidence[0].Shown.Empty() {
			t.Error("the evidence shows nothing")
		}
		if _, err := p.FindFinding(t.Context(), there, "one"); !errors.Is(err, surveys.ErrNotFound) {
			t.Errorf("FindFinding() elsewhere = %v, want ErrNotFound", err)
		}
	})
}

func TestFindingsAreListedByDay(t *testing.T) {
	eachStore(t, func(t *testing.T, p *programme.Programme) {
		must(t, p.AddFinding(t.Context(), finding(t, here, "s", "newer", "2026-05-05")))
		must(t, p.AddFinding(t.Context(), finding(t, here, "s", "older", "2026-05-04")))
		must(t, p.AddFinding(t.Context(), finding(t, here, "r", "of another survey", "2026-05-06")))
		must(t, p.AddFinding(t.Context(), finding(t, there, "s", "of another organisation", "2026-05-03")))
		of, err := p.ListFindings(t.Context(), here, "s")
		same(t, keys(t, of, err), []string{"older", "newer"})
		all, err := p.ListFindings(t.Context(), here, "")
		same(t, keys(t, all, err), []string{"older", "newer", "of another survey"})
	})
}

func TestFindingIsRemovedUnlessADecisionNamesIt(t *testing.T) {
	eachStore(t, func(t *testing.T, p *programme.Programme) {
		must(t, p.AddFinding(t.Context(), finding(t, here, "s", "free", "2026-05-04")))
		must(t, p.AddFinding(t.Context(), finding(t, here, "s", "decided", "2026-05-04")))
		must(t, p.AddDecision(t.Context(), concept("d", "decided")))

		if err := p.RemoveFinding(t.Context(), there, "free"); !errors.Is(err, surveys.ErrNotFound) {
			t.Errorf("RemoveFinding() elsewhere = %v, want ErrNotFound", err)
		}
		must(t, p.RemoveFinding(t.Context(), here, "free"))
		if _, err := p.FindFinding(t.Context(), here, "free"); !errors.Is(err, surveys.ErrNotFound) {
			t.Errorf("FindFinding() = %v, want ErrNotFound", err)
		}
		if err := p.RemoveFinding(t.Context(), here, "decided"); !errors.Is(err, surveys.ErrChangedMeanwhile) {
			t.Errorf("RemoveFinding() under a decision = %v, want ErrChangedMeanwhile", err)
		}
		if _, err := p.FindFinding(t.Context(), here, "decided"); err != nil {
			t.Errorf("the finding under a decision is gone: %v", err)
		}
	})
}
