package manage

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
	"weerklank.nl/weerklank/surveys/texts"
)

// Bounds of the list of texts.
const (
	textsOnPage = 25
	mostAtOnce  = 2000 // texts that get a theme in one go
)

// textFilter chooses texts of a question.
type textFilter struct {
	State  string // of textStates, or themePrefix and the code of a theme; "" for all
	Sought sought // what stands in it
}

// textStates are what a list can be filtered by, besides a theme.
var textStates = []string{"ongelezen", "gevonden", "goedgekeurd", "weggehouden", "zonder-thema"}

const themePrefix = "thema:"

// filterOf is the filter in an address or in a form.
func (p *textPages) filterOf(pile *pile, value func(string) string) textFilter {
	return textFilter{value("staat"), soughtIn(p.keys, pile.survey, value)}
}

// Query is the filter as an address has it, with the question mark; "" for none.
func (f textFilter) Query() string {
	q := url.Values{}
	if f.State != "" {
		q.Set("staat", f.State)
	}
	if f.Sought.Sealed != "" {
		q.Set(soughtField, f.Sought.Sealed)
	}
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}

// takes tells whether the filter lets a text through.
func (f textFilter) takes(p *pile, t texts.Text) bool {
	r := p.review(t)
	switch code, theme := strings.CutPrefix(f.State, themePrefix); {
	case theme:
		if !slices.Contains(p.list.Of(r), code) {
			return false
		}
	case f.State == "ongelezen" && r.State != texts.Unread, f.State == "goedgekeurd" && r.State != texts.Approved,
		f.State == "weggehouden" && r.State != texts.Withheld, f.State == "zonder-thema" && r.Coded,
		f.State == "gevonden" && (r.State != texts.Unread || len(texts.Found(t.Body)) == 0):
		return false
	}
	return texts.Matches(t.Body, f.Sought.Words)
}

// filtered are the texts that the filter lets through.
func (p *pile) filtered(f textFilter) (list []texts.Text) {
	for _, t := range p.texts {
		if f.takes(p, t) {
			list = append(list, t)
		}
	}
	return list
}

// textRow is a text as a page shows it to the reviewer: what is masked, or would be,
// stands out.
type textRow struct {
	Href   string
	Lines  [][]textPiece
	State  string // a key
	Tone   string
	Reason string // a key; "" for none
	Found  bool
	Themes []string // names
	Coded  bool
}

// textPiece is a part of a line; Kind is a word for what is masked, "" for what is not.
type textPiece struct{ Text, Kind string }

// row is the view of a text.
func (p *textPages) row(lang surveys.Lang, pile *pile, t texts.Text, f textFilter) textRow {
	r := pile.review(t)
	row := textRow{Href: pile.path() + "/lezen/" + string(t.Handle) + f.Query(), Coded: r.Coded}
	masks := r.Masks
	switch r.State {
	case texts.Approved:
		row.State, row.Tone = "texts.state.approved", "success"
	case texts.Withheld:
		row.State, row.Tone, row.Reason = "texts.state.withheld", "neutral", "texts.reason."+r.Reason
		masks = texts.Found(t.Body)
	default:
		row.State, row.Tone = "texts.state.unread", "warning"
		masks = texts.Found(t.Body)
		row.Found = len(masks) > 0
	}
	row.Lines = [][]textPiece{nil}
	for _, piece := range texts.Pieces(t.Body, masks) {
		kind := ""
		if piece.Kind != "" {
			kind = p.kindWord(lang, piece.Kind)
		}
		for i, line := range lines(piece.Text) {
			if i > 0 {
				row.Lines = append(row.Lines, nil)
			}
			last := len(row.Lines) - 1
			row.Lines[last] = append(row.Lines[last], textPiece{line, kind})
		}
	}
	for _, code := range pile.list.Of(r) {
		if theme, known := pile.list.Named(code); known {
			row.Themes = append(row.Themes, theme.Name.In(lang))
		}
	}
	return row
}

