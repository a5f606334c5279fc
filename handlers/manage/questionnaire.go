package manage

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// questionnairePage is the editor with no question chosen: the titles, the
// questions in order, the tips and publishing.
type questionnairePage struct {
	page.Base
	side
	Form     titleForm
	Faults   []importProblem // that stand in the way of publishing
	Surveys  []surveys.Survey
	MayWord  bool // the newest version is asked somewhere and this draft changes words only
	Versions []surveys.Version
}

// titleForm is what was typed for the questionnaire as a whole.
type titleForm struct {
	Revision string
	TitleNL  string
	TitleEN  string
}

// side is what stands beside the form: the list of questions and the tips.
type side struct {
	ID        surveys.ID
	Title     surveys.Text
	Template  bool
	Published int
	HasDraft  bool
	Next      int // the number of the version that the draft becomes
	Minutes   int
	Revision  int
	Items     []sideItem
	Tips      []tip
	Chosen    string
	Kinds     []page.Option
	Proof     proofView
}

type sideItem struct {
	Href    string
	Name    string
	Label   string
	Number  int // of a question; 0 for others
	KindKey string
	Meta    []string // keys
	Depth   int
	Current bool
	Faulty  bool
	Tips    int
	Found   int // by the prover
}

type tip struct {
	Href   string
	Number int
	Key    string
	Args   map[string]any
}

// sideOf works out the list of questions and the tips.
func (p *questionnairePages) sideOf(lang page.Lang, q *surveys.Questionnaire, d *questionnaire.Definition, chosen string, faults []questionnaire.Problem) side {
	s := side{ID: q.ID, Title: q.Title, Template: q.Template, Published: q.Published, HasDraft: q.Draft != nil,
		Next: q.Published + 1, Revision: q.Revision, Chosen: chosen, Kinds: kindOptions(true)}
	_, s.Minutes = size(d)
	faulty := map[string]bool{}
	for _, f := range faults {
		faulty[f.Question] = faulty[f.Question] || f.Severity == questionnaire.Error
	}
	advice := questionnaire.Advise(d, string(lang))
	tips := map[string]int{}
	for _, a := range advice {
		tips[a.Question]++
	}
	numbers := map[string]int{}
	href := func(name string) string { return "/beheer/vragenlijsten/" + string(q.ID) + "/vraag/" + name }
	var add func(items []*questionnaire.Item, depth int)
	add = func(items []*questionnaire.Item, depth int) {
		for _, i := range items {
			item := sideItem{Href: href(i.Name), Name: i.Name, Label: d.In(i.Label, string(lang)), Depth: depth,
				KindKey: kindKey(d, i), Current: i.Name == chosen, Faulty: faulty[i.Name], Tips: tips[i.Name]}
			if item.Label == "" {
				item.Label = i.Name
			}
			if isAsked(i) {
				item.Number = len(numbers) + 1
				numbers[i.Name] = item.Number
			}
			if required(i) {
				item.Meta = append(item.Meta, "question.meta.required")
			}
			if i.Relevant != "" {
				item.Meta = append(item.Meta, "question.meta.conditional")
			}
			if i.Prefill == "collector" {
				item.Meta = append(item.Meta, "question.meta.prefill")
			}
			s.Items = append(s.Items, item)
			add(i.Items, depth+1)
		}
	}
	add(d.Items, 0)
	for _, a := range advice {
		s.Tips = append(s.Tips, tip{Href: href(a.Question), Number: numbers[a.Question], Key: a.Key, Args: a.Args})
	}
	return s
}

func required(i *questionnaire.Item) bool {
	switch i.Required {
	case "yes", "true", "true()":
		return true
	}
	return false
}

// faultsOf is what is wrong with a definition as the next version of a questionnaire.
func (p *questionnairePages) faultsOf(c *gin.Context, q *surveys.Questionnaire, d *questionnaire.Definition) ([]questionnaire.Problem, []*questionnaire.Definition, error) {
	_, problems := questionnaire.Compile(d)
	earlier, err := p.earlier(c, q)
	if err != nil {
		return nil, nil, err
	}
	return append(problems, questionnaire.Continues(d, earlier...)...), earlier, nil
}

// show handles GET /beheer/vragenlijsten/:id.
func (p *questionnairePages) show(c *gin.Context) error {
	q, err := p.find(c)
	if err != nil {
		return err
	}
	d, err := p.newest(c, q)
	if err != nil {
		return err
	}
	form := titleForm{Revision: strconv.Itoa(q.Revision), TitleNL: d.Own(d.Title, "nl"), TitleEN: d.Own(d.Title, "en")}
	return p.showEditor(c, http.StatusOK, q, d, form, nil)
}

func (p *questionnairePages) showEditor(c *gin.Context, status int, q *surveys.Questionnaire, d *questionnaire.Definition, form titleForm, wrong surveys.Invalid) error {
	faults, _, err := p.faultsOf(c, q, d)
	if err != nil {
		return err
	}
	v := questionnairePage{Base: p.kit.StaffBase(c), Form: form}
	v.Problems = wrong
	v.side = p.sideOf(v.Lang, q, d, "", faults)
	if err := p.prove(c, d, &v.side); err != nil {
		return err
	}
	v.Faults = p.worded(v.Lang, faults)
	list, err := p.deps.Ask.ListSurveys(c.Request.Context(), q.Org)
	if err != nil {
		return err
	}
	for _, s := range list {
		if s.Questionnaire == q.ID {
			v.Surveys = append(v.Surveys, s)
		}
	}
	return p.edit.Render(c, status, v)
}

