package manage

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/decisions"
	"weerklank.nl/weerklank/surveys/disclosure"
)

// findingPages make findings of figures and show them.
type findingPages struct {
	*learner
	form *page.Template[findingFormPage]
	one  *page.Template[findingPage]
}

func mountFindings(staff *page.StaffGroup, l *learner) {
	p := &findingPages{l, page.View[findingFormPage](l.kit, files, "finding_form.html", "results_parts.html"),
		page.View[findingPage](l.kit, files, "finding.html", "results_parts.html")}
	staff.GET("/beheer/uitvragen/:id/bevinding", surveys.ManageDecisions, p.showForm)
	staff.POST("/beheer/uitvragen/:id/bevinding", surveys.ManageDecisions, p.make)
	staff.GET("/beheer/besluiten/bevinding/:id", surveys.ReadResults, p.show)
	staff.GET("/beheer/besluiten/bevinding/:id/weg", surveys.ManageDecisions, p.askRemove)
	staff.POST("/beheer/besluiten/bevinding/:id/weg", surveys.ManageDecisions, p.remove)
}

// findingFormPage makes a finding of one figure.
type findingFormPage struct {
	page.Base
	Crumbs      []page.Crumb
	Survey      surveys.ID
	Question    string
	Group       string
	Release     string // the number of the release that the figure was seen in
	AsOf        surveys.Date
	Figure      figureView
	Answers     []page.Option
	Focus       []string
	Statement   string
	StatementEN string
}

// readFigure finds the figure that an address or a form names.
func (p *findingPages) readFigure(c *gin.Context, value func(string) string) (*findingFormPage, *disclosure.Release, error) {
	s, err := p.survey(c)
	if err != nil {
		return nil, nil, err
	}
	v := &findingFormPage{Base: p.kit.StaffBase(c), Survey: s.ID, Question: value("vraag"), Group: value("groep")}
	r, err := p.release(c, s.ID)
	if err != nil {
		return nil, nil, err
	}
	if r == nil {
		return nil, nil, fmt.Errorf("finding of a survey without a release: %w", surveys.ErrNotFound)
	}
	q, known := r.Question(v.Question)
	w, err := p.wording(c)
	if err != nil {
		return nil, nil, err
	}
	w.slug = s.Slug
	v.Figure = w.figure(r, q, groupOf(v.Group))
	if !known || v.Figure.Hidden != "" {
		return nil, nil, fmt.Errorf("finding of a figure that is not shown: %w", surveys.ErrNotFound)
	}
	v.Release, v.AsOf = strconv.Itoa(r.Number), r.AsOf
	if !v.Figure.Banded {
		for _, row := range v.Figure.Rows {
			if !row.Hidden {
				v.Answers = append(v.Answers, page.Option{Value: row.Value, Text: row.Label})
			}
		}
	}
	v.Crumbs = p.crumbsOf(v.Lang, s, "/resultaten", page.Crumb{Text: p.kit.Text(v.Lang, "finding.crumb", nil)})
	return v, r, nil
}

// showForm handles GET /beheer/uitvragen/:id/bevinding.
func (p *findingPages) showForm(c *gin.Context) error {
	v, _, err := p.readFigure(c, c.Query)
	if err != nil {
		return err
	}
	return p.form.Render(c, http.StatusOK, *v)
}

// make handles POST /beheer/uitvragen/:id/bevinding: it freezes the figure.
func (p *findingPages) make(c *gin.Context) error {
	v, r, err := p.readFigure(c, c.PostForm)
	if err != nil {
		return err
	}
	v.Focus, v.Statement, v.StatementEN = c.PostFormArray("antwoord"), typed(c, "statement"), typed(c, "statement_en")
	seen := typed(c, "stand")
	var wrong surveys.Invalid
	if seen != v.Release {
		wrong.Add("statement", "finding.new_release")
	}
	if len(v.Focus) > 1 && v.Figure.Several {
		wrong.Add("antwoord", "finding.one_answer")
	}
	e, err := r.Evidence(v.Question, groupOf(v.Group), v.Focus...)
	if err != nil {
		return err
	}
	made, err := decisions.Find(decisions.Finding{
		ID: p.NewID(), Org: page.Org(c).ID, Survey: v.Survey, MadeOn: v.Today, MadeBy: v.Staff.ID,
		Statement: surveys.Text{NL: v.Statement, EN: v.StatementEN},
	}, e)
	if problems, err := refused(err); err != nil {
		return err
	} else if v.Problems = append(wrong, problems...); len(v.Problems) > 0 {
		return p.form.Render(c, http.StatusUnprocessableEntity, *v)
	}
	if err := p.Store.AddFinding(c.Request.Context(), made); err != nil {
		return err
	}
	return p.kit.SeeOther(c, "/beheer/besluiten/bevinding/"+string(made.ID), "finding.made")
}

