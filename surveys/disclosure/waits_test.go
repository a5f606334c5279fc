package disclosure_test

import (
	"bytes"
	"slices"
	"testing"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

// The next release of a survey is the same, figure for figure and in the same order,
// whether one more person waits or nobody does.
func TestWhoWaitsIsSeenInNothing(t *testing.T) {
	one, two, third := tenDepartments[0], tenDepartments[1], tenDepartments[2]
	everybody := append(people(30, one, 2), people(30, two, 4)...)
	next := func(more ...questionnaire.Answers) []byte {
		t.Helper()
		s, kept := official("afdeling"), &archive{}
		s.Closes = "2025-12-31"
		release(t, s, kept, everybody, "2025-10-10")
		body, err := release(t, s, kept, append(slices.Clone(everybody), more...), "2025-10-20").Encode()
		must(t, err)
		return body
	}
	alone := next()
	for name, who := range map[string]questionnaire.Answers{
		"who makes one of two equal groups the larger": people(1, two, 3)[0],
		"who left the question open":                   {"afdeling": two},
		"to whom it does not apply":                    {"afdeling": two, "integriteit_niveau": "nvt"},
		"who left it open, of a group of their own":    {"afdeling": third},
		"who said nothing":                             {},
	} {
		if !bytes.Equal(next(who), alone) {
			t.Errorf("somebody %s can be seen while they wait", name)
		}
	}
}
