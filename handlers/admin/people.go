package admin

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
)

type peoplePage struct {
	page.Base
	People []person
	Form   personForm
	Mails  bool
}

// person is a row of the list.
type person struct {
	ID     surveys.ID
	Title  surveys.Text
	Email  string
	Role   surveys.Role
	Active bool
	Waits  bool // has no password yet
	Gone   bool // nothing is kept any more that says who it was
}

// RoleKey is the text of the role.
func (p person) RoleKey() string { return roleKey(p.Role) }

// personForm is what was typed about somebody.
type personForm struct {
	Email, TitleNL, TitleEN, Role, Council, Language, Active string

	councils []page.Option // which the organisation has
}

func readPerson(c *gin.Context) personForm {
	return personForm{councils: councilOptions(c),
		Email: c.PostForm("email"), TitleNL: c.PostForm("title"), TitleEN: c.PostForm("title_en"),
		Role: c.PostForm("role"), Council: c.PostForm("council"), Language: c.PostForm("language"), Active: c.PostForm("active"),
	}
}

// describe sets on the account what was typed.
func (f personForm) describe(a *surveys.Account, o *surveys.Organisation) error {
	if err := a.Describe(f.Email, surveys.Text{NL: f.TitleNL, EN: f.TitleEN}, surveys.Role(f.Role), surveys.Lang(f.Language)); err != nil {
		return err
	}
	return a.Represent(f.Council, o)
}

// councilOptions are the councils of the organisation, and all of them at once; none
// when it has none.
func councilOptions(c *gin.Context) []page.Option {
	units := page.Org(c).Structure.Councils
	if len(units) == 0 {
		return nil
	}
	options := page.TextOptions(units, func(u surveys.Unit) (string, string) { return u.ID, u.Name.In(page.Language(c)) })
	return append(options, page.Option{Value: surveys.AllCouncils, Key: "account.all_councils"})
}

// Councils are what the form offers a council member.
func (f personForm) Councils() []page.Option { return f.councils }

// Roles and Languages are what the form offers.
func (f personForm) Roles() []page.Option {
	options := page.KeyOptions("account.role.", surveys.Roles...)
	for i := range options {
		options[i].Help = "account.may." + options[i].Value
	}
	return options
}

// Languages are those of the interface.
func (f personForm) Languages() []page.Option {
	return page.KeyOptions("account.language.", page.Languages...)
}

// ActiveOptions say whether somebody can sign in.
func (f personForm) ActiveOptions() []page.Option {
	return page.KeyOptions("account.active.", "yes", "no")
}

func (p *pages) listPeople(c *gin.Context, form personForm) (peoplePage, error) {
	v := peoplePage{Base: p.kit.StaffBase(c), Form: form, Mails: p.mails}
	accounts, err := p.store.ListAccounts(c.Request.Context(), page.Org(c).ID)
	if err != nil {
		return v, fmt.Errorf("list accounts: %w", err)
	}
	for _, a := range accounts {
		v.People = append(v.People, person{a.ID, a.Title, a.Email, a.Role, a.Active, a.PasswordHash == "", a.Emptied()})
	}
	slices.SortFunc(v.People, func(a, b person) int { // who is gone last
		return cmp.Or(cmp.Compare(len(b.Email), 0)-cmp.Compare(len(a.Email), 0), cmp.Compare(a.Email, b.Email), cmp.Compare(a.ID, b.ID))
	})
	return v, nil
}

// showPeople handles GET /beheer/mensen.
func (p *pages) showPeople(c *gin.Context) error {
	v, err := p.listPeople(c, personForm{councils: councilOptions(c), Language: string(surveys.Dutch), Role: string(surveys.ProgrammeManager)})
	if err != nil {
		return err
	}
	return p.people.Render(c, http.StatusOK, v)
}

