package disclosure

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"

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
	head.shown.order()
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
	if group == WithoutFlagged && r.shown.Flags == noneFlagged {
		group = Group{}
	}
	if i, there := r.shown.at[place{question, group}]; there {
		e := &r.shown.Entries[i]
		return Protected{e.Figure}, e.Reason
	}
	switch {
	case group == Group{}:
		return Protected{}, NothingYet
	case group.With != "" && r.declares(group) && r.splits(question):
		return Protected{}, Withheld
	default:
		return Protected{}, NotSplit
	}
}

// Pairs are the breakdowns by two of which figures are split at once.
func (r *Release) Pairs() []surveys.Pair { return r.shown.Pairs }

// declares tells whether the pair of breakdowns was declared, and has such values.
func (r *Release) declares(g Group) bool {
	has := func(breakdown, value string) bool {
		return slices.ContainsFunc(r.shown.Breakdowns, func(b Breakdown) bool {
			return b.Name == breakdown && slices.ContainsFunc(b.Values, func(v Value) bool { return v.Name == value })
		})
	}
	return slices.Contains(r.shown.Pairs, surveys.Pair{First: g.Breakdown, Second: g.With}) && has(g.Breakdown, g.Value) && has(g.With, g.WithValue)
}

func (r *Release) splits(question string) bool {
	q, _ := r.Question(question)
	return question == "" || q.Split
}

// Parent is the smallest group around one that is withheld of which the figure can
// be seen: the merged group that it is part of, of a pair the group of either value,
// and in the end everybody. False when that is withheld too.
func (r *Release) Parent(question string, group Group) (Group, bool) {
	var around []Group
	var alone func(breakdown, value string)
	alone = func(breakdown, value string) {
		for _, b := range r.shown.Breakdowns {
			for _, v := range b.Values {
				if b.Name != breakdown || v.Name != value {
					continue
				}
				if v.Merged != "" {
					around = append(around, Group{Breakdown: breakdown, Value: v.Merged})
				}
				if v.In != "" {
					around = append(around, Group{Breakdown: b.Within, Value: v.In})
					alone(b.Within, v.In)
				}
			}
		}
	}
	if group.With != "" {
		around = append(around, Group{Breakdown: group.With, Value: group.WithValue}, Group{Breakdown: group.Breakdown, Value: group.Value})
		alone(group.With, group.WithValue)
	}
	alone(group.Breakdown, group.Value)
	best, people := Group{}, 0
	for _, g := range around {
		if p, reason := r.Figure(question, g); reason == Shown && (people == 0 || p.Base() < people) {
			best, people = g, p.Base()
		}
	}
	if people > 0 {
		return best, true
	}
	_, reason := r.Figure(question, Group{})
	return Group{}, reason == Shown
}

// TextsInView tells whether a reviewer may read what people wrote to an open question:
// once the survey is closed and its last release was made, so that nobody sees texts
// come one by one, when enough people wrote that none of them stands alone, and until the
// texts are deleted.
func TextsInView(s *surveys.Survey, r *Release, question string, today surveys.Date) bool {
	if s.TextsErased() || r == nil || !r.Final || s.Phase(today) != surveys.Closed {
		return false
	}
	p, reason := r.Figure(question, Group{})
	return reason == Shown && p.Base() >= exactFrom
}

// Groups are the groups of which it is shown how many took part; not WithoutFlagged.
func (r *Release) Groups() []Group {
	var groups []Group
	for _, e := range r.shown.Entries {
		if e.Question == "" && e.Reason == Shown && e.Group != WithoutFlagged {
			groups = append(groups, e.Group)
		}
	}
	return groups
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
		Release: r.Number, AsOf: r.AsOf, Version: r.shown.Version, Shown: p,
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
