package manage

import (
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
	"weerklank.nl/weerklank/surveys/training"
)

// needsPages show what people need to learn, from protected figures only.
type needsPages struct {
	*learner
	show *page.Template[needsPage]
}

func mountNeeds(staff *page.StaffGroup, l *learner) {
	p := &needsPages{l, page.View[needsPage](l.kit, files, "needs.html")}
	staff.GET("/beheer/opleidingen/behoeften", surveys.ReadResults, p.needs)
}

type needsPage struct {
	page.Base
	Surveys  []page.Option
	Survey   string
	Groups   []page.Option
	Group    string
	Title    surveys.Text
	AsOf     surveys.Date
	Smallest int
	Rows     []needRow
	Fitting  bool // a course fits one of them
}

// needRow is a competence: what the work asks, what people can, and how many fall short.
type needRow struct {
	Name       string
	Anchor     string
	Importance string // mean, one decimal
	Level      string
	Dots       dots
	Below      shareView
	Score      int
	Remedy     string // a key
	Tone       string
	Courses    []courseMatch
	Hidden     string // a key

	MiddleImportance string // the answer of the median person
	MiddleLevel      string
}

// dots are the places of importance and level on a scale from 1 to 5, on a bar of
// 100 wide.
type dots struct{ Importance, Level string }

// place is where a value from 1 to 5 stands on the bar of the screens.
func place(value float64) string {
	return strconv.FormatFloat(5+(value-1)*22.5, 'f', 1, 64)
}

// courseMatch is a course that fits, with why.
type courseMatch struct {
	ID    string
	Title surveys.Text
	Why   []string // keys
}

// needs handles GET /beheer/opleidingen/behoeften.
func (p *needsPages) needs(c *gin.Context) error {
	ctx, org := c.Request.Context(), page.Org(c).ID
	v := needsPage{Base: p.kit.StaffBase(c)}
	asked, err := p.Surveys.ListSurveys(ctx, org)
	if err != nil {
		return err
	}
	w, err := p.wording(c)
	if err != nil {
		return err
	}
	released := map[surveys.ID]*disclosure.Release{}
	for i := len(asked) - 1; i >= 0; i-- {
		s := &asked[i]
		r, err := p.release(c, s.ID)
		if err != nil {
			return err
		}
		if r != nil && len(training.Needs(r, disclosure.Group{})) > 0 {
			released[s.ID] = r
			v.Surveys = append(v.Surveys, page.Option{Value: string(s.ID), Text: string(s.Opens[:4]) + ": " + s.Title.In(v.Lang)})
		}
	}
	if len(v.Surveys) == 0 {
		return p.show.Render(c, http.StatusOK, v)
	}
	v.Survey = chosen(v.Surveys, c.Query("uitvraag"))
	s, r := surveyIn(asked, surveys.ID(v.Survey)), released[surveys.ID(v.Survey)]
	v.Title, v.AsOf, v.Smallest = s.Title, r.AsOf, r.Smallest()
	v.Groups = []page.Option{{Key: "needs.everybody"}}
	for _, b := range r.Breakdowns() {
		for _, value := range b.Values {
			g := disclosure.Group{Breakdown: b.Name, Value: value.Name}
			if _, reason := r.Figure("", g); reason == disclosure.Shown {
				v.Groups = append(v.Groups, page.Option{Value: groupText(g), Text: w.value(value) + " – " + b.Label.In(v.Lang)})
			}
		}
	}
	v.Group = chosen(v.Groups, c.Query("groep"))
	courses, err := p.Store.ListCourses(ctx, org)
	if err != nil {
		return err
	}
	for _, need := range training.Needs(r, groupOf(v.Group)) {
		row := w.need(&need, courses)
		v.Rows, v.Fitting = append(v.Rows, row), v.Fitting || len(row.Courses) > 0
	}
	return p.show.Render(c, http.StatusOK, v)
}

func (w wording) need(n *training.Need, courses []training.Course) needRow {
	row := needRow{Name: w.competences[n.Competence].In(w.lang), Anchor: n.Competence}
	if row.Name == "" {
		row.Name = n.Competence
	}
	if n.Hidden != "" {
		row.Hidden = "results.hidden." + string(n.Hidden)
		return row
	}
	mean := func(p disclosure.Protected) (string, string) {
		m, ok := p.Mean()
		if !ok {
			return "", ""
		}
		return w.text("needs.mean", map[string]any{"Mean": m}), place(m)
	}
	row.Importance, row.Dots.Importance = mean(n.Importance)
	row.Level, row.Dots.Level = mean(n.Level)
	row.Below, row.Score = w.share(n.Below), n.Score
	switch n.Remedy {
	case training.RemedyTraining:
		row.Remedy, row.Tone = "needs.remedy.training", "success"
	case training.RemedyOrganisation:
		row.Remedy, row.Tone = "needs.remedy.organisation", "warning"
	case training.RemedyUnknown:
		row.Remedy, row.Tone = "needs.remedy.unknown", "neutral"
	default:
		row.Remedy, row.Tone = "needs.remedy.none", "neutral"
	}
	for i, m := range n.Courses(courses) {
		if i == mostFitting {
			break
		}
		row.Courses = append(row.Courses, courseMatchOf(m))
	}
	return row
}

// mostFitting bounds the courses that are named beside a need; the catalogue has all.
const mostFitting = 3

func courseMatchOf(m training.Match) courseMatch {
	one := courseMatch{ID: m.Course.ID, Title: m.Course.Title}
	for _, why := range m.Why {
		one.Why = append(one.Why, "needs.why."+string(why))
	}
	return one
}
