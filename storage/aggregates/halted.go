package aggregates

import (
	"context"
	"fmt"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
)

// Halt makes, as a step of the transaction of a restore, that the survey makes no
// release until it is resumed: the guard's memory may lack what was shown between the
// backup and its restore. One that was halted before stays so since then.
func Halt(ctx context.Context, tx *db.Tx, org surveys.OrgID, survey surveys.ID, since surveys.Date) error {
	if _, err := tx.Exec(ctx, `INSERT INTO halted_releases (organisation_id, survey_id, since) VALUES (?, ?, ?)
		ON CONFLICT (organisation_id, survey_id) DO UPDATE SET since = excluded.since, resumed_on = '', resumed_by = '', reason = ''
		WHERE halted_releases.resumed_on <> ''`, org, survey, since); err != nil {
		return fmt.Errorf("halt releases of survey %s: %w", survey, err)
	}
	return nil
}

// Halted tells since which day a survey makes no release any more; "" when it is
// not halted.
func (a *Aggregates) Halted(ctx context.Context, org surveys.OrgID, survey surveys.ID) (surveys.Date, error) {
	return halted(ctx, a.db.Reader(), org, survey)
}

func halted(ctx context.Context, r db.Reader, org surveys.OrgID, survey surveys.ID) (surveys.Date, error) {
	var since []surveys.Date
	if err := r.Select(ctx, &since, `SELECT since FROM halted_releases WHERE organisation_id = ? AND survey_id = ? AND resumed_on = ''`, org, survey); err != nil {
		return "", fmt.Errorf("ask whether survey %s is halted: %w", survey, err)
	}
	if len(since) == 0 {
		return "", nil
	}
	return since[0], nil
}

type haltedRow struct {
	Survey    surveys.ID   `db:"survey_id"`
	Since     surveys.Date `db:"since"`
	ResumedOn surveys.Date `db:"resumed_on"`
	ResumedBy surveys.ID   `db:"resumed_by"`
	Reason    string       `db:"reason"`
}

// ListHalted gives the surveys that a restore halted, those that were resumed too.
func (a *Aggregates) ListHalted(ctx context.Context, org surveys.OrgID) ([]disclosure.Halted, error) {
	rows, err := haltedRows(ctx, a.db.Reader(), org, "")
	if err != nil {
		return nil, fmt.Errorf("list halted surveys: %w", err)
	}
	all := make([]disclosure.Halted, len(rows))
	for i, row := range rows {
		all[i] = disclosure.Halted(row)
	}
	return all, nil
}

func haltedRows(ctx context.Context, r db.Reader, org surveys.OrgID, survey surveys.ID) (rows []haltedRow, err error) {
	return rows, r.Select(ctx, &rows, `SELECT survey_id, since, resumed_on, resumed_by, reason FROM halted_releases
		WHERE organisation_id = ? AND (survey_id = ? OR ? = '') ORDER BY since, survey_id`, org, survey, survey)
}

// ChangeHalted lets change resume a survey that a restore halted, or halt it again, in
// one transaction. One that was never halted is ErrNotFound.
func (a *Aggregates) ChangeHalted(ctx context.Context, org surveys.OrgID, survey surveys.ID, change func(*disclosure.Halted) error) error {
	return a.db.Transact(ctx, func(tx *db.Tx) error {
		rows, err := haltedRows(ctx, tx.Reader, org, survey)
		if err == nil && len(rows) == 0 {
			err = surveys.ErrNotFound
		}
		if err != nil {
			return fmt.Errorf("change halted survey %s: %w", survey, err)
		}
		was := rows[0]
		h := disclosure.Halted(was)
		surveys.Concerning(ctx, survey)
		changed := surveys.Changing(ctx, "halted", h.Shown())
		if err := change(&h); err != nil {
			return err
		}
		changed(h.Shown())
		if err := tx.ExecOne(ctx, `UPDATE halted_releases SET resumed_on = ?, resumed_by = ?, reason = ?
			WHERE organisation_id = ? AND survey_id = ? AND resumed_on = ?`, h.ResumedOn, h.ResumedBy, h.Reason, org, survey, was.ResumedOn); err != nil {
			return fmt.Errorf("change halted survey %s: %w", survey, err)
		}
		return nil
	})
}
