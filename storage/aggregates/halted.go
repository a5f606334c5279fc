package aggregates

import (
	"context"
	"fmt"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/surveys"
)

// Halt makes that no survey which may still make releases makes any until Resume:
// the guard's memory may lack what was shown between a backup and its restore. It
// tells how many surveys were halted.
func (a *Aggregates) Halt(ctx context.Context, since surveys.Date) (int64, error) {
	var n int64
	err := a.db.Transact(ctx, func(tx *db.Tx) error {
		var err error
		n, err = tx.Exec(ctx, `INSERT INTO halted_releases (organisation_id, survey_id, since)
			SELECT m.organisation_id, m.survey_id, ? FROM release_memories m
			WHERE NOT EXISTS (SELECT 1 FROM releases r WHERE r.organisation_id = m.organisation_id AND r.survey_id = m.survey_id AND r.final)
			ON CONFLICT DO NOTHING`, since)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("halt releases: %w", err)
	}
	return n, nil
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
