package surveys

import (
	"errors"
	"slices"
)

// Erasure is the deleting of one kind of what a survey holds: announced, done, and shown
// to be done. It never says how many people answered: a number beside the last release
// would tell how many were left out of it.
type Erasure struct {
	Kind      Kept `json:"kind"`
	Until     Date `json:"until"`               // the last day that it was kept
	Announced Date `json:"announced,omitempty"` // since when it stands on the page
	Asked     bool `json:"asked,omitempty"`     // by a person, before its day
	Begun     Date `json:"begun,omitempty"`
	Done      Date `json:"done,omitempty"`   // nothing was found any more
	Proven    Date `json:"proven,omitempty"` // nor after the files were cleaned
	Number    int  `json:"number,omitempty"` // how many people were on the list, or lines in the trail; 0 where no number is told
}

// Notice is for how many days a deletion stands on the page before it is done, so that
// whoever has to keep something longer can say so; also after an update, and when the
// clock of the machine jumped.
const Notice = 14

// Waits tells whether the deletion has still to begin.
func (e *Erasure) Waits() bool { return e.Begun == "" }

// due tells whether it is to be done today, when nothing holds it.
func (e *Erasure) due(today Date) bool {
	return e.Done == "" && (e.Asked || today >= e.Goes())
}

// Goes is the first day on which it may be deleted, unless somebody asks for it before.
func (e *Erasure) Goes() Date {
	goes := e.Until.AddDays(1)
	if noticed := e.Announced.AddDays(Notice); e.Kind != KeptContacts && noticed > goes {
		return noticed
	}
	return goes
}

// erasure is the newest of a kind, or nil.
func (s *Survey) erasure(k Kept) *Erasure {
	for i := len(s.Keeping.Erasures) - 1; i >= 0; i-- {
		if s.Keeping.Erasures[i].Kind == k {
			return &s.Keeping.Erasures[i]
		}
	}
	return nil
}

// Erasure is the deletion of a kind as it stands; the zero Erasure while none is near.
func (s *Survey) Erasure(k Kept) Erasure {
	if e := s.erasure(k); e != nil {
		return *e
	}
	return Erasure{Kind: k}
}

// Erased tells whether a kind was deleted, or is being: from then on nothing new is made
// of it.
func (s *Survey) Erased(k Kept) bool {
	e := s.erasure(k)
	return e != nil && !e.Waits()
}

// AnswersErased tells whether the answers were deleted, or are being.
func (s *Survey) AnswersErased() bool { return s.Erased(KeptAnswers) || s.Erased(KeptNamed) }

// TextsErased tells whether what people wrote in their own words was, which goes with the
// answers at the latest.
func (s *Survey) TextsErased() bool { return s.Erased(KeptTexts) || s.AnswersErased() }

// AnnounceErasures writes down which kinds are to go within the days of notice, and takes
// back what was announced and is kept longer now. It tells whether anything changed.
func (s *Survey) AnnounceErasures(today Date, usual Periods) bool {
	if s.Phase(today) != Closed {
		return false
	}
	before := slices.Clone(s.Keeping.Erasures)
	for _, k := range s.Mode.Keeps() {
		until := s.KeptUntil(k, usual)
		e := s.erasure(k)
		switch near := until != "" && today.AddDays(Notice) >= until; {
		case e != nil && (e.Asked || !e.Waits() || near && e.Until == until):
		case near && e != nil: // its day was moved: the notice begins anew
			e.Until, e.Announced = until, today
		case near:
			s.Keeping.Erasures = append(s.Keeping.Erasures, Erasure{Kind: k, Until: until, Announced: today})
		case e != nil:
			s.Keeping.Erasures = slices.DeleteFunc(s.Keeping.Erasures, func(one Erasure) bool { return one.Kind == k && one.Waits() })
		}
	}
	return !slices.Equal(before, s.Keeping.Erasures)
}

// DueErasures are the kinds to delete today.
func (s *Survey) DueErasures(today Date) []Kept {
	return slices.DeleteFunc(s.Mode.Keeps(), func(k Kept) bool { return !s.erasureDue(k, today) })
}

// erasureDue tells whether a kind is to be deleted today. A hold keeps what was not begun,
// apart from addresses; what was begun goes on.
func (s *Survey) erasureDue(k Kept, today Date) bool {
	e := s.erasure(k)
	return e != nil && e.due(today) && (!e.Waits() || k == KeptContacts || s.HeldOn(today) == nil)
}

// EraseNow asks for everything of the survey to be deleted before its day: the answers
// and all that goes with them. Figures, findings and decisions stay.
func (s *Survey) EraseNow(today Date) error {
	var wrong Invalid
	wrong.Require(s.Phase(today) == Closed, "sure", "keep.still_open")
	wrong.Require(s.HeldOn(today) == nil, "sure", "keep.is_held")
	if err := wrong.Err(); err != nil {
		return err
	}
	left := false
	for _, k := range s.Mode.Keeps() {
		e := s.erasure(k)
		if e == nil {
			s.Keeping.Erasures = append(s.Keeping.Erasures, Erasure{Kind: k, Until: today, Announced: today})
			e = s.erasure(k)
		}
		if e.Waits() {
			left, e.Asked, e.Until = true, true, today
		}
	}
	wrong.Require(left, "sure", "keep.nothing_left")
	return wrong.Err()
}

// ErrNotDue says that something is not to be deleted: not yet, or not any more.
var ErrNotDue = errors.New("it is not due to be deleted")

// BeginErasure writes down that a kind is being deleted, and how many people or lines it
// is where that may be told. Once begun nothing undoes it; that is why it asks of the
// survey as it is stored whether the kind is still due, and no hold came meanwhile:
// ErrNotDue. What was begun before goes on.
func (s *Survey) BeginErasure(k Kept, today Date, number int) error {
	if !s.erasureDue(k, today) {
		return ErrNotDue
	}
	if e := s.erasure(k); e.Waits() {
		e.Begun, e.Number = today, number
	}
	return nil
}

// ErasureDone writes down that a kind was deleted.
func (s *Survey) ErasureDone(k Kept, today Date) {
	if e := s.erasure(k); e != nil && e.Done == "" {
		e.Done = today
	}
}

// ErasureProven writes down that nothing of it was found after the files were cleaned.
func (s *Survey) ErasureProven(k Kept, today Date) {
	if e := s.erasure(k); e != nil && e.Done != "" && e.Proven == "" {
		e.Proven = today
	}
}

// ErasureFailed lets a kind be deleted once more: something of it was found after all.
func (s *Survey) ErasureFailed(k Kept) {
	if e := s.erasure(k); e != nil {
		e.Done, e.Proven = "", ""
	}
}

// Unproven are the kinds that were deleted and of which that has still to be shown.
func (s *Survey) Unproven() []Kept {
	var kinds []Kept
	for _, e := range s.Keeping.Erasures {
		if e.Done != "" && e.Proven == "" {
			kinds = append(kinds, e.Kind)
		}
	}
	return kinds
}

// UrgentErasures are the kinds to delete at once and not at night: what a person asked
// for, and what was cut short.
func (s *Survey) UrgentErasures(today Date) []Kept {
	return slices.DeleteFunc(s.DueErasures(today), func(k Kept) bool {
		e := s.erasure(k)
		return !e.Asked && e.Waits()
	})
}
