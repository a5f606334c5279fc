package public

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
)

type promisesPage struct {
	page.Base
	Tally tally
	List  []promised
	Since surveys.Date // the day on which the first survey opened
}

// showPromises handles GET /beloften.
func (p *pages) showPromises(c *gin.Context) error {
	t, err := p.tell(c, "")
	if err != nil {
		return err
	}
	v := promisesPage{Base: p.kit.PublicBase(c), List: promisesOf(t, page.Today(c))}
	v.Tally = tallyOf(v.List)
	for _, s := range t.surveys {
		if opened := surveys.DateOf(s.OpenedAt.In(page.Org(c).Location())); v.Since == "" || opened < v.Since {
			v.Since = opened
		}
	}
	return p.promises.Render(c, http.StatusOK, v)
}
