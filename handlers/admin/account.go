package admin

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
)

// accountPage is somebody's own account.
type accountPage struct {
	page.Base
	Email string
	Title surveys.Text
	Role  surveys.Role
	Least int

	SecondStep bool
	Places     []place
	Elsewhere  bool // signed in somewhere else too
	Surveys    []grantRow
}

// grantRow is a survey for which somebody has a role of their own.
type grantRow struct {
	ID    surveys.ID
	Title surveys.Text
	Role  surveys.Role
}

// RoleKey is the text of the role.
func (g grantRow) RoleKey() string { return roleKey(g.Role) }

func (p *pages) accountOf(c *gin.Context) (accountPage, error) {
	a := page.Staff(c)
	v := accountPage{Base: p.kit.StaffBase(c), Email: a.Email, Title: a.Title, Role: a.Role, Least: shortestPassword, SecondStep: a.Second.On()}
	var err error
	if v.Places, err = p.places(c, a.Org, a.ID, page.SignedIn(p.kit, c)); err != nil {
		return v, err
	}
	v.Elsewhere = len(v.Places) > 1
	v.Surveys, _, err = p.grants(c, a)
	return v, err
}

// grants are the surveys for which the account has a role, and the others.
func (p *pages) grants(c *gin.Context, a *surveys.Account) (given []grantRow, others []page.Option, err error) {
	all, err := p.surveys.ListSurveys(c.Request.Context(), a.Org)
	if err != nil {
		return nil, nil, fmt.Errorf("list surveys: %w", err)
	}
	for i := range all {
		if role, ok := a.Grants[all[i].ID]; ok {
			given = append(given, grantRow{all[i].ID, all[i].Title, role})
		} else {
			others = append(others, page.Option{Value: string(all[i].ID), Text: all[i].Title.In(page.Language(c))})
		}
	}
	return given, others, nil
}

// RoleKey is the text of the role.
func (v accountPage) RoleKey() string { return roleKey(v.Role) }

func roleKey(r surveys.Role) string { return "account.role." + string(r) }

// showAccount handles GET /beheer/account.
func (p *pages) showAccount(c *gin.Context) error {
	v, err := p.accountOf(c)
	if err != nil {
		return err
	}
	return p.account.Render(c, http.StatusOK, v)
}

// changePassword handles POST /beheer/account. Every other session of the account
// ends with it.
func (p *pages) changePassword(c *gin.Context) error {
	me := page.Staff(c)
	v, err := p.accountOf(c)
	if err != nil {
		return err
	}
	if wait := p.attempts.allow(c.ClientIP(), string(me.Org)+" "+me.Email, page.Now(c)); wait > 0 {
		c.Header("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
		v.Problems.AddWith("current_password", "signin.too_many", map[string]any{"Count": int(math.Ceil(wait.Minutes()))})
		return p.account.Render(c, http.StatusTooManyRequests, v)
	}
	fits, err := passwordFits(me, c.PostForm("current_password"))
	if err != nil {
		return err
	}
	v.Problems.Require(fits, "current_password", "account.password_wrong")
	hash, err := HashPassword(c.PostForm("password"), ownWords(c, me.Email)...)
	var invalid surveys.Invalid
	if err != nil && !errors.As(err, &invalid) {
		return err
	}
	v.Problems = append(v.Problems, invalid...)
	if len(v.Problems) > 0 {
		return p.account.Render(c, http.StatusUnprocessableEntity, v)
	}
	var changed surveys.Account
	err = p.store.ChangeAccount(c.Request.Context(), me.Org, me.ID, func(a *surveys.Account, _ []surveys.Account) error {
		a.PasswordHash = hash
		changed = *a
		return nil
	})
	if err != nil {
		return fmt.Errorf("change password: %w", err)
	}
	if err := p.store.EndSignIns(c.Request.Context(), me.Org, me.ID, page.SignedIn(p.kit, c)); err != nil {
		return err
	}
	if err := p.kit.SignIn(c, &changed); err != nil {
		return err
	}
	return p.kit.SeeOther(c, "/beheer/account", "account.password_changed")
}

// ownWords are what nobody should have as a password here: what stands before the @ of
// their address, and the name of the organisation.
func ownWords(c *gin.Context, email string) []string {
	name, _, _ := strings.Cut(email, "@")
	org := page.Org(c).Name
	words := append([]string{email, name}, strings.Fields(org.NL+" "+org.EN)...)
	return append(words, strings.ReplaceAll(org.NL, " ", ""))
}

// changeLanguage handles POST /beheer/taal, from the foot of every staff page.
func (p *pages) changeLanguage(c *gin.Context) error {
	lang := surveys.Lang(c.PostForm("taal"))
	if lang != surveys.English {
		lang = surveys.Dutch
	}
	me := page.Staff(c)
	err := p.store.ChangeAccount(c.Request.Context(), me.Org, me.ID, func(a *surveys.Account, _ []surveys.Account) error {
		a.Language = lang
		return nil
	})
	if err != nil {
		return fmt.Errorf("change language: %w", err)
	}
	p.kit.KeepLanguage(c, lang)
	return p.kit.SeeOther(c, ownPath(c.PostForm("naar")), "")
}
