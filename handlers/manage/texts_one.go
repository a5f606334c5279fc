package manage

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/texts"
)

// textPage is one text, with the form on which it is reviewed and coded.
type textPage struct {
	page.Base
	Crumbs []page.Crumb
	Title  string
	At     string // of the question's pages
	Here   string // where the form goes
	pileTally
	Place   int // of the text in the order of reading, from 1
	Row     textRow
	Skip    string // the address of the next text; "" for none
	Changed bool   // somebody else changed it meanwhile

	Revision string
	Masks    []page.Option // pieces that were found or masked before
	Names    []page.Option // words that may be names
	Themes   []page.Option
	Decision string // goed, weg or later
	Reasons  []page.Option
	Mask     []string
	Word     []string
	Words    string
	Reason   string
	Theme    []string
	NewTheme string
}

// none is the value of the choice that a text fits in no theme.
const none = "-"

// text is the page of a text as it is stored.
func (p *textPages) text(c *gin.Context, pile *pile, t texts.Text, f textFilter) textPage {
	v := textPage{Base: p.kit.StaffBase(c), Title: pile.title, At: pile.path(), pileTally: pile.tally()}
	v.Crumbs = p.crumbs(v.Lang, pile.survey, page.Crumb{Text: pile.title, Href: pile.path() + f.Query()}, page.Crumb{Text: p.kit.Text(v.Lang, "texts.one.crumb", nil)})
	v.Row = p.row(v.Lang, pile, t, f)
	v.Here, v.Skip = v.Row.Href, pile.after(t, f)
	for i := range pile.texts {
		if pile.texts[i].Handle == t.Handle {
			v.Place = i + 1
		}
	}
	r := pile.review(t)
	v.Revision = strconv.Itoa(r.Revision)
	offered := r.Offered(t.Body)
	for _, m := range offered {
		v.Masks = append(v.Masks, page.Option{Value: maskValue(m), Text: fmt.Sprintf("‘%s’", t.Body[m.From:m.To]), Hint: p.kindWord(v.Lang, m.Kind)})
		if r.State != texts.Approved || r.Masked(m) {
			v.Mask = append(v.Mask, maskValue(m))
		}
	}
	for _, name := range texts.Names(t.Body, offered) {
		v.Names = append(v.Names, page.Option{Value: name, Text: name})
	}
	v.Themes = themesToChoose(pile.list, v.Lang)
	v.Theme = pile.list.Of(r)
	if r.Coded && len(v.Theme) == 0 {
		v.Theme = []string{none}
	}
	switch r.State {
	case texts.Approved:
		v.Decision = "goed"
	case texts.Withheld:
		v.Decision, v.Reason = "weg", r.Reason
	}
	v.Reasons = []page.Option{{Key: "texts.reason.choose"}}
	for _, reason := range texts.Reasons {
		v.Reasons = append(v.Reasons, page.Option{Value: reason, Key: "texts.reason." + reason})
	}
	return v
}

// themesToChoose are the themes that a text can get, and that it fits in none.
func themesToChoose(list *texts.Themes, lang surveys.Lang) []page.Option {
	return append(themeOptions(list, lang), page.Option{Value: none, Key: "texts.no_theme"})
}

// Decisions are what can be done with a text.
func (textPage) Decisions() []page.Option {
	return []page.Option{{Value: "goed", Key: "texts.decide.good", Help: "texts.decide.good_text"}, {Value: "weg", Key: "texts.decide.withhold"},
		{Value: "later", Key: "texts.decide.later"}}
}

func maskValue(m texts.Mask) string { return strconv.Itoa(m.From) + "-" + strconv.Itoa(m.To) }

// after is the address of the text that comes after one, of those that the filter lets
// through; from the end on it begins again. "" when there is no other.
func (p *pile) after(t texts.Text, f textFilter) string {
	first := ""
	for _, other := range p.texts {
		if other.Handle == t.Handle || !f.takes(p, other) {
			continue
		}
		href := p.path() + "/lezen/" + string(other.Handle) + f.Query()
		if other.Handle > t.Handle {
			return href
		}
		if first == "" {
			first = href
		}
	}
	return first
}

// openText finds the text of the address.
func (p *textPages) openText(c *gin.Context) (*pile, texts.Text, error) {
	pile, err := p.open(c)
	if err != nil {
		return nil, texts.Text{}, err
	}
	t, found := texts.Find(pile.texts, texts.Handle(c.Param("tekst")))
	if !found {
		return nil, t, fmt.Errorf("a text of survey %s: %w", pile.survey.ID, surveys.ErrNotFound)
	}
	return pile, t, nil
}

// showText handles GET …/lezen/:tekst.
func (p *textPages) showText(c *gin.Context) error {
	pile, t, err := p.openText(c)
	if err != nil {
		return err
	}
	return p.one.Render(c, http.StatusOK, p.text(c, pile, t, p.filterOf(pile, c.Query)))
}