// addPerson handles POST /beheer/mensen: somebody new, who chooses a password with
// the one-time link that the answer shows.
func (p *pages) addPerson(c *gin.Context) error {
	form := readPerson(c)
	account := &surveys.Account{ID: page.NewID(), Org: page.Org(c).ID, Active: true}
	err := form.describe(account, page.Org(c))
	if err == nil {
		err = p.store.AddAccount(c.Request.Context(), account)
	}
	var invalid surveys.Invalid
	if errors.As(err, &invalid) {
		v, err := p.listPeople(c, form)
		if err != nil {
			return err
		}
		v.Problems = invalid
		return p.people.Render(c, http.StatusUnprocessableEntity, v)
	}
	if err != nil {
		return fmt.Errorf("add account: %w", err)
	}
	if p.mails && c.PostForm("how") == "mail" {
		if err := p.askMail(c, account.Email, surveys.InvitationMail); err != nil {
			return err
		}
		return p.kit.SeeOther(c, "/beheer/mensen", "people.mailed")
	}
	return p.showLink(c, account)
}

type personPage struct {
	page.Base
	ID    surveys.ID
	Name  surveys.Text
	Form  personForm
	Waits bool

	Mails      bool
	SecondStep bool
	Places     []place
	Grants     []grantRow
	Others     []page.Option // surveys for which there is no role yet
	Grant      grantForm

	Off, Empties surveys.Date // since when it is off, and when what says who it was goes
	Gone         bool         // it went
}

// grantForm is what was chosen as a role for one survey.
type grantForm struct{ Survey, Role string }

// Roles are what an account can be given for one survey.
func (f grantForm) Roles() []page.Option {
	options := page.KeyOptions("account.role.", surveys.GrantRoles...)
	for i := range options {
		options[i].Help = "account.may." + options[i].Value
	}
	return options
}

// personOf fills in what the page says beside the form.
func (p *pages) personOf(c *gin.Context, a *surveys.Account, form personForm) (personPage, error) {
	v := personPage{Base: p.kit.StaffBase(c), ID: a.ID, Name: a.Title, Form: form, Waits: a.PasswordHash == "", Mails: p.mails, SecondStep: a.Second.On(),
		Grant: grantForm{Role: string(surveys.TextReviewer)}}
	if v.Gone = a.Emptied(); a.InactiveOn != "" && !v.Gone {
		v.Off, v.Empties = a.InactiveOn, page.Org(c).EmptiesOn(a.InactiveOn)
	}
	var err error
	if v.Places, err = p.places(c, a.Org, a.ID, ""); err != nil {
		return v, err
	}
	v.Grants, v.Others, err = p.grants(c, a)
	return v, err
}

// grant handles POST /beheer/mensen/:id/uitvraag: a role for one survey, or none any
// more.
func (p *pages) grant(c *gin.Context) error {
	id, chosen := surveys.ID(c.Param("id")), grantForm{c.PostForm("survey"), c.PostForm("grant_role")}
	all, err := p.surveys.ListSurveys(c.Request.Context(), page.Org(c).ID)
	if err != nil {
		return fmt.Errorf("list surveys: %w", err)
	}
	var wrong surveys.Invalid
	err = p.store.ChangeAccount(c.Request.Context(), page.Org(c).ID, id, func(a *surveys.Account, _ []surveys.Account) error {
		if chosen.Survey != "" && !slices.ContainsFunc(all, func(s surveys.Survey) bool { return string(s.ID) == chosen.Survey }) {
			return surveys.ErrNotFound
		}
		return a.Grant(surveys.ID(chosen.Survey), surveys.Role(chosen.Role))
	})
	if errors.As(err, &wrong) {
		a, err := p.store.FindAccount(c.Request.Context(), page.Org(c).ID, id)
		if err != nil {
			return fmt.Errorf("find account: %w", err)
		}
		v, err := p.personOf(c, a, formOf(c, a))
		if err != nil {
			return err
		}
		v.Problems, v.Grant = wrong, chosen
		return p.person.Render(c, http.StatusUnprocessableEntity, v)
	}
	if err != nil {
		return fmt.Errorf("give a role for a survey: %w", err)
	}
	return p.kit.SeeOther(c, "/beheer/mensen/"+string(id), "people.granted")
}

