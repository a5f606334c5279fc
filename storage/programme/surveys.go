package programme

import (
	"context"
	"fmt"
	"time"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/surveys"
)

type surveyRow struct {
	Org           surveys.OrgID            `db:"organisation_id"`
	ID            surveys.ID               `db:"survey_id"`
	Slug          string                   `db:"slug"`
	Title         text                     `db:"title"`
	Questionnaire surveys.ID               `db:"questionnaire_id"`
	Version       int                      `db:"version"`
	Mode          surveys.Mode             `db:"mode"`
	Owner         surveys.ID               `db:"owner_id"`
	Audience      text                     `db:"audience"`
	Purpose       text                     `db:"purpose"`
	CanChange     text                     `db:"can_change"`
	CannotChange  text                     `db:"cannot_change"`
	Opens         surveys.Date             `db:"opens"`
	Closes        surveys.Date             `db:"closes"`
	PromisedOn    surveys.Date             `db:"promised_on"`
	Moves         list[surveys.Move]       `db:"promise_moves"`
	KeptOn        surveys.Date             `db:"promise_kept_on"`
	Breakdowns    list[string]             `db:"breakdowns"`
	Merged        list[surveys.MergedOf]   `db:"merged"`
	Pairs         list[surveys.Pair]       `db:"pairs"`
	Hierarchies   list[surveys.Hierarchy]  `db:"hierarchies"`
	Heads         list[surveys.Heads]      `db:"heads"`
	People        string                   `db:"people"`
	SmallestGroup int                      `db:"smallest_group"`
	Invited       int                      `db:"invited"`
	Readers       list[surveys.ID]         `db:"readers"`
	Councils      list[string]             `db:"councils"`
	OwnAnswers    bool                     `db:"own_answers"`
	Keeping       db.JSON[surveys.Keeping] `db:"keeping"`
	Wordings      list[surveys.Wording]    `db:"wordings"`
	OpenedAt      db.Moment                `db:"opened_at"`
	ClosedAt      db.Moment                `db:"closed_at"`
	Revision      int                      `db:"revision"`
}

func surveyToRow(s *surveys.Survey) surveyRow {
	return surveyRow{
		Org: s.Org, ID: s.ID, Slug: s.Slug, Title: words(s.Title), Questionnaire: s.Questionnaire, Version: s.Version, Mode: s.Mode,
		Owner: s.Owner, Audience: words(s.Audience), Purpose: words(s.Purpose), CanChange: words(s.CanChange), CannotChange: words(s.CannotChange),
		Opens: s.Opens, Closes: s.Closes, PromisedOn: s.Promise.On, Moves: listOf(s.Promise.Moves), KeptOn: s.Promise.KeptOn,
		Breakdowns: listOf(s.Breakdowns), Merged: listOf(s.Merged), Pairs: listOf(s.Pairs), Hierarchies: listOf(s.Hierarchies), Heads: listOf(s.Heads), People: s.People, SmallestGroup: s.SmallestGroup,
		Invited: s.Invited, Readers: listOf(s.Readers), Councils: listOf(s.Councils), OwnAnswers: s.OwnAnswers, Keeping: db.JSON[surveys.Keeping]{V: s.Keeping}, Wordings: listOf(s.Wordings),
		OpenedAt: db.Moment(s.OpenedAt), ClosedAt: db.Moment(s.ClosedAt), Revision: s.Revision,
	}
}

