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
// name+"_other", with the choice "other". A question in a repeat stands under the
// instance that it is in, "kinderen[2]/naam", and the number of instances under the
// repeat's own key, "kinderen".
type Answers map[string]string

// Field is a question of a compiled form.
type Field struct {
	*Item
	Name  string // the key in Answers: the item's name, with its groups before it ("g/name") where another question has the same
	Index int    // in Form.Fields
	Page  int    // in Form.Pages; -1 when never shown (calculate, hidden)
	List  *List  // nil unless it is a select

	slot     int // in Form.units
	home     int // the slot of the repeat that it stands in; -1 for none
	repeated bool
	filtered bool      // its choices follow from the answers
	choices  []*Choice // of the list, with "other" at the end where or_other asks for it
}

// Page is what a respondent sees at once: one question, or a group with the
// appearance field-list. A version's pages never change; which of them a
// respondent comes across depends on the answers (State.Next, State.Previous).
type Page struct {
	Index  int
	Group  *Item // nil when the page is one question of its own
	Fields []*Field
	Repeat *Item // of the page that asks for another instance of a repeat, and has no Fields

	home int // the slot of the repeat in whose instances it is shown; -1 for none
}

// Repeat finds a repeat by name; nil when there is none.
func (f *Form) Repeat(name string) *Item {
	if slot, ok := f.repeats[name]; ok {
		return f.units[slot].item
	}
	return nil
}

// Repeats tells whether the page is shown once for each instance of a repeat, and
// gives the repeat; nil when it is not.
func (f *Form) Repeats(p *Page) *Item {
	if p.home < 0 {
		return nil
	}
	return f.units[p.home].item
}

// Fixed tells whether the question is only shown, whatever the answers: it is
// read-only, or heads a table.
func (f *Field) Fixed() bool {
	always, _ := readOnly(f.Item)
	return always || useOf(f.Item) != asked
}

// Locks tells whether it follows from the answers that the question is only shown.
func (f *Field) Locks() bool {
	_, sometimes := readOnly(f.Item)
	return sometimes && useOf(f.Item) == asked
}

// Filters tells whether it follows from the answers what may be chosen.
func (f *Field) Filters() bool { return f.filtered }

// InRepeat tells whether a question is asked once for each instance of a repeat.
func (f *Field) InRepeat() bool { return f.repeated }

// Form is a definition that was checked and compiled: immutable and safe for
// concurrent use.
type Form struct {
	Definition *Definition
	Fields     []*Field
	Pages      []*Page

	byName  map[string]*Field
	units   []*unit                // everything that has a name, in the order of the sheet
	slots   map[string]int         // of units by name
	repeats map[string]int         // slots of repeats by name
	locals  map[int]map[string]int // slots by the key within an instance, by the slot of its repeat
	order   []int                  // slots, each after all that it depends on
	layout  []step

	follows   [][]int32                // by slot: those that follow from it at once
	wandering []int                    // slots that may follow from any other
	clocked   map[int]bool             // slots whose worked out value follows from the clock
	triggered []int                    // slots of calculations that have a trigger
	lists     map[string]*compiledList // by name, attached files too
}

// Field finds a question by name; nil when there is none.
func (f *Form) Field(name string) *Field { return f.byName[name] }

// FieldProblem is something wrong with one answer. Message is the author's text
// when there is one (constraint_message, required_message), in the language
// asked for; else Key and Args are worded by the catalogue.
type FieldProblem struct {
	Name    string // of the field
	Within  string // the instance of a repeat that it stands in; "" for none
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
