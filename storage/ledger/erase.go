package ledger

import (
	"context"
	"fmt"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

// Erase deletes who was invited to a survey, and all ballots, a piece at a time. Cut
// short, it goes on where it was. How people were invited stays: the groups, each of at
// least the smallest number, and the seed of the lot. Nothing goes out any more. What it
// deleted of the ballots lies in the files until the next mixing, so mix after it.
func (l *Ledger) Erase(ctx context.Context, org surveys.OrgID, survey surveys.ID) error {
	err := l.db.Transact(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE invitations SET status = ?, why = '', revision = revision + 1
			WHERE organisation_id = ? AND survey_id = ? AND status <> ?`, responses.Stopped, org, survey, responses.Stopped)
		return err
	})
	for more := true; more && err == nil; {
		err = l.db.Transact(ctx, func(tx *db.Tx) error {
			n, err := tx.Exec(ctx, `DELETE FROM invitees WHERE survey_id = ? AND invitee_id IN (
				SELECT invitee_id FROM invitees WHERE organisation_id = ? AND survey_id = ? ORDER BY invitee_id LIMIT ?)`, survey, org, survey, rowsAtOnce)
			more = n > 0
			return err
		})
	}
	if err == nil {
		err = l.db.Erase(ctx, Ballots, org, survey)
	}
	if err != nil {
		return fmt.Errorf("erase the list of survey %s: %w", survey, err)
	}
	return nil
}

// Left tells how many people are on the list of a survey.
func (l *Ledger) Left(ctx context.Context, org surveys.OrgID, survey surveys.ID) (people int, err error) {
	if err := l.db.Reader().Get(ctx, &people, `SELECT COUNT(*) FROM invitees WHERE organisation_id = ? AND survey_id = ?`, org, survey); err != nil {
		return 0, fmt.Errorf("count who is left on the list of survey %s: %w", survey, err)
	}
	return people, nil
}
