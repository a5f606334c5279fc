package manage

import (
	"slices"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/decisions"
)

// decisionFormPage is the form of a decision, as it was typed.
type decisionFormPage struct {
	page.Base
	Crumbs     []page.Crumb
	Action     string
	Revision   string
	ID         surveys.ID // of the concept; "" for a new decision
	Heading    surveys.Text
	Outcomes   []page.Option
	Outcome    string
	What       string
	WhatEN     string
	Reason     string
	ReasonEN   string
	By         string
	ByEN       string
	On         string
	Next       string
	NextEN     string
	NextOn     string
	Budget     string
	Open       []page.Option // the findings that it may answer
	Chosen     []string
	Do         string // vastleggen, concept or opleiding
	Findings   []findingEvidence
	Design     *designView
	Replaces   *decisionRow
	PromisedOn surveys.Date
	Kept       bool
}

func readDecisionForm(c *gin.Context) decisionFormPage {
	return decisionFormPage{
		Revision: typed(c, "revision"), Outcome: typed(c, "outcome"), What: typed(c, "what"), WhatEN: typed(c, "what_en"), Reason: typed(c, "reason"), ReasonEN: typed(c, "reason_en"),
		By: typed(c, "decided_by"), ByEN: typed(c, "decided_by_en"), On: typed(c, "decided_on"), Next: typed(c, "next"), NextEN: typed(c, "next_en"),
		NextOn: typed(c, "next_on"), Budget: typed(c, "budget"), Chosen: c.PostFormArray("findings"), Do: typed(c, "ga"),
	}
}

// fill puts what was typed into the decision and names what cannot be read, in
// the order of the page.
func (f *decisionFormPage) fill(k *page.Kit, d *decisions.Decision) surveys.Invalid {
	var wrong surveys.Invalid
	d.Outcome = decisions.Outcome(f.Outcome)
	if !d.Outcome.Valid() {
		d.Outcome = ""
	}
	d.What, d.Reason = surveys.Text{NL: f.What, EN: f.WhatEN}, surveys.Text{NL: f.Reason, EN: f.ReasonEN}
	d.DecidedBy, d.Next = surveys.Text{NL: f.By, EN: f.ByEN}, surveys.Text{NL: f.Next, EN: f.NextEN}
	if len(f.Chosen) > 0 {
		d.Findings = nil
		for _, id := range f.Chosen {
			d.Findings = append(d.Findings, surveys.ID(id))
		}
	}
	day := func(field, typed string) surveys.Date {
		if typed == "" {
			return ""
		}
		date, ok := k.ParseDate(typed)
		wrong.Require(ok, field, "decision.unreadable_day")
		return date
	}
	d.DecidedOn, d.NextOn = day("decided_on", f.On), day("next_on", f.NextOn)
	amount, ok := wholeNumber(f.Budget)
	wrong.Require(ok, "budget", "decision.unreadable_amount")
	d.Budget = amount
	return wrong
}

// renderForm shows the form beside the evidence that it is about.
func (p *decisionPages) renderForm(c *gin.Context, status int, v decisionFormPage, d *decisions.Decision) error {
	ctx, org := c.Request.Context(), page.Org(c).ID
	problems := v.Problems
	v.Base = p.kit.StaffBase(c)
	v.Problems, v.ID = problems, d.ID
	v.Action = "/beheer/besluiten/" + string(d.ID)
	if d.ID == "" {
		v.Action = "/beheer/besluiten/bevinding/" + string(d.Findings[0]) + "/besluit"
	}
	v.Outcomes = page.KeyOptions("decision.outcome.", decisions.Outcomes...)
	s, err := p.Surveys.FindSurvey(ctx, org, d.Survey)
	if err != nil {
		return err
	}
	v.PromisedOn, v.Kept = s.Promise.Expected(), s.Promise.KeptOn != ""
	if v.Findings, err = p.evidenceOf(c, d.Findings); err != nil {
		return err
	}
	if len(v.Findings) > 0 {
		v.Heading = v.Findings[0].Statement
	}
	if v.Open, err = p.mayAnswer(c, d); err != nil {
		return err
	}
	if v.Design, err = p.designOf(c, d); err != nil {
		return err
	}
	if d.Replaces != "" {
		old, err := p.Store.FindDecision(ctx, org, d.Replaces)
		if err != nil {
			return err
		}
		row := decisionRowOf(old)
		v.Replaces = &row
	}
	v.Crumbs = []page.Crumb{{Text: p.kit.Text(v.Lang, "menu.decisions", nil), Href: "/beheer/besluiten"},
		{Text: s.Title.In(v.Lang), Href: "/beheer/uitvragen/" + string(s.ID) + "/resultaten"}, {Text: p.kit.Text(v.Lang, "decision.one", nil)}}
	return p.form.Render(c, status, v)
}

// mayAnswer are the findings that the decision may answer: its own, and the others
// of the survey that nobody decided about.
func (p *decisionPages) mayAnswer(c *gin.Context, d *decisions.Decision) ([]page.Option, error) {
	ctx, org := c.Request.Context(), page.Org(c).ID
	found, err := p.Store.ListFindings(ctx, org, d.Survey)
	if err != nil {
		return nil, err
	}
	all, err := p.Store.ListDecisions(ctx, org, "")
	if err != nil {
		return nil, err
	}
	var options []page.Option
	open := decisions.Undecided(found, all)
	for _, f := range found {
		isOpen := slices.ContainsFunc(open, func(o decisions.Finding) bool { return o.ID == f.ID })
		if isOpen || slices.Contains(d.Findings, f.ID) {
			options = append(options, page.Option{Value: string(f.ID), Text: f.Statement.In(page.Language(c))})
		}
	}
	return options, nil
}

// keepKnown drops findings from the form that are none of the organisation's.
func (p *decisionPages) keepKnown(c *gin.Context, f *decisionFormPage) error {
	found, err := p.Store.ListFindings(c.Request.Context(), page.Org(c).ID, "")
	f.Chosen = slices.DeleteFunc(f.Chosen, func(id string) bool {
		return !slices.ContainsFunc(found, func(one decisions.Finding) bool { return string(one.ID) == id })
	})
	return err
}
