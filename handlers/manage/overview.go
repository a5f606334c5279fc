package manage

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
)

// overviewPage is the overview: what is needed now, and how all surveys stand.
type overviewPage struct {
	page.Base
	Needs   []need
	Rows    []surveyRow
	MayAsk  bool
	MayAdd  bool // people, who then may ask
	NoneYet bool
	Unusual []unusualRow
	Halted  int  // surveys that make no release since a restore
	Jumped  bool // the clock did, and nothing is closed, sent or deleted
	MayHalt bool // change that
}

// surveysPage lists all surveys, the newest first.
type surveysPage struct {
	page.Base
	Rows   []surveyRow
	MayAsk bool
}

// need is one thing that somebody has to do now.
type need struct {
	TitleKey  string
	Title     surveys.Text // of the survey
	Tone      string
	BadgeKey  string
	Days      int
	TextKey   string
	Date      surveys.Date
	Standing  disclosure.Standing
	Open      int
	Href      string
	ButtonKey string
	urgency   int
}

// surveyRow is a survey in a table.
type surveyRow struct {
	Href     string
	Title    surveys.Text
	ModeKey  string
	Phase    surveys.Phase
	Opens    surveys.Date
	Closes   surveys.Date
	StepKey  string
	Step     int // of the loop, 1 to 7; 8 when it went all the way round
	Invited  int
	Share    float64 // of the invited; 0 when nobody was, or nothing may be said
	Standing disclosure.Standing
	State    surveys.PromiseState
	Promise  surveys.Date // the day that counts
	Expected surveys.Date // the newest day, where the promise is late and was moved
	KeptOn   surveys.Date
	NextKey  string
}

type overviewPages struct {
	kit      *page.Kit
	deps     Deps
	overview *page.Template[overviewPage]
	list     *page.Template[surveysPage]
}

func mountOverview(staff *page.StaffGroup, k *page.Kit, d Deps) {
	p := &overviewPages{kit: k, deps: d,
		overview: page.View[overviewPage](k, files, "overview.html", "survey_table.html"),
		list:     page.View[surveysPage](k, files, "surveys.html", "survey_table.html"),
	}
	staff.GET("/beheer", surveys.ReadOverview, p.show)
	staff.GET("/beheer/uitvragen", surveys.ReadOverview, p.all)
}

// progress is how far a survey came on the loop.
type progress struct {
	findings, open int // findings, and those without a decision
	trains         bool
}

// loadRows reads all surveys with where they stand.
func (p *overviewPages) loadRows(ctx context.Context, org surveys.OrgID, today surveys.Date) ([]surveys.Survey, []surveyRow, map[surveys.ID]progress, error) {
	all, err := p.deps.Ask.ListSurveys(ctx, org)
	if err != nil {
		return nil, nil, nil, err
	}
	on, err := progressOf(ctx, p.deps.Learn, org, "")
	if err != nil {
		return nil, nil, nil, err
	}
	slices.SortFunc(all, func(a, b surveys.Survey) int {
		return cmp.Or(order(&a, today)-order(&b, today), dueOrder(&a, &b), cmp.Compare(a.ID, b.ID))
	})
	standings, err := p.deps.Releases.ListStandings(ctx, org)
	if err != nil {
		return nil, nil, nil, err
	}
	rows := make([]surveyRow, len(all))
	for n := range all {
		rows[n] = rowOf(&all[n], standings[all[n].ID], on[all[n].ID], today)
	}
	return all, rows, on, nil
}

// order puts late promises first, then what runs, then drafts, then what was kept.
func order(s *surveys.Survey, today surveys.Date) int {
	switch state := s.Promise.State(today); {
	case s.Phase(today) == surveys.Draft:
		return 2
	case state == surveys.PromiseLate:
		return 0
	case state == surveys.PromiseRunning:
		return 1
	default:
		return 3
	}
}

