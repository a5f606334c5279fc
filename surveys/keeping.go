package surveys

import (
	"slices"
	"time"
)

// Kept is a kind of thing that is stored of people for a period, and then deleted.
type Kept string

// The kinds, and from when their period counts.
const (
	KeptTexts    Kept = "texts"    // what people wrote in their own words, from closing
	KeptAnswers  Kept = "answers"  // all answers, with the keys that receipt codes lead to, from closing
	KeptNamed    Kept = "named"    // answers on name, with the list and the ballots, from closing
	KeptLists    Kept = "lists"    // who was invited, and the ballots, from closing
	KeptContacts Kept = "contacts" // addresses of who wants to hear, from the day first promised
	KeptAudit    Kept = "audit"    // what staff did, from the day they did it; of the organisation
	KeptAccounts Kept = "accounts" // of an account what says who somebody is, from the day it was switched off; of the organisation
)

// SurveyKinds are the kinds that a survey may hold, in the order of a page; which of them
// it does follows from its mode.
var SurveyKinds = []Kept{KeptAnswers, KeptTexts, KeptNamed, KeptLists, KeptContacts}

// KeptKinds are all kinds, in the order of a page.
var KeptKinds = append(slices.Clone(SurveyKinds), KeptAudit, KeptAccounts)

// Period bounds how long a kind may be kept, in months; Usual is what holds until an
// organisation says otherwise.
type Period struct{ Least, Most, Usual int }

// PeriodOf is within which bounds a kind is kept. Answers: long enough to measure once
// more after a year. Texts: most of what may say who somebody is stands there, and
// reading them is done within months. A list: complaints about an invitation come at
// once. Addresses: the answer was promised by then. The trail: BIO asks for half a year
// at least, and an inquiry looks back further. Accounts: who comes back within a year, from
// a leave or another department, is the same person to surveys and colleagues.
var PeriodOf = map[Kept]Period{
	KeptAnswers:  {1, 60, 24},
	KeptTexts:    {1, 60, 6},
	KeptNamed:    {1, 36, 12},
	KeptLists:    {1, 12, 1},
	KeptContacts: {1, 12, 12},
	KeptAudit:    {6, 84, 24},
	KeptAccounts: {1, 60, 12},
}

// Keeps are the kinds that a survey in this mode holds, each before what would take it
// along. In the named mode the list and the texts go with the answers: the list is what
// lets a person read and correct them.
func (m Mode) Keeps() []Kept {
	switch m {
	case Named:
		return []Kept{KeptContacts, KeptNamed}
	case Invited:
		return []Kept{KeptContacts, KeptLists, KeptTexts, KeptAnswers}
	default:
		return []Kept{KeptContacts, KeptTexts, KeptAnswers}
	}
}

// Periods are months by kind. A kind that is absent has its usual period.
type Periods map[Kept]int

// Of is how many months a kind is kept, within its bounds.
func (p Periods) Of(k Kept) int {
	bounds := PeriodOf[k]
	months, set := p[k]
	if !set {
		months = bounds.Usual
	}
	return min(max(months, bounds.Least), bounds.Most)
}

// Check says which periods lie outside their bounds, at the fields "period_" and the
// kind. Texts are part of the answers, and no longer there than these.
func (p Periods) Check() Invalid {
	var wrong Invalid
	for _, k := range KeptKinds {
		if months, set := p[k]; set && (months < PeriodOf[k].Least || months > PeriodOf[k].Most) {
			wrong.AddWith(PeriodField(k), "keep.out_of_bounds", map[string]any{"Least": PeriodOf[k].Least, "Most": PeriodOf[k].Most})
		}
	}
	if len(wrong) == 0 && p.Of(KeptTexts) > p.Of(KeptAnswers) {
		wrong.Add(PeriodField(KeptTexts), "keep.texts_longer")
	}
	return wrong
}

// PeriodField is the form field of a kind's period.
func PeriodField(k Kept) string { return "period_" + string(k) }

