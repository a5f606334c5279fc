package manage

import (
	"context"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

// LedgerStore is what the pages about invitations use of the ledger.
type LedgerStore interface {
	FindInvitations(ctx context.Context, org surveys.OrgID, survey surveys.ID) (*responses.Invitations, error)
	// Prepare stores invitations with everybody on the list and all ballots, at once.
	Prepare(ctx context.Context, i *responses.Invitations, people []responses.Invitee, ballots []responses.NewBallot) error
	// Add puts people on a list that was prepared; ErrChangedMeanwhile when i is no longer
	// what is stored.
	Add(ctx context.Context, i *responses.Invitations, people []responses.Invitee, ballots []responses.NewBallot) error
	// ChangeInvitations queues the message of the round for everybody when change says so.
	ChangeInvitations(ctx context.Context, org surveys.OrgID, survey surveys.ID, change func(*responses.Invitations) (queue bool, err error)) error
	Remove(ctx context.Context, org surveys.OrgID, survey surveys.ID, check func(*responses.Invitations) error) error
	ListInvitees(ctx context.Context, org surveys.OrgID, survey surveys.ID) ([]responses.Invitee, error)
	FindInvitee(ctx context.Context, org surveys.OrgID, survey, id surveys.ID) (*responses.Invitee, error)
	CountInvitees(ctx context.Context, org surveys.OrgID, survey surveys.ID) (responses.Counts, error)
	RemoveInvitee(ctx context.Context, org surveys.OrgID, survey, id surveys.ID, ballot responses.BallotHash,
		left func(i *responses.Invitations, group int)) error
	SettleUnsure(ctx context.Context, org surveys.OrgID, survey, id surveys.ID) error
	// ChangeInvitee stores what change makes of one person on the list; an address that is
	// somebody else's is an Invalid at "email".
	ChangeInvitee(ctx context.Context, org surveys.OrgID, survey, id surveys.ID, change func(*responses.Invitations, *responses.Invitee) error) error
	ListNamed(ctx context.Context, org surveys.OrgID, survey surveys.ID) ([]responses.NamedResponse, error)
}

// NamedReader gives who may read it one response of a named survey.
type NamedReader interface {
	FindResponse(ctx context.Context, org surveys.OrgID, survey surveys.ID, key responses.Key) (*responses.Response, error)
}

// ReadingTrail keeps every reading on name, before the reader sees anything: when it
// cannot be kept, nothing is shown.
type ReadingTrail interface {
	RecordReading(ctx context.Context, e surveys.Entry) error
}
