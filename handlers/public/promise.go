package public

import (
	"cmp"
	"slices"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/notices"
)

// promised is a promise as people read it.
type promised struct {
	Slug     string
	Title    surveys.Text
	Audience surveys.Text
	Closes   surveys.Date // the last day on which people could answer
	State    surveys.PromiseState
	Days     int          // how late
	First    surveys.Date // promised first
	Due      surveys.Date // the day that counts
	Expected surveys.Date // the newest day
	KeptOn   surveys.Date
	Moves    []surveys.Move
	OpenTill surveys.Date // "" when nobody can take part any more
	Told     surveys.Text // what the newest notice says was decided
}

// promiseOf is the promise of an opened survey as it stands today.
func promiseOf(s *surveys.Survey, t told, today surveys.Date) promised {
	p := promised{
		Slug: s.Slug, Title: s.Title, Audience: s.Audience, Closes: s.Closes,
		State: s.Promise.State(today), Days: s.Promise.DaysLate(today),
		First: s.Promise.On, Due: s.Promise.Due(), Expected: s.Promise.Expected(),
		KeptOn: s.Promise.KeptOn, Moves: s.Promise.Moves,
	}
	if s.Phase(today) == surveys.Running {
		p.OpenTill = s.Closes
	}
	for _, kind := range []notices.Kind{notices.FollowUp, notices.Late, notices.Interim} {
		if n := t.newest(s.ID, kind); n != nil {
			p.Told = n.Decided
			if p.Told.Empty() {
				p.Told = n.Next
			}
			break
		}
	}
	return p
}

// Late, Running and Kept tell the three apart that a page counts.
func (p promised) Late() bool    { return p.State == surveys.PromiseLate }
func (p promised) Running() bool { return p.State == surveys.PromiseRunning }
func (p promised) Kept() bool {
	return p.State == surveys.PromiseKept || p.State == surveys.PromiseKeptLate
}

// Tone is the colour beside the state's words.
func (p promised) Tone() string {
	switch {
	case p.Late():
		return "danger"
	case p.Kept():
		return "success"
	}
	return ""
}

// NewDay is the day on which people may now expect to hear, where that is another
// day than the one that counts.
func (p promised) NewDay() surveys.Date {
	if p.Expected != p.Due {
		return p.Expected
	}
	return ""
}

// Reason is why the promise was last moved.
func (p promised) Reason() surveys.Text {
	if len(p.Moves) == 0 {
		return surveys.Text{}
	}
	return p.Moves[len(p.Moves)-1].Reason
}

// promisesOf are all promises: late ones first, then running ones, each with the
// first day on top; then kept ones with the newest on top.
func promisesOf(t told, today surveys.Date) []promised {
	list := make([]promised, 0, len(t.surveys))
	for i := range t.surveys {
		list = append(list, promiseOf(&t.surveys[i], t, today))
	}
	rank := func(p promised) int {
		switch {
		case p.Late():
			return 0
		case p.Running():
			return 1
		}
		return 2
	}
	slices.SortFunc(list, func(a, b promised) int {
		if c := cmp.Compare(rank(a), rank(b)); c != 0 {
			return c
		}
		if a.Kept() {
			return cmp.Or(cmp.Compare(b.KeptOn, a.KeptOn), cmp.Compare(a.Slug, b.Slug))
		}
		return cmp.Or(cmp.Compare(a.Due, b.Due), cmp.Compare(a.Slug, b.Slug))
	})
	return list
}

// tally counts promises by how they stand.
type tally struct{ Late, Running, Kept, InTime int }

func tallyOf(list []promised) tally {
	var t tally
	for _, p := range list {
		switch {
		case p.Late():
			t.Late++
		case p.Running():
			t.Running++
		default:
			t.Kept++
			if p.State == surveys.PromiseKept {
				t.InTime++
			}
		}
	}
	return t
}