// Basis is the ground in law on which a survey handles personal data (art. 6 (1) AVG).
type Basis string

// The grounds that a public body may have for asking people.
const (
	PublicTask Basis = "public_task" // e
	LegalDuty  Basis = "legal_duty"  // c
	Consent    Basis = "consent"     // a
	Contract   Basis = "contract"    // b: of work, for officials
)

// Bases are the grounds in the order of a form.
var Bases = []Basis{PublicTask, LegalDuty, Consent, Contract}

// Keeping is what a survey says about keeping: on which ground, how long, and what was
// deleted.
type Keeping struct {
	Basis     Basis     `json:"basis,omitempty"`
	BasisText Text      `json:"basis_text"`        // which task or law, in words
	Periods   Periods   `json:"periods,omitempty"` // fixed when the survey opens
	Hold      *Hold     `json:"hold,omitempty"`
	Erasures  []Erasure `json:"erasures,omitempty"`
}

// Hold keeps what is left of a survey longer than was said, for a reason that everybody
// can read: a law suit, a request under the Woo, an inquiry.
type Hold struct {
	Until  Date `json:"until"` // the last day
	Reason Text `json:"reason"`
	On     Date `json:"on"` // the day it was decided
}

// fixedPeriods are the periods that hold for the survey: written down when it opens, so
// that what people are told when they answer does not change with the organisation's
// settings.
func (s *Survey) fixedPeriods(usual Periods) Periods {
	fixed := Periods{}
	for _, k := range s.Mode.Keeps() {
		fixed[k] = s.PeriodOf(k, usual)
	}
	return fixed
}

// PeriodOf is for how many months a kind is kept of the survey: what it says, or else its
// organisation, whose periods are usual.
func (s *Survey) PeriodOf(k Kept, usual Periods) int {
	if _, set := s.Keeping.Periods[k]; set {
		return s.Keeping.Periods.Of(k)
	}
	return usual.Of(k)
}

// KeptUntil is the last day on which a kind is kept of the survey; usual are the
// organisation's periods. A promise that is moved makes nothing last longer than was
// said, and neither addresses nor a hold of another survey do. "" as long as it does not
// follow from anything.
func (s *Survey) KeptUntil(k Kept, usual Periods) Date {
	from := s.Closes
	if k == KeptContacts {
		from = s.Promise.On
	}
	if from == "" {
		return ""
	}
	until := from.addMonths(s.PeriodOf(k, usual))
	if hold := s.Keeping.Hold; hold != nil && k != KeptContacts && hold.Until > until {
		until = hold.Until
	}
	return until
}

// checkPeriods says which of the periods lie outside their bounds, or would end before
// people hear what was done.
func (s *Survey) checkPeriods(kept Periods, missing *Invalid) {
	*missing = append(*missing, kept.Check()...)
	if s.Closes == "" || s.Promise.On == "" || len(*missing) > 0 {
		return
	}
	for _, k := range s.Mode.Keeps() {
		if k != KeptContacts && k != KeptLists && s.Closes.addMonths(kept.Of(k)) <= s.Promise.On {
			missing.AddWith(PeriodField(k), "keep.before_promise", map[string]any{"Promise": s.Promise.On})
		}
	}
}

// HeldOn is the hold that keeps something of the survey on a day: nil when it is over, or
// when nothing is left that it could keep.
func (s *Survey) HeldOn(today Date) *Hold {
	if h := s.Keeping.Hold; h != nil && today <= h.Until && len(s.holdable()) > 0 {
		return h
	}
	return nil
}

// holdable are the kinds that a hold can keep: what is left, apart from addresses.
func (s *Survey) holdable() []Kept {
	return slices.DeleteFunc(s.Mode.Keeps(), func(k Kept) bool { return k == KeptContacts || s.Erased(k) })
}

// longestHold is how many months a hold lasts at the most, from the day it is decided.
const longestHold = 24

