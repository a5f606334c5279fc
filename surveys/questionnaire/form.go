package questionnaire

import (
	"time"
)

// Severity says whether a problem stops a form from being published.
type Severity string

// The severities, as `weerklank check` prints them.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Problem is one thing that is wrong with a form: where, what, and how to mend
// it. Key and Args are worded by the catalogue: Key+".what" and Key+".cure".
type Problem struct {
	Sheet    string // survey, choices, settings; or a group for .lss
	Row      int    // of the sheet, from 1; 0 when the whole sheet is meant
	Column   string // the header of the column; "" when the whole row is meant
	Question string // the name of the question, where there is one
	Severity Severity
	Key      string
	Args     map[string]any
}

// Env is what an evaluation needs from outside the answers.
type Env struct {
	Now  time.Time // in the organisation's zone; today() is its date
	Seed uint64    // of the sitting: randomize, random() and uuid() come from it
}

// Answers are canonical values by question name: select_multiple holds choice
// names separated by one space, numbers have a decimal point, dates are ISO 8601.
// An absent key and "" both mean: no answer. An or_other text stands under
// name+"_other", with the choice "other".
type Answers map[string]string

// Field is a question of a compiled form.
type Field struct {
	*Item
	Name  string // the key in Answers: the item's name, with its groups before it ("g/name") where another question has the same
	Index int    // in Form.Fields
	Page  int    // in Form.Pages; -1 when never shown (calculate, hidden)
	List  *List  // nil unless it is a select

	slot    int       // in Form.units
	choices []*Choice // of the list, with "other" at the end where or_other asks for it
}

// Page is what a respondent sees at once: one question, or a group with the
// appearance field-list. A version's pages never change; which of them a
// respondent comes across depends on the answers (State.Next, State.Previous).
type Page struct {
	Index  int
	Group  *Item // nil when the page is one question of its own
	Fields []*Field
}

// Form is a definition that was checked and compiled: immutable and safe for
// concurrent use.
type Form struct {
	Definition *Definition
	Fields     []*Field
	Pages      []*Page

	byName map[string]*Field
	units  []*unit        // everything that has a name, in the order of the sheet
	slots  map[string]int // of units by name
	order  []int          // slots, each after all that it depends on
	lists  map[string]*compiledList
}

// Field finds a question by name; nil when there is none.
func (f *Form) Field(name string) *Field { return f.byName[name] }

// Status says why a question has or has no answer, from storage to export.
type Status uint8

// The statuses of a question in a response.
const (
	NotShown Status = iota // not relevant, or filled in by the way in
	Skipped                // shown, and left open
	Answered
)

// FieldProblem is something wrong with one answer. Message is the author's text
// when there is one (constraint_message, required_message), in the language
// asked for; else Key and Args are worded by the catalogue.
type FieldProblem struct {
	Name    string
	Message string
	Key     string
	Args    map[string]any
}

// Typed is what a respondent typed or chose for one question, unread: the values
// of its form field, and the text of "other".
type Typed struct {
	Values []string
	Other  string
}
