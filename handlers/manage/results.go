package manage

import (
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
)

// resultsPages show what people answered, from releases only.
type resultsPages struct {
	*learner
	show  *page.Template[resultsPage]
	texts *page.Template[textsPage]
}

func mountResults(staff *page.StaffGroup, l *learner) *resultsPages {
	p := &resultsPages{l, page.View[resultsPage](l.kit, files, "results.html", "results_parts.html"),
		page.View[textsPage](l.kit, files, "results_texts.html")}
	staff.GET("/beheer/uitvragen/:id/resultaten", surveys.ReadResults, p.results)
	staff.POST("/beheer/uitvragen/:id/stand", surveys.ManageDecisions, p.update)
	staff.GET("/beheer/uitvragen/:id/teksten", surveys.ReadTexts, p.readTexts)
	return p
}

type resultsPage struct {
	page.Base
	Crumbs    []page.Crumb
	ID        surveys.ID
	Title     surveys.Text
	Phase     string // a key
	Mode      string // a key
	Release   bool
	AsOf      surveys.Date
	Final     bool
	Halted    surveys.Date // no release is made since this day; "" otherwise
	MayUpdate bool
	Smallest  int
	Enough    bool // enough people answered to show how many
	Responses int
	Invited   int
	Response  float64
	Top       *figureView // the first scale, for the figures on top
	Wrote     int         // people who wrote something to the first open question; 0 when not shown
	Groups    []groupTable
	Questions []figureView
	Split     splitForm
	MayRead   bool // open answers
	Repeats   bool // some questions were asked more than once of a person, and are not among these
	Council   bool
}

// groupTable is who took part by a breakdown.
type groupTable struct {
	Label string
	Rows  []shareView
	Base  int
}

// splitForm chooses a question and a breakdown, and shows the groups side by side.
type splitForm struct {
	Question  string
	By        string
	Questions []page.Option
	Bys       []page.Option
	Caption   string
	Scale     bool
	Head      []string // of the columns, when it is no scale
	Rows      []splitRow
}

// splitRow is a group: the share of the two highest steps of a scale, or the share
// of each answer.
type splitRow struct {
	Label  string
	Base   int
	Top    *shareView
	Cells  []shareView
	Hidden string // a key
	Of     bool   // part of a merged group that stands above it
	Find   string
}

// results handles GET /beheer/uitvragen/:id/resultaten.
func (p *resultsPages) results(c *gin.Context) error {
	s, err := p.survey(c)
	if err != nil {
		return err
	}
	v, err := p.page(c, s)
	if err != nil {
		return err
	}
	mayFind := v.Staff.May(surveys.ManageDecisions)
	if v.Halted, err = p.Releases.Halted(c.Request.Context(), s.Org, s.ID); err != nil {
		return err
	}
	v.MayUpdate = mayFind && !v.Final && !s.OpenedAt.IsZero() && v.Halted == ""
	v.MayRead = v.Staff.May(surveys.ReadTexts)
	if v.Repeats, err = p.repeats(c, s); err != nil {
		return err
	}
	if mayFind {
		v.offerFindings(s.ID)
	}
	surveysText := p.kit.Text(v.Lang, "menu.surveys", nil)
	v.Crumbs = []page.Crumb{{Text: surveysText, Href: "/beheer/uitvragen"},
		{Text: s.Title.In(v.Lang), Href: "/beheer/uitvragen/" + string(s.ID)}, {Text: p.kit.Text(v.Lang, "results.crumb", nil)}}
	return p.show.Render(c, http.StatusOK, *v)
}

// repeats tells whether the survey asks something more than once of a person: such
// answers are in no figure, because one person would count more than once.
func (p *resultsPages) repeats(c *gin.Context, s *surveys.Survey) (bool, error) {
	forms, err := p.forms(c, s)
	return len(forms) > 0 && forms[len(forms)-1].HasRepeats(), err
}

// page is what a survey's newest release shows, without what only some may do.
func (l *learner) page(c *gin.Context, s *surveys.Survey) (*resultsPage, error) {
	v := &resultsPage{Base: l.kit.StaffBase(c), ID: s.ID, Title: s.Title, Invited: s.Invited}
	v.Phase = "results.phase." + string(s.Phase(v.Today))
	v.Mode = "results.mode." + string(s.Mode)
	r, err := l.release(c, s.ID)
	if err != nil || r == nil {
		return v, err
	}
	w, err := l.wording(c)
	if err != nil {
		return nil, err
	}
	w.slug = s.Slug
	v.Release, v.AsOf, v.Final, v.Smallest = true, r.AsOf, r.Final, r.Smallest()
	v.Responses, v.Enough = r.Responses()
	if v.Invited > 0 {
		v.Response = min(1, float64(v.Responses)/float64(v.Invited))
	}
	if !v.Enough {
		return v, nil
	}
	for _, b := range r.Breakdowns() {
		q, known := r.Question(b.Name)
		figure := w.figure(r, q, disclosure.Group{})
		if !known || figure.Hidden != "" {
			continue
		}
		v.Groups = append(v.Groups, groupTable{Label: b.Label.In(v.Lang), Rows: figure.Rows, Base: figure.Base})
	}
	for _, q := range r.Questions() {
		if isBreakdown(r, q.Name) {
			continue
		}
		figure := w.figure(r, q, disclosure.Group{})
		if q.Kind == disclosure.Words {
			if figure.Hidden == "" && v.Wrote == 0 {
				v.Wrote = figure.Base
			}
			continue
		}
		if v.Top == nil && figure.Top2 != nil {
			first := figure
			v.Top = &first
		}
		v.Questions = append(v.Questions, figure)
	}
	v.Split = w.split(r, c.Query("vraag"), c.Query("naar"))
	return v, nil
}

