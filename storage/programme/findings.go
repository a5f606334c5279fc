package programme

import (
	"context"
	"fmt"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/decisions"
	"weerklank.nl/weerklank/surveys/disclosure"
)

type findingRow struct {
	Org       surveys.OrgID `db:"organisation_id"`
	Survey    surveys.ID    `db:"survey_id"`
	ID        surveys.ID    `db:"finding_id"`
	Statement text          `db:"statement"`
	Evidence  []byte        `db:"evidence"` // as the guard writes it
	MadeOn    surveys.Date  `db:"made_on"`
	MadeBy    surveys.ID    `db:"made_by"`
	Revision  int           `db:"revision"`
}

func (r *findingRow) finding() (*decisions.Finding, error) {
	evidence, err := disclosure.RestoreEvidence(r.Evidence)
	if err != nil {
		return nil, fmt.Errorf("finding %s: %w", r.ID, err)
	}
	return &decisions.Finding{ID: r.ID, Org: r.Org, Survey: r.Survey, Statement: r.Statement.V, Evidence: evidence,
		MadeOn: r.MadeOn, MadeBy: r.MadeBy, Revision: r.Revision}, nil
}

// ListFindings gives the findings of a survey, or of all surveys of the
// organisation when survey is empty, by the day on which they were made.
func (p *Programme) ListFindings(ctx context.Context, org surveys.OrgID, survey surveys.ID) ([]decisions.Finding, error) {
	var rows []findingRow
	if err := p.db.Reader().Select(ctx, &rows, `SELECT organisation_id, survey_id, finding_id, statement, evidence, made_on, made_by, revision
		FROM findings WHERE organisation_id = ? AND (survey_id = ? OR ? = '') ORDER BY made_on, finding_id`, org, survey, survey); err != nil {
		return nil, fmt.Errorf("list findings: %w", err)
	}
	all := make([]decisions.Finding, len(rows))
	for i := range rows {
		f, err := rows[i].finding()
		if err != nil {
			return nil, fmt.Errorf("list findings: %w", err)
		}
		all[i] = *f
	}
	return all, nil
}

// FindFinding finds a finding with its frozen evidence.
func (p *Programme) FindFinding(ctx context.Context, org surveys.OrgID, id surveys.ID) (*decisions.Finding, error) {
	return findFinding(ctx, p.db.Reader(), org, id)
}

func findFinding(ctx context.Context, r db.Reader, org surveys.OrgID, id surveys.ID) (*decisions.Finding, error) {
	var row findingRow
	if err := r.Get(ctx, &row, `SELECT organisation_id, survey_id, finding_id, statement, evidence, made_on, made_by, revision
		FROM findings WHERE organisation_id = ? AND finding_id = ?`, org, id); err != nil {
		return nil, fmt.Errorf("find finding %s: %w", id, err)
	}
	return row.finding()
}

// AddFinding stores a new finding. Its evidence never changes: nothing here does so.
func (p *Programme) AddFinding(ctx context.Context, f *decisions.Finding) error {
	evidence, err := disclosure.EncodeEvidence(f.Evidence)
	if err != nil {
		return fmt.Errorf("add finding %s: %w", f.ID, err)
	}
	return p.add(ctx, "finding", f.ID, f, `INSERT INTO findings (organisation_id, survey_id, finding_id, statement, evidence, made_on, made_by, revision)
		VALUES (:organisation_id, :survey_id, :finding_id, :statement, :evidence, :made_on, :made_by, :revision)`,
		findingRow{f.Org, f.Survey, f.ID, words(f.Statement), evidence, f.MadeOn, f.MadeBy, f.Revision})
}

// RemoveFinding removes a finding. One that a decision names stays:
// ErrChangedMeanwhile.
func (p *Programme) RemoveFinding(ctx context.Context, org surveys.OrgID, id surveys.ID) error {
	return remove(ctx, p.db, "finding", org, id, deleteFinding)
}

func deleteFinding(ctx context.Context, tx *db.Tx, org surveys.OrgID, id surveys.ID) error {
	named, err := refersTo(ctx, tx.Reader, id, `SELECT findings FROM decisions WHERE organisation_id = ?`, org)
	if err != nil {
		return err
	}
	if named {
		return surveys.ErrChangedMeanwhile
	}
	n, err := tx.Exec(ctx, `DELETE FROM findings WHERE organisation_id = ? AND finding_id = ?`, org, id)
	if err == nil && n == 0 {
		err = surveys.ErrNotFound
	}
	return err
}
