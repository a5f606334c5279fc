// Package admin holds the pages of administrators and of everybody's own account:
// signing in and out, the first administrator, passwords, people and their roles,
// and what the organisation's pages say about it.
package admin

import (
	"context"
	"time"

	"weerklank.nl/weerklank/surveys"
)

// Store is what the pages use of the identity vault. Methods say
// surveys.ErrNotFound for what is not there in the organisation.
type Store interface {
	ListAccounts(ctx context.Context, org surveys.OrgID) ([]surveys.Account, error)
	FindAccount(ctx context.Context, org surveys.OrgID, id surveys.ID) (*surveys.Account, error)
	// FindAccountByEmail takes the address in lower case.
	FindAccountByEmail(ctx context.Context, org surveys.OrgID, email string) (*surveys.Account, error)
	// AddAccount refuses an address that is taken with an Invalid at "email",
	// account.email_taken.
	AddAccount(ctx context.Context, a *surveys.Account) error
	// ChangeAccount also gives change the other accounts of the organisation, read
	// and locked in the same transaction, so that two administrators cannot take
	// away each other's role at the same moment.
	ChangeAccount(ctx context.Context, org surveys.OrgID, id surveys.ID,
		change func(account *surveys.Account, others []surveys.Account) error) error

	// AddSetupLink replaces an earlier link for the same account.
	AddSetupLink(ctx context.Context, l *surveys.SetupLink) error
	// FindSetupLink is the link that has not expired by now.
	FindSetupLink(ctx context.Context, org surveys.OrgID, tokenHash []byte, now time.Time) (*surveys.SetupLink, error)
	// UseSetupLink spends the link in one transaction: use fills in the account
	// that it belongs to, or a new one, of which only Org is set, when it belongs
	// to none; the account is stored and the link is gone. When use refuses,
	// nothing happened.
	UseSetupLink(ctx context.Context, org surveys.OrgID, tokenHash []byte, now time.Time,
		use func(account *surveys.Account) error) error

	// ListSignIns is where an account is signed in; EndSignIn ends one of them, and
	// EndSignIns all but the one to keep.
	ListSignIns(ctx context.Context, org surveys.OrgID, account surveys.ID, now time.Time) ([]surveys.SignIn, error)
	EndSignIn(ctx context.Context, org surveys.OrgID, account, id surveys.ID) error
	EndSignIns(ctx context.Context, org surveys.OrgID, account, keep surveys.ID) error

	// AskMail has a message about an account sent by the clock.
	AskMail(ctx context.Context, m *surveys.AccountMail) error

	// ListEntries is the audit trail, newest first; EachEntry visits it oldest first.
	ListEntries(ctx context.Context, org surveys.OrgID, f surveys.EntryFilter, skip, most int) ([]surveys.Entry, error)
	EachEntry(ctx context.Context, org surveys.OrgID, f surveys.EntryFilter, visit func(surveys.Entry) error) error

	ChangeOrganisation(ctx context.Context, org surveys.OrgID, change func(*surveys.Organisation) error) error
}

// Surveys is what the pages use of the programme: the names of surveys, for roles
// and for the audit trail, and of questionnaires.
type Surveys interface {
	ListSurveys(ctx context.Context, org surveys.OrgID) ([]surveys.Survey, error)
	ListQuestionnaires(ctx context.Context, org surveys.OrgID) ([]surveys.Questionnaire, error)
}

// Deps are what the pages work with.
type Deps struct {
	Store   Store
	Surveys Surveys
	Keys    [][32]byte // that seal second steps, newest first
	Mails   bool       // whether there is a mail server; without one links are shown on the screen
}
