package surveys

import (
	"regexp"
	"slices"
)

// CollectorKind is the sort of way in.
type CollectorKind string

// The kinds of collector.
const (
	Link       CollectorKind = "link"
	QR         CollectorKind = "qr"
	Kiosk      CollectorKind = "kiosk"
	Phone      CollectorKind = "phone"
	Paper      CollectorKind = "paper"
	Invitation CollectorKind = "invitation"
)

// Collector is a way in to a survey. What it fills in is not asked.
type Collector struct {
	ID       ID
	Org      OrgID
	Survey   ID
	Code     string // in the address, /s/SLUG?via=CODE: short, readable, unique in the survey; "" for the plain link
	Kind     CollectorKind
	Name     Text
	Prefill  map[string]string // answers by question name
	Budget   int               // submissions a day that are ordinary here, one of Budgets; 0 for UsualBudget
	Revision int
}

// UsualBudget is how many submissions a day are ordinary for a way in of which nobody
// said otherwise, and for the plain link.
const UsualBudget = 250

// Budgets are what a way in may have. Few and far apart: whoever could choose any number
// would learn how many came on a day by trying.
var Budgets = []int{100, UsualBudget, 500, 1000, 2500, 10000}

// Ordinary is how many submissions a day are ordinary for the way in.
func (c *Collector) Ordinary() int {
	if c == nil || c.Budget == 0 {
		return UsualBudget
	}
	return c.Budget
}

// Unusual is the last day on which unusually many submissions came by a way in. No
// number of them is kept, and it is told from the next day on.
type Unusual struct {
	Survey    ID
	Collector ID // "" for the plain link
	Day       Date
}

var collectorCode = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// mostCode is the longest code that still fits an address that people type over.
const mostCode = 48

// Check refuses, and names everything that is wrong with, a collector that people
// could not be sent through: without a name, of no known kind, or with a code that
// is no part of an address or leads to another one of the survey.
func (c *Collector) Check(others []Collector) error {
	var wrong Invalid
	wrong.Require(!c.Name.Empty(), "name", "collector.no_name")
	switch c.Kind {
	case Link, QR, Kiosk, Phone, Paper, Invitation:
	default:
		wrong.Add("kind", "collector.no_kind")
	}
	wrong.Require(c.Budget == 0 || slices.Contains(Budgets, c.Budget), "budget", "collector.bad_budget")
	if len(c.Code) > mostCode || !collectorCode.MatchString(c.Code) {
		wrong.Add("code", "collector.bad_code")
	}
	for _, o := range others {
		if o.ID != c.ID && o.Code == c.Code {
			wrong.Add("code", "collector.code_taken")
			break
		}
	}
	return wrong.Err()
}
