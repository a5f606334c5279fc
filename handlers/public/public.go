package public

import (
	"context"
	"embed"
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/decisions"
	"weerklank.nl/weerklank/surveys/notices"
)

//go:embed *.html
var files embed.FS

type pages struct {
	kit      *page.Kit
	store    Store
	minutes  *minutes
	home     *page.Template[homePage]
	promises *page.Template[promisesPage]
	story    *page.Template[storyPage]
	privacy  *page.Template[privacyPage]
	access   *page.Template[accessPage]
}

// Mount adds the pages for everybody to the group of kit.Pages.
func Mount(r *gin.RouterGroup, k *page.Kit, store Store) {
	p := &pages{
		kit: k, store: store, minutes: newMinutes(store),
		home:     page.View[homePage](k, files, "home.html", "shared.html"),
		promises: page.View[promisesPage](k, files, "promises.html", "shared.html"),
		story:    page.View[storyPage](k, files, "story.html", "shared.html"),
		privacy:  page.View[privacyPage](k, files, "privacy.html", "contact.html"),
		access:   page.View[accessPage](k, files, "accessibility.html", "contact.html"),
	}
	r.GET("/", k.Handle(p.showHome))
	r.GET("/beloften", k.Handle(p.showPromises))
	r.GET("/beloften/:slug", k.Handle(p.showStory))
	r.GET("/privacy", k.Handle(p.showPrivacy))
	r.GET("/toegankelijkheid", k.Handle(p.showAccess))
	r.GET("/logo/:hash", k.Handle(p.showLogo))
}

// Health adds what a supervisor asks: /healthz says that the process lives,
// /readyz whether ready finds nothing wrong. They know no organisation.
func Health(r *gin.Engine, ready func(context.Context) error) {
	r.GET("/healthz", func(c *gin.Context) {
		c.Header("Cache-Control", "no-store")
		c.String(http.StatusOK, "ok\n")
	})
	r.GET("/readyz", func(c *gin.Context) {
		c.Header("Cache-Control", "no-store")
		if err := ready(c.Request.Context()); err != nil {
			c.String(http.StatusServiceUnavailable, "not ready\n")
			return
		}
		c.String(http.StatusOK, "ready\n")
	})
}

// told is everything that the pages tell about the surveys of an organisation.
type told struct {
	surveys   []surveys.Survey
	notices   map[surveys.ID][]notices.Notice // published ones, by survey
	decisions []decisions.Decision
}

// tell reads what was asked, promised and told; one survey's with survey, else all.
func (p *pages) tell(c *gin.Context, survey surveys.ID) (told, error) {
	ctx, org := c.Request.Context(), page.Org(c).ID
	t := told{notices: map[surveys.ID][]notices.Notice{}}
	all, err := p.store.ListSurveys(ctx, org)
	if err != nil {
		return t, fmt.Errorf("list surveys: %w", err)
	}
	for _, s := range all {
		if !s.OpenedAt.IsZero() {
			t.surveys = append(t.surveys, s)
		}
	}
	list, err := p.store.ListNotices(ctx, org, survey)
	if err != nil {
		return t, fmt.Errorf("list notices: %w", err)
	}
	for _, n := range list {
		if !n.PublishedAt.IsZero() {
			t.notices[n.Survey] = append(t.notices[n.Survey], n)
		}
	}
	if t.decisions, err = p.store.ListDecisions(ctx, org, survey); err != nil {
		return t, fmt.Errorf("list decisions: %w", err)
	}
	return t, nil
}

// newest is the newest published notice of the survey of the kind; nil without one.
func (t told) newest(survey surveys.ID, kind notices.Kind) *notices.Notice {
	var found *notices.Notice
	for i, n := range t.notices[survey] {
		if n.Kind == kind && (found == nil || n.PublishedAt.After(found.PublishedAt)) {
			found = &t.notices[survey][i]
		}
	}
	return found
}

// storyOf is what was done with a survey, as everybody may read it.
func (t told) storyOf(s *surveys.Survey, today surveys.Date) notices.Story {
	return notices.Tell(s, t.notices[s.ID], t.decisions, today)
}

// decidedOf are decisions as people read them.
func decidedOf(list []decisions.Decision) []decided {
	all := make([]decided, 0, len(list))
	for _, d := range list {
		all = append(all, decided{Outcome: d.Outcome, What: d.What, Reason: d.Reason, By: d.DecidedBy, On: d.DecidedOn, Next: d.Next, NextOn: d.NextOn, Design: d.Design, Ordered: d.DesignRevision})
	}
	return all
}

// decided is a decision as people read it.
type decided struct {
	Outcome          decisions.Outcome
	What, Reason, By surveys.Text
	On               surveys.Date
	Next             surveys.Text
	NextOn           surveys.Date
	Design           surveys.ID // of the course that it orders; "" when none
	Ordered          int        // the revision of that design
}

// Tone is the colour beside the outcome's words.
func (d decided) Tone() string {
	switch d.Outcome {
	case decisions.Adopted, decisions.AlreadyDone:
		return "success"
	case decisions.NotAdopted, decisions.Parked:
		return "neutral"
	}
	return ""
}

// Key is the text of the outcome.
func (d decided) Key() string { return "public.outcome." + string(d.Outcome) }

// WithReason tells whether the reason stands beside the outcome: a no needs one at once.
func (d decided) WithReason() bool {
	return d.Outcome == decisions.NotAdopted || d.Outcome == decisions.Parked
}

// showLogo serves the organisation's logo under its hash. It was cleaned before it
// was stored; the policy keeps anything in it from running or loading all the same.
func (p *pages) showLogo(c *gin.Context) error {
	org := page.Org(c)
	if org.LogoType == "" || c.Param("hash") != org.LogoHash {
		return fmt.Errorf("logo: %w", surveys.ErrNotFound)
	}
	c.Header("Content-Security-Policy", "default-src 'none'; sandbox")
	c.Header("Cache-Control", "public, max-age=31536000, immutable")
	page.Write(c, http.StatusOK, org.LogoType, org.Logo)
	return nil
}
