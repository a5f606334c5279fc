package decisions_test

import (
	"errors"
	"testing"
	"time"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/decisions"
)

var november = time.Date(2026, 11, 25, 10, 0, 0, 0, time.UTC)

func text(s string) surveys.Text { return surveys.Text{NL: s} }

// complete is a concept that would be recorded.
func complete() decisions.Decision {
	return decisions.Decision{
		ID: "d1", Survey: "balie", Findings: []surveys.ID{"b1"}, Outcome: decisions.NotAdopted,
		What: text("Wij gaan niet op zondag open."), Reason: text("Dat geld is er niet."),
		DecidedBy: text("College"), DecidedOn: "2026-11-17", Next: text("Er verandert niets."),
	}
}

func TestADecisionStaysAConcept(t *testing.T) {
	for name, spoil := range map[string]func(*decisions.Decision){
		"when it answers no finding":             func(d *decisions.Decision) { d.Findings = nil },
		"when nothing was chosen":                func(d *decisions.Decision) { d.Outcome = "" },
		"when it does not say what":              func(d *decisions.Decision) { d.What = text("") },
		"when it does not say why, also for no":  func(d *decisions.Decision) { d.Reason = text("") },
		"when nobody decided":                    func(d *decisions.Decision) { d.DecidedBy = text("") },
		"when it was decided tomorrow":           func(d *decisions.Decision) { d.DecidedOn = "2026-11-26" },
		"when it does not say what happens next": func(d *decisions.Decision) { d.Next = text("") },
		"when it was recorded before":            func(d *decisions.Decision) { d.RecordedAt = november },
	} {
		t.Run(name, func(t *testing.T) {
			d := complete()
			spoil(&d)
			if err := d.Record(november); !errors.As(err, new(surveys.Invalid)) {
				t.Errorf("Record() = %v, want a refusal", err)
			}
		})
	}
}

func TestARecordedDecisionIsReplacedNotChanged(t *testing.T) {
	d := complete()
	if err := d.Record(november); err != nil {
		t.Fatal(err)
	}
	if err := d.Change(); err == nil {
		t.Error("a recorded decision may be changed")
	}
	newer, err := d.Replace("d2")
	if err != nil {
		t.Fatal(err)
	}
	if force := decisions.InForce([]decisions.Decision{d, *newer}); len(force) != 1 || force[0].ID != "d1" {
		t.Errorf("a concept already replaces: %v", force)
	}
	newer.RecordedAt = november
	if force := decisions.InForce([]decisions.Decision{d, *newer}); len(force) != 1 || force[0].ID != "d2" {
		t.Errorf("in force: %v", force)
	}
}

func TestAFindingNeedsAFigureAndCanBeTakenBackUntilADecision(t *testing.T) {
	if _, err := decisions.Find(decisions.Finding{Statement: text("Mensen weten de volgende stap niet.")}); err == nil {
		t.Error("a finding without a figure was made")
	}
	f := decisions.Finding{ID: "b1"}
	if err := f.Remove(nil); err != nil {
		t.Errorf("Remove() = %v", err)
	}
	d := complete()
	if err := f.Remove([]decisions.Decision{d}); err == nil {
		t.Error("the finding under a concept was removed")
	}
	if open := decisions.Undecided([]decisions.Finding{f}, []decisions.Decision{d}); len(open) != 1 {
		t.Error("a concept answers a finding")
	}
}
