package programme

import (
	"context"
	"fmt"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/training"
)

type designRow struct {
	Org          surveys.OrgID       `db:"organisation_id"`
	ID           surveys.ID          `db:"design_id"`
	Course       string              `db:"course_id"`
	Title        text                `db:"title"`
	Goals        list[training.Goal] `db:"goals"`
	Audience     text                `db:"audience"`
	Groups       list[string]        `db:"for_groups"`
	Sessions     int                 `db:"sessions"`
	Hours        float64             `db:"hours"`
	Participants int                 `db:"participants"`
	Funding      string              `db:"funding"`
	Cost         int                 `db:"cost"`
	Aftercare    text                `db:"aftercare"`
	CoDesign     text                `db:"co_design"`
	Result       text                `db:"result"`
	Revision     int                 `db:"revision"`
}

func designToRow(d *training.Design) designRow {
	return designRow{
		Org: d.Org, ID: d.ID, Course: d.Course, Title: words(d.Title), Goals: listOf(d.Goals), Audience: words(d.Audience),
		Groups: listOf(d.Groups), Sessions: d.Sessions, Hours: d.Hours, Participants: d.Participants, Funding: d.Funding, Cost: d.Cost,
		Aftercare: words(d.Aftercare), CoDesign: words(d.CoDesign), Result: words(d.Result), Revision: d.Revision,
	}
}

func (r *designRow) design() training.Design {
	return training.Design{
		ID: r.ID, Org: r.Org, Course: r.Course, Title: r.Title.V, Goals: r.Goals.V, Audience: r.Audience.V,
		Groups: r.Groups.V, Sessions: r.Sessions, Hours: r.Hours, Participants: r.Participants, Funding: r.Funding, Cost: r.Cost,
		Aftercare: r.Aftercare.V, CoDesign: r.CoDesign.V, Result: r.Result.V, Revision: r.Revision,
	}
}

const designColumns = `organisation_id, design_id, course_id, title, goals, audience, for_groups, sessions, hours, participants, funding, cost,
	aftercare, co_design, result, revision`

// ListDesigns gives the course designs of the organisation, by their random keys:
// a page that shows several sorts them by title.
func (p *Programme) ListDesigns(ctx context.Context, org surveys.OrgID) ([]training.Design, error) {
	var rows []designRow
	if err := p.db.Reader().Select(ctx, &rows, `SELECT `+designColumns+` FROM designs WHERE organisation_id = ? ORDER BY design_id`, org); err != nil {
		return nil, fmt.Errorf("list designs: %w", err)
	}
	return each(rows, (*designRow).design), nil
}

// FindDesign finds a course design.
func (p *Programme) FindDesign(ctx context.Context, org surveys.OrgID, id surveys.ID) (*training.Design, error) {
	return findDesign(ctx, p.db.Reader(), org, id)
}

func findDesign(ctx context.Context, r db.Reader, org surveys.OrgID, id surveys.ID) (*training.Design, error) {
	var row designRow
	if err := r.Get(ctx, &row, `SELECT `+designColumns+` FROM designs WHERE organisation_id = ? AND design_id = ?`, org, id); err != nil {
		return nil, fmt.Errorf("find design %s: %w", id, err)
	}
	d := row.design()
	return &d, nil
}

// AddDesign stores a new course design.
func (p *Programme) AddDesign(ctx context.Context, d *training.Design) error {
	return p.add(ctx, "design", d.ID, d, `INSERT INTO designs (`+designColumns+`)
		VALUES (:organisation_id, :design_id, :course_id, :title, :goals, :audience, :for_groups, :sessions, :hours, :participants, :funding, :cost,
		:aftercare, :co_design, :result, :revision)`, designToRow(d))
}

// FindDesignRevision finds what a course design was as of a revision, the newest or an
// earlier one: what a decision ordered.
func (p *Programme) FindDesignRevision(ctx context.Context, org surveys.OrgID, id surveys.ID, revision int) (*training.Design, error) {
	var row designRow
	if err := p.db.Reader().Get(ctx, &row, `SELECT `+designColumns+` FROM designs WHERE organisation_id = ? AND design_id = ? AND revision = ?
		UNION ALL SELECT `+designColumns+` FROM design_revisions WHERE organisation_id = ? AND design_id = ? AND revision = ?`,
		org, id, revision, org, id, revision); err != nil {
		return nil, fmt.Errorf("find revision %d of design %s: %w", revision, id, err)
	}
	d := row.design()
	return &d, nil
}

// ListDesignRevisions gives what a design was before it was changed, the newest
// first.
func (p *Programme) ListDesignRevisions(ctx context.Context, org surveys.OrgID, id surveys.ID) ([]training.Design, error) {
	var rows []designRow
	if err := p.db.Reader().Select(ctx, &rows, `SELECT `+designColumns+` FROM design_revisions
		WHERE organisation_id = ? AND design_id = ? ORDER BY revision DESC`, org, id); err != nil {
		return nil, fmt.Errorf("list the revisions of design %s: %w", id, err)
	}
	return each(rows, (*designRow).design), nil
}

// ChangeDesign loads a course design, lets change alter it and stores it beside what
// it was, in one transaction.
func (p *Programme) ChangeDesign(ctx context.Context, org surveys.OrgID, id surveys.ID, alter func(*training.Design) error) error {
	return change(ctx, p.db, "design", org, id, findDesign, updateDesign, alter)
}

func updateDesign(ctx context.Context, tx *db.Tx, d *training.Design) error {
	if _, err := tx.Exec(ctx, `INSERT INTO design_revisions (`+designColumns+`) SELECT `+designColumns+` FROM designs
		WHERE organisation_id = ? AND design_id = ? AND revision = ?`, d.Org, d.ID, d.Revision); err != nil {
		return fmt.Errorf("keep revision %d: %w", d.Revision, err)
	}
	return tx.ExecRowOne(ctx, `UPDATE designs SET course_id = :course_id, title = :title, goals = :goals, audience = :audience,
		for_groups = :for_groups, sessions = :sessions, hours = :hours, participants = :participants, funding = :funding, cost = :cost,
		aftercare = :aftercare, co_design = :co_design, result = :result, revision = :revision + 1
		WHERE organisation_id = :organisation_id AND design_id = :design_id AND revision = :revision`, designToRow(d))
}
