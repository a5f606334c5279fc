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
// piece at a time, and then what was made of their texts. Cut short, it goes on where it
// was. What it deleted lies in the files until the next mixing, so mix after it.
func (a *Answers) Erase(ctx context.Context, org surveys.OrgID, survey surveys.ID) error {
	err := a.db.Erase(ctx, Responses, org, survey)
	if err == nil {
		err = a.eraseReviews(ctx, org, survey)
	}
	if err != nil {
		return fmt.Errorf("erase answers of survey %s: %w", survey, err)
	}
	return nil
}

// EraseTexts takes out of every response of a survey what was written in own words. What
// was chosen from a list, numbers and days stay; how texts were reviewed goes with them.
// A response that cannot be read, so that nothing can be taken out of it, is emptied.
func (a *Answers) EraseTexts(ctx context.Context, org surveys.OrgID, survey surveys.ID) error {
	err := a.db.EachPiece(ctx, Responses, org, survey, func(tx *db.Tx, first, last []byte) error {
		var rows []responseRow
		if err := tx.Select(ctx, &rows, withWords+` AND response_key >= ? AND response_key <= ?`, org, survey, first, last); err != nil {
			return err
		}
		for i := range rows {
			row := &rows[i]
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
	if err == nil {
		err = a.eraseReviews(ctx, org, survey)
	}
	if err != nil {
		return fmt.Errorf("erase texts of survey %s: %w", survey, err)
	}
	return nil
}

// withWords reads the responses of a survey that were not withdrawn.
const withWords = `SELECT survey_id, response_key, version, answers FROM responses WHERE organisation_id = ? AND survey_id = ? AND NOT withdrawn`

// eraseReviews takes away what was made of the texts of a survey. It comes after these
// went: nothing new can be made of them then.
func (a *Answers) eraseReviews(ctx context.Context, org surveys.OrgID, survey surveys.ID) error {
	return a.db.Transact(ctx, func(tx *db.Tx) error {
		if err := tx.Alone(ctx, reviewed); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `DELETE FROM text_reviews WHERE organisation_id = ? AND survey_id = ?`, org, survey)
		return err
	})
}

// TextsLeft tells whether a response of a survey still holds something in own words.
func (a *Answers) TextsLeft(ctx context.Context, org surveys.OrgID, survey surveys.ID) (bool, error) {
	after := []byte{}
	for {
		var rows []responseRow
		if err := a.db.Reader().Select(ctx, &rows, withWords+` AND response_key > ? ORDER BY response_key LIMIT ?`, org, survey, after, searched); err != nil {
			return false, fmt.Errorf("look whether texts of survey %s are left: %w", survey, err)
		}
		if len(rows) == 0 {
			return false, nil
		}
		for i := range rows {
			_, changed, err := a.withoutTexts(ctx, org, &rows[i])
			if changed || errors.Is(err, ErrCorrupt) {
				return true, nil
			}
			if err != nil {
				return false, fmt.Errorf("look whether texts of survey %s are left: %w", survey, err)
			}
		}
		after = rows[len(rows)-1].Key
	}
}

// searched is how many responses are looked through at once.
const searched = 1000

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
