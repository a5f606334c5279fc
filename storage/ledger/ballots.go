package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

// rowsAtOnce is how many rows one statement inserts.
const rowsAtOnce = 400

func addBallots(ctx context.Context, tx *db.Tx, i *responses.Invitations, ballots []responses.NewBallot) error {
	slices.SortFunc(ballots, func(a, b responses.NewBallot) int { return bytes.Compare(a.Hash[:], b.Hash[:]) })
	keys := make([][]byte, len(ballots))
	for part := range slices.Chunk(ballots, rowsAtOnce) {
		args := make([]any, 0, 7*len(part))
		for n := range part {
			var invitee any
			if i.Mode == surveys.Named {
				invitee = string(part[n].Invitee)
			}
			args = append(args, string(i.Org), string(i.Survey), part[n].Hash[:], string(i.Mode), int64(part[n].Group), false, invitee)
		}
		if _, err := tx.Exec(ctx, `INSERT INTO ballots (organisation_id, survey_id, ballot_hash, mode, group_number, spent, invitee_id)
			VALUES `+db.Placeholders(len(part), 7), args...); err != nil {
			return fmt.Errorf("add ballots: %w", err)
		}
	}
	for n := range ballots {
		keys[n] = ballots[n].Hash[:]
	}
	return tx.Touch(ctx, Ballots, i.Survey, keys...)
}

// FoundBallot is what a ballot opens.
type FoundBallot = responses.FoundBallot

// FindBallot finds a ballot by the hashes under which it may be stored, and the survey
// that it lets in to. ErrNotFound says that it is none of ours, or was taken back.
func (l *Ledger) FindBallot(ctx context.Context, org surveys.OrgID, hashes []responses.BallotHash) (*FoundBallot, error) {
	for _, hash := range hashes {
		var row struct {
			Survey  surveys.ID  `db:"survey_id"`
			Group   int         `db:"group_number"`
			Spent   bool        `db:"spent"`
			Invitee *surveys.ID `db:"invitee_id"`
			Key     []byte      `db:"response_key"`
		}
		err := l.db.Reader().Get(ctx, &row, `SELECT survey_id, group_number, spent, invitee_id, response_key FROM ballots
			WHERE organisation_id = ? AND ballot_hash = ?`, org, hash[:])
		if errors.Is(err, surveys.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("find ballot: %w", err)
		}
		found := &FoundBallot{Survey: row.Survey, Hash: hash, Spent: row.Spent}
		if row.Invitee != nil {
			one, err := l.FindInvitee(ctx, org, row.Survey, *row.Invitee)
			gone := errors.Is(err, surveys.ErrNotFound) // taken off the list; what they answered is still theirs
			if err != nil && !gone {
				return nil, fmt.Errorf("find whose ballot it is: %w", err)
			}
			found.Invitee, found.ByCard = *row.Invitee, gone || one.State == responses.CardOnly
		}
		found.HasResponse = copy(found.Response[:], row.Key) == len(found.Response)
		i, err := l.FindInvitations(ctx, org, row.Survey)
		if err != nil {
			return nil, err
		}
		if row.Group < len(i.Groups) {
			found.Values = i.Groups[row.Group].Values
		}
		return found, nil
	}
	return nil, fmt.Errorf("find ballot: %w", surveys.ErrNotFound)
}

