package manage

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/decisions"
	"weerklank.nl/weerklank/surveys/training"
)

// designPages make the course that a decision orders: bought or adapted from the
// catalogue, or new.
type designPages struct {
	*learner
	form *page.Template[designFormPage]
	past *page.Template[designPastPage]
}

func mountDesigns(staff *page.StaffGroup, l *learner) {
	p := &designPages{l, page.View[designFormPage](l.kit, files, "design_form.html"), page.View[designPastPage](l.kit, files, "design_past.html", "results_parts.html")}
	staff.GET("/beheer/besluiten/:id/opleiding", surveys.ManageDecisions, p.show)
	staff.POST("/beheer/besluiten/:id/opleiding", surveys.ManageDecisions, p.keep)
	staff.GET("/beheer/besluiten/:id/opleiding/eerder", surveys.ReadResults, p.showPast)
	staff.POST("/beheer/besluiten/:id/opleiding/eerder", surveys.ManageDecisions, p.putBack)
}

// goals that the form has room for.
const mostGoals = 3

// designFormPage is the form of a design, as it was typed.
type designFormPage struct {
	page.Base
	Crumbs       []page.Crumb
	Decision     surveys.ID
	Revision     string // of the design that is being changed; "" for a new one
	Past         int    // how many earlier ones there are
	Course       string
	Courses      []page.Option
	Title        string
	TitleEN      string
	Goals        []goalRow
	Competences  []page.Option
	Levels       []page.Option
	Audience     string
	AudienceEN   string
	Sessions     string
	Hours        string
	Participants string
	Fundings     []page.Option
	Funding      string
	Cost         string
	Aftercare    string
	AftercareEN  string
	CoDesign     string
	CoDesignEN   string
	Result       string
	ResultEN     string
}

type goalRow struct {
	Name       string // goal1 …
	Competence string
	From, To   string
	Number     int
}

// designView is a design as pages show it.
type designView struct {
	Title        surveys.Text
	Audience     surveys.Text
	Goals        []string
	Sessions     int
	Hours        float64
	Participants int
	Cost         int
	PerPerson    int
	Funding      string
	Aftercare    surveys.Text
	CoDesign     surveys.Text
	Result       surveys.Text
}

// designOf is the view of a decision's design, for a recorded one of what it ordered;
// nil when it has none.
func (l *learner) designOf(c *gin.Context, of *decisions.Decision) (*designView, error) {
	if of.Design == "" {
		return nil, nil
	}
	find := func() (*training.Design, error) { return l.Store.FindDesign(c.Request.Context(), of.Org, of.Design) }
	if !of.RecordedAt.IsZero() {
		find = func() (*training.Design, error) {
			return l.Store.FindDesignRevision(c.Request.Context(), of.Org, of.Design, of.DesignRevision)
		}
	}
	d, err := find()
	if err != nil {
		return nil, err
	}
	w, err := l.wording(c)
	if err != nil {
		return nil, err
	}
	view := w.design(c, d)
	return &view, nil
}

// design is a design in words.
func (w wording) design(c *gin.Context, d *training.Design) designView {
	return designView{
		Title: d.Title, Audience: d.Audience, Goals: w.goals(d.Goals), Sessions: d.Sessions, Hours: d.Hours, Participants: d.Participants,
		Cost: d.Cost, PerPerson: d.CostPerParticipant(), Funding: fundingName(c, w.lang, d.Funding), Aftercare: d.Aftercare, CoDesign: d.CoDesign, Result: d.Result,
	}
}

// goals are what a course teaches, in words.
func (w wording) goals(goals []training.Goal) []string {
	var all []string
	for _, g := range goals {
		name := w.competences[g.Competence].In(w.lang)
		if name == "" {
			name = g.Competence
		}
		all = append(all, w.text("course.goal", map[string]any{"Competence": name, "From": g.From, "To": g.To}))
	}
	return all
}

// fundingName is how the organisation calls a funding source.
func fundingName(c *gin.Context, lang surveys.Lang, id string) string {
	return page.Org(c).Structure.FundingName(id).In(lang)
}

