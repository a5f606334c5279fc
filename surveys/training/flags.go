package training

import (
	"time"

	"weerklank.nl/weerklank/surveys"
)

// Flag is something about a course that whoever pays or takes part should see.
type Flag string

// The flags, in the order in which they are shown.
const (
	OneDayWithoutAftercare Flag = "one_day_without_aftercare"
	WithoutEvidence        Flag = "no_evidence"
	PaidByEmployee         Flag = "paid_by_employee"
	TravelNotReimbursed    Flag = "travel_not_reimbursed"
	NotStepFree            Flag = "not_step_free"
	YearEnd                Flag = "year_end"
)

// What the catalogue calls things that flags depend on.
const (
	oneDay       = "een_dag"
	choiceBudget = "individueel_keuzebudget"
)

// Flags are what should be seen about the course.
func (c *Course) Flags() []Flag {
	var flags []Flag
	add := func(flag Flag, holds bool) {
		if holds {
			flags = append(flags, flag)
		}
	}
	add(OneDayWithoutAftercare, c.Form == oneDay && !c.Aftercare)
	add(WithoutEvidence, c.Evidence == NoEvidence || c.Evidence == "")
	add(PaidByEmployee, c.Funding == choiceBudget)
	add(TravelNotReimbursed, !c.TravelPaid)
	add(NotStepFree, !c.Venue.StepFree && !c.Venue.Online)
	return flags
}

// Flags are what should be seen about this run: a start in December is often
// money that had to be spent.
func (e *Edition) Flags() []Flag {
	if first := e.Starts(); first != "" && first.Time().Month() == time.December {
		return []Flag{YearEnd}
	}
	return nil
}

// Starts is the first day of the edition; "" while there is none.
func (e *Edition) Starts() surveys.Date {
	var first surveys.Date
	for _, d := range e.Dates {
		if first == "" || d < first {
			first = d
		}
	}
	return first
}

// CostFor is what the course costs in whole euros for a number of people: the
// fixed price and the venue for as many groups as are needed, and the price per
// participant.
func (c *Course) CostFor(people int) int {
	if people <= 0 {
		return 0
	}
	groups := 1
	if c.Most > 0 {
		groups = (people + c.Most - 1) / c.Most
	}
	return groups*(c.Fixed+c.Sessions*c.Venue.Cost) + people*c.PerPerson
}

// CostPerParticipant is in whole euros in a full group, rounded up.
func (c *Course) CostPerParticipant() int {
	return perHead(c.CostFor(max(1, c.Most)), max(1, c.Most))
}

// CostPerNeed is in whole euros for each person whose need the course covers,
// rounded up; 0 when it covers nobody.
func (c *Course) CostPerNeed(people int) int { return perHead(c.CostFor(people), people) }

func perHead(cost, people int) int {
	if people <= 0 {
		return 0
	}
	return (cost + people - 1) / people
}
