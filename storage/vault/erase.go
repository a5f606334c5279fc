package vault

import (
	"context"
	"fmt"
	"time"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/surveys"
)

// EraseContacts throws away all contacts of a survey, with what waits to be sent to them.
// What became of the notices stays, as numbers. Cut short, it goes on where it was.
func (v *Vault) EraseContacts(ctx context.Context, org surveys.OrgID, survey surveys.ID) error {
	err := v.db.Transact(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM deliveries WHERE organisation_id = ? AND survey_id = ?`, org, survey)
		return err
	})
	if err == nil {
		err = v.db.Erase(ctx, Contacts, org, survey)
	}
	if err != nil {
		return fmt.Errorf("erase contacts of survey %s: %w", survey, err)
	}
	return nil
}

// entriesAtOnce is how many lines of the trail are deleted in one transaction.
const entriesAtOnce = 1000

// EraseTrail deletes what staff did before a moment, a piece at a time: first the
// organisation writes down, with note, from when its trail is kept, and only then the
// database lets anything of it go. note hears how many lines it is. Where nothing is
// that old, nothing is written. Cut short, the next one deletes the rest.
func (v *Vault) EraseTrail(ctx context.Context, org surveys.OrgID, before time.Time, note func(o *surveys.Organisation, entries int)) (int, error) {
	entries := 0
	err := v.db.Transact(surveys.WithoutAct(ctx), func(tx *db.Tx) error {
		if err := tx.Get(ctx, &entries, `SELECT COUNT(*) FROM audit WHERE organisation_id = ? AND at < ?`, org, db.Moment(before)); err != nil || entries == 0 {
			return err
		}
		o, err := findOrganisation(ctx, tx.Reader, org)
		if err != nil {
			return err
		}
		note(o, entries)
		return tx.ExecOne(ctx, `UPDATE organisations SET audit_from = ?, keeping = ?, revision = revision + 1 WHERE organisation_id = ?`,
			db.Moment(before), db.JSON[surveys.OrgKeeping]{V: o.Keeping}, org)
	})
	for more := entries > 0; more && err == nil; {
		err = v.db.Transact(surveys.WithoutAct(ctx), func(tx *db.Tx) error {
			var last []db.Moment
			if err := tx.Select(ctx, &last, `SELECT at FROM audit WHERE organisation_id = ? AND at < ? ORDER BY at LIMIT 1 OFFSET ?`,
				org, db.Moment(before), entriesAtOnce); err != nil {
				return err
			}
			upto := db.Moment(before)
			if more = len(last) > 0; more {
				upto = last[0]
			}
			_, err := tx.Exec(ctx, `DELETE FROM audit WHERE organisation_id = ? AND at <= ? AND at < ?`, org, upto, db.Moment(before))
			return err
		})
	}
	if err != nil {
		return 0, fmt.Errorf("erase the trail of %s: %w", org, err)
	}
	return entries, nil
}

// TrailLeft tells whether something of the trail is left from before the day from which
// the organisation keeps it.
func (v *Vault) TrailLeft(ctx context.Context, org surveys.OrgID) (bool, error) {
	var entries []int
	err := v.db.Reader().Select(ctx, &entries, `SELECT 1 FROM audit WHERE organisation_id = ?
		AND at < (SELECT audit_from FROM organisations WHERE organisation_id = ?) LIMIT 1`, org, org)
	if err != nil {
		return false, fmt.Errorf("look whether the trail of %s is left: %w", org, err)
	}
	return len(entries) > 0, nil
}

// ExpireMails removes messages about accounts that nobody sent within their time, because
// mail was switched off meanwhile.
func (v *Vault) ExpireMails(ctx context.Context, asked time.Time) error {
	err := v.db.Transact(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM account_mails WHERE asked_at < ?`, db.Moment(asked))
		return err
	})
	if err != nil {
		return fmt.Errorf("expire messages about accounts: %w", err)
	}
	return nil
}
