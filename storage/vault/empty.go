package vault

import (
	"context"
	"fmt"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/surveys"
)

// EmptyAccounts takes from accounts that were switched off on the day until, or before,
// all that says who somebody was, with the links that open them, and writes down, with
// note, how many they are and, with entry, a line of the trail for each: all in one
// transaction. Where there is none, nothing is written, and note hears nothing.
func (v *Vault) EmptyAccounts(ctx context.Context, org surveys.OrgID, until surveys.Date,
	note func(o *surveys.Organisation, accounts int), entry func(surveys.ID) surveys.Entry) (int, error) {
	var due []surveys.ID
	err := v.db.Transact(surveys.WithoutAct(ctx), func(tx *db.Tx) error {
		var err error
		if due, err = switchedOff(ctx, tx.Reader, org, until); err != nil || len(due) == 0 {
			return err
		}
		for _, id := range due {
			a, err := findAccount(ctx, tx.Reader, org, id)
			if err != nil {
				return err
			}
			a.Empty()
			if err := updateAccount(ctx, tx, a); err != nil {
				return err
			}
			for _, table := range []string{"setup_links", "sign_ins"} {
				if _, err := tx.Exec(ctx, `DELETE FROM `+table+` WHERE organisation_id = ? AND account_id = ?`, org, id); err != nil {
					return err
				}
			}
			if err := record(ctx, tx, entry(id)); err != nil {
				return err
			}
		}
		return noteKeeping(ctx, tx, org, func(o *surveys.Organisation) { note(o, len(due)) })
	})
	if err != nil {
		return 0, fmt.Errorf("empty accounts of %s: %w", org, err)
	}
	return len(due), nil
}

// switchedOff are the accounts that were switched off on a day or before and that still
// hold who somebody was.
func switchedOff(ctx context.Context, r db.Reader, org surveys.OrgID, until surveys.Date) ([]surveys.ID, error) {
	var ids []surveys.ID
	err := r.Select(ctx, &ids, `SELECT account_id FROM accounts WHERE organisation_id = ? AND NOT active AND inactive_on <> '' AND inactive_on <= ?
		AND (email NOT LIKE ? OR password_hash <> '' OR second_step <> '{}' OR grants <> '{}' OR council <> '') ORDER BY account_id`, org, until, noAddress+"%")
	return ids, err
}

// AccountsLeft tells whether an account that was switched off on a day or before still
// holds who somebody was.
func (v *Vault) AccountsLeft(ctx context.Context, org surveys.OrgID, until surveys.Date) (bool, error) {
	ids, err := switchedOff(ctx, v.db.Reader(), org, until)
	if err != nil {
		return false, fmt.Errorf("look whether accounts of %s are left: %w", org, err)
	}
	return len(ids) > 0, nil
}

// CountInactive writes down today as the day on which accounts were switched off of which
// no day is known, because that was before it was kept.
func (v *Vault) CountInactive(ctx context.Context, org surveys.OrgID, today surveys.Date) error {
	err := v.db.Transact(surveys.WithoutAct(ctx), func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE accounts SET inactive_on = ?, revision = revision + 1 WHERE organisation_id = ? AND NOT active AND inactive_on = ''`, today, org)
		return err
	})
	if err != nil {
		return fmt.Errorf("count from today for accounts of %s: %w", org, err)
	}
	return nil
}

// noteKeeping lets note write down in the organisation what was deleted.
func noteKeeping(ctx context.Context, tx *db.Tx, org surveys.OrgID, note func(*surveys.Organisation)) error {
	o, err := findOrganisation(ctx, tx.Reader, org)
	if err != nil {
		return err
	}
	note(o)
	return tx.ExecOne(ctx, `UPDATE organisations SET keeping = ?, revision = revision + 1 WHERE organisation_id = ?`, db.JSON[surveys.OrgKeeping]{V: o.Keeping}, org)
}
