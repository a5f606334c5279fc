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

// startPage is the first page of a survey: what is asked and why, what can change,
// the promise, and the privacy in plain words.
type startPage struct {
	page.Base
	speech
	Slug         string
	Title        string
	Window       string // the title, shortened for the window
	Audience     string
	Purpose      []string
	CanChange    []string
	CannotChange []string
	Promise      surveys.Date
	Questions    int
	Minutes      int
	Anonymous    bool
	PrivacyKind  string   // keys of the catalogue, per privacy mode
	Privacy      []string //
	Group        int      // the smallest about which figures are shown
	Owner        string
	Via          string // the code of the way in
	Sealed       string // who comes back to this page carries answers
	Begun        bool
	Readers      []string       // in the named mode: the functions of who will read it
	Lot          *responses.Lot // how people were drawn, where not everybody was asked
	Other        surveys.Lang
	Contact      bool // afterwards an address may be left
	Kept         []keptLine
	Basis        string // key of the ground in law; "" where the survey names none
	BasisText    string
}

// start handles GET /s/:slug. It stores nothing and changes nothing: a sitting
// begins in the page. With ga=beginnen it opens at the first question, for a kiosk
// or a page of the organisation that says all this itself.
func (p *pages) start(c *gin.Context) error {
	read, err := p.surveyOf(c.Request.Context(), page.Org(c).ID, c.Param("slug"))
	if err != nil {
		return err
	}
	if read.survey.OpenedAt.IsZero() {
		return fmt.Errorf("survey was never opened: %w", surveys.ErrNotFound)
	}
	if read.survey.Phase(page.Today(c)) != surveys.Running {
		return p.showClosed(c, read)
	}
	if read.survey.Mode.Invites() {
		return p.showBallotForm(c, http.StatusOK, ballotPage{Title: read.survey.Title.In(page.Language(c))})
	}
	v, err := p.newVisit(c, read, c.Query("via"))
	if err != nil {
		return err
	}
	if c.Query("ga") == "beginnen" {
		return p.showAt(c, v)
	}
	filled := p.startFor(c, v, p.kit.PublicBase(c))
	filled.Nav, filled.Home, filled.Menu = nil, "", ""
	filled.Via = c.Query("via")
	p.noStore(c, v.sitting)
	return p.startView.Render(c, http.StatusOK, filled)
}

// showStart shows the first page to somebody who comes back to it with answers.
func (p *pages) showStart(c *gin.Context, v *visit) error {
	filled := p.startFor(c, v, p.stepBase(c, v.sitting.Lang))
	sealed, err := p.appendSealed(nil, c, v)
	if err != nil {
		return p.tooLong(c, v, err)
	}
	filled.Sealed, filled.Begun = string(sealed), true
	p.noStore(c, v.sitting)
	return p.startView.Render(c, http.StatusOK, filled)
}

func (p *pages) startFor(c *gin.Context, v *visit, base page.Base) startPage {
	s, lang := v.survey, base.Lang
	_, _, total := v.progress(-1)
	return startPage{
		Kept: keptLines(s, page.Org(c).Keeping.Periods), Basis: basisKey(s), BasisText: s.Keeping.BasisText.In(lang),
		Base: base, speech: speech{v.form.informal}, Slug: s.Slug,
		Title: s.Title.In(lang), Window: windowTitle(base, s.Title.In(lang)), Audience: s.Audience.In(lang), Purpose: lines(s.Purpose, lang),
		CanChange: lines(s.CanChange, lang), CannotChange: lines(s.CannotChange, lang),
		Promise: s.Promise.Expected(), Questions: total, Minutes: v.form.minutes, Anonymous: s.Mode.Anonymous(),
		PrivacyKind: "respond.privacy." + string(s.Mode) + ".kind", Privacy: privacyKeys[s.Mode],
		Group: s.SmallestGroup, Owner: v.read.owner.In(lang), Other: otherLang(lang),
		Readers: textsIn(v.read.readers, lang), Lot: v.read.lot, Contact: !v.sitting.Kiosk && p.takesContacts(c, s),
	}
}

// privacyKeys are the sentences about each privacy mode: what is kept, what it
// holds against and what it does not. No sentence promises more than its mode holds.
var privacyKeys = map[surveys.Mode][]string{
	surveys.Open:    {"respond.privacy.open.1", "respond.privacy.open.2", "respond.privacy.copy", "respond.privacy.open.3"},
	surveys.Invited: {"respond.privacy.invited.1", "respond.privacy.invited.2", "respond.privacy.invited.3", "respond.privacy.copy"},
	surveys.Strong:  {"respond.privacy.strong.1", "respond.privacy.strong.2"},
	surveys.Named:   {"respond.privacy.named.1", "respond.privacy.named.2", "respond.privacy.named.3"},
}

// keptLine is until when something is kept of whoever takes part.
type keptLine struct {
	Key   string
	Until surveys.Date
}

// keptLines are until when what is kept of a survey. Of addresses it is said where one may
// be left.
func keptLines(s *surveys.Survey, usual surveys.Periods) []keptLine {
	var lines []keptLine
	for _, k := range surveys.SurveyKinds {
		if until := s.KeptUntil(k, usual); until != "" && k != surveys.KeptContacts && slices.Contains(s.Mode.Keeps(), k) {
			lines = append(lines, keptLine{"respond.kept." + string(k), until})
		}
	}
	return lines
}

// basisKey is the sentence about the ground in law on which a survey asks.
func basisKey(s *surveys.Survey) string {
	if s.Keeping.Basis == "" {
		return ""
	}
	return "respond.basis." + string(s.Keeping.Basis)
}

// tooLong words that the answers do not fit in a page any more.
func (p *pages) tooLong(c *gin.Context, v *visit, err error) error {
	if !errors.Is(err, responses.ErrTooLong) {
		return err
	}
	return p.showTrouble(c, v, "too_long", c.Request.PostForm)
}
