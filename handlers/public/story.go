package public

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/notices"
)

// storyPage tells one survey's promise with everything that was told about it, so
// that people without a receipt code can read it too.
type storyPage struct {
	page.Base
	Promise promised
	Notices []toldStory
	Step    int  // where the loop stands, 1 to 7
	CanDo   bool // whether everybody can still take part
}

// toldStory is one published notice.
type toldStory struct {
	Kind                      notices.Kind
	Asked, Said, Decided, Now surveys.Text
	Decisions                 []decided
	On                        surveys.Date
}

// Steps are the decisions' next steps that have a day, each once.
func (s toldStory) Steps() []decided {
	var steps []decided
	for _, d := range s.Decisions {
		same := func(o decided) bool { return o.Next == d.Next && o.NextOn == d.NextOn }
		if d.NextOn != "" && !slices.ContainsFunc(steps, same) {
			steps = append(steps, d)
		}
	}
	return steps
}

// Answer tells whether it is the answer itself, and not news in between.
func (s toldStory) Answer() bool { return s.Kind == notices.FollowUp }

// Texts are the texts of news in between, which asks and decides nothing of its own.
func (s toldStory) Texts(lang surveys.Lang) []string {
	var texts []string
	for _, text := range []surveys.Text{s.Asked, s.Said, s.Decided, s.Now} {
		if !text.Empty() {
			texts = append(texts, text.In(lang))
		}
	}
	return texts
}

// Key is the heading of the notice.
func (s toldStory) Key() string { return "public.story." + string(s.Kind) }

// showStory handles GET /beloften/:slug.
func (p *pages) showStory(c *gin.Context) error {
	t, err := p.tell(c, "")
	if err != nil {
		return err
	}
	i := slices.IndexFunc(t.surveys, func(s surveys.Survey) bool { return s.Slug == c.Param("slug") })
	if i < 0 {
		return fmt.Errorf("story of a survey: %w", surveys.ErrNotFound)
	}
	s, today := &t.surveys[i], page.Today(c)
	v := storyPage{Base: p.kit.PublicBase(c), Promise: promiseOf(s, t, today)}
	v.CanDo = s.Mode == surveys.Open && s.Phase(today) == surveys.Running
	list := slices.Clone(t.notices[s.ID])
	slices.SortFunc(list, func(a, b notices.Notice) int { return b.PublishedAt.Compare(a.PublishedAt) })
	for _, n := range list {
		v.Notices = append(v.Notices, toldStory{Kind: n.Kind, Asked: n.Asked, Said: n.Said, Decided: n.Decided,
			Now: n.Next, Decisions: t.decisionsOf(&n), On: n.PublishedOn})
	}
	v.Step = stepOf(s, v, today)
	return p.story.Render(c, http.StatusOK, v)
}

// stepOf is where the loop stands: answering while it runs, learning after it,
// deciding once a decision is told of, and training or the next step after the answer.
func stepOf(s *surveys.Survey, v storyPage, today surveys.Date) int {
	const answer, learn, decide, train = 2, 3, 4, 6
	switch {
	case s.Promise.KeptOn != "":
		return train
	case s.Phase(today) != surveys.Closed:
		return answer
	case len(v.Notices) > 0:
		return decide
	}
	return learn
}