func (r *surveyRow) survey() surveys.Survey {
	return surveys.Survey{
		ID: r.ID, Org: r.Org, Slug: r.Slug, Title: r.Title.V, Questionnaire: r.Questionnaire, Version: r.Version, Mode: r.Mode,
		Owner: r.Owner, Audience: r.Audience.V, Purpose: r.Purpose.V, CanChange: r.CanChange.V, CannotChange: r.CannotChange.V,
		Opens: r.Opens, Closes: r.Closes, Promise: surveys.Promise{On: r.PromisedOn, Moves: r.Moves.V, KeptOn: r.KeptOn},
		Breakdowns: r.Breakdowns.V, Merged: r.Merged.V, Pairs: r.Pairs.V, Hierarchies: r.Hierarchies.V, Heads: r.Heads.V, People: r.People, SmallestGroup: r.SmallestGroup, Invited: r.Invited, Readers: r.Readers.V, Councils: r.Councils.V,
		OwnAnswers: r.OwnAnswers, Keeping: r.Keeping.V, Wordings: r.Wordings.V, OpenedAt: time.Time(r.OpenedAt), ClosedAt: time.Time(r.ClosedAt), Revision: r.Revision,
	}
}

const surveyColumns = `organisation_id, survey_id, slug, title, questionnaire_id, version, mode, owner_id, audience, purpose, can_change,
	cannot_change, opens, closes, promised_on, promise_moves, promise_kept_on, breakdowns, merged, pairs, hierarchies, heads, people, smallest_group, invited, readers, councils,
	own_answers, keeping, wordings, opened_at, closed_at, revision`

// ListSurveys gives all surveys of the organisation, by first day and title.
func (p *Programme) ListSurveys(ctx context.Context, org surveys.OrgID) ([]surveys.Survey, error) {
	var rows []surveyRow
	if err := p.db.Reader().Select(ctx, &rows, `SELECT `+surveyColumns+` FROM surveys
		WHERE organisation_id = ? ORDER BY opens, slug`, org); err != nil {
		return nil, fmt.Errorf("list surveys: %w", err)
	}
	return each(rows, (*surveyRow).survey), nil
}

// FindSurvey finds a survey by its key.
func (p *Programme) FindSurvey(ctx context.Context, org surveys.OrgID, id surveys.ID) (*surveys.Survey, error) {
	return findSurvey(ctx, p.db.Reader(), org, id)
}

func findSurvey(ctx context.Context, r db.Reader, org surveys.OrgID, id surveys.ID) (*surveys.Survey, error) {
	var row surveyRow
	if err := r.Get(ctx, &row, `SELECT `+surveyColumns+` FROM surveys WHERE organisation_id = ? AND survey_id = ?`, org, id); err != nil {
		return nil, fmt.Errorf("find survey %s: %w", id, err)
	}
	s := row.survey()
	return &s, nil
}

// FindSurveyBySlug finds a survey by the name in its address, /s/SLUG.
func (p *Programme) FindSurveyBySlug(ctx context.Context, org surveys.OrgID, slug string) (*surveys.Survey, error) {
	var row surveyRow
	if err := p.db.Reader().Get(ctx, &row, `SELECT `+surveyColumns+` FROM surveys WHERE organisation_id = ? AND slug = ?`, org, slug); err != nil {
		return nil, fmt.Errorf("find survey by its address: %w", err)
	}
	s := row.survey()
	return &s, nil
}

// AddSurvey stores a new survey. An address that is taken is an Invalid at "slug".
func (p *Programme) AddSurvey(ctx context.Context, s *surveys.Survey) error {
	err := p.add(ctx, "survey", s.ID, s, `INSERT INTO surveys (`+surveyColumns+`, mixed_closed)
		VALUES (:organisation_id, :survey_id, :slug, :title, :questionnaire_id, :version, :mode, :owner_id, :audience, :purpose, :can_change,
		:cannot_change, :opens, :closes, :promised_on, :promise_moves, :promise_kept_on, :breakdowns, :merged, :pairs, :hierarchies, :heads, :people, :smallest_group, :invited, :readers, :councils,
		:own_answers, :keeping, :wordings, :opened_at, :closed_at, :revision, FALSE)`, surveyToRow(s))
	return taken(err, "slug", "survey.slug_taken")
}

