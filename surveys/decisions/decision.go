// Package decisions turns what was learnt into what is done: findings with frozen,
// protected evidence, and the decisions about them with their reasons.
package decisions

import (
	"time"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
)

// Finding is a statement about what people said, with evidence that was frozen
// when it was made and never changes.
type Finding struct {
	ID        surveys.ID
	Org       surveys.OrgID
	Survey    surveys.ID
	Statement surveys.Text
	Evidence  []disclosure.Evidence
	MadeOn    surveys.Date
	MadeBy    surveys.ID
	Revision  int
}

// Outcome is what was decided. "No" is a full answer.
type Outcome string

// The outcomes.
const (
	Adopted     Outcome = "adopted"
	Adapted     Outcome = "adapted"
	NotAdopted  Outcome = "not_adopted"
	AlreadyDone Outcome = "already_done"
	Parked      Outcome = "parked"
)

// Outcomes are all outcomes, in the order in which a form offers them.
var Outcomes = []Outcome{Adopted, Adapted, NotAdopted, AlreadyDone, Parked}

// Decision answers one or more findings of a survey. Once recorded it does not
// change: a newer decision refers to the one that it replaces.
type Decision struct {
	ID        surveys.ID
	Org       surveys.OrgID
	Survey    surveys.ID
	Findings  []surveys.ID
	Outcome   Outcome
	What      surveys.Text // what exactly is done, in a sentence that people read
	Reason    surveys.Text
	DecidedBy surveys.Text // the function, as people read it
	DecidedOn surveys.Date
	Next      surveys.Text // what happens next
	NextOn    surveys.Date // and when; "" when nothing more happens
	Design    surveys.ID   // the course design that it leads to; "" when none
	// DesignRevision is the revision of Design that it orders. Storage sets it, in the
	// transaction that records the decision.
	DesignRevision int
	Budget         int // whole euros; 0 when it costs nothing or is not known
	Replaces       surveys.ID
	RecordedAt     time.Time // zero while it is a concept
	Revision       int
}

// Record fixes the decision. It refuses, and names everything that is missing,
// while the outcome, the words, the reason, who decided or the day lacks, or a
// day in the future is given.
func (d *Decision) Record(now time.Time) error {
	var missing surveys.Invalid
	missing.Require(d.RecordedAt.IsZero(), "outcome", "decision.recorded")
	missing.Require(len(d.Findings) > 0, "findings", "decision.no_finding")
	missing.Require(d.Outcome.Valid(), "outcome", "decision.no_outcome")
	missing.Require(!d.What.Empty(), "what", "decision.no_what")
	missing.Require(!d.Reason.Empty(), "reason", "decision.no_reason")
	missing.Require(!d.DecidedBy.Empty(), "decided_by", "decision.no_decided_by")
	missing.Require(d.DecidedOn != "", "decided_on", "decision.no_decided_on")
	missing.Require(d.DecidedOn <= surveys.DateOf(now), "decided_on", "decision.future")
	missing.Require(!d.Next.Empty(), "next", "decision.no_next")
	if err := missing.Err(); err != nil {
		return err
	}
	d.RecordedAt = now
	return nil
}

// Valid tells whether the outcome is one of the five.
func (o Outcome) Valid() bool {
	for _, known := range Outcomes {
		if o == known {
			return true
		}
	}
	return false
}
