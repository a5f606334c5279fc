package respond

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

// contactPage asks where somebody wants to hear what is done with a survey. Everybody
// gets the same page, whether they answered or not: it carries nothing of a response.
type contactPage struct {
	page.Base
	speech
	Survey string
	Slug   string
	Until  surveys.Date // the last day on which the address is kept
	Typed  string
	Done   bool
	Closed bool // no message follows any more
}

// takesContacts tells whether a message follows on a survey: only then an address is asked.
// Without an address of our own on the web no message could say how to stop it.
func (p *pages) takesContacts(c *gin.Context, s *surveys.Survey) bool {
	if p.contacts == nil || page.Org(c).Address == "" {
		return false
	}
	today, going := page.Today(c), s.Erasure(surveys.KeptContacts)
	return s.Phase(today) != surveys.Draft && s.Promise.On != "" && s.Promise.KeptOn == "" &&
		today <= s.KeptUntil(surveys.KeptContacts, page.Org(c).Keeping.Periods) && going.Waits() && !going.Asked
}

// contactOf is the page for the survey that the address names.
func (p *pages) contactOf(c *gin.Context) (*surveys.Survey, contactPage, error) {
	c.Header("Cache-Control", "no-store")
	read, err := p.surveyOf(c.Request.Context(), page.Org(c).ID, c.Param("slug"))
	if err != nil {
		return nil, contactPage{}, err
	}
	s := read.survey
	if s.OpenedAt.IsZero() {
		return nil, contactPage{}, fmt.Errorf("survey was never opened: %w", surveys.ErrNotFound)
	}
	f, err := p.formOf(c.Request.Context(), versionKey{s.Org, s.Questionnaire, s.Version})
	if err != nil {
		return nil, contactPage{}, err
	}
	b := p.kit.PublicBase(c)
	b.Nav, b.Menu = nil, ""
	return s, contactPage{Base: b, speech: speech{f.informal}, Survey: s.Title.In(b.Lang), Slug: s.Slug, Until: s.KeptUntil(surveys.KeptContacts, page.Org(c).Keeping.Periods),
		Closed: !p.takesContacts(c, s)}, nil
}

// askContact handles GET /s/:slug/bericht.
func (p *pages) askContact(c *gin.Context) error {
	_, filled, err := p.contactOf(c)
	if err != nil {
		return err
	}
	return p.contactView.Render(c, http.StatusOK, filled)
}

// keepContact handles POST /s/:slug/bericht. Whether the address was left before is not
// told: that would tell who else asked. A second one is sorted out when a message goes out.
func (p *pages) keepContact(c *gin.Context) error {
	if lang := surveys.Lang(c.PostForm("taal")); lang != "" {
		page.SetLanguage(c, lang)
	}
	p.surveys.forget(slugKey{page.Org(c).ID, c.Param("slug")}) // the addresses may have been deleted a moment ago
	s, filled, err := p.contactOf(c)
	if err != nil || filled.Closed {
		if err == nil {
			err = p.contactView.Render(c, http.StatusOK, filled)
		}
		return err
	}
	filled.OtherLang = "" // it would lose what was typed
	contact, err := responses.NewContact(c.PostForm("email"), filled.Lang)
	var wrong surveys.Invalid
	if errors.As(err, &wrong) {
		filled.Typed, filled.Problems = c.PostForm("email"), wrong
		return p.contactView.Render(c, http.StatusUnprocessableEntity, filled)
	}
	if err != nil {
		return err
	}
	if wait, ok := p.asking.allow(c.ClientIP(), page.Now(c)); !ok {
		return page.TooMany{After: wait}
	}
	sealed := responses.SealedContact{Org: s.Org, Survey: s.ID}
	_, _ = rand.Read(sealed.Key[:])
	if sealed.Sealed, err = p.keys.SealContact(contact, s.Org, s.ID, rand.Reader); err != nil {
		return err
	}
	if err := p.contacts.AddContact(c.Request.Context(), &sealed); err != nil {
		return fmt.Errorf("keep contact: %w", err)
	}
	filled.Done = true
	return p.contactView.Render(c, http.StatusOK, filled)
}

// forgetContact throws away the address of a contact, however often it was left for the
// survey. Once it is gone there is nothing to do.
func (p *pages) forgetContact(c *gin.Context, s *surveys.Survey, key responses.ContactKey) error {
	if p.contacts == nil {
		return surveys.ErrNotFound
	}
	all, err := p.contacts.ListContacts(c.Request.Context(), s.Org, s.ID)
	if err != nil {
		return err
	}
	gone := []responses.ContactKey{key}
	var who responses.Contact
	for i := range all {
		if all[i].Key == key {
			who, _ = p.keys.OpenContact(&all[i]) // what does not open is removed by its key
		}
	}
	for i := range all {
		if one, err := p.keys.OpenContact(&all[i]); err == nil && who.Email != "" && one.Email == who.Email {
			gone = append(gone, all[i].Key)
		}
	}
	return p.contacts.RemoveContacts(c.Request.Context(), s.Org, s.ID, gone)
}
