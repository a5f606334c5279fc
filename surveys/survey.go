package surveys

import (
	"slices"
	"time"
)

// Survey is a published version of a questionnaire put to an audience.
type Survey struct {
	ID            ID
	Org           OrgID
	Slug          string // /s/SLUG; unique in the organisation
	Title         Text
	Questionnaire ID
	Version       int // the published version that is asked now
	Mode          Mode
	Owner         ID   // the Account that answers for it
	Audience      Text // who is asked
	Purpose       Text // why we ask
	CanChange     Text // what can be influenced
	CannotChange  Text // what cannot
	Opens         Date // first day, in the organisation's zone
	Closes        Date // last day, included
	Promise       Promise
	Breakdowns    []string    // question names by which results may be split; Declare sets these four
	Pairs         []Pair      // … two at once
	Hierarchies   []Hierarchy // … one within the other
	Merged        []MergedOf  // … values reported together
	Heads         []Heads     // how many people are expected in each group, to foresee what can be shown
	People        string      // a name that surveys share which ask the same people, the key of the first of them; "" when it shares none itself
	SmallestGroup int
	Invited       int       // people invited; 0 when it is open to all
	Readers       []ID      // accounts that read who answered what; in the named mode only
	Councils      []string  // ids of the councils that may read it
	OwnAnswers    bool      // whether the holder of a receipt code may see their own answers
	Keeping       Keeping   // on which ground, how long, and what was deleted
	Wordings      []Wording // what was asked before, since it opened
	OpenedAt      time.Time
	ClosedAt      time.Time // closed early or by the clock; zero while it runs
	Revision      int
}

// Phase is where a survey stands on a day.
type Phase string

// The phases of a survey.
const (
	Draft   Phase = "draft"   // not opened
	Planned Phase = "planned" // opened, and its first day is still to come
	Running Phase = "running"
	Closed  Phase = "closed"
)

// Phase tells where the survey stands today, a day in the organisation's zone.
func (s *Survey) Phase(today Date) Phase {
	switch {
	case s.OpenedAt.IsZero():
		return Draft
	case !s.ClosedAt.IsZero() || today > s.Closes:
		return Closed
	case today < s.Opens:
		return Planned
	default:
		return Running
	}
}

// Limits of what a survey may say.
const (
	LeastGroup         = 5  // nothing is shown about fewer people
	LeastGroupOfficial = 10 // the default where officials answer about themselves
	MostDays           = 366
)

// Open starts the survey for good: from here on its mode, its breakdowns, its
// smallest group and its first day are fixed. It refuses, and names everything
// that is missing, as long as one thing is. usual are the organisation's periods.
func (s *Survey) Open(now time.Time, usual Periods) error {
	today, kept := DateOf(now), s.fixedPeriods(usual)
	var missing Invalid
	missing.Require(s.OpenedAt.IsZero(), "survey", "survey.already_open")
	missing.Require(s.Version > 0, "questionnaire", "survey.no_version")
	missing.Require(!s.Title.Empty(), "title", "survey.no_title")
	missing.Require(s.Slug != "", "slug", "survey.no_slug")
	missing.Require(slices.Contains(ModesOffered, s.Mode), "mode", "survey.mode_not_offered")
	missing.Require((s.Mode == Named) == (len(s.Readers) > 0), "readers", "survey.no_readers")
	missing.Require(s.Owner != "", "owner", "survey.no_owner")
	missing.Require(!s.Purpose.Empty(), "purpose", "survey.no_purpose")
	s.checkPeriod(&missing, today)
	s.checkPromise(&missing, today)
	missing.Require(!s.CanChange.Empty(), "can_change", "survey.no_can_change")
	missing.Require(!s.CannotChange.Empty(), "cannot_change", "survey.no_cannot_change")
	declared := s.Declared()
	declared.check(&missing)
	s.checkPeriods(kept, &missing)
	missing.Require(s.SmallestGroup >= LeastGroup, "smallest_group", "survey.group_too_small")
	if err := missing.Err(); err != nil {
		return err
	}
	s.OpenedAt, s.Keeping.Periods = now, kept
	return nil
}

