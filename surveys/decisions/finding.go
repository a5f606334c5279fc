package decisions

import (
	"slices"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
)

// Find makes a finding of figures as they are shown now. It refuses without a
// statement, and without a figure.
func Find(f Finding, evidence ...disclosure.Evidence) (*Finding, error) {
	var missing surveys.Invalid
	missing.Require(!f.Statement.Empty(), "statement", "finding.no_statement")
	shown := slices.ContainsFunc(evidence, func(e disclosure.Evidence) bool { return !e.Shown.Empty() })
	missing.Require(shown, "evidence", "finding.no_evidence")
	if err := missing.Err(); err != nil {
		return nil, err
	}
	f.Evidence = evidence
	return &f, nil
}

// Remove says whether a finding may be taken back: as long as no decision, not
// even a concept, rests on it.
func (f *Finding) Remove(all []Decision) error {
	var wrong surveys.Invalid
	used := slices.ContainsFunc(all, func(d Decision) bool { return slices.Contains(d.Findings, f.ID) })
	wrong.Require(!used, "finding", "finding.decided")
	return wrong.Err()
}

// Undecided are the findings that no recorded decision answers.
func Undecided(findings []Finding, all []Decision) []Finding {
	var open []Finding
	for _, f := range findings {
		answered := slices.ContainsFunc(all, func(d Decision) bool {
			return !d.RecordedAt.IsZero() && slices.Contains(d.Findings, f.ID)
		})
		if !answered {
			open = append(open, f)
		}
	}
	return open
}

// Change says whether the decision may still be changed or thrown away: while it
// is a concept.
func (d *Decision) Change() error {
	var wrong surveys.Invalid
	wrong.Require(d.RecordedAt.IsZero(), "outcome", "decision.recorded")
	return wrong.Err()
}

// Replace makes a new concept that takes the place of a recorded decision once it
// is recorded itself. It starts from the same findings.
func (d *Decision) Replace(id surveys.ID) (*Decision, error) {
	var wrong surveys.Invalid
	wrong.Require(!d.RecordedAt.IsZero(), "outcome", "decision.not_recorded")
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	return &Decision{ID: id, Org: d.Org, Survey: d.Survey, Findings: d.Findings, Replaces: d.ID}, nil
}

// InForce are the recorded decisions that no other recorded decision replaces.
func InForce(all []Decision) []Decision {
	replaced := map[surveys.ID]bool{}
	for _, d := range all {
		if !d.RecordedAt.IsZero() && d.Replaces != "" {
			replaced[d.Replaces] = true
		}
	}
	var force []Decision
	for _, d := range all {
		if !d.RecordedAt.IsZero() && !replaced[d.ID] {
			force = append(force, d)
		}
	}
	return force
}
