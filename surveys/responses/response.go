// Package responses knows what a respondent hands in: the response without an
// identity, the receipt code that opens it to its holder alone, and the sitting in
// which it comes about, whose answers so far travel sealed in the page. Nothing in
// it leads from an answer to a person, except in the named mode. The clock, chance
// and the keys are given to it.
package responses

import (
	"errors"
	"fmt"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// Key is the key of a response: 128 bits that say nothing about when it came in or
// who sent it. It is the keyed hash of the receipt code, which comes by such a hash
// from the random key of the sitting; so it is as random as that for whoever lacks
// the secrets, the holder of the code finds the response by it, and a second sending
// meets the first.
type Key [16]byte

// Response is one submission. It holds no identity and no moment.
type Response struct {
	Org       surveys.OrgID
	Survey    surveys.ID
	Key       Key
	Version   int                   // of the questionnaire that was answered
	Collector surveys.ID            // the way in; "" for none
	Day       surveys.Date          // what the mode keeps of the day; "" for nothing
	Ballot    BallotHash            // what lets it in where people are invited, zero elsewhere; never stored with it
	Flagged   bool                  // it came in unlike a person's; in the open mode only, and never read back but by the guard
	Answers   questionnaire.Answers // as State.Record gives them: a blank was shown and left open, what is absent was not shown
}

// Outcome is what became of a submission that was taken on. Both mean: it is
// stored, durably, exactly once.
type Outcome uint8

// The outcomes of a submission.
const (
	Accepted Outcome = iota + 1 // stored now
	Already                     // stored before: the same page was sent twice
)

// ErrClosed says that the survey takes no answers on this day: it was closed, or
// is not open yet. It is decided in the transaction that would store the response.
var ErrClosed = errors.New("survey takes no answers")

// ErrBallotSpent says that the ballot was used before, by another submission: it lets
// nothing in a second time.
var ErrBallotSpent = errors.New("ballot was used before")

// ErrNoBallot says that the survey asks for a ballot and that this is none of its own:
// none at all, one of another survey, or one that was taken back.
var ErrNoBallot = errors.New("no ballot of this survey")

// ErrNotTaken says that too many submissions wait, or that the program is stopping:
// this one was not taken on, for certain. It is a surveys.ErrBusy.
var ErrNotTaken = fmt.Errorf("submission not taken on: %w", surveys.ErrBusy)
