package admin

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"

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
}

func (p *pages) accountOf(c *gin.Context) accountPage {
	a := page.Staff(c)
	return accountPage{Base: p.kit.StaffBase(c), Email: a.Email, Title: a.Title, Role: a.Role, Least: shortestPassword}
}

// RoleKey is the text of the role.
func (v accountPage) RoleKey() string { return roleKey(v.Role) }

func roleKey(r surveys.Role) string { return "account.role." + string(r) }

// showAccount handles GET /beheer/account.
func (p *pages) showAccount(c *gin.Context) error {
	return p.account.Render(c, http.StatusOK, p.accountOf(c))
}

// changePassword handles POST /beheer/account. Every other session of the account
// ends with it.
func (p *pages) changePassword(c *gin.Context) error {
	me := page.Staff(c)
	v := p.accountOf(c)
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
	hash, err := HashPassword(c.PostForm("password"))
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
	if err := p.kit.SignIn(c, &changed); err != nil {
		return err
	}
	return p.kit.SeeOther(c, "/beheer/account", "account.password_changed")
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
