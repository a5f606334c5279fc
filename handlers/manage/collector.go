package manage

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// collectorPage adds or changes a way in to a survey.
type collectorPage struct {
	page.Base
	Survey     surveys.ID
	Title      surveys.Text
	ID         surveys.ID // "" for a new one
	Name       surveys.Text
	Form       collectorForm
	Kinds      []page.Option
	Budgets    []page.Option
	Prefill    []prefillField
	PublicLink []string // in the pieces between which it may break
	QR         QR
	Address    bool // the organisation has a public address
}

type collectorForm struct {
	Revision, NameNL, NameEN, Kind, Code, Budget string
	Prefill                                      map[string]string
}

// prefillField is a question that the way in may fill in.
type prefillField struct {
	Name    string // of the form field
	Label   string
	Value   string
	Options []page.Option
}

// offered are the kinds of collector that a person may add. Invitations are made
// with the ledger of who was invited.
var offered = []surveys.CollectorKind{surveys.Link, surveys.QR, surveys.Kiosk, surveys.Phone, surveys.Paper}

type collectorPages struct {
	*surveyPages
	edit   *page.Template[collectorPage]
	poster *page.Template[posterPage]
}

func mountCollectors(staff *page.StaffGroup, k *page.Kit, d Deps) {
	p := &collectorPages{surveyPages: &surveyPages{kit: k, deps: d},
		edit:   page.View[collectorPage](k, files, "collector.html"),
		poster: page.View[posterPage](k, files, "poster.html"),
	}
	const may = surveys.ManageSurveys
	staff.GET("/beheer/uitvragen/:id/ingangen/nieuw", may, p.newCollector)
	staff.POST("/beheer/uitvragen/:id/ingangen/nieuw", may, p.addCollector)
	staff.GET("/beheer/uitvragen/:id/ingangen/:ingang", may, p.showCollector)
	staff.POST("/beheer/uitvragen/:id/ingangen/:ingang", may, p.changeCollector)
	staff.GET("/beheer/uitvragen/:id/ingangen/:ingang/qr", may, p.qr)
	staff.GET("/beheer/uitvragen/:id/ingangen/:ingang/poster", may, p.showPoster)
	staff.GET("/beheer/uitvragen/:id/qr", may, p.qr)
	staff.GET("/beheer/uitvragen/:id/poster", may, p.showPoster)
}

func readCollector(c *gin.Context, form *questionnaire.Form) collectorForm {
	f := collectorForm{Revision: c.PostForm("revision"), NameNL: trimmed(c, "name"), NameEN: trimmed(c, "name_en"),
		Kind: c.PostForm("kind"), Code: trimmed(c, "code"), Budget: c.PostForm("budget"), Prefill: map[string]string{}}
	for _, each := range form.Prefills() {
		if v := c.PostForm("prefill_" + each.Name); v != "" {
			f.Prefill[each.Name] = v
		}
	}
	return f
}

// fill puts what was typed into the collector; others are those of the survey.
func (f *collectorForm) fill(col *surveys.Collector, form *questionnaire.Form, env questionnaire.Env, others []surveys.Collector) error {
	col.Name = surveys.Text{NL: f.NameNL, EN: f.NameEN}
	col.Kind, col.Code, col.Prefill, col.Budget = surveys.CollectorKind(f.Kind), f.Code, f.Prefill, budgetOf(f.Budget)
	if col.Code == "" {
		taken := map[string]bool{}
		for _, o := range others {
			taken[o.Code] = o.ID != col.ID
		}
		col.Code = freeSlug(f.NameNL+f.NameEN, "ingang", taken)
	}
	var wrong surveys.Invalid
	if err := col.Check(others); err != nil && !errors.As(err, &wrong) {
		return err
	}
	state := form.Evaluate(questionnaire.Answers(f.Prefill), env)
	for _, each := range form.Prefills() {
		value := f.Prefill[each.Name]
		if value == "" {
			continue
		}
		fits := slices.ContainsFunc(state.Choices(each), func(c *questionnaire.Choice) bool { return c.Name == value })
		if !state.Relevant(each.Name) || !fits {
			wrong.Add("prefill_"+each.Name, "collector.prefill_unfit")
		}
	}
	return wrong.Err()
}

// newCollector handles GET /beheer/uitvragen/:id/ingangen/nieuw.
func (p *collectorPages) newCollector(c *gin.Context) error {
	s, err := p.find(c)
	if err != nil {
		return err
	}
	return p.showForm(c, http.StatusOK, s, nil, collectorForm{Kind: string(surveys.QR), Budget: strconv.Itoa(surveys.UsualBudget)}, nil)
}

