package answers

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/surveys"
)

// Coarsen replaces the stored days of a survey that closed by what its mode keeps
// of them then (surveys.Mode.DayAtClosing), a piece at a time. It may run twice.
// What a row said before lies in the file until the next mixing, so mix after it.
func (a *Answers) Coarsen(ctx context.Context, org surveys.OrgID, survey surveys.ID, mode surveys.Mode) error {
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
	err := a.db.EachPiece(ctx, Responses, org, survey, func(tx *db.Tx, first, last []byte) error {
		_, err := tx.Exec(ctx, `UPDATE responses SET day = CASE day`+cases.String()+` ELSE day END
			WHERE survey_id = ? AND response_key >= ? AND response_key <= ? AND NOT withdrawn`,
			append(slices.Clone(args), survey, first, last)...)
		return err
	})
	if err != nil {
		return fmt.Errorf("coarsen days of survey %s: %w", survey, err)
	}
	return nil
}

// Mix takes the order of arrival out of what is stored. On SQLite the log still
// holds it until EmptyLog.
func (a *Answers) Mix(ctx context.Context) error {
	_, err := a.db.Mix(ctx, a.mixed...)
	return err
}

// EmptyLog removes what SQLite's write-ahead log still holds of the order before a
// mixing. Where a reader is in the way it fails, and is tried again later.
func (a *Answers) EmptyLog(ctx context.Context) error { return a.db.EmptyLog(ctx) }
