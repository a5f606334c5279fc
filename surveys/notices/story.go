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
	Answer    *Notice // the newest published follow-up; nil while there is none
	Others    []Notice
	Decisions []decisions.Decision // those that the answer tells of, in its order
	Promise   surveys.PromiseState
	Due       surveys.Date // the promised day
	Expected  surveys.Date // the newest day to expect an answer on
	NextOn    surveys.Date // the first day on which something happens; "" when none is named
}

// Tell makes the story of a survey. Concepts are nobody's business and stay out.
func Tell(s *surveys.Survey, notices []Notice, all []decisions.Decision, today surveys.Date) Story {
	story := Story{Survey: s, Promise: s.Promise.State(today), Due: s.Promise.Due(), Expected: s.Promise.Expected()}
	var published []Notice
	for _, n := range notices {
		if n.Survey == s.ID && !n.PublishedAt.IsZero() {
			published = append(published, n)
		}
	}
	slices.SortStableFunc(published, func(a, b Notice) int { return b.PublishedAt.Compare(a.PublishedAt) })
	for i := range published {
		if story.Answer == nil && published[i].Kind == FollowUp {
			story.Answer = &published[i]
			continue
		}
		story.Others = append(story.Others, published[i])
	}
	if story.Answer == nil {
		return story
	}
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
