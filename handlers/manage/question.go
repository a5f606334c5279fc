package manage

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// questionPage is the editor with one question chosen.
type questionPage struct {
	page.Base
	side
	Form        questionForm
	Number      int
	Kind        string // as the plain form names it; "" for what it leaves alone
	KindKey     string
	IsGroup     bool
	Fixed       bool // the name was published
	SinceFirst  int  // the version that first had it
	Conditions  []page.Option
	RequiredBy  string // an expression that the plain form leaves alone
	SharedWith  []string
	HasChoices  bool
	Filtered    bool
	Calculation string
	Constraint  string
	PreviewHint string
	Preview     string
	Options     []string
}

// Number1 counts choices from one, as people do.
func (questionPage) Number1(n int) int { return n + 1 }

// RequiredOptions is the one box that makes a question required.
func (questionPage) RequiredOptions() []page.Option {
	return []page.Option{{Value: "ja", Key: "question.required"}}
}

// WhenOptions say when people see the question.
func (questionPage) WhenOptions() []page.Option {
	return page.KeyOptions("question.when.", "altijd", "als", "formule")
}

// addQuestion handles POST /beheer/vragenlijsten/:id/vraag: a new question behind
// the one that was chosen, or at the end.
func (p *questionnairePages) addQuestion(c *gin.Context) error {
	kind, name := c.PostForm("soort"), ""
	err := p.changeDraft(c, c.PostForm("revision"), func(q *surveys.Questionnaire, d *questionnaire.Definition) error {
		earlier, err := p.earlier(c, q)
		if err != nil {
			return err
		}
		name = questionnaire.FreeName("vraag", append(earlier, d)...)
		words := func(key string) map[string]string {
			out := map[string]string{}
			for _, lang := range page.Languages {
				out[string(lang)] = p.kit.Text(lang, key, nil)
			}
			return out
		}
		d.InsertAfter(c.PostForm("na"), newItem(d, kind, name, words))
		return nil
	})
	if err != nil {
		return err
	}
	return p.kit.SeeOther(c, "/beheer/vragenlijsten/"+c.Param("id")+"/vraag/"+name, "question.added")
}

// findItem finds the question of the address in what stands there now.
func (p *questionnairePages) findItem(c *gin.Context) (*surveys.Questionnaire, *questionnaire.Definition, *questionnaire.Item, error) {
	q, err := p.find(c)
	if err != nil {
		return nil, nil, nil, err
	}
	d, err := p.newest(c, q)
	if err != nil {
		return nil, nil, nil, err
	}
	i := d.Item(c.Param("naam"))
	if i == nil {
		return nil, nil, nil, surveys.ErrNotFound
	}
	return q, d, i, nil
}

// showQuestion handles GET /beheer/vragenlijsten/:id/vraag/:naam.
func (p *questionnairePages) showQuestion(c *gin.Context) error {
	q, d, i, err := p.findItem(c)
	if err != nil {
		return err
	}
	return p.showItem(c, http.StatusOK, q, d, i, shownQuestion(d, i, q.Revision), nil)
}

func (p *questionnairePages) showItem(c *gin.Context, status int, q *surveys.Questionnaire, d *questionnaire.Definition, i *questionnaire.Item, form questionForm, wrong surveys.Invalid) error {
	faults, earlier, err := p.faultsOf(c, q, d)
	if err != nil {
		return err
	}
	form.know(d.ListNamed(i.List))
	v := questionPage{Base: p.kit.StaffBase(c), Form: form, Kind: kindOf(d, i), KindKey: kindKey(d, i),
		IsGroup: i.Kind != questionnaire.Question, Calculation: i.Calculation, Constraint: i.Constraint}
	v.Problems = wrong
	if wrong == nil {
		for _, each := range p.worded(v.Lang, faults) {
			if each.Question == i.Name && each.Error {
				v.Problems.AddWith(fieldOfColumn(each.Column), "questionnaire.fault", map[string]any{"What": each.What, "Cure": each.Cure})
			}
		}
	}
	v.side = p.sideOf(v.Lang, q, d, i.Name, faults)
	if err := p.prove(c, d, &v.side); err != nil {
		return err
	}
	numbers := map[string]int{}
	for _, each := range v.Items {
		numbers[each.Name] = each.Number
	}
	v.Number = numbers[i.Name]
	v.Conditions = conditionOptions(d, i, v.Lang, numbers)
	for n, old := range earlier {
		if old.Item(i.Name) != nil {
			v.Fixed, v.SinceFirst = true, n+1
			break
		}
	}
	if i.Required != "" && !required(i) && i.Required != "no" && i.Required != "false" {
		v.RequiredBy = i.Required
	}
	v.HasChoices, v.Filtered = hasChoices(v.Kind), i.ChoiceFilter != ""
	for _, other := range d.UsersOf(i.List) {
		if other != i {
			v.SharedWith = append(v.SharedWith, d.In(other.Label, string(v.Lang)))
		}
	}
	v.Preview, v.PreviewHint = d.In(i.Label, string(v.Lang)), d.In(i.Hint, string(v.Lang))
	if list := d.ListNamed(i.List); list != nil {
		for _, each := range list.Choices {
			v.Options = append(v.Options, d.In(each.Label, string(v.Lang)))
		}
	}
	return p.edited.Render(c, status, v)
}

