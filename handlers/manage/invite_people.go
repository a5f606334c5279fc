package manage

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

// invitePeoplePage lists who is invited, and how sending to them stands. It says nothing
// of who took part, because nobody knows.
type invitePeoplePage struct {
	page.Base
	ID     surveys.ID
	Title  surveys.Text
	State  string // that is shown; "" for all
	Counts []countRow
	Total  int
	People []inviteeRow
	More   int // that are not shown
	Look   string
}

type inviteeRow struct {
	ID          surveys.ID
	Name, Email string
	StateKey    string
	Badge       string
	ReasonKey   string
	Unsure      bool
	Again       bool   // their message can be sent once more
	Field       string // of the address, where it was refused and can be put right; "" elsewhere
	Typed       string // the address in that field
}

// shownPeople is how many people a page lists; a search finds the others.
const shownPeople = 200

// showPeople handles GET /beheer/uitvragen/:id/uitnodigingen/mensen.
func (p *invitePages) showPeople(c *gin.Context) error {
	s, err := p.findInviting(c)
	if err != nil {
		return err
	}
	return p.renderPeople(c, http.StatusOK, s, nil)
}

func (p *invitePages) renderPeople(c *gin.Context, status int, s *surveys.Survey, wrong surveys.Invalid) error {
	ctx := c.Request.Context()
	all, err := p.deps.Ledger.ListInvitees(ctx, s.Org, s.ID)
	if err != nil {
		return err
	}
	list, err := p.deps.Ledger.FindInvitations(ctx, s.Org, s.ID)
	if err != nil && !errors.Is(err, surveys.ErrNotFound) {
		return err
	}
	sends := list != nil && list.Round > 0 && s.Phase(page.Today(c)) == surveys.Running
	counts, err := p.deps.Ledger.CountInvitees(ctx, s.Org, s.ID)
	if err != nil {
		return err
	}
	typed := surveys.ID(c.PostForm("mens"))
	v := invitePeoplePage{Base: p.kit.StaffBase(c), ID: s.ID, Title: s.Title, State: c.Query("stand"), Look: soughtIn(p.deps.Ballots, s, c.Query).Words,
		Counts: countRows(counts), Total: counts.Total()}
	v.Problems = wrong
	responses.SortInvitees(all)
	if at := slices.IndexFunc(all, func(one responses.Invitee) bool { return one.ID == typed }); at > 0 {
		one := all[at] // who sent what is wrong finds it on top
		all = slices.Insert(slices.Delete(all, at, at+1), 0, one)
	}
	for i := range all {
		one := &all[i]
		if one.ID != typed && v.State != "" && string(one.State) != v.State || !responses.Matches(one, v.Look) {
			continue
		}
		if len(v.People) == shownPeople {
			v.More++
			continue
		}
		row := inviteeRow{ID: one.ID, Name: one.Name, Email: one.Email, StateKey: "invite.state." + string(one.State), Badge: badgeOf(one.State),
			Unsure: one.State == responses.Unsure, Again: sends && one.MayAgain()}
		if one.Reason != "" {
			row.ReasonKey = "mail.reason." + one.Reason
		}
		if row.Again && one.MayMove(list) {
			row.Field, row.Typed = addressField(one.ID), one.Email
			if address, sent := c.GetPostForm(row.Field); sent {
				row.Typed = address
			}
		}
		v.People = append(v.People, row)
	}
	return p.people.Render(c, status, v)
}

// addressField is the field with the address of one person.
func addressField(id surveys.ID) string { return "adres-" + string(id) }

// seekPeople handles POST /beheer/uitvragen/:id/uitnodigingen/zoeken.
func (p *invitePages) seekPeople(c *gin.Context) error {
	s, err := p.findInviting(c)
	if err != nil {
		return err
	}
	q := url.Values{}
	if looked := soughtTyped(p.deps.Ballots, s, c); looked.Sealed != "" {
		q.Set(soughtField, looked.Sealed)
	}
	if state := c.PostForm("stand"); state != "" {
		q.Set("stand", state)
	}
	address := url.URL{Path: "/beheer/uitvragen/" + string(s.ID) + "/uitnodigingen/mensen", RawQuery: q.Encode()}
	return p.kit.SeeOther(c, address.String(), "")
}

// changePerson handles POST /beheer/uitvragen/:id/uitnodigingen/mensen: take somebody off
// the list, send their message once more, or settle one that may have gone out.
func (p *invitePages) changePerson(c *gin.Context) error {
	s, err := p.findInviting(c)
	if err != nil {
		return err
	}
	ctx, id := c.Request.Context(), surveys.ID(c.PostForm("mens"))
	done := "invite.done.person_removed"
	switch c.PostForm("ga") {
	case "aangekomen":
		err, done = p.deps.Ledger.SettleUnsure(ctx, s.Org, s.ID, id), "invite.done.settled"
	case "nogmaals":
		done = "invite.done.again"
		err = p.deps.Ledger.ChangeInvitee(ctx, s.Org, s.ID, id, func(i *responses.Invitations, one *responses.Invitee) error {
			if !p.deps.Mails || page.Org(c).Address == "" {
				return surveys.Invalid{{Field: "invitations", Key: "invite.cannot_mail"}}
			}
			return one.SendAgain(i, s, c.PostForm(addressField(id)), page.Today(c))
		})
	case "verwijderen":
		done, err = p.takeOff(c, s, id)
	default:
		err = surveys.ErrNotFound
	}
	var wrong surveys.Invalid
	if errors.As(err, &wrong) {
		for n := range wrong {
			if wrong[n].Field == "email" {
				wrong[n].Field = addressField(id)
			}
		}
		return p.renderPeople(c, http.StatusUnprocessableEntity, s, wrong)
	}
	if err != nil {
		return fmt.Errorf("change an invitation: %w", err)
	}
	if p.deps.Wake != nil {
		p.deps.Wake()
	}
	return p.kit.SeeOther(c, "/beheer/uitvragen/"+string(s.ID)+"/uitnodigingen/mensen", done)
}