// queuePage lists the texts to a question.
type queuePage struct {
	page.Base
	Crumbs []page.Crumb
	Title  string
	At     string // the address of the question's pages
	pileTally
	Filter  textFilter
	States  []page.Option
	Themes  []page.Option // that can be given
	Hits    int           // texts that the filter lets through
	AtOnce  int           // how many of them get a theme in one go
	Rows    []textRow
	Pages   page.Pagination
	Clean   []texts.Handle // on this page, not read yet and without anything found
	Next    string         // the address of the first text to read; "" for none
	ToTheme string         // the address of the first text without a theme
	Theme   string         // typed
	Undo    undoTogether
}

// showQueue handles GET /beheer/uitvragen/:id/teksten/:vraag.
func (p *textPages) showQueue(c *gin.Context) error {
	pile, err := p.open(c)
	if err != nil {
		return err
	}
	return p.renderQueue(c, pile, p.filterOf(pile, c.Query), queuePage{})
}

// seek handles POST …/zoeken: the list of what was chosen and looked for.
func (p *textPages) seek(c *gin.Context) error {
	pile, err := p.find(c)
	if err != nil {
		return err
	}
	f := textFilter{typed(c, "staat"), soughtTyped(p.keys, pile.survey, c)}
	return p.kit.SeeOther(c, pile.path()+f.Query(), "")
}

func (p *textPages) renderQueue(c *gin.Context, pile *pile, f textFilter, typed queuePage) error {
	v := queuePage{Base: p.kit.StaffBase(c), Title: pile.title, At: pile.path(), pileTally: pile.tally(), Filter: f, Theme: typed.Theme}
	v.Problems = typed.Problems
	v.Crumbs = p.crumbs(v.Lang, pile.survey, page.Crumb{Text: pile.title})
	v.States = []page.Option{{Key: "texts.filter.all"}}
	for _, state := range textStates {
		v.States = append(v.States, page.Option{Value: state, Key: "texts.filter." + state})
	}
	v.Themes = themeOptions(pile.list, v.Lang)
	for _, theme := range v.Themes {
		v.States = append(v.States, page.Option{Value: themePrefix + theme.Value, Text: p.kit.Text(v.Lang, "texts.filter.theme", map[string]any{"Theme": theme.Text})})
	}
	list := pile.filtered(f)
	v.Hits, v.AtOnce = len(list), min(len(list), mostAtOnce)
	v.Pages, list = page.Paginate(c, pile.path()+f.Query(), list, textsOnPage)
	for _, t := range list {
		row := p.row(v.Lang, pile, t, f)
		if pile.review(t).State == texts.Unread && !row.Found {
			v.Clean = append(v.Clean, t.Handle)
		}
		v.Rows = append(v.Rows, row)
	}
	v.Undo.Together, v.Undo.Count = pile.lastTogether()
	given, _ := pile.list.Named(v.Undo.Theme)
	v.Undo.Name = given.Name.In(v.Lang)
	v.Next, v.ToTheme = pile.first(textFilter{State: "ongelezen"}), pile.first(textFilter{State: "zonder-thema"})
	return p.queue.Render(c, v.FormStatus(), v)
}

// first is the address of the first text that a filter lets through; "" for none.
func (p *pile) first(f textFilter) string {
	for _, t := range p.texts {
		if f.takes(p, t) {
			return p.path() + "/lezen/" + string(t.Handle) + f.Query()
		}
	}
	return ""
}

func themeOptions(list *texts.Themes, lang surveys.Lang) (options []page.Option) {
	for _, theme := range list.Active() {
		options = append(options, page.Option{Value: theme.Code, Text: theme.Name.In(lang), Hint: theme.Description})
	}
	return options
}

