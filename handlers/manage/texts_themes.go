package manage

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
	"weerklank.nl/weerklank/surveys/texts"
)

// themesPage is the list of themes of a question, and the publication of how often each
// was found.
type themesPage struct {
	page.Base
	Crumbs []page.Crumb
	Title  string
	At     string
	pileTally
	Themes      []themeRow
	Gone        []themeRow
	ToTheme     string // the address of the first text without a theme; "" for none
	Results     string // the address of the page of results
	Published   surveys.Date
	Refused     *surveys.Problem // why nothing can be published now
	NoMemory    bool
	Withheld    []string // names of themes that would stand without a number
	Name        string   // typed
	NameEN      string
	Code        string
	Description string
}

// themeRow is a theme with the number of texts that have it: the reviewer's own count,
// which nobody else sees.
type themeRow struct {
	Code        string
	Name        string
	Description string
	Href        string
	Texts       int    // of a theme that is there
	List        string // the address of the texts that have it
	Into        string // the name of the theme that it was merged into
}

// themesPath is the address of the list, and of a theme in it.
func (p *pile) themesPath(code string) string {
	if code == "" {
		return p.path() + "/themas"
	}
	return p.path() + "/themas/" + url.PathEscape(code)
}

// showThemes handles GET …/themas.
func (p *textPages) showThemes(c *gin.Context) error {
	pile, err := p.find(c)
	if err != nil {
		return err
	}
	return p.renderThemes(c, pile, themesPage{})
}

// renderThemes shows the list as it is stored now, with what a publication would rest on,
// read in one transaction with it.
func (p *textPages) renderThemes(c *gin.Context, pile *pile, typed themesPage) error {
	s := pile.survey
	if err := p.readTexts(c, pile); err != nil {
		return err
	}
	v := themesPage{Base: p.kit.StaffBase(c), Title: pile.title, At: pile.path(),
		Name: typed.Name, NameEN: typed.NameEN, Code: typed.Code, Description: typed.Description,
		Results: "/beheer/uitvragen/" + string(s.ID) + "/resultaten"}
	v.Problems = typed.Problems
	v.Crumbs = p.crumbs(v.Lang, s, page.Crumb{Text: pile.title, Href: pile.path()}, page.Crumb{Text: p.kit.Text(v.Lang, "theme.crumb", nil)})
	err := p.Texts.Foresee(c.Request.Context(), s.Org, s.ID, pile.question.Name, func(coding disclosure.Coding) error {
		pile.made(coding.List, coding.Reviews)
		if coding.Newest != nil {
			v.Published = coding.Newest.MadeOn
		}
		withheld, err := disclosure.ForeseeThemes(s, pile.release, coding, v.Today)
		for _, code := range withheld {
			theme, _ := coding.List.Named(code)
			v.Withheld = append(v.Withheld, theme.Name.In(v.Lang))
		}
		return err
	})
	var refusal surveys.Invalid
	switch {
	case errors.As(err, &refusal):
		v.Refused = &refusal[0]
	case errors.Is(err, disclosure.ErrNoMemory):
		v.NoMemory = true
		if err := p.readMade(c, pile); err != nil { // nothing was foreseen
			return err
		}
	case err != nil:
		return err
	}
	v.pileTally, v.ToTheme = pile.tally(), pile.first(textFilter{State: "zonder-thema"})
	having := pile.byTheme()
	for _, theme := range pile.list.Active() {
		row := pile.themeRow(theme, v.Lang)
		row.Texts = having[theme.Code]
		v.Themes = append(v.Themes, row)
	}
	for _, theme := range pile.list.Gone() {
		v.Gone = append(v.Gone, pile.themeRow(theme, v.Lang))
	}
	return p.themes.Render(c, v.FormStatus(), v)
}

// byTheme is how many texts have each theme, by its code.
func (p *pile) byTheme() map[string]int {
	having := map[string]int{}
	for _, r := range p.reviews {
		for _, code := range p.list.Of(r) {
			having[code]++
		}
	}
	return having
}

func (p *pile) themeRow(theme texts.Theme, lang surveys.Lang) themeRow {
	row := themeRow{Code: theme.Code, Name: theme.Name.In(lang), Description: theme.Description, Href: p.themesPath(theme.Code),
		List: p.path() + textFilter{State: themePrefix + theme.Code}.Query()}
	if into, merged := p.list.Named(theme.Into); merged {
		row.Into = into.Name.In(lang)
	}
	return row
}

// addTheme handles POST …/themas.
func (p *textPages) addTheme(c *gin.Context) error {
	pile, err := p.find(c)
	if err != nil {
		return err
	}
	s := pile.survey
	v := themesPage{Name: typed(c, "naam"), NameEN: typed(c, "naam_en"), Code: typed(c, "code"), Description: typed(c, "beschrijving")}
	err = p.Texts.ChangeThemes(c.Request.Context(), s.Org, s.ID, pile.question.Name, func(list *texts.Themes) error {
		return list.Add(surveys.Text{NL: v.Name, EN: v.NameEN}, v.Code, v.Description)
	})
	if v.Problems, err = refused(err); err != nil {
		return err
	}
	if len(v.Problems) > 0 {
		return p.renderThemes(c, pile, v)
	}
	return p.kit.SeeOther(c, pile.themesPath(""), "theme.added", "Theme", v.Name)
}

