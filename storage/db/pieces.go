package db

import (
	"context"

	"weerklank.nl/weerklank/surveys"
)

// piece is how many rows of a mixed table are changed or deleted in one transaction.
const piece = 1000

// EachPiece changes all rows of a survey in a mixed table, in the order of their keys and
// a transaction a piece, so that nobody waits long. change gets the first and the last key
// of a piece; what it changes or deletes lies in the files until the next mixing. Cut
// short, the pieces that were done are.
func (d *DB) EachPiece(ctx context.Context, m Mixed, org surveys.OrgID, survey surveys.ID, change func(tx *Tx, first, last []byte) error) error {
	after := []byte{}
	for {
		var keys [][]byte
		err := d.Ingest(ctx, func(tx *Tx) error {
			keys = nil // it may be run again
			if err := tx.Select(ctx, &keys, `SELECT `+m.Key+` FROM `+m.Table+` WHERE organisation_id = ? AND survey_id = ? AND `+m.Key+` > ?
				ORDER BY `+m.Key+` LIMIT ?`, org, survey, after, piece); err != nil || len(keys) == 0 {
				return err
			}
			if err := change(tx, keys[0], keys[len(keys)-1]); err != nil {
				return err
			}
			return tx.Touch(ctx, m, survey, keys...)
		})
		if err != nil || len(keys) == 0 {
			return err
		}
		after = keys[len(keys)-1]
	}
}

// Erase deletes all rows of a survey from a mixed table, a piece at a time.
func (d *DB) Erase(ctx context.Context, m Mixed, org surveys.OrgID, survey surveys.ID) error {
	return d.EachPiece(ctx, m, org, survey, func(tx *Tx, first, last []byte) error {
		_, err := tx.Exec(ctx, `DELETE FROM `+m.Table+` WHERE organisation_id = ? AND survey_id = ? AND `+m.Key+` >= ? AND `+m.Key+` <= ?`, org, survey, first, last)
		return err
	})
}
