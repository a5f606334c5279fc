package public

import (
	"cmp"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
)

type homePage struct {
	page.Base
	Open     []openSurvey
	Told     []toldNotice
	Tally    tally
	Late     []promised // the first of them, which stand on top
	Promises bool       // whether anything was ever promised
}

// openSurvey is a survey that can be answered now.
type openSurvey struct {
	Slug    string
	Title   surveys.Text
	Purpose surveys.Text
	Promise surveys.Date
	Closes  surveys.Date
	Minutes int // that it takes, about
}

// toldNotice is what was done with what people said.
type toldNotice struct {
	Slug      string
	Title     surveys.Text
	Said      surveys.Text
	Decisions []decided
	Decided   surveys.Text
	On        surveys.Date
}

// newestTold is how many notices the first page tells; the rest is one step away.
const newestTold = 3

// mostLate is how many late promises stand on top of the first page; all of them
// stand on the page with promises.
const mostLate = 2

// showHome handles GET /.
func (p *pages) showHome(c *gin.Context) error {
	t, err := p.tell(c, "")
	if err != nil {
		return err
	}
	today := page.Today(c)
	list := promisesOf(t, today)
	v := homePage{Base: p.kit.PublicBase(c), Tally: tallyOf(list), Promises: len(list) > 0}
	if v.Open, err = p.openNow(c, t, today); err != nil {
		return err
	}
	v.Told = newestNotices(t, today)
	for _, each := range list {
		if each.Late() && len(v.Late) < mostLate {
			v.Late = append(v.Late, each)
		}
	}
	return p.home.Render(c, http.StatusOK, v)
}

// openNow are the surveys that everybody can answer today, those that close first on top.
func (p *pages) openNow(c *gin.Context, t told, today surveys.Date) ([]openSurvey, error) {
	var list []openSurvey
	for i := range t.surveys {
		s := &t.surveys[i]
		if s.Phase(today) != surveys.Running || s.Mode != surveys.Open {
			continue
		}
		minutes, err := p.minutes.of(c.Request.Context(), s)
		if err != nil {
			return nil, err
		}
		list = append(list, openSurvey{Slug: s.Slug, Title: s.Title, Purpose: s.Purpose,
			Promise: s.Promise.Expected(), Closes: s.Closes, Minutes: minutes})
	}
	slices.SortFunc(list, func(a, b openSurvey) int {
		return cmp.Or(cmp.Compare(a.Closes, b.Closes), cmp.Compare(a.Slug, b.Slug))
	})
	return list, nil
}

// newestNotices are the newest answers to what people said.
func newestNotices(t told, today surveys.Date) []toldNotice {
	var list []toldNotice
	for i := range t.surveys {
		s := &t.surveys[i]
		story := t.storyOf(s, today)
		if n := story.Answer; n != nil {
			list = append(list, toldNotice{Slug: s.Slug, Title: s.Title, Said: n.Said, Decided: n.Decided,
				Decisions: decidedOf(story.Decisions), On: n.PublishedOn})
		}
	}
	slices.SortFunc(list, func(a, b toldNotice) int {
		return cmp.Or(cmp.Compare(b.On, a.On), cmp.Compare(a.Slug, b.Slug))
	})
	return list[:min(len(list), newestTold)]
}