// themePage changes one theme.
type themePage struct {
	page.Base
	Crumbs      []page.Crumb
	Here        string
	Back        string
	Theme       themeRow
	Active      bool
	Changed     bool // somebody else changed the list meanwhile
	Others      []page.Option
	Revision    string
	Name        string
	NameEN      string
	Description string
	With        string
}

// findThemes finds the question of the address with its list of themes.
func (p *textPages) findThemes(c *gin.Context) (*pile, error) {
	pile, err := p.find(c)
	if err != nil {
		return nil, err
	}
	pile.list, err = p.Texts.FindThemes(c.Request.Context(), pile.survey.Org, pile.survey.ID, pile.question.Name)
	return pile, err
}

func (p *textPages) themeView(c *gin.Context, pile *pile) (themePage, error) {
	theme, known := pile.list.Named(c.Param("thema"))
	if !known {
		return themePage{}, fmt.Errorf("a theme of survey %s: %w", pile.survey.ID, surveys.ErrNotFound)
	}
	v := themePage{Base: p.kit.StaffBase(c), Here: pile.themesPath(theme.Code), Back: pile.themesPath(""), Revision: strconv.Itoa(pile.list.Revision),
		Name: theme.Name.NL, NameEN: theme.Name.EN, Description: theme.Description, Active: !theme.Removed && theme.Into == ""}
	v.Theme = pile.themeRow(theme, v.Lang)
	v.Crumbs = p.crumbs(v.Lang, pile.survey, page.Crumb{Text: pile.title, Href: pile.path()},
		page.Crumb{Text: p.kit.Text(v.Lang, "theme.crumb", nil), Href: v.Back}, page.Crumb{Text: v.Theme.Name})
	v.Others = []page.Option{{Key: "theme.choose"}}
	for _, o := range themeOptions(pile.list, v.Lang) {
		if o.Value != theme.Code {
			v.Others = append(v.Others, page.Option{Value: o.Value, Text: o.Text})
		}
	}
	return v, nil
}

// showTheme handles GET …/themas/:thema.
func (p *textPages) showTheme(c *gin.Context) error {
	pile, err := p.findThemes(c)
	if err != nil {
		return err
	}
	v, err := p.themeView(c, pile)
	if err != nil {
		return err
	}
	return p.theme.Render(c, http.StatusOK, v)
}

// changeTheme handles POST …/themas/:thema: other words, merged, removed or back again.
func (p *textPages) changeTheme(c *gin.Context) error {
	pile, err := p.findThemes(c)
	if err != nil {
		return err
	}
	v, err := p.themeView(c, pile)
	if err != nil {
		return err
	}
	v.Name, v.NameEN, v.Description, v.With = typed(c, "naam"), typed(c, "naam_en"), typed(c, "beschrijving"), typed(c, "met")
	s, code, said := pile.survey, v.Theme.Code, "theme.saved"
	err = p.Texts.ChangeThemes(c.Request.Context(), s.Org, s.ID, pile.question.Name, func(list *texts.Themes) error {
		if strconv.Itoa(list.Revision) != typed(c, "revisie") {
			return surveys.ErrChangedMeanwhile
		}
		switch typed(c, "ga") {
		case "samenvoegen":
			said = "theme.merged"
			return list.Merge(code, v.With)
		case "weg":
			said = "theme.removed"
			return list.Remove(code)
		case "terug":
			said = "theme.restored"
			return list.Restore(code)
		default:
			return list.Rename(code, surveys.Text{NL: v.Name, EN: v.NameEN}, v.Description)
		}
	})
	if errors.Is(err, surveys.ErrChangedMeanwhile) {
		if pile, err = p.findThemes(c); err != nil {
			return err
		}
		now, err := p.themeView(c, pile)
		if err != nil {
			return err
		}
		now.Changed, now.Name, now.NameEN, now.Description, now.With = true, v.Name, v.NameEN, v.Description, v.With
		return p.theme.Render(c, http.StatusConflict, now)
	}
	if v.Problems, err = refused(err); err != nil {
		return err
	}
	if len(v.Problems) > 0 {
		return p.theme.Render(c, http.StatusUnprocessableEntity, v)
	}
	return p.kit.SeeOther(c, v.Back, said, "Theme", v.Theme.Name)
}

// publish handles POST …/publiceren: the guard lets through how often each theme was
// found.
func (p *textPages) publish(c *gin.Context) error {
	pile, err := p.find(c)
	if err != nil {
		return err
	}
	s := pile.survey
	err = p.Texts.PublishThemes(c.Request.Context(), s.Org, s.ID, pile.question.Name, func(coding disclosure.Coding) (*disclosure.Themed, *disclosure.ThemeMemory, error) {
		return disclosure.PublishThemes(s, pile.release, coding, page.Today(c))
	})
	if errors.Is(err, disclosure.ErrNoMemory) {
		return p.kit.SeeOther(c, pile.themesPath(""), "themes.no_memory")
	}
	problems, err := refused(err)
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		return p.renderThemes(c, pile, themesPage{Base: page.Base{Problems: problems}})
	}
	return p.kit.SeeOther(c, pile.themesPath(""), "themes.published")
}
