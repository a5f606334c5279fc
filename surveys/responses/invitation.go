package responses

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"weerklank.nl/weerklank/surveys"
)

// InviteeState is how the sending to one person stands.
type InviteeState string

// The states of a sending. Every one is seen and can be settled by a person.
const (
	NotSent    InviteeState = "not_sent" // on the list, nothing was asked to be sent
	Queued     InviteeState = "queued"   // waits for its turn, or for another try
	Sending    InviteeState = "sending"  // with the mail server at this moment
	Delivered  InviteeState = "sent"     // the mail server took it on
	Failed     InviteeState = "failed"   // refused for good
	Unsure     InviteeState = "unsure"   // it may have gone out: the program or the connection ended in between
	CardOnly   InviteeState = "card"     // has no address: gets a printed card
	NoMoreMail InviteeState = "stopped"  // asked for no more messages
)

// Invitee is a person who is invited. In the anonymous modes nothing here leads to a
// ballot: the ballot follows from the person's key and the key file, and no row says
// whether somebody took part.
type Invitee struct {
	Org      surveys.OrgID
	Survey   surveys.ID
	ID       surveys.ID // random
	Name     string     // "" where the list has none
	Email    string     // "" for who gets a card
	Lang     surveys.Lang
	Group    int // number of their ballot's group
	State    InviteeState
	Reason   string // why it failed or waits, a class of the channel; "" when all is well
	Attempts int    // of the message that is on its way
	DueAt    time.Time
}

// Status is how the invitations of a survey stand.
type Status string

// The statuses.
const (
	Ready   Status = "ready"   // ballots are made, nothing goes out
	Running Status = "running" // messages go out
	Paused  Status = "paused"  // they wait, because somebody or a storm of refusals stopped them
	Stopped Status = "stopped" // they are over: the survey closed
)

// Invitations are how people come into a survey that has no open door.
type Invitations struct {
	Org        surveys.OrgID
	Survey     surveys.ID
	Mode       surveys.Mode
	Status     Status
	Generation uint32 // of the keys that make the ballots
	Breakdowns []string
	Groups     []BallotGroup
	Lot        *Lot // nil when everybody on the list is asked
	Round      int  // 0: nothing was sent; 1: the invitation; from 2 on: reminders
	RoundOn    surveys.Date
	Refused    int    // of the newest messages in a row of WatchedRefusals
	Watched    int    // how many were looked at for that
	Why        string // why it is paused; "" otherwise
	Revision   int
}

// Shown is what the audit trail may show of invitations: nothing of anybody on the list.
func (i *Invitations) Shown() any {
	return map[string]any{"status": i.Status, "round": i.Round, "round_on": i.RoundOn}
}

// Rules of sending.
const (
	MostReminders = 3
	mostAttempts  = 8
)

// Size is how many people are invited.
func (i *Invitations) Size() int {
	n := 0
	for g := range i.Groups {
		n += i.Groups[g].Size()
	}
	return n
}

// Send begins to send the invitation, once.
func (i *Invitations) Send(s *surveys.Survey, today surveys.Date) error {
	var wrong surveys.Invalid
	wrong.Require(s.Phase(today) == surveys.Running, "invitations", "invite.not_running")
	wrong.Require(i.Round == 0, "invitations", "invite.sent_already")
	if err := wrong.Err(); err != nil {
		return err
	}
	i.begin(today)
	return nil
}

// Remind begins to send a reminder to everybody, whether they took part or not: in the
// anonymous modes we do not know, and asking would be the first step to knowing.
func (i *Invitations) Remind(s *surveys.Survey, today surveys.Date) error {
	var wrong surveys.Invalid
	wrong.Require(s.Phase(today) == surveys.Running, "invitations", "invite.not_running")
	wrong.Require(i.Round > 0, "invitations", "invite.nothing_sent")
	wrong.Require(i.Round <= MostReminders, "invitations", "invite.enough_reminders")
	wrong.Require(i.RoundOn != today, "invitations", "invite.reminded_today")
	if err := wrong.Err(); err != nil {
		return err
	}
	i.begin(today)
	return nil
}

func (i *Invitations) begin(today surveys.Date) {
	i.Round++
	i.RoundOn, i.Status, i.Why = today, Running, ""
	i.Refused, i.Watched = 0, 0
}

// Pause stops what goes out until somebody resumes it.
func (i *Invitations) Pause(why string) error {
	if i.Status != Running {
		return surveys.Invalid{{Field: "invitations", Key: "invite.not_sending"}}
	}
	i.Status, i.Why = Paused, why
	return nil
}

// Resume lets what waits go out.
func (i *Invitations) Resume(s *surveys.Survey, today surveys.Date) error {
	var wrong surveys.Invalid
	wrong.Require(s.Phase(today) == surveys.Running, "invitations", "invite.not_running")
	wrong.Require(i.Status == Paused, "invitations", "invite.not_paused")
	if err := wrong.Err(); err != nil {
		return err
	}
	i.Status, i.Why = Running, ""
	i.Refused, i.Watched = 0, 0
	return nil
}

// Removable tells whether the whole list can still be taken back: nothing went out and
// no card was printed that we know of.
func (i *Invitations) Removable() error {
	if i.Round > 0 {
		return surveys.Invalid{{Field: "invitations", Key: "invite.sent_already"}}
	}
	return nil
}

// Note counts what became of messages, and pauses sending in a storm of refusals.
func (i *Invitations) Note(sent, refused int) {
	f := Flow{i.Status, i.Why, i.Watched, i.Refused}
	f.Note(sent, refused)
	i.Status, i.Why, i.Watched, i.Refused = f.Status, f.Why, f.Watched, f.Refused
}

// Why sending is paused.
const (
	WhyAsked = "asked" // somebody stopped it
	WhyStorm = "storm" // too many refusals
	WhyKeys  = "keys"  // the key file lost the keys of this survey

	WhyRestored = "restored" // a backup was restored, which does not know what went out since
)

// Attempt is what became of one try to send, in the words that are stored.
type Attempt struct {
	Invitee surveys.ID
	State   InviteeState // Delivered, Queued, Failed or Unsure
	Reason  string
	DueAt   time.Time // of a Queued one
}

// Retry says what comes of a message that was not taken: another try, later each time
// and never before the server asked for it, or the end of trying.
func Retry(id surveys.ID, attempts int, reason string, least time.Duration, now time.Time) Attempt {
	if attempts >= mostAttempts {
		return Attempt{Invitee: id, State: Failed, Reason: reason}
	}
	wait := max(least, time.Minute<<min(attempts, 8))
	return Attempt{Invitee: id, State: Queued, Reason: reason, DueAt: now.Add(wait)}
}

// Counts is how many people stand in each state.
type Counts map[InviteeState]int

// Total is everybody on the list.
func (c Counts) Total() int {
	n := 0
	for _, each := range c {
		n += each
	}
	return n
}

// SortInvitees puts people as a page lists them: by name, then address.
func SortInvitees(all []Invitee) {
	slices.SortFunc(all, func(a, b Invitee) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Email, b.Email), cmp.Compare(a.ID, b.ID))
	})
}

// Matches tells whether a person is one that somebody looks for, by a part of their name
// or address.
func Matches(one *Invitee, look string) bool {
	look = strings.ToLower(strings.TrimSpace(look))
	return look == "" || strings.Contains(strings.ToLower(one.Name), look) || strings.Contains(one.Email, look)
}