func (s *Survey) checkPeriod(missing *Invalid, today Date) {
	missing.Require(s.Opens != "", "opens", "survey.no_opens")
	switch {
	case s.Closes == "":
		missing.Add("closes", "survey.no_closes")
	case s.Closes < today:
		missing.Add("closes", "survey.closes_past")
	case s.Closes < s.Opens:
		missing.Add("closes", "survey.closes_before_opens")
	case s.Opens != "" && s.Opens.Days(s.Closes) > MostDays:
		missing.Add("closes", "survey.too_long")
	}
}

func (s *Survey) checkPromise(missing *Invalid, today Date) {
	switch {
	case s.Promise.On == "":
		missing.Add("promise", "survey.no_promise")
	case s.Promise.On <= today:
		missing.Add("promise", "survey.promise_past")
	case s.Closes != "" && s.Promise.On <= s.Closes:
		missing.Add("promise", "survey.promise_before_closing")
	}
}

// Close ends a running or planned survey before its last day is over.
func (s *Survey) Close(now time.Time) error {
	var wrong Invalid
	wrong.Require(!s.OpenedAt.IsZero(), "survey", "survey.not_open")
	wrong.Require(s.ClosedAt.IsZero() && DateOf(now) <= s.Closes, "survey", "survey.already_closed")
	if err := wrong.Err(); err != nil {
		return err
	}
	s.ClosedAt = now
	if today := DateOf(now); today < s.Closes {
		s.Closes = today
	}
	if s.Opens > s.Closes {
		s.Opens = s.Closes
	}
	return nil
}

// Expire records that the last day is over. It changes nothing before that and
// the second time, so that a clock may call it as often as it likes.
func (s *Survey) Expire(now time.Time) bool {
	if s.OpenedAt.IsZero() || !s.ClosedAt.IsZero() || DateOf(now) <= s.Closes {
		return false
	}
	s.ClosedAt = now
	return true
}

// Extend moves the last day of a survey that has not closed to a later one. The
// promise stays, so the new last day lies before it.
func (s *Survey) Extend(closes Date, now time.Time) error {
	var wrong Invalid
	switch phase := s.Phase(DateOf(now)); {
	case phase == Draft:
		wrong.Add("closes", "survey.not_open")
	case phase == Closed:
		wrong.Add("closes", "survey.already_closed")
	case closes <= s.Closes:
		wrong.Add("closes", "survey.extend_later")
	case s.Opens.Days(closes) > MostDays:
		wrong.Add("closes", "survey.too_long")
	case closes >= s.Promise.Due():
		wrong.Add("closes", "survey.promise_before_closing")
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	s.Closes = closes
	return nil
}

// FixWording lets a survey that has not closed go over to another version that
// asks the same in other words; same is package questionnaire's word for that.
func (s *Survey) FixWording(version int, same bool, now time.Time) error {
	var wrong Invalid
	wrong.Require(s.Phase(DateOf(now)) != Closed, "survey", "survey.already_closed")
	wrong.Require(version > s.Version, "survey", "survey.no_newer_version")
	wrong.Require(same, "survey", "survey.not_wording")
	if err := wrong.Err(); err != nil {
		return err
	}
	if !s.OpenedAt.IsZero() {
		s.Wordings = append(s.Wordings, Wording{Version: s.Version, Until: DateOf(now)})
	}
	s.Version = version
	return nil
}

// Wording is a version that an open survey asked until it went over to the next one,
// which asks the same in other words.
type Wording struct {
	Version int  `json:"version"`
	Until   Date `json:"until"`
}

// ShownToCouncil tells whether the council member may see the survey and its
// results: it has opened, and to their council. Somebody whose council was never set
// sees none.
func (s *Survey) ShownToCouncil(a *Account) bool {
	if s.OpenedAt.IsZero() || len(s.Councils) == 0 || a.Council == "" || !a.May(ReadCouncil) {
		return false
	}
	return a.Council == AllCouncils || slices.Contains(s.Councils, a.Council)
}