// show handles GET /beheer/besluiten/:id/opleiding; ?opleiding= starts from a
// course of the catalogue.
func (p *designPages) show(c *gin.Context) error {
	d, err := p.decision(c)
	if err != nil {
		return err
	}
	if d == nil {
		return p.kit.SeeOther(c, "/beheer/besluiten/"+c.Param("id"), "")
	}
	design := training.Design{}
	if id := c.Query("opleiding"); id != "" {
		course, err := p.Store.FindCourse(c.Request.Context(), d.Org, id)
		if err != nil {
			return err
		}
		design = training.DesignFrom(course)
	} else if d.Design != "" {
		kept, err := p.Store.FindDesign(c.Request.Context(), d.Org, d.Design)
		if err != nil {
			return err
		}
		design = *kept
	}
	form := designForm(&design)
	if d.Design != "" {
		kept, err := p.Store.FindDesign(c.Request.Context(), d.Org, d.Design) // also under a course that is taken over
		if err != nil {
			return err
		}
		form.Revision = strconv.Itoa(kept.Revision)
	}
	return p.render(c, http.StatusOK, form, d)
}

// decision is the concept that the design is for; nil when it is recorded, which
// fixes its design too.
func (p *designPages) decision(c *gin.Context) (*decisions.Decision, error) {
	d, err := p.Store.FindDecision(c.Request.Context(), page.Org(c).ID, surveys.ID(c.Param("id")))
	if err != nil || d.Change() != nil {
		return nil, err
	}
	return d, nil
}

// keep handles POST /beheer/besluiten/:id/opleiding.
func (p *designPages) keep(c *gin.Context) error {
	ctx := c.Request.Context()
	d, err := p.decision(c)
	if err != nil {
		return err
	}
	if d == nil {
		return surveys.ErrChangedMeanwhile // recorded: what was typed is not lost without a word
	}
	form := readDesignForm(c)
	design := training.Design{ID: d.Design, Org: d.Org}
	wrong := form.fill(&design)
	problems, err := refused(design.Check())
	if err != nil {
		return err
	}
	for _, problem := range problems {
		if !wrong.Has(problem.Field) {
			wrong = append(wrong, problem)
		}
	}
	if len(wrong) > 0 {
		form.Problems = wrong
		return p.render(c, http.StatusUnprocessableEntity, form, d)
	}
	if design.ID == "" {
		design.ID = p.NewID()
		if err := p.Store.AddDesign(ctx, &design); err != nil {
			return err
		}
		err = p.Store.ChangeDecision(ctx, d.Org, d.ID, func(kept *decisions.Decision) error {
			kept.Design = design.ID
			return kept.Change()
		})
	} else {
		err = p.Store.ChangeDesign(ctx, d.Org, design.ID, func(kept *training.Design) error {
			if strconv.Itoa(kept.Revision) != form.Revision {
				return surveys.ErrChangedMeanwhile
			}
			design.Revision, design.Groups = kept.Revision, kept.Groups
			*kept = design
			return nil
		})
	}
	if err != nil {
		return err
	}
	return p.kit.SeeOther(c, "/beheer/besluiten/"+string(d.ID), "design.kept")
}

func designForm(d *training.Design) designFormPage {
	v := designFormPage{Course: d.Course, Title: d.Title.NL, TitleEN: d.Title.EN, Audience: d.Audience.NL, AudienceEN: d.Audience.EN,
		Sessions: typedNumber(d.Sessions), Participants: typedNumber(d.Participants), Funding: d.Funding, Cost: typedNumber(d.Cost),
		Aftercare: d.Aftercare.NL, AftercareEN: d.Aftercare.EN, CoDesign: d.CoDesign.NL, CoDesignEN: d.CoDesign.EN, Result: d.Result.NL, ResultEN: d.Result.EN}
	if d.Hours > 0 {
		v.Hours = strings.Replace(strconv.FormatFloat(d.Hours, 'f', -1, 64), ".", ",", 1)
	}
	for i := range mostGoals {
		row := goalRow{Name: "goal" + strconv.Itoa(i+1), Number: i + 1}
		if i < len(d.Goals) {
			row.Competence, row.From, row.To = d.Goals[i].Competence, strconv.Itoa(d.Goals[i].From), strconv.Itoa(d.Goals[i].To)
		}
		v.Goals = append(v.Goals, row)
	}
	return v
}

