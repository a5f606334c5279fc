package manage

import (
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// surveyForm is what was typed for a survey that has not opened.
type surveyForm struct {
	Revision                       string
	TitleNL, TitleEN, Slug, Owner  string
	AudienceNL, AudienceEN         string
	PurposeNL, PurposeEN           string
	CanChangeNL, CanChangeEN       string
	CannotChangeNL, CannotChangeEN string
	Opens, Closes, Promise         string
	SmallestGroup, OwnAnswers      string
	Councils                       []string
	Declared                       declareForm
	Mode                           string
	Readers                        []string
	Keep                           keepForm
	People                         string // an earlier survey that asked the same people
	stored                         bool   // nothing was typed: People is what the draft holds
}

// surveyFormPage is the form of a survey that has not opened.
type surveyFormPage struct {
	page.Base
	ID            surveys.ID
	Title         surveys.Text
	Form          surveyForm
	Questionnaire surveys.Text
	Version       int
	Newest        int // the newest version, when a newer one was published since
	Owners        []page.Option
	Declare       declareView
	Councils      []page.Option // of the organisation; none when it has none
	Modes         []page.Option
	Readers       []page.Option // who may be named as readers of a survey on name
	People        []page.Option // earlier surveys, whose people may be the same
	Address       string        // of the organisation, with /s/ at the end
}

// OwnAnswersOptions is the one box that lets people read their answers back.
func (surveyFormPage) OwnAnswersOptions() []page.Option {
	return []page.Option{{Value: "ja", Key: "survey.own_answers_box"}}
}

func shownSurvey(s *surveys.Survey) surveyForm {
	f := surveyForm{
		Revision: strconv.Itoa(s.Revision), TitleNL: s.Title.NL, TitleEN: s.Title.EN, Slug: s.Slug, Owner: string(s.Owner),
		AudienceNL: s.Audience.NL, AudienceEN: s.Audience.EN, PurposeNL: s.Purpose.NL, PurposeEN: s.Purpose.EN,
		CanChangeNL: s.CanChange.NL, CanChangeEN: s.CanChange.EN, CannotChangeNL: s.CannotChange.NL, CannotChangeEN: s.CannotChange.EN,
		Opens: page.TypedDate(s.Opens), Closes: page.TypedDate(s.Closes), Promise: page.TypedDate(s.Promise.On),
		SmallestGroup: strconv.Itoa(s.SmallestGroup), Councils: s.Councils, Mode: string(s.Mode), Declared: shownDeclared(s), stored: true,
	}
	for _, id := range s.Readers {
		f.Readers = append(f.Readers, string(id))
	}
	if s.OwnAnswers {
		f.OwnAnswers = "ja"
	}
	return f
}

func readSurvey(c *gin.Context) surveyForm {
	return surveyForm{
		Revision: c.PostForm("revision"), TitleNL: trimmed(c, "title"), TitleEN: trimmed(c, "title_en"), Slug: trimmed(c, "slug"),
		Owner: c.PostForm("owner"), AudienceNL: trimmed(c, "audience"), AudienceEN: trimmed(c, "audience_en"),
		PurposeNL: trimmed(c, "purpose"), PurposeEN: trimmed(c, "purpose_en"),
		CanChangeNL: trimmed(c, "can_change"), CanChangeEN: trimmed(c, "can_change_en"),
		CannotChangeNL: trimmed(c, "cannot_change"), CannotChangeEN: trimmed(c, "cannot_change_en"),
		Opens: trimmed(c, "opens"), Closes: trimmed(c, "closes"), Promise: trimmed(c, "promise"),
		Declared: readDeclared(c), SmallestGroup: trimmed(c, "smallest_group"), OwnAnswers: c.PostForm("own_answers"),
		Councils: c.PostFormArray("councils"), Mode: c.PostForm("mode"), Readers: c.PostFormArray("readers"), Keep: readKeep(c),
		People: c.PostForm("people"),
	}
}

var slugForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// fill puts what was typed into the survey and reports what cannot be read. What
// may not be is for Open to say.
func (f *surveyForm) fill(k *page.Kit, s *surveys.Survey, form *questionnaire.Form, owners, councils []page.Option) surveys.Invalid {
	var wrong surveys.Invalid
	s.Title = surveys.Text{NL: f.TitleNL, EN: f.TitleEN}
	s.Audience = surveys.Text{NL: f.AudienceNL, EN: f.AudienceEN}
	s.Purpose = surveys.Text{NL: f.PurposeNL, EN: f.PurposeEN}
	s.CanChange = surveys.Text{NL: f.CanChangeNL, EN: f.CanChangeEN}
	s.CannotChange = surveys.Text{NL: f.CannotChangeNL, EN: f.CannotChangeEN}
	if f.Slug != "" && (!slugForm.MatchString(f.Slug) || len(f.Slug) > mostSlug) {
		wrong.Add("slug", "survey.bad_slug")
	}
	s.Slug = f.Slug
	s.Owner = ""
	for _, o := range owners {
		if o.Value == f.Owner {
			s.Owner = surveys.ID(f.Owner)
		}
	}
	s.Opens = typedDate(k, f.Opens, "opens", &wrong)
	s.Closes = typedDate(k, f.Closes, "closes", &wrong)
	s.Promise.On = typedDate(k, f.Promise, "promise", &wrong)
	wrong = append(wrong, f.Declared.fill(s, form)...)
	n, err := strconv.Atoi(f.SmallestGroup)
	if err != nil {
		wrong.Add("smallest_group", "survey.group_not_number")
	}
	s.SmallestGroup = n
	s.OwnAnswers = f.OwnAnswers == "ja"
	s.Mode, s.Readers = surveys.Mode(f.Mode), nil
	if f.Mode == "" {
		s.Mode = surveys.Open
	}
	for _, o := range owners {
		if o.Value != "" && slices.Contains(f.Readers, o.Value) {
			s.Readers = append(s.Readers, surveys.ID(o.Value))
		}
	}
	s.Councils = nil
	for _, o := range councils {
		if slices.Contains(f.Councils, o.Value) {
			s.Councils = append(s.Councils, o.Value)
		}
	}
	return append(wrong, f.Keep.fill(s)...)
}

// typedDate reads a day; what cannot be read is a problem at the field, and no day
// is left to the domain.
func typedDate(k *page.Kit, typed, field string, wrong *surveys.Invalid) surveys.Date {
	if typed == "" {
		return ""
	}
	d, ok := k.ParseDate(typed)
	if !ok {
		wrong.Add(field, "form.bad_date")
	}
	return d
}

// editSurvey handles GET /beheer/uitvragen/:id/bewerken.
func (p *surveyPages) editSurvey(c *gin.Context) error {
	s, err := p.find(c)
	if err != nil {
		return err
	}
	if !s.OpenedAt.IsZero() {
		return p.kit.SeeOther(c, "/beheer/uitvragen/"+string(s.ID), "survey.fixed")
	}
	form := shownSurvey(s)
	form.Keep = shownKeep(s, page.Org(c).Keeping.Periods)
	return p.showForm(c, http.StatusOK, s, form, nil)
}

func (p *surveyPages) showForm(c *gin.Context, status int, s *surveys.Survey, form surveyForm, wrong surveys.Invalid) error {
	q, err := p.deps.Ask.FindQuestionnaire(c.Request.Context(), s.Org, s.Questionnaire)
	if err != nil {
		return err
	}
	compiled, err := p.formOf(c, s)
	if err != nil {
		return err
	}
	v := surveyFormPage{Base: p.kit.StaffBase(c), ID: s.ID, Title: s.Title, Form: form, Questionnaire: q.Title, Version: s.Version}
	v.Problems = inPageOrder(wrong)
	if q.Published > s.Version {
		v.Newest = q.Published
	}
	if v.Owners, err = p.owners(c); err != nil {
		return err
	}
	v.Declare = p.declaring(c, form.Declared, compiled)
	v.Declare.Says = p.foresee(c, s, form, compiled)
	v.Councils = councils(c)
	v.Readers = v.Owners[1:]
	if v.People, v.Form.People, err = p.samePeople(c, s, form); err != nil {
		return err
	}
	v.Modes = page.KeyOptions("survey.mode.", surveys.ModesOffered...)
	v.Address = page.Org(c).Address + "/s/"
	return p.form.Render(c, status, v)
}

// formOrder is the order of the fields on the page, for the error summary; the periods
// follow.
var formOrder = []string{"survey", "questionnaire", "title", "title_en", "slug", "mode", "owner", "audience", "purpose",
	"can_change", "cannot_change", "opens", "closes", "promise", "readers", "breakdown", "hierarchy", "pairs", "heads", "merged", "smallest_group", "people", "basis"}

// inPageOrder sorts problems as the fields stand on the page, and keeps one per field.
func inPageOrder(wrong surveys.Invalid) surveys.Invalid {
	var out surveys.Invalid
	fields := slices.Clone(formOrder)
	for _, kind := range surveys.SurveyKinds {
		fields = append(fields, surveys.PeriodField(kind))
	}
	for _, field := range fields {
		for _, each := range wrong {
			if field == "heads" && strings.HasPrefix(each.Field, "heads-") {
				out = append(out, each) // one of each value
			} else if each.Field == field {
				out = append(out, each)
				break
			}
		}
	}
	return out
}

// owners are the people who may answer for a survey: who can sign in and manage
// surveys, or read results.
func (p *surveyPages) owners(c *gin.Context) ([]page.Option, error) {
	list, err := p.deps.Accounts.ListAccounts(c.Request.Context(), page.Org(c).ID)
	if err != nil {
		return nil, err
	}
	options := []page.Option{{Key: "survey.choose_owner"}}
	for _, a := range list {
		if a.May(surveys.ReadResults) {
			options = append(options, page.Option{Value: string(a.ID), Text: a.Title.In(page.Language(c))})
		}
	}
	return options, nil
}

// keepSurvey handles POST /beheer/uitvragen/:id/bewerken: keep the draft, open it, or
// show what could be split, which stores nothing.
func (p *surveyPages) keepSurvey(c *gin.Context) error {
	form := readSurvey(c)
	s, err := p.find(c)
	if err != nil {
		return err
	}
	owners, err := p.owners(c)
	if err != nil {
		return err
	}
	newest := s.Version
	if c.PostForm("nieuwste") == "ja" {
		q, err := p.deps.Ask.FindQuestionnaire(c.Request.Context(), s.Org, s.Questionnaire)
		if err != nil {
			return err
		}
		newest = q.Published
	}
	s.Version = newest
	compiled, err := p.formOf(c, s)
	if err != nil {
		return err
	}
	open := c.PostForm("ga") == "openen"
	if c.PostForm("ga") == "kan" {
		looked := *s
		if wrong := form.Declared.fill(&looked, compiled); len(wrong) > 0 {
			return p.showForm(c, http.StatusUnprocessableEntity, s, form, wrong)
		}
		return p.showForm(c, http.StatusOK, s, form, nil)
	}
	slugTaken, err := p.slugTaken(c, form.Slug, s.ID)
	if err != nil {
		return err
	}
	earlier, err := p.earlier(c, s, form.People)
	if err != nil {
		return err
	}
	err = p.deps.Ask.ChangeSurvey(c.Request.Context(), s.Org, s.ID, func(now *surveys.Survey) error {
		if strconv.Itoa(now.Revision) != form.Revision {
			return surveys.ErrChangedMeanwhile
		}
		if !now.OpenedAt.IsZero() {
			return surveys.Invalid{{Field: "survey", Key: "survey.already_open"}}
		}
		now.Version = newest
		wrong, refused := form.fill(p.kit, now, compiled, owners, councils(c)), surveys.Invalid(nil)
		if err := now.AskSamePeopleAs(earlier); errors.As(err, &refused) {
			wrong = append(wrong, refused...)
		}
		if slugTaken {
			wrong.Add("slug", "survey.slug_taken")
		}
		if now.Slug == "" {
			wrong.Add("slug", "survey.no_slug") // a draft has an address of its own too
		}
		if open {
			var missing surveys.Invalid
			if err := now.Open(page.Now(c), page.Org(c).Keeping.Periods); errors.As(err, &missing) {
				wrong = append(wrong, missing...)
			} else if err != nil {
				return err
			}
		}
		return wrong.Err()
	})
	var wrong surveys.Invalid
	if errors.As(err, &wrong) {
		return p.showForm(c, http.StatusUnprocessableEntity, s, form, wrong)
	}
	if err != nil {
		return err
	}
	if open {
		return p.kit.SeeOther(c, "/beheer/uitvragen/"+string(s.ID), "survey.opened")
	}
	return p.kit.SeeOther(c, c.Request.URL.Path, "survey.kept")
}

func (p *surveyPages) slugTaken(c *gin.Context, slug string, by surveys.ID) (bool, error) {
	other, err := p.deps.Ask.FindSurveyBySlug(c.Request.Context(), page.Org(c).ID, slug)
	if errors.Is(err, surveys.ErrNotFound) {
		return false, nil
	}
	return err == nil && other.ID != by, err
}
