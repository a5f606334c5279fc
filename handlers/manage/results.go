package manage

import (
	"errors"
	"net/http"
	"net/url"
	"slices"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
	"weerklank.nl/weerklank/surveys/training"
)

// resultsPages show what people answered, from releases only.
type resultsPages struct {
	*learner
	show *page.Template[resultsPage]
}

func mountResults(staff *page.StaffGroup, l *learner) *resultsPages {
	p := &resultsPages{l, page.View[resultsPage](l.kit, files, "results.html", "results_parts.html")}
	staff.GET("/beheer/uitvragen/:id/resultaten", surveys.ReadResults, p.results)
	staff.POST("/beheer/uitvragen/:id/stand", surveys.ManageDecisions, p.update)
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
	Silent    float64     // the part of the people asked who did not answer
	Band      *bandView   // of Top, had everybody answered
	Groups    []groupTable
	Filter    string        // the group of which the questions are shown, as an address writes it
	Filters   []page.Option // groups that are shown
	FilterIs  string        // how it is called
	Flags     *flagSwitch   // nil where nothing is said of flagged submissions
	Questions []figureView
	Needs     []needRow
	Split     splitForm
	Unread    bool     // some stored answers could not be read
	Damaged   []string // the stored responses that cannot be read at all, by the beginning of their random keys
	MayRead   bool     // open answers, before they are reviewed
	Written   string   // the address of what people wrote, as far as it was approved; "" while it is not in view
	Repeats   bool     // some questions were asked more than once of a person, and are not among these
	Council   bool
}

// Definitions are the measures of the page, each with what it is and whose it is.
func (resultsPage) Definitions() []string {
	return []string{"base", "interval", "signal", "top2", "middle", "mean", "silence", "finite", "score", "wave", "break"}
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
	mayFind := v.Staff.MayIn(surveys.ManageDecisions, s.ID)
	if v.Halted, err = p.Releases.Halted(c.Request.Context(), s.Org, s.ID); err != nil {
		return err
	}
	v.MayUpdate = mayFind && !v.Final && !s.OpenedAt.IsZero() && v.Halted == ""
	v.MayRead = v.Staff.MayIn(surveys.ReadTexts, s.ID)
	if v.Repeats, err = p.repeats(c, s); err != nil {
		return err
	}
	if mayFind {
		v.offerFindings(s.ID)
		if v.Unread {
			if v.Damaged, err = p.damaged(c, s); err != nil {
				return err
			}
		}
	}
	v.Crumbs = p.crumbsOf(v.Lang, s, "", page.Crumb{Text: p.kit.Text(v.Lang, "results.crumb", nil)})
	return p.show.Render(c, http.StatusOK, *v)
}

// damaged names the stored responses that cannot be read, for who mends them.
func (p *resultsPages) damaged(c *gin.Context, s *surveys.Survey) ([]string, error) {
	forms, err := p.forms(c, s)
	if err != nil {
		return nil, err
	}
	return p.Counts.Damaged(c.Request.Context(), s, forms)
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
		v.Silent = 1 - v.Response
	}
	if !v.Enough {
		return v, nil
	}
	if slices.ContainsFunc(openQuestions(r), func(q disclosure.Question) bool { return disclosure.TextsInView(s, r, q.Name, v.Today) }) {
		v.Written = "/beheer/uitvragen/" + string(s.ID) + "/geschreven"
	}
	v.Groups = w.takingPart(r, &page.Org(c).Structure)
	waves, err := l.waves(c, s, r)
	if err != nil {
		return nil, err
	}
	v.filter(w, r, c.Query("groep"))
	if err := v.show(c, l, w, waves, groupOf(v.Filter)); err != nil {
		return nil, err
	}
	v.Needs = w.importance(r, groupOf(v.Filter))
	v.Split = w.split(r, c.Request.URL.Query())
	return v, v.trend(c, l, w, waves)
}

// filter offers the groups of which all questions can be shown, and takes the one
// that was asked for. One that was not declared, or is not shown, is everybody.
func (v *resultsPage) filter(w wording, r *disclosure.Release, asked string) {
	v.Filters = []page.Option{{Key: "results.everybody"}}
	for _, g := range r.Groups() {
		if g.Breakdown == "" || g.Value == "" || len(v.Filters) > mostFilters {
			continue
		}
		v.Filters = append(v.Filters, page.Option{Value: groupText(g), Text: w.group(r, g)})
	}
	if v.Flags = flagSwitchOf(r); v.Flags != nil && v.Flags.Shown && asked == v.Flags.Value {
		v.Flags.On, v.Filter = true, asked
	} else {
		v.Filter = chosen(v.Filters, asked)
	}
	if v.Filter != "" {
		v.FilterIs = w.group(r, groupOf(v.Filter))
	}
}

