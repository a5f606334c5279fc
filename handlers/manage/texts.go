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
	"weerklank.nl/weerklank/surveys/responses"
	"weerklank.nl/weerklank/surveys/texts"
)

// textPages are for reading what people wrote: the reviewer's pages, where texts are
// approved, masked, withheld and coded in themes, and the page on which others read what
// was approved.
type textPages struct {
	*learner
	all    *page.Template[textsPage]
	queue  *page.Template[queuePage]
	one    *page.Template[textPage]
	themes *page.Template[themesPage]
	theme  *page.Template[themePage]
	public *page.Template[writtenPage]
}

func mountTexts(staff *page.StaffGroup, l *learner) {
	p := &textPages{l,
		page.View[textsPage](l.kit, files, "texts.html"), page.View[queuePage](l.kit, files, "texts_queue.html", "texts_parts.html"),
		page.View[textPage](l.kit, files, "texts_one.html", "texts_parts.html"), page.View[themesPage](l.kit, files, "texts_themes.html"),
		page.View[themePage](l.kit, files, "texts_theme.html"), page.View[writtenPage](l.kit, files, "texts_public.html")}
	staff.GET("/beheer/uitvragen/:id/teksten", surveys.ReadTexts, p.list)
	staff.GET("/beheer/uitvragen/:id/teksten/:vraag", surveys.ReadTexts, p.showQueue)
	staff.POST("/beheer/uitvragen/:id/teksten/:vraag/goedkeuren", surveys.ReviewTexts, p.approveShown)
	staff.POST("/beheer/uitvragen/:id/teksten/:vraag/thema", surveys.ReviewTexts, p.codeFound)
	staff.GET("/beheer/uitvragen/:id/teksten/:vraag/lezen/:tekst", surveys.ReadTexts, p.showText)
	staff.POST("/beheer/uitvragen/:id/teksten/:vraag/lezen/:tekst", surveys.ReviewTexts, p.saveText)
	staff.GET("/beheer/uitvragen/:id/teksten/:vraag/themas", surveys.ReadTexts, p.showThemes)
	staff.POST("/beheer/uitvragen/:id/teksten/:vraag/themas", surveys.ReviewTexts, p.addTheme)
	staff.GET("/beheer/uitvragen/:id/teksten/:vraag/themas/:thema", surveys.ReadTexts, p.showTheme)
	staff.POST("/beheer/uitvragen/:id/teksten/:vraag/themas/:thema", surveys.ReviewTexts, p.changeTheme)
	staff.POST("/beheer/uitvragen/:id/teksten/:vraag/publiceren", surveys.ReviewTexts, p.publish)
	staff.GET("/beheer/uitvragen/:id/geschreven", surveys.ReadResults, p.showPublic)
	staff.GET("/beheer/raad/:id/geschreven", surveys.ReadCouncil, p.showCouncil)
}

// openQuestions are the questions of a release that people answer in their own words.
func openQuestions(r *disclosure.Release) (list []disclosure.Question) {
	if r == nil {
		return nil
	}
	for _, q := range r.Questions() {
		if q.Kind == disclosure.Words {
			list = append(list, q)
		}
	}
	return list
}

// pile is the texts to one question, with what was made of them.
type pile struct {
	survey   *surveys.Survey
	release  *disclosure.Release
	question disclosure.Question
	title    string
	texts    []texts.Text // in the order in which they are read
	reviews  map[responses.Key]*texts.Review
	list     *texts.Themes
}

// review is what was made of a text; of a text that nobody touched an empty one.
func (p *pile) review(t texts.Text) *texts.Review {
	if r := p.reviews[t.Key]; r != nil {
		return r
	}
	return &texts.Review{}
}

// path is the address of the pages about the question.
func (p *pile) path() string {
	return "/beheer/uitvragen/" + string(p.survey.ID) + "/teksten/" + url.PathEscape(p.question.Name)
}

// open finds the survey and question of the address, when its texts are in view.
func (p *textPages) open(c *gin.Context) (*pile, error) {
	s, err := p.survey(c)
	if err != nil {
		return nil, err
	}
	r, err := p.release(c, s.ID)
	if err != nil {
		return nil, err
	}
	return p.pile(c, s, r, c.Param("vraag"))
}

