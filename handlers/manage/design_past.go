package manage

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/training"
)

// designPastPage shows what the course of a decision was before it was changed.
type designPastPage struct {
	page.Base
	Crumbs    []page.Crumb
	Decision  surveys.ID
	Now       *designView
	Past      []pastDesign // the newest first
	MayPut    bool         // the decision is a concept, and the reader may change it
	NowNumber int
	Revision  int // of what stands now
}

type pastDesign struct {
	Revision int
	Number   int // as people count: from 1
	Design   designView
}

// showPast handles GET /beheer/besluiten/:id/opleiding/eerder.
func (p *designPages) showPast(c *gin.Context) error {
	ctx, org := c.Request.Context(), page.Org(c).ID
	d, err := p.Store.FindDecision(ctx, org, surveys.ID(c.Param("id")))
	if err != nil {
		return err
	}
	v := designPastPage{Base: p.kit.StaffBase(c), Decision: d.ID}
	v.MayPut = d.Change() == nil && v.Staff.May(surveys.ManageDecisions)
	if d.Design == "" || d.RecordedAt.IsZero() && !v.MayPut {
		return surveys.ErrNotFound // a concept is nobody's business yet
	}
	now, err := p.Store.FindDesign(ctx, org, d.Design)
	if err != nil {
		return err
	}
	past, err := p.Store.ListDesignRevisions(ctx, org, d.Design)
	if err != nil {
		return err
	}
	w, err := p.wording(c)
	if err != nil {
		return err
	}
	stands := w.design(c, now)
	v.Now, v.NowNumber, v.Revision = &stands, now.Revision+1, now.Revision
	for i := range past {
		v.Past = append(v.Past, pastDesign{past[i].Revision, past[i].Revision + 1, w.design(c, &past[i])})
	}
	v.Crumbs = []page.Crumb{{Text: p.kit.Text(v.Lang, "menu.decisions", nil), Href: "/beheer/besluiten"},
		{Text: p.kit.Text(v.Lang, "decision.one", nil), Href: "/beheer/besluiten/" + string(d.ID)}, {Text: p.kit.Text(v.Lang, "design.past_title", nil)}}
	return p.past.Render(c, http.StatusOK, v)
}

// putBack handles POST /beheer/besluiten/:id/opleiding/eerder: an earlier design
// becomes the newest, and what stood there stays beside it.
func (p *designPages) putBack(c *gin.Context) error {
	ctx := c.Request.Context()
	d, err := p.decision(c)
	if err != nil {
		return err
	}
	if d == nil {
		return surveys.ErrChangedMeanwhile
	}
	past, err := p.Store.ListDesignRevisions(ctx, d.Org, d.Design)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(past, func(one training.Design) bool { return strconv.Itoa(one.Revision) == typed(c, "terug") })
	if at < 0 {
		return surveys.ErrNotFound
	}
	err = p.Store.ChangeDesign(ctx, d.Org, d.Design, func(kept *training.Design) error {
		if strconv.Itoa(kept.Revision) != typed(c, "revision") {
			return surveys.ErrChangedMeanwhile
		}
		now := kept.Revision
		*kept = past[at]
		kept.Revision = now
		return nil
	})
	if err != nil {
		return err
	}
	return p.kit.SeeOther(c, "/beheer/besluiten/"+string(d.ID)+"/opleiding/eerder", "design.put_back")
}