// change handles POST /beheer/vragenlijsten/:id: keep the titles, publish the
// draft, or throw it away.
func (p *questionnairePages) change(c *gin.Context) error {
	switch c.PostForm("ga") {
	case "publiceren":
		return p.publish(c)
	case "weggooien":
		return p.discard(c)
	}
	form := titleForm{Revision: c.PostForm("revision"), TitleNL: trimmed(c, "titel"), TitleEN: trimmed(c, "titel_en")}
	var wrong surveys.Invalid
	wrong.Require(form.TitleNL != "" || form.TitleEN != "", "titel", "questionnaire.no_title")
	if wrong != nil {
		q, err := p.find(c)
		if err != nil {
			return err
		}
		d, err := p.newest(c, q)
		if err != nil {
			return err
		}
		return p.showEditor(c, http.StatusUnprocessableEntity, q, d, form, wrong)
	}
	err := p.changeDraft(c, form.Revision, func(_ *surveys.Questionnaire, d *questionnaire.Definition) error {
		d.Put(&d.Title, "nl", form.TitleNL)
		d.Put(&d.Title, "en", form.TitleEN)
		return nil
	})
	if err != nil {
		return err
	}
	return p.kit.SeeOther(c, c.Request.URL.Path, "questionnaire.kept")
}

// changeDraft lets change alter the draft, which is made from the newest version
// when there is none, and keeps it when nobody else was first.
func (p *questionnairePages) changeDraft(c *gin.Context, revision string, change func(*surveys.Questionnaire, *questionnaire.Definition) error) error {
	org, id := page.Org(c).ID, surveys.ID(c.Param("id"))
	q, err := p.deps.Ask.FindQuestionnaire(c.Request.Context(), org, id)
	if err != nil {
		return err
	}
	d, err := p.newest(c, q)
	if err != nil {
		return err
	}
	if err := change(q, d); err != nil {
		return err
	}
	data, err := json.Marshal(d)
	if err != nil {
		return fmt.Errorf("write draft: %w", err)
	}
	return p.deps.Ask.ChangeQuestionnaire(c.Request.Context(), org, id, func(now *surveys.Questionnaire) error {
		if strconv.Itoa(now.Revision) != revision || now.Revision != q.Revision {
			return surveys.ErrChangedMeanwhile
		}
		if now.Template {
			return surveys.ErrForbidden
		}
		now.Draft, now.Title = data, titleOf(d)
		return nil
	})
}

// publish makes the draft the next version, which never changes.
func (p *questionnairePages) publish(c *gin.Context) error {
	q, err := p.find(c)
	if err != nil {
		return err
	}
	d, err := p.newest(c, q)
	if err != nil {
		return err
	}
	faults, _, err := p.faultsOf(c, q, d)
	if err != nil {
		return err
	}
	if hasError(faults) {
		form := titleForm{Revision: strconv.Itoa(q.Revision), TitleNL: d.Own(d.Title, "nl"), TitleEN: d.Own(d.Title, "en")}
		var wrong surveys.Invalid
		for _, each := range p.worded(page.Language(c), faults) {
			if each.Error {
				wrong.AddWith("vraag-"+each.Question, "questionnaire.fault", map[string]any{"What": each.What, "Cure": each.Cure})
			}
		}
		return p.showEditor(c, http.StatusUnprocessableEntity, q, d, form, wrong)
	}
	revision := c.PostForm("revision")
	number := 0
	err = p.deps.Ask.PublishVersion(c.Request.Context(), q.Org, q.ID, func(now *surveys.Questionnaire) (*surveys.Version, error) {
		if strconv.Itoa(now.Revision) != revision || now.Revision != q.Revision {
			return nil, surveys.ErrChangedMeanwhile
		}
		v, err := now.Publish(publishedOn(c), page.Staff(c).ID)
		if err == nil {
			number = v.Number
		}
		return v, err
	})
	var wrong surveys.Invalid
	if errors.As(err, &wrong) {
		return p.kit.SeeOther(c, c.Request.URL.Path, wrong[0].Key)
	}
	if err != nil {
		return err
	}
	return p.kit.SeeOther(c, c.Request.URL.Path, "questionnaire.published", "Number", number)
}

// discard throws the draft away: the newest version stays.
func (p *questionnairePages) discard(c *gin.Context) error {
	revision := c.PostForm("revision")
	err := p.deps.Ask.ChangeQuestionnaire(c.Request.Context(), page.Org(c).ID, surveys.ID(c.Param("id")), func(now *surveys.Questionnaire) error {
		if strconv.Itoa(now.Revision) != revision {
			return surveys.ErrChangedMeanwhile
		}
		return now.DiscardDraft()
	})
	var wrong surveys.Invalid
	if errors.As(err, &wrong) {
		return p.kit.SeeOther(c, c.Request.URL.Path, wrong[0].Key)
	}
	if err != nil {
		return err
	}
	return p.kit.SeeOther(c, c.Request.URL.Path, "questionnaire.discarded")
}

// compiled is a published definition as a form; it was compiled before it was
// published, so a fault in it is ours.
func compiled(d *questionnaire.Definition) (*questionnaire.Form, error) {
	form, problems := questionnaire.Compile(d)
	if form == nil {
		return nil, fmt.Errorf("compile published version of %s: %d problems", d.FormID, len(problems))
	}
	return form, nil
}
