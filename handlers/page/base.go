package page

import (
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/surveys"
)

// Base is what every page has; every page struct embeds it.
type Base struct {
	Lang         Lang
	Organisation Organisation
	Home         string // the address behind the name; "" where leaving would lose answers
	Menu         string // the name of the menu
	Nav          []NavLink
	Flash        template.HTML // said once, after a redirect
	Dense        bool          // the smaller type of staff pages
	Staff        *surveys.Account
	NewTabs      bool            // the footer's links open a new tab, and there is no language link, because answers so far travel in the page
	OtherLang    string          // the address of this page in the other language; "" without a language link
	Path         string          // of this page, with its query
	Problems     surveys.Invalid // what is wrong with the form on this page
	Today        surveys.Date
}

func (b Base) base() Base { return b }

// FormStatus is the status of a page with a form: whether something is wrong with it.
func (b Base) FormStatus() int {
	if len(b.Problems) > 0 {
		return http.StatusUnprocessableEntity
	}
	return http.StatusOK
}

// Organisation is what the layout says about the organisation.
type Organisation struct {
	Name  string
	Logo  string // its address; "" for our own mark
	Phone string
	Tel   template.URL // the phone number as a link: "tel:+31880000000"
	Hours string
}

// NavLink is an entry of the menu.
type NavLink struct {
	Href    string
	Text    string
	Current bool
}

// Link is an address of a public page that keeps the language of this one.
func (b Base) Link(path string) string {
	if b.Lang != surveys.English || b.Staff != nil {
		return path
	}
	address, fragment, _ := strings.Cut(path, "#")
	if strings.Contains(address, "?") {
		address += "&taal=en"
	} else {
		address += "?taal=en"
	}
	if fragment != "" {
		address += "#" + fragment
	}
	return address
}

// entry is a possible entry of the menu; action is what a member of staff must be
// allowed for it to show.
type entry struct {
	href, key string
	action    surveys.Action
}

var publicMenu = []entry{
	{"/", "menu.take_part", ""},
	{"/beloften", "menu.promises", ""},
	{"/code", "menu.code", ""},
}

var staffMenu = []entry{
	{"/beheer", "menu.overview", surveys.ReadOverview},
	{"/beheer/uitvragen", "menu.surveys", surveys.ReadOverview},
	{"/beheer/vragenlijsten", "menu.questionnaires", surveys.ManageSurveys},
	{"/beheer/besluiten", "menu.decisions", surveys.ReadResults},
	{"/beheer/opleidingen", "menu.courses", surveys.ReadOverview},
	{"/beheer/terugkoppelingen", "menu.notices", surveys.ReadResults},
	{"/beheer/raad", "menu.council", surveys.ReadCouncil},
	{"/beheer/mensen", "menu.people", surveys.ManagePeople},
	{"/beheer/instellingen", "menu.settings", surveys.ManageSettings},
	{"/beheer/logboek", "menu.audit", surveys.ReadAudit},
	{"/beheer/bewaren", "menu.keeping", surveys.ManageSettings}, // managers come there from the surveys
}

// Base is what a page knows from its request: for a signed-in member of staff the
// staff menu and the smaller type, for everybody else the public menu.
func (k *Kit) Base(c *gin.Context) Base {
	if Staff(c) != nil {
		return k.StaffBase(c)
	}
	return k.PublicBase(c)
}

// PublicBase is the Base of a page for everybody.
func (k *Kit) PublicBase(c *gin.Context) Base {
	b := k.PlainBase(c)
	b.Home = b.Link("/")
	b.Menu = k.Text(b.Lang, "menu.public", nil)
	b.Nav = k.menu(b, publicMenu, c.Request.URL.Path, nil)
	b.OtherLang = otherLanguage(c, b.Lang)
	return b
}

// StaffBase is the Base of a page for who signed in.
func (k *Kit) StaffBase(c *gin.Context) Base {
	b := k.PlainBase(c)
	b.Staff = Staff(c)
	b.Dense = true
	b.Menu = k.Text(b.Lang, "menu.staff", nil)
	b.Nav = k.menu(b, staffMenu, c.Request.URL.Path, of(c).account)
	b.Home = "/beheer/account" // of who may do nothing but what one survey allows
	if len(b.Nav) > 0 {
		b.Home = b.Nav[0].Href
	}
	b.Flash = k.takeFlash(c)
	return b
}

// PlainBase is the Base of a page without a menu and without a link behind the
// name, such as a step of a survey. Respondents' pages set NewTabs.
func (k *Kit) PlainBase(c *gin.Context) Base {
	b := Base{Lang: Language(c), Path: c.Request.URL.RequestURI()}
	if org := Org(c); org != nil {
		b.Organisation = OrganisationFor(org, b.Lang)
		b.Today = Today(c)
	}
	return b
}

// OrganisationFor is what the layout says about the organisation, in the language.
// Respondents' pages, which are compiled once per version, use it as well.
func OrganisationFor(org *surveys.Organisation, lang Lang) Organisation {
	o := Organisation{Name: org.Name.In(lang), Phone: strings.ReplaceAll(org.Phone, " ", "\u00a0"), Hours: org.Hours.In(lang)}
	if org.LogoType != "" {
		o.Logo = "/logo/" + org.LogoHash
	}
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '+' {
			return r
		}
		return -1
	}, org.Phone)
	if strings.HasPrefix(digits, "0") {
		digits = "+31" + digits[1:]
	}
	if digits != "" {
		o.Tel = template.URL("tel:" + digits) //nolint:gosec // digits and a plus, and nothing else
	}
	return o
}

// menu keeps the entries that may be shown and marks where the visitor is: the
// longest entry that the path begins with.
func (k *Kit) menu(b Base, entries []entry, path string, staff *surveys.Account) []NavLink {
	var links []NavLink
	here, longest := -1, 0
	for _, e := range entries {
		if e.action != "" && !staff.May(e.action) {
			continue
		}
		under := path == e.href || e.href != "/" && strings.HasPrefix(path, e.href+"/")
		if under && len(e.href) > longest {
			here, longest = len(links), len(e.href)
		}
		links = append(links, NavLink{Href: b.Link(e.href), Text: k.Text(b.Lang, e.key, nil)})
	}
	if here >= 0 {
		links[here].Current = true
	}
	return links
}

func otherLanguage(c *gin.Context, lang Lang) string {
	query := c.Request.URL.Query()
	query.Del("taal")
	if lang == surveys.Dutch {
		query.Set("taal", string(surveys.English))
	}
	address := url.URL{Path: c.Request.URL.Path, RawQuery: query.Encode()}
	if c.Request.Method != http.MethodGet {
		return "" // a link would lose what was typed
	}
	return address.String()
}
