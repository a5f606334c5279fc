package training

import (
	"slices"
)

// Why is one reason why a course fits; the catalogue words it ("match." + it).
type Why string

// The reasons.
const (
	TeachesIt     Why = "competence" // the competence is one of its goals
	FromThisLevel Why = "level"      // it begins at or below this level and ends above it
	ForThisRole   Why = "role"       // it is meant for this role
	CitizensSawIt Why = "citizens"   // citizens rated the service higher afterwards
)

// Match is a course that fits a gap, with why.
type Match struct {
	Course *Course
	Goal   Goal
	Why    []Why
}

// Fitting are the courses that teach a competence to who is at a level (1–5; 0
// when it is not known) in a role ("" when it is not known), the best known to
// work first, then the cheapest for a participant.
func Fitting(courses []Course, competence string, level int, role string) []Match {
	var fitting []Match
	for i := range courses {
		c := &courses[i]
		at := slices.IndexFunc(c.Goals, func(g Goal) bool {
			return g.Competence == competence && (level == 0 || g.From <= level && level < g.To)
		})
		if at < 0 || role != "" && len(c.Roles) > 0 && !slices.Contains(c.Roles, role) {
			continue
		}
		m := Match{Course: c, Goal: c.Goals[at], Why: []Why{TeachesIt}}
		if level > 0 {
			m.Why = append(m.Why, FromThisLevel)
		}
		if role != "" && len(c.Roles) > 0 {
			m.Why = append(m.Why, ForThisRole)
		}
		if c.Evidence == CitizenRating {
			m.Why = append(m.Why, CitizensSawIt)
		}
		fitting = append(fitting, m)
	}
	slices.SortStableFunc(fitting, func(a, b Match) int {
		if by := strength(b.Course.Evidence) - strength(a.Course.Evidence); by != 0 {
			return by
		}
		return a.Course.CostPerParticipant() - b.Course.CostPerParticipant()
	})
	return fitting
}

func strength(e Evidence) int {
	return slices.Index([]Evidence{NoEvidence, Satisfaction, SelfRating, CitizenRating}, e)
}