func (p *collectorPages) showForm(c *gin.Context, status int, s *surveys.Survey, col *surveys.Collector, form collectorForm, wrong surveys.Invalid) error {
	compiled, err := p.formOf(c, s)
	if err != nil {
		return err
	}
	org := page.Org(c)
	v := collectorPage{Base: p.kit.StaffBase(c), Survey: s.ID, Title: s.Title, Form: form,
		Kinds: page.KeyOptions("collector.kind.", offered...), Address: org.Address != ""}
	v.Problems = wrong
	for _, n := range surveys.Budgets {
		v.Budgets = append(v.Budgets, page.Option{Value: strconv.Itoa(n), Text: p.kit.Text(v.Lang, "watch.budget_of", map[string]any{"Count": n})})
	}
	d := compiled.Definition
	for _, each := range compiled.Prefills() {
		field := prefillField{Name: "prefill_" + each.Name, Label: d.In(each.Label, string(v.Lang)), Value: form.Prefill[each.Name],
			Options: []page.Option{{Key: "collector.ask_it"}}}
		if each.List != nil {
			for _, choice := range each.List.Choices {
				field.Options = append(field.Options, page.Option{Value: choice.Name, Text: d.In(choice.Label, string(v.Lang))})
			}
		}
		v.Prefill = append(v.Prefill, field)
	}
	if col != nil {
		v.ID, v.Name = col.ID, col.Name
		if link := linkTo(org, s, col.Code); link != "" {
			v.PublicLink = pieces(link)
			if v.QR, err = NewQR(link); err != nil {
				return err
			}
		}
		if !slices.Contains(offered, col.Kind) {
			v.Kinds = append(v.Kinds, page.KeyOptions("collector.kind.", col.Kind)...)
		}
	}
	return p.edit.Render(c, status, v)
}

// addCollector handles POST /beheer/uitvragen/:id/ingangen/nieuw.
func (p *collectorPages) addCollector(c *gin.Context) error {
	s, err := p.find(c)
	if err != nil {
		return err
	}
	compiled, err := p.formOf(c, s)
	if err != nil {
		return err
	}
	others, err := p.deps.Ask.ListCollectors(c.Request.Context(), s.Org, s.ID)
	if err != nil {
		return err
	}
	form := readCollector(c, compiled)
	col := &surveys.Collector{ID: p.deps.NewID(), Org: s.Org, Survey: s.ID}
	err = form.fill(col, compiled, questionnaire.Env{Now: page.Now(c)}, others)
	var wrong surveys.Invalid
	if errors.As(err, &wrong) {
		return p.showForm(c, http.StatusUnprocessableEntity, s, nil, form, wrong)
	}
	if err != nil {
		return err
	}
	if err := p.deps.Ask.AddCollector(c.Request.Context(), col); err != nil {
		return err
	}
	return p.kit.SeeOther(c, "/beheer/uitvragen/"+string(s.ID)+"/ingangen/"+string(col.ID), "collector.added")
}

// findCollector is the collector of the address; nil for the plain link.
func (p *collectorPages) findCollector(c *gin.Context) (*surveys.Survey, *surveys.Collector, error) {
	s, err := p.find(c)
	if err != nil || c.Param("ingang") == "" {
		return s, nil, err
	}
	col, err := p.deps.Ask.FindCollector(c.Request.Context(), s.Org, surveys.ID(c.Param("ingang")))
	if err == nil && col.Survey != s.ID {
		err = surveys.ErrNotFound
	}
	return s, col, err
}

func shownCollector(col *surveys.Collector) collectorForm {
	return collectorForm{Revision: strconv.Itoa(col.Revision), NameNL: col.Name.NL, NameEN: col.Name.EN,
		Kind: string(col.Kind), Code: col.Code, Budget: strconv.Itoa(col.Ordinary()), Prefill: maps.Clone(col.Prefill)}
}

// showCollector handles GET /beheer/uitvragen/:id/ingangen/:ingang.
func (p *collectorPages) showCollector(c *gin.Context) error {
	s, col, err := p.findCollector(c)
	if err != nil {
		return err
	}
	return p.showForm(c, http.StatusOK, s, col, shownCollector(col), nil)
}

// changeCollector handles POST /beheer/uitvragen/:id/ingangen/:ingang.
func (p *collectorPages) changeCollector(c *gin.Context) error {
	s, col, err := p.findCollector(c)
	if err != nil {
		return err
	}
	if c.PostForm("ga") == "verwijderen" {
		if err := p.deps.Ask.RemoveCollector(c.Request.Context(), s.Org, col.ID); err != nil {
			return err
		}
		return p.done(c, nil, "collector.removed")
	}
	compiled, err := p.formOf(c, s)
	if err != nil {
		return err
	}
	others, err := p.deps.Ask.ListCollectors(c.Request.Context(), s.Org, s.ID)
	if err != nil {
		return err
	}
	form := readCollector(c, compiled)
	err = p.deps.Ask.ChangeCollector(c.Request.Context(), s.Org, col.ID, func(now *surveys.Collector) error {
		if strconv.Itoa(now.Revision) != form.Revision {
			return surveys.ErrChangedMeanwhile
		}
		return form.fill(now, compiled, questionnaire.Env{Now: page.Now(c)}, others)
	})
	var wrong surveys.Invalid
	if errors.As(err, &wrong) {
		return p.showForm(c, http.StatusUnprocessableEntity, s, col, form, wrong)
	}
	return p.done(c, err, "collector.kept")
}

// prefillWords is what a collector fills in, as people read it.
func prefillWords(d *questionnaire.Definition, prefill map[string]string, lang page.Lang) []string {
	var out []string
	d.Walk(func(i *questionnaire.Item) {
		value := prefill[i.Name]
		if value == "" {
			return
		}
		word := value
		if list := d.ListNamed(i.List); list != nil {
			for _, choice := range list.Choices {
				if choice.Name == value {
					word = d.In(choice.Label, string(lang))
				}
			}
		}
		out = append(out, word)
	})
	return out
}
