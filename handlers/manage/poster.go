package manage

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// posterPage is one A4 with the QR code of a way in.
type posterPage struct {
	page.Base
	Survey     surveys.ID
	Title      surveys.Text
	Questions  int
	Minutes    int
	Nameless   bool
	Official   bool
	QR         QR
	PublicLink string // as people type it
	Promises   string // the address of the promises, as people type it
	Promise    surveys.Date
	Shown      bool // there is a public address to send people to
	MaySet     bool // this account may set it
}

// qr handles GET …/qr: the code as an SVG file.
func (p *collectorPages) qr(c *gin.Context) error {
	s, col, err := p.findCollector(c)
	if err != nil {
		return err
	}
	link, name := linkTo(page.Org(c), s, codeOf(col)), s.Slug
	if link == "" {
		return p.showPosterOf(c, s, col) // says that there is no address yet
	}
	if col != nil {
		name += "-" + slugged(col.Code)
	}
	code, err := NewQR(link)
	if err != nil {
		return err
	}
	c.Header("Content-Disposition", `attachment; filename="`+name+`.svg"`)
	c.Data(http.StatusOK, "image/svg+xml", code.SVG())
	return nil
}

func codeOf(col *surveys.Collector) string {
	if col == nil {
		return ""
	}
	return col.Code
}

// showPoster handles GET …/poster.
func (p *collectorPages) showPoster(c *gin.Context) error {
	s, col, err := p.findCollector(c)
	if err != nil {
		return err
	}
	return p.showPosterOf(c, s, col)
}

func (p *collectorPages) showPosterOf(c *gin.Context, s *surveys.Survey, col *surveys.Collector) error {
	org := page.Org(c)
	v := posterPage{Base: p.kit.PlainBase(c), Survey: s.ID, Title: s.Title, Promise: s.Promise.Expected(), Nameless: s.Mode.Anonymous()}
	v.Staff, v.MaySet = nil, page.Staff(c).May(surveys.ManageSettings)
	compiled, err := p.formOf(c, s)
	if err != nil {
		return err
	}
	var prefill questionnaire.Answers
	if col != nil {
		prefill = col.Prefill
	}
	state := compiled.Evaluate(prefill, questionnaire.Env{Now: page.Now(c)})
	for _, each := range compiled.Fields {
		if each.Page >= 0 && each.Type != questionnaire.TypeNote && state.Asked(each, prefill) {
			v.Questions++
		}
	}
	v.Minutes = compiled.Minutes()
	v.Official = compiled.Definition.AboutThemselves()
	link := linkTo(org, s, codeOf(col))
	if link == "" {
		return p.poster.Render(c, http.StatusConflict, v)
	}
	v.Shown, v.PublicLink, v.Promises = true, withoutScheme(org.Address)+"/s/"+s.Slug, withoutScheme(org.Address)+"/beloften"
	if v.QR, err = NewQR(link); err != nil {
		return err
	}
	return p.poster.Render(c, http.StatusOK, v)
}
