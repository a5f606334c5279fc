package answers

import (
	"context"
	"errors"
	"fmt"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
	"weerklank.nl/weerklank/surveys/texts"
)

// Publications is what this store asks of the store of aggregates: what the guard let
// through of the themes of a question, and its memory, each as a step of a transaction.
// Both are nil before the first. NextThemed refuses a survey that a restore halted.
type Publications interface {
	NewestThemed(ctx context.Context, r db.Reader, org surveys.OrgID, survey surveys.ID, question string) (*disclosure.Themed, *disclosure.ThemeMemory, error)
	NextThemed(ctx context.Context, tx *db.Tx, t *disclosure.Themed, m *disclosure.ThemeMemory) error
}

// WithThemes makes the store able to publish themes.
func (a *Answers) WithThemes(p Publications) *Answers {
	a.publications = p
	return a
}

type themesRow struct {
	Org      surveys.OrgID          `db:"organisation_id"`
	Survey   surveys.ID             `db:"survey_id"`
	Question string                 `db:"question"`
	Themes   db.JSON[[]texts.Theme] `db:"themes"`
	Revision int                    `db:"revision"`
}

// FindThemes finds the themes of a question: an empty list where there are none yet.
func (a *Answers) FindThemes(ctx context.Context, org surveys.OrgID, survey surveys.ID, question string) (*texts.Themes, error) {
	return findThemes(ctx, a.db.Reader(), org, survey, question)
}

func findThemes(ctx context.Context, r db.Reader, org surveys.OrgID, survey surveys.ID, question string) (*texts.Themes, error) {
	list := &texts.Themes{Org: org, Survey: survey, Question: question}
	var row themesRow
	err := r.Get(ctx, &row, `SELECT organisation_id, survey_id, question, themes, revision FROM theme_lists
		WHERE organisation_id = ? AND survey_id = ? AND question = ?`, org, survey, question)
	if errors.Is(err, surveys.ErrNotFound) {
		return list, nil
	}
	if err != nil {
		return nil, fmt.Errorf("find themes of survey %s: %w", survey, err)
	}
	list.List, list.Revision = row.Themes.V, row.Revision
	return list, nil
}

// ChangeThemes lets change alter the themes of a question, in one transaction.
func (a *Answers) ChangeThemes(ctx context.Context, org surveys.OrgID, survey surveys.ID, question string, change func(*texts.Themes) error) error {
	err := a.db.Transact(ctx, func(tx *db.Tx) error {
		list, err := findThemes(ctx, tx.Reader, org, survey, question)
		if err != nil {
			return err
		}
		changed := surveys.Changing(ctx, "themes", list.Trail())
		if err := change(list); err != nil {
			return err
		}
		changed(list.Trail())
		list.Revision++
		return tx.ExecRowOne(ctx, `INSERT INTO theme_lists (organisation_id, survey_id, question, themes, revision)
			VALUES (:organisation_id, :survey_id, :question, :themes, :revision)
			ON CONFLICT (organisation_id, survey_id, question) DO UPDATE SET themes = excluded.themes, revision = excluded.revision
			WHERE theme_lists.revision = excluded.revision - 1`,
			themesRow{org, survey, question, db.JSON[[]texts.Theme]{V: list.List}, list.Revision})
	})
	if err != nil {
		return fmt.Errorf("change themes of survey %s: %w", survey, err)
	}
	return nil
}

func (a *Answers) coding(ctx context.Context, r db.Reader, org surveys.OrgID, survey surveys.ID, question string) (c disclosure.Coding, err error) {
	if c.List, err = findThemes(ctx, r, org, survey, question); err != nil {
		return c, err
	}
	if c.Reviews, err = listReviews(ctx, r, org, survey, question); err != nil {
		return c, err
	}
	c.Newest, c.Memory, err = a.publications.NewestThemed(ctx, r, org, survey, question)
	return c, err
}

// Foresee gives look what a publication made now would rest on.
func (a *Answers) Foresee(ctx context.Context, org surveys.OrgID, survey surveys.ID, question string, look func(disclosure.Coding) error) error {
	return a.db.View(ctx, func(r db.Reader) error {
		c, err := a.coding(ctx, r, org, survey, question)
		if err != nil {
			return fmt.Errorf("read the coding of survey %s: %w", survey, err)
		}
		return look(c)
	})
}

// PublishThemes lets publish make the next publication of themes. It is stored, with
// the memory of the guard and with what it noted at each text, in one transaction:
// nothing is coded or withdrawn meanwhile.
func (a *Answers) PublishThemes(ctx context.Context, org surveys.OrgID, survey surveys.ID, question string,
	publish func(disclosure.Coding) (*disclosure.Themed, *disclosure.ThemeMemory, error)) error {
	err := a.db.Transact(ctx, func(tx *db.Tx) error {
		if err := tx.Alone(ctx, reviewed); err != nil {
			return err
		}
		c, err := a.coding(ctx, tx.Reader, org, survey, question)
		if err != nil {
			return err
		}
		t, m, err := publish(c)
		if err != nil {
			return err
		}
		for _, r := range c.Reviews {
			if _, counted := r.In(t.Number); counted {
				if err := putReview(ctx, tx, r); err != nil {
					return err
				}
			}
		}
		return a.publications.NextThemed(ctx, tx, t, m)
	})
	if err != nil {
		return fmt.Errorf("publish themes of survey %s: %w", survey, err)
	}
	return nil
}
