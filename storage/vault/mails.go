package vault

import (
	"context"
	"fmt"
	"time"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/surveys"
)

type mailRow struct {
	Org    surveys.OrgID    `db:"organisation_id"`
	ID     surveys.ID       `db:"mail_id"`
	Email  string           `db:"email"`
	Kind   surveys.MailKind `db:"kind"`
	At     db.Moment        `db:"asked_at"`
	NextAt db.Moment        `db:"next_at"`
	Tries  int              `db:"tries"`
}

const mailColumns = `organisation_id, mail_id, email, kind, asked_at, next_at, tries`

// AskMail stores that a message about an account has to go out. It does the same
// work whether somebody has the address or not.
func (v *Vault) AskMail(ctx context.Context, m *surveys.AccountMail) error {
	err := v.db.Transact(ctx, func(tx *db.Tx) error {
		_, err := tx.ExecRow(ctx, `INSERT INTO account_mails (`+mailColumns+`)
			VALUES (:organisation_id, :mail_id, :email, :kind, :asked_at, :next_at, :tries)`,
			mailRow{m.Org, m.ID, m.Email, m.Kind, db.Moment(m.At), db.Moment(m.NextAt), m.Tries})
		return err
	})
	if err != nil {
		return fmt.Errorf("ask for mail: %w", err)
	}
	return nil
}

// DueMails are the messages that have to go out by now, at most so many.
func (v *Vault) DueMails(ctx context.Context, now time.Time, most int) ([]surveys.AccountMail, error) {
	var rows []mailRow
	if err := v.db.Reader().Select(ctx, &rows, `SELECT `+mailColumns+` FROM account_mails WHERE next_at <= ? ORDER BY next_at, mail_id LIMIT ?`,
		db.Moment(now), most); err != nil {
		return nil, fmt.Errorf("list due mail: %w", err)
	}
	all := make([]surveys.AccountMail, len(rows))
	for i, r := range rows {
		all[i] = surveys.AccountMail{ID: r.ID, Org: r.Org, Email: r.Email, Kind: r.Kind, At: time.Time(r.At), NextAt: time.Time(r.NextAt), Tries: r.Tries}
	}
	return all, nil
}

// PostponeMail has a message tried again at a moment.
func (v *Vault) PostponeMail(ctx context.Context, m *surveys.AccountMail, next time.Time) error {
	err := v.db.Transact(ctx, func(tx *db.Tx) error {
		return tx.ExecOne(ctx, `UPDATE account_mails SET next_at = ?, tries = tries + 1 WHERE organisation_id = ? AND mail_id = ?`, db.Moment(next), m.Org, m.ID)
	})
	if err != nil {
		return fmt.Errorf("postpone mail: %w", err)
	}
	return nil
}

// DropMail forgets a message: it was sent, or never will be.
func (v *Vault) DropMail(ctx context.Context, m *surveys.AccountMail) error {
	err := v.db.Transact(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM account_mails WHERE organisation_id = ? AND mail_id = ?`, m.Org, m.ID)
		return err
	})
	if err != nil {
		return fmt.Errorf("drop mail: %w", err)
	}
	return nil
}
