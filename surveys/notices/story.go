package notices

import (
	"slices"
	"time"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/decisions"
)

// Story is what was done with a survey, as everybody may read it: what we asked,
// what you said, what we decided and why, what happens next, and when. It walks
// from the published notices to the decisions that they tell of.
type Story struct {
	Survey    *surveys.Survey
	Published []Notice             // the newest first
	Answer    *Notice              // the newest published follow-up; nil while there is none
	Decisions []decisions.Decision // those that the answer tells of, in its order
	Promise   surveys.PromiseState
	Due       surveys.Date // the promised day
	Expected  surveys.Date // the newest day to expect an answer on
	NextOn    surveys.Date // the first day on which something happens; "" when none is named
	Step      int          // where the loop stands; see the constants
}

// Where the loop of a survey stands, of the seven steps: asked, answered, learned,
// decided, told, trained, asked again.
const (
	Answering = 2
	Learning  = 3
	Deciding  = 4
	Training  = 6 // or whatever happens because of what was decided
)

// Tell makes the story of a survey. Concepts are nobody's business and stay out.
func Tell(s *surveys.Survey, notices []Notice, all []decisions.Decision, today surveys.Date) Story {
	story := Story{Survey: s, Promise: s.Promise.State(today), Due: s.Promise.Due(), Expected: s.Promise.Expected()}
	for _, n := range notices {
		if n.Survey == s.ID && !n.PublishedAt.IsZero() {
			story.Published = append(story.Published, n)
		}
	}
	slices.SortStableFunc(story.Published, func(a, b Notice) int { return b.PublishedAt.Compare(a.PublishedAt) })
	story.Step = stepOf(s, len(story.Published), today)
	at := slices.IndexFunc(story.Published, func(n Notice) bool { return n.Kind == FollowUp })
	if at < 0 {
		return story
	}
	story.Answer = &story.Published[at]
	for _, id := range story.Answer.Decisions {
		at := slices.IndexFunc(all, func(d decisions.Decision) bool { return d.ID == id && !d.RecordedAt.IsZero() })
		if at < 0 {
			continue
		}
		d := all[at]
		story.Decisions = append(story.Decisions, d)
		if d.NextOn != "" && (story.NextOn == "" || d.NextOn < story.NextOn) {
			story.NextOn = d.NextOn
		}
	}
	return story
}

// stepOf is where the loop stands: answering until it closes, learning after that,
// deciding once anything was told, and what follows once the promise is kept.
func stepOf(s *surveys.Survey, told int, today surveys.Date) int {
	switch {
	case s.Promise.KeptOn != "":
		return Training
	case s.Phase(today) != surveys.Closed:
		return Answering
	case told > 0:
		return Deciding
	}
	return Learning
}

// Publish publishes the notice of a survey and does to its promise what the notice
// says: an answer keeps it, a late notice moves it to a new day, with the notice's
// words as the reason. open is the number of findings without a decision.
func Publish(n *Notice, s *surveys.Survey, open int, to surveys.Date, now time.Time) error {
	if n.Kind == Late {
		if err := s.MovePromise(to, n.Next, surveys.DateOf(now)); err != nil {
			return err
		}
	}
	if err := n.Publish(now, open); err != nil {
		return err
	}
	if n.Kind == FollowUp {
		s.KeepPromise(n.PublishedOn)
	}
	return nil
}