// mostFilters bounds the groups that the filter offers.
const mostFilters = 300

// show puts the figures of a group on the page, each beside the wave before.
func (v *resultsPage) show(c *gin.Context, l *learner, w wording, waves []wave, g disclosure.Group) error {
	r := waves[len(waves)-1].release
	everybody := g == disclosure.Group{}
	for _, q := range r.Questions() {
		if isBreakdown(r, q.Name) {
			continue
		}
		if q.Kind == disclosure.Words {
			if p, reason := r.Figure(q.Name, disclosure.Group{}); reason == disclosure.Shown && v.Wrote == 0 {
				v.Wrote = p.Base()
			}
			continue
		}
		figure := w.figure(r, q, g)
		p, _ := r.Figure(q.Name, g)
		if everybody {
			figure.asked(p, v.Invited)
		}
		if err := w.beside(c, l, waves, &figure, g); err != nil {
			return err
		}
		var err error
		if figure.Mended, err = l.mended(c, waves[len(waves)-1].survey, q.Name); err != nil {
			return err
		}
		if v.Top == nil && figure.Top2 != nil && everybody {
			first := figure
			v.Top, v.Band = &first, figure.Silence
		}
		v.Unread = v.Unread || figure.Unread
		v.Questions = append(v.Questions, figure)
	}
	return nil
}

// trend puts the chosen question over all waves on the page, of the group that the
// page is filtered by.
func (v *resultsPage) trend(c *gin.Context, l *learner, w wording, waves []wave) error {
	f, r := &v.Split, waves[len(waves)-1].release
	name := f.Question
	if name == "" || name == allQuestions {
		if v.Top == nil || name == allQuestions {
			return nil
		}
		name = v.Top.Name
	}
	q, known := r.Question(name)
	whole, _ := r.Figure(name, disclosure.Group{})
	if !known || f.Answer == "" && !whole.Scale() {
		return nil
	}
	var err error
	if f.Mended, err = l.mended(c, waves[len(waves)-1].survey, name); err != nil {
		return err
	}
	if f.Trend, err = w.trend(c, l, waves, name, f.Answer, groupOf(v.Filter)); err != nil {
		return err
	}
	f.TrendTopic, f.TrendGroup = w.title(q), v.FilterIs
	f.TrendWhat = w.text("results.split.two_highest", nil)
	for _, o := range f.Answers {
		if f.Answer != "" && o.Value == f.Answer {
			f.TrendWhat = o.Text
		}
	}
	if len(waves) < 2 {
		return nil
	}
	before, now := waves[len(waves)-2], waves[len(waves)-1]
	for i := range f.Rows {
		row := &f.Rows[i]
		if row.Top == nil {
			continue
		}
		if p, reason := before.release.Figure(name, row.of); reason == disclosure.Shown {
			if share, ok := w.shareOf(p, f.Answer); ok {
				row.Before, f.Earlier = &share, before.release.AsOf
			}
		}
	}
	f.Reworded, err = l.reworded(c, before.survey, now.survey, name)
	return err
}

// importance are the competences of which importance and level were asked, the
// largest ranked discrepancy first; courses stand on the page of needs.
func (w wording) importance(r *disclosure.Release, g disclosure.Group) []needRow {
	var rows []needRow
	for _, need := range training.Needs(r, g) {
		row := w.need(&need, nil)
		if row.Hidden == "" {
			row.MiddleImportance, row.MiddleLevel = w.middle(need.Importance), w.middle(need.Level)
		}
		rows = append(rows, row)
	}
	return rows
}

func (w wording) middle(p disclosure.Protected) string {
	if share, ok := p.Middle(); ok {
		return w.answer(share)
	}
	return ""
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
			v.Questions[i].Find = address(v.Questions[i].Name, v.Filter)
		}
	}
	for i := range v.Split.Rows {
		if row := &v.Split.Rows[i]; row.Hidden == "" {
			row.Find = address(v.Split.Question, groupText(row.of))
		}
	}
	for _, table := range v.Split.Cross {
		for _, row := range table.Rows {
			for i := range row.Cells {
				if cell := &row.Cells[i]; cell.Share != nil {
					cell.Find = address(cell.question, groupText(cell.of))
				}
			}
		}
	}
}

// refusedRelease is what is said when the guard makes no release; "" for other errors.
func refusedRelease(err error) string {
	switch {
	case errors.Is(err, disclosure.ErrFinal):
		return "results.final"
	case errors.Is(err, disclosure.ErrNoMemory):
		return "results.no_memory"
	}
	return ""
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
