package manage

import (
	"errors"
	"net/http"
	"slices"
	"strconv"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/decisions"
)

// decisionPages take decisions about findings, as a concept first when wanted.
type decisionPages struct {
	*learner
	all  *page.Template[decisionListPage]
	form *page.Template[decisionFormPage]
	one  *page.Template[decisionPage]
}

func mountDecisions(staff *page.StaffGroup, l *learner) {
	p := &decisionPages{l, page.View[decisionListPage](l.kit, files, "decision_list.html", "results_parts.html"),
		page.View[decisionFormPage](l.kit, files, "decision_form.html", "results_parts.html"),
		page.View[decisionPage](l.kit, files, "decision.html", "results_parts.html")}
	may := surveys.ManageDecisions
	staff.GET("/beheer/besluiten", surveys.ReadResults, p.showAll)
	staff.GET("/beheer/besluiten/bevinding/:id/besluit", may, p.newForm)
	staff.POST("/beheer/besluiten/bevinding/:id/besluit", may, p.add)
	staff.GET("/beheer/besluiten/:id", surveys.ReadResults, p.show)
	staff.POST("/beheer/besluiten/:id", may, p.change)
	staff.POST("/beheer/besluiten/:id/opnieuw", may, p.replace)
	staff.GET("/beheer/besluiten/:id/weg", may, p.askRemove)
	staff.POST("/beheer/besluiten/:id/weg", may, p.remove)
}

// decisionPage is a recorded decision, which does not change.
type decisionPage struct {
	page.Base
	Crumbs     []page.Crumb
	ID         surveys.ID
	Survey     surveys.ID
	OutcomeKey string
	Tone       string
	What       surveys.Text
	Reason     surveys.Text
	By         surveys.Text
	On         surveys.Date
	Next       surveys.Text
	NextOn     surveys.Date
	Budget     int
	Findings   []findingEvidence
	Design     *designView
	Replaces   *decisionRow
	ReplacedBy *decisionRow
	MayReplace bool
}

// findingEvidence is a finding with what it rests on.
type findingEvidence struct {
	ID        surveys.ID
	Statement surveys.Text
	MadeOn    surveys.Date
	Evidence  []evidenceView
}

// show handles GET /beheer/besluiten/:id: a concept as a form, a recorded one to read.
func (p *decisionPages) show(c *gin.Context) error {
	d, err := p.Store.FindDecision(c.Request.Context(), page.Org(c).ID, surveys.ID(c.Param("id")))
	if err != nil {
		return err
	}
	if d.RecordedAt.IsZero() {
		if !page.Staff(c).May(surveys.ManageDecisions) {
			return surveys.ErrNotFound // a concept is nobody's business yet
		}
		v := formOf(d)
		return p.renderForm(c, http.StatusOK, v, d)
	}
	v := decisionPage{Base: p.kit.StaffBase(c), ID: d.ID, Survey: d.Survey, What: d.What, Reason: d.Reason, By: d.DecidedBy, On: d.DecidedOn,
		Next: d.Next, NextOn: d.NextOn, Budget: d.Budget, OutcomeKey: "decision.outcome." + string(d.Outcome), Tone: toneOf(d.Outcome)}
	if v.Findings, err = p.evidenceOf(c, d.Findings); err != nil {
		return err
	}
	if v.Design, err = p.designOf(c, d); err != nil {
		return err
	}
	all, err := p.Store.ListDecisions(c.Request.Context(), d.Org, "")
	if err != nil {
		return err
	}
	for i := range all {
		row := decisionRowOf(&all[i])
		if all[i].ID == d.Replaces {
			v.Replaces = &row
		}
		if all[i].Replaces == d.ID && !row.Concept {
			v.ReplacedBy = &row
		}
	}
	v.MayReplace = v.Staff.May(surveys.ManageDecisions) && v.ReplacedBy == nil
	v.Crumbs = []page.Crumb{{Text: p.kit.Text(v.Lang, "menu.decisions", nil), Href: "/beheer/besluiten"}, {Text: p.kit.Text(v.Lang, "decision.one", nil)}}
	return p.one.Render(c, http.StatusOK, v)
}

