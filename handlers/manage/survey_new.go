package manage

import (
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
)

// surveyNewPage asks which questionnaire a new survey puts to people.
type surveyNewPage struct {
	page.Base
	Chosen  string
	Options []page.Option
}

// What a new survey starts with; all of it can be changed before it opens.
const (
	defaultDays    = 28 // that it is open
	defaultPromise = 56 // days after closing by which people hear
)

// newSurvey handles GET /beheer/uitvragen/nieuw.
func (p *surveyPages) newSurvey(c *gin.Context) error {
	return p.showNew(c, http.StatusOK, c.Query("vragenlijst"), nil)
}

func (p *surveyPages) showNew(c *gin.Context, status int, chosen string, wrong surveys.Invalid) error {
	list, err := p.deps.Ask.ListQuestionnaires(c.Request.Context(), page.Org(c).ID)
	if err != nil {
		return err
	}
	v := surveyNewPage{Base: p.kit.StaffBase(c), Chosen: chosen}
	v.Problems = wrong
	for _, q := range list {
		if q.Published > 0 && !q.Template {
			v.Options = append(v.Options, page.Option{Value: string(q.ID), Text: q.Title.In(v.Lang)})
		}
	}
	return p.fresh.Render(c, status, v)
}

// addSurvey handles POST /beheer/uitvragen/nieuw: the draft is stored at once, with
// what a careful colleague would fill in, and opens later.
func (p *surveyPages) addSurvey(c *gin.Context) error {
	ctx, org, today := c.Request.Context(), page.Org(c).ID, page.Today(c)
	chosen := c.PostForm("vragenlijst")
	q, err := p.deps.Ask.FindQuestionnaire(ctx, org, surveys.ID(chosen))
	if chosen == "" || errors.Is(err, surveys.ErrNotFound) || err == nil && q.Published == 0 {
		return p.showNew(c, http.StatusUnprocessableEntity, chosen, surveys.Invalid{{Field: "vragenlijst", Key: "survey.no_version"}})
	}
	if err != nil {
		return err
	}
	d, err := p.definitionOf(c, q.ID, q.Published)
	if err != nil {
		return err
	}
	all, err := p.deps.Ask.ListSurveys(ctx, org)
	if err != nil {
		return err
	}
	taken := map[string]bool{}
	for _, s := range all {
		taken[s.Slug] = true
	}
	s := &surveys.Survey{
		ID: p.deps.NewID(), Org: org, Slug: freeSlug(q.Title.In(surveys.Dutch), "uitvraag", taken), Title: q.Title,
		Questionnaire: q.ID, Version: q.Published, Mode: surveys.Open, Owner: page.Staff(c).ID,
		Opens: today, Closes: today.AddDays(defaultDays), SmallestGroup: surveys.LeastGroup,
	}
	s.Promise.On = s.Closes.AddDays(defaultPromise)
	s.Keeping.Basis = surveys.PublicTask
	// Citizens may read their own answers back. An official's chief could demand to see
	// them, so there it is off until somebody chooses otherwise.
	s.OwnAnswers = !d.AboutThemselves()
	if d.AboutThemselves() {
		s.SmallestGroup = surveys.LeastGroupOfficial
	}
	if err := p.deps.Ask.AddSurvey(ctx, s); err != nil {
		return err
	}
	return p.kit.SeeOther(c, "/beheer/uitvragen/"+string(s.ID)+"/bewerken", "survey.drafted")
}
