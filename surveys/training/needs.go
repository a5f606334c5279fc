package training

import (
	"math"
	"slices"

	"weerklank.nl/weerklank/surveys/disclosure"
)

// Measures of a questionnaire that needs are read from.
const (
	importance = "importance"
	level      = "level"
	gap        = "gap"
	remedy     = "remedy"
)

// Remedy kinds: what people say would help. Only training may become a course.
const (
	RemedyTraining     = "training"
	RemedyOrganisation = "organisation"
	RemedyUnknown      = "" // too few people to show, or nobody said
)

// breakdowns by role, of which the values are those of Course.Roles.
var byRole = []string{"rol", "functie"}

// Need is what a group needs of a competence, from protected figures only.
type Need struct {
	Competence string
	Group      disclosure.Group
	Importance disclosure.Protected
	Level      disclosure.Protected
	Gap        disclosure.Protected
	Hidden     disclosure.Reason // why a figure lacks; then nothing below is known
	Score      int               // ranked discrepancy, −100 to 100: share below minus share above what the work asks
	Below      disclosure.Share  // people whose level is lower than the importance
	Remedy     string            // what most of them say would help
}

// Middle is the level of the median person, 1 to 5; 0 when it is not known.
func (n *Need) Middle() int {
	share, ok := n.Level.Middle()
	if !ok || share.Score == nil {
		return 0
	}
	return int(*share.Score)
}

// Role is the role that the group stands for; "" when it is none.
func (n *Need) Role() string {
	if slices.Contains(byRole, n.Group.Breakdown) {
		return n.Group.Value
	}
	return ""
}

// Courses are the courses that fit the need, with why. There are none where people
// say that something else than training would help, or where that is not known.
func (n *Need) Courses(all []Course) []Match {
	if n.Hidden != "" || n.Score <= 0 || n.Remedy != RemedyTraining {
		return nil
	}
	return Fitting(all, n.Competence, n.Middle(), n.Role())
}

// Needs are the needs of a group by competence, the largest ranked discrepancy
// first (L. G. Narine and A. Harder, Journal of Extension 2021: the share of
// people whose level is below the importance, minus the share above it). What is
// too small to show stands last, with the reason.
func Needs(r *disclosure.Release, group disclosure.Group) []Need {
	named := map[string]map[string]disclosure.Question{}
	var order []string
	for _, q := range r.Questions() {
		if q.Competence == "" {
			continue
		}
		if named[q.Competence] == nil {
			named[q.Competence] = map[string]disclosure.Question{}
			order = append(order, q.Competence)
		}
		named[q.Competence][q.Measure] = q
	}
	var needs []Need
	for _, competence := range order {
		by := named[competence]
		if by[gap].Name == "" {
			continue
		}
		n := Need{Competence: competence, Group: group}
		n.Importance, _ = r.Figure(by[importance].Name, group)
		n.Level, _ = r.Figure(by[level].Name, group)
		n.Gap, n.Hidden = r.Figure(by[gap].Name, group)
		if n.Hidden == "" {
			n.measure()
			n.Remedy = mostSaid(r, by[remedy], group)
		}
		needs = append(needs, n)
	}
	slices.SortStableFunc(needs, func(a, b Need) int {
		if (a.Hidden == "") != (b.Hidden == "") {
			if a.Hidden == "" {
				return -1
			}
			return 1
		}
		return b.Score - a.Score
	})
	return needs
}

// measure reads the gap's distribution: importance minus level per person.
func (n *Need) measure() {
	n.Below = disclosure.Share{Base: n.Gap.Base()}
	above := 0
	for _, s := range n.Gap.Shares() {
		switch {
		case s.Banded || s.Score == nil:
			n.Hidden = disclosure.TooSmall // bands say too little to rank by
			return
		case *s.Score > 0:
			n.Below.Count += s.Count
		case *s.Score < 0:
			above += s.Count
		}
	}
	if n.Below.Base > 0 {
		n.Score = int(math.Round(100 * float64(n.Below.Count-above) / float64(n.Below.Base)))
	}
}

// mostSaid is the kind of remedy that most answers ask for.
func mostSaid(r *disclosure.Release, q disclosure.Question, group disclosure.Group) string {
	p, reason := r.Figure(q.Name, group)
	if q.Name == "" || reason != "" {
		return RemedyUnknown
	}
	said := map[string]int{}
	for _, s := range p.Shares() {
		if s.Banded {
			return RemedyUnknown
		}
		said[q.Remedies[s.Name]] += s.Count
	}
	most, people := RemedyUnknown, 0
	for _, kind := range []string{RemedyOrganisation, RemedyTraining, "none"} {
		if said[kind] > people {
			most, people = kind, said[kind]
		}
	}
	return most
}
