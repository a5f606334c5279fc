// Package respond serves respondents: a survey from its first page to the receipt
// code (/s/SLUG), the way in for who was invited (/b/TOKEN), the respondent's own page behind that code (/code), and the own
// profile of an official. Answers so far travel in the page, sealed; nothing is kept
// here between two requests except compiled pages, which hold no answer.
package respond

import (
	"context"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/decisions"
	"weerklank.nl/weerklank/surveys/notices"
	"weerklank.nl/weerklank/surveys/responses"
	"weerklank.nl/weerklank/surveys/training"
)

// Programme is what the pages read of the programme. Each method says
// surveys.ErrNotFound when there is no such thing in the organisation.
type Programme interface {
	FindSurvey(ctx context.Context, org surveys.OrgID, id surveys.ID) (*surveys.Survey, error)
	FindSurveyBySlug(ctx context.Context, org surveys.OrgID, slug string) (*surveys.Survey, error)
	FindVersion(ctx context.Context, org surveys.OrgID, questionnaire surveys.ID, number int) (*surveys.Version, error)
	ListCollectors(ctx context.Context, org surveys.OrgID, survey surveys.ID) ([]surveys.Collector, error)
	ListFindings(ctx context.Context, org surveys.OrgID, survey surveys.ID) ([]decisions.Finding, error)
	ListDecisions(ctx context.Context, org surveys.OrgID, survey surveys.ID) ([]decisions.Decision, error)
	ListNotices(ctx context.Context, org surveys.OrgID, survey surveys.ID) ([]notices.Notice, error)
	ListCompetences(ctx context.Context, org surveys.OrgID) ([]training.Competence, error)
	ListCourses(ctx context.Context, org surveys.OrgID) ([]training.Course, error)

	// NoteUnusual keeps that unusually many submissions came by a way in on a day.
	NoteUnusual(ctx context.Context, org surveys.OrgID, survey, collector surveys.ID, day surveys.Date) error
}

// Owners names who answers for a survey.
type Owners interface {
	FindAccount(ctx context.Context, org surveys.OrgID, id surveys.ID) (*surveys.Account, error)
}

// Submitter stores a response durably, once: a second one with the same receipt is
// Already. today is the day in the organisation's zone, held against the survey's
// period in the storing transaction: responses.ErrClosed when it takes no answers.
// responses.ErrNotTaken says that too many wait and nothing was taken on; after any
// other error it may or may not be stored.
type Submitter interface {
	Submit(ctx context.Context, r responses.Response, today surveys.Date) (responses.Outcome, error)
}

// Answers finds a response for the holder of its code, and withdraws it. hashes are
// those of one code under every generation of keys.
type Answers interface {
	FindResponseByReceipt(ctx context.Context, org surveys.OrgID, keys []responses.Key) (*responses.Response, error)
	WithdrawResponse(ctx context.Context, org surveys.OrgID, keys []responses.Key) error
}

// Ballots finds what a ballot opens, and lets a person of a named survey read and take
// back what they handed in. hashes are those of one ballot under every generation of keys.
type Ballots interface {
	FindBallot(ctx context.Context, org surveys.OrgID, hashes []responses.BallotHash) (*responses.FoundBallot, error)
	FindInvitations(ctx context.Context, org surveys.OrgID, survey surveys.ID) (*responses.Invitations, error)
	StopMail(ctx context.Context, org surveys.OrgID, survey, id surveys.ID) error
}

// Named is what the answers do for the person who gave them on name.
type Named interface {
	FindResponse(ctx context.Context, org surveys.OrgID, survey surveys.ID, key responses.Key) (*responses.Response, error)
	WithdrawNamed(ctx context.Context, org surveys.OrgID, survey surveys.ID, ballot responses.BallotHash) error
}

// Contacts keeps who wants to hear what is done with a survey, sealed and apart from
// what anybody answered.
type Contacts interface {
	AddContact(ctx context.Context, c *responses.SealedContact) error
	ListContacts(ctx context.Context, org surveys.OrgID, survey surveys.ID) ([]responses.SealedContact, error)
	RemoveContacts(ctx context.Context, org surveys.OrgID, survey surveys.ID, keys []responses.ContactKey) error
}
