package manage

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

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
	Sought    string
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
	s, err := p.survey(c)
	if err != nil {
		return err
	}
	if !s.ShownToCouncil(page.Staff(c)) {
		return fmt.Errorf("texts for a council: %w", surveys.ErrNotFound)
	}
	lang, results := page.Language(c), "/beheer/raad/"+string(s.ID)
	return p.renderPublic(c, s, results+"/geschreven", results, []page.Crumb{
		{Text: p.kit.Text(lang, "menu.council", nil), Href: "/beheer/raad"}, {Text: s.Title.In(lang), Href: results}, {Text: p.kit.Text(lang, "texts.public.crumb", nil)}})
}

func (p *textPages) renderPublic(c *gin.Context, s *surveys.Survey, here, results string, crumbs []page.Crumb) error {
	r, err := p.release(c, s.ID)
	if err != nil {
		return err
	}
	v := writtenPage{Base: p.kit.StaffBase(c), Crumbs: crumbs, Title: s.Title, Here: here, Sought: strings.TrimSpace(c.Query("zoek"))}
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
		if seen && texts.Matches(public, v.Sought) {
			v.Texts = append(v.Texts, lines(public))
		}
	}
	query := "?" + url.Values{"vraag": {v.Question}, "zoek": {v.Sought}}.Encode()
	v.Pages, v.Texts = page.Paginate(c, here+query, v.Texts, textsOnPage)
	return p.public.Render(c, http.StatusOK, v)
}
