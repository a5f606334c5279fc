package answers

import (
	"context"
	"errors"
	"fmt"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// Erase deletes every response of a survey, with the keys that receipt codes lead to, a
// piece at a time. Cut short, it goes on where it was. What it deleted lies in the files
// until the next mixing, so mix after it.
func (a *Answers) Erase(ctx context.Context, org surveys.OrgID, survey surveys.ID) error {
	return a.eachPiece(ctx, org, survey, func(tx *db.Tx, rows []responseRow) error {
		if err := eraseReviews(ctx, tx, survey, rows); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `DELETE FROM responses WHERE survey_id = ? AND response_key >= ? AND response_key <= ?`,
			survey, rows[0].Key, rows[len(rows)-1].Key)
		return err
	})
}

// EraseTexts takes out of every response of a survey what was written in own words. What
// was chosen from a list, numbers and days stay; how texts were reviewed goes with them. A response that cannot be read, so that
// nothing can be taken out of it, is emptied.
func (a *Answers) EraseTexts(ctx context.Context, org surveys.OrgID, survey surveys.ID) error {
	return a.eachPiece(ctx, org, survey, func(tx *db.Tx, rows []responseRow) error {
		if err := eraseReviews(ctx, tx, survey, rows); err != nil {
			return err
		}
		for i := range rows {
			row := &rows[i]
			if row.Version == 0 {
				continue // withdrawn
			}
			bare, changed, err := a.withoutTexts(ctx, org, row)
			switch {
			case errors.Is(err, ErrCorrupt):
				if err := withdraw(ctx, tx, survey, row.Key); err != nil && !errors.Is(err, surveys.ErrNotFound) {
					return err
				}
			case err != nil:
				return err
			case changed:
				if _, err := tx.Exec(ctx, `UPDATE responses SET answers = ? WHERE survey_id = ? AND response_key = ? AND NOT withdrawn`, bare, survey, row.Key); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// eraseReviews takes away what was made of the texts of responses.
func eraseReviews(ctx context.Context, tx *db.Tx, survey surveys.ID, rows []responseRow) error {
	_, err := tx.Exec(ctx, `DELETE FROM text_reviews WHERE survey_id = ? AND response_key >= ? AND response_key <= ?`,
		survey, rows[0].Key, rows[len(rows)-1].Key)
	return err
}

// TextsLeft tells whether a response of a survey still holds something in own words.
func (a *Answers) TextsLeft(ctx context.Context, org surveys.OrgID, survey surveys.ID) (bool, error) {
	left := false
	err := a.pieces(ctx, org, survey, func(rows []responseRow) error {
		for i := range rows {
			if rows[i].Version == 0 || left {
				continue
			}
			_, changed, err := a.withoutTexts(ctx, org, &rows[i])
			if err != nil && !errors.Is(err, ErrCorrupt) {
				return err
			}
			left = left || changed || err != nil
		}
		return nil
	})
	if err != nil {
		return false, fmt.Errorf("look whether texts of survey %s are left: %w", survey, err)
	}
	return left, nil
}

// withoutTexts are the stored answers of a row without what was written in own words.
func (a *Answers) withoutTexts(ctx context.Context, org surveys.OrgID, row *responseRow) (bare []byte, changed bool, err error) {
	book, err := a.Codebook(ctx, org, row.Survey, row.Version)
	if err != nil {
		return nil, false, err
	}
	kept := chosen{decoder{book, questionnaire.Answers{}}, new(bool)}
	if err := book.Walk(row.Answers, kept); err != nil {
		return nil, false, err
	}
	return book.Encode(kept.answers), *kept.dropped, nil
}

// chosen keeps of an answer what comes from a list, numbers and days.
type chosen struct {
	decoder
	dropped *bool
}

func (c chosen) Text(question int, name, value string) {
	if value == "" || question >= 0 && c.book.questions[question].plain {
		c.answers[name] = value
		return
	}
	*c.dropped = true
}

// erased is how many rows are deleted in one transaction.
const erased = 1000

// pieces reads all rows of a survey, also the withdrawn ones, in the order of their keys.
func (a *Answers) pieces(ctx context.Context, org surveys.OrgID, survey surveys.ID, each func([]responseRow) error) error {
	after := []byte{}
	for {
		var rows []responseRow
		if err := a.db.Reader().Select(ctx, &rows, `SELECT survey_id, response_key, version, collector_id, day, answers FROM responses
			WHERE organisation_id = ? AND survey_id = ? AND response_key > ? ORDER BY response_key LIMIT ?`, org, survey, after, erased); err != nil {
			return err
		}
		if len(rows) == 0 {
			return nil
		}
		if err := each(rows); err != nil {
			return err
		}
		after = rows[len(rows)-1].Key
	}
}

// eachPiece changes all rows of a survey, a transaction a piece.
func (a *Answers) eachPiece(ctx context.Context, org surveys.OrgID, survey surveys.ID, change func(*db.Tx, []responseRow) error) error {
	err := a.pieces(ctx, org, survey, func(rows []responseRow) error {
		keys := make([][]byte, len(rows))
		for i := range rows {
			keys[i] = rows[i].Key
		}
		return a.db.Ingest(ctx, func(tx *db.Tx) error {
			if err := change(tx, rows); err != nil {
				return err
			}
			return tx.Touch(ctx, Responses, survey, keys...)
		})
	})
	if err != nil {
		return fmt.Errorf("erase answers of survey %s: %w", survey, err)
	}
	return nil
}
