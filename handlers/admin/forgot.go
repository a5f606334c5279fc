package admin

import (
	"math"
	"net/http"
	"net/mail"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
)

const forgotPath = "/beheer/vergeten"

// forgotPage asks for the address of who forgot their password.
type forgotPage struct {
	page.Base
	Email string
	Done  bool // whatever the address was
	Mails bool // else only an administrator can help
}

// showForgot handles GET /beheer/vergeten.
func (p *pages) showForgot(c *gin.Context) error {
	return p.forgot.Render(c, http.StatusOK, forgotPage{Base: p.plain(c), Mails: p.mails})
}

// doForgot handles POST /beheer/vergeten. The answer and the work are the same
// whether somebody has the address or not: the address is put in a row that the clock
// looks at, and nobody looks it up here.
func (p *pages) doForgot(c *gin.Context) error {
	v := forgotPage{Base: p.plain(c), Email: strings.TrimSpace(c.PostForm("gebruiker")), Mails: p.mails}
	if !p.mails {
		return p.forgot.Render(c, http.StatusOK, v)
	}
	email := strings.ToLower(v.Email)
	parsed, err := mail.ParseAddress(email)
	if err != nil || parsed.Address != email || len(email) > longestEmail {
		v.Problems.Add("gebruiker", "account.no_email")
		return p.forgot.Render(c, http.StatusUnprocessableEntity, v)
	}
	org := page.Org(c).ID
	if wait := p.attempts.allow(c.ClientIP(), string(org)+" forgot "+email, page.Now(c)); wait > 0 {
		c.Header("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
		v.Problems.AddWith("gebruiker", "signin.too_many", map[string]any{"Count": int(math.Ceil(wait.Minutes()))})
		return p.forgot.Render(c, http.StatusTooManyRequests, v)
	}
	if err := p.askMail(c, email, surveys.RecoveryMail); err != nil {
		return err
	}
	v.Done = true
	return p.forgot.Render(c, http.StatusOK, v)
}

// longestEmail is the longest address that mail can carry (RFC 5321).
const longestEmail = 254

func (p *pages) askMail(c *gin.Context, email string, kind surveys.MailKind) error {
	now := page.Now(c).UTC()
	return p.store.AskMail(c.Request.Context(), &surveys.AccountMail{ID: page.NewID(), Org: page.Org(c).ID, Email: email, Kind: kind, At: now, NextAt: now})
}
