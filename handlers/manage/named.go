package manage

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// namedListPage lists who is invited to a named survey and who handed something in, for
// its named readers alone.
type namedListPage struct {
	page.Base
	ID     surveys.ID
	Title  surveys.Text
	People []namedRow
}

type namedRow struct {
	ID       surveys.ID
	Name     string
	Answered bool
}

// namedReadPage is what one person answered.
type namedReadPage struct {
	page.Base
	ID      surveys.ID
	Title   surveys.Text
	Name    string
	Day     surveys.Date
	Answers []namedAnswer
}

type namedAnswer struct {
	Question string
	Answer   []string // its lines
}

// reads tells whether the account is one of those whom the start page named as readers.
func reads(s *surveys.Survey, a *surveys.Account) bool {
	return a != nil && s.Mode == surveys.Named && slices.Contains(s.Readers, a.ID)
}

// findRead finds a named survey for one of its readers, and for nobody else.
func (p *invitePages) findRead(c *gin.Context) (*surveys.Survey, error) {
	s, err := p.findInviting(c)
	if err != nil {
		return nil, err
	}
	if !reads(s, page.Staff(c)) || p.deps.Named == nil || p.deps.Readings == nil {
		return nil, fmt.Errorf("read survey %s on name: %w", s.ID, surveys.ErrForbidden)
	}
	return s, nil
}

// listNamed handles GET /beheer/uitvragen/:id/op-naam.
func (p *invitePages) listNamed(c *gin.Context) error {
	s, err := p.findRead(c)
	if err != nil {
		return err
	}
	all, err := p.deps.Ledger.ListNamed(c.Request.Context(), s.Org, s.ID)
	if err != nil {
		return err
	}
	if err := p.recordReading(c, s, ""); err != nil {
		return err
	}
	v := namedListPage{Base: p.kit.StaffBase(c), ID: s.ID, Title: s.Title}
	for n := range all {
		name := all[n].Invitee.Name
		if name == "" {
			name = all[n].Invitee.Email
		}
		v.People = append(v.People, namedRow{all[n].Invitee.ID, name, all[n].Answered})
	}
	slices.SortFunc(v.People, func(a, b namedRow) int { return strings.Compare(a.Name, b.Name) })
	c.Header("Cache-Control", "no-store")
	return p.list.Render(c, http.StatusOK, v)
}

// readNamed handles GET /beheer/uitvragen/:id/op-naam/:mens. The reading is kept before
// anything is shown.
func (p *invitePages) readNamed(c *gin.Context) error {
	s, err := p.findRead(c)
	if err != nil {
		return err
	}
	ctx, id := c.Request.Context(), surveys.ID(c.Param("mens"))
	all, err := p.deps.Ledger.ListNamed(ctx, s.Org, s.ID)
	if err != nil {
		return err
	}
	for n := range all {
		if all[n].Invitee.ID != id || !all[n].Answered {
			continue
		}
		r, err := p.deps.Named.FindResponse(ctx, s.Org, s.ID, all[n].Response)
		if err != nil {
			return err
		}
		if err := p.recordReading(c, s, id); err != nil {
			return err
		}
		d, err := p.definitionOf(c, s.Questionnaire, r.Version)
		if err != nil {
			return err
		}
		v := namedReadPage{Base: p.kit.StaffBase(c), ID: s.ID, Title: s.Title, Name: all[n].Invitee.Name, Day: r.Day, Answers: namedAnswers(d, r.Answers, page.Language(c))}
		if v.Name == "" {
			v.Name = all[n].Invitee.Email
		}
		c.Header("Cache-Control", "no-store")
		return p.read.Render(c, http.StatusOK, v)
	}
	return fmt.Errorf("read what somebody answered on name: %w", surveys.ErrNotFound)
}

// recordReading keeps that this account reads: the list of who answered, or one person.
func (p *invitePages) recordReading(c *gin.Context, s *surveys.Survey, invitee surveys.ID) error {
	err := p.deps.Readings.RecordReading(c.Request.Context(), surveys.Entry{ID: p.deps.NewID(), Org: s.Org, Account: page.Staff(c).ID, At: page.Now(c),
		Kind: page.KindOf(c.FullPath()), Subject: invitee, Survey: s.ID})
	if err != nil {
		return fmt.Errorf("record a reading: %w", err)
	}
	return nil
}

// namedAnswers are the questions that somebody answered, with the words of their answers.
func namedAnswers(d *questionnaire.Definition, a questionnaire.Answers, lang page.Lang) []namedAnswer {
	var all []namedAnswer
	d.Walk(func(i *questionnaire.Item) {
		value := a[i.Name]
		if i.Kind != questionnaire.Question || value == "" {
			return
		}
		var said []string
		if d.ListNamed(i.List) != nil {
			for word := range strings.FieldsSeq(value) {
				said = append(said, spokenValue(d, i.Name, word, lang))
			}
			value = strings.Join(said, ", ")
		}
		if other := a[i.Name+"_other"]; other != "" {
			value += ": " + other
		}
		all = append(all, namedAnswer{d.In(i.Label, string(lang)), strings.Split(value, "\n")})
	})
	return all
}
