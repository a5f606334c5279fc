package admin

import (
	"crypto/rand"
	"encoding/base64"
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

// secondPage is where somebody sets up, renews or ends their second step.
type secondPage struct {
	page.Base
	On     bool
	Left   int  // recovery codes
	Must   bool // the organisation asks for one
	Sealed string
	Typed  string // the secret as people type it, in groups of four
	Side   int    // of the QR code
	Dark   string // its dark modules, as an SVG path
}

// codesPage shows recovery codes, once.
type codesPage struct {
	page.Base
	Codes []string
}

// showSecond handles GET /beheer/account/tweede-stap. The secret that it offers is in
// use only once a code of it came back, so that looking changes nothing.
func (p *pages) showSecond(c *gin.Context) error {
	v := secondPage{Base: p.kit.StaffBase(c)}
	me := page.Staff(c)
	if !me.Second.On() {
		fresh := make([]byte, secretSize)
		_, _ = rand.Read(fresh) // never fails
		sealed, err := p.seal.close(fresh, me)
		if err != nil {
			return err
		}
		v.Sealed = base64.RawURLEncoding.EncodeToString(sealed)
	}
	return p.renderSecond(c, http.StatusOK, v)
}

// renderSecond fills in the page from the account and the sealed secret.
func (p *pages) renderSecond(c *gin.Context, status int, v secondPage) error {
	me := page.Staff(c)
	v.On, v.Left, v.Must = me.Second.On(), len(me.Second.Recovery), me.NeedsSecondStep(page.Org(c))
	secret(c)
	if !v.On {
		offered, err := p.offered(v.Sealed, me)
		if err != nil {
			return p.kit.SeeOther(c, page.SecondStepPath, "")
		}
		text := base32Secret.EncodeToString(offered)
		for i := 0; i < len(text); i += 4 {
			v.Typed += text[i:min(i+4, len(text))] + " "
		}
		v.Typed = strings.TrimSpace(v.Typed)
		address, err := keyFor(offered, page.Org(c).Name.In(surveys.Dutch), me.Email)
		if err != nil {
			return err
		}
		if v.Side, v.Dark, err = page.QRPath(address); err != nil {
			return err
		}
	}
	return p.second.Render(c, status, v)
}

// offered is the secret that a page carried.
func (p *pages) offered(sealed string, me *surveys.Account) ([]byte, error) {
	raw, err := base64.RawURLEncoding.DecodeString(sealed)
	if err != nil {
		return nil, errSealed
	}
	return p.seal.open(raw, me)
}

// confirmed tells whether the password is that of who is signed in, and is silent no
// longer about it than signing in is: the answer is a problem at the field.
func (p *pages) confirmed(c *gin.Context, wrong *surveys.Invalid) (status int, err error) {
	me := page.Staff(c)
	if wait := p.attempts.allow(c.ClientIP(), string(me.Org)+" "+me.Email, page.Now(c)); wait > 0 {
		c.Header("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
		wrong.AddWith("current_password", "signin.too_many", map[string]any{"Count": int(math.Ceil(wait.Minutes()))})
		return http.StatusTooManyRequests, nil
	}
	fits, err := passwordFits(me, c.PostForm("current_password"))
	wrong.Require(fits, "current_password", "account.password_wrong")
	return http.StatusUnprocessableEntity, err
}

// setSecond handles POST /beheer/account/tweede-stap: the answer shows the recovery
// codes, which exist nowhere else.
func (p *pages) setSecond(c *gin.Context) error {
	me := page.Staff(c)
	v := secondPage{Base: p.kit.StaffBase(c), Sealed: c.PostForm("geheim")}
	if me.Second.On() {
		return p.kit.SeeOther(c, page.SecondStepPath, "")
	}
	offered, err := p.offered(v.Sealed, me)
	if err != nil {
		return p.kit.SeeOther(c, page.SecondStepPath, "")
	}
	status, err := p.confirmed(c, &v.Problems)
	if err != nil {
		return err
	}
	step := stepOf(strings.ReplaceAll(c.PostForm("code"), " ", ""), offered, page.Now(c), 0)
	v.Problems.Require(step != 0, "code", "step.wrong")
	if len(v.Problems) > 0 {
		return p.renderSecond(c, status, v)
	}
	sealed, err := p.seal.close(offered, me)
	if err != nil {
		return err
	}
	codes, hashes := p.seal.newRecovery(me)
	err = p.store.ChangeAccount(c.Request.Context(), me.Org, me.ID, func(a *surveys.Account, _ []surveys.Account) error {
		if a.Second.On() {
			return surveys.ErrChangedMeanwhile
		}
		a.Second = surveys.SecondStep{Secret: sealed, Last: step, Recovery: hashes}
		return nil
	})
	if err != nil {
		return fmt.Errorf("set second step: %w", err)
	}
	if err := p.store.EndSignIns(c.Request.Context(), me.Org, me.ID, page.SignedIn(p.kit, c)); err != nil {
		return err
	}
	return p.showCodes(c, codes)
}

func (p *pages) showCodes(c *gin.Context, codes []string) error {
	secret(c)
	return p.codes.Render(c, http.StatusOK, codesPage{p.kit.StaffBase(c), codes})
}

// changeSecond lets change alter the second step of who is signed in, when their
// password and a code of it are right. done is false where the page was shown again.
func (p *pages) changeSecond(c *gin.Context, change func(*surveys.Account)) (done bool, err error) {
	me := page.Staff(c)
	v := secondPage{Base: p.kit.StaffBase(c)}
	status, err := p.confirmed(c, &v.Problems)
	if err != nil {
		return false, err
	}
	if len(v.Problems) == 0 {
		err = p.store.ChangeAccount(c.Request.Context(), me.Org, me.ID, func(a *surveys.Account, _ []surveys.Account) error {
			taken, err := p.seal.take(a, c.PostForm("code"), page.Now(c))
			if err != nil {
				return err
			}
			var wrong surveys.Invalid
			wrong.Require(taken, "code", "step.wrong")
			change(a)
			return wrong.Err()
		})
		if errors.Is(err, errSealed) {
			v.Problems.Add("code", "step.sealed")
		} else if err != nil && !errors.As(err, &v.Problems) {
			return false, fmt.Errorf("change second step: %w", err)
		}
	}
	if len(v.Problems) > 0 {
		if !me.Second.On() {
			return false, p.kit.SeeOther(c, page.SecondStepPath, "")
		}
		return false, p.renderSecond(c, status, v)
	}
	return true, nil
}

// newCodes handles POST /beheer/account/tweede-stap/codes: earlier ones are of no use
// any more.
func (p *pages) newCodes(c *gin.Context) error {
	codes, hashes := p.seal.newRecovery(page.Staff(c))
	done, err := p.changeSecond(c, func(a *surveys.Account) { a.Second.Recovery = hashes })
	if err != nil || !done {
		return err
	}
	return p.showCodes(c, codes)
}

// removeSecond handles POST /beheer/account/tweede-stap/weg.
func (p *pages) removeSecond(c *gin.Context) error {
	done, err := p.changeSecond(c, func(a *surveys.Account) { a.Second = surveys.SecondStep{} })
	if err != nil || !done {
		return err
	}
	return p.kit.SeeOther(c, "/beheer/account", "second.removed")
}

// resetSecond handles POST /beheer/mensen/:id/tweede-stap, for who lost their phone
// and the recovery codes. They are signed out everywhere.
func (p *pages) resetSecond(c *gin.Context) error {
	id := surveys.ID(c.Param("id"))
	err := p.store.ChangeAccount(c.Request.Context(), page.Org(c).ID, id, func(a *surveys.Account, _ []surveys.Account) error {
		a.Second = surveys.SecondStep{}
		return nil
	})
	if err != nil {
		return fmt.Errorf("reset second step: %w", err)
	}
	if err := p.store.EndSignIns(c.Request.Context(), page.Org(c).ID, id, ""); err != nil {
		return err
	}
	return p.kit.SeeOther(c, "/beheer/mensen/"+c.Param("id"), "people.second_reset")
}
