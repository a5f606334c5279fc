// Package channel holds the words that every way out shares: a message to one
// person, and what became of it. The packages below it are the one place in the
// domain that does input and output; who sends declares the interface it needs.
//
// Nothing in an Outcome comes from the message or from the other side's words, so
// it may be stored and shown. Nothing below this package writes a log.
package channel

import (
	"time"

	"weerklank.nl/weerklank/surveys"
)

// Message is for one person. It knows no answer, and whoever makes it puts in no
// more than the recipient has to read.
type Message struct {
	To       string // one bare address
	Subject  string // one line
	Language surveys.Lang
	Body     []Paragraph
	// Unsubscribe is an https address that stops these messages by a POST of
	// "List-Unsubscribe=One-Click" (RFC 8058), without signing in; "" where there is
	// nothing to stop, such as a link to choose a password.
	Unsubscribe string
}

// Paragraph is plain text; with a Link, the words of that link.
type Paragraph struct {
	Text string
	Link string // http or https; "" for text alone
}

// State is what became of a message.
type State string

// The states.
const (
	Sent     State = "sent"     // the other side took it and is responsible for it now
	Deferred State = "deferred" // not taken, and it may be tried again after Outcome.After
	Refused  State = "refused"  // not taken, and it will not be
	Unknown  State = "unknown"  // onzeker: it went out, and no answer came. Trying again may deliver it twice
)

// Reason is the class of what was wrong, for whoever looks after sending.
type Reason string

// The reasons, with the states that they come with.
const (
	Unreachable Reason = "unreachable" // deferred: nobody answers there
	Slow        Reason = "slow"        // deferred: no answer in time, before the message went out
	NoTLS       Reason = "no_tls"      // deferred: the server offers no TLS, and we do not send without
	Certificate Reason = "certificate" // deferred: the server is not who it should be
	SignIn      Reason = "sign_in"     // deferred: name or password is not taken
	Sender      Reason = "sender"      // deferred: the server takes nothing from our address
	Busy        Reason = "busy"        // deferred: the server says to come back
	Stopped     Reason = "stopped"     // deferred: we were told to stop before it went out
	Address     Reason = "address"     // refused: nobody has that address
	Mailbox     Reason = "mailbox"     // refused: the mailbox is full or closed
	Policy      Reason = "policy"      // refused: the receiver does not want it
	Malformed   Reason = "malformed"   // refused by ourselves: no address, or a header that is none
	Other       Reason = "other"       // refused, and the server did not say why in a way that we know
	Died        Reason = "died"        // unknown: the connection ended after the message went out
)

// Outcome is what became of one message.
type Outcome struct {
	State  State
	Reason Reason        // "" when it was sent
	After  time.Duration // of a deferred one: how long to wait at least
	// Everybody tells that it is the server's or our own trouble: no other message
	// would fare better now, so a queue had better wait than work through its rows.
	Everybody bool
}
