package questionnaire

import (
	"maps"
	"slices"
)

// Types lists the types that a question may have, in alphabetical order.
func Types() []Type { return slices.Sorted(maps.Keys(uses)) }

// Treatment says what becomes of a question of the type.
type Treatment string

// The treatments of a type.
const (
	IsAsked     Treatment = "asked"
	IsShown     Treatment = "shown"
	IsWorkedOut Treatment = "worked out"
	IsDropped   Treatment = "dropped" // it betrays the person or the device
	IsLeftOut   Treatment = "left out"
	IsRead      Treatment = "read" // names a file for formulas to look things up in
	IsRefused   Treatment = "refused"
)

// Treatment is what becomes of a question of this type.
func (t Type) Treatment() Treatment {
	u, known := uses[t]
	switch {
	case !known:
		return IsRefused
	case u == asked:
		return IsAsked
	case u == shown:
		return IsShown
	case u == worked:
		return IsWorkedOut
	case u == betrays:
		return IsDropped
	case u == notAsked:
		return IsLeftOut
	}
	return IsRead
}
