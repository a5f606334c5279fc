// Package questionnaire knows questionnaires as XLSForm means them: what an
// author wrote (Definition), what becomes of it when it is checked and compiled
// (Form), and what a respondent's answers mean (State). It knows no files, no
// pages and no storage; the clock and chance are given to it.
package questionnaire

// Definition is a questionnaire as its author wrote it: the sheets of an XLSForm
// as a tree. It may be faulty; Compile says how.
type Definition struct {
	FormID          string            `json:"form_id"`
	Version         string            `json:"version,omitempty"`
	Title           Texts             `json:"title"`
	DefaultLanguage string            `json:"default_language,omitempty"` // a Language's Tag
	Languages       []Language        `json:"languages,omitempty"`        // in the order of the columns
	Style           string            `json:"style,omitempty"`
	Items           []*Item           `json:"items"`
	Lists           []*List           `json:"lists,omitempty"`
	Settings        map[string]string `json:"settings,omitempty"` // columns of settings that have no field here
	Files           []*File           `json:"files,omitempty"`    // attached tables

	// Entities are the rows of the sheet of that name, by header. We make no entities
	// of answers; they are kept for who does.
	Entities []map[string]string `json:"entities,omitempty"`
}

// Language is a language of a form: "Nederlands (nl)" has the name Nederlands
// and the code nl. Tag is the whole, as in the column header; Texts are keyed by it.
type Language struct {
	Tag  string `json:"tag"`
	Code string `json:"code,omitempty"`
}

// Texts is one text in the languages of the form, keyed by Language.Tag; the key
// "" is the text of a column without a language.
type Texts map[string]string

// Kind tells questions from what holds them.
type Kind string

// The kinds of item.
const (
	Question Kind = "question"
	Group    Kind = "group"
	Repeat   Kind = "repeat"
)

// Item is a row of the survey sheet: a question (also a note, a calculation and a
// hidden value), or a group or repeat with what stands in it.
type Item struct {
	Kind Kind   `json:"kind"`
	Name string `json:"name"`
	Type Type   `json:"type,omitempty"` // of a question
	List string `json:"list,omitempty"` // of a select or rank

	OrOther bool `json:"or_other,omitempty"`

	Label             Texts `json:"label,omitempty"`
	Hint              Texts `json:"hint,omitempty"`
	GuidanceHint      Texts `json:"guidance_hint,omitempty"`
	ConstraintMessage Texts `json:"constraint_message,omitempty"`
	RequiredMessage   Texts `json:"required_message,omitempty"`

	Required     string `json:"required,omitempty"` // "yes", "no" or an expression
	Relevant     string `json:"relevant,omitempty"`
	Constraint   string `json:"constraint,omitempty"`
	Calculation  string `json:"calculation,omitempty"`
	ChoiceFilter string `json:"choice_filter,omitempty"`
	Default      string `json:"default,omitempty"`
	Trigger      string `json:"trigger,omitempty"`
	RepeatCount  string `json:"repeat_count,omitempty"`
	ReadOnly     string `json:"read_only,omitempty"`
	Appearance   string `json:"appearance,omitempty"`
	Parameters   string `json:"parameters,omitempty"`

	// Columns of our own; see docs/language.md.
	Competence string `json:"competence,omitempty"` // an id, or ${name}: the answer names it
	Measure    string `json:"measure,omitempty"`
	Breakdown  bool   `json:"breakdown,omitempty"` // a survey may declare it
	Prefill    string `json:"prefill,omitempty"`   // "collector": the way in may fill it, then it is not asked

	Extra map[string]string `json:"extra,omitempty"` // columns that we do not know, kept through a round trip
	Items []*Item           `json:"items,omitempty"` // what a group or repeat holds
	Row   int               `json:"-"`               // of the sheet; 0 when it came from elsewhere
}

// Type is the type of a question, in its XLSForm spelling: "select_one".
type Type string

// The types that our own questionnaires use; types.go holds the rest.
const (
	TypeText           Type = "text"
	TypeInteger        Type = "integer"
	TypeDecimal        Type = "decimal"
	TypeDate           Type = "date"
	TypeSelectOne      Type = "select_one"
	TypeSelectMultiple Type = "select_multiple"
	TypeNote           Type = "note"
	TypeCalculate      Type = "calculate"
	TypeHidden         Type = "hidden"
)

// List is a list of choices.
type List struct {
	Name    string    `json:"name"`
	Choices []*Choice `json:"choices"`

	// External says that the list stands on the sheet external_choices, where a
	// name may stand more than once, told apart by the choice_filter.
	External bool `json:"external,omitempty"`
}

// Choice is a row of the choices sheet.
type Choice struct {
	Name  string `json:"name"`
	Label Texts  `json:"label,omitempty"`

	// Columns of our own.
	Score      *float64 `json:"score,omitempty"`       // the number the answer counts for
	Missing    string   `json:"missing,omitempty"`     // nvt, weet_niet, liever_niet: not in the base
	RemedyKind string   `json:"remedy_kind,omitempty"` // training, organisation, none, unknown

	Extra map[string]string `json:"extra,omitempty"` // all other columns; choice_filter reads them by name
	Row   int               `json:"-"`
}

// In is the text in the language whose code is lang ("nl"), else in the default
// language, else in any: an author who left out a translation still asks.
func (d *Definition) In(t Texts, lang string) string {
	if len(t) == 0 {
		return ""
	}
	for _, l := range d.Languages {
		if lang != "" && l.Code == lang && t[l.Tag] != "" {
			return t[l.Tag]
		}
	}
	if s := t[d.DefaultLanguage]; s != "" {
		return s
	}
	if s := t[""]; s != "" {
		return s
	}
	for _, l := range d.Languages {
		if s := t[l.Tag]; s != "" {
			return s
		}
	}
	return ""
}
