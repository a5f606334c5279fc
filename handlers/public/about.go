package public

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
)

type privacyPage struct {
	page.Base
	Modes []surveys.Mode
	Email string
}

// modes are the privacy modes in the order in which the page explains them.
var modes = []surveys.Mode{surveys.Open, surveys.Invited, surveys.Strong, surveys.Named}

// showPrivacy handles GET /privacy: what is stored in each mode, in plain words.
func (p *pages) showPrivacy(c *gin.Context) error {
	return p.privacy.Render(c, http.StatusOK, privacyPage{p.kit.PublicBase(c), modes, page.Org(c).Email})
}

type accessPage struct {
	page.Base
	Email string
}

// showAccess handles GET /toegankelijkheid: the statement and how to report a barrier.
func (p *pages) showAccess(c *gin.Context) error {
	return p.access.Render(c, http.StatusOK, accessPage{p.kit.PublicBase(c), page.Org(c).Email})
}
