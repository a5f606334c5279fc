package programme

import (
	"context"
	"fmt"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/surveys"
)

type collectorRow struct {
	Org      surveys.OrgID              `db:"organisation_id"`
	Survey   surveys.ID                 `db:"survey_id"`
	ID       surveys.ID                 `db:"collector_id"`
	Code     string                     `db:"code"`
	Kind     surveys.CollectorKind      `db:"kind"`
	Name     text                       `db:"name"`
	Prefill  db.JSON[map[string]string] `db:"prefill"`
	Budget   int                        `db:"budget"`
	Revision int                        `db:"revision"`
}

func collectorToRow(c *surveys.Collector) collectorRow {
	return collectorRow{c.Org, c.Survey, c.ID, c.Code, c.Kind, words(c.Name), db.JSON[map[string]string]{V: c.Prefill}, c.Budget, c.Revision}
}

func (r *collectorRow) collector() surveys.Collector {
	return surveys.Collector{ID: r.ID, Org: r.Org, Survey: r.Survey, Code: r.Code, Kind: r.Kind, Name: r.Name.V,
		Prefill: r.Prefill.V, Budget: r.Budget, Revision: r.Revision}
}

const collectorColumns = `organisation_id, survey_id, collector_id, code, kind, name, prefill, budget, revision`

// ListCollectors gives the ways in to a survey, the plain link first.
func (p *Programme) ListCollectors(ctx context.Context, org surveys.OrgID, survey surveys.ID) ([]surveys.Collector, error) {
	var rows []collectorRow
	if err := p.db.Reader().Select(ctx, &rows, `SELECT `+collectorColumns+` FROM collectors
		WHERE organisation_id = ? AND survey_id = ? ORDER BY code`, org, survey); err != nil {
		return nil, fmt.Errorf("list collectors of survey %s: %w", survey, err)
	}
	return each(rows, (*collectorRow).collector), nil
}

// FindCollector finds a way in by its key.
func (p *Programme) FindCollector(ctx context.Context, org surveys.OrgID, id surveys.ID) (*surveys.Collector, error) {
	return findCollector(ctx, p.db.Reader(), org, id)
}

func findCollector(ctx context.Context, r db.Reader, org surveys.OrgID, id surveys.ID) (*surveys.Collector, error) {
	var row collectorRow
	if err := r.Get(ctx, &row, `SELECT `+collectorColumns+` FROM collectors WHERE organisation_id = ? AND collector_id = ?`, org, id); err != nil {
		return nil, fmt.Errorf("find collector %s: %w", id, err)
	}
	c := row.collector()
	return &c, nil
}

// AddCollector stores a new way in. A code that is taken is an Invalid at "code".
func (p *Programme) AddCollector(ctx context.Context, c *surveys.Collector) error {
	err := p.add(ctx, "collector", c.ID, c, `INSERT INTO collectors (`+collectorColumns+`)
		VALUES (:organisation_id, :survey_id, :collector_id, :code, :kind, :name, :prefill, :budget, :revision)`, collectorToRow(c))
	return taken(err, "code", "collector.code_taken")
}

// ChangeCollector loads a way in, lets change alter it and stores it, in one
// transaction.
func (p *Programme) ChangeCollector(ctx context.Context, org surveys.OrgID, id surveys.ID, alter func(*surveys.Collector) error) error {
	err := change(ctx, p.db, "collector", org, id, findCollector, func(ctx context.Context, tx *db.Tx, c *surveys.Collector) error {
		return tx.ExecRowOne(ctx, `UPDATE collectors SET code = :code, kind = :kind, name = :name, prefill = :prefill, budget = :budget, revision = :revision + 1
			WHERE organisation_id = :organisation_id AND collector_id = :collector_id AND revision = :revision`, collectorToRow(c))
	}, alter)
	return taken(err, "code", "collector.code_taken")
}

// RemoveCollector removes a way in. Responses that came through it stay.
func (p *Programme) RemoveCollector(ctx context.Context, org surveys.OrgID, id surveys.ID) error {
	return remove(ctx, p.db, "collector", org, id, func(ctx context.Context, tx *db.Tx, org surveys.OrgID, id surveys.ID) error {
		c, err := findCollector(ctx, tx.Reader, org, id)
		if err != nil {
			return err
		}
		surveys.Changing(ctx, "collector", c.Shown())(nil)
		n, err := tx.Exec(ctx, `DELETE FROM collectors WHERE organisation_id = ? AND collector_id = ?`, org, id)
		if err == nil && n == 0 {
			err = surveys.ErrNotFound
		}
		return err
	})
}
