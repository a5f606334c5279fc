package db

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"

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
		if err := t.noteTouched(ctx, m, survey, keys); err != nil {
			return err
		}
	}
	return nil
}

// noteTouched has rows brought over to the fresh table.
func (t *Tx) noteTouched(ctx context.Context, m Mixed, survey surveys.ID, keys [][]byte) error {
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

// Company of rows that came while their table was copied.
const (
	smallSurvey   = 64 // rows; all of such a survey are brought over with one of them
	company       = 32 // rows of a larger survey that are
	mostCompanies = 64 // surveys that get company in one transaction
)

// addCompany has other rows of the same surveys brought over together with those that were
// touched. Rows that are brought over lie together, and apart from the others, until the
// next mixing: a response that came at night, and the ballot that it spent, would each be
// the only one of its survey there.
func addCompany(ctx context.Context, tx *Tx, t Mixed, touched []rowKey) error {
	last := surveys.ID("")
	for i, n := 0, 0; i < len(touched) && n < mostCompanies; i++ {
		survey := touched[i].Survey
		if i > 0 && survey == last {
			continue
		}
		last, n = survey, n+1
		var keys [][]byte
		if err := tx.Select(ctx, &keys, `SELECT `+t.Key+` FROM `+t.Table+` WHERE survey_id = ? LIMIT ?`, survey, smallSurvey+1); err != nil {
			return fmt.Errorf("find company in %s: %w", t.Table, err)
		}
		if len(keys) > smallSurvey {
			one := `SELECT * FROM (SELECT ` + t.Key + ` FROM ` + t.Table + ` WHERE survey_id = ? AND ` + t.Key + ` >= ? ORDER BY ` + t.Key + ` LIMIT 1) AS one`
			var args []any
			for range company { // keys are random, so whoever comes after a random one is too
				from := make([]byte, 16)
				_, _ = rand.Read(from)
				args = append(args, survey, from)
			}
			keys = nil
			if err := tx.Select(ctx, &keys, one+strings.Repeat(` UNION ALL `+one, company-1), args...); err != nil {
				return fmt.Errorf("find company in %s: %w", t.Table, err)
			}
		}
		if err := tx.noteTouched(ctx, t, survey, keys); err != nil {
			return err
		}
	}
	return nil
}
