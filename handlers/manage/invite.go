package manage

import (
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
)

// invitePage is how people are invited to a survey: the list, the groups that their
// ballots carry, and how sending stands.
type invitePage struct {
	page.Base
	ID         surveys.ID
	Title      surveys.Text
	Mode       surveys.Mode
	Phase      surveys.Phase
	Columns    []columnHint // that a list may have
	Least      int
	List       *responses.Invitations // nil while nobody is invited
	Groups     []groupRow
	Counts     []countRow
	People     int // with an address
	Heads      int // who are only counted
	Prints     bool
	MailOff    bool
	AddressOff bool
	KeysGone   bool
	StatusKey  string
	WhyKey     string
	MaySend    bool
	MayRemind  bool
	MayPause   bool
	MayResume  bool
	MayRemove  bool
	Named      bool
	MayRead    bool // this account reads who answered what
	MayAdd     bool
	Draw       string // how many to draw, as it was typed
	Adds       bool   // a file adds to a list that is there
	AsksRemove bool
	Left       int // reminders that may still go out
}

type columnHint struct{ Name, Label string }

// groupRow is a group of ballots as people read it.
type groupRow struct {
	Number int
	Values spokenValues
	Size   int
	Cards  int // to print, for people who are only counted
	Prints bool
	From   []fromRow
}

type fromRow struct {
	Values spokenValues
	Size   int
}

// spokenValues are values of the breakdowns as people read them; "" for one that is not
// there.
type spokenValues []string

// Bare tells that there are breakdowns and none has a value.
func (v spokenValues) Bare() bool {
	return len(v) > 0 && !slices.ContainsFunc(v, func(one string) bool { return one != "" })
}

type countRow struct {
	State string
	Key   string
	Count int
	Badge string
}

type invitePages struct {
	*surveyPages
	one    *page.Template[invitePage]
	check  *page.Template[inviteListPage]
	people *page.Template[invitePeoplePage]
	cards  *page.Template[inviteCardsPage]
	list   *page.Template[namedListPage]
	read   *page.Template[namedReadPage]
}

func mountInvitations(staff *page.StaffGroup, k *page.Kit, d Deps) {
	p := &invitePages{surveyPages: &surveyPages{kit: k, deps: d},
		one:    page.View[invitePage](k, files, "invite.html", "invite_parts.html"),
		check:  page.View[inviteListPage](k, files, "invite_list.html", "invite_parts.html"),
		people: page.View[invitePeoplePage](k, files, "invite_people.html"),
		cards:  page.View[inviteCardsPage](k, files, "invite_cards.html", "invite_parts.html"),
		list:   page.View[namedListPage](k, files, "named_list.html"),
		read:   page.View[namedReadPage](k, files, "named_read.html"),
	}
	const may = surveys.ManageSurveys
	staff.GET("/beheer/uitvragen/:id/uitnodigingen", may, p.showInvitations)
	staff.POST("/beheer/uitvragen/:id/uitnodigingen", may, p.changeInvitations)
	staff.POST("/beheer/uitvragen/:id/uitnodigingen/lijst", may, p.readList, page.AllowBody(mostList+page.MostBody))
	staff.GET("/beheer/uitvragen/:id/uitnodigingen/mensen", may, p.showPeople)
	staff.POST("/beheer/uitvragen/:id/uitnodigingen/mensen", may, p.changePerson)
	staff.POST("/beheer/uitvragen/:id/uitnodigingen/zoeken", may, p.seekPeople)
	staff.GET("/beheer/uitvragen/:id/uitnodigingen/kaarten/:groep", may, p.showCards)
	staff.GET("/beheer/uitvragen/:id/op-naam", surveys.ReadResults, p.listNamed)
	staff.GET("/beheer/uitvragen/:id/op-naam/regels", surveys.ReadResults, p.exportNamed)
	staff.GET("/beheer/uitvragen/:id/op-naam/:mens", surveys.ReadResults, p.readNamed)
}

// findInviting finds a survey to which people are invited; one with an open door has no
// such page.
func (p *invitePages) findInviting(c *gin.Context) (*surveys.Survey, error) {
	s, err := p.find(c)
	if err == nil && (!s.Mode.Invites() || p.deps.Ledger == nil) {
		err = fmt.Errorf("survey %s invites nobody: %w", s.ID, surveys.ErrNotFound)
	}
	return s, err
}