// dueOrder puts the first promise on top; of kept ones the latest.
func dueOrder(a, b *surveys.Survey) int {
	if a.Promise.KeptOn != "" && b.Promise.KeptOn != "" {
		return cmp.Compare(b.Promise.KeptOn, a.Promise.KeptOn)
	}
	return cmp.Compare(a.Promise.Due(), b.Promise.Due())
}

// progressOf tells per survey what was found and decided; of all surveys for "".
func progressOf(ctx context.Context, store LearnStore, org surveys.OrgID, survey surveys.ID) (map[surveys.ID]progress, error) {
	findings, err := store.ListFindings(ctx, org, survey)
	if err != nil {
		return nil, err
	}
	// Decisions of every survey: one may answer findings of several.
	decided, err := store.ListDecisions(ctx, org, "")
	if err != nil {
		return nil, err
	}
	answered, trains := map[surveys.ID]bool{}, map[surveys.ID]bool{}
	for _, d := range decided {
		if d.RecordedAt.IsZero() {
			continue
		}
		for _, f := range d.Findings {
			answered[f] = true
			trains[f] = trains[f] || d.Design != ""
		}
	}
	out := map[surveys.ID]progress{}
	for _, f := range findings {
		on := out[f.Survey]
		on.findings++
		if !answered[f.ID] {
			on.open++
		}
		on.trains = on.trains || trains[f.ID]
		out[f.Survey] = on
	}
	return out, nil
}

// stepOf is where a survey stands on the loop: 1 asking, 2 answering, 3 learning,
// 4 deciding, 5 telling, 6 training, 7 measuring again.
func stepOf(s *surveys.Survey, on progress, today surveys.Date) int {
	switch phase := s.Phase(today); {
	case phase == surveys.Draft:
		return 1
	case phase != surveys.Closed:
		return 2
	case s.Promise.KeptOn != "" && on.trains:
		return 6
	case s.Promise.KeptOn != "":
		return 7
	case on.findings == 0:
		return 3
	case on.open > 0:
		return 4
	default:
		return 5
	}
}

// nextKeys say what each step needs.
var nextKeys = map[int]string{
	1: "overview.next.open", 2: "overview.next.nothing", 3: "overview.next.finding",
	4: "overview.next.decision", 5: "overview.next.notice", 6: "overview.next.train", 7: "overview.next.again",
}

func rowOf(s *surveys.Survey, standing disclosure.Standing, on progress, today surveys.Date) surveyRow {
	row := surveyRow{
		Href: "/beheer/uitvragen/" + string(s.ID), Title: s.Title, ModeKey: "mode." + string(s.Mode), Phase: s.Phase(today),
		Opens: s.Opens, Closes: s.Closes, Step: stepOf(s, on, today), Invited: s.Invited, Standing: standing,
		State: s.Promise.State(today), Promise: s.Promise.Due(), KeptOn: s.Promise.KeptOn,
	}
	if row.Phase == surveys.Draft {
		row.State = ""
	}
	if expected := s.Promise.Expected(); expected != row.Promise {
		row.Expected = expected
	}
	if standing.Shown && s.Invited > 0 {
		row.Share = float64(standing.Responses) / float64(s.Invited)
	}
	row.NextKey, row.StepKey = nextKeys[row.Step], "step."+strconv.Itoa(row.Step)
	if row.Step == 2 && invitesNobody(s) {
		row.NextKey = "overview.next.invite"
	}
	return row
}

// invitesNobody tells that only who is invited can answer, and that nobody is.
func invitesNobody(s *surveys.Survey) bool { return s.Mode.Invites() && s.Invited == 0 }

// soon is within how many days a running promise is something to do now.
const soon = 28

