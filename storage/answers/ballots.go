package answers

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

// Ballots is what this store asks of the ledger, each as a step of a transaction of
// Ingest that stores or withdraws responses. Spend gives only the ballots that could be
// spent; Unspend gives a named ballot back, and the response that it was spent on.
type Ballots interface {
	Spend(ctx context.Context, tx *db.Tx, uses []responses.BallotUse) (map[responses.BallotHash]responses.SpentBallot, error)
	Unspend(ctx context.Context, tx *db.Tx, org surveys.OrgID, survey surveys.ID, hash responses.BallotHash) (responses.Key, error)
}

// WithBallots makes the store ask for ballots where people are invited; without it such
// surveys take no answers. mixed are the ledger's tables, whose rows change together with
// responses: they are mixed together too.
func (a *Answers) WithBallots(b Ballots, mixed ...db.Mixed) *Answers {
	a.ballots, a.mixed = b, append([]db.Mixed{Responses}, mixed...)
	return a
}

// refusals are why submissions may not be stored.
type refusals map[*submission]error

// spend spends the ballots of the submissions to surveys to which people are invited. It
// gives what may be stored. A page that is sent twice is left for settle, which finds its
// first sending; of two submissions with one ballot one goes in.
func (w *Writer) spend(ctx context.Context, tx *db.Tx, open []*submission) ([]*submission, refusals, error) {
	invited := 0
	for _, s := range open {
		if s.invites || s.ballot != (responses.BallotHash{}) {
			invited++
		}
	}
	if invited == 0 {
		return open, nil, nil
	}
	refused, in := refusals{}, make([]*submission, 0, len(open))
	earlier, err := storedKeys(ctx, tx, open)
	if err != nil {
		return nil, nil, err
	}
	var uses []responses.BallotUse
	byBallot := map[responses.BallotHash]*submission{}
	for _, s := range open {
		known := s.ballot != (responses.BallotHash{})
		first := byBallot[s.ballot]
		switch {
		case !s.invites && !known:
			in = append(in, s)
		case earlier[string(s.Key)]:
		case !s.invites || !known || w.answers.ballots == nil:
			refused[s] = responses.ErrNoBallot
		case first == nil:
			byBallot[s.ballot] = s
			uses = append(uses, responses.BallotUse{Org: s.org, Survey: s.Survey, Hash: s.ballot, Response: responses.Key(s.Key)})
		case !bytes.Equal(first.Key, s.Key):
			refused[s] = responses.ErrBallotSpent
		}
	}
	if len(uses) == 0 {
		return in, refused, nil
	}
	spent, err := w.answers.ballots.Spend(ctx, tx, uses)
	if err != nil {
		return nil, nil, err
	}
	for _, use := range uses {
		s := byBallot[use.Hash]
		now, ok := spent[use.Hash]
		if !ok {
			refused[s] = responses.ErrBallotSpent
			continue
		}
		if now.Again { // named: the person corrects what they handed in
			if err := withdraw(ctx, tx, s.Survey, now.Before[:]); err != nil && !errors.Is(err, surveys.ErrNotFound) {
				return nil, nil, err
			}
		}
		in = append(in, s)
	}
	sortByKey(in)
	return in, refused, nil
}

// storedKeys tells which of the submissions with a ballot are stored already.
func storedKeys(ctx context.Context, tx *db.Tx, open []*submission) (map[string]bool, error) {
	stored := map[string]bool{}
	bySurvey := map[surveys.ID][][]byte{}
	for _, s := range open {
		if s.ballot != (responses.BallotHash{}) {
			bySurvey[s.Survey] = append(bySurvey[s.Survey], s.Key)
		}
	}
	for survey, keys := range bySurvey {
		var found [][]byte
		if err := tx.SelectIn(ctx, &found, `SELECT response_key FROM responses WHERE survey_id = ? AND response_key IN (?)`,
			survey, db.Padded(keys)); err != nil {
			return nil, fmt.Errorf("look for earlier sendings: %w", err)
		}
		for _, f := range found {
			stored[string(f)] = true
		}
	}
	return stored, nil
}

// withdraw empties a response: nothing but its key stays, and nothing of what was made
// of its texts.
func withdraw(ctx context.Context, tx *db.Tx, survey surveys.ID, key []byte) error {
	n, err := tx.Exec(ctx, `UPDATE responses SET withdrawn = TRUE, version = 0, collector_id = '', day = '', flagged = FALSE, answers = ?
		WHERE survey_id = ? AND response_key = ? AND NOT withdrawn`, []byte{}, survey, key)
	if err != nil {
		return err
	}
	if n == 0 {
		return surveys.ErrNotFound
	}
	if err := forgetReviews(ctx, tx, survey, key); err != nil {
		return err
	}
	return tx.Touch(ctx, Responses, survey, key)
}

// FindResponse finds a response by its key, for the named readers of a named survey and
// for the person who gave it. One that was withdrawn is not found.
func (a *Answers) FindResponse(ctx context.Context, org surveys.OrgID, survey surveys.ID, key responses.Key) (*responses.Response, error) {
	var row responseRow
	err := a.db.Reader().Get(ctx, &row, `SELECT survey_id, response_key, version, collector_id, day, answers
		FROM responses WHERE organisation_id = ? AND survey_id = ? AND response_key = ? AND NOT withdrawn`, org, survey, key[:])
	if err != nil {
		return nil, fmt.Errorf("find response of survey %s: %w", survey, err)
	}
	return a.response(ctx, org, &row)
}

// WithdrawNamed takes back what was handed in with a named ballot, and gives the ballot
// back, in one transaction. Twice is ErrNotFound.
func (a *Answers) WithdrawNamed(ctx context.Context, org surveys.OrgID, survey surveys.ID, ballot responses.BallotHash) error {
	if a.ballots == nil {
		return surveys.ErrNotFound
	}
	err := a.db.Ingest(ctx, func(tx *db.Tx) error {
		key, err := a.ballots.Unspend(ctx, tx, org, survey, ballot)
		if err != nil {
			return err
		}
		if err := withdraw(ctx, tx, survey, key[:]); err != nil && !errors.Is(err, surveys.ErrNotFound) {
			return err
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("withdraw named response: %w", err)
	}
	return nil
}