// formOf is the form about an account as it is stored.
func formOf(c *gin.Context, a *surveys.Account) personForm {
	form := personForm{councils: councilOptions(c), Council: a.Council, Email: a.Email, TitleNL: a.Title.NL, TitleEN: a.Title.EN, Role: string(a.Role), Language: string(a.Language), Active: "no"}
	if a.Active {
		form.Active = "yes"
	}
	return form
}

// showPerson handles GET /beheer/mensen/:id.
func (p *pages) showPerson(c *gin.Context) error {
	a, err := p.store.FindAccount(c.Request.Context(), page.Org(c).ID, surveys.ID(c.Param("id")))
	if err != nil {
		return fmt.Errorf("find account: %w", err)
	}
	v, err := p.personOf(c, a, formOf(c, a))
	if err != nil {
		return err
	}
	return p.person.Render(c, http.StatusOK, v)
}

// changePerson handles POST /beheer/mensen/:id. An account is switched off and
// never removed, because decisions and surveys name who made them.
func (p *pages) changePerson(c *gin.Context) error {
	form, id := readPerson(c), surveys.ID(c.Param("id"))
	var wrong surveys.Invalid
	var was surveys.Account
	err := p.store.ChangeAccount(c.Request.Context(), page.Org(c).ID, id, func(a *surveys.Account, others []surveys.Account) error {
		was = *a
		a.Switch(form.Active == "yes", page.Today(c))
		if err := form.describe(a, page.Org(c)); err != nil {
			return err
		}
		return a.KeepsAdministrator(others)
	})
	if errors.As(err, &wrong) {
		v, err := p.personOf(c, &was, form)
		if err != nil {
			return err
		}
		v.Name, v.Problems = surveys.Text{NL: form.TitleNL, EN: form.TitleEN}, wrong
		return p.person.Render(c, http.StatusUnprocessableEntity, v)
	}
	if err != nil {
		return fmt.Errorf("change account: %w", err)
	}
	return p.kit.SeeOther(c, "/beheer/mensen", "people.changed")
}

// linkPage shows a one-time link, once.
type linkPage struct {
	page.Base
	Email   string
	OneTime string // the whole address
	Hours   int
}

// makeLink handles POST /beheer/mensen/:id/link: who forgot their password gets a
// link from the administrator. The old password works until the link is used.
func (p *pages) makeLink(c *gin.Context) error {
	a, err := p.store.FindAccount(c.Request.Context(), page.Org(c).ID, surveys.ID(c.Param("id")))
	if err != nil {
		return fmt.Errorf("find account: %w", err)
	}
	if p.mails && c.PostForm("how") == "mail" {
		kind := surveys.RecoveryMail
		if a.PasswordHash == "" {
			kind = surveys.InvitationMail
		}
		if err := p.askMail(c, a.Email, kind); err != nil {
			return err
		}
		return p.kit.SeeOther(c, "/beheer/mensen/"+string(a.ID), "people.mailed")
	}
	return p.showLink(c, a)
}

// showLink answers a POST with the page itself: the link exists nowhere else, so
// it cannot wait behind a redirect.
func (p *pages) showLink(c *gin.Context, a *surveys.Account) error {
	path, err := NewSetupLink(c.Request.Context(), p.store, a.Org, a.ID, page.Now(c))
	if err != nil {
		return err
	}
	secret(c)
	address := page.Org(c).Address
	if address == "" {
		address = "http://" + c.Request.Host
		if c.Request.TLS != nil {
			address = "https://" + c.Request.Host
		}
	}
	return p.link.Render(c, http.StatusOK, linkPage{p.kit.StaffBase(c), a.Email, address + path, int(setupLife.Hours())})
}