// showInvitations handles GET /beheer/uitvragen/:id/uitnodigingen.
func (p *invitePages) showInvitations(c *gin.Context) error {
	s, err := p.findInviting(c)
	if err != nil {
		return err
	}
	return p.renderInvitations(c, http.StatusOK, s, nil)
}

func (p *invitePages) renderInvitations(c *gin.Context, status int, s *surveys.Survey, wrong surveys.Invalid) error {
	ctx, today := c.Request.Context(), page.Today(c)
	v := invitePage{Base: p.kit.StaffBase(c), ID: s.ID, Title: s.Title, Mode: s.Mode, Phase: s.Phase(today), Least: s.SmallestGroup,
		MailOff: !p.deps.Mails, AddressOff: page.Org(c).Address == "", Named: s.Mode == surveys.Named, AsksRemove: c.PostForm("ga") == "weghalen"}
	v.Problems, v.Draw = wrong, trimmed(c, "loten")
	v.MayRead = v.Named && reads(s, v.Staff)
	form, err := p.formOf(c, s)
	if err != nil {
		return err
	}
	for _, a := range attributesOf(s, form) {
		v.Columns = append(v.Columns, columnHint{a.Name, a.Label.In(v.Lang)})
	}
	list, err := p.deps.Ledger.FindInvitations(ctx, s.Org, s.ID)
	if errors.Is(err, surveys.ErrNotFound) {
		return p.one.Render(c, status, v)
	}
	if err != nil {
		return err
	}
	v.Adds = true
	v.List, v.StatusKey = list, "invite.status."+string(list.Status)
	if list.Why != "" {
		v.WhyKey = "invite.why." + list.Why
	}
	v.KeysGone = !p.deps.Ballots.Holds(list)
	counts, err := p.deps.Ledger.CountInvitees(ctx, s.Org, s.ID)
	if err != nil {
		return err
	}
	v.Counts = countRows(counts)
	withoutMail := counts[responses.CardOnly]
	v.People = counts.Total() - withoutMail
	v.Groups = groupRows(list, form.Definition, v.Lang)
	for n := range v.Groups {
		v.Heads += v.Groups[n].Cards
		v.Groups[n].Prints = v.Groups[n].Cards > 0 || withoutMail > 0
		v.Prints = v.Prints || v.Groups[n].Prints
	}
	running := v.Phase == surveys.Running
	able := running && v.People > 0 && !v.KeysGone && !v.MailOff && !v.AddressOff
	v.MaySend = able && list.Round == 0
	v.MayRemind = able && list.Round > 0 && list.Round <= responses.MostReminders && list.RoundOn != today && list.Status == responses.Running
	v.MayPause = list.Status == responses.Running && counts[responses.Queued]+counts[responses.Sending] > 0
	v.MayResume = able && list.Status == responses.Paused
	v.MayRemove = list.Round == 0 || v.KeysGone
	v.MayAdd = list.Joinable() == nil && !v.KeysGone && v.Phase != surveys.Closed
	v.Left = responses.MostReminders + 1 - list.Round
	return p.one.Render(c, status, v)
}

// states are the states of sending in the order in which a page lists them.
var states = []responses.InviteeState{responses.NotSent, responses.Queued, responses.Sending, responses.Delivered, responses.Unsure,
	responses.Failed, responses.NoMoreMail, responses.CardOnly}

// badges say with a colour, beside the word, what asks for attention.
var badges = map[responses.InviteeState]string{responses.Delivered: "success", responses.Unsure: "warning", responses.Failed: "danger"}

func countRows(counts responses.Counts) []countRow {
	var rows []countRow
	for _, state := range states {
		if counts[state] > 0 {
			rows = append(rows, countRow{string(state), "invite.state." + string(state), counts[state], badgeOf(state)})
		}
	}
	return rows
}

func badgeOf(state responses.InviteeState) string {
	if b := badges[state]; b != "" {
		return b
	}
	return "neutral"
}