func (p *decisionPages) evidenceOf(c *gin.Context, ids []surveys.ID) ([]findingEvidence, error) {
	w, err := p.wording(c)
	if err != nil {
		return nil, err
	}
	var all []findingEvidence
	slugs := map[surveys.ID]string{} // they are mostly of one survey
	for _, id := range ids {
		f, err := p.Store.FindFinding(c.Request.Context(), page.Org(c).ID, id)
		if errors.Is(err, surveys.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if _, known := slugs[f.Survey]; !known {
			s, err := p.Surveys.FindSurvey(c.Request.Context(), f.Org, f.Survey)
			if err != nil {
				return nil, err
			}
			slugs[f.Survey] = s.Slug
		}
		w.slug = slugs[f.Survey]
		all = append(all, findingEvidence{f.ID, f.Statement, f.MadeOn, w.evidences(f)})
	}
	return all, nil
}

// newForm handles GET /beheer/besluiten/bevinding/:id/besluit.
func (p *decisionPages) newForm(c *gin.Context) error {
	d, err := p.newDecision(c)
	if err != nil {
		return err
	}
	return p.renderForm(c, http.StatusOK, formOf(d), d)
}

// newDecision is an empty decision about the finding that the address names.
func (p *decisionPages) newDecision(c *gin.Context) (*decisions.Decision, error) {
	f, err := p.Store.FindFinding(c.Request.Context(), page.Org(c).ID, surveys.ID(c.Param("id")))
	if err != nil {
		return nil, err
	}
	return &decisions.Decision{Org: f.Org, Survey: f.Survey, Findings: []surveys.ID{f.ID}, DecidedOn: page.Today(c)}, nil
}

// add handles POST /beheer/besluiten/bevinding/:id/besluit.
func (p *decisionPages) add(c *gin.Context) error {
	d, err := p.newDecision(c)
	if err != nil {
		return err
	}
	d.ID = p.NewID()
	form := readDecisionForm(c)
	if err := p.keepKnown(c, &form); err != nil {
		return err
	}
	if problems, err := refused(p.fill(c, form, d)); err != nil {
		return err
	} else if len(problems) > 0 {
		d.ID = ""
		form.Problems = problems
		return p.renderForm(c, http.StatusUnprocessableEntity, form, d)
	}
	if err := p.Store.AddDecision(c.Request.Context(), d); err != nil {
		return err
	}
	return p.after(c, d, form.Do)
}

// change handles POST /beheer/besluiten/:id: a concept is kept or recorded.
func (p *decisionPages) change(c *gin.Context) error {
	form, id := readDecisionForm(c), surveys.ID(c.Param("id"))
	if err := p.keepKnown(c, &form); err != nil {
		return err
	}
	var kept decisions.Decision
	err := p.Store.ChangeDecision(c.Request.Context(), page.Org(c).ID, id, func(d *decisions.Decision) error {
		if d.Change() != nil || strconv.Itoa(d.Revision) != form.Revision {
			return surveys.ErrChangedMeanwhile
		}
		defer func() { kept = *d }()
		return p.fill(c, form, d)
	})
	problems, err := refused(err)
	if err != nil {
		return err
	}
	if len(problems) == 0 {
		return p.after(c, &kept, form.Do)
	}
	form.Problems = problems
	return p.renderForm(c, http.StatusUnprocessableEntity, form, &kept)
}

// fill reads the form into the decision, and records it when that was asked.
func (p *decisionPages) fill(c *gin.Context, form decisionFormPage, d *decisions.Decision) error {
	wrong := form.fill(p.kit, d)
	if form.Do != "vastleggen" {
		return wrong.Err()
	}
	err := d.Record(page.Now(c))
	var missing surveys.Invalid
	if errors.As(err, &missing) {
		for _, m := range missing { // what cannot be read is said once
			if !wrong.Has(m.Field) {
				wrong = append(wrong, m)
			}
		}
		return wrong.Err()
	}
	if err == nil {
		err = wrong.Err()
	}
	return err
}

// after says what was done with a decision and where one goes on.
func (p *decisionPages) after(c *gin.Context, d *decisions.Decision, do string) error {
	here := "/beheer/besluiten/" + string(d.ID)
	switch do {
	case "vastleggen":
		return p.kit.SeeOther(c, here, "decision.now_recorded")
	case "opleiding":
		return p.kit.SeeOther(c, here+"/opleiding", "")
	}
	return p.kit.SeeOther(c, here, "decision.kept")
}

// replace handles POST /beheer/besluiten/:id/opnieuw.
func (p *decisionPages) replace(c *gin.Context) error {
	ctx, org := c.Request.Context(), page.Org(c).ID
	d, err := p.Store.FindDecision(ctx, org, surveys.ID(c.Param("id")))
	if err != nil {
		return err
	}
	newer, err := d.Replace(p.NewID())
	if err != nil {
		return err
	}
	newer.DecidedOn = page.Today(c)
	if err := p.Store.AddDecision(ctx, newer); err != nil {
		return err
	}
	return p.kit.SeeOther(c, "/beheer/besluiten/"+string(newer.ID), "decision.replacing")
}

// askRemove handles GET /beheer/besluiten/:id/weg.
func (p *decisionPages) askRemove(c *gin.Context) error {
	d, err := p.Store.FindDecision(c.Request.Context(), page.Org(c).ID, surveys.ID(c.Param("id")))
	if err != nil {
		return err
	}
	return p.ask(c, "decision.remove", "/beheer/besluiten/"+string(d.ID), true, nil)
}

// remove handles POST /beheer/besluiten/:id/weg.
func (p *decisionPages) remove(c *gin.Context) error {
	ctx, org := c.Request.Context(), page.Org(c).ID
	d, err := p.Store.FindDecision(ctx, org, surveys.ID(c.Param("id")))
	if err != nil {
		return err
	}
	if d.Change() != nil {
		return p.kit.SeeOther(c, "/beheer/besluiten/"+string(d.ID), "decision.recorded")
	}
	if err := p.Store.RemoveDecision(ctx, org, d.ID); err != nil {
		return err
	}
	return p.kit.SeeOther(c, "/beheer/besluiten", "decision.removed")
}

// refused takes apart what the domain refuses and what went wrong.
func refused(err error) (surveys.Invalid, error) {
	var problems surveys.Invalid
	if errors.As(err, &problems) {
		return problems, nil
	}
	return nil, err
}

// formOf is a decision as its form shows it.
func formOf(d *decisions.Decision) decisionFormPage {
	v := decisionFormPage{Revision: strconv.Itoa(d.Revision), Outcome: string(d.Outcome), What: d.What.NL, WhatEN: d.What.EN, Reason: d.Reason.NL, ReasonEN: d.Reason.EN,
		By: d.DecidedBy.NL, ByEN: d.DecidedBy.EN, On: page.TypedDate(d.DecidedOn), Next: d.Next.NL, NextEN: d.Next.EN,
		NextOn: page.TypedDate(d.NextOn), Budget: typedNumber(d.Budget)}
	for _, id := range d.Findings {
		v.Chosen = append(v.Chosen, string(id))
	}
	slices.Sort(v.Chosen)
	return v
}
