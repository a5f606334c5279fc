// Package training knows what is learnt with: competences, needs and gaps, courses
// from the catalogue, designs made for a decision, editions of them, and which
// course fits which need.
package training

import "weerklank.nl/weerklank/surveys"

// Competence is what questions and courses share. Its id is stable for good.
type Competence struct {
	ID          string         `json:"id"`
	Name        surveys.Text   `json:"name"`
	Description surveys.Text   `json:"description"`
	Levels      []surveys.Text `json:"levels"`  // five, from 1 to 5
	Targets     map[string]int `json:"targets"` // wanted level, 1–5, by role
}

// Goal is what a course teaches: from one level of a competence to another, 1–5.
type Goal struct {
	Competence string `json:"competence"`
	From       int    `json:"from_level"`
	To         int    `json:"to_level"`
}

// Evidence is how well it is known that a course works.
type Evidence string

// The strengths of evidence, weakest first.
const (
	NoEvidence    Evidence = "none"
	Satisfaction  Evidence = "satisfaction"
	SelfRating    Evidence = "self_rating"
	CitizenRating Evidence = "citizen_rating"
)

// Course is an entry of the catalogue. Prices are whole euros without VAT.
type Course struct {
	ID            string
	Org           surveys.OrgID
	Title         surveys.Text
	Summary       surveys.Text
	Provider      surveys.Text
	Roles         []string
	Goals         []Goal
	Form          string // as the choices of `vorm` in the questionnaires
	FormName      surveys.Text
	Sessions      int
	Hours         float64 // contact hours in all
	SelfStudy     float64 // hours in all
	Weeks         int     // from first to last session
	Least, Most   int     // participants
	Fixed         int     // price per edition
	PerPerson     int     // price per participant
	Funding       string  // a FundingSource
	FundingText   surveys.Text
	Aftercare     bool
	AftercareText surveys.Text
	AfterWeeks    int
	CoDesign      bool // with experience experts
	CoDesignText  surveys.Text
	Compensation  float64 // euros an hour for experience experts
	Venue         Venue
	TravelPaid    bool
	TravelText    surveys.Text
	Evidence      Evidence
	EvidenceText  surveys.Text
}

// Venue is where a course is given, and who can get in.
type Venue struct {
	Place       surveys.Text `json:"place"`
	Cost        int          `json:"cost_eur_per_session"`
	StepFree    bool         `json:"step_free"`
	HearingLoop bool         `json:"hearing_loop"`
	QuietRoom   bool         `json:"quiet_room"`
	Online      bool         `json:"online"`
}

// Design is a course as a decision orders it: bought or adapted from the catalogue,
// or new. It is versioned with its revision.
type Design struct {
	ID           surveys.ID
	Org          surveys.OrgID
	Course       string // from the catalogue; "" for a new one
	Title        surveys.Text
	Goals        []Goal
	Audience     surveys.Text
	Groups       []string // departments or roles that it is for
	Sessions     int
	Hours        float64
	Participants int
	Funding      string // a FundingSource
	Cost         int    // whole euros in all
	Aftercare    surveys.Text
	CoDesign     surveys.Text // experience experts, and what they are paid
	Result       surveys.Text // what it ends in
	Revision     int
}

// CostPerParticipant is in whole euros, rounded up; 0 while the number is unknown.
func (d *Design) CostPerParticipant() int {
	if d.Participants <= 0 {
		return 0
	}
	return (d.Cost + d.Participants - 1) / d.Participants
}

// Edition is one run of a design.
type Edition struct {
	ID           surveys.ID
	Org          surveys.OrgID
	Design       surveys.ID
	Dates        []surveys.Date
	Places       int
	Participants int
	Area         string
	Status       string // planned, running, done
	Revision     int
}
