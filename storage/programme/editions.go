package programme

import (
	"context"
	"fmt"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/training"
)

type editionRow struct {
	Org          surveys.OrgID      `db:"organisation_id"`
	ID           surveys.ID         `db:"edition_id"`
	Design       surveys.ID         `db:"design_id"`
	Dates        list[surveys.Date] `db:"dates"`
	Places       int                `db:"places"`
	Participants int                `db:"participants"`
	Area         string             `db:"area"`
	Status       string             `db:"status"`
	Revision     int                `db:"revision"`
}

func (r *editionRow) edition() training.Edition {
	return training.Edition{ID: r.ID, Org: r.Org, Design: r.Design, Dates: r.Dates.V, Places: r.Places,
		Participants: r.Participants, Area: r.Area, Status: r.Status, Revision: r.Revision}
}

// ListEditions gives the editions of all course designs of the organisation, those
// of one design together.
func (p *Programme) ListEditions(ctx context.Context, org surveys.OrgID) ([]training.Edition, error) {
	var rows []editionRow
	if err := p.db.Reader().Select(ctx, &rows, `SELECT organisation_id, edition_id, design_id, dates, places, participants, area, status, revision
		FROM editions WHERE organisation_id = ? ORDER BY design_id, edition_id`, org); err != nil {
		return nil, fmt.Errorf("list editions: %w", err)
	}
	return each(rows, (*editionRow).edition), nil
}

// AddEdition stores a new edition.
func (p *Programme) AddEdition(ctx context.Context, e *training.Edition) error {
	return p.add(ctx, "edition", e.ID, e, `INSERT INTO editions (organisation_id, edition_id, design_id, dates, places, participants, area, status, revision)
		VALUES (:organisation_id, :edition_id, :design_id, :dates, :places, :participants, :area, :status, :revision)`,
		editionRow{e.Org, e.ID, e.Design, listOf(e.Dates), e.Places, e.Participants, e.Area, e.Status, e.Revision})
}
