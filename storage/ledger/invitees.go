package ledger

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

type inviteeRow struct {
	Org      surveys.OrgID          `db:"organisation_id"`
	Survey   surveys.ID             `db:"survey_id"`
	ID       surveys.ID             `db:"invitee_id"`
	Name     string                 `db:"name"`
	Email    string                 `db:"email"`
	Lang     surveys.Lang           `db:"language"`
	Group    int                    `db:"group_number"`
	State    responses.InviteeState `db:"state"`
	Reason   string                 `db:"reason"`
	Attempts int                    `db:"attempts"`
	DueAt    db.Moment              `db:"due_at"`
}

const inviteeColumns = `organisation_id, survey_id, invitee_id, name, email, language, group_number, state, reason, attempts, due_at`

func (r *inviteeRow) invitee() responses.Invitee {
	return responses.Invitee{Org: r.Org, Survey: r.Survey, ID: r.ID, Name: r.Name, Email: r.Email, Lang: r.Lang, Group: r.Group,
		State: r.State, Reason: r.Reason, Attempts: r.Attempts, DueAt: time.Time(r.DueAt)}
}

func addInvitees(ctx context.Context, tx *db.Tx, i *responses.Invitations, people []responses.Invitee) error {
	people = slices.Clone(people)
	slices.SortFunc(people, func(a, b responses.Invitee) int { return strings.Compare(string(a.ID), string(b.ID)) })
	for part := range slices.Chunk(people, rowsAtOnce) {
		args := make([]any, 0, 11*len(part))
		for n := range part {
			p := &part[n]
			args = append(args, string(i.Org), string(i.Survey), string(p.ID), p.Name, p.Email, string(p.Lang), int64(p.Group), string(p.State), "", int64(0), "")
		}
		if _, err := tx.Exec(ctx, `INSERT INTO invitees (organisation_id, survey_id, invitee_id, name, email, language, group_number, state,
			reason, attempts, holder) VALUES `+db.Placeholders(len(part), 11), args...); err != nil {
			return fmt.Errorf("add invitees: %w", err)
		}
	}
	return nil
}

// ListInvitees gives everybody on the list of a survey, in the order of random keys.
func (l *Ledger) ListInvitees(ctx context.Context, org surveys.OrgID, survey surveys.ID) ([]responses.Invitee, error) {
	var rows []inviteeRow
	if err := l.db.Reader().Select(ctx, &rows, `SELECT `+inviteeColumns+` FROM invitees WHERE organisation_id = ? AND survey_id = ?
		ORDER BY invitee_id`, org, survey); err != nil {
		return nil, fmt.Errorf("list invitees of survey %s: %w", survey, err)
	}
	all := make([]responses.Invitee, len(rows))
	for n := range rows {
		all[n] = rows[n].invitee()
	}
	return all, nil
}

// FindInvitee finds one person on the list of a survey.
func (l *Ledger) FindInvitee(ctx context.Context, org surveys.OrgID, survey, id surveys.ID) (*responses.Invitee, error) {
	return findInvitee(ctx, l.db.Reader(), org, survey, id)
}

func findInvitee(ctx context.Context, r db.Reader, org surveys.OrgID, survey, id surveys.ID) (*responses.Invitee, error) {
	var row inviteeRow
	if err := r.Get(ctx, &row, `SELECT `+inviteeColumns+` FROM invitees WHERE organisation_id = ? AND survey_id = ? AND invitee_id = ?`,
		org, survey, id); err != nil {
		return nil, fmt.Errorf("find invitee of survey %s: %w", survey, err)
	}
	one := row.invitee()
	return &one, nil
}

// CountInvitees tells how many people stand in each state of sending.
func (l *Ledger) CountInvitees(ctx context.Context, org surveys.OrgID, survey surveys.ID) (responses.Counts, error) {
	var rows []struct {
		State responses.InviteeState `db:"state"`
		N     int                    `db:"n"`
	}
	if err := l.db.Reader().Select(ctx, &rows, `SELECT state, COUNT(*) AS n FROM invitees WHERE organisation_id = ? AND survey_id = ?
		GROUP BY state`, org, survey); err != nil {
		return nil, fmt.Errorf("count invitees of survey %s: %w", survey, err)
	}
	counts := responses.Counts{}
	for _, r := range rows {
		counts[r.State] = r.N
	}
	return counts, nil
}

