package programme

import (
	"context"
	"fmt"
	"time"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/decisions"
)

type decisionRow struct {
	Org        surveys.OrgID     `db:"organisation_id"`
	Survey     surveys.ID        `db:"survey_id"`
	ID         surveys.ID        `db:"decision_id"`
	Findings   list[surveys.ID]  `db:"findings"`
	Outcome    decisions.Outcome `db:"outcome"`
	What       text              `db:"what"`
	Reason     text              `db:"reason"`
	DecidedBy  text              `db:"decided_by"`
	DecidedOn  surveys.Date      `db:"decided_on"`
	Next       text              `db:"next"`
	NextOn     surveys.Date      `db:"next_on"`
	Design     surveys.ID        `db:"design_id"`
	Ordered    int               `db:"design_revision"`
	Budget     int               `db:"budget"`
	Replaces   surveys.ID        `db:"replaces_id"`
	RecordedAt db.Moment         `db:"recorded_at"`
	Revision   int               `db:"revision"`
}

func decisionToRow(d *decisions.Decision) decisionRow {
	return decisionRow{
		Org: d.Org, Survey: d.Survey, ID: d.ID, Findings: listOf(d.Findings), Outcome: d.Outcome, What: words(d.What),
		Reason: words(d.Reason), DecidedBy: words(d.DecidedBy), DecidedOn: d.DecidedOn, Next: words(d.Next), NextOn: d.NextOn,
		Design: d.Design, Budget: d.Budget, Replaces: d.Replaces, RecordedAt: db.Moment(d.RecordedAt), Revision: d.Revision,
	}
}

func (r *decisionRow) decision() decisions.Decision {
	return decisions.Decision{
		ID: r.ID, Org: r.Org, Survey: r.Survey, Findings: r.Findings.V, Outcome: r.Outcome, What: r.What.V,
		Reason: r.Reason.V, DecidedBy: r.DecidedBy.V, DecidedOn: r.DecidedOn, Next: r.Next.V, NextOn: r.NextOn,
		Design: r.Design, DesignRevision: r.Ordered, Budget: r.Budget, Replaces: r.Replaces, RecordedAt: time.Time(r.RecordedAt), Revision: r.Revision,
	}
}

const decisionColumns = `organisation_id, survey_id, decision_id, findings, outcome, what, reason, decided_by, decided_on, next, next_on,
	design_id, budget, replaces_id, recorded_at, revision, design_revision`

// orderedRevision is the revision that the design of a decision has now: what it orders.
const orderedRevision = `COALESCE((SELECT revision FROM designs WHERE organisation_id = :organisation_id AND design_id = :design_id), 0)`

// ListDecisions gives the decisions about a survey, or about all surveys of the
// organisation when survey is empty: the recorded ones by the day on which was
// decided, then the concepts.
func (p *Programme) ListDecisions(ctx context.Context, org surveys.OrgID, survey surveys.ID) ([]decisions.Decision, error) {
	var rows []decisionRow
	if err := p.db.Reader().Select(ctx, &rows, `SELECT `+decisionColumns+` FROM decisions
		WHERE organisation_id = ? AND (survey_id = ? OR ? = '')
		ORDER BY recorded_at IS NULL, decided_on, decision_id`, org, survey, survey); err != nil {
		return nil, fmt.Errorf("list decisions: %w", err)
	}
	return each(rows, (*decisionRow).decision), nil
}

// FindDecision finds a decision, recorded or not.
func (p *Programme) FindDecision(ctx context.Context, org surveys.OrgID, id surveys.ID) (*decisions.Decision, error) {
	return findDecision(ctx, p.db.Reader(), org, id)
}

func findDecision(ctx context.Context, r db.Reader, org surveys.OrgID, id surveys.ID) (*decisions.Decision, error) {
	var row decisionRow
	if err := r.Get(ctx, &row, `SELECT `+decisionColumns+` FROM decisions WHERE organisation_id = ? AND decision_id = ?`, org, id); err != nil {
		return nil, fmt.Errorf("find decision %s: %w", id, err)
	}
	d := row.decision()
	return &d, nil
}

// AddDecision stores a new decision, with the revision that its design has.
func (p *Programme) AddDecision(ctx context.Context, d *decisions.Decision) error {
	return p.add(ctx, "decision", d.ID, d, `INSERT INTO decisions (`+decisionColumns+`)
		VALUES (:organisation_id, :survey_id, :decision_id, :findings, :outcome, :what, :reason, :decided_by, :decided_on, :next, :next_on,
		:design_id, :budget, :replaces_id, :recorded_at, :revision, `+orderedRevision+`)`, decisionToRow(d))
}

// ChangeDecision loads a concept, lets change alter it or record it and stores it, with
// the revision that its design has then, in one transaction. A decision that is recorded is ErrChangedMeanwhile.
func (p *Programme) ChangeDecision(ctx context.Context, org surveys.OrgID, id surveys.ID, alter func(*decisions.Decision) error) error {
	return change(ctx, p.db, "decision", org, id, findDecision, updateDecision, alter)
}

func updateDecision(ctx context.Context, tx *db.Tx, d *decisions.Decision) error {
	return tx.ExecRowOne(ctx, `UPDATE decisions SET findings = :findings, outcome = :outcome, what = :what, reason = :reason,
		decided_by = :decided_by, decided_on = :decided_on, next = :next, next_on = :next_on, design_id = :design_id, budget = :budget,
		design_revision = `+orderedRevision+`, replaces_id = :replaces_id, recorded_at = :recorded_at, revision = :revision + 1
		WHERE organisation_id = :organisation_id AND decision_id = :decision_id AND revision = :revision AND recorded_at IS NULL`, decisionToRow(d))
}

// RemoveDecision removes a concept. A decision that is recorded, or that a notice
// names, stays: ErrChangedMeanwhile.
func (p *Programme) RemoveDecision(ctx context.Context, org surveys.OrgID, id surveys.ID) error {
	return remove(ctx, p.db, "decision", org, id, deleteDecision)
}

func deleteDecision(ctx context.Context, tx *db.Tx, org surveys.OrgID, id surveys.ID) error {
	if _, err := findDecision(ctx, tx.Reader, org, id); err != nil {
		return err
	}
	named, err := refersTo(ctx, tx.Reader, id, `SELECT decisions FROM notices WHERE organisation_id = ?`, org)
	if err != nil {
		return err
	}
	if named {
		return surveys.ErrChangedMeanwhile
	}
	return tx.ExecOne(ctx, `DELETE FROM decisions WHERE organisation_id = ? AND decision_id = ? AND recorded_at IS NULL`, org, id)
}
