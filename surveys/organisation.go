package surveys

import (
	"sync"
	"time"
)

// OrgID is the key of an organisation. Every row that is stored belongs to one.
type OrgID string

// ID is the random key of a thing that belongs to an organisation: 26 characters
// of lower-case base32, 130 bits. It says nothing about when the thing was made.
type ID string

// Organisation is a tenant: a municipality, with what its pages say about it.
type Organisation struct {
	ID        OrgID
	Name      Text
	Phone     string // as people dial it: "088 000 00 00"
	Email     string
	Hours     Text   // when the phone is answered
	Zone      string // IANA time zone, "Europe/Amsterdam"
	Address   string // the public address without a slash at the end, "https://stem.waterrijk.nl"; "" until it is set
	LogoType  string // "image/svg+xml", "image/png", or "" for the Weerklank mark
	Logo      []byte // cleaned before it is stored
	LogoHash  string // of Logo, for its address
	Structure Structure
	// SecondStep asks of staff a second step at signing in.
	SecondStep bool
	Keeping    OrgKeeping
	Revision   int
}

// Shown is what the audit trail may show of an organisation: of the logo its hash.
func (o *Organisation) Shown() any {
	return map[string]any{"name": o.Name, "phone": o.Phone, "email": o.Email, "hours": o.Hours, "zone": o.Zone, "address": o.Address,
		"logo": o.LogoHash, "structure": o.Structure, "second_step": o.SecondStep, "periods": o.Keeping.Periods, "register": o.Keeping.Register}
}

// zones are the time zones that were looked up: reading one takes a file.
var zones sync.Map // of *time.Location by name

// Location is the organisation's time zone; UTC when its name is not known here.
func (o *Organisation) Location() *time.Location {
	if zone, ok := zones.Load(o.Zone); ok {
		return zone.(*time.Location)
	}
	zone, err := time.LoadLocation(o.Zone)
	if err != nil {
		return time.UTC
	}
	zones.Store(o.Zone, zone)
	return zone
}

// Structure is what is known of the organisation and the people it serves: the
// head counts and margins that response and need are held against.
type Structure struct {
	Departments   []Unit          `json:"departments,omitempty"`
	Roles         []Unit          `json:"roles,omitempty"`
	ServicePoints []Unit          `json:"service_points,omitempty"`
	Areas         []Unit          `json:"areas,omitempty"`
	Councils      []Unit          `json:"councils,omitempty"`
	Topics        []Topic         `json:"topics,omitempty"`
	Funding       []FundingSource `json:"funding,omitempty"`
	Margins       []Margin        `json:"margins,omitempty"`
}

// FundingName is how the organisation calls a funding source; its key where it is
// no longer one of its own.
func (s *Structure) FundingName(id string) Text {
	for _, f := range s.Funding {
		if f.ID == id {
			return f.Name
		}
	}
	return Text{NL: id, EN: id}
}

// Unit is a named part with the number of people in it; 0 when that is not known.
type Unit struct {
	ID    string `json:"id"`
	Name  Text   `json:"name"`
	Heads int    `json:"heads,omitempty"`
}

// Topic says whose work a subject of citizens is.
type Topic struct {
	ID         string `json:"id"`
	Name       Text   `json:"name"`
	Department string `json:"department"`
}

// FundingSource is where the money of a course comes from.
type FundingSource struct {
	ID     string `json:"id"`
	Name   Text   `json:"name"`
	Budget int    `json:"budget,omitempty"` // whole euros a year; 0 when there is no fixed amount
}

// Margin is a distribution of the population aged 16 and over that the
// composition of a response is held against.
type Margin struct {
	Attribute string         `json:"attribute"` // as the question is named: leeftijd, gebied
	Counts    map[string]int `json:"counts"`    // people by choice name
}