// approveShown handles POST …/goedkeuren: the texts that stood on the page, were not
// read yet, and hold nothing that was found, are approved. Only what somebody has had
// before their eyes is.
func (p *textPages) approveShown(c *gin.Context) error {
	pile, err := p.open(c)
	if err != nil {
		return err
	}
	f := p.filterOf(pile, c.PostForm)
	var keys []responses.Key
	for _, handle := range c.PostFormArray("tekst") {
		if t, found := texts.Find(pile.texts, texts.Handle(handle)); found && len(keys) < textsOnPage {
			keys = append(keys, t.Key)
		}
	}
	s := pile.survey
	n, err := p.Texts.ChangeReviews(c.Request.Context(), s.Org, s.ID, pile.question.Name, keys, func(body string, _ *texts.Themes, r *texts.Review) (bool, error) {
		if r.State != texts.Unread || len(texts.Found(body)) > 0 {
			return false, nil // somebody else decided, or it has to be read by itself
		}
		return true, r.Approve(body, nil)
	})
	if err != nil {
		return err
	}
	return p.kit.SeeOther(c, pile.path()+f.Query(), "texts.approved_shown", "Count", n)
}

// codeFound handles POST …/thema: all texts that the filter lets through get a theme,
// or lose it.
func (p *textPages) codeFound(c *gin.Context) error {
	pile, err := p.open(c)
	if err != nil {
		return err
	}
	f, theme, take := p.filterOf(pile, c.PostForm), typed(c, "thema"), typed(c, "ga") == "wegnemen"
	v := queuePage{Theme: theme}
	list := pile.filtered(f)
	switch {
	case theme == "":
		v.Problems.Add("thema", "texts.bulk_no_theme")
	case typed(c, "aantal") != strconv.Itoa(len(list)):
		v.Problems.Add("thema", "texts.bulk_changed")
	}
	if len(v.Problems) > 0 {
		return p.renderQueue(c, pile, f, v)
	}
	var keys []responses.Key
	for _, t := range list[:min(len(list), mostAtOnce)] {
		keys = append(keys, t.Key)
	}
	s := pile.survey
	last, _ := pile.lastTogether()
	time := texts.Together{ID: p.NewID(), Number: last.Number + 1, Theme: theme, Taken: take}
	n, err := p.Texts.ChangeReviews(c.Request.Context(), s.Org, s.ID, pile.question.Name, keys, func(_ string, list *texts.Themes, r *texts.Review) (bool, error) {
		return r.ChangeTogether(list, time)
	})
	if problems, err := refused(err); err != nil {
		return err
	} else if len(problems) > 0 {
		v.Problems.Add("thema", "texts.bulk_no_theme")
		return p.renderQueue(c, pile, f, v)
	}
	key := "texts.bulk_given"
	if take {
		key = "texts.bulk_taken"
	}
	return p.kit.SeeOther(c, pile.path()+f.Query(), key, "Count", n)
}

// undoTogether is the last time that many texts got or lost a theme, and of how many that
// can be undone.
type undoTogether struct {
	texts.Together
	Name  string // of the theme
	Count int
}

func (p *pile) lastTogether() (texts.Together, int) {
	return texts.LastTogether(slices.Collect(maps.Values(p.reviews)))
}

// undoTogether handles POST …/thema/terug: all texts that got or lost a theme at once have
// again what they had before. Texts of which the themes were changed since keep them.
func (p *textPages) undoTogether(c *gin.Context) error {
	pile, err := p.open(c)
	if err != nil {
		return err
	}
	f, s := p.filterOf(pile, c.PostForm), pile.survey
	last, _ := pile.lastTogether()
	if string(last.ID) != typed(c, "keer") {
		v := queuePage{}
		v.Problems.Add("thema", "texts.undo_gone")
		return p.renderQueue(c, pile, f, v)
	}
	var keys []responses.Key
	for key, r := range pile.reviews {
		if r.Together != nil && r.Together.ID == last.ID {
			keys = append(keys, key)
		}
	}
	n, err := p.Texts.ChangeReviews(c.Request.Context(), s.Org, s.ID, pile.question.Name, keys, func(_ string, _ *texts.Themes, r *texts.Review) (bool, error) {
		return r.UndoTogether(last.ID), nil
	})
	if err != nil {
		return err
	}
	return p.kit.SeeOther(c, pile.path()+f.Query(), "texts.undone", "Count", n)
}