// fieldOfColumn is the form field at which a fault in a column of the sheet stands.
func fieldOfColumn(column string) string {
	switch column {
	case "relevant":
		return "formule"
	case "name":
		return "naam"
	}
	return "tekst"
}

// changeQuestion handles POST /beheer/vragenlijsten/:id/vraag/:naam.
func (p *questionnairePages) changeQuestion(c *gin.Context) error {
	q, d, i, err := p.findItem(c)
	if err != nil {
		return err
	}
	base := "/beheer/vragenlijsten/" + string(q.ID)
	form := readQuestion(c)
	switch c.PostForm("ga") {
	case "meer":
		form.Choices = append(form.Choices, emptyChoices(len(form.Choices), 4)...)
		return p.showItem(c, http.StatusOK, q, d, i, form, nil)
	case "verwijderen":
		return p.removeQuestion(c, form.Revision, i.Name, base)
	case "omhoog", "omlaag":
		by := -1
		if c.PostForm("ga") == "omlaag" {
			by = 1
		}
		return p.keepQuestion(c, form, func(d *questionnaire.Definition, name string) { d.Move(name, by) })
	}
	return p.keepQuestion(c, form, nil)
}

// keepQuestion keeps what was typed, and does one thing more.
func (p *questionnairePages) keepQuestion(c *gin.Context, form questionForm, more func(d *questionnaire.Definition, name string)) error {
	name := c.Param("naam")
	var tried *questionnaire.Definition
	err := p.changeDraft(c, form.Revision, func(q *surveys.Questionnaire, d *questionnaire.Definition) error {
		earlier, err := p.earlier(c, q)
		if err != nil {
			return err
		}
		i, fixed := d.Item(name), false
		for _, old := range earlier {
			fixed = fixed || old.Item(name) != nil
		}
		tried = d
		if err := form.fill(d, i, fixed, earlier); err != nil {
			return err
		}
		name = i.Name
		if more != nil {
			more(d, name)
		}
		return nil
	})
	var wrong surveys.Invalid
	if errors.As(err, &wrong) && tried != nil {
		q, err := p.find(c)
		if err != nil {
			return err
		}
		if n := len(form.Choices); n > 0 && form.Choices[n-1].TextNL != "" {
			form.Choices = append(form.Choices, emptyChoices(n, 1)...)
		}
		return p.showItem(c, http.StatusUnprocessableEntity, q, tried, tried.Item(name), form, wrong)
	}
	if err != nil {
		return err
	}
	return p.kit.SeeOther(c, "/beheer/vragenlijsten/"+c.Param("id")+"/vraag/"+name, "question.kept")
}

// removeQuestion takes a question out, unless another one speaks of it.
func (p *questionnairePages) removeQuestion(c *gin.Context, revision, name, base string) error {
	err := p.changeDraft(c, revision, func(_ *surveys.Questionnaire, d *questionnaire.Definition) error {
		rest := d.Clone()
		rest.Remove(name)
		if usedElsewhere(rest, name) {
			return surveys.Invalid{{Field: "ga", Key: "question.in_use"}}
		}
		d.Remove(name)
		return nil
	})
	var wrong surveys.Invalid
	if errors.As(err, &wrong) {
		q, d, i, err := p.findItem(c)
		if err != nil {
			return err
		}
		form := readQuestion(c)
		form.Revision = strconv.Itoa(q.Revision)
		return p.showItem(c, http.StatusUnprocessableEntity, q, d, i, form, wrong)
	}
	if err != nil {
		return err
	}
	return p.kit.SeeOther(c, base, "question.removed")
}
