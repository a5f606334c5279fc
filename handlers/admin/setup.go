package admin

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
)

// setupLife is how long a one-time link can be used.
const setupLife = 48 * time.Hour

// SetupPath is where the token of a one-time link leads.
func SetupPath(token string) string { return "/beheer/eerste?token=" + token }

// NewSetupLink makes a one-time link for an account, or with account "" for the
// first administrator, and stores it. What comes back is its path; only there
// does the token exist, so it is shown once.
func NewSetupLink(ctx context.Context, store Store, org surveys.OrgID, account surveys.ID, now time.Time) (string, error) {
	token := rand.Text()
	err := store.AddSetupLink(ctx, &surveys.SetupLink{TokenHash: tokenHash(token), Org: org, Account: account, ExpiresAt: now.UTC().Add(setupLife)})
	if err != nil {
		return "", fmt.Errorf("add one-time link: %w", err)
	}
	return SetupPath(token), nil
}

// FirstLink makes the one-time link of the first start, as long as nobody in the
// organisation can administer it. It is "" when somebody can.
func FirstLink(ctx context.Context, store Store, org surveys.OrgID, now time.Time) (string, error) {
	accounts, err := store.ListAccounts(ctx, org)
	if err != nil {
		return "", fmt.Errorf("list accounts: %w", err)
	}
	for _, a := range accounts {
		if a.Active && a.Role == surveys.Administrator && a.PasswordHash != "" {
			return "", nil
		}
	}
	return NewSetupLink(ctx, store, org, "", now)
}

// setupPage lets somebody choose a password, and the first administrator also say
// who they are.
type setupPage struct {
	page.Base
	Token string
	First bool
	Gone  bool // the link was used, has expired or never was
	Email string
	Title string
	Least int // the fewest characters of a password
}

// showSetup handles GET /beheer/eerste. It changes nothing: mail scanners follow links.
func (p *pages) showSetup(c *gin.Context) error {
	v := setupPage{Base: p.plain(c), Token: c.Query("token"), Least: shortestPassword}
	v.OtherLang = "" // its address holds the token
	secret(c)
	status, err := p.findSetup(c, &v)
	if err != nil {
		return err
	}
	return p.setup.Render(c, status, v)
}

// secret is for pages that hold the token of a one-time link: no cache keeps them,
// their address goes along with no request, and their length tells nothing.
func secret(c *gin.Context) {
	page.Uncompressed(c)
	c.Header("Cache-Control", "no-store")
	c.Header("Referrer-Policy", "strict-origin")
}

func (p *pages) findSetup(c *gin.Context, v *setupPage) (int, error) {
	link, err := p.store.FindSetupLink(c.Request.Context(), page.Org(c).ID, tokenHash(v.Token), page.Now(c).UTC())
	if errors.Is(err, surveys.ErrNotFound) {
		v.Gone = true
		return http.StatusNotFound, nil
	}
	if err != nil {
		return 0, fmt.Errorf("find one-time link: %w", err)
	}
	v.First = link.Account == ""
	return http.StatusOK, nil
}

// doSetup handles POST /beheer/eerste: the link is spent and who used it is signed in.
func (p *pages) doSetup(c *gin.Context) error {
	v := setupPage{Base: p.plain(c), Token: c.PostForm("token"), Email: c.PostForm("email"), Title: c.PostForm("title"), Least: shortestPassword}
	secret(c)
	status, err := p.findSetup(c, &v)
	if err != nil {
		return err
	}
	if v.Gone {
		return p.setup.Render(c, status, v)
	}
	hash, err := HashPassword(c.PostForm("password"), ownWords(c, v.Email)...)
	var invalid surveys.Invalid
	if err != nil && !errors.As(err, &invalid) {
		return err
	}
	if v.First {
		var probe surveys.Account
		err := probe.Describe(v.Email, surveys.Text{NL: v.Title}, surveys.Administrator, page.Language(c))
		if err != nil && !errors.As(err, &v.Problems) {
			return err
		}
	}
	v.Problems = append(v.Problems, invalid...)
	if len(v.Problems) > 0 {
		return p.setup.Render(c, http.StatusUnprocessableEntity, v)
	}
	var made *surveys.Account
	err = p.store.UseSetupLink(c.Request.Context(), page.Org(c).ID, tokenHash(v.Token), page.Now(c).UTC(), func(a *surveys.Account) error {
		if a.ID == "" {
			a.ID, a.Active = page.NewID(), true
			if err := a.Describe(v.Email, surveys.Text{NL: v.Title}, surveys.Administrator, page.Language(c)); err != nil {
				return err
			}
		}
		a.PasswordHash = hash
		made = a
		return nil
	})
	if errors.As(err, &v.Problems) {
		return p.setup.Render(c, http.StatusUnprocessableEntity, v)
	}
	if errors.Is(err, surveys.ErrNotFound) { // somebody else was just ahead with the same link
		v.Gone = true
		return p.setup.Render(c, http.StatusNotFound, v)
	}
	if err != nil {
		return fmt.Errorf("use one-time link: %w", err)
	}
	if !made.Active {
		return p.kit.SeeOther(c, page.SignInPath, "")
	}
	if err := p.store.EndSignIns(c.Request.Context(), made.Org, made.ID, ""); err != nil {
		return err
	}
	if made.Second.On() { // a link replaces a password, and not the second step
		if err := p.kit.HalfSignIn(c, made); err != nil {
			return err
		}
		return p.kit.SeeOther(c, stepPath, "")
	}
	if err := p.kit.SignIn(c, made); err != nil {
		return err
	}
	if v.First {
		return p.kit.SeeOther(c, "/beheer/instellingen", "setup.welcome")
	}
	return p.kit.SeeOther(c, p.kit.StaffBase(c).Home, "setup.password_chosen")
}
