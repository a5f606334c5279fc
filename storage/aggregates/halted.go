package aggregates

import (
	"context"
	"fmt"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/surveys"
)

// Halt makes, as a step of the transaction of a restore, that the survey makes no
// release until Resume: the guard's memory may lack what was shown between the
// backup and its restore. One that was halted before stays so since then.
func Halt(ctx context.Context, tx *db.Tx, org surveys.OrgID, survey surveys.ID, since surveys.Date) error {
	if _, err := tx.Exec(ctx, `INSERT INTO halted_releases (organisation_id, survey_id, since) VALUES (?, ?, ?)
		ON CONFLICT DO NOTHING`, org, survey, since); err != nil {
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
	if err := r.Select(ctx, &since, `SELECT since FROM halted_releases WHERE organisation_id = ? AND survey_id = ?`, org, survey); err != nil {
		return "", fmt.Errorf("ask whether survey %s is halted: %w", survey, err)
	}
	if len(since) == 0 {
		return "", nil
	}
	return since[0], nil
}

// Resume lets a halted survey make releases again: somebody who can know says that
// nothing was shown between the backup and the restore.
func (a *Aggregates) Resume(ctx context.Context, org surveys.OrgID, survey surveys.ID) error {
	return a.db.Transact(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, `DELETE FROM halted_releases WHERE organisation_id = ? AND survey_id = ?`, org, survey)
		if err == nil && n == 0 {
			err = surveys.ErrNotFound
		}
		if err != nil {
			return fmt.Errorf("resume releases of survey %s: %w", survey, err)
		}
		return nil
	})
}
