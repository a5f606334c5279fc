package vault

import (
	"context"
	"errors"
	"fmt"
	"time"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/surveys"
)

// FindSession is what was saved under the hash of a session's token and has not
// expired by now.
func (v *Vault) FindSession(ctx context.Context, tokenHash string, now time.Time) (data []byte, found bool, err error) {
	err = v.db.Reader().Get(ctx, &data, `SELECT data FROM sessions WHERE token_hash = ? AND expires_at > ?`, tokenHash, db.Moment(now))
	switch {
	case errors.Is(err, surveys.ErrNotFound):
		return nil, false, nil
	case err != nil:
		return nil, false, fmt.Errorf("find session: %w", err)
	default:
		return data, true, nil
	}
}

// SaveSession stores or replaces a session until the moment at which it expires.
func (v *Vault) SaveSession(ctx context.Context, tokenHash string, data []byte, expires time.Time) error {
	err := v.db.Transact(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO sessions (token_hash, data, expires_at) VALUES (?, ?, ?)
			ON CONFLICT (token_hash) DO UPDATE SET data = excluded.data, expires_at = excluded.expires_at`, tokenHash, data, db.Moment(expires))
		return err
	})
	if err != nil {
		return fmt.Errorf("save session: %w", err)
	}
	return nil
}

// DeleteSession forgets a session; that it is not there is no error.
func (v *Vault) DeleteSession(ctx context.Context, tokenHash string) error {
	err := v.db.Transact(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM sessions WHERE token_hash = ?`, tokenHash)
		return err
	})
	if err != nil {
		return fmt.Errorf("delete session: %w", err)
	}
	return nil
}

// Expire removes sessions and set-up links whose time is over, and tells how many.
func (v *Vault) Expire(ctx context.Context, now time.Time) (int64, error) {
	var gone int64
	err := v.db.Transact(ctx, func(tx *db.Tx) error {
		gone = 0
		for _, statement := range []string{`DELETE FROM sessions WHERE expires_at <= ?`, `DELETE FROM setup_links WHERE expires_at <= ?`,
			`DELETE FROM sign_ins WHERE expires_at <= ?`} {
			n, err := tx.Exec(ctx, statement, db.Moment(now))
			if err != nil {
				return err
			}
			gone += n
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("expire sessions and links: %w", err)
	}
	return gone, nil
}
