// Package disclosure is the guard: the only way from raw counts to figures that
// may be seen. A group is let through when its base is large enough and when no
// smaller set of people can be derived from it together with everything that was
// shown before, in this release and in earlier ones. The guard remembers what it
// let through.
package disclosure

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"weerklank.nl/weerklank/surveys"
)

// Group is the people that a figure is about: one value of one declared
// breakdown, or of each of two. The zero Group is everybody who answered.
type Group struct {
	Breakdown string `json:"b,omitempty"`
	Value     string `json:"v,omitempty"`  // a choice name, or the name of a merged group
	With      string `json:"b2,omitempty"` // the second breakdown of a declared pair
	WithValue string `json:"v2,omitempty"`
}

// And is the group of those who are in both, each a value of one breakdown.
func (g Group) And(o Group) Group { return Group{g.Breakdown, g.Value, o.Breakdown, o.Value} }

// Protected is a figure that betrays nobody. Only the guard makes one; the zero
// value shows nothing. It is read through its methods: printing, logging and
// marshalling it gives no number.
type Protected struct {
	figure *figure
}

// figure is what may be shown of a question in a group.
type figure struct {
	Question surveys.Text `json:"question"`
	Group    surveys.Text `json:"group"`
	Base     int          `json:"base"`
	Single   bool         `json:"single,omitempty"` // each person gave one answer
	Banded   bool         `json:"banded,omitempty"` // counts are left out, only bands are kept
	Cells    []cell       `json:"cells"`
	Missing  []cell       `json:"missing,omitempty"` // of everybody only
	None     int          `json:"none,omitempty"`
}

// cell is one answer of a figure.
type cell struct {
	Name  string       `json:"name"`
	Label surveys.Text `json:"label"`
	Score *float64     `json:"score,omitempty"`
	Count int          `json:"n,omitempty"`
	Low   int          `json:"low,omitempty"`  // of a band, whole per cents
	High  int          `json:"high,omitempty"` // of a band

	Hidden Reason `json:"hidden,omitempty"` // why this answer has no number
}

const hiddenText = "protected figure"

// Empty tells whether there is nothing to show.
func (p Protected) Empty() bool { return p.figure == nil }

// Format prints no number, whatever the verb.
func (p Protected) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hiddenText) }

// LogValue logs no number.
func (p Protected) LogValue() slog.Value { return slog.StringValue(hiddenText) }

// MarshalJSON refuses: a figure leaves through its methods.
func (p Protected) MarshalJSON() ([]byte, error) {
	return nil, errors.New("a protected figure is read through its methods")
}

// Evidence is a protected figure as it was frozen: the words of the question, the
// group, the release, and the numbers as they were shown. It stays readable when
// the answers are gone. Its fields are filled by the guard alone.
type Evidence struct {
	Survey   surveys.ID
	Question string
	Group    Group
	Focus    []string // the answers that it is about; empty for the whole distribution
	Release  int
	AsOf     surveys.Date // of the release
	Version  int          // of the questionnaire; 0 for evidence from before it was kept
	Shown    Protected
}

type evidenceRecord struct {
	Survey   surveys.ID   `json:"survey"`
	Question string       `json:"question"`
	Group    Group        `json:"group"`
	Focus    []string     `json:"focus,omitempty"`
	Release  int          `json:"release"`
	AsOf     surveys.Date `json:"as_of"`
	Version  int          `json:"version,omitempty"`
	Figure   *figure      `json:"figure,omitempty"`
}

// EncodeEvidence is frozen evidence for the store of findings, and for it alone.
func EncodeEvidence(evidence []Evidence) ([]byte, error) {
	records := make([]evidenceRecord, len(evidence))
	for i, e := range evidence {
		records[i] = evidenceRecord{e.Survey, e.Question, e.Group, e.Focus, e.Release, e.AsOf, e.Version, e.Shown.figure}
	}
	body, err := json.Marshal(records)
	if err != nil {
		return nil, fmt.Errorf("encode evidence: %w", err)
	}
	return body, nil
}

// RestoreEvidence is the door of the store of findings: evidence exactly as
// EncodeEvidence wrote it.
func RestoreEvidence(body []byte) ([]Evidence, error) {
	var records []evidenceRecord
	if err := json.Unmarshal(body, &records); err != nil {
		return nil, fmt.Errorf("restore evidence: %w", err)
	}
	evidence := make([]Evidence, len(records))
	for i, r := range records {
		evidence[i] = Evidence{r.Survey, r.Question, r.Group, r.Focus, r.Release, r.AsOf, r.Version, Protected{r.Figure}}
	}
	return evidence, nil
}
