// Package ledger stores who is invited and the ballots that let them in. In the
// anonymous modes it knows that somebody was invited and how sending to them stands, and
// never who took part: a ballot is a keyed hash beside a group, no column leads from it
// to a person, and spending it changes nothing but itself. In the named mode a ballot
// knows its person and its response.
package ledger

import (
	"context"
	"errors"
	"fmt"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

// Ballots is the table to mix, together with the responses.
var Ballots = db.Mixed{Table: "ballots", Key: "ballot_hash"}

// Ledger is the store. It is safe for concurrent use.
type Ledger struct{ db *db.DB }

// New makes the store on an open database.
func New(d *db.DB) *Ledger { return &Ledger{d} }

type invitationsRow struct {
	Org        surveys.OrgID                    `db:"organisation_id"`
	Survey     surveys.ID                       `db:"survey_id"`
	Mode       surveys.Mode                     `db:"mode"`
	Status     responses.Status                 `db:"status"`
	Generation int64                            `db:"generation"`
	Breakdowns db.JSON[[]string]                `db:"breakdowns"`
	Groups     db.JSON[[]responses.BallotGroup] `db:"groups"`
	Lot        db.JSON[*responses.Lot]          `db:"lot"`
	Round      int                              `db:"round"`
	RoundOn    surveys.Date                     `db:"round_on"`
	Watched    int                              `db:"watched"`
	Refused    int                              `db:"refused"`
	Why        string                           `db:"why"`
	Revision   int                              `db:"revision"`
}

const invitationsColumns = `organisation_id, survey_id, mode, status, generation, breakdowns, groups, lot, round, round_on, watched, refused, why, revision`

func toRow(i *responses.Invitations) invitationsRow {
	return invitationsRow{i.Org, i.Survey, i.Mode, i.Status, int64(i.Generation), db.JSON[[]string]{V: i.Breakdowns},
		db.JSON[[]responses.BallotGroup]{V: i.Groups}, db.JSON[*responses.Lot]{V: i.Lot}, i.Round, i.RoundOn, i.Watched, i.Refused, i.Why, i.Revision}
}

func (r *invitationsRow) invitations() *responses.Invitations {
	return &responses.Invitations{Org: r.Org, Survey: r.Survey, Mode: r.Mode, Status: r.Status, Generation: uint32(r.Generation),
		Breakdowns: r.Breakdowns.V, Groups: r.Groups.V, Lot: r.Lot.V, Round: r.Round, RoundOn: r.RoundOn, Watched: r.Watched,
		Refused: r.Refused, Why: r.Why, Revision: r.Revision}
}

// FindInvitations finds how people are invited to a survey; ErrNotFound while nobody is.
func (l *Ledger) FindInvitations(ctx context.Context, org surveys.OrgID, survey surveys.ID) (*responses.Invitations, error) {
	return find(ctx, l.db.Reader(), org, survey)
}

func find(ctx context.Context, r db.Reader, org surveys.OrgID, survey surveys.ID) (*responses.Invitations, error) {
	var row invitationsRow
	if err := r.Get(ctx, &row, `SELECT `+invitationsColumns+` FROM invitations WHERE organisation_id = ? AND survey_id = ?`, org, survey); err != nil {
		return nil, fmt.Errorf("find invitations of survey %s: %w", survey, err)
	}
	return row.invitations(), nil
}

// Prepare stores the invitations of a survey with everybody on the list and all ballots,
// in one transaction and each in the order of random keys. It refuses when the survey has
// invitations already.
func (l *Ledger) Prepare(ctx context.Context, i *responses.Invitations, people []responses.Invitee, ballots []responses.NewBallot) error {
	err := l.db.Ingest(ctx, func(tx *db.Tx) error {
		if _, err := find(ctx, tx.Reader, i.Org, i.Survey); err == nil {
			return surveys.Invalid{{Field: "list", Key: "invite.prepared_already"}}
		} else if !errors.Is(err, surveys.ErrNotFound) {
			return err
		}
		if _, err := tx.ExecRow(ctx, `INSERT INTO invitations (`+invitationsColumns+`) VALUES (:organisation_id, :survey_id, :mode, :status,
			:generation, :breakdowns, :groups, :lot, :round, :round_on, :watched, :refused, :why, :revision)`, toRow(i)); err != nil {
			return err
		}
		if err := addInvitees(ctx, tx, i, people); err != nil {
			return err
		}
		return addBallots(ctx, tx, i, ballots)
	})
	if err != nil {
		return fmt.Errorf("prepare invitations of survey %s: %w", i.Survey, err)
	}
	return nil
}

// Add puts people on the list of a survey, with their ballots and the groups as they are
// with them, in one transaction. i is what was read, with its groups changed: when it
// changed meanwhile it is ErrChangedMeanwhile. Until the next mixing a copy of the
// database tells which ballots came later.
func (l *Ledger) Add(ctx context.Context, i *responses.Invitations, people []responses.Invitee, ballots []responses.NewBallot) error {
	err := l.db.Ingest(ctx, func(tx *db.Tx) error {
		if err := store(ctx, tx, i); err != nil {
			return err
		}
		if err := addInvitees(ctx, tx, i, people); err != nil {
			return err
		}
		return addBallots(ctx, tx, i, ballots)
	})
	if err != nil {
		return fmt.Errorf("add people to the list of survey %s: %w", i.Survey, err)
	}
	return nil
}

// ChangeInvitations loads the invitations of a survey, lets change alter them and stores
// them, in one transaction. When change refuses, nothing is stored. queue tells that
// everybody with an address is to get the message of the round.
func (l *Ledger) ChangeInvitations(ctx context.Context, org surveys.OrgID, survey surveys.ID, change func(*responses.Invitations) (queue bool, err error)) error {
	return l.db.Transact(ctx, func(tx *db.Tx) error {
		i, err := find(ctx, tx.Reader, org, survey)
		if err != nil {
			return err
		}
		changed := surveys.Changing(ctx, "invitations", i.Shown())
		queue, err := change(i)
		if err != nil {
			return err
		}
		changed(i.Shown())
		if err := store(ctx, tx, i); err != nil || !queue {
			return err
		}
		// Who asked for no more, was refused for good or has no address is left alone.
		_, err = tx.Exec(ctx, `UPDATE invitees SET state = ?, attempts = 0, due_at = NULL, reason = '', holder = ''
			WHERE organisation_id = ? AND survey_id = ? AND state IN (?, ?, ?)`,
			responses.Queued, org, survey, responses.NotSent, responses.Delivered, responses.Unsure)
		return err
	})
}

func store(ctx context.Context, tx *db.Tx, i *responses.Invitations) error {
	return tx.ExecRowOne(ctx, `UPDATE invitations SET status = :status, groups = :groups, round = :round, round_on = :round_on,
		watched = :watched, refused = :refused, why = :why, revision = :revision + 1
		WHERE organisation_id = :organisation_id AND survey_id = :survey_id AND revision = :revision`, toRow(i))
}

// Remove takes back everything: the list, the ballots and how they were made. check sees
// the invitations as they are and may refuse. It is an Invalid, invite.remove_answered, when
// somebody answered on name: the ballots alone tell whose answers are whose.
func (l *Ledger) Remove(ctx context.Context, org surveys.OrgID, survey surveys.ID, check func(*responses.Invitations) error) error {
	err := l.db.Ingest(ctx, func(tx *db.Tx) error {
		i, err := find(ctx, tx.Reader, org, survey)
		if err != nil {
			return err
		}
		if err := check(i); err != nil {
			return err
		}
		var onName int
		if err := tx.Get(ctx, &onName, `SELECT COUNT(*) FROM ballots WHERE organisation_id = ? AND survey_id = ? AND response_key IS NOT NULL`, org, survey); err != nil {
			return err
		}
		if onName > 0 {
			return surveys.Invalid{{Field: "invitations", Key: "invite.remove_answered"}}
		}
		var keys [][]byte
		if err := tx.Select(ctx, &keys, `SELECT ballot_hash FROM ballots WHERE organisation_id = ? AND survey_id = ?`, org, survey); err != nil {
			return err
		}
		for _, table := range []string{"invitees", "ballots", "invitations"} {
			if _, err := tx.Exec(ctx, `DELETE FROM `+table+` WHERE organisation_id = ? AND survey_id = ?`, org, survey); err != nil {
				return err
			}
		}
		return tx.Touch(ctx, Ballots, survey, keys...)
	})
	if err != nil {
		return fmt.Errorf("remove invitations of survey %s: %w", survey, err)
	}
	return nil
}
