package manage

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// surveyPage is one survey: how it stands, the ways in, and what can still be done.
type surveyPage struct {
	page.Base
	surveyRow
	ID            surveys.ID
	Survey        surveys.Survey
	Owner         surveys.Text
	Questionnaire surveys.Text
	QuestID       surveys.ID
	Declared      []string // what else was declared of the breakdowns
	Breakdown     string
	Same          []string // the surveys that ask the same people
	Councils      []string // who read along
	Moves         []surveys.Move
	DaysLate      int
	Collectors    []collectorRow
	Unusual       []unusualRow
	PublicLink    []string // the public address of the survey, in pieces; none until the organisation has one
	InvitesNobody bool     // only who is invited can answer, and nobody is
	LinkKey       string   // what that address is for
	MayManage     bool
	MayRead       bool
	ReadsNames    bool // this account reads who answered what
	Wording       int  // a newer version that changes words only; 0 when there is none
	OtherNewer    bool
	Extend        string // what was typed for a later last day
}

type collectorRow struct {
	ID      surveys.ID
	Name    surveys.Text
	KindKey string
	Link    string
	Prefill []string // as people read it
}

type surveyPages struct {
	kit   *page.Kit
	deps  Deps
	fresh *page.Template[surveyNewPage]
	form  *page.Template[surveyFormPage]
	one   *page.Template[surveyPage]
	close *page.Template[surveyClosePage]
	move  *page.Template[promiseMovePage]
}

func mountSurveys(staff *page.StaffGroup, k *page.Kit, d Deps) {
	p := &surveyPages{kit: k, deps: d,
		fresh: page.View[surveyNewPage](k, files, "survey_new.html"),
		form:  page.View[surveyFormPage](k, files, "survey_form.html"),
		one:   page.View[surveyPage](k, files, "survey.html", "survey_table.html"),
		close: page.View[surveyClosePage](k, files, "survey_close.html"),
		move:  page.View[promiseMovePage](k, files, "promise_move.html"),
	}
	const may = surveys.ManageSurveys
	staff.GET("/beheer/uitvragen/nieuw", may, p.newSurvey)
	staff.POST("/beheer/uitvragen/nieuw", may, p.addSurvey)
	staff.GET("/beheer/uitvragen/:id", surveys.ReadOverview, p.show)
	staff.GET("/beheer/uitvragen/:id/bewerken", may, p.editSurvey)
	staff.POST("/beheer/uitvragen/:id/bewerken", may, p.keepSurvey)
	staff.GET("/beheer/uitvragen/:id/sluiten", may, p.askClose)
	staff.POST("/beheer/uitvragen/:id/sluiten", may, p.closeNow)
	staff.POST("/beheer/uitvragen/:id/verlengen", may, p.extend)
	staff.POST("/beheer/uitvragen/:id/tekst", may, p.fixWording)
	staff.GET("/beheer/uitvragen/:id/belofte", may, p.askMove)
	staff.POST("/beheer/uitvragen/:id/belofte", may, p.movePromise)
}

func (p *surveyPages) find(c *gin.Context) (*surveys.Survey, error) {
	return p.deps.Ask.FindSurvey(c.Request.Context(), page.Org(c).ID, surveys.ID(c.Param("id")))
}

// definitionOf is a published version as its author wrote it.
func (p *surveyPages) definitionOf(c *gin.Context, id surveys.ID, number int) (*questionnaire.Definition, error) {
	v, err := p.deps.Ask.FindVersion(c.Request.Context(), page.Org(c).ID, id, number)
	if err != nil {
		return nil, err
	}
	return definition(v.Definition)
}

// formOf is the compiled version that a survey asks.
func (p *surveyPages) formOf(c *gin.Context, s *surveys.Survey) (*questionnaire.Form, error) {
	d, err := p.definitionOf(c, s.Questionnaire, s.Version)
	if err != nil {
		return nil, err
	}
	return compiled(d)
}

// show handles GET /beheer/uitvragen/:id.
func (p *surveyPages) show(c *gin.Context) error {
	s, err := p.find(c)
	if err != nil {
		return err
	}
	return p.showSurvey(c, http.StatusOK, s, page.TypedDate(s.Closes), nil)
}