// HoldUntil keeps what is left of the survey until a later day, or moves the day that an
// earlier hold named. Addresses are not held. That everything was asked to be deleted at
// once is taken back for what is held: keeping it can be undone, and deleting it cannot.
func (s *Survey) HoldUntil(until Date, reason Text, today Date, usual Periods) error {
	var wrong Invalid
	probe := *s
	probe.Keeping.Hold = nil
	left := s.holdable()
	later := slices.ContainsFunc(left, func(k Kept) bool { return until > probe.KeptUntil(k, usual) })
	switch {
	case s.OpenedAt.IsZero():
		wrong.Add("hold", "survey.not_open")
	case len(left) == 0:
		wrong.Add("hold", "keep.nothing_left")
	case until <= today:
		wrong.Add("hold", "keep.hold_past")
	case !later:
		wrong.Add("hold", "keep.hold_earlier")
	case until > today.addMonths(longestHold):
		wrong.AddWith("hold", "keep.hold_long", map[string]any{"Most": longestHold})
	}
	wrong.Require(!reason.Empty(), "reason", "keep.hold_reason")
	if err := wrong.Err(); err != nil {
		return err
	}
	s.Keeping.Hold = &Hold{Until: until, Reason: reason, On: today}
	s.Keeping.Erasures = slices.DeleteFunc(s.Keeping.Erasures, func(e Erasure) bool { return e.Asked && slices.Contains(left, e.Kind) })
	s.AnnounceErasures(today, usual)
	return nil
}

// EndHold ends a hold: each kind then goes when its own period is over, announced anew.
func (s *Survey) EndHold(today Date, usual Periods) error {
	var wrong Invalid
	wrong.Require(s.HeldOn(today) != nil, "hold", "keep.no_hold")
	if err := wrong.Err(); err != nil {
		return err
	}
	s.Keeping.Hold = nil
	s.AnnounceErasures(today, usual)
	return nil
}

// addMonths is the same day so many months later; the last day of a month that has no
// such day.
func (d Date) addMonths(n int) Date {
	t := d.Time()
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return DateOf(first.AddDate(0, 0, min(t.Day(), last)-1))
}

// Register is what the register of processing and a DPIA need to know of an
// organisation, beside its settings. What is open is left open, and said to be.
type Register struct {
	Controller  string `json:"controller,omitempty"`   // who answers for it: "het college van burgemeester en wethouders van …"
	Contact     string `json:"contact,omitempty"`      // of the controller, for questions about privacy
	Officer     string `json:"officer,omitempty"`      // the data protection officer (FG), with how to reach them
	Processors  string `json:"processors,omitempty"`   // who handles data on its behalf: hosting, mail
	Outside     string `json:"outside,omitempty"`      // transfers outside the EEA, and on which ground
	Measures    string `json:"measures,omitempty"`     // measures of the place, beside those of the program
	AskedAdvice string `json:"asked_advice,omitempty"` // whom was asked for a view: officer, works council, client council
	Risks       string `json:"risks,omitempty"`        // risks of the place and how they were weighed
}

// OrgKeeping is what an organisation says about keeping.
type OrgKeeping struct {
	Periods  Periods   `json:"periods,omitempty"`
	Register Register  `json:"register"`
	Erasures []Erasure `json:"erasures,omitempty"` // of the trail and of accounts, the newest last
}

// Keep sets the organisation's periods and what its register says. Surveys that have
// opened keep the periods that they told people.
func (o *Organisation) Keep(p Periods, r Register) error {
	if err := p.Check().Err(); err != nil {
		return err
	}
	o.Keeping.Periods, o.Keeping.Register = p, r
	return nil
}

// TrailFrom is the first day of which the trail of what staff did is kept today: its
// period is counted in whole months, so that it is cut once a month.
func (o *Organisation) TrailFrom(today Date) Date {
	t := today.addMonths(-o.Keeping.Periods.Of(KeptAudit)).Time()
	return DateOf(time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC))
}
