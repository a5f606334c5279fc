package vault

import (
	"context"
	"fmt"
	"time"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

// A message is claimed, durably, before it goes out, and settled after, as those of the
// invitations are. What was claimed by a program that is gone may have gone out or not.

type mailingRow struct {
	Org      surveys.OrgID             `db:"organisation_id"`
	Survey   surveys.ID                `db:"survey_id"`
	Notice   surveys.ID                `db:"notice_id"`
	Last     bool                      `db:"last"`
	Status   responses.Status          `db:"status"`
	Why      string                    `db:"why"`
	Watched  int                       `db:"watched"`
	Refused  int                       `db:"refused"`
	Settled  db.JSON[responses.Counts] `db:"settled"`
	Revision int                       `db:"revision"`
}

const mailingColumns = `organisation_id, survey_id, notice_id, last, status, why, watched, refused, settled, revision`

func mailingToRow(m *responses.Mailing) mailingRow {
	return mailingRow{m.Org, m.Survey, m.Notice, m.Last, m.Status, m.Why, m.Watched, m.Refused, db.JSON[responses.Counts]{V: m.Settled}, m.Revision}
}

func (r *mailingRow) mailing() *responses.Mailing {
	return &responses.Mailing{Org: r.Org, Survey: r.Survey, Notice: r.Notice, Last: r.Last, Settled: r.Settled.V, Revision: r.Revision,
		Flow: responses.Flow{Status: r.Status, Why: r.Why, Watched: r.Watched, Refused: r.Refused}}
}

// QueueMailing stores that a notice goes to these contacts. A notice that was queued
// before is left as it is, and a contact that is gone meanwhile is left out. It runs where
// responses are stored, because there a mixing in between hides no contact.
func (v *Vault) QueueMailing(ctx context.Context, m *responses.Mailing, to []responses.ContactKey) error {
	err := v.db.Ingest(ctx, func(tx *db.Tx) error {
		n, err := tx.ExecRow(ctx, `INSERT INTO mailings (`+mailingColumns+`) VALUES (:organisation_id, :survey_id, :notice_id, :last, :status, :why,
			:watched, :refused, :settled, :revision) ON CONFLICT DO NOTHING`, mailingToRow(m))
		if err != nil || n == 0 {
			return err
		}
		for _, k := range to {
			if _, err := tx.Exec(ctx, `INSERT INTO deliveries (organisation_id, survey_id, notice_id, contact_key, state, reason, attempts, holder)
				SELECT organisation_id, survey_id, ?, contact_key, ?, '', 0, '' FROM contacts WHERE organisation_id = ? AND survey_id = ? AND contact_key = ?`,
				m.Notice, responses.Queued, m.Org, m.Survey, k[:]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("queue mailing of notice %s: %w", m.Notice, err)
	}
	return nil
}

// FindMailing finds how the sending of a notice stands and how many are in each state;
// ErrNotFound while it was put to nobody.
func (v *Vault) FindMailing(ctx context.Context, org surveys.OrgID, notice surveys.ID) (*responses.Mailing, responses.Counts, error) {
	m, err := findMailing(ctx, v.db.Reader(), org, notice)
	if err != nil || m.Status == responses.Stopped {
		if err == nil {
			return m, m.Settled, nil
		}
		return nil, nil, err
	}
	counts, err := countDeliveries(ctx, v.db.Reader(), org, notice)
	return m, counts, err
}

func findMailing(ctx context.Context, r db.Reader, org surveys.OrgID, notice surveys.ID) (*responses.Mailing, error) {
	var row mailingRow
	if err := r.Get(ctx, &row, `SELECT `+mailingColumns+` FROM mailings WHERE organisation_id = ? AND notice_id = ?`, org, notice); err != nil {
		return nil, fmt.Errorf("find mailing of notice %s: %w", notice, err)
	}
	return row.mailing(), nil
}

func countDeliveries(ctx context.Context, r db.Reader, org surveys.OrgID, notice surveys.ID) (responses.Counts, error) {
	var rows []struct {
		State responses.InviteeState `db:"state"`
		N     int                    `db:"n"`
	}
	if err := r.Select(ctx, &rows, `SELECT state, COUNT(*) AS n FROM deliveries WHERE organisation_id = ? AND notice_id = ? GROUP BY state`, org, notice); err != nil {
		return nil, fmt.Errorf("count deliveries of notice %s: %w", notice, err)
	}
	counts := responses.Counts{}
	for _, r := range rows {
		counts[r.State] = r.N
	}
	return counts, nil
}

// ChangeMailing loads a mailing, lets change alter it and stores it, in one transaction.
func (v *Vault) ChangeMailing(ctx context.Context, org surveys.OrgID, notice surveys.ID, change func(*responses.Mailing) error) error {
	return v.db.Transact(ctx, func(tx *db.Tx) error {
		m, err := findMailing(ctx, tx.Reader, org, notice)
		if err != nil {
			return err
		}
		changed := surveys.Changing(ctx, "mailing", m.Shown())
		if err := change(m); err != nil {
			return err
		}
		changed(m.Shown())
		return storeMailing(ctx, tx, m)
	})
}

func storeMailing(ctx context.Context, tx *db.Tx, m *responses.Mailing) error {
	return tx.ExecRowOne(ctx, `UPDATE mailings SET status = :status, why = :why, watched = :watched, refused = :refused, settled = :settled,
		revision = :revision + 1 WHERE organisation_id = :organisation_id AND notice_id = :notice_id AND revision = :revision`, mailingToRow(m))
}

// SendingMailings are the mailings of all organisations whose messages go out.
func (v *Vault) SendingMailings(ctx context.Context) ([]responses.Mailing, error) {
	var rows []mailingRow
	if err := v.db.Reader().Select(ctx, &rows, `SELECT `+mailingColumns+` FROM mailings WHERE status = ? ORDER BY organisation_id, notice_id`, responses.Running); err != nil {
		return nil, fmt.Errorf("list mailings that go out: %w", err)
	}
	all := make([]responses.Mailing, len(rows))
	for i := range rows {
		all[i] = *rows[i].mailing()
	}
	return all, nil
}

type deliveryRow struct {
	contactRow
	Attempts int `db:"attempts"`
}

// ClaimDeliveries takes at most so many messages that are due for sending by this holder.
// None is taken while the mailing is paused.
func (v *Vault) ClaimDeliveries(ctx context.Context, org surveys.OrgID, notice surveys.ID, holder string, now time.Time, most int) ([]responses.Delivery, error) {
	var claimed []responses.Delivery
	err := v.db.Transact(ctx, func(tx *db.Tx) error {
		claimed = nil
		m, err := findMailing(ctx, tx.Reader, org, notice)
		if err != nil || m.Status != responses.Running {
			return err
		}
		var rows []deliveryRow
		if err := tx.Select(ctx, &rows, `SELECT c.organisation_id, c.survey_id, c.contact_key, c.sealed, d.attempts FROM deliveries d
			JOIN contacts c ON c.survey_id = d.survey_id AND c.contact_key = d.contact_key
			WHERE d.organisation_id = ? AND d.notice_id = ? AND d.state = ? AND (d.due_at IS NULL OR d.due_at <= ?)
			ORDER BY d.contact_key LIMIT ?`, org, notice, responses.Queued, db.Moment(now), most); err != nil {
			return err
		}
		for i := range rows {
			if err := tx.ExecOne(ctx, `UPDATE deliveries SET state = ?, holder = ?, attempts = attempts + 1 WHERE notice_id = ? AND contact_key = ?`,
				responses.Sending, holder, notice, rows[i].Key); err != nil {
				return err
			}
			claimed = append(claimed, responses.Delivery{Contact: rows[i].contact(), State: responses.Sending, Attempts: rows[i].Attempts + 1})
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("claim messages of notice %s: %w", notice, err)
	}
	return claimed, nil
}

// SettleDeliveries records what became of claimed messages, and lets note count them.
// What somebody asked to be removed meanwhile stays gone.
func (v *Vault) SettleDeliveries(ctx context.Context, org surveys.OrgID, notice surveys.ID, holder string, attempts []responses.DeliveryAttempt,
	note func(*responses.Mailing)) error {
	err := v.db.Transact(ctx, func(tx *db.Tx) error {
		for _, a := range attempts {
			again := 0 // a try that did not happen does not count
			if a.State == responses.Queued && a.Reason == "" {
				again = 1
			}
			if _, err := tx.Exec(ctx, `UPDATE deliveries SET state = ?, reason = ?, due_at = ?, attempts = attempts - ?, holder = ''
				WHERE organisation_id = ? AND notice_id = ? AND contact_key = ? AND holder = ? AND state IN (?, ?)`,
				a.State, a.Reason, db.Moment(a.DueAt), again, org, notice, a.Contact[:], holder, responses.Sending, responses.Unsure); err != nil {
				return err
			}
		}
		m, err := findMailing(ctx, tx.Reader, org, notice)
		if err != nil {
			return err
		}
		note(m)
		return storeMailing(ctx, tx, m)
	})
	if err != nil {
		return fmt.Errorf("settle messages of notice %s: %w", notice, err)
	}
	return nil
}

// AbandonedDeliveries marks as unsure what others than this holder claimed: it is asked
// by who has just become the one that sends, so they are gone.
func (v *Vault) AbandonedDeliveries(ctx context.Context, holder string) error {
	err := v.db.Transact(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE deliveries SET state = ?, reason = 'died' WHERE state = ? AND holder <> ?`, responses.Unsure, responses.Sending, holder)
		return err
	})
	if err != nil {
		return fmt.Errorf("mark abandoned messages: %w", err)
	}
	return nil
}

// EndMailing ends a mailing of which nothing waits any more: what became of it is kept as
// numbers, who it went to is not. After the last one of a survey the contacts go too. It
// does nothing while something waits or is on its way.
func (v *Vault) EndMailing(ctx context.Context, org surveys.OrgID, notice surveys.ID) error {
	err := v.db.Ingest(ctx, func(tx *db.Tx) error {
		m, err := findMailing(ctx, tx.Reader, org, notice)
		if err != nil || m.Status == responses.Stopped {
			return err
		}
		// Who asked to be removed while the notice was queued is not waited for.
		if _, err := tx.Exec(ctx, `DELETE FROM deliveries WHERE organisation_id = ? AND notice_id = ? AND state = ? AND NOT EXISTS (
			SELECT 1 FROM contacts c WHERE c.survey_id = deliveries.survey_id AND c.contact_key = deliveries.contact_key)`,
			org, notice, responses.Queued); err != nil {
			return err
		}
		counts, err := countDeliveries(ctx, tx.Reader, org, notice)
		if err != nil || !counts.Over() {
			return err
		}
		m.Status, m.Why, m.Settled = responses.Stopped, "", counts
		if err := storeMailing(ctx, tx, m); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM deliveries WHERE organisation_id = ? AND notice_id = ?`, org, notice); err != nil {
			return err
		}
		// Another notice of the survey may still be on its way to the same people.
		var others int
		if err := tx.Get(ctx, &others, `SELECT COUNT(*) FROM mailings WHERE organisation_id = ? AND survey_id = ? AND status <> ?`,
			org, m.Survey, responses.Stopped); err != nil {
			return err
		}
		var answered int
		if err := tx.Get(ctx, &answered, `SELECT COUNT(*) FROM mailings WHERE organisation_id = ? AND survey_id = ? AND last`, org, m.Survey); err != nil {
			return err
		}
		if others > 0 || answered == 0 {
			return nil
		}
		return dropContacts(ctx, tx, org, m.Survey)
	})
	if err != nil {
		return fmt.Errorf("end mailing of notice %s: %w", notice, err)
	}
	return nil
}

// PauseMailings pauses the sending of all notices, within the transaction that restores a
// backup: what went out since is not in it, and would go out once more.
func PauseMailings(ctx context.Context, tx *db.Tx) error {
	if _, err := tx.Exec(ctx, `UPDATE mailings SET status = ?, why = ? WHERE status = ?`,
		responses.Paused, responses.WhyRestored, responses.Running); err != nil {
		return fmt.Errorf("pause mailings: %w", err)
	}
	return nil
}
