package public

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/notices"
	"weerklank.nl/weerklank/surveys/training"
)

// storyPage tells one survey's promise with everything that was told about it, so
// that people without a receipt code can read it too.
type storyPage struct {
	page.Base
	Promise promised
	Notices []toldStory   // the newest first
	Step    int           // where the loop stands, 1 to 7
	CanDo   bool          // whether everybody can still take part
	Hold    *surveys.Hold // what is left is kept longer than was said
}

// toldStory is one published notice. Only the newest answer comes with its decisions
// and courses: it tells what holds.
type toldStory struct {
	Kind                      notices.Kind
	Asked, Said, Decided, Now surveys.Text
	Decisions                 []decided
	Courses                   []course
	Steps                     []step
	On                        surveys.Date
	Answer                    bool
}

// course is a course that a decision orders: who it is for, what it costs and who
// pays are open to everybody.
type course struct {
	Title, Audience, Funding, Aftercare, CoDesign surveys.Text
	Sessions, PerPerson                           int // PerPerson in whole euros; 0 when not known
}

// step is what happens because of a decision: in its own words where those are not
// the notice's, and on which day.
type step struct {
	Text, Course surveys.Text // Course is the title of the course that begins then
	On           surveys.Date
}

// Texts are the texts of news in between, which asks and decides nothing of its own.
func (s toldStory) Texts() []surveys.Text {
	var texts []surveys.Text
	for _, text := range []surveys.Text{s.Asked, s.Said, s.Decided, s.Now} {
		if !text.Empty() {
			texts = append(texts, text)
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
	v.Hold = s.HeldOn(today)
	v.CanDo = s.Mode == surveys.Open && s.Phase(today) == surveys.Running
	story := t.storyOf(s, today)
	for i := range story.Published {
		n := &story.Published[i]
		one := toldOf(n)
		if n == story.Answer {
			one.Answer, one.Decisions = true, decidedOf(story.Decisions)
			if err := p.addCourses(c, &one); err != nil {
				return err
			}
		}
		v.Notices = append(v.Notices, one)
	}
	v.Step = story.Step
	return p.story.Render(c, http.StatusOK, v)
}

func toldOf(n *notices.Notice) toldStory {
	return toldStory{Kind: n.Kind, Asked: n.Asked, Said: n.Said, Decided: n.Decided, Now: n.Next, On: n.PublishedOn}
}

// addCourses adds the courses that the decisions order, and the steps that follow.
func (p *pages) addCourses(c *gin.Context, s *toldStory) error {
	org := page.Org(c)
	designs := map[surveys.ID]*training.Design{}
	for _, d := range s.Decisions {
		if d.Design == "" || designs[d.Design] != nil {
			continue
		}
		design, err := p.store.FindDesignRevision(c.Request.Context(), org.ID, d.Design, d.Ordered)
		if err != nil {
			return fmt.Errorf("find the course that a decision orders: %w", err)
		}
		designs[d.Design] = design
		if strings.Contains(s.Now.NL, design.Title.NL) { // the notice tells of it in words
			continue
		}
		s.Courses = append(s.Courses, course{Title: design.Title, Audience: design.Audience, Funding: org.Structure.FundingName(design.Funding),
			Aftercare: design.Aftercare, CoDesign: design.CoDesign, Sessions: design.Sessions, PerPerson: design.CostPerParticipant()})
	}
	for _, d := range s.Decisions {
		next := step{On: d.NextOn}
		if d.Next != s.Now {
			next.Text = d.Next
		}
		if design := designs[d.Design]; design != nil && d.NextOn != "" {
			next.Course = design.Title
		}
		if next != (step{}) && !slices.Contains(s.Steps, next) {
			s.Steps = append(s.Steps, next)
		}
	}
	return nil
}
