package programme

import (
	"context"
	"fmt"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/training"
)

type competenceRow struct {
	Org         surveys.OrgID           `db:"organisation_id"`
	ID          string                  `db:"competence_id"`
	Position    int                     `db:"position"`
	Name        text                    `db:"name"`
	Description text                    `db:"description"`
	Levels      list[surveys.Text]      `db:"levels"`
	Targets     db.JSON[map[string]int] `db:"targets"`
}

func (r *competenceRow) competence() training.Competence {
	return training.Competence{ID: r.ID, Name: r.Name.V, Description: r.Description.V, Levels: r.Levels.V, Targets: r.Targets.V}
}

// ListCompetences gives the competences of the organisation, in the order in which
// they were added.
func (p *Programme) ListCompetences(ctx context.Context, org surveys.OrgID) ([]training.Competence, error) {
	var rows []competenceRow
	if err := p.db.Reader().Select(ctx, &rows, `SELECT organisation_id, competence_id, position, name, description, levels, targets
		FROM competences WHERE organisation_id = ? ORDER BY position, competence_id`, org); err != nil {
		return nil, fmt.Errorf("list competences: %w", err)
	}
	return each(rows, (*competenceRow).competence), nil
}

// AddCompetences adds competences behind those that are there, all or none.
func (p *Programme) AddCompetences(ctx context.Context, org surveys.OrgID, added []training.Competence) error {
	return p.db.Transact(ctx, func(tx *db.Tx) error {
		var last int
		if err := tx.Get(ctx, &last, `SELECT COALESCE(MAX(position), 0) FROM competences WHERE organisation_id = ?`, org); err != nil {
			return fmt.Errorf("add competences: %w", err)
		}
		for i := range added {
			if err := insertCompetence(ctx, tx, org, last+1+i, &added[i]); err != nil {
				return fmt.Errorf("add competence %s: %w", added[i].ID, err)
			}
		}
		return nil
	})
}

func insertCompetence(ctx context.Context, tx *db.Tx, org surveys.OrgID, position int, c *training.Competence) error {
	_, err := tx.ExecRow(ctx, `INSERT INTO competences (organisation_id, competence_id, position, name, description, levels, targets)
		VALUES (:organisation_id, :competence_id, :position, :name, :description, :levels, :targets)`,
		competenceRow{org, c.ID, position, words(c.Name), words(c.Description), listOf(c.Levels), db.JSON[map[string]int]{V: c.Targets}})
	return err
}
