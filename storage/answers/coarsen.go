package answers

import (
	"context"
	"fmt"
	"strings"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/surveys"
)

// Coarsen replaces the stored days of a survey that closed by what its mode keeps
// of them then (surveys.Mode.DayAtClosing), a piece at a time. It may run twice.
// What a row said before lies in the file until the next mixing, so mix after it.
func (a *Answers) Coarsen(ctx context.Context, survey surveys.ID, mode surveys.Mode) error {
	var days []surveys.Date
	if err := a.db.Reader().Select(ctx, &days, `SELECT DISTINCT day FROM responses WHERE survey_id = ? ORDER BY day`, survey); err != nil {
		return fmt.Errorf("list days of survey %s: %w", survey, err)
	}
	var cases strings.Builder
	var args []any
	for _, day := range days {
		if kept := mode.DayAtClosing(day); kept != day {
			cases.WriteString(` WHEN ? THEN ?`)
			args = append(args, day, kept)
		}
	}
	if len(args) == 0 {
		return nil
	}
	after := []byte{}
	for {
		var keys [][]byte
		if err := a.db.Reader().Select(ctx, &keys, `SELECT response_key FROM responses WHERE survey_id = ? AND response_key > ?
			ORDER BY response_key LIMIT ?`, survey, after, coarsened); err != nil {
			return fmt.Errorf("list responses of survey %s: %w", survey, err)
		}
		if len(keys) == 0 {
			return nil
		}
		last := keys[len(keys)-1]
		err := a.db.Ingest(ctx, func(tx *db.Tx) error {
			if _, err := tx.Exec(ctx, `UPDATE responses SET day = CASE day`+cases.String()+` ELSE day END
				WHERE survey_id = ? AND response_key > ? AND response_key <= ? AND NOT withdrawn`,
				append(append([]any{}, args...), survey, after, last)...); err != nil {
				return err
			}
			return tx.Touch(ctx, Responses, survey, keys...)
		})
		if err != nil {
			return fmt.Errorf("coarsen days of survey %s: %w", survey, err)
		}
		after = last
	}
}

// coarsened is how many rows change in one transaction.
const coarsened = 2000

// Mix takes the order of arrival out of what is stored. On SQLite the log still
// holds it until EmptyLog.
func (a *Answers) Mix(ctx context.Context) error {
	_, err := a.db.Mix(ctx, a.mixed...)
	return err
}

// EmptyLog removes what SQLite's write-ahead log still holds of the order before a
// mixing. Where a reader is in the way it fails, and is tried again later.
func (a *Answers) EmptyLog(ctx context.Context) error { return a.db.EmptyLog(ctx) }
