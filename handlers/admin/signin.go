package admin

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
)

type signInPage struct {
	page.Base
	Email string
	To    string // where to go afterwards, a path of ours under /beheer
	Over  bool   // the session ended while a form was being filled in
	Kept  []kept // what was being sent when the session turned out to be over
}

// kept is a field of a form that somebody sent after their session had ended.
type kept struct{ Name, Value string }

// overview is where staff begin, and where they go when nothing else is known.
const overview = "/beheer"

// keptPrefix is what the names of such fields begin with while somebody signs in.
const keptPrefix = "bewaard."

// resumePage lets somebody who signed in again send the form that was interrupted.
type resumePage struct {
	page.Base
	To   string
	Kept []kept
}

// showSignIn handles GET /beheer/inloggen.
func (p *pages) showSignIn(c *gin.Context) error {
	to := ownPath(c.Query("naar"))
	if page.Staff(c) != nil {
		return p.kit.SeeOther(c, to, "")
	}
	return p.signIn.Render(c, http.StatusOK, signInPage{Base: p.plain(c), To: to})
}

// signedOut answers a staff form that was sent after the session had ended: the
// page to sign in, which takes along what was typed.
func (p *pages) signedOut(c *gin.Context) error {
	v := signInPage{Base: p.plain(c), To: ownPath(c.Request.URL.Path)}
	for name, values := range c.Request.PostForm {
		if strings.Contains(name, "password") {
			continue
		}
		for _, value := range values {
			v.Kept = append(v.Kept, kept{name, value})
		}
	}
	slices.SortStableFunc(v.Kept, func(a, b kept) int { return strings.Compare(a.Name, b.Name) })
	v.Over = true
	return p.signIn.Render(c, http.StatusUnauthorized, v)
}

// doSignIn handles POST /beheer/inloggen. It answers alike, and takes equally
// long, for a wrong password and for an address that nobody has.
func (p *pages) doSignIn(c *gin.Context) error {
	v := signInPage{Base: p.plain(c), Email: strings.TrimSpace(c.PostForm("gebruiker")), To: ownPath(c.PostForm("naar"))}
	v.Kept = keptIn(c)
	email := strings.ToLower(v.Email)
	if wait := p.attempts.allow(c.ClientIP(), string(page.Org(c).ID)+" "+email, page.Now(c)); wait > 0 {
		c.Header("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
		v.Problems.AddWith("gebruiker", "signin.too_many", map[string]any{"Count": int(math.Ceil(wait.Minutes()))})
		return p.signIn.Render(c, http.StatusTooManyRequests, v)
	}
	account, err := p.store.FindAccountByEmail(c.Request.Context(), page.Org(c).ID, email)
	if err != nil && !errors.Is(err, surveys.ErrNotFound) {
		return fmt.Errorf("find account: %w", err)
	}
	if err != nil {
		account = nil
	}
	fits, err := passwordFits(account, c.PostForm("wachtwoord"))
	if err != nil {
		return err
	}
	if !fits {
		v.Problems.Add("gebruiker", "signin.wrong")
		return p.signIn.Render(c, http.StatusUnprocessableEntity, v)
	}
	if account.Second.On() {
		if err := p.kit.HalfSignIn(c, account); err != nil {
			return err
		}
		return p.step.Render(c, http.StatusOK, stepPage{p.plain(c), v.To, v.Kept})
	}
	return p.letIn(c, account, v.To, v.Kept)
}

// doSignOut handles POST /beheer/uitloggen. What the browser still holds of staff
// pages goes too, so that "back" on a shared computer shows nothing.
func (p *pages) doSignOut(c *gin.Context) error {
	if err := p.kit.SignOut(c); err != nil {
		return err
	}
	c.Header("Clear-Site-Data", `"cache"`)
	return p.kit.SeeOther(c, page.SignInPath, "")
}

// plain is the base of pages for who has not signed in yet: no menu, the staff's
// name in the title, and English one link away.
func (p *pages) plain(c *gin.Context) page.Base {
	b := p.kit.PublicBase(c)
	b.Home, b.Menu, b.Nav = "", "", nil
	return b
}

// ownPath is the address where it is one of staff pages of ours, else the overview:
// a link to sign in must not lead to another site.
func ownPath(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.IsAbs() || u.Host != "" || u.Path != "/beheer" && !strings.HasPrefix(u.Path, "/beheer/") ||
		path.Clean(u.Path) != u.Path || strings.Contains(address, `\`) {
		return overview
	}
	if u.Path == page.SignInPath || u.Path == stepPath || u.Path == "/beheer/uitloggen" || u.Path == "/beheer/taal" {
		return overview
	}
	return u.RequestURI()
}