// ChangeSurvey loads a survey, lets change alter it and stores it, in one
// transaction. When change refuses, nothing is stored.
func (p *Programme) ChangeSurvey(ctx context.Context, org surveys.OrgID, id surveys.ID, alter func(*surveys.Survey) error) error {
	err := change(ctx, p.db, "survey", org, id, findSurvey, updateSurvey, alter)
	return taken(err, "slug", "survey.slug_taken")
}

func updateSurvey(ctx context.Context, tx *db.Tx, s *surveys.Survey) error {
	return tx.ExecRowOne(ctx, `UPDATE surveys SET slug = :slug, title = :title, questionnaire_id = :questionnaire_id, version = :version,
		mode = :mode, owner_id = :owner_id, audience = :audience, purpose = :purpose, can_change = :can_change, cannot_change = :cannot_change,
		opens = :opens, closes = :closes, promised_on = :promised_on, promise_moves = :promise_moves, promise_kept_on = :promise_kept_on,
		breakdowns = :breakdowns, merged = :merged, pairs = :pairs, hierarchies = :hierarchies, heads = :heads, people = :people, smallest_group = :smallest_group, invited = :invited, readers = :readers, councils = :councils,
		own_answers = :own_answers, keeping = :keeping, wordings = :wordings, opened_at = :opened_at, closed_at = :closed_at, revision = :revision + 1
		WHERE organisation_id = :organisation_id AND survey_id = :survey_id AND revision = :revision`, surveyToRow(s))
}

// Periods gives of each survey what Survey.Phase looks at, its mode, and no more, within the
// caller's transaction.
func (p *Programme) Periods(ctx context.Context, r db.Reader, ids []surveys.ID) (map[surveys.ID]surveys.Survey, error) {
	var rows []struct {
		Org      surveys.OrgID `db:"organisation_id"`
		ID       surveys.ID    `db:"survey_id"`
		Mode     surveys.Mode  `db:"mode"`
		Opens    surveys.Date  `db:"opens"`
		Closes   surveys.Date  `db:"closes"`
		OpenedAt db.Moment     `db:"opened_at"`
		ClosedAt db.Moment     `db:"closed_at"`
	}
	if err := r.SelectIn(ctx, &rows, `SELECT organisation_id, survey_id, mode, opens, closes, opened_at, closed_at
		FROM surveys WHERE survey_id IN (?)`, ids); err != nil {
		return nil, err
	}
	found := make(map[surveys.ID]surveys.Survey, len(rows))
	for _, row := range rows {
		found[row.ID] = surveys.Survey{ID: row.ID, Org: row.Org, Mode: row.Mode, Opens: row.Opens, Closes: row.Closes,
			OpenedAt: time.Time(row.OpenedAt), ClosedAt: time.Time(row.ClosedAt)}
	}
	return found, nil
}

// ClosedUnmixed gives the surveys of all organisations that closed and whose
// answers still have to be coarsened and mixed.
func (p *Programme) ClosedUnmixed(ctx context.Context) ([]surveys.Survey, error) {
	var rows []surveyRow
	if err := p.db.Reader().Select(ctx, &rows, `SELECT `+surveyColumns+` FROM surveys
		WHERE closed_at IS NOT NULL AND NOT mixed_closed ORDER BY organisation_id, survey_id`); err != nil {
		return nil, fmt.Errorf("list closed surveys to mix: %w", err)
	}
	return each(rows, (*surveyRow).survey), nil
}

// MixedClosed records that the answers of closed surveys were coarsened and mixed.
func (p *Programme) MixedClosed(ctx context.Context, ids []surveys.ID) error {
	return p.db.Transact(ctx, func(tx *db.Tx) error {
		for _, id := range ids {
			if _, err := tx.Exec(ctx, `UPDATE surveys SET mixed_closed = TRUE WHERE survey_id = ? AND closed_at IS NOT NULL`, id); err != nil {
				return fmt.Errorf("record that survey %s was mixed: %w", id, err)
			}
		}
		return nil
	})
}
