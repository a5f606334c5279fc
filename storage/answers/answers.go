// Package answers stores what people answered, without an identity: the grouped
// writer through which responses come in, look-up and withdrawal for the holder of
// a receipt code, the stream that the guard reads, and what mixing has to do with
// them. It knows no survey beyond its key: whether a survey takes answers, and the
// definition of a version, are asked through Programme.
package answers

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

// Responses is the table to mix.
var Responses = db.Mixed{Table: "responses", Key: "response_key", Notes: "batches"}

// Programme is what this store asks of the store of surveys. Periods runs as a
// step of the transaction that stores responses: of each survey that there is in
// the organisation it gives what Survey.Phase looks at and the mode, and no more.
type Programme interface {
	Periods(ctx context.Context, r db.Reader, ids []surveys.ID) (map[surveys.ID]surveys.Survey, error)
	DefinitionOf(ctx context.Context, org surveys.OrgID, survey surveys.ID, version int) ([]byte, error)
}

// Answers is the store. It is safe for concurrent use.
type Answers struct {
	db           *db.DB
	programme    Programme
	ballots      Ballots      // nil where nobody is invited
	mixed        []db.Mixed   // with the responses
	publications Publications // nil where no themes are published
	books        sync.Map     // bookKey → *Codebook; published versions are few and never change
}

type bookKey struct {
	survey  surveys.ID
	version int
}

// New makes the store on an open database.
func New(d *db.DB, programme Programme) *Answers {
	return &Answers{db: d, programme: programme, mixed: []db.Mixed{Responses}}
}

// Codebook is the codebook of the version of a survey.
func (a *Answers) Codebook(ctx context.Context, org surveys.OrgID, survey surveys.ID, version int) (*Codebook, error) {
	key := bookKey{survey, version}
	if book, ok := a.books.Load(key); ok {
		return book.(*Codebook), nil
	}
	definition, err := a.programme.DefinitionOf(ctx, org, survey, version)
	if err != nil {
		return nil, fmt.Errorf("find version %d of survey %s: %w", version, survey, err)
	}
	book, err := NewCodebook(definition)
	if err != nil {
		return nil, fmt.Errorf("version %d of survey %s: %w", version, survey, err)
	}
	a.books.Store(key, book)
	return book, nil
}

type responseRow struct {
	Survey    surveys.ID   `db:"survey_id"`
	Key       []byte       `db:"response_key"`
	Version   int          `db:"version"`
	Collector surveys.ID   `db:"collector_id"`
	Day       surveys.Date `db:"day"`
	Flagged   bool         `db:"flagged"`
	Answers   []byte       `db:"answers"`
}

func (a *Answers) response(ctx context.Context, org surveys.OrgID, row *responseRow) (*responses.Response, error) {
	book, err := a.Codebook(ctx, org, row.Survey, row.Version)
	if err != nil {
		return nil, err
	}
	r := responses.Response{Org: org, Survey: row.Survey, Version: row.Version, Collector: row.Collector, Day: row.Day}
	if copy(r.Key[:], row.Key) != len(r.Key) {
		return nil, fmt.Errorf("%w: a key is too short", ErrCorrupt)
	}
	if r.Answers, err = book.Decode(row.Answers); err != nil {
		return nil, err
	}
	return &r, nil
}

// FindResponseByReceipt finds the response of a receipt code, by the keys under
// which it may be stored. One that was withdrawn is not found.
func (a *Answers) FindResponseByReceipt(ctx context.Context, org surveys.OrgID, keys []responses.Key) (*responses.Response, error) {
	row, err := findByReceipt(ctx, a.db.Reader(), org, keys)
	if err != nil {
		return nil, fmt.Errorf("find response by receipt: %w", err)
	}
	return a.response(ctx, org, row)
}

// byReceipt finds the response of a key under every survey that has responses, because a
// code does not say to which it belongs. The surveys are read by leaps over the primary
// key: one step for each, whatever they hold. In each the key is looked for by a query of
// its own, or PostgreSQL would rather read a whole small table.
const byReceipt = `WITH RECURSIVE answered (survey_id) AS (
		SELECT MIN(survey_id) FROM responses
		UNION ALL
		SELECT (SELECT MIN(survey_id) FROM responses WHERE survey_id > answered.survey_id)
		FROM answered WHERE survey_id IS NOT NULL)
	SELECT survey_id, response_key, version, collector_id, day, answers
	FROM responses WHERE response_key = ? AND organisation_id = ? AND NOT withdrawn AND survey_id =
		(SELECT survey_id FROM answered WHERE
			(SELECT COUNT(*) FROM responses AS one WHERE one.survey_id = answered.survey_id AND one.response_key = ?) = 1 LIMIT 1)`

// findByReceipt compares no code with another one: what is looked for is a keyed hash,
// through the primary key. How long that takes may tell something of the hashes, of which
// nobody without the key file knows which code gives them, and nothing of the code.
func findByReceipt(ctx context.Context, r db.Reader, org surveys.OrgID, keys []responses.Key) (*responseRow, error) {
	for _, key := range keys {
		var row responseRow
		err := r.Get(ctx, &row, byReceipt, key[:], org, key[:])
		if err == nil {
			return &row, nil
		}
		if !errors.Is(err, surveys.ErrNotFound) {
			return nil, err
		}
	}
	return nil, surveys.ErrNotFound
}

// WithdrawResponse takes back the response of a receipt code. Its answers, way in
// and day are gone; its key stays, so that a page which is sent once more does not
// bring it back. Withdrawing twice is ErrNotFound.
func (a *Answers) WithdrawResponse(ctx context.Context, org surveys.OrgID, keys []responses.Key) error {
	err := a.db.Ingest(ctx, func(tx *db.Tx) error {
		row, err := findByReceipt(ctx, tx.Reader, org, keys)
		if err != nil {
			return err
		}
		return withdraw(ctx, tx, row.Survey, row.Key)
	})
	if err != nil {
		return fmt.Errorf("withdraw response: %w", err)
	}
	return nil
}

// EachResponse gives the responses of a survey, in the order of their keys
// and without the withdrawn ones. It reads in pieces, so that mixing never waits
// for it; what comes in meanwhile may or may not be among them.
func (a *Answers) EachResponse(ctx context.Context, org surveys.OrgID, survey surveys.ID, each func(*responses.Response) error) error {
	after := []byte{}
	for {
		var rows []responseRow
		if err := a.db.Reader().Select(ctx, &rows, `SELECT survey_id, response_key, version, collector_id, day, answers
			FROM responses WHERE organisation_id = ? AND survey_id = ? AND response_key > ? AND NOT withdrawn
			ORDER BY response_key LIMIT ?`, org, survey, after, piece); err != nil {
			return fmt.Errorf("read responses of survey %s: %w", survey, err)
		}
		for i := range rows {
			r, err := a.response(ctx, org, &rows[i])
			if err != nil {
				return fmt.Errorf("read a response of survey %s: %w", survey, err)
			}
			if err := each(r); err != nil {
				return err
			}
		}
		if len(rows) < piece {
			return nil
		}
		after = rows[len(rows)-1].Key
	}
}

// piece is how many rows are read at once.
const piece = 5000