func isBreakdown(r *disclosure.Release, question string) bool {
	for _, b := range r.Breakdowns() {
		if b.Name == question {
			return true
		}
	}
	return false
}

// wording makes views in the language of the request.
func (l *learner) wording(c *gin.Context) (wording, error) {
	w := wording{kit: l.kit, lang: page.Language(c), competences: map[string]surveys.Text{}}
	list, err := l.Store.ListCompetences(c.Request.Context(), page.Org(c).ID)
	for _, one := range list {
		w.competences[one.ID] = one.Name
	}
	return w, err
}

// split shows the groups of a breakdown side by side for one question.
func (w wording) split(r *disclosure.Release, question, by string) splitForm {
	var f splitForm
	for _, b := range r.Breakdowns() {
		f.Bys = append(f.Bys, page.Option{Value: b.Name, Text: b.Label.In(w.lang)})
	}
	for _, q := range r.Questions() {
		if q.Kind == disclosure.Words || isBreakdown(r, q.Name) {
			continue
		}
		if _, reason := r.Figure(q.Name, disclosure.Group{Breakdown: firstGroup(r).Breakdown, Value: firstGroup(r).Value}); reason != disclosure.NotSplit {
			f.Questions = append(f.Questions, page.Option{Value: q.Name, Text: w.title(q)})
		}
	}
	if len(f.Bys) == 0 || len(f.Questions) == 0 {
		return splitForm{}
	}
	f.Question, f.By = chosen(f.Questions, question), chosen(f.Bys, by)
	q, _ := r.Question(f.Question)
	whole, _ := r.Figure(q.Name, disclosure.Group{})
	f.Scale = whole.Scale()
	for _, s := range whole.Shares() {
		f.Head = append(f.Head, w.answer(s))
	}
	for _, b := range r.Breakdowns() {
		if b.Name != f.By {
			continue
		}
		f.Caption = w.text("results.split.caption", map[string]any{"Question": w.title(q), "By": b.Label})
		for _, value := range b.Values {
			f.Rows = append(f.Rows, w.splitRow(r, q, b.Name, value, f.Scale))
		}
	}
	return f
}

func (w wording) splitRow(r *disclosure.Release, q disclosure.Question, by string, value disclosure.Value, scale bool) splitRow {
	row := splitRow{Label: w.value(value), Of: value.Merged != ""}
	g := disclosure.Group{Breakdown: by, Value: value.Name}
	p, reason := r.Figure(q.Name, g)
	if reason != disclosure.Shown {
		row.Hidden = "results.hidden." + string(reason)
		return row
	}
	row.Base, row.Find = p.Base(), groupText(g)
	for _, s := range p.Shares() {
		row.Cells = append(row.Cells, w.share(s))
	}
	if top, ok := p.Top2(); ok {
		one := w.share(top)
		row.Top = &one
	} else if scale && len(row.Cells) > 0 {
		row.Top = &row.Cells[len(row.Cells)-1] // in bands the highest steps stand together, last
	}
	return row
}

func firstGroup(r *disclosure.Release) disclosure.Group {
	for _, b := range r.Breakdowns() {
		for _, v := range b.Values {
			return disclosure.Group{Breakdown: b.Name, Value: v.Name}
		}
	}
	return disclosure.Group{}
}

// chosen is the value when it is offered, else the first one.
func chosen(options []page.Option, value string) string {
	for _, o := range options {
		if o.Value == value {
			return value
		}
	}
	return options[0].Value
}

// offerFindings puts the address at each figure from which a finding is made.
func (v *resultsPage) offerFindings(survey surveys.ID) {
	address := func(question, group string) string {
		query := url.Values{"vraag": {question}}
		if group != "" {
			query.Set("groep", group)
		}
		return "/beheer/uitvragen/" + string(survey) + "/bevinding?" + query.Encode()
	}
	for i := range v.Questions {
		if v.Questions[i].Hidden == "" {
			v.Questions[i].Find = address(v.Questions[i].Name, "")
		}
	}
	for i := range v.Split.Rows {
		if row := &v.Split.Rows[i]; row.Hidden == "" {
			row.Find = address(v.Split.Question, row.Find)
		}
	}
}

// update handles POST /beheer/uitvragen/:id/stand: the guard makes a new release.
func (p *resultsPages) update(c *gin.Context) error {
	s, err := p.survey(c)
	if err != nil {
		return err
	}
	forms, err := p.forms(c, s)
	if err != nil {
		return err
	}
	today := page.Today(c)
	list, err := p.Surveys.ListSurveys(c.Request.Context(), s.Org)
	if err != nil {
		return err
	}
	_, err = disclosure.Update(c.Request.Context(), p.Counts, p.Releases, s, forms, today, today, surveys.SamePeople(list, s)...)
	if key := refusedRelease(err); key != "" {
		return p.kit.SeeOther(c, "/beheer/uitvragen/"+string(s.ID)+"/resultaten", key)
	}
	if err != nil {
		return err
	}
	return p.kit.SeeOther(c, "/beheer/uitvragen/"+string(s.ID)+"/resultaten", "results.updated", "Date", today)
}
