package admin

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
)

const stepPath = page.SignInPath + "/stap"

// stepPage asks for the second step, after the password was right.
type stepPage struct {
	page.Base
	To   string
	Kept []kept
}

// showStep handles GET /beheer/inloggen/stap.
func (p *pages) showStep(c *gin.Context) error {
	if p.kit.HalfSignedIn(c) == "" {
		return p.kit.SeeOther(c, page.SignInPath, "")
	}
	return p.step.Render(c, http.StatusOK, stepPage{Base: p.plain(c), To: ownPath(c.Query("naar"))})
}

// doStep handles POST /beheer/inloggen/stap. Who took too long, or whose password was
// changed meanwhile, begins again.
func (p *pages) doStep(c *gin.Context) error {
	v := stepPage{Base: p.plain(c), To: ownPath(c.PostForm("naar")), Kept: keptIn(c)}
	id := p.kit.HalfSignedIn(c)
	if id == "" {
		return p.again(c, v)
	}
	if wait := p.attempts.allow(c.ClientIP(), string(page.Org(c).ID)+" step "+string(id), page.Now(c)); wait > 0 {
		c.Header("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
		v.Problems.AddWith("code", "signin.too_many", map[string]any{"Count": int(math.Ceil(wait.Minutes()))})
		return p.step.Render(c, http.StatusTooManyRequests, v)
	}
	var signedIn surveys.Account
	err := p.store.ChangeAccount(c.Request.Context(), page.Org(c).ID, id, func(a *surveys.Account, _ []surveys.Account) error {
		if !a.Active || !p.kit.HalfStands(c, a) || !a.Second.On() {
			return surveys.ErrNotFound
		}
		taken, err := p.seal.take(a, c.PostForm("code"), page.Now(c))
		if err != nil {
			return err
		}
		var wrong surveys.Invalid
		wrong.Require(taken, "code", "step.wrong")
		signedIn = *a
		return wrong.Err()
	})
	switch {
	case errors.As(err, &v.Problems):
		return p.step.Render(c, http.StatusUnprocessableEntity, v)
	case errors.Is(err, surveys.ErrNotFound):
		return p.again(c, v)
	case errors.Is(err, errSealed):
		v.Problems.Add("code", "step.sealed")
		return p.step.Render(c, http.StatusServiceUnavailable, v)
	case err != nil:
		return fmt.Errorf("take the second step: %w", err)
	}
	return p.letIn(c, &signedIn, v.To, v.Kept)
}

// again asks for the password once more, and keeps what waits to be sent.
func (p *pages) again(c *gin.Context, v stepPage) error {
	again := signInPage{Base: p.plain(c), To: v.To, Kept: v.Kept}
	again.Problems.Add("gebruiker", "step.too_late")
	return p.signIn.Render(c, http.StatusUnprocessableEntity, again)
}

// letIn signs in who has shown everything that is asked.
func (p *pages) letIn(c *gin.Context, account *surveys.Account, to string, waiting []kept) error {
	if err := p.kit.SignIn(c, account); err != nil {
		return err
	}
	if len(waiting) > 0 {
		return p.resume.Render(c, http.StatusOK, resumePage{p.kit.StaffBase(c), to, waiting})
	}
	if to == overview {
		to = p.kit.StaffBase(c).Home // the first page that this role has
	}
	return p.kit.SeeOther(c, to, "")
}

// keptIn are the fields of a form that was interrupted, as the page to sign in takes
// them along.
func keptIn(c *gin.Context) []kept {
	var fields []kept
	for name, values := range c.Request.PostForm {
		if own, ok := strings.CutPrefix(name, keptPrefix); ok {
			for _, value := range values {
				fields = append(fields, kept{own, value})
			}
		}
	}
	slices.SortStableFunc(fields, func(a, b kept) int { return strings.Compare(a.Name, b.Name) })
	return fields
}
