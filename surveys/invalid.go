package surveys

import (
	"errors"
	"strings"
)

// Kinds of refusal that callers tell apart. Everything else is a fault of ours.
var (
	// ErrNotFound says that what was sought is not there, or not in this organisation.
	ErrNotFound = errors.New("not found")
	// ErrForbidden says that this person may not do this.
	ErrForbidden = errors.New("forbidden")
	// ErrChangedMeanwhile says that somebody else changed the same thing first.
	ErrChangedMeanwhile = errors.New("changed meanwhile")
	// ErrBusy says that the work was not taken on and may be tried again shortly.
	ErrBusy = errors.New("busy")
)

// Problem is one thing that is wrong with what somebody filled in. Field names
// the form field, Key the text of the catalogue that says what to do about it.
type Problem struct {
	Field string
	Key   string
	Args  map[string]any
}

// Invalid is everything that is wrong with a form, in the order of the page. It
// is worded at the page, in the user's language; nothing wrong is nil, never an
// empty Invalid.
type Invalid []Problem

// Error names the fields and keys, for a log; what people read comes from the catalogue.
func (i Invalid) Error() string {
	parts := make([]string, len(i))
	for n, p := range i {
		parts[n] = p.Field + ": " + p.Key
	}
	return "invalid: " + strings.Join(parts, ", ")
}

// Add notes a problem.
func (i *Invalid) Add(field, key string) {
	*i = append(*i, Problem{Field: field, Key: key})
}

// AddWith notes a problem whose text has placeholders.
func (i *Invalid) AddWith(field, key string, args map[string]any) {
	*i = append(*i, Problem{Field: field, Key: key, Args: args})
}

// Require notes the problem unless ok holds.
func (i *Invalid) Require(ok bool, field, key string) {
	if !ok {
		i.Add(field, key)
	}
}

// Err is nil when nothing is wrong.
func (i Invalid) Err() error {
	if len(i) == 0 {
		return nil
	}
	return i
}

// Has tells whether a problem stands at the field.
func (i Invalid) Has(field string) bool {
	for _, p := range i {
		if p.Field == field {
			return true
		}
	}
	return false
}