// findingPage shows a finding with its frozen evidence and what was decided.
type findingPage struct {
	page.Base
	Crumbs     []page.Crumb
	ID         surveys.ID
	Survey     surveys.ID
	Statement  surveys.Text
	MadeOn     surveys.Date
	Evidence   []evidenceView
	Decisions  []decisionRow
	MayDecide  bool
	MayRemove  bool
	PromisedOn surveys.Date
	Kept       bool
}

type evidenceView struct {
	Figure figureView
	AsOf   surveys.Date
}

func (w wording) evidences(f *decisions.Finding) []evidenceView {
	var all []evidenceView
	for _, e := range f.Evidence {
		all = append(all, evidenceView{w.evidence(e), e.AsOf})
	}
	return all
}

// show handles GET /beheer/besluiten/bevinding/:id.
func (p *findingPages) show(c *gin.Context) error {
	ctx, org := c.Request.Context(), page.Org(c).ID
	f, err := p.Store.FindFinding(ctx, org, surveys.ID(c.Param("id")))
	if err != nil {
		return err
	}
	s, err := p.Surveys.FindSurvey(ctx, org, f.Survey)
	if err != nil {
		return err
	}
	all, err := p.Store.ListDecisions(ctx, org, "")
	if err != nil {
		return err
	}
	w, err := p.wording(c)
	if err != nil {
		return err
	}
	w.slug = s.Slug
	v := findingPage{Base: p.kit.StaffBase(c), ID: f.ID, Survey: f.Survey, Statement: f.Statement, MadeOn: f.MadeOn,
		Evidence: w.evidences(f), PromisedOn: s.Promise.Expected(), Kept: s.Promise.KeptOn != ""}
	for _, d := range all {
		for _, id := range d.Findings {
			if id == f.ID {
				v.Decisions = append(v.Decisions, decisionRowOf(&d))
			}
		}
	}
	v.MayDecide = v.Staff.May(surveys.ManageDecisions)
	v.MayRemove = v.MayDecide && f.Remove(all) == nil
	v.Crumbs = []page.Crumb{{Text: p.kit.Text(v.Lang, "menu.decisions", nil), Href: "/beheer/besluiten"},
		{Text: s.Title.In(v.Lang), Href: "/beheer/uitvragen/" + string(s.ID) + "/resultaten"}, {Text: p.kit.Text(v.Lang, "finding.one", nil)}}
	return p.one.Render(c, http.StatusOK, v)
}

// askRemove handles GET /beheer/besluiten/bevinding/:id/weg.
func (p *findingPages) askRemove(c *gin.Context) error {
	f, err := p.Store.FindFinding(c.Request.Context(), page.Org(c).ID, surveys.ID(c.Param("id")))
	if err != nil {
		return err
	}
	return p.ask(c, "finding.remove", "/beheer/besluiten/bevinding/"+string(f.ID), true, map[string]any{"Statement": f.Statement})
}

// remove handles POST /beheer/besluiten/bevinding/:id/weg.
func (p *findingPages) remove(c *gin.Context) error {
	ctx, org := c.Request.Context(), page.Org(c).ID
	f, err := p.Store.FindFinding(ctx, org, surveys.ID(c.Param("id")))
	if err != nil {
		return err
	}
	all, err := p.Store.ListDecisions(ctx, org, "")
	if err != nil {
		return err
	}
	if f.Remove(all) != nil {
		return p.kit.SeeOther(c, "/beheer/besluiten/bevinding/"+url.PathEscape(string(f.ID)), "finding.decided")
	}
	if err := p.Store.RemoveFinding(ctx, org, f.ID); err != nil {
		return err
	}
	return p.kit.SeeOther(c, "/beheer/uitvragen/"+string(f.Survey)+"/resultaten", "finding.removed")
}
