package respond

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
)

// ballotPage asks for the code of a card, and says what the matter is with one that does
// not let in.
type ballotPage struct {
	page.Base
	Title string // of the survey that asks for an invitation; "" where none is known
	Typed string
	Spent bool // it was used
}

func (p *pages) mountBallots(r *gin.RouterGroup) {
	r.GET("/b", p.kit.Handle(func(c *gin.Context) error { return p.showBallotForm(c, http.StatusOK, ballotPage{}) }))
	r.POST("/b", p.kit.Handle(p.typedBallot))
	r.GET("/b/:token", p.kit.Handle(p.openBallot))
	r.POST("/b/:token", p.kit.Handle(p.ownResponse))
	r.GET("/afmelden/:token", p.kit.Handle(p.askStop))
	r.POST("/afmelden/:token", p.kit.Handle(p.stop))
}

// hidden keeps a page whose address holds a token out of histories and referrers.
func hidden(c *gin.Context) {
	c.Header("Cache-Control", "no-store")
	c.Header("Referrer-Policy", "strict-origin")
	c.Header("X-Robots-Tag", "noindex")
}

// openBallot handles GET /b/:token: the start page of the survey. It changes nothing, so
// that a program that follows the links in a mail spends no ballot.
func (p *pages) openBallot(c *gin.Context) error {
	hidden(c)
	return p.enter(c, c.Param("token"))
}

// typedBallot handles POST /b: the code of a card, typed.
func (p *pages) typedBallot(c *gin.Context) error {
	hidden(c)
	if lang := surveys.Lang(c.PostForm("taal")); lang != "" {
		page.SetLanguage(c, lang)
	}
	return p.enter(c, c.PostForm("uitnodiging"))
}

// ballotKeys are the texts for what is wrong with a typed ballot.
var ballotKeys = map[error]string{
	responses.ErrCodeEmpty: "respond.ballot.empty", responses.ErrCodeLength: "respond.code.length",
	responses.ErrCodeCharacter: "respond.code.character", responses.ErrCodeCheck: "respond.code.check",
}

// enter answers a ballot with the start page of its survey.
func (p *pages) enter(c *gin.Context, token string) error {
	read, found, wrong, err := p.readBallot(c, token)
	switch {
	case err != nil:
		return err
	case wrong != "":
		return p.wrongBallot(c, token, wrong)
	case read.survey.Mode == surveys.Named && found.HasResponse:
		code, wrong := p.codeOf(c, found)
		if code == "" && found.ByCard {
			return p.askOwnCode(c, read, token, wrong)
		}
		return p.showOwn(c, read, found, token, code)
	case read.survey.Phase(page.Today(c)) != surveys.Running:
		return p.showClosed(c, read)
	case found.Spent:
		return p.showBallotForm(c, http.StatusOK, ballotPage{Spent: true, Title: read.survey.Title.In(page.Language(c))})
	}
	v, err := p.invitedVisit(c, read, found)
	if err != nil {
		return err
	}
	filled := p.startFor(c, v, p.ballotBase(c))
	sealed, err := p.appendSealed(nil, c, v)
	if err != nil {
		return err
	}
	filled.Sealed = string(sealed)
	return p.startView.Render(c, http.StatusOK, filled)
}

// ballotBase is the Base of a start page behind a ballot: its language is changed by the
// link of the invitation itself, where there is one.
func (p *pages) ballotBase(c *gin.Context) page.Base {
	b := p.kit.PublicBase(c)
	b.Nav, b.Home, b.Menu = nil, "", ""
	if c.Request.Method != http.MethodGet {
		b.OtherLang = ""
	}
	return b
}

// readBallot finds the survey that a token opens. wrong is the key of what to say about
// one that opens nothing.
func (p *pages) readBallot(c *gin.Context, token string) (read *readSurvey, found *responses.FoundBallot, wrong string, err error) {
	ballot, err := responses.ParseBallot(token)
	if err != nil {
		return nil, nil, ballotKeys[err], nil //nolint:nilerr // the page says what is wrong with it
	}
	ctx, org := c.Request.Context(), page.Org(c).ID
	found, err = p.ballots.FindBallot(ctx, org, p.keys.BallotHashes(ballot, org))
	if errors.Is(err, surveys.ErrNotFound) {
		if wait, ok := p.tries.allow(c.ClientIP(), page.Now(c)); !ok {
			return nil, nil, "", page.TooMany{After: wait}
		}
		return nil, nil, "respond.ballot.unknown", nil
	}
	if err != nil {
		return nil, nil, "", fmt.Errorf("find what a ballot opens: %w", err)
	}
	s, err := p.programme.FindSurvey(ctx, org, found.Survey)
	if err != nil {
		return nil, nil, "", fmt.Errorf("find survey of a ballot: %w", err)
	}
	read, err = p.surveyOf(ctx, org, s.Slug)
	if err == nil && s.OpenedAt.IsZero() {
		return nil, nil, "respond.ballot.unknown", nil
	}
	return read, found, "", err
}

// invitedVisit is a sitting that a ballot lets in, at the start page. What the invitation
// knows is filled in, and what it leaves out on purpose is not asked either.
func (p *pages) invitedVisit(c *gin.Context, read *readSurvey, found *responses.FoundBallot) (*visit, error) {
	v, err := p.newVisit(c, read, "")
	if err != nil {
		return nil, err
	}
	v.sitting.Ballot, v.sitting.Collector, v.sitting.Kiosk = found.Hash, "", false
	v.sitting.Prefilled = questionnaire.Answers{}
	for name, value := range found.Values {
		if v.form.Field(name) != nil {
			v.sitting.Prefilled[name] = value
		}
	}
	v.evaluate(c)
	v.goTo(v.form.Start())
	return v, nil
}

func (p *pages) wrongBallot(c *gin.Context, typed, key string) error {
	filled := ballotPage{Typed: typed}
	filled.Problems.Add("uitnodiging", key)
	return p.showBallotForm(c, http.StatusUnprocessableEntity, filled)
}

func (p *pages) showBallotForm(c *gin.Context, status int, filled ballotPage) error {
	problems := filled.Problems
	filled.Base = p.ballotBase(c)
	filled.Problems = problems
	if len(problems) > 0 || status == http.StatusForbidden {
		filled.OtherLang = ""
	}
	return p.ballotView.Render(c, status, filled)
}

// readInvited adds to a survey what its start page says about how people are invited.
func (p *pages) readInvited(ctx context.Context, r *readSurvey) error {
	if p.ballots == nil || !r.survey.Mode.Invites() {
		return nil
	}
	for _, id := range r.survey.Readers {
		account, err := p.owners.FindAccount(ctx, r.survey.Org, id)
		if err == nil {
			r.readers = append(r.readers, account.Title)
		}
	}
	i, err := p.ballots.FindInvitations(ctx, r.survey.Org, r.survey.ID)
	if errors.Is(err, surveys.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("find how people are invited: %w", err)
	}
	r.lot = i.Lot
	return nil
}

func textsIn(all []surveys.Text, lang surveys.Lang) []string {
	var said []string
	for _, t := range all {
		said = append(said, t.In(lang))
	}
	return said
}