// RemoveInvitee takes a person off the list, for good, and first their ballot out of use.
// Whether they took part stays unsaid: a response that is in stays in. left alters the
// invitations, whose groups count them, in the transaction that takes them off, and hears
// of which group they were.
func (l *Ledger) RemoveInvitee(ctx context.Context, org surveys.OrgID, survey, id surveys.ID, ballot responses.BallotHash,
	left func(i *responses.Invitations, group int)) error {
	if _, err := l.FindInvitee(ctx, org, survey, id); err != nil {
		return fmt.Errorf("remove invitee of survey %s: %w", survey, err)
	}
	err := l.db.Ingest(ctx, func(tx *db.Tx) error { return voidBallot(ctx, tx, survey, ballot) })
	if err == nil {
		// On its own, because what staff do is written down in the transaction that does it,
		// and nothing of staff stands in one with a ballot.
		err = l.db.Transact(ctx, func(tx *db.Tx) error {
			var group []int
			if err := tx.Select(ctx, &group, `DELETE FROM invitees WHERE organisation_id = ? AND survey_id = ? AND invitee_id = ? RETURNING group_number`,
				org, survey, id); err != nil {
				return err
			}
			if len(group) == 0 {
				return surveys.ErrNotFound // somebody else was just ahead
			}
			i, err := find(ctx, tx.Reader, org, survey)
			if err != nil {
				return err
			}
			left(i, group[0])
			return store(ctx, tx, i)
		})
	}
	if err != nil {
		return fmt.Errorf("remove invitee of survey %s: %w", survey, err)
	}
	return nil
}

// StopMail records that a person wants no more messages about the survey. It may run
// twice.
func (l *Ledger) StopMail(ctx context.Context, org surveys.OrgID, survey, id surveys.ID) error {
	return l.settle(ctx, org, survey, id, responses.NoMoreMail, responses.NotSent, responses.Queued, responses.Delivered, responses.Unsure, responses.Failed, responses.NoMoreMail)
}

// SettleUnsure lets a person decide that a message that may have gone out did arrive.
func (l *Ledger) SettleUnsure(ctx context.Context, org surveys.OrgID, survey, id surveys.ID) error {
	return l.settle(ctx, org, survey, id, responses.Delivered, responses.Unsure)
}

// ChangeInvitee loads a person on the list with the invitations, lets change alter the
// person and stores them, in one transaction. When change refuses, nothing is stored. An
// address that somebody else on the list has is an Invalid at "email", invite.email_taken:
// one person would hold two ballots.
func (l *Ledger) ChangeInvitee(ctx context.Context, org surveys.OrgID, survey, id surveys.ID,
	change func(*responses.Invitations, *responses.Invitee) error) error {
	return l.db.Transact(ctx, func(tx *db.Tx) error {
		i, err := find(ctx, tx.Reader, org, survey)
		if err != nil {
			return err
		}
		one, err := findInvitee(ctx, tx.Reader, org, survey, id)
		if err != nil {
			return err
		}
		email, state := one.Email, one.State
		if err := change(i, one); err != nil {
			return err
		}
		if one.Email != email {
			var others int
			if err := tx.Get(ctx, &others, `SELECT COUNT(*) FROM invitees WHERE organisation_id = ? AND survey_id = ? AND email = ? AND invitee_id <> ?`,
				org, survey, one.Email, id); err != nil {
				return err
			}
			if others > 0 {
				return surveys.Invalid{{Field: "email", Key: "invite.email_taken"}}
			}
		}
		return tx.ExecOne(ctx, `UPDATE invitees SET email = ?, state = ?, reason = ?, attempts = ?, due_at = NULL, holder = ''
			WHERE organisation_id = ? AND survey_id = ? AND invitee_id = ? AND state = ?`,
			one.Email, one.State, one.Reason, one.Attempts, org, survey, id, state)
	})
}

func (l *Ledger) settle(ctx context.Context, org surveys.OrgID, survey, id surveys.ID, to responses.InviteeState, from ...responses.InviteeState) error {
	return l.db.Transact(ctx, func(tx *db.Tx) error {
		args := []any{to, org, survey, id}
		for _, s := range from {
			args = append(args, s)
		}
		return tx.ExecOne(ctx, `UPDATE invitees SET state = ?, reason = '', attempts = 0, due_at = NULL, holder = ''
			WHERE organisation_id = ? AND survey_id = ? AND invitee_id = ? AND state IN `+db.Placeholders(1, len(from)), args...)
	})
}

// ListNamed gives everybody on the list of a named survey, with which response is theirs.
func (l *Ledger) ListNamed(ctx context.Context, org surveys.OrgID, survey surveys.ID) ([]responses.NamedResponse, error) {
	people, err := l.ListInvitees(ctx, org, survey)
	if err != nil {
		return nil, err
	}
	var rows []struct {
		Invitee surveys.ID `db:"invitee_id"`
		Key     []byte     `db:"response_key"`
	}
	if err := l.db.Reader().Select(ctx, &rows, `SELECT invitee_id, response_key FROM ballots
		WHERE organisation_id = ? AND survey_id = ? AND mode = 'named' AND response_key IS NOT NULL`, org, survey); err != nil {
		return nil, fmt.Errorf("list named responses of survey %s: %w", survey, err)
	}
	keys := make(map[surveys.ID][]byte, len(rows))
	for _, r := range rows {
		keys[r.Invitee] = r.Key
	}
	all := make([]responses.NamedResponse, len(people))
	for n := range people {
		all[n].Invitee = people[n]
		all[n].Answered = copy(all[n].Response[:], keys[people[n].ID]) == len(all[n].Response)
	}
	return all, nil
}
