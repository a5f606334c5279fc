package manage

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
	"weerklank.nl/weerklank/surveys/personal"
	"weerklank.nl/weerklank/surveys/texts"
)

// writtenPage shows what people wrote to everybody who may read results: only what a
// reviewer approved, and without what was masked.
type writtenPage struct {
	page.Base
	Crumbs    []page.Crumb
	Title     surveys.Text
	Here      string
	Questions []page.Option
	Question  string
	Topic     string
	Sought    sought
	Texts     [][]string // by text its lines
	Some      bool       // a text of the question was approved, whether it was found or not
	Pages     page.Pagination
	Themes    string // the address of the themes among the results; "" for none
}

// showPublic handles GET /beheer/uitvragen/:id/geschreven.
func (p *textPages) showPublic(c *gin.Context) error {
	s, err := p.survey(c)
	if err != nil {
		return err
	}
	lang := page.Language(c)
	results := "/beheer/uitvragen/" + string(s.ID) + "/resultaten"
	return p.renderPublic(c, s, "/beheer/uitvragen/"+string(s.ID)+"/geschreven", results,
		p.crumbsOf(lang, s, "/resultaten", page.Crumb{Text: p.kit.Text(lang, "texts.public.crumb", nil)}))
}

// showCouncil handles GET /beheer/raad/:id/geschreven: what management reads.
func (p *textPages) showCouncil(c *gin.Context) error {
	s, err := p.councilSurvey(c)
	if err != nil {
		return err
	}
	lang, results := page.Language(c), "/beheer/raad/"+string(s.ID)
	return p.renderPublic(c, s, results+"/geschreven", results, []page.Crumb{
		{Text: p.kit.Text(lang, "menu.council", nil), Href: "/beheer/raad"}, {Text: s.Title.In(lang), Href: results}, {Text: p.kit.Text(lang, "texts.public.crumb", nil)}})
}

// publicQuery is what the address of such a page has after it.
func publicQuery(question string, looked sought) string {
	q := url.Values{"vraag": {question}}
	if looked.Sealed != "" {
		q.Set(soughtField, looked.Sealed)
	}
	return "?" + q.Encode()
}

// seekPublic handles POST /beheer/uitvragen/:id/geschreven.
func (p *textPages) seekPublic(c *gin.Context) error {
	s, err := p.survey(c)
	if err != nil {
		return err
	}
	return p.kit.SeeOther(c, "/beheer/uitvragen/"+string(s.ID)+"/geschreven"+publicQuery(typed(c, "vraag"), soughtTyped(p.keys, s, c)), "")
}

// seekCouncil handles POST /beheer/raad/:id/geschreven.
func (p *textPages) seekCouncil(c *gin.Context) error {
	s, err := p.councilSurvey(c)
	if err != nil {
		return err
	}
	return p.kit.SeeOther(c, "/beheer/raad/"+string(s.ID)+"/geschreven"+publicQuery(typed(c, "vraag"), soughtTyped(p.keys, s, c)), "")
}

// councilSurvey finds the survey of the address, when the council reads it.
func (p *textPages) councilSurvey(c *gin.Context) (*surveys.Survey, error) {
	s, err := p.survey(c)
	if err == nil && !s.ShownToCouncil(page.Staff(c)) {
		err = fmt.Errorf("texts for a council: %w", surveys.ErrNotFound)
	}
	return s, err
}

func (p *textPages) renderPublic(c *gin.Context, s *surveys.Survey, here, results string, crumbs []page.Crumb) error {
	r, err := p.release(c, s.ID)
	if err != nil {
		return err
	}
	v := writtenPage{Base: p.kit.StaffBase(c), Crumbs: crumbs, Title: s.Title, Here: here, Sought: soughtIn(p.keys, s, c.Query)}
	w, err := p.wording(c)
	if err != nil {
		return err
	}
	for _, q := range openQuestions(r) {
		if disclosure.TextsInView(s, r, q.Name, v.Today) {
			v.Questions = append(v.Questions, page.Option{Value: q.Name, Text: w.title(q)})
		}
	}
	if len(v.Questions) == 0 {
		return p.public.Render(c, http.StatusOK, v)
	}
	v.Question = chosen(v.Questions, c.Query("vraag"))
	q, _ := r.Question(v.Question)
	pile := pileOf(s, r, q, w)
	if err := p.read(c, pile); err != nil {
		return err
	}
	v.Topic = pile.title
	if number := published(r, v.Question); number > 0 {
		v.Themes = results + "#v-" + disclosure.ThemesName(v.Question, number)
	}
	for _, t := range pile.texts {
		public, seen := pile.review(t).Public(t.Body, func(kind personal.Kind) string { return "[" + p.kindWord(v.Lang, kind) + "]" })
		v.Some = v.Some || seen
		if seen && texts.Matches(public, v.Sought.Words) {
			v.Texts = append(v.Texts, lines(public))
		}
	}
	v.Pages, v.Texts = page.Paginate(c, here+publicQuery(v.Question, v.Sought), v.Texts, textsOnPage)
	return p.public.Render(c, http.StatusOK, v)
}
