package manage

import (
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/decisions"
)

// decisionListPage is all findings that wait for a decision, and all decisions.
type decisionListPage struct {
	page.Base
	Open      []findingRow
	Decisions []decisionRow
	MayDecide bool
}

type findingRow struct {
	ID        surveys.ID
	Statement surveys.Text
	Survey    surveys.Text
	SurveyID  surveys.ID
	Due       surveys.Date
	Late      bool
	Kept      bool
}

type decisionRow struct {
	ID         surveys.ID
	OutcomeKey string // "" while nothing was chosen
	Tone       string
	What       surveys.Text
	By         surveys.Text
	On         surveys.Date
	Concept    bool
	Replaced   bool
	Survey     surveys.Text
}

func decisionRowOf(d *decisions.Decision) decisionRow {
	row := decisionRow{ID: d.ID, What: d.What, By: d.DecidedBy, On: d.DecidedOn, Concept: d.RecordedAt.IsZero()}
	if d.Outcome.Valid() {
		row.OutcomeKey, row.Tone = "decision.outcome."+string(d.Outcome), toneOf(d.Outcome)
	}
	return row
}

// toneOf is the colour beside the word of an outcome.
func toneOf(o decisions.Outcome) string {
	switch o {
	case decisions.Adopted:
		return "success"
	case decisions.NotAdopted, decisions.AlreadyDone:
		return "neutral"
	case decisions.Parked:
		return "warning"
	}
	return ""
}

// list handles GET /beheer/besluiten.
func (p *decisionPages) showAll(c *gin.Context) error {
	ctx, org := c.Request.Context(), page.Org(c).ID
	found, err := p.Store.ListFindings(ctx, org, "")
	if err != nil {
		return err
	}
	all, err := p.Store.ListDecisions(ctx, org, "")
	if err != nil {
		return err
	}
	asked, err := p.Surveys.ListSurveys(ctx, org)
	if err != nil {
		return err
	}
	v := decisionListPage{Base: p.kit.StaffBase(c)}
	v.MayDecide = v.Staff.May(surveys.ManageDecisions)
	for _, f := range decisions.Undecided(found, all) {
		row := findingRow{ID: f.ID, Statement: f.Statement, SurveyID: f.Survey}
		if s := surveyIn(asked, f.Survey); s != nil {
			row.Survey, row.Due, row.Kept = s.Title, s.Promise.Expected(), s.Promise.KeptOn != ""
			row.Late = s.Promise.State(v.Today) == surveys.PromiseLate
		}
		v.Open = append(v.Open, row)
	}
	slices.SortStableFunc(v.Open, func(a, b findingRow) int {
		if a.Kept != b.Kept {
			if b.Kept {
				return -1
			}
			return 1
		}
		if a.Due < b.Due {
			return -1
		}
		if a.Due > b.Due {
			return 1
		}
		return 0
	})
	force := map[surveys.ID]bool{}
	for _, d := range decisions.InForce(all) {
		force[d.ID] = true
	}
	for _, d := range all {
		row := decisionRowOf(&d)
		row.Replaced = !row.Concept && !force[d.ID]
		if s := surveyIn(asked, d.Survey); s != nil {
			row.Survey = s.Title
		}
		v.Decisions = append(v.Decisions, row)
	}
	slices.SortStableFunc(v.Decisions, func(a, b decisionRow) int {
		switch {
		case a.Concept != b.Concept && a.Concept, a.Concept == b.Concept && a.On > b.On:
			return -1
		case a.Concept != b.Concept, a.On < b.On:
			return 1
		}
		return 0
	})
	return p.all.Render(c, http.StatusOK, v)
}

func surveyIn(list []surveys.Survey, id surveys.ID) *surveys.Survey {
	for i := range list {
		if list[i].ID == id {
			return &list[i]
		}
	}
	return nil
}
