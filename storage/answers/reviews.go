package answers

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
	"weerklank.nl/weerklank/surveys/texts"
)

// reviewed is the table of what was made of texts. It stands in the order of the keys
// of responses, or in that in which texts were read, which follows from hashes of them:
// it needs no mixing. Whoever changes it is alone, so that no review comes in beside
// the withdrawal of its response.
const reviewed = "text_reviews"

type reviewRow struct {
	Org      surveys.OrgID            `db:"organisation_id"`
	Survey   surveys.ID               `db:"survey_id"`
	Key      []byte                   `db:"response_key"`
	Question string                   `db:"question"`
	State    texts.State              `db:"state"`
	Reason   string                   `db:"reason"`
	Masks    db.JSON[[]texts.Mask]    `db:"masks"`
	Coded    bool                     `db:"coded"`
	Themes   db.JSON[[]string]        `db:"themes"`
	Shown    db.JSON[[]texts.Shown]   `db:"shown"`
	Together db.JSON[*texts.Together] `db:"together"`
	Revision int                      `db:"revision"`
}

func (row *reviewRow) review() *texts.Review {
	r := &texts.Review{Org: row.Org, Survey: row.Survey, Question: row.Question, State: row.State, Reason: row.Reason, Masks: row.Masks.V,
		Coded: row.Coded, Themes: row.Themes.V, Shown: row.Shown.V, Together: row.Together.V, Revision: row.Revision}
	copy(r.Key[:], row.Key)
	return r
}

// ListReviews gives what was made of the texts to a question, in the order of the
// random keys of their responses.
func (a *Answers) ListReviews(ctx context.Context, org surveys.OrgID, survey surveys.ID, question string) ([]*texts.Review, error) {
	return listReviews(ctx, a.db.Reader(), org, survey, question)
}

const reviewColumns = `organisation_id, survey_id, response_key, question, state, reason, masks, coded, themes, shown, together, revision`

func listReviews(ctx context.Context, r db.Reader, org surveys.OrgID, survey surveys.ID, question string) ([]*texts.Review, error) {
	var rows []reviewRow
	if err := r.Select(ctx, &rows, `SELECT `+reviewColumns+`
		FROM text_reviews WHERE organisation_id = ? AND survey_id = ? AND question = ? ORDER BY response_key`, org, survey, question); err != nil {
		return nil, fmt.Errorf("list reviews of survey %s: %w", survey, err)
	}
	all := make([]*texts.Review, len(rows))
	for i := range rows {
		all[i] = rows[i].review()
	}
	return all, nil
}

// findReviews finds what was made of the texts of some responses, by key.
func findReviews(ctx context.Context, r db.Reader, org surveys.OrgID, survey surveys.ID, question string, keys []responses.Key) (map[responses.Key]*texts.Review, error) {
	var rows []reviewRow
	if err := r.SelectIn(ctx, &rows, `SELECT `+reviewColumns+`
		FROM text_reviews WHERE organisation_id = ? AND survey_id = ? AND question = ? AND response_key IN (?)`, org, survey, question, rawKeys(keys)); err != nil {
		return nil, err
	}
	byKey := make(map[responses.Key]*texts.Review, len(keys))
	for i := range rows {
		one := rows[i].review()
		byKey[one.Key] = one
	}
	return byKey, nil
}

func rawKeys(keys []responses.Key) [][]byte {
	raw := make([][]byte, len(keys))
	for i := range keys {
		raw[i] = keys[i][:]
	}
	return raw
}

