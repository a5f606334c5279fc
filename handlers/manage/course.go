package manage

import (
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/training"
)

// coursePages show the catalogue: what each course teaches, what it costs, who
// pays, and what should be seen about it.
type coursePages struct {
	*learner
	all *page.Template[courseListPage]
	one *page.Template[coursePage]
}

func mountCourses(staff *page.StaffGroup, l *learner) {
	p := &coursePages{l, page.View[courseListPage](l.kit, files, "course_list.html"), page.View[coursePage](l.kit, files, "course.html")}
	staff.GET("/beheer/opleidingen", surveys.ReadOverview, p.showAll)
	staff.GET("/beheer/opleidingen/:id", surveys.ReadOverview, p.show)
}

type courseListPage struct {
	page.Base
	Competences []page.Option
	Competence  string
	Courses     []courseRow
	MayNeeds    bool
}

type courseRow struct {
	ID        string
	Title     surveys.Text
	Summary   surveys.Text
	Goals     []string
	PerPerson int
	Funding   string
	Sessions  int
	Aftercare bool
	Evidence  string   // a key
	Flags     []string // keys
}

func (w wording) courseRow(c *gin.Context, one *training.Course) courseRow {
	row := courseRow{ID: one.ID, Title: one.Title, Summary: one.Summary, Goals: w.goals(one.Goals), PerPerson: one.CostPerParticipant(),
		Funding: fundingName(c, w.lang, one.Funding), Sessions: one.Sessions, Aftercare: one.Aftercare, Evidence: evidenceKey(one.Evidence)}
	for _, f := range one.Flags() {
		row.Flags = append(row.Flags, "course.flag."+string(f))
	}
	return row
}

func evidenceKey(e training.Evidence) string {
	if e == "" {
		e = training.NoEvidence
	}
	return "course.evidence." + string(e)
}

// showAll handles GET /beheer/opleidingen.
func (p *coursePages) showAll(c *gin.Context) error {
	ctx, org := c.Request.Context(), page.Org(c).ID
	courses, err := p.Store.ListCourses(ctx, org)
	if err != nil {
		return err
	}
	competences, err := p.Store.ListCompetences(ctx, org)
	if err != nil {
		return err
	}
	w, err := p.wording(c)
	if err != nil {
		return err
	}
	v := courseListPage{Base: p.kit.StaffBase(c)}
	v.MayNeeds = v.Staff.May(surveys.ReadResults)
	v.Competences = append([]page.Option{{Key: "course.every_competence"}},
		page.TextOptions(competences, func(one training.Competence) (string, string) { return one.ID, one.Name.In(v.Lang) })...)
	v.Competence = chosen(v.Competences, c.Query("competentie"))
	for i := range courses {
		teaches := slices.ContainsFunc(courses[i].Goals, func(g training.Goal) bool { return g.Competence == v.Competence })
		if v.Competence == "" || teaches {
			v.Courses = append(v.Courses, w.courseRow(c, &courses[i]))
		}
	}
	return p.all.Render(c, http.StatusOK, v)
}

type coursePage struct {
	page.Base
	Crumbs       []page.Crumb
	Course       courseRow
	Provider     surveys.Text
	Form         surveys.Text
	Hours        float64
	SelfStudy    float64
	Weeks        int
	Least, Most  int
	Fixed        int
	PerPrice     int
	Full         int
	FundingText  surveys.Text
	Aftercare    surveys.Text
	CoDesign     surveys.Text
	Compensation float64
	Venue        training.Venue
	Travel       surveys.Text
	EvidenceText surveys.Text
	Editions     []editionRow
}

type editionRow struct {
	Starts       surveys.Date
	Sessions     int
	Participants int
	Places       int
	Status       string // a key
	Flags        []string
}

// show handles GET /beheer/opleidingen/:id.
func (p *coursePages) show(c *gin.Context) error {
	ctx, org := c.Request.Context(), page.Org(c).ID
	one, err := p.Store.FindCourse(ctx, org, c.Param("id"))
	if err != nil {
		return err
	}
	w, err := p.wording(c)
	if err != nil {
		return err
	}
	v := coursePage{Base: p.kit.StaffBase(c), Course: w.courseRow(c, one), Provider: one.Provider, Form: one.FormName, Hours: one.Hours, SelfStudy: one.SelfStudy,
		Weeks: one.Weeks, Least: one.Least, Most: one.Most, Fixed: one.Fixed, PerPrice: one.PerPerson, Full: one.CostFor(max(1, one.Most)),
		FundingText: one.FundingText, Aftercare: one.AftercareText, CoDesign: one.CoDesignText, Compensation: one.Compensation, Venue: one.Venue,
		Travel: one.TravelText, EvidenceText: one.EvidenceText}
	if v.Editions, err = p.editions(c, one.ID); err != nil {
		return err
	}
	v.Crumbs = []page.Crumb{{Text: p.kit.Text(v.Lang, "menu.courses", nil), Href: "/beheer/opleidingen"}, {Text: one.Title.In(v.Lang)}}
	return p.one.Render(c, http.StatusOK, v)
}

// editions are the runs of the designs that were made from a course.
func (p *coursePages) editions(c *gin.Context, course string) ([]editionRow, error) {
	ctx, org := c.Request.Context(), page.Org(c).ID
	designs, err := p.Store.ListDesigns(ctx, org)
	if err != nil {
		return nil, err
	}
	runs, err := p.Store.ListEditions(ctx, org)
	if err != nil {
		return nil, err
	}
	var rows []editionRow
	for _, e := range runs {
		of := func(d training.Design) bool { return d.ID == e.Design && d.Course == course }
		if !slices.ContainsFunc(designs, of) {
			continue
		}
		row := editionRow{Starts: e.Starts(), Sessions: len(e.Dates), Participants: e.Participants, Places: e.Places, Status: statusKey(e.Status)}
		for _, f := range e.Flags() {
			row.Flags = append(row.Flags, "course.flag."+string(f))
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func statusKey(status string) string {
	switch status {
	case "planned", "running", "done":
		return "course.status." + status
	}
	return "course.status.planned"
}
