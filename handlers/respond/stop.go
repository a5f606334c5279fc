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

// stopPage lets somebody ask for no more messages about a survey.
type stopPage struct {
	page.Base
	Title  string
	Action string
	Done   bool
	Asked  bool // they left their address, which is thrown away
}

// askStop handles GET /afmelden/:token. It changes nothing: a mail program may follow it.
func (p *pages) askStop(c *gin.Context) error {
	hidden(c)
	s, invitee, err := p.stopOf(c)
	if err != nil {
		return err
	}
	_, asked := responses.ContactOf(invitee)
	return p.stopView.Render(c, http.StatusOK, stopPage{Base: p.ballotBase(c), Title: s.Title.In(page.Language(c)), Action: c.Request.URL.Path, Asked: asked})
}

// stop handles POST /afmelden/:token, from the page and from mail programs (RFC 8058).
// Twice does no harm.
func (p *pages) stop(c *gin.Context) error {
	hidden(c)
	s, invitee, err := p.stopOf(c)
	if err != nil {
		return err
	}
	if key, asked := responses.ContactOf(invitee); asked {
		err = p.forgetContact(c, s, key)
	} else {
		err = p.ballots.StopMail(c.Request.Context(), s.Org, s.ID, invitee)
	}
	if err != nil && !errors.Is(err, surveys.ErrChangedMeanwhile) { // taken off the list: no more messages either
		return fmt.Errorf("stop messages: %w", err)
	}
	if lang := surveys.Lang(c.PostForm("taal")); lang != "" {
		page.SetLanguage(c, lang)
	}
	_, asked := responses.ContactOf(invitee)
	return p.stopView.Render(c, http.StatusOK, stopPage{Base: p.ballotBase(c), Title: s.Title.In(page.Language(c)), Done: true, Asked: asked})
}

func (p *pages) stopOf(c *gin.Context) (*surveys.Survey, surveys.ID, error) {
	org := page.Org(c).ID
	survey, invitee, ok := p.keys.ReadStopToken(c.Param("token"), org)
	if !ok {
		return nil, "", fmt.Errorf("read an address that stops messages: %w", surveys.ErrNotFound)
	}
	s, err := p.programme.FindSurvey(c.Request.Context(), org, survey)
	return s, invitee, err
}
