// Package notices closes the loop: what we asked, what you said, what we decided
// and why, what happens next. A notice that was published never changes.
package notices

import (
	"time"

	"weerklank.nl/weerklank/surveys"
)

// Kind is the sort of notice.
type Kind string

// The kinds of notice.
const (
	FollowUp Kind = "follow_up" // answers, and keeps the promise
	Late     Kind = "late"      // says that it takes longer, and until when
	Interim  Kind = "interim"   // news in between or a year later
)

// Notice tells everybody who answered what was done with it.
type Notice struct {
	ID          surveys.ID
	Org         surveys.OrgID
	Survey      surveys.ID
	Kind        Kind
	Asked       surveys.Text
	Said        surveys.Text
	Decided     surveys.Text
	Next        surveys.Text
	Decisions   []surveys.ID
	PublishedOn surveys.Date
	PublishedAt time.Time // zero while it is a concept
	Revision    int
}

// Publish fixes the notice. A notice that answers needs a decision for every
// finding of the survey; open is the number of findings that have none.
func (n *Notice) Publish(now time.Time, open int) error {
	var missing surveys.Invalid
	missing.Require(n.PublishedAt.IsZero(), "notice", "notice.published")
	missing.Require(!n.Asked.Empty(), "asked", "notice.no_asked")
	missing.Require(!n.Next.Empty(), "next", "notice.no_next")
	if n.Kind == FollowUp {
		missing.Require(!n.Said.Empty(), "said", "notice.no_said")
		missing.Require(!n.Decided.Empty(), "decided", "notice.no_decided")
		missing.Require(len(n.Decisions) > 0, "decisions", "notice.no_decision")
		missing.Require(open == 0, "decisions", "notice.open_findings")
	}
	if err := missing.Err(); err != nil {
		return err
	}
	n.PublishedAt, n.PublishedOn = now, surveys.DateOf(now)
	return nil
}