// needOf is what a survey asks of people now; false for nothing.
func needOf(s *surveys.Survey, row surveyRow, on progress, today surveys.Date) (need, bool) {
	n := need{Title: s.Title, Date: row.Promise, Standing: row.Standing, Open: on.open, Href: row.Href}
	late := row.State == surveys.PromiseLate
	switch row.Step {
	case 1:
		n.TitleKey, n.Tone, n.BadgeKey = "overview.need.draft", "neutral", "overview.badge.draft"
		n.TextKey, n.Href, n.ButtonKey = "overview.need.draft_text", row.Href+"/bewerken", "overview.need.draft_button"
		n.urgency = 1000
		return n, true
	case 2:
		n.TitleKey, n.Tone, n.BadgeKey = "overview.need.invite", "warning", "overview.badge.nobody"
		n.TextKey, n.Href, n.ButtonKey = "overview.need.invite_text", row.Href+"/uitnodigingen", "overview.need.invite_button"
		return n, invitesNobody(s)
	case 3:
		n.TitleKey, n.Href, n.ButtonKey = "overview.need.finding", row.Href+"/resultaten", "overview.need.finding_button"
	case 4:
		n.TitleKey, n.Href, n.ButtonKey = "overview.need.decide", "/beheer/besluiten", "overview.need.decide_button"
	case 5:
		n.TitleKey, n.Href, n.ButtonKey = "overview.need.tell", "/beheer/terugkoppelingen", "overview.need.tell_button"
	default:
		return n, false
	}
	if late {
		n.Days, n.Tone, n.BadgeKey, n.TextKey = s.Promise.DaysLate(today), "danger", "overview.badge.late", "overview.need.late_text"
		n.urgency = -n.Days
		return n, true
	}
	n.Days, n.Tone, n.BadgeKey, n.TextKey = today.Days(row.Promise), "warning", "overview.badge.left", "overview.need.text"
	n.urgency = n.Days + 1
	return n, n.Days <= soon
}

// show handles GET /beheer.
func (p *overviewPages) show(c *gin.Context) error {
	today := page.Today(c)
	all, rows, on, err := p.loadRows(c.Request.Context(), page.Org(c).ID, today)
	if err != nil {
		return err
	}
	v := overviewPage{Base: p.kit.StaffBase(c), NoneYet: len(all) == 0}
	v.MayAsk, v.MayAdd = v.Staff.May(surveys.ManageSurveys), v.Staff.May(surveys.ManagePeople)
	for n := range all {
		may := surveys.ReadResults // who may not open the page that a need leads to is not asked
		if rows[n].Step <= 2 {
			may = surveys.ManageSurveys
		}
		if todo, ok := needOf(&all[n], rows[n], on[all[n].ID], today); ok && v.Staff.May(may) {
			v.Needs = append(v.Needs, todo)
		}
	}
	slices.SortStableFunc(v.Needs, func(a, b need) int { return a.urgency - b.urgency })
	v.Rows = rows
	if v.Unusual, err = p.unusual(c, all); err != nil {
		return err
	}
	halted, err := p.deps.Releases.ListHalted(c.Request.Context(), page.Org(c).ID)
	if err != nil {
		return err
	}
	for _, h := range halted {
		if h.ResumedOn == "" {
			v.Halted++
		}
	}
	if _, v.Jumped, err = p.deps.clockJumped(c); err != nil {
		return err
	}
	v.MayHalt = v.Staff.May(surveys.ManageSettings)
	return p.overview.Render(c, http.StatusOK, v)
}

// all handles GET /beheer/uitvragen.
func (p *overviewPages) all(c *gin.Context) error {
	_, rows, _, err := p.loadRows(c.Request.Context(), page.Org(c).ID, page.Today(c))
	if err != nil {
		return err
	}
	slices.SortStableFunc(rows, func(a, b surveyRow) int { return cmp.Compare(b.Opens, a.Opens) })
	v := surveysPage{Base: p.kit.StaffBase(c), Rows: rows}
	v.MayAsk = v.Staff.May(surveys.ManageSurveys)
	return p.list.Render(c, http.StatusOK, v)
}