// Spend spends ballots within the transaction that stores their responses. It gives what
// became of each: ballots that were spent before, are of another survey or were taken
// back are not among them. In the named mode a ballot may be spent again: it then gives
// the response that the new one takes the place of.
func (l *Ledger) Spend(ctx context.Context, tx *db.Tx, uses []responses.BallotUse) (map[responses.BallotHash]responses.SpentBallot, error) {
	spent := make(map[responses.BallotHash]responses.SpentBallot, len(uses))
	touched := map[surveys.ID][][]byte{}
	for _, survey := range surveysOf(uses) {
		var hashes [][]byte
		byHash := map[responses.BallotHash]*responses.BallotUse{}
		for n := range uses {
			if uses[n].Survey == survey {
				hashes = append(hashes, uses[n].Hash[:])
				byHash[uses[n].Hash] = &uses[n]
			}
		}
		// In the order of the hashes, so that two instances do not wait for each other.
		slices.SortFunc(hashes, bytes.Compare)
		var rows []struct {
			Org  surveys.OrgID `db:"organisation_id"`
			Hash []byte        `db:"ballot_hash"`
			Mode surveys.Mode  `db:"mode"`
			Key  []byte        `db:"response_key"`
		}
		if err := tx.SelectIn(ctx, &rows, `UPDATE ballots SET spent = TRUE WHERE survey_id = ? AND ballot_hash IN (?)
			AND (NOT spent OR mode = 'named') RETURNING organisation_id, ballot_hash, mode, response_key`, survey, db.Padded(hashes)); err != nil {
			return nil, fmt.Errorf("spend ballots: %w", err)
		}
		for n := range rows {
			hash := responses.BallotHash(rows[n].Hash)
			use := byHash[hash]
			if rows[n].Org != use.Org {
				return nil, fmt.Errorf("spend ballots: a hash stands in two organisations")
			}
			now := responses.SpentBallot{Named: rows[n].Mode == surveys.Named}
			if now.Named {
				now.Again = copy(now.Before[:], rows[n].Key) == len(now.Before)
				if _, err := tx.Exec(ctx, `UPDATE ballots SET response_key = ? WHERE survey_id = ? AND ballot_hash = ?`,
					use.Response[:], survey, hash[:]); err != nil {
					return nil, fmt.Errorf("note what a named ballot was spent on: %w", err)
				}
			}
			spent[hash] = now
			touched[survey] = append(touched[survey], hash[:])
		}
	}
	return spent, tx.TouchAll(ctx, Ballots, touched)
}

func surveysOf(uses []responses.BallotUse) []surveys.ID {
	var ids []surveys.ID
	for n := range uses {
		if !slices.Contains(ids, uses[n].Survey) {
			ids = append(ids, uses[n].Survey)
		}
	}
	slices.Sort(ids)
	return ids
}

// Unspend gives a named ballot back, within the transaction that withdraws its response:
// the person may answer anew. It gives that response; ErrNotFound when there is none.
func (l *Ledger) Unspend(ctx context.Context, tx *db.Tx, org surveys.OrgID, survey surveys.ID, hash responses.BallotHash) (responses.Key, error) {
	var key responses.Key
	var stored []byte
	err := tx.Get(ctx, &stored, `SELECT response_key FROM ballots WHERE organisation_id = ? AND survey_id = ? AND ballot_hash = ?
		AND mode = 'named' AND response_key IS NOT NULL`, org, survey, hash[:])
	if err != nil {
		return key, fmt.Errorf("find what a named ballot was spent on: %w", err)
	}
	copy(key[:], stored)
	n, err := tx.Exec(ctx, `UPDATE ballots SET spent = FALSE, response_key = NULL WHERE survey_id = ? AND ballot_hash = ? AND response_key = ?`,
		survey, hash[:], stored)
	if err == nil && n == 0 {
		err = surveys.ErrNotFound
	}
	if err != nil {
		return key, fmt.Errorf("give a named ballot back: %w", err)
	}
	return key, tx.Touch(ctx, Ballots, survey, hash[:])
}

// VoidBallot takes the ballot of a person who was removed out of use. Whether it was
// spent is not told.
func voidBallot(ctx context.Context, tx *db.Tx, survey surveys.ID, hash responses.BallotHash) error {
	if _, err := tx.Exec(ctx, `UPDATE ballots SET spent = TRUE WHERE survey_id = ? AND ballot_hash = ?`, survey, hash[:]); err != nil {
		return fmt.Errorf("take a ballot out of use: %w", err)
	}
	return tx.Touch(ctx, Ballots, survey, hash[:])
}
