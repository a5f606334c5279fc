package manage

import (
	"errors"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
)

// keepForm is what was typed about keeping in the form of a survey that has not opened.
type keepForm struct {
	Basis, BasisNL, BasisEN string
	Periods                 []page.PeriodRow
	read                    surveys.Periods
	wrong                   surveys.Invalid
}

func readKeep(c *gin.Context) keepForm {
	f := keepForm{Basis: c.PostForm("basis"), BasisNL: trimmed(c, "basis_text"), BasisEN: trimmed(c, "basis_text_en")}
	f.Periods, f.read, f.wrong = page.ReadPeriods(c, surveys.SurveyKinds, page.Org(c).Keeping.Periods)
	return f
}

// shownKeep is the form of what the survey says, or else the organisation.
func shownKeep(s *surveys.Survey, usual surveys.Periods) keepForm {
	k := &s.Keeping
	effective := surveys.Periods{}
	for _, kind := range surveys.SurveyKinds {
		effective[kind] = s.PeriodOf(kind, usual)
	}
	return keepForm{Basis: string(k.Basis), BasisNL: k.BasisText.NL, BasisEN: k.BasisText.EN, Periods: page.PeriodRows(surveys.SurveyKinds, effective)}
}

// fill puts what was typed into the survey.
func (f *keepForm) fill(s *surveys.Survey) surveys.Invalid {
	s.Keeping.Basis, s.Keeping.BasisText = "", surveys.Text{NL: f.BasisNL, EN: f.BasisEN}
	if basis := surveys.Basis(f.Basis); slices.Contains(surveys.Bases, basis) {
		s.Keeping.Basis = basis
	}
	s.Keeping.Periods = f.read
	if len(f.wrong) > 0 {
		return f.wrong
	}
	return f.read.Check()
}

// Bases are the grounds that the form offers.
func (surveyFormPage) Bases() []page.Option {
	return append([]page.Option{{Key: "keep.basis_choose"}}, page.KeyOptions("keep.basis.", surveys.Bases...)...)
}

// keepingPage is what a survey holds of people, until when, and what can be done about it.
type keepingPage struct {
	page.Base
	ID     surveys.ID
	Title  surveys.Text
	Rows   []page.KeptRow
	Hold   *surveys.Hold
	Form   holdForm
	Left   bool // something is left
	Closed bool
}

// holdForm is what was typed to keep something longer.
type holdForm struct{ Until, ReasonNL, ReasonEN string }

// erasePage asks once more before everything is deleted: that cannot be undone.
type erasePage struct {
	page.Base
	ID    surveys.ID
	Title surveys.Text
	Rows  []page.KeptRow // what is left
	Sure  string
}

// SureOptions is the one box that says so.
func (erasePage) SureOptions() []page.Option {
	return []page.Option{{Value: "ja", Key: "keep.erase_sure"}}
}

type keepingPages struct {
	*surveyPages
	keeping *page.Template[keepingPage]
	erase   *page.Template[erasePage]
}

func mountKeeping(staff *page.StaffGroup, k *page.Kit, d Deps) {
	p := &keepingPages{surveyPages: &surveyPages{kit: k, deps: d},
		keeping: page.View[keepingPage](k, files, "survey_keeping.html"), erase: page.View[erasePage](k, files, "survey_erase.html")}
	const may = surveys.ManageSurveys
	staff.GET("/beheer/uitvragen/:id/bewaren", may, p.showKeeping)
	staff.POST("/beheer/uitvragen/:id/bewaren", may, p.hold)
	staff.GET("/beheer/uitvragen/:id/wissen", may, p.askErase)
	staff.POST("/beheer/uitvragen/:id/wissen", may, p.eraseNow)
}

// showKeeping handles GET /beheer/uitvragen/:id/bewaren.
func (p *keepingPages) showKeeping(c *gin.Context) error {
	s, err := p.find(c)
	if err != nil {
		return err
	}
	var form holdForm
	if h := s.HeldOn(page.Today(c)); h != nil {
		form = holdForm{page.TypedDate(h.Until), h.Reason.NL, h.Reason.EN}
	}
	return p.renderKeeping(c, http.StatusOK, s, form, nil)
}

