package manage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"
	lru "github.com/hashicorp/golang-lru/v2"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
)

// SurveyStore is what these pages read of surveys and of what they asked.
type SurveyStore interface {
	ListSurveys(ctx context.Context, org surveys.OrgID) ([]surveys.Survey, error)
	FindSurvey(ctx context.Context, org surveys.OrgID, id surveys.ID) (*surveys.Survey, error)
	FindVersion(ctx context.Context, org surveys.OrgID, questionnaire surveys.ID, number int) (*surveys.Version, error)
}

// learner is what the pages for learning, deciding, telling and training share.
type learner struct {
	Store    LearnStore
	Surveys  SurveyStore
	Releases ReleaseStore
	Texts    TextStore
	Counts   *disclosure.Engine
	NewID    func() surveys.ID
	kit      *page.Kit
	confirm  *page.Template[confirmPage]
	compiled *lru.Cache[compiledKey, *questionnaire.Form] // a published version never changes
	mailings MailingStore                                 // nil: nothing is known of mail
	mails    bool                                         // the program can send mail
	wakes    func()                                       // tells that there may be some to send; nil: nobody listens
	keys     *responses.Keys                              // seals what somebody looks for
}

// compiledKey names a published version.
type compiledKey struct {
	org           surveys.OrgID
	questionnaire surveys.ID
	number        int
}

// mostCompiled is how many versions stay compiled.
const mostCompiled = 48

// mountLearn adds those pages.
func mountLearn(staff *page.StaffGroup, k *page.Kit, d Deps) {
	compiled, err := lru.New[compiledKey, *questionnaire.Form](mostCompiled)
	if err != nil {
		panic(err) // only when mostCompiled is not above 0
	}
	l := &learner{d.Learn, d.Ask, d.Releases, d.Texts, d.Counts, d.NewID, k, page.View[confirmPage](k, files, "decision_confirm.html"), compiled,
		d.Mailings, d.Mails, d.Wake, d.Ballots}
	results := mountResults(staff, l)
	mountTexts(staff, l)
	mountExports(staff, l)
	mountFindings(staff, l)
	mountDecisions(staff, l)
	mountDesigns(staff, l)
	mountNotices(staff, l)
	mountNeeds(staff, l)
	mountCourses(staff, l)
	mountCouncil(staff, l, results.show)
}

// confirmPage asks once more before something goes for good.
type confirmPage struct {
	page.Base
	Key    string // of the texts KEY.title, KEY.text and KEY.button
	Title  string
	Text   string
	Button string
	Harms  bool // the button is a warning
	Back   string
}

// ask shows a page that asks once more. Its form posts to the same address.
func (l *learner) ask(c *gin.Context, key, back string, harms bool, args map[string]any) error {
	v := confirmPage{Base: l.kit.StaffBase(c), Back: back, Harms: harms}
	v.Title = l.kit.Text(v.Lang, key+".title", args)
	v.Text = l.kit.Text(v.Lang, key+".text", args)
	v.Button = l.kit.Text(v.Lang, key+".button", args)
	return l.confirm.Render(c, 200, v)
}

// crumbsOf lead to a page of a survey, which is the last step. The title of the survey
// leads to what is below its address.
func (l *learner) crumbsOf(lang surveys.Lang, s *surveys.Survey, below string, steps ...page.Crumb) []page.Crumb {
	crumbs := append([]page.Crumb{{Text: l.kit.Text(lang, "menu.surveys", nil), Href: "/beheer/uitvragen"},
		{Text: s.Title.In(lang), Href: "/beheer/uitvragen/" + string(s.ID) + below}}, steps...)
	crumbs[len(crumbs)-1].Href = ""
	return crumbs
}

// survey finds the survey that the address names.
func (l *learner) survey(c *gin.Context) (*surveys.Survey, error) {
	return l.Surveys.FindSurvey(c.Request.Context(), page.Org(c).ID, surveys.ID(c.Param("id")))
}

// release finds the newest release of a survey; nil when there is none.
func (l *learner) release(c *gin.Context, survey surveys.ID) (*disclosure.Release, error) {
	r, err := l.Releases.FindRelease(c.Request.Context(), page.Org(c).ID, survey)
	if errors.Is(err, surveys.ErrNotFound) {
		return nil, nil
	}
	return r, err
}

// forms are the compiled versions that a survey may have asked, the newest last:
// wording may have been mended while it ran, so all up to its present one.
func (l *learner) forms(c *gin.Context, s *surveys.Survey) ([]*questionnaire.Form, error) {
	var forms []*questionnaire.Form
	for number := 1; number <= s.Version; number++ {
		form, err := l.form(c, compiledKey{s.Org, s.Questionnaire, number})
		if err != nil {
			return nil, err
		}
		forms = append(forms, form)
	}
	return forms, nil
}

// form is a published version, compiled.
func (l *learner) form(c *gin.Context, key compiledKey) (*questionnaire.Form, error) {
	if form, known := l.compiled.Get(key); known {
		return form, nil
	}
	v, err := l.Surveys.FindVersion(c.Request.Context(), key.org, key.questionnaire, key.number)
	if err != nil {
		return nil, err
	}
	var d questionnaire.Definition
	if err := json.Unmarshal(v.Definition, &d); err != nil {
		return nil, fmt.Errorf("read version %d of questionnaire %s: %w", key.number, key.questionnaire, err)
	}
	form, problems := questionnaire.Compile(&d)
	if form == nil {
		return nil, fmt.Errorf("compile version %d of questionnaire %s: %d problems", key.number, key.questionnaire, len(problems))
	}
	l.compiled.Add(key, form)
	return form, nil
}

// groupOf reads a group as an address writes it: "afdeling:publiekszaken", or with a
// comma two of those; the empty text is everybody.
func groupOf(text string) disclosure.Group {
	one, two, both := strings.Cut(text, ",")
	breakdown, value, _ := strings.Cut(one, ":")
	g := disclosure.Group{Breakdown: breakdown, Value: value}
	if both {
		breakdown, value, _ = strings.Cut(two, ":")
		g = g.And(disclosure.Group{Breakdown: breakdown, Value: value})
	}
	return g
}

// groupText writes a group for an address.
func groupText(g disclosure.Group) string {
	switch {
	case g.Breakdown == "":
		return ""
	case g.With == "":
		return g.Breakdown + ":" + g.Value
	}
	return g.Breakdown + ":" + g.Value + "," + g.With + ":" + g.WithValue
}

// typed is a form field without the space around it.
func typed(c *gin.Context, name string) string { return strings.TrimSpace(c.PostForm(name)) }

// typedText is a text in two languages: NAME, and NAME_en beside it.
func typedText(c *gin.Context, name string) surveys.Text {
	return surveys.Text{NL: typed(c, name), EN: typed(c, name+"_en")}
}

// wholeNumber reads a whole number as people type it: "1.200", "€ 1200". Nothing is 0.
func wholeNumber(s string) (int, bool) {
	s = strings.NewReplacer(".", "", "\u00a0", "", " ", "", "€", "", ",-", "").Replace(s)
	if s == "" {
		return 0, true
	}
	n, err := strconv.Atoi(s)
	return n, err == nil && n >= 0 && n < 1e9
}

// typedNumber writes a number for a form field; nothing for 0.
func typedNumber(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}