func readDesignForm(c *gin.Context) designFormPage {
	v := designFormPage{Revision: typed(c, "revision"), Course: typed(c, "course"), Title: typed(c, "title"), TitleEN: typed(c, "title_en"), Audience: typed(c, "audience"), AudienceEN: typed(c, "audience_en"),
		Sessions: typed(c, "sessions"), Hours: typed(c, "hours"), Participants: typed(c, "participants"), Funding: typed(c, "funding"), Cost: typed(c, "cost"),
		Aftercare: typed(c, "aftercare"), AftercareEN: typed(c, "aftercare_en"), CoDesign: typed(c, "codesign"), CoDesignEN: typed(c, "codesign_en"),
		Result: typed(c, "result"), ResultEN: typed(c, "result_en")}
	for i := range mostGoals {
		name := "goal" + strconv.Itoa(i+1)
		v.Goals = append(v.Goals, goalRow{Name: name, Number: i + 1, Competence: typed(c, name), From: typed(c, name+"_from"), To: typed(c, name+"_to")})
	}
	return v
}

// fill puts what was typed into the design and names what cannot be read.
func (f *designFormPage) fill(d *training.Design) surveys.Invalid {
	var wrong surveys.Invalid
	number := func(field, typed string) int {
		n, ok := wholeNumber(typed)
		wrong.Require(ok, field, "design.unreadable_number")
		return n
	}
	d.Course, d.Funding = f.Course, f.Funding
	d.Title, d.Audience = surveys.Text{NL: f.Title, EN: f.TitleEN}, surveys.Text{NL: f.Audience, EN: f.AudienceEN}
	d.Aftercare, d.CoDesign = surveys.Text{NL: f.Aftercare, EN: f.AftercareEN}, surveys.Text{NL: f.CoDesign, EN: f.CoDesignEN}
	d.Result = surveys.Text{NL: f.Result, EN: f.ResultEN}
	for _, g := range f.Goals {
		if g.Competence != "" {
			from, _ := strconv.Atoi(g.From)
			to, _ := strconv.Atoi(g.To)
			d.Goals = append(d.Goals, training.Goal{Competence: g.Competence, From: from, To: to})
		}
	}
	d.Sessions = number("sessions", f.Sessions)
	if f.Hours != "" {
		hours, err := strconv.ParseFloat(strings.Replace(f.Hours, ",", ".", 1), 64)
		wrong.Require(err == nil && hours >= 0 && hours < 10_000, "hours", "design.unreadable_number")
		d.Hours = hours
	}
	d.Participants, d.Cost = number("participants", f.Participants), number("cost", f.Cost)
	return wrong
}

func (p *designPages) render(c *gin.Context, status int, v designFormPage, d *decisions.Decision) error {
	ctx, org := c.Request.Context(), page.Org(c)
	problems := v.Problems
	v.Base = p.kit.StaffBase(c)
	v.Problems, v.Decision = problems, d.ID
	if d.Design != "" {
		past, err := p.Store.ListDesignRevisions(ctx, org.ID, d.Design)
		if err != nil {
			return err
		}
		v.Past = len(past)
	}
	courses, err := p.Store.ListCourses(ctx, org.ID)
	if err != nil && !errors.Is(err, surveys.ErrNotFound) {
		return err
	}
	v.Courses = append([]page.Option{{Key: "design.no_course"}},
		page.TextOptions(courses, func(one training.Course) (string, string) { return one.ID, one.Title.In(v.Lang) })...)
	competences, err := p.Store.ListCompetences(ctx, org.ID)
	if err != nil {
		return err
	}
	v.Competences = append([]page.Option{{Key: "design.no_competence"}},
		page.TextOptions(competences, func(one training.Competence) (string, string) { return one.ID, one.Name.In(v.Lang) })...)
	for level := 1; level <= 5; level++ {
		v.Levels = append(v.Levels, page.Option{Value: strconv.Itoa(level), Text: strconv.Itoa(level)})
	}
	v.Fundings = append([]page.Option{{Key: "design.choose_funding"}},
		page.TextOptions(org.Structure.Funding, func(one surveys.FundingSource) (string, string) { return one.ID, one.Name.In(v.Lang) })...)
	v.Crumbs = []page.Crumb{{Text: p.kit.Text(v.Lang, "menu.decisions", nil), Href: "/beheer/besluiten"},
		{Text: p.kit.Text(v.Lang, "decision.one", nil), Href: "/beheer/besluiten/" + string(d.ID)}, {Text: p.kit.Text(v.Lang, "design.title", nil)}}
	return p.form.Render(c, status, v)
}