func (p *surveyPages) showSurvey(c *gin.Context, status int, s *surveys.Survey, extend string, wrong surveys.Invalid) error {
	ctx, today := c.Request.Context(), page.Today(c)
	v := surveyPage{Base: p.kit.StaffBase(c), ID: s.ID, Survey: *s, QuestID: s.Questionnaire, Moves: s.Promise.Moves,
		DaysLate: s.Promise.DaysLate(today), Extend: extend}
	v.Problems = wrong
	v.MayManage, v.MayRead = v.Staff.May(surveys.ManageSurveys), v.Staff.May(surveys.ReadResults)
	v.ReadsNames = reads(s, v.Staff)
	standing, err := standingOf(ctx, p.deps.Releases, s)
	if err != nil {
		return err
	}
	on, err := progressOf(ctx, p.deps.Learn, s.Org, s.ID)
	if err != nil {
		return err
	}
	v.surveyRow = rowOf(s, standing, on[s.ID], today)
	q, err := p.deps.Ask.FindQuestionnaire(ctx, s.Org, s.Questionnaire)
	if err != nil {
		return err
	}
	v.Questionnaire = q.Title
	d, err := p.definitionOf(c, q.ID, s.Version)
	if err != nil {
		return err
	}
	if err := p.findNewer(c, &v, q, d); err != nil {
		return err
	}
	v.Owner = p.titleOf(c, s.Owner)
	for _, id := range s.Councils {
		v.Councils = append(v.Councils, councilName(c, id))
	}
	v.Breakdown, v.Declared = p.declaredWords(s, d, v.Lang)
	if v.Same, err = p.peopleWords(c, s); err != nil {
		return err
	}
	list, err := p.deps.Ask.ListCollectors(ctx, s.Org, s.ID)
	if err != nil {
		return err
	}
	org := page.Org(c)
	v.InvitesNobody = v.Step == 2 && invitesNobody(s)
	v.PublicLink, v.LinkKey = pieces(linkTo(org, s, "")), linkKey(s, v.Phase)
	for n := range list {
		v.Collectors = append(v.Collectors, collectorRow{ID: list[n].ID, Name: list[n].Name, KindKey: "collector.kind." + string(list[n].Kind),
			Link: linkTo(org, s, list[n].Code), Prefill: prefillWords(d, list[n].Prefill, v.Lang)})
	}
	v.Unusual, err = p.unusual(c, s.ID, list)
	if err != nil {
		return err
	}
	return p.one.Render(c, status, v)
}

// findNewer tells whether a newer version was published, and whether it changes
// words only, so that a running survey may go over to it.
func (p *surveyPages) findNewer(c *gin.Context, v *surveyPage, q *surveys.Questionnaire, d *questionnaire.Definition) error {
	if q.Published <= v.Survey.Version || v.Phase == surveys.Closed {
		return nil
	}
	newer, err := p.definitionOf(c, q.ID, q.Published)
	if err != nil {
		return err
	}
	if questionnaire.SameButWording(d, newer) {
		v.Wording = q.Published
	} else {
		v.OtherNewer = true
	}
	return nil
}

// titleOf is the function of who owns a survey; no text when the account is gone.
func (p *surveyPages) titleOf(c *gin.Context, id surveys.ID) surveys.Text {
	list, err := p.deps.Accounts.ListAccounts(c.Request.Context(), page.Org(c).ID)
	if err != nil {
		return surveys.Text{}
	}
	for _, a := range list {
		if a.ID == id {
			return a.Title
		}
	}
	return surveys.Text{}
}

// linkKey says what the public address of a survey is for: it is a way in for everybody only
// where the door is open.
func linkKey(s *surveys.Survey, phase surveys.Phase) string {
	switch {
	case phase == surveys.Closed:
		return "survey.link_closed"
	case s.Mode.Invites():
		return "survey.link_invited"
	default:
		return "survey.link"
	}
}

// linkTo is the public address of a survey through a collector; "" as long as the
// organisation has no public address.
func linkTo(org *surveys.Organisation, s *surveys.Survey, code string) string {
	if org.Address == "" {
		return ""
	}
	link := org.Address + "/s/" + s.Slug
	if code != "" {
		link += "?via=" + code
	}
	return link
}
