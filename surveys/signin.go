package surveys

import "time"

// SignIn is a place where somebody is signed in, until they sign out, there or
// everywhere, or until it expires. It is kept on the server: without it the cookie
// opens nothing.
type SignIn struct {
	ID        ID
	Org       OrgID
	Account   ID
	Device    string // what the browser says it is, coarse: "Firefox, Windows"
	At        time.Time
	ExpiresAt time.Time
}

// AccountMail is a message about an account that has to go out. The link that it
// carries is made when it is sent, so that no waiting row opens anything; for an
// address that nobody has, nothing is sent.
type AccountMail struct {
	ID     ID
	Org    OrgID
	Email  string // lower case, as it was asked for
	Kind   MailKind
	At     time.Time // when it was asked
	NextAt time.Time // not before
	Tries  int
}

// MailKind says what the message is for.
type MailKind string

// The kinds.
const (
	InvitationMail MailKind = "invitation" // choose a first password
	RecoveryMail   MailKind = "recovery"   // choose another password
	UnusualMail    MailKind = "unusual"    // look at a survey: it carries no link that opens anything
)
