package responses

import (
	"time"

	"weerklank.nl/weerklank/surveys"
)

// Mailing is the sending of one published notice to those who asked for it.
type Mailing struct {
	Org    surveys.OrgID
	Survey surveys.ID
	Notice surveys.ID
	Last   bool // it answers: after it the addresses are thrown away
	Flow        // Stopped once everything is settled and counted
	// Settled is what became of everybody, once it is over. Until then the deliveries say it.
	Settled  Counts
	Revision int
}

// Shown is what the audit trail may show of a mailing: nothing of whom it goes to.
func (m *Mailing) Shown() any { return map[string]any{"status": m.Status} }

// Delivery is the sending of a notice to one who asked for it.
type Delivery struct {
	Contact  SealedContact
	State    InviteeState
	Reason   string
	Attempts int
}

// Resume lets what waits go out.
func (m *Mailing) Resume() error {
	if m.Status != Paused {
		return surveys.Invalid{{Field: "mailing", Key: "invite.not_paused"}}
	}
	m.Flow = Flow{Status: Running}
	return nil
}

// Pause stops what goes out until somebody resumes it.
func (m *Mailing) Pause(why string) error {
	if m.Status != Running {
		return surveys.Invalid{{Field: "mailing", Key: "invite.not_sending"}}
	}
	m.Status, m.Why = Paused, why
	return nil
}

// Over tells that nothing of what is counted waits or is on its way.
func (c Counts) Over() bool { return c[Queued]+c[Sending] == 0 }

// DeliveryAttempt is what became of one try to send to a contact.
type DeliveryAttempt struct {
	Contact ContactKey
	State   InviteeState
	Reason  string
	DueAt   time.Time
}
