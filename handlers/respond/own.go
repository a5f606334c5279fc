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

// ownPage is what somebody handed in on name, with what they can do about it.
type ownPage struct {
	page.Base
	speech
	Title   string
	Window  string
	Readers []string
	Rows    []answerRow
	Token   string
	Open    bool // it can still be corrected
	Asks    bool // asks whether to withdraw it for certain
}

// Changes says that nothing is changed row by row.
func (ownPage) Changes() bool { return false }

// showOwn answers the ballot of a named survey with what was handed in with it.
func (p *pages) showOwn(c *gin.Context, read *readSurvey, found *responses.FoundBallot, token string) error {
	v, err := p.ownVisit(c, read, found)
	if err != nil {
		return err
	}
	lang := page.Language(c)
	filled := ownPage{Base: p.ballotBase(c), speech: speech{v.form.informal}, Title: read.survey.Title.In(lang), Token: token,
		Readers: textsIn(read.readers, lang), Open: read.survey.Phase(page.Today(c)) == surveys.Running, Asks: c.PostForm("ga") == "intrekken"}
	filled.Window = windowTitle(filled.Base, filled.Title)
	for _, row := range p.rowsOf(v) {
		if row.Value != "" {
			filled.Rows = append(filled.Rows, row)
		}
	}
	return p.ownView.Render(c, http.StatusOK, filled)
}

// ownVisit is a new sitting that holds what was handed in before, so that sending it
// takes the place of that.
func (p *pages) ownVisit(c *gin.Context, read *readSurvey, found *responses.FoundBallot) (*visit, error) {
	before, err := p.named.FindResponse(c.Request.Context(), read.survey.Org, read.survey.ID, found.Response)
	if err != nil {
		return nil, fmt.Errorf("find what was handed in on name: %w", err)
	}
	v, err := p.invitedVisit(c, read, found)
	if err != nil {
		return nil, err
	}
	for name, value := range before.Answers {
		if _, filled := v.sitting.Prefilled[name]; !filled && value != "" {
			v.sitting.Answers[name] = value
		}
	}
	v.evaluate(c)
	return v, nil
}

// ownResponse handles POST /b/:token: correct or withdraw what was handed in on name.
func (p *pages) ownResponse(c *gin.Context) error {
	hidden(c)
	token := c.Param("token")
	if lang := surveys.Lang(c.PostForm("taal")); lang != "" {
		page.SetLanguage(c, lang)
	}
	read, found, wrong, err := p.readBallot(c, token)
	switch {
	case err != nil:
		return err
	case wrong != "":
		return p.wrongBallot(c, token, wrong)
	case read.survey.Mode != surveys.Named || !found.HasResponse:
		return p.enter(c, token)
	}
	switch c.PostForm("ga") {
	case "wijzigen":
		if read.survey.Phase(page.Today(c)) != surveys.Running {
			return p.showClosed(c, read)
		}
		v, err := p.ownVisit(c, read, found)
		if err != nil {
			return err
		}
		for at := range v.form.Pages {
			v.sitting.See(at, "")
		}
		v.goTo(v.state.NextPlace(v.form.Start(), v.sitting.Prefilled))
		return p.showAt(c, v)
	case "intrekken-zeker":
		err := p.named.WithdrawNamed(c.Request.Context(), read.survey.Org, read.survey.ID, found.Hash)
		if err != nil && !errors.Is(err, surveys.ErrNotFound) {
			return fmt.Errorf("withdraw what was handed in on name: %w", err)
		}
		return p.codeView.Render(c, http.StatusOK, codePage{Base: p.codeBase(c), Withdrawn: true})
	default:
		return p.showOwn(c, read, found, token)
	}
}