func (p *keepingPages) renderKeeping(c *gin.Context, status int, s *surveys.Survey, form holdForm, wrong surveys.Invalid) error {
	v := keepingPage{Base: p.kit.StaffBase(c), ID: s.ID, Title: s.Title, Rows: page.KeptRows(s, page.Org(c).Keeping.Periods), Form: form}
	v.Problems, v.Hold = wrong, s.HeldOn(v.Today)
	v.Closed = s.Phase(v.Today) == surveys.Closed
	for _, row := range v.Rows {
		v.Left = v.Left || !row.Gone() && row.Kind != surveys.KeptContacts
	}
	v.Left = v.Left && !s.OpenedAt.IsZero()
	return p.keeping.Render(c, status, v)
}

// hold handles POST /beheer/uitvragen/:id/bewaren: keep what is left longer, or no longer.
func (p *keepingPages) hold(c *gin.Context) error {
	form := holdForm{trimmed(c, "hold"), trimmed(c, "reason"), trimmed(c, "reason_en")}
	var wrong surveys.Invalid
	until := typedDate(p.kit, form.Until, "hold", &wrong)
	end := c.PostForm("ga") == "einde"
	if !end && form.Until == "" {
		wrong.Add("hold", "keep.hold_past")
	}
	if end {
		wrong = nil
	}
	err := wrong.Err()
	if err == nil {
		err = p.deps.Ask.ChangeSurvey(c.Request.Context(), page.Org(c).ID, surveys.ID(c.Param("id")), func(s *surveys.Survey) error {
			today, usual := page.Today(c), page.Org(c).Keeping.Periods
			if end {
				return s.EndHold(today, usual)
			}
			return s.HoldUntil(until, surveys.Text{NL: form.ReasonNL, EN: form.ReasonEN}, today, usual)
		})
	}
	if errors.As(err, &wrong) {
		s, err := p.find(c)
		if err != nil {
			return err
		}
		return p.renderKeeping(c, http.StatusUnprocessableEntity, s, form, wrong)
	}
	if err != nil {
		return err
	}
	if end {
		return p.kit.SeeOther(c, c.Request.URL.Path, "keep.hold_ended")
	}
	return p.kit.SeeOther(c, c.Request.URL.Path, "keep.held", "Date", until)
}

// askErase handles GET /beheer/uitvragen/:id/wissen.
func (p *keepingPages) askErase(c *gin.Context) error {
	s, err := p.find(c)
	if err != nil {
		return err
	}
	return p.renderErase(c, http.StatusOK, s, nil)
}

func (p *keepingPages) renderErase(c *gin.Context, status int, s *surveys.Survey, wrong surveys.Invalid) error {
	v := erasePage{Base: p.kit.StaffBase(c), ID: s.ID, Title: s.Title, Sure: c.PostForm("sure")}
	v.Problems = wrong
	for _, row := range page.KeptRows(s, page.Org(c).Keeping.Periods) {
		if !row.Gone() {
			v.Rows = append(v.Rows, row)
		}
	}
	return p.erase.Render(c, status, v)
}

// eraseNow handles POST /beheer/uitvragen/:id/wissen: it is asked for here, and done by
// the clock within minutes.
func (p *keepingPages) eraseNow(c *gin.Context) error {
	var wrong surveys.Invalid
	wrong.Require(c.PostForm("sure") == "ja", "sure", "keep.erase_not_sure")
	err := wrong.Err()
	if err == nil {
		err = p.deps.Ask.ChangeSurvey(c.Request.Context(), page.Org(c).ID, surveys.ID(c.Param("id")), func(s *surveys.Survey) error {
			return s.EraseNow(page.Today(c))
		})
	}
	if errors.As(err, &wrong) {
		s, err := p.find(c)
		if err != nil {
			return err
		}
		return p.renderErase(c, http.StatusUnprocessableEntity, s, wrong)
	}
	if err != nil {
		return err
	}
	return p.kit.SeeOther(c, "/beheer/uitvragen/"+c.Param("id")+"/bewaren", "keep.erase_asked")
}
