package disclosure

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"

	"weerklank.nl/weerklank/surveys"
)

// Release is a stand: what the guard let through of a survey up to a day. It
// holds every figure that pages, findings, needs and notices may read, with the
// words of the questions, so that none of them needs an answer. Only Update makes
// a new one.
type Release struct {
	Org    surveys.OrgID
	Survey surveys.ID
	Number int          // 1 for the first of the survey
	AsOf   surveys.Date // answers up to and including this day
	MadeOn surveys.Date
	Final  bool // made after the survey closed: what still waits stays out for good

	shown shown
}

// Format prints which release it is, and no figure.
func (r Release) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "release %d of survey %s", r.Number, r.Survey)
}

// LogValue logs which release it is, and no figure.
func (r Release) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(r)) }

// MarshalJSON refuses: it is stored through Encode.
func (r Release) MarshalJSON() ([]byte, error) {
	return nil, errors.New("a release is stored through Encode")
}

// Encode is the release's figures for the aggregates store, and for it alone.
func (r *Release) Encode() ([]byte, error) {
	body, err := json.Marshal(r.shown)
	if err != nil {
		return nil, fmt.Errorf("encode release: %w", err)
	}
	return body, nil
}

// Restore is the door of the aggregates store: it gives a stored release its
// figures back, exactly as Encode wrote them. head holds the exported fields.
func Restore(head Release, body []byte) (*Release, error) {
	if err := json.Unmarshal(body, &head.shown); err != nil {
		return nil, fmt.Errorf("restore release %d: %w", head.Number, err)
	}
	return &head, nil
}

// Smallest is the smallest group that the release shows.
func (r *Release) Smallest() int { return r.shown.Smallest }

// Questions are the questions that have figures, in the order of the questionnaire.
func (r *Release) Questions() []Question { return r.shown.Questions }

// Question finds a question by name.
func (r *Release) Question(name string) (Question, bool) {
	for _, q := range r.shown.Questions {
		if q.Name == name {
			return q, true
		}
	}
	return Question{}, false
}

// Breakdowns are the attributes by which figures are split, with their groups.
func (r *Release) Breakdowns() []Breakdown { return r.shown.Breakdowns }

// Figure is the figure of a question in a group, or the reason why there is none.
// The question "" is taking part: its base is the number of people who answered.
func (r *Release) Figure(question string, group Group) (Protected, Reason) {
	for i := range r.shown.Entries {
		e := &r.shown.Entries[i]
		if e.Question == question && e.Group == group {
			return Protected{e.Figure}, e.Reason
		}
	}
	if group != (Group{}) {
		return Protected{}, NotSplit
	}
	return Protected{}, NothingYet
}

// Responses is how many people answered; not shown below the smallest group.
func (r *Release) Responses() (people int, shown bool) {
	p, reason := r.Figure("", Group{})
	return p.Base(), reason == Shown
}

// Evidence freezes a figure as it is shown now. focus are the answers that it is
// about; none for the whole distribution. What is not shown is ErrNotFound.
func (r *Release) Evidence(question string, group Group, focus ...string) (Evidence, error) {
	p, reason := r.Figure(question, group)
	if reason != Shown || p.Empty() {
		return Evidence{}, fmt.Errorf("freeze a figure of %s that is not shown: %w", question, surveys.ErrNotFound)
	}
	return Evidence{
		Survey: r.Survey, Question: question, Group: group, Focus: focus,
		Release: r.Number, AsOf: r.AsOf, Shown: p,
	}, nil
}

// Share is what the evidence says in one number: the share of its focus, or of
// the two highest steps of a scale. None for a whole distribution of another kind.
func (e Evidence) Share() (Share, bool) {
	if len(e.Focus) > 0 {
		return e.Shown.Sum(e.Focus...)
	}
	return e.Shown.Top2()
}
