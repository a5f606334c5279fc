package manage

import (
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
)

// councilPages are for the client councils: the surveys that they may see, with
// the same figures on the same day as management.
type councilPages struct {
	*learner
	all  *page.Template[councilPage]
	show *page.Template[resultsPage]
}

func mountCouncil(staff *page.StaffGroup, l *learner, results *page.Template[resultsPage]) {
	p := &councilPages{l, page.View[councilPage](l.kit, files, "council.html"), results}
	staff.GET("/beheer/raad", surveys.ReadCouncil, p.list)
	staff.GET("/beheer/raad/:id", surveys.ReadCouncil, p.results)
}

type councilPage struct {
	page.Base
	Surveys   []councilSurvey
	NoCouncil bool // nobody said of which council the reader is
}

type councilSurvey struct {
	ID       surveys.ID
	Slug     string
	Title    surveys.Text
	Purpose  surveys.Text
	Phase    string // a key
	StateKey string
	Tone     string
	Days     int
	Due      surveys.Date
	Expected surveys.Date
	KeptOn   surveys.Date
	AsOf     surveys.Date // of the newest release; "" while there is none
	Councils []string
}

// list handles GET /beheer/raad.
func (p *councilPages) list(c *gin.Context) error {
	asked, err := p.Surveys.ListSurveys(c.Request.Context(), page.Org(c).ID)
	if err != nil {
		return err
	}
	standings, err := p.Releases.ListStandings(c.Request.Context(), page.Org(c).ID)
	if err != nil {
		return err
	}
	v := councilPage{Base: p.kit.StaffBase(c), NoCouncil: page.Staff(c).Council == ""}
	for i := range asked {
		s := &asked[i]
		if !s.ShownToCouncil(page.Staff(c)) {
			continue
		}
		notice := noticeSurveyOf(s, nil, v.Today, false)
		row := councilSurvey{ID: s.ID, Slug: s.Slug, Title: s.Title, Purpose: s.Purpose, Phase: "results.phase." + string(s.Phase(v.Today)),
			StateKey: notice.StateKey, Tone: notice.Tone, Days: notice.Days, Due: notice.Due, Expected: notice.Expected, KeptOn: notice.KeptOn}
		for _, id := range s.Councils {
			row.Councils = append(row.Councils, councilName(c, id))
		}
		row.AsOf = standings[s.ID].AsOf
		v.Surveys = append(v.Surveys, row)
	}
	return p.all.Render(c, http.StatusOK, v)
}

// councils are the client councils of the organisation.
func councils(c *gin.Context) []page.Option {
	return page.TextOptions(page.Org(c).Structure.Councils, func(u surveys.Unit) (string, string) { return u.ID, u.Name.In(page.Language(c)) })
}

func councilName(c *gin.Context, id string) string {
	for _, u := range page.Org(c).Structure.Councils {
		if u.ID == id {
			return u.Name.In(page.Language(c))
		}
	}
	return id
}

// results handles GET /beheer/raad/:id: the figures that management sees.
func (p *councilPages) results(c *gin.Context) error {
	s, err := p.survey(c)
	if err != nil {
		return err
	}
	if !s.ShownToCouncil(page.Staff(c)) {
		return fmt.Errorf("results for a council: %w", surveys.ErrNotFound)
	}
	v, err := p.page(c, s)
	if err != nil {
		return err
	}
	v.Council = true
	if v.Written != "" {
		v.Written = "/beheer/raad/" + string(s.ID) + "/geschreven"
	}
	v.Crumbs = []page.Crumb{{Text: p.kit.Text(v.Lang, "menu.council", nil), Href: "/beheer/raad"}, {Text: s.Title.In(v.Lang)}}
	return p.show.Render(c, http.StatusOK, *v)
}
