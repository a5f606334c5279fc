package respond

import (
	"errors"
	"fmt"
	"net/http"
	"slices"

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
	Code    string // the receipt code that was typed, to go along with what is pressed; "" where none is asked
	Locked  bool   // asks for that code, and shows nothing else
	Typed   string
	Open    bool // it can still be corrected
	Asks    bool // asks whether to withdraw it for certain
}

// Changes says that nothing is changed row by row.
func (ownPage) Changes() bool { return false }

// codeOf is the receipt code that was typed, when it is that of what was handed in with the
// ballot; else "" and the key of what is wrong with it.
func (p *pages) codeOf(c *gin.Context, found *responses.FoundBallot) (code, wrong string) {
	typed := c.PostForm("ontvangstcode")
	read, err := responses.ParseReceiptCode(typed)
	switch {
	case err != nil:
		return "", codeKeys[err]
	case !slices.Contains(p.keys.KeysOf(read, page.Org(c).ID), found.Response):
		return "", "respond.own.other_code"
	}
	return typed, ""
}

// askOwnCode asks for the receipt code before it shows what was handed in with a card.
// Whoever printed the card, or gave it out, had it in their hands; the code was shown to
// the person alone.
func (p *pages) askOwnCode(c *gin.Context, read *readSurvey, token, wrong string) error {
	form, err := p.formOf(c.Request.Context(), versionKey{read.survey.Org, read.survey.Questionnaire, read.survey.Version})
	if err != nil {
		return err
	}
	filled := ownPage{Base: p.ballotBase(c), speech: speech{form.informal}, Title: read.survey.Title.In(page.Language(c)), Token: token, Locked: true}
	if c.Request.Method == http.MethodPost && c.PostForm("ga") == "lezen" {
		if wait, ok := p.tries.allow(c.ClientIP(), page.Now(c)); !ok {
			return page.TooMany{After: wait}
		}
		filled.Typed = c.PostForm("ontvangstcode")
		filled.Problems.Add("ontvangstcode", wrong)
	}
	filled.Window = windowTitle(filled.Base, filled.Title)
	return p.ownView.Render(c, filled.FormStatus(), filled)
}

// showOwn answers the ballot of a named survey with what was handed in with it.
func (p *pages) showOwn(c *gin.Context, read *readSurvey, found *responses.FoundBallot, token, code string) error {
	v, err := p.ownVisit(c, read, found)
	if err != nil {
		return err
	}
	lang := page.Language(c)
	filled := ownPage{Base: p.ballotBase(c), speech: speech{v.form.informal}, Title: read.survey.Title.In(lang), Token: token, Code: code,
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
	code, wrong := p.codeOf(c, found)
	if code == "" && found.ByCard {
		return p.askOwnCode(c, read, token, wrong)
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
		return p.showOwn(c, read, found, token, code)
	}
}
