package ledger

import (
	"context"
	"fmt"
	"time"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

// A message is claimed, durably, before it goes out, and settled after. What was claimed
// by a program that is gone may have gone out or not: that is for a person to settle.

// SendingInvitations are the invitations of all organisations whose messages go out.
func (l *Ledger) SendingInvitations(ctx context.Context) ([]responses.Invitations, error) {
	var rows []invitationsRow
	if err := l.db.Reader().Select(ctx, &rows, `SELECT `+invitationsColumns+` FROM invitations WHERE status = ?
		ORDER BY organisation_id, survey_id`, responses.Running); err != nil {
		return nil, fmt.Errorf("list invitations that are being sent: %w", err)
	}
	all := make([]responses.Invitations, len(rows))
	for n := range rows {
		all[n] = *rows[n].invitations()
	}
	return all, nil
}

// Claim takes at most so many messages that are due for sending by this holder. None is
// taken while the invitations are paused.
func (l *Ledger) Claim(ctx context.Context, org surveys.OrgID, survey surveys.ID, holder string, now time.Time, most int) ([]responses.Invitee, error) {
	var claimed []responses.Invitee
	err := l.db.Transact(ctx, func(tx *db.Tx) error {
		claimed = nil
		var running int
		if err := tx.Get(ctx, &running, `SELECT COUNT(*) FROM invitations WHERE organisation_id = ? AND survey_id = ? AND status = ?`,
			org, survey, responses.Running); err != nil || running == 0 {
			return err
		}
		var rows []inviteeRow
		if err := tx.Select(ctx, &rows, `SELECT `+inviteeColumns+` FROM invitees WHERE organisation_id = ? AND survey_id = ? AND state = ?
			AND (due_at IS NULL OR due_at <= ?) ORDER BY invitee_id LIMIT ?`, org, survey, responses.Queued, db.Moment(now), most); err != nil {
			return err
		}
		for n := range rows {
			if err := tx.ExecOne(ctx, `UPDATE invitees SET state = ?, holder = ?, attempts = attempts + 1 WHERE survey_id = ? AND invitee_id = ?`,
				responses.Sending, holder, survey, rows[n].ID); err != nil {
				return err
			}
			rows[n].Attempts++
			claimed = append(claimed, rows[n].invitee())
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("claim messages of survey %s: %w", survey, err)
	}
	return claimed, nil
}

// Settle records what became of claimed messages, and lets note count them. What somebody
// else settled or took off the list meanwhile is left as it is.
func (l *Ledger) Settle(ctx context.Context, org surveys.OrgID, survey surveys.ID, holder string, attempts []responses.Attempt,
	note func(*responses.Invitations)) error {
	err := l.db.Transact(ctx, func(tx *db.Tx) error {
		for _, a := range attempts {
			again := 0 // a try that did not happen does not count
			if a.State == responses.Queued && a.Reason == "" {
				again = 1
			}
			if _, err := tx.Exec(ctx, `UPDATE invitees SET state = ?, reason = ?, due_at = ?, attempts = attempts - ?, holder = ''
				WHERE organisation_id = ? AND survey_id = ? AND invitee_id = ? AND holder = ? AND state IN (?, ?)`,
				a.State, a.Reason, db.Moment(a.DueAt), again, org, survey, a.Invitee, holder, responses.Sending, responses.Unsure); err != nil {
				return err
			}
		}
		i, err := find(ctx, tx.Reader, org, survey)
		if err != nil {
			return err
		}
		note(i)
		return store(ctx, tx, i)
	})
	if err != nil {
		return fmt.Errorf("settle messages of survey %s: %w", survey, err)
	}
	return nil
}

// Abandoned marks as unsure what others than this holder claimed: it is asked by who has
// just become the one that sends, so they are gone.
func (l *Ledger) Abandoned(ctx context.Context, holder string) (int64, error) {
	var n int64
	err := l.db.Transact(ctx, func(tx *db.Tx) error {
		var err error
		n, err = tx.Exec(ctx, `UPDATE invitees SET state = ?, reason = 'died' WHERE state = ? AND holder <> ?`,
			responses.Unsure, responses.Sending, holder)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("mark abandoned messages: %w", err)
	}
	return n, nil
}

// StopSending ends all sending of a survey that closed: what waits does not go out.
func (l *Ledger) StopSending(ctx context.Context, org surveys.OrgID, survey surveys.ID) error {
	return l.db.Transact(ctx, func(tx *db.Tx) error {
		i, err := find(ctx, tx.Reader, org, survey)
		if err != nil {
			return err
		}
		i.Status, i.Why = responses.Stopped, ""
		if err := store(ctx, tx, i); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `UPDATE invitees SET state = ?, due_at = NULL WHERE organisation_id = ? AND survey_id = ? AND state = ?`,
			responses.NotSent, org, survey, responses.Queued)
		return err
	})
}

// PauseAll pauses all sending, within the transaction that restores a backup: what went
// out since is not in it, and would go out once more.
func PauseAll(ctx context.Context, tx *db.Tx) error {
	if _, err := tx.Exec(ctx, `UPDATE invitations SET status = ?, why = ? WHERE status = ?`,
		responses.Paused, responses.WhyRestored, responses.Running); err != nil {
		return fmt.Errorf("pause sending: %w", err)
	}
	return nil
}
