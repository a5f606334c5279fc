package disclosure

import "weerklank.nl/weerklank/surveys"

// Kind is how a question is answered, as far as its figures differ.
type Kind string

// The kinds of question that have figures.
const (
	One    Kind = "one"    // one of the choices
	Many   Kind = "many"   // several of the choices
	Number Kind = "number" // in classes
	Words  Kind = "words"  // an open answer: only how many wrote one
)

// Question is a question of a release, with its words.
type Question struct {
	Name       string            `json:"name"`
	Kind       Kind              `json:"kind"`
	Label      surveys.Text      `json:"label"`
	Measure    string            `json:"measure,omitempty"`
	Competence string            `json:"competence,omitempty"`
	Remedies   map[string]string `json:"remedies,omitempty"` // remedy kind by choice name
	Split      bool              `json:"split,omitempty"`    // its figures are split by the breakdowns
	Unread     bool              `json:"unread,omitempty"`   // some stored answers could not be read and are left out
	Of         string            `json:"of,omitempty"`       // of themes: the open question in whose answers they were found
}

// Breakdown is an attribute by which a release may be split, with its groups.
type Breakdown struct {
	Name   string       `json:"name"`
	Label  surveys.Text `json:"label"`
	Values []Value      `json:"values"`
	Within string       `json:"within,omitempty"` // the breakdown within whose values these lie
}

// Value is a group of a breakdown. Merged names the group of which it is a part, In
// the value of the coarser breakdown within which it lies, as the questionnaire says.
type Value struct {
	Name   string       `json:"name"`
	Label  surveys.Text `json:"label"`
	Of     []string     `json:"of,omitempty"` // the values of a merged group
	Merged string       `json:"merged,omitempty"`
	In     string       `json:"in,omitempty"`
}

// Reason is why a figure is not shown.
type Reason string

// The reasons.
const (
	Shown      Reason = ""          // it is shown
	TooSmall   Reason = "too_small" // too few people answered at all
	Withheld   Reason = "withheld"  // it is smaller than the smallest group, or would give away one that is: to say which would help to tell its size
	Derivable  Reason = "derivable" // the same, of releases made before that was withheld too
	NotSplit   Reason = "not_split" // the question is not split this way
	NothingYet Reason = "nothing"   // there is no such figure
)

// shown is the stored form of what a release shows.
type shown struct {
	Questions  []Question     `json:"questions"`
	Breakdowns []Breakdown    `json:"breakdowns"`
	Pairs      []surveys.Pair `json:"pairs,omitempty"`
	Entries    []entry        `json:"figures"`
	Smallest   int            `json:"smallest"`
	Flags      flags          `json:"flags,omitempty"`
	Version    int            `json:"version,omitempty"` // of the questionnaire, as it was asked then

	at map[place]int // of an entry
}

// place is a question in a group.
type place struct {
	question string
	group    Group
}

// order makes the entries findable.
func (s *shown) order() {
	s.at = make(map[place]int, len(s.Entries))
	for i, e := range s.Entries {
		if _, there := s.at[place{e.Question, e.Group}]; !there {
			s.at[place{e.Question, e.Group}] = i
		}
	}
}

// entry is one question in one group: its figure, or why there is none.
type entry struct {
	Question string  `json:"q"`
	Group    Group   `json:"g"`
	Figure   *figure `json:"f,omitempty"`
	Reason   Reason  `json:"r,omitempty"`
}
