package respond

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

// codePage asks for a receipt code, and says that answers were withdrawn.
type codePage struct {
	page.Base
	Typed     string
	Withdrawn bool
}

// askCode handles GET /code.
func (p *pages) askCode(c *gin.Context) error {
	return p.codeView.Render(c, http.StatusOK, codePage{Base: p.kit.PublicBase(c)})
}

// codeKeys are the texts for what is wrong with a typed code, each found before
// anything is looked up.
var codeKeys = map[error]string{
	responses.ErrCodeEmpty: "respond.code.empty", responses.ErrCodeLength: "respond.code.length",
	responses.ErrCodeCharacter: "respond.code.character", responses.ErrCodeCheck: "respond.code.check",
}

// readCode handles POST /code. It answers with the respondent's page itself, so a
// code never stands in an address; the code typed once more withdraws.
func (p *pages) readCode(c *gin.Context) error {
	c.Header("Cache-Control", "no-store")
	posted := c.Request.PostForm
	if lang := surveys.Lang(posted.Get("taal")); lang != "" {
		page.SetLanguage(c, lang)
	}
	code, err := responses.ParseReceiptCode(posted.Get("ontvangstcode"))
	if err != nil {
		return p.wrongCode(c, posted.Get("ontvangstcode"), codeKeys[err])
	}
	org := page.Org(c).ID
	response, err := p.answers.FindResponseByReceipt(c.Request.Context(), org, p.keys.KeysOf(code, org))
	if errors.Is(err, surveys.ErrNotFound) {
		// Only what opens nothing counts: twenty people with a photo of one code, behind
		// one address, are all let in.
		if wait, ok := p.tries.allow(c.ClientIP(), page.Now(c)); !ok {
			return page.TooMany{After: wait}
		}
		return p.wrongCode(c, posted.Get("ontvangstcode"), "respond.code.unknown")
	}
	if err != nil {
		return fmt.Errorf("find response of a receipt code: %w", err)
	}
	if posted.Get("ga") != "intrekken" {
		return p.showReceipt(c, response, code, "", nil)
	}
	again, err := responses.ParseReceiptCode(posted.Get("code-nogmaals"))
	key := codeKeys[err]
	if err == nil && again != code {
		key = "respond.withdraw.other_code"
	}
	if key != "" {
		var wrong surveys.Invalid
		wrong.Add("code-nogmaals", key)
		return p.showReceipt(c, response, code, posted.Get("code-nogmaals"), wrong)
	}
	if err := p.answers.WithdrawResponse(c.Request.Context(), org, p.keys.KeysOf(code, org)); err != nil && !errors.Is(err, surveys.ErrNotFound) {
		return fmt.Errorf("withdraw response: %w", err)
	}
	return p.codeView.Render(c, http.StatusOK, codePage{Base: p.codeBase(c), Withdrawn: true})
}

// codeBase is the Base of an answer to a posted code: without a language link,
// which would lose the code.
func (p *pages) codeBase(c *gin.Context) page.Base {
	b := p.kit.PublicBase(c)
	b.OtherLang = ""
	return b
}

func (p *pages) wrongCode(c *gin.Context, typed, key string) error {
	filled := codePage{Base: p.codeBase(c), Typed: typed}
	filled.Problems.Add("ontvangstcode", key)
	return p.codeView.Render(c, http.StatusUnprocessableEntity, filled)
}
