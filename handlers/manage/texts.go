package manage

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
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
	staff.POST("/beheer/uitvragen/:id/teksten/:vraag/zoeken", surveys.ReadTexts, p.seek)
	staff.POST("/beheer/uitvragen/:id/teksten/:vraag/goedkeuren", surveys.ReviewTexts, p.approveShown)
	staff.POST("/beheer/uitvragen/:id/teksten/:vraag/thema", surveys.ReviewTexts, p.codeFound)
	staff.POST("/beheer/uitvragen/:id/teksten/:vraag/thema/terug", surveys.ReviewTexts, p.undoTogether)
	staff.GET("/beheer/uitvragen/:id/teksten/:vraag/lezen/:tekst", surveys.ReadTexts, p.showText)
	staff.POST("/beheer/uitvragen/:id/teksten/:vraag/lezen/:tekst", surveys.ReviewTexts, p.saveText)
	staff.GET("/beheer/uitvragen/:id/teksten/:vraag/themas", surveys.ReadTexts, p.showThemes)
	staff.POST("/beheer/uitvragen/:id/teksten/:vraag/themas", surveys.ReviewTexts, p.addTheme)
	staff.GET("/beheer/uitvragen/:id/teksten/:vraag/themas/:thema", surveys.ReadTexts, p.showTheme)
	staff.POST("/beheer/uitvragen/:id/teksten/:vraag/themas/:thema", surveys.ReviewTexts, p.changeTheme)
	staff.POST("/beheer/uitvragen/:id/teksten/:vraag/publiceren", surveys.ReviewTexts, p.publish)
	staff.GET("/beheer/uitvragen/:id/geschreven", surveys.ReadResults, p.showPublic)
	staff.POST("/beheer/uitvragen/:id/geschreven", surveys.ReadResults, p.seekPublic)
	staff.GET("/beheer/raad/:id/geschreven", surveys.ReadCouncil, p.showCouncil)
	staff.POST("/beheer/raad/:id/geschreven", surveys.ReadCouncil, p.seekCouncil)
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

// pileOf is the pile of a question, of which nothing was read yet.
func pileOf(s *surveys.Survey, r *disclosure.Release, q disclosure.Question, w wording) *pile {
	return &pile{survey: s, release: r, question: q, title: w.title(q)}
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

// find finds the survey and question of the address, when its texts are in view. Nothing
// of what people wrote is read yet.
func (p *textPages) find(c *gin.Context) (*pile, error) {
	s, err := p.survey(c)
	if err != nil {
		return nil, err
	}
	r, err := p.release(c, s.ID)
	if err != nil {
		return nil, err
	}
	name := c.Param("vraag")
	if !disclosure.TextsInView(s, r, name, page.Today(c)) {
		return nil, fmt.Errorf("texts to a question of survey %s that are not in view: %w", s.ID, surveys.ErrNotFound)
	}
	w, err := p.wording(c)
	if err != nil {
		return nil, err
	}
	q, _ := r.Question(name)
	return pileOf(s, r, q, w), nil
}

// open finds them and reads all of the pile.
func (p *textPages) open(c *gin.Context) (*pile, error) {
	pile, err := p.find(c)
	if err != nil {
		return nil, err
	}
	return pile, p.read(c, pile)
}

// read reads piles of one survey: the texts, which are read once for all of them, and
// what was made of each.
func (p *textPages) read(c *gin.Context, piles ...*pile) error {
	if err := p.readTexts(c, piles...); err != nil {
		return err
	}
	for _, pile := range piles {
		if err := p.readMade(c, pile); err != nil {
			return err
		}
	}
	return nil
}

// readMade reads the themes of a pile, and what was made of each text.
func (p *textPages) readMade(c *gin.Context, pile *pile) error {
	ctx, s, name := c.Request.Context(), pile.survey, pile.question.Name
	list, err := p.Texts.FindThemes(ctx, s.Org, s.ID, name)
	if err != nil {
		return err
	}
	reviews, err := p.Texts.ListReviews(ctx, s.Org, s.ID, name)
	if err != nil {
		return err
	}
	pile.made(list, reviews)
	return nil
}

// readTexts reads what people wrote, once for all of the piles.
func (p *textPages) readTexts(c *gin.Context, piles ...*pile) error {
	if len(piles) == 0 {
		return nil
	}
	s, names := piles[0].survey, make([]string, len(piles))
	for i, pile := range piles {
		names[i] = pile.question.Name
	}
	all, err := texts.Read(c.Request.Context(), p.Texts, s.Org, s.ID, names)
	for _, pile := range piles {
		pile.texts = all[pile.question.Name]
	}
	return err
}

// made takes up what was made of the texts.
func (p *pile) made(list *texts.Themes, reviews []*texts.Review) {
	p.list, p.reviews = list, make(map[responses.Key]*texts.Review, len(reviews))
	for _, r := range reviews {
		p.reviews[r.Key] = r
	}
}

// crumbs lead to a page about a question.
func (p *textPages) crumbs(lang surveys.Lang, s *surveys.Survey, steps ...page.Crumb) []page.Crumb {
	first := page.Crumb{Text: p.kit.Text(lang, "results.texts.crumb", nil), Href: "/beheer/uitvragen/" + string(s.ID) + "/teksten"}
	return p.crumbsOf(lang, s, "/resultaten", append([]page.Crumb{first}, steps...)...)
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
	v.Erased = s.TextsErased()
	w, err := p.wording(c)
	if err != nil {
		return err
	}
	var inView []*pile
	for _, q := range openQuestions(r) {
		if disclosure.TextsInView(s, r, q.Name, v.Today) {
			inView = append(inView, pileOf(s, r, q, w))
		}
	}
	if err := p.read(c, inView...); err != nil {
		return err
	}
	for _, q := range openQuestions(r) {
		one := openQuestion{Title: w.title(q)}
		if at := slices.IndexFunc(inView, func(p *pile) bool { return p.question.Name == q.Name }); at >= 0 {
			pile := inView[at]
			one.InView, one.Published = true, published(r, q.Name)
			one.Path, one.pileTally, one.Themes = pile.path(), pile.tally(), len(pile.list.Active())
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
