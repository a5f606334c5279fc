package surveys

// Promise is the feedback promise of a survey: the day by which everybody who
// answered hears what was decided and why. Once the survey opened it can be moved
// and kept, never erased: Moves keeps every old day.
type Promise struct {
	On     Date // the day first promised
	Moves  []Move
	KeptOn Date // the day of the notice that kept it; "" until then
}

// Move is a promise moved to another day, with the reason that everybody can read.
type Move struct {
	From   Date `json:"from"`
	To     Date `json:"to"`
	Reason Text `json:"reason"`
	On     Date `json:"on"`   // the day it was moved
	Late   bool `json:"late"` // moved after its day: the promise stays late until it is kept
}

// PromiseState is how a promise stands.
type PromiseState string

// The states of a promise.
const (
	PromiseRunning  PromiseState = "running"
	PromiseLate     PromiseState = "late"
	PromiseKept     PromiseState = "kept"
	PromiseKeptLate PromiseState = "kept_late"
)

// Due is the day that counts: the first promised day, or the day it was moved to
// in time. A move after that day does not change what was missed.
func (p *Promise) Due() Date {
	due := p.On
	for _, m := range p.Moves {
		if m.Late {
			break
		}
		due = m.To
	}
	return due
}

// Expected is the day on which people may now expect to hear: the newest one.
func (p *Promise) Expected() Date {
	if n := len(p.Moves); n > 0 {
		return p.Moves[n-1].To
	}
	return p.On
}

// State tells how the promise stands today. The promised day itself is in time.
func (p *Promise) State(today Date) PromiseState {
	switch {
	case p.KeptOn != "" && p.KeptOn > p.Due():
		return PromiseKeptLate
	case p.KeptOn != "":
		return PromiseKept
	case today > p.Due():
		return PromiseLate
	default:
		return PromiseRunning
	}
}

// DaysLate is by how many days the promise is, or was, late; 0 when it is not.
func (p *Promise) DaysLate(today Date) int {
	until := today
	if p.KeptOn != "" {
		until = p.KeptOn
	}
	return max(0, p.Due().Days(until))
}

// MovePromise gives the promise a new day with a public reason. Moved before or
// on its day it runs to the new one; moved later it stays late, with the new day
// beside it. A kept promise stays kept.
func (s *Survey) MovePromise(to Date, reason Text, today Date) error {
	var wrong Invalid
	wrong.Require(!s.OpenedAt.IsZero(), "promise", "survey.not_open")
	wrong.Require(s.Promise.KeptOn == "", "promise", "promise.kept")
	switch {
	case to == "":
		wrong.Add("promise", "survey.no_promise")
	case to <= today:
		wrong.Add("promise", "survey.promise_past")
	case to <= s.Closes:
		wrong.Add("promise", "survey.promise_before_closing")
	case to == s.Promise.Expected():
		wrong.Add("promise", "promise.same_day")
	}
	wrong.Require(!reason.Empty(), "reason", "promise.no_reason")
	if err := wrong.Err(); err != nil {
		return err
	}
	s.Promise.Moves = append(s.Promise.Moves, Move{
		From: s.Promise.Expected(), To: to, Reason: reason, On: today, Late: today > s.Promise.Due(),
	})
	return nil
}

// KeepPromise records the day on which everybody was told. The first notice that
// answers keeps it; later ones change nothing.
func (s *Survey) KeepPromise(on Date) {
	if s.Promise.KeptOn == "" {
		s.Promise.KeptOn = on
	}
}