// attributesOf are the declared breakdowns of a survey as a list may know them.
func attributesOf(s *surveys.Survey, form *questionnaire.Form) []responses.Attribute {
	var all []responses.Attribute
	for _, name := range s.Breakdowns {
		fl := form.Field(name)
		if fl == nil {
			continue
		}
		d := form.Definition
		a := responses.Attribute{Name: name, Label: surveys.Text{NL: d.In(fl.Label, "nl"), EN: d.In(fl.Label, "en")}}
		if fl.List != nil {
			for _, choice := range fl.List.Choices {
				a.Choices = append(a.Choices, surveys.Unit{ID: choice.Name, Name: surveys.Text{NL: d.In(choice.Label, "nl"), EN: d.In(choice.Label, "en")}})
			}
		}
		all = append(all, a)
	}
	return all
}

// groupRows are the groups of ballots in the words of the questionnaire. A value that is
// left out is "".
func groupRows(list *responses.Invitations, d *questionnaire.Definition, lang page.Lang) []groupRow {
	rows := make([]groupRow, len(list.Groups))
	for n := range list.Groups {
		g := &list.Groups[n]
		row := groupRow{Number: n, Size: g.Size(), Cards: g.Cards}
		for _, name := range list.Breakdowns {
			row.Values = append(row.Values, spokenValue(d, name, g.Values[name], lang))
		}
		for _, f := range g.From {
			from := fromRow{Size: f.People + f.Cards}
			for b, name := range list.Breakdowns {
				from.Values = append(from.Values, spokenValue(d, name, f.Values[b], lang))
			}
			row.From = append(row.From, from)
		}
		rows[n] = row
	}
	return rows
}

// spokenValue is the value of a breakdown as people read it.
func spokenValue(d *questionnaire.Definition, question, value string, lang page.Lang) string {
	i := d.Item(question)
	if i == nil || value == "" {
		return value
	}
	if l := d.ListNamed(i.List); l != nil {
		for _, choice := range l.Choices {
			if choice.Name == value {
				return d.In(choice.Label, string(lang))
			}
		}
	}
	return value
}

// changeInvitations handles POST /beheer/uitvragen/:id/uitnodigingen: send, remind, pause,
// go on, or take everything back.
func (p *invitePages) changeInvitations(c *gin.Context) error {
	s, err := p.findInviting(c)
	if err != nil {
		return err
	}
	ctx, today := c.Request.Context(), page.Today(c)
	change := func(do func(*responses.Invitations) error, queue bool) error {
		return p.deps.Ledger.ChangeInvitations(ctx, s.Org, s.ID, func(i *responses.Invitations) (bool, error) {
			if queue && (!p.deps.Mails || page.Org(c).Address == "") {
				return false, surveys.Invalid{{Field: "invitations", Key: "invite.cannot_mail"}}
			}
			return queue, do(i)
		})
	}
	var done string
	switch c.PostForm("ga") {
	case "versturen":
		done, err = "invite.done.sent", change(func(i *responses.Invitations) error { return i.Send(s, today) }, true)
	case "herinneren":
		done, err = "invite.done.reminded", change(func(i *responses.Invitations) error { return i.Remind(s, today) }, true)
	case "pauze":
		done, err = "invite.done.paused", change(func(i *responses.Invitations) error { return i.Pause(responses.WhyAsked) }, false)
	case "hervatten":
		done, err = "invite.done.resumed", change(func(i *responses.Invitations) error { return i.Resume(s, today) }, false)
	case "weghalen-zeker":
		done = "invite.done.removed"
		err = p.deps.Ledger.Remove(ctx, s.Org, s.ID, func(i *responses.Invitations) error {
			if !p.deps.Ballots.Holds(i) {
				return nil // no ballot of it can be used or repeated any more
			}
			return i.Removable()
		})
		if err == nil {
			err = p.setInvited(c, s.ID, 0)
		}
	default:
		return p.renderInvitations(c, http.StatusOK, s, nil)
	}
	var wrong surveys.Invalid
	if errors.As(err, &wrong) {
		return p.renderInvitations(c, http.StatusUnprocessableEntity, s, wrong)
	}
	if err != nil {
		return err
	}
	if p.deps.Wake != nil {
		p.deps.Wake()
	}
	return p.kit.SeeOther(c, "/beheer/uitvragen/"+string(s.ID)+"/uitnodigingen", done)
}

// setInvited records how many people are invited, for the share that answered.
func (p *invitePages) setInvited(c *gin.Context, id surveys.ID, people int) error {
	return p.deps.Ask.ChangeSurvey(c.Request.Context(), page.Org(c).ID, id, func(s *surveys.Survey) error {
		s.Invited = people
		return nil
	})
}