// takeOff takes somebody off the list. It gives the key of what to say: what became of the
// groups too.
func (p *invitePages) takeOff(c *gin.Context, s *surveys.Survey, id surveys.ID) (done string, err error) {
	ctx := c.Request.Context()
	list, err := p.deps.Ledger.FindInvitations(ctx, s.Org, s.ID)
	if err != nil {
		return "", err
	}
	_, hash, err := p.deps.Ballots.Ballot(list.Generation, s.Org, s.ID, responses.ForInvitee(id))
	if err != nil && !errors.Is(err, responses.ErrKeyGone) { // without the keys no ballot of theirs works anyway
		return "", err
	}
	merged := false
	if err := p.deps.Ledger.RemoveInvitee(ctx, s.Org, s.ID, id, hash, func(i *responses.Invitations, group int) {
		merged = i.Leave(group, leastOf(s))
		list = i
	}); err != nil {
		return "", err
	}
	switch {
	case list.Round > 0:
		return "invite.done.person_removed_later", nil
	case merged:
		done = "invite.done.person_removed_merged"
	default:
		done = "invite.done.person_removed"
	}
	return done, p.setInvited(c, s.ID, list.Size())
}

// inviteCardsPage is the cards of one group, to print and cut. They stand in an order of
// chance and name nobody.
type inviteCardsPage struct {
	page.Base
	ID      surveys.ID
	Title   surveys.Text
	Values  spokenValues
	From    []fromRow
	Cards   []card
	Where   string // the address at which a code is typed, as people type it
	Closes  surveys.Date
	Blocked string // the key of why there are none
}

type card struct {
	QR     QR
	Groups [4]string
}

// showCards handles GET /beheer/uitvragen/:id/uitnodigingen/kaarten/:groep.
func (p *invitePages) showCards(c *gin.Context) error {
	s, err := p.findInviting(c)
	if err != nil {
		return err
	}
	ctx, org := c.Request.Context(), page.Org(c)
	list, err := p.deps.Ledger.FindInvitations(ctx, s.Org, s.ID)
	if err != nil {
		return err
	}
	group, err := strconv.Atoi(c.Param("groep"))
	if err != nil || group < 0 || group >= len(list.Groups) {
		return fmt.Errorf("group of cards: %w", surveys.ErrNotFound)
	}
	form, err := p.formOf(c, s)
	if err != nil {
		return err
	}
	v := inviteCardsPage{Base: p.kit.PlainBase(c), ID: s.ID, Title: s.Title, Closes: s.Closes, Where: withoutScheme(org.Address) + "/b"}
	v.Staff = nil
	row := groupRows(list, form.Definition, v.Lang)[group]
	v.Values, v.From = row.Values, row.From
	if org.Address == "" {
		v.Blocked = "survey.no_address"
		return p.cards.Render(c, http.StatusConflict, v)
	}
	holders, err := p.cardHolders(c, s, list, group)
	if err != nil {
		return err
	}
	//nolint:gosec // the order of sheets of paper: its generator starts from the system's randomness
	rand.Shuffle(len(holders), func(i, j int) { holders[i], holders[j] = holders[j], holders[i] })
	for _, h := range holders {
		ballot, _, err := p.deps.Ballots.Ballot(list.Generation, s.Org, s.ID, h)
		if errors.Is(err, responses.ErrKeyGone) {
			v.Blocked, v.Cards = "invite.keys_gone", nil
			return p.cards.Render(c, http.StatusConflict, v)
		}
		if err != nil {
			return err
		}
		code, err := NewQR(org.Address + "/b/" + ballot.Token())
		if err != nil {
			return err
		}
		v.Cards = append(v.Cards, card{code, ballot.Groups()})
	}
	c.Header("Cache-Control", "no-store")
	return p.cards.Render(c, http.StatusOK, v)
}

// cardHolders are who gets a card in a group: people who are only counted, and people on
// the list without an address.
func (p *invitePages) cardHolders(c *gin.Context, s *surveys.Survey, list *responses.Invitations, group int) ([]responses.Holder, error) {
	var holders []responses.Holder
	for number := range list.Groups[group].Cards {
		holders = append(holders, responses.ForCard(group, &list.Groups[group], number))
	}
	people, err := p.deps.Ledger.ListInvitees(c.Request.Context(), s.Org, s.ID)
	if err != nil {
		return nil, err
	}
	for i := range people {
		if people[i].Group == group && people[i].State == responses.CardOnly {
			holders = append(holders, responses.ForInvitee(people[i].ID))
		}
	}
	return holders, nil
}
