package manage

import (
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
)

// haltedPages are for the administrator: the surveys that make no release since a
// backup was put back, and the way on for who knows that nothing was shown.
type haltedPages struct {
	kit  *page.Kit
	deps Deps
	all  *page.Template[haltedPage]
}

func mountHalted(staff *page.StaffGroup, k *page.Kit, d Deps) {
	p := &haltedPages{k, d, page.View[haltedPage](k, files, "halted.html")}
	staff.GET("/beheer/stilgelegd", surveys.ManageSettings, p.show)
	staff.POST("/beheer/stilgelegd", surveys.ManageSettings, p.change)
}

type haltedPage struct {
	page.Base
	Surveys []haltedSurvey
	Reason  string // as it was typed, for the survey with the problem
	Wrong   surveys.ID
}

type haltedSurvey struct {
	ID        surveys.ID
	Title     surveys.Text
	Since     surveys.Date
	ResumedOn surveys.Date
	By        surveys.Text
	Reason    string
}

// Stopped tells whether it makes no release.
func (s haltedSurvey) Stopped() bool { return s.ResumedOn == "" }

// Typed is what was typed about the survey.
func (v haltedPage) Typed(id surveys.ID) string {
	if id == v.Wrong {
		return v.Reason
	}
	return ""
}

// show handles GET /beheer/stilgelegd.
func (p *haltedPages) show(c *gin.Context) error {
	return p.render(c, http.StatusOK, haltedPage{})
}

func (p *haltedPages) render(c *gin.Context, status int, v haltedPage) error {
	ctx, org := c.Request.Context(), page.Org(c).ID
	list, err := p.deps.Releases.ListHalted(ctx, org)
	if err != nil {
		return err
	}
	accounts, err := p.deps.Accounts.ListAccounts(ctx, org)
	if err != nil {
		return err
	}
	problems := v.Problems
	v.Base = p.kit.StaffBase(c)
	v.Problems = problems
	for _, h := range list {
		s, err := p.deps.Ask.FindSurvey(ctx, org, h.Survey)
		if err != nil {
			return err
		}
		row := haltedSurvey{ID: s.ID, Title: s.Title, Since: h.Since, ResumedOn: h.ResumedOn, Reason: h.Reason}
		for _, a := range accounts {
			if a.ID == h.ResumedBy {
				row.By = a.Title
			}
		}
		v.Surveys = append(v.Surveys, row)
	}
	return p.all.Render(c, status, v)
}

// change handles POST /beheer/stilgelegd: "ga" is "hervatten" or "stilleggen".
func (p *haltedPages) change(c *gin.Context) error {
	id, reason, halt := surveys.ID(typed(c, "survey")), typed(c, "reason-"+typed(c, "survey")), typed(c, "ga") == "stilleggen"
	err := p.deps.Releases.ChangeHalted(c.Request.Context(), page.Org(c).ID, id, func(h *disclosure.Halted) error {
		if halt {
			h.Halt()
			return nil
		}
		return h.Resume(page.Staff(c).ID, reason, page.Today(c))
	})
	var wrong surveys.Invalid
	if errors.As(err, &wrong) {
		v := haltedPage{Reason: reason, Wrong: id}
		for _, each := range wrong {
			v.Problems.Add(each.Field+"-"+string(id), each.Key)
		}
		return p.render(c, http.StatusUnprocessableEntity, v)
	}
	if err != nil {
		return err
	}
	if halt {
		return p.kit.SeeOther(c, "/beheer/stilgelegd", "halted.now_halted")
	}
	return p.kit.SeeOther(c, "/beheer/stilgelegd", "halted.now_resumed")
}
