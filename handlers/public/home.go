package public

import (
	"cmp"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/notices"
)

type homePage struct {
	page.Base
	Open     []openSurvey
	Told     []toldNotice
	Tally    tally
	Late     []promised
	Promises bool // whether anything was ever promised
}

// openSurvey is a survey that can be answered now.
type openSurvey struct {
	Slug    string
	Title   surveys.Text
	Purpose surveys.Text
	Promise surveys.Date
	Closes  surveys.Date
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

// showHome handles GET /.
func (p *pages) showHome(c *gin.Context) error {
	t, err := p.tell(c, "")
	if err != nil {
		return err
	}
	today := page.Today(c)
	list := promisesOf(t, today)
	v := homePage{Base: p.kit.PublicBase(c), Tally: tallyOf(list), Promises: len(list) > 0}
	v.Open = openNow(t, today)
	v.Told = newestNotices(t)
	for _, each := range list {
		if each.Late() {
			v.Late = append(v.Late, each)
		}
	}
	return p.home.Render(c, http.StatusOK, v)
}

// openNow are the surveys that everybody can answer today, those that close first on top.
func openNow(t told, today surveys.Date) []openSurvey {
	var list []openSurvey
	for _, s := range t.surveys {
		if s.Phase(today) == surveys.Running && s.Mode == surveys.Open {
			list = append(list, openSurvey{Slug: s.Slug, Title: s.Title, Purpose: s.Purpose,
				Promise: s.Promise.Expected(), Closes: s.Closes})
		}
	}
	slices.SortFunc(list, func(a, b openSurvey) int {
		return cmp.Or(cmp.Compare(a.Closes, b.Closes), cmp.Compare(a.Slug, b.Slug))
	})
	return list
}

// newestNotices are the newest answers to what people said.
func newestNotices(t told) []toldNotice {
	var list []toldNotice
	for _, s := range t.surveys {
		n := t.newest(s.ID, notices.FollowUp)
		if n == nil {
			continue
		}
		list = append(list, toldNotice{Slug: s.Slug, Title: s.Title, Said: n.Said, Decided: n.Decided,
			Decisions: t.decisionsOf(n), On: n.PublishedOn})
	}
	slices.SortFunc(list, func(a, b toldNotice) int {
		return cmp.Or(cmp.Compare(b.On, a.On), cmp.Compare(a.Slug, b.Slug))
	})
	return list[:min(len(list), newestTold)]
}
