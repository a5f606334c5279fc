package programme

import (
	"context"
	"fmt"
	"time"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/surveys"
)

type questionnaireRow struct {
	Org       surveys.OrgID `db:"organisation_id"`
	ID        surveys.ID    `db:"questionnaire_id"`
	FormID    string        `db:"form_id"`
	Title     text          `db:"title"`
	Template  bool          `db:"template"`
	Draft     []byte        `db:"draft"`
	Published int           `db:"published"`
	Revision  int           `db:"revision"`
}

func questionnaireToRow(q *surveys.Questionnaire) questionnaireRow {
	return questionnaireRow{q.Org, q.ID, q.FormID, words(q.Title), q.Template, q.Draft, q.Published, q.Revision}
}

func (r *questionnaireRow) questionnaire() surveys.Questionnaire {
	return surveys.Questionnaire{ID: r.ID, Org: r.Org, FormID: r.FormID, Title: r.Title.V, Template: r.Template,
		Draft: r.Draft, Published: r.Published, Revision: r.Revision}
}

// ListQuestionnaires gives all questionnaires of the organisation, by form id.
func (p *Programme) ListQuestionnaires(ctx context.Context, org surveys.OrgID) ([]surveys.Questionnaire, error) {
	var rows []questionnaireRow
	if err := p.db.Reader().Select(ctx, &rows, `SELECT organisation_id, questionnaire_id, form_id, title, template, draft, published, revision
		FROM questionnaires WHERE organisation_id = ? ORDER BY form_id`, org); err != nil {
		return nil, fmt.Errorf("list questionnaires: %w", err)
	}
	return each(rows, (*questionnaireRow).questionnaire), nil
}

// FindQuestionnaire finds a questionnaire with its draft.
func (p *Programme) FindQuestionnaire(ctx context.Context, org surveys.OrgID, id surveys.ID) (*surveys.Questionnaire, error) {
	return findQuestionnaire(ctx, p.db.Reader(), org, id)
}

func findQuestionnaire(ctx context.Context, r db.Reader, org surveys.OrgID, id surveys.ID) (*surveys.Questionnaire, error) {
	var row questionnaireRow
	if err := r.Get(ctx, &row, `SELECT organisation_id, questionnaire_id, form_id, title, template, draft, published, revision
		FROM questionnaires WHERE organisation_id = ? AND questionnaire_id = ?`, org, id); err != nil {
		return nil, fmt.Errorf("find questionnaire %s: %w", id, err)
	}
	q := row.questionnaire()
	return &q, nil
}

// AddQuestionnaire stores a new questionnaire. A form id that is taken is an
// Invalid at "form_id".
func (p *Programme) AddQuestionnaire(ctx context.Context, q *surveys.Questionnaire) error {
	err := p.add(ctx, "questionnaire", q.ID, q, `INSERT INTO questionnaires (organisation_id, questionnaire_id, form_id, title, template, draft, published, revision)
		VALUES (:organisation_id, :questionnaire_id, :form_id, :title, :template, :draft, :published, :revision)`, questionnaireToRow(q))
	return taken(err, "form_id", "questionnaire.form_id_taken")
}

// ChangeQuestionnaire loads a questionnaire, lets change alter it and stores it,
// in one transaction.
func (p *Programme) ChangeQuestionnaire(ctx context.Context, org surveys.OrgID, id surveys.ID, alter func(*surveys.Questionnaire) error) error {
	err := change(ctx, p.db, "questionnaire", org, id, findQuestionnaire, updateQuestionnaire, alter)
	return taken(err, "form_id", "questionnaire.form_id_taken")
}

func updateQuestionnaire(ctx context.Context, tx *db.Tx, q *surveys.Questionnaire) error {
	return tx.ExecRowOne(ctx, `UPDATE questionnaires SET form_id = :form_id, title = :title, template = :template, draft = :draft,
		published = :published, revision = :revision + 1
		WHERE organisation_id = :organisation_id AND questionnaire_id = :questionnaire_id AND revision = :revision`, questionnaireToRow(q))
}

type versionRow struct {
	Questionnaire surveys.ID `db:"questionnaire_id"`
	Number        int        `db:"number"`
	Definition    []byte     `db:"definition"`
	PublishedAt   db.Moment  `db:"published_at"`
	PublishedBy   surveys.ID `db:"published_by"`
}

// PublishVersion changes the questionnaire and adds the version that publish
// makes, in one transaction. A version that is there never changes: one with the
// same number is ErrChangedMeanwhile.
func (p *Programme) PublishVersion(ctx context.Context, org surveys.OrgID, questionnaire surveys.ID,
	publish func(*surveys.Questionnaire) (*surveys.Version, error)) error {
	return p.db.Transact(ctx, func(tx *db.Tx) error {
		q, err := findQuestionnaire(ctx, tx.Reader, org, questionnaire)
		if err != nil {
			return err
		}
		noted := noting(ctx, "questionnaire", q)
		v, err := publish(q)
		if err != nil {
			return err
		}
		noted()
		if err := updateQuestionnaire(ctx, tx, q); err != nil {
			return fmt.Errorf("publish questionnaire %s: %w", questionnaire, err)
		}
		if err := tx.ExecOne(ctx, `INSERT INTO versions (organisation_id, questionnaire_id, number, definition, published_at, published_by)
			VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
			org, questionnaire, v.Number, v.Definition, db.Moment(v.PublishedAt), v.PublishedBy); err != nil {
			return fmt.Errorf("publish version %d of questionnaire %s: %w", v.Number, questionnaire, err)
		}
		return nil
	})
}

// FindVersion finds a published version.
func (p *Programme) FindVersion(ctx context.Context, org surveys.OrgID, questionnaire surveys.ID, number int) (*surveys.Version, error) {
	var row versionRow
	if err := p.db.Reader().Get(ctx, &row, `SELECT questionnaire_id, number, definition, published_at, published_by
		FROM versions WHERE organisation_id = ? AND questionnaire_id = ? AND number = ?`, org, questionnaire, number); err != nil {
		return nil, fmt.Errorf("find version %d of questionnaire %s: %w", number, questionnaire, err)
	}
	v := surveys.Version{Questionnaire: row.Questionnaire, Number: row.Number, Definition: row.Definition,
		PublishedAt: time.Time(row.PublishedAt), PublishedBy: row.PublishedBy}
	return &v, nil
}

// DefinitionOf is the definition that a version of a survey's questionnaire was
// published with, for who reads stored answers.
func (p *Programme) DefinitionOf(ctx context.Context, org surveys.OrgID, survey surveys.ID, version int) ([]byte, error) {
	var definition []byte
	if err := p.db.Reader().Get(ctx, &definition, `SELECT v.definition FROM versions v
		JOIN surveys s ON s.organisation_id = v.organisation_id AND s.questionnaire_id = v.questionnaire_id
		WHERE s.organisation_id = ? AND s.survey_id = ? AND v.number = ?`, org, survey, version); err != nil {
		return nil, fmt.Errorf("find version %d of survey %s: %w", version, survey, err)
	}
	return definition, nil
}
