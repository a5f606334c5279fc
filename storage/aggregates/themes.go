package aggregates

import (
	"context"
	"errors"
	"fmt"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
)

type themedRow struct {
	Org      surveys.OrgID `db:"organisation_id"`
	Survey   surveys.ID    `db:"survey_id"`
	Question string        `db:"question"`
	Number   int           `db:"number"`
	MadeOn   surveys.Date  `db:"made_on"`
	Figure   []byte        `db:"figure"` // as the guard writes it
}

func (row *themedRow) themed() (*disclosure.Themed, error) {
	return disclosure.RestoreThemed(disclosure.Themed{Org: row.Org, Survey: row.Survey, Question: row.Question, Number: row.Number, MadeOn: row.MadeOn}, row.Figure)
}

const newestThemed = `SELECT organisation_id, survey_id, question, number, made_on, figure FROM theme_figures
	WHERE organisation_id = ? AND survey_id = ? AND number = (SELECT MAX(number) FROM theme_figures AS newest
		WHERE newest.organisation_id = theme_figures.organisation_id AND newest.survey_id = theme_figures.survey_id AND newest.question = theme_figures.question)`

// withThemes puts the newest publication of themes of each question beside the last
// release of a survey.
func (a *Aggregates) withThemes(ctx context.Context, r *disclosure.Release) (*disclosure.Release, error) {
	if !r.Final {
		return r, nil
	}
	var rows []themedRow
	if err := a.db.Reader().Select(ctx, &rows, newestThemed+` ORDER BY question`, r.Org, r.Survey); err != nil {
		return nil, fmt.Errorf("list themes: %w", err)
	}
	if len(rows) == 0 {
		return r, nil
	}
	published := make([]*disclosure.Themed, len(rows))
	for i := range rows {
		t, err := rows[i].themed()
		if err != nil {
			return nil, err
		}
		published[i] = t
	}
	return r.WithThemes(published...), nil
}

// FindThemed finds a publication of themes, also one that another followed.
func (a *Aggregates) FindThemed(ctx context.Context, org surveys.OrgID, survey surveys.ID, question string, number int) (*disclosure.Themed, error) {
	var row themedRow
	if err := a.db.Reader().Get(ctx, &row, `SELECT organisation_id, survey_id, question, number, made_on, figure FROM theme_figures
		WHERE organisation_id = ? AND survey_id = ? AND question = ? AND number = ?`, org, survey, question, number); err != nil {
		return nil, fmt.Errorf("find themes %d of survey %s: %w", number, survey, err)
	}
	return row.themed()
}

// NewestThemed gives the newest publication of the themes of a question and what the
// guard remembers of all, as a step of a transaction; nil before the first. While the
// survey is halted, and when the memory was sealed with a key that is gone, it is
// disclosure.ErrNoMemory.
func (a *Aggregates) NewestThemed(ctx context.Context, r db.Reader, org surveys.OrgID, survey surveys.ID, question string) (*disclosure.Themed, *disclosure.ThemeMemory, error) {
	if since, err := halted(ctx, r, org, survey); err != nil {
		return nil, nil, err
	} else if since != "" {
		return nil, nil, fmt.Errorf("themes of survey %s, halted since %s: %w", survey, since, disclosure.ErrNoMemory)
	}
	var row themedRow
	err := r.Get(ctx, &row, newestThemed+` AND question = ?`, org, survey, question)
	if errors.Is(err, surveys.ErrNotFound) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("find themes of survey %s: %w", survey, err)
	}
	t, err := row.themed()
	if err != nil {
		return nil, nil, err
	}
	var sealed []byte
	if err := r.Get(ctx, &sealed, `SELECT memory FROM theme_memories WHERE organisation_id = ? AND survey_id = ? AND question = ? AND number = ?`,
		org, survey, question, row.Number); err != nil && !errors.Is(err, surveys.ErrNotFound) {
		return nil, nil, fmt.Errorf("find memory of the themes of survey %s: %w", survey, err)
	}
	body, err := a.seal.open(sealed, org, themesSealed(survey, question), row.Number)
	if err != nil {
		return nil, nil, fmt.Errorf("find memory of the themes of survey %s: %w: %w", survey, err, disclosure.ErrNoMemory)
	}
	m, err := disclosure.RestoreThemeMemory(body)
	return t, m, err
}

// NextThemed stores the next publication and the memory to go on from, as a step of a
// transaction. One that does not follow on the newest is ErrChangedMeanwhile.
func (a *Aggregates) NextThemed(ctx context.Context, tx *db.Tx, t *disclosure.Themed, m *disclosure.ThemeMemory) error {
	figure, err := t.Encode()
	if err != nil {
		return err
	}
	body, err := m.Encode()
	if err != nil {
		return err
	}
	if body, err = a.seal.close(body, t.Org, themesSealed(t.Survey, t.Question), t.Number); err != nil {
		return err
	}
	_, err = tx.ExecRow(ctx, `INSERT INTO theme_figures (organisation_id, survey_id, question, number, made_on, figure)
		VALUES (:organisation_id, :survey_id, :question, :number, :made_on, :figure)`, themedRow{t.Org, t.Survey, t.Question, t.Number, t.MadeOn, figure})
	if db.Unique(err) {
		return surveys.ErrChangedMeanwhile
	}
	if err != nil {
		return fmt.Errorf("add themes %d of survey %s: %w", t.Number, t.Survey, err)
	}
	return tx.ExecOne(ctx, `INSERT INTO theme_memories (organisation_id, survey_id, question, number, memory) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (organisation_id, survey_id, question) DO UPDATE SET number = excluded.number, memory = excluded.memory
		WHERE theme_memories.number = excluded.number - 1`, t.Org, t.Survey, t.Question, t.Number, body)
}

// themesSealed is what the memory of a question's themes is sealed for: no release of
// a survey has such a key.
func themesSealed(survey surveys.ID, question string) surveys.ID {
	return survey + "\x00" + surveys.ID(question)
}