// ChangeReview lets change alter what is made of one text. A response that was
// withdrawn, or has no such text, is ErrNotFound.
func (a *Answers) ChangeReview(ctx context.Context, org surveys.OrgID, survey surveys.ID, question string, key responses.Key, change texts.Change) error {
	err := a.changeReviews(ctx, org, survey, question, []responses.Key{key}, func(body string, list *texts.Themes, r *texts.Review) (bool, error) {
		changed := surveys.Changing(ctx, "text_review", r.Trail())
		does, err := change(body, list, r)
		if err == nil {
			changed(r.Trail())
		}
		return does, err
	}, func(done, found int) error {
		if found == 0 {
			return surveys.ErrNotFound
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("review a text of survey %s: %w", survey, err)
	}
	return nil
}

// reviewedShown is what the audit trail may show of many reviews at once.
type reviewedShown struct {
	Texts int `json:"texts"`
}

// ChangeReviews is ChangeReview for many texts in one transaction: all are changed, or
// none. It tells how many were. Those that were withdrawn meanwhile are passed over.
func (a *Answers) ChangeReviews(ctx context.Context, org surveys.OrgID, survey surveys.ID, question string, keys []responses.Key, change texts.Change) (int, error) {
	n := 0
	err := a.changeReviews(ctx, org, survey, question, keys, change, func(done, _ int) error {
		n = done
		surveys.Changing(ctx, "text_reviews", reviewedShown{})(reviewedShown{done})
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("review texts of survey %s: %w", survey, err)
	}
	return n, nil
}

func (a *Answers) changeReviews(ctx context.Context, org surveys.OrgID, survey surveys.ID, question string, keys []responses.Key, change texts.Change,
	end func(done, found int) error) error {
	keys = slices.Clone(keys)
	return a.db.Transact(ctx, func(tx *db.Tx) error {
		if err := tx.Alone(ctx, reviewed, Responses); err != nil {
			return err
		}
		list, err := findThemes(ctx, tx.Reader, org, survey, question)
		if err != nil {
			return err
		}
		done, found := 0, 0
		for part := range slices.Chunk(keys, namedKeys) {
			bodies, err := a.bodies(ctx, tx.Reader, org, survey, question, part)
			if err != nil {
				return err
			}
			known, err := findReviews(ctx, tx.Reader, org, survey, question, part)
			if err != nil {
				return err
			}
			for _, key := range part {
				body, there := bodies[key]
				if !there {
					continue
				}
				found++
				r := known[key]
				if r == nil {
					r = &texts.Review{Org: org, Survey: survey, Question: question, Key: key}
					known[key] = r
				}
				does, err := change(body, list, r)
				if err != nil {
					return err
				}
				if !does {
					continue
				}
				if err := putReview(ctx, tx, r); err != nil {
					return err
				}
				done++
			}
		}
		return end(done, found)
	})
}

// bodies are the texts of responses that were not withdrawn, by key.
func (a *Answers) bodies(ctx context.Context, r db.Reader, org surveys.OrgID, survey surveys.ID, question string, keys []responses.Key) (map[responses.Key]string, error) {
	var rows []responseRow
	if err := r.SelectIn(ctx, &rows, `SELECT survey_id, response_key, version, collector_id, day, answers FROM responses
		WHERE organisation_id = ? AND survey_id = ? AND response_key IN (?) AND NOT withdrawn`, org, survey, rawKeys(keys)); err != nil {
		return nil, err
	}
	bodies := make(map[responses.Key]string, len(rows))
	for i := range rows {
		response, err := a.response(ctx, org, &rows[i])
		if err != nil {
			continue // what cannot be read is in no list of texts either
		}
		if body := response.Answers[question]; strings.TrimSpace(body) != "" {
			bodies[response.Key] = body
		}
	}
	return bodies, nil
}

// putReview stores a review as the next revision of what there was.
func putReview(ctx context.Context, tx *db.Tx, r *texts.Review) error {
	r.Revision++
	row := reviewRow{r.Org, r.Survey, r.Key[:], r.Question, r.State, r.Reason, db.JSON[[]texts.Mask]{V: r.Masks}, r.Coded,
		db.JSON[[]string]{V: r.Themes}, db.JSON[[]texts.Shown]{V: r.Shown}, db.JSON[*texts.Together]{V: r.Together}, r.Revision}
	return tx.ExecRowOne(ctx, `INSERT INTO text_reviews (organisation_id, survey_id, response_key, question, state, reason, masks, coded, themes, shown, together, revision)
		VALUES (:organisation_id, :survey_id, :response_key, :question, :state, :reason, :masks, :coded, :themes, :shown, :together, :revision)
		ON CONFLICT (survey_id, response_key, question) DO UPDATE SET state = excluded.state, reason = excluded.reason, masks = excluded.masks,
			coded = excluded.coded, themes = excluded.themes, shown = excluded.shown, together = excluded.together, revision = excluded.revision
		WHERE text_reviews.revision = excluded.revision - 1`, row)
}

// forgetReviews takes away what was made of the texts of a response.
func forgetReviews(ctx context.Context, tx *db.Tx, survey surveys.ID, key []byte) error {
	_, err := tx.Exec(ctx, `DELETE FROM text_reviews WHERE survey_id = ? AND response_key = ?`, survey, key)
	return err
}
