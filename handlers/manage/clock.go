package manage

import (
	"context"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
)

// ClockStore keeps the hour in which the clock was last believed.
type ClockStore interface {
	ClockSeen(ctx context.Context) (time.Time, error)
	SeeClock(ctx context.Context, now time.Time) error
}

// clockJumped tells when the clock was last believed, and whether it may have jumped
// since, so that nothing is closed, sent or deleted.
func (d Deps) clockJumped(c *gin.Context) (seen time.Time, jumped bool, err error) {
	if d.Clock == nil || d.Synced == nil {
		return time.Time{}, false, nil
	}
	seen, err = d.Clock.ClockSeen(c.Request.Context())
	return seen, err == nil && surveys.ClockJumped(seen, page.Now(c), d.Synced), err
}

// clockPages are for the administrator: what the clock says, and the way on for who
// knows that it is right.
type clockPages struct {
	kit  *page.Kit
	deps Deps
	one  *page.Template[clockPage]
}

type clockPage struct {
	page.Base
	Jumped         bool
	NeverSeen      bool
	Day, SeenDay   surveys.Date
	Time, SeenTime string // hours and minutes in the organisation's zone
}

func mountClock(staff *page.StaffGroup, k *page.Kit, d Deps) {
	p := &clockPages{k, d, page.View[clockPage](k, files, "clock.html")}
	staff.GET("/beheer/klok", surveys.ManageSettings, p.show)
	staff.POST("/beheer/klok", surveys.ManageSettings, p.believe)
}

// show handles GET /beheer/klok.
func (p *clockPages) show(c *gin.Context) error {
	seen, jumped, err := p.deps.clockJumped(c)
	if err != nil {
		return err
	}
	const clock = "15:04"
	zone := page.Org(c).Location()
	now, before := page.Now(c).In(zone), seen.In(zone)
	return p.one.Render(c, http.StatusOK, clockPage{Base: p.kit.StaffBase(c), Jumped: jumped, NeverSeen: seen.IsZero(), Day: surveys.DateOf(now), Time: now.Format(clock),
		SeenDay: surveys.DateOf(before), SeenTime: before.Format(clock)})
}

// believe handles POST /beheer/klok: somebody says that the clock is right.
func (p *clockPages) believe(c *gin.Context) error {
	_, jumped, err := p.deps.clockJumped(c)
	if err != nil {
		return err
	}
	if !jumped {
		return p.kit.SeeOther(c, "/beheer/klok", "clock.not_jumped")
	}
	if err := p.deps.Clock.SeeClock(c.Request.Context(), page.Now(c)); err != nil {
		return err
	}
	if p.deps.Wake != nil {
		p.deps.Wake()
	}
	return p.kit.SeeOther(c, "/beheer", "clock.believed")
}