// saveText handles POST …/lezen/:tekst: it keeps what the reviewer decided, and goes on
// with the next text.
func (p *textPages) saveText(c *gin.Context) error {
	pile, t, err := p.openText(c)
	if err != nil {
		return err
	}
	f, s := p.filterOf(pile, c.Query), pile.survey
	v := p.text(c, pile, t, f)
	v.read(c)
	chosen := v.Theme
	if v.NewTheme != "" {
		code, problems, err := p.newTheme(c, pile, v.NewTheme)
		if err != nil {
			return err
		}
		if v.Problems = problems; len(problems) == 0 {
			chosen = append(without(chosen, none), code)
		}
	}
	if len(v.Problems) == 0 {
		err = p.Texts.ChangeReview(c.Request.Context(), s.Org, s.ID, pile.question.Name, t.Key, func(body string, list *texts.Themes, r *texts.Review) (bool, error) {
			if strconv.Itoa(r.Revision) != v.Revision {
				return false, surveys.ErrChangedMeanwhile
			}
			return true, v.apply(body, list, r, chosen)
		})
	}
	var invalid surveys.Invalid
	switch {
	case errors.As(err, &invalid):
		v.Problems = invalid
	case errors.Is(err, surveys.ErrChangedMeanwhile):
		return p.showChanged(c, v, f, chosen)
	case err != nil:
		return err
	}
	if len(v.Problems) > 0 {
		list, err := p.Texts.FindThemes(c.Request.Context(), s.Org, s.ID, pile.question.Name) // a theme may be new
		if err != nil {
			return err
		}
		v.Themes = themesToChoose(list, v.Lang)
		if len(chosen) > len(v.Theme) {
			v.Theme, v.NewTheme = chosen, ""
		}
		return p.one.Render(c, http.StatusUnprocessableEntity, v)
	}
	if typed(c, "ga") == "lijst" {
		return p.kit.SeeOther(c, pile.path()+f.Query(), "texts.saved")
	}
	if v.Skip == "" {
		return p.kit.SeeOther(c, pile.path(), "texts.all_done")
	}
	return p.kit.SeeOther(c, v.Skip, "texts.saved")
}

// showChanged shows the text as somebody else left it, with what was typed: sending it
// again keeps that.
func (p *textPages) showChanged(c *gin.Context, v textPage, f textFilter, chosen []string) error {
	pile, t, err := p.openText(c)
	if err != nil {
		return err
	}
	now := p.text(c, pile, t, f)
	now.Changed = true
	now.Mask, now.Word, now.Words, now.Decision, now.Reason, now.Theme = v.Mask, v.Word, v.Words, v.Decision, v.Reason, chosen
	return p.one.Render(c, http.StatusConflict, now)
}

// read takes up what was filled in.
func (v *textPage) read(c *gin.Context) {
	v.Revision, v.Decision, v.Reason = typed(c, "revisie"), typed(c, "besluit"), typed(c, "reden")
	v.Mask, v.Word, v.Words = c.PostFormArray("maskeren"), c.PostFormArray("woord"), typed(c, "woorden")
	v.Theme, v.NewTheme = c.PostFormArray("themas"), typed(c, "nieuw_thema")
}

// apply does with a review what was filled in.
func (v *textPage) apply(body string, list *texts.Themes, r *texts.Review, chosen []string) error {
	offered := r.Offered(body)
	masks, unknown := texts.ReadMasks(body, offered, func(i int) bool { return slices.Contains(v.Mask, maskValue(offered[i])) },
		append(strings.FieldsFunc(v.Words, func(r rune) bool { return r == ',' || r == '\n' || r == ';' }), v.Word...))
	var wrong surveys.Invalid
	if len(unknown) > 0 {
		wrong.AddWith("woorden", "review.word_not_there", map[string]any{"Words": strings.Join(unknown, ", ")})
	}
	var decided, coded error
	switch v.Decision {
	case "goed":
		decided = r.Approve(body, masks)
	case "weg":
		decided = r.Withhold(v.Reason)
	case "later":
		r.Reopen()
	}
	if len(chosen) > 0 || r.Coded {
		coded = r.Code(list, without(chosen, none), slices.Contains(chosen, none))
	}
	for _, err := range []error{decided, coded} {
		problems, err := refused(err)
		if err != nil {
			return err
		}
		wrong = append(wrong, problems...)
	}
	return wrong.Err()
}

// without is a list without one of its values.
func without(list []string, one string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(l string) bool { return l == one })
}

// newTheme makes a theme that was typed while reading, or finds the one that has that
// name.
func (p *textPages) newTheme(c *gin.Context, pile *pile, name string) (code string, problems surveys.Invalid, err error) {
	s := pile.survey
	err = p.Texts.ChangeThemes(c.Request.Context(), s.Org, s.ID, pile.question.Name, func(list *texts.Themes) error {
		for _, theme := range list.Active() {
			if strings.EqualFold(theme.Name.NL, name) {
				code = theme.Code
				return nil
			}
		}
		if err := list.Add(surveys.Text{NL: name}, "", ""); err != nil {
			return err
		}
		code = list.List[len(list.List)-1].Code
		return nil
	})
	problems, err = refused(err)
	for i := range problems {
		problems[i].Field = "nieuw_thema"
	}
	return code, problems, err
}
