package db

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"slices"

	"weerklank.nl/weerklank/surveys"
)

// Touch records that rows of a table came, changed or went: as a batch with a
// random name, so that who holds them in memory reads them anew, and while the table
// is being mixed so that the fresh one follows. It is called after the statement
// that changed them, in the same transaction, which must be one of Ingest.
func (t *Tx) Touch(ctx context.Context, m Mixed, survey surveys.ID, keys ...[]byte) error {
	return t.TouchAll(ctx, m, map[surveys.ID][][]byte{survey: keys})
}

// TouchAll is Touch for rows of several surveys.
func (t *Tx) TouchAll(ctx context.Context, m Mixed, rows map[surveys.ID][][]byte) error {
	if t.serial {
		return fmt.Errorf("touch %s: such rows are changed within Ingest", m.Table)
	}
	if err := t.note(ctx, m, rows); err != nil {
		return err
	}
	var running int
	if err := t.Get(ctx, &running, `SELECT COUNT(*) FROM mixing WHERE table_name = ? AND running`, m.Table); err != nil {
		return fmt.Errorf("ask whether %s is being mixed: %w", m.Table, err)
	}
	if running == 0 {
		return nil
	}
	for survey, keys := range rows {
		for part := range slices.Chunk(keys, 500) {
			args := make([]any, 0, 3*len(part))
			for _, key := range part {
				args = append(args, m.Table, survey, key)
			}
			if _, err := t.Exec(ctx, `INSERT INTO mixing_touched (table_name, survey_id, row_key) VALUES `+
				Placeholders(len(part), 3)+` ON CONFLICT DO NOTHING`, args...); err != nil {
				return fmt.Errorf("note touched rows of %s: %w", m.Table, err)
			}
		}
	}
	return nil
}

// note writes down which rows were touched together, a batch a survey.
func (t *Tx) note(ctx context.Context, m Mixed, rows map[surveys.ID][][]byte) error {
	if m.Notes == "" {
		return nil
	}
	for survey, keys := range rows {
		if len(keys) == 0 {
			continue
		}
		batch := make([]byte, 8)
		_, _ = rand.Read(batch)
		if err := t.execKnown(ctx, `INSERT INTO `+m.Notes+` (survey_id, batch, keys) VALUES (?, ?, ?)`,
			string(survey), batch, bytes.Join(slices.SortedFunc(slices.Values(keys), bytes.Compare), nil)); err != nil {
			return fmt.Errorf("note a batch of %s: %w", m.Table, err)
		}
	}
	return nil
}
