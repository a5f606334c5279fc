package vault

import (
	"context"
	"errors"
	"fmt"
	"time"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/surveys"
)

type signInRow struct {
	Org       surveys.OrgID `db:"organisation_id"`
	Account   surveys.ID    `db:"account_id"`
	ID        surveys.ID    `db:"sign_in_id"`
	Device    string        `db:"device"`
	At        db.Moment     `db:"began_at"`
	ExpiresAt db.Moment     `db:"expires_at"`
}

const signInColumns = `organisation_id, account_id, sign_in_id, device, began_at, expires_at`

// AddSignIn stores that somebody signed in.
func (v *Vault) AddSignIn(ctx context.Context, s *surveys.SignIn) error {
	err := v.db.Transact(ctx, func(tx *db.Tx) error {
		_, err := tx.ExecRow(ctx, `INSERT INTO sign_ins (`+signInColumns+`)
			VALUES (:organisation_id, :account_id, :sign_in_id, :device, :began_at, :expires_at)`,
			signInRow{s.Org, s.Account, s.ID, s.Device, db.Moment(s.At), db.Moment(s.ExpiresAt)})
		return err
	})
	if err != nil {
		return fmt.Errorf("add sign-in: %w", err)
	}
	return nil
}

// ListSignIns gives where an account is signed in at the moment, newest first.
func (v *Vault) ListSignIns(ctx context.Context, org surveys.OrgID, account surveys.ID, now time.Time) ([]surveys.SignIn, error) {
	var rows []signInRow
	if err := v.db.Reader().Select(ctx, &rows, `SELECT `+signInColumns+` FROM sign_ins
		WHERE organisation_id = ? AND account_id = ? AND expires_at > ? ORDER BY began_at DESC, sign_in_id`, org, account, db.Moment(now)); err != nil {
		return nil, fmt.Errorf("list sign-ins: %w", err)
	}
	all := make([]surveys.SignIn, len(rows))
	for i, r := range rows {
		all[i] = surveys.SignIn{ID: r.ID, Org: r.Org, Account: r.Account, Device: r.Device, At: time.Time(r.At), ExpiresAt: time.Time(r.ExpiresAt)}
	}
	return all, nil
}

// SignInLasts tells whether a sign-in was neither ended nor has expired.
func (v *Vault) SignInLasts(ctx context.Context, org surveys.OrgID, account, id surveys.ID, now time.Time) (bool, error) {
	var one int
	err := v.db.Reader().Get(ctx, &one, `SELECT 1 FROM sign_ins WHERE organisation_id = ? AND account_id = ? AND sign_in_id = ? AND expires_at > ?`,
		org, account, id, db.Moment(now))
	if errors.Is(err, surveys.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("find sign-in: %w", err)
	}
	return true, nil
}

// EndSignIn ends one sign-in of an account; that it is not there is no error.
func (v *Vault) EndSignIn(ctx context.Context, org surveys.OrgID, account, id surveys.ID) error {
	return v.endSignIns(ctx, `DELETE FROM sign_ins WHERE organisation_id = ? AND account_id = ? AND sign_in_id = ?`, org, account, id)
}

// EndSignIns ends all sign-ins of an account but the one to keep, "" for none.
func (v *Vault) EndSignIns(ctx context.Context, org surveys.OrgID, account, keep surveys.ID) error {
	return v.endSignIns(ctx, `DELETE FROM sign_ins WHERE organisation_id = ? AND account_id = ? AND sign_in_id <> ?`, org, account, keep)
}

func (v *Vault) endSignIns(ctx context.Context, statement string, args ...any) error {
	err := v.db.Transact(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, statement, args...)
		return err
	})
	if err != nil {
		return fmt.Errorf("end sign-in: %w", err)
	}
	return nil
}