func (p *textPages) pile(c *gin.Context, s *surveys.Survey, r *disclosure.Release, name string) (*pile, error) {
	if !disclosure.TextsInView(s, r, name, page.Today(c)) {
		return nil, fmt.Errorf("texts to a question of survey %s that are not in view: %w", s.ID, surveys.ErrNotFound)
	}
	ctx := c.Request.Context()
	pile := &pile{survey: s, release: r, reviews: map[responses.Key]*texts.Review{}}
	pile.question, _ = r.Question(name)
	w, err := p.wording(c)
	if err != nil {
		return nil, err
	}
	pile.title = w.title(pile.question)
	all, err := texts.Read(ctx, p.Texts, s.Org, s.ID, []string{name})
	if err != nil {
		return nil, err
	}
	pile.texts = all[name]
	reviews, err := p.Texts.ListReviews(ctx, s.Org, s.ID, name)
	if err != nil {
		return nil, err
	}
	for _, one := range reviews {
		pile.reviews[one.Key] = one
	}
	pile.list, err = p.Texts.FindThemes(ctx, s.Org, s.ID, name)
	return pile, err
}

// crumbs lead to a page about a question.
func (p *textPages) crumbs(lang surveys.Lang, s *surveys.Survey, steps ...page.Crumb) []page.Crumb {
	crumbs := []page.Crumb{{Text: p.kit.Text(lang, "menu.surveys", nil), Href: "/beheer/uitvragen"},
		{Text: s.Title.In(lang), Href: "/beheer/uitvragen/" + string(s.ID) + "/resultaten"},
		{Text: p.kit.Text(lang, "results.texts.crumb", nil), Href: "/beheer/uitvragen/" + string(s.ID) + "/teksten"}}
	crumbs = append(crumbs, steps...)
	crumbs[len(crumbs)-1].Href = ""
	return crumbs
}

// kindWord is how a masked piece is called.
func (p *textPages) kindWord(lang surveys.Lang, kind personal.Kind) string {
	return p.kit.Text(lang, "texts.kind."+string(kind), nil)
}

// pileTally is how far the reading and the coding of a question is.
type pileTally struct {
	All, Unread, Approved, Withheld, Coded int
}

func (p *pile) tally() pileTally {
	n := pileTally{All: len(p.texts)}
	for _, t := range p.texts {
		r := p.review(t)
		switch r.State {
		case texts.Approved:
			n.Approved++
		case texts.Withheld:
			n.Withheld++
		default:
			n.Unread++
		}
		if r.Coded {
			n.Coded++
		}
	}
	return n
}

// Done is how many were decided about.
func (n pileTally) Done() int { return n.All - n.Unread }

// ToCode is how many have no theme yet.
func (n pileTally) ToCode() int { return n.All - n.Coded }

// textsPage lists the open questions of a survey, for the reviewer.
type textsPage struct {
	page.Base
	Crumbs    []page.Crumb
	ID        surveys.ID
	Title     surveys.Text
	Closed    bool
	Final     bool // the last release was made
	Erased    bool // the texts were deleted, or are being
	Questions []openQuestion
}

type openQuestion struct {
	Title  string
	Path   string
	InView bool
	pileTally
	Themes    int
	Published int // the number of the newest publication of themes; 0 for none
}

// list handles GET /beheer/uitvragen/:id/teksten. Texts come in view when the survey
// is closed and its last release was made, so that nobody sees them come one by one.
func (p *textPages) list(c *gin.Context) error {
	s, err := p.survey(c)
	if err != nil {
		return err
	}
	r, err := p.release(c, s.ID)
	if err != nil {
		return err
	}
	v := textsPage{Base: p.kit.StaffBase(c), ID: s.ID, Title: s.Title}
	v.Crumbs = p.crumbs(v.Lang, s)
	v.Closed, v.Final = s.Phase(v.Today) == surveys.Closed, r != nil && r.Final
	v.Erased = s.AnswersErased() || s.Erased(surveys.KeptTexts)
	w, err := p.wording(c)
	if err != nil {
		return err
	}
	for _, q := range openQuestions(r) {
		one := openQuestion{Title: w.title(q), InView: disclosure.TextsInView(s, r, q.Name, v.Today)}
		if one.InView {
			pile, err := p.pile(c, s, r, q.Name)
			if err != nil {
				return err
			}
			one.Path, one.pileTally, one.Themes = pile.path(), pile.tally(), len(pile.list.Active())
			one.Published = published(r, q.Name)
		}
		v.Questions = append(v.Questions, one)
	}
	return p.all.Render(c, http.StatusOK, v)
}

// published is the number of the publication of themes that stands beside a release.
func published(r *disclosure.Release, question string) int {
	for _, q := range r.Questions() {
		if q.Of == question {
			_, number, _ := disclosure.ThemesOf(q.Name)
			return number
		}
	}
	return 0
}

// lines divides what somebody wrote where they began a new line.
func lines(text string) []string { return strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n") }
