package disclosure

import (
	"flag"

	"weerklank.nl/weerklank/surveys/results"
)

// Populations is how many surveys of each kind are attacked, always the same ones;
// `make attack` takes many more.
var Populations = flag.Uint64("populations", 25, "how many surveys of each kind are attacked")

// Rules are the rules of the guard; only tests can leave one out, and only here.
type Rules = rules

// The guard, and the three ways in which an attacker must win.
var (
	AllRules      = allRules
	SwitchedOff   = rules{}
	ThresholdOnly = rules{threshold: true}
	WithoutMemory = rules{threshold: true, audit: true, across: true, deniable: true}
)

// Guarded makes Update follow other rules until the returned function is called.
func Guarded(by Rules) (restore func()) {
	was := inForce
	inForce = by
	return func() { inForce = was }
}

// Upto is the release up to which a question counts the people of a cell.
func (m *Memory) Upto(question string, cell []string) int {
	if t := m.mem.Questions[question]; t != nil {
		if c := t.Cells[results.Cell(cell).Key()]; c != nil {
			return c.Upto
		}
	}
	return 0
}
