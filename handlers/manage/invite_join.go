package manage

import (
	"errors"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
)

// invited is what comes of a list that was checked: invitations, or those that are there
// with people added to them.
type invited struct {
	list    *responses.Invitations
	people  []responses.Invitee
	ballots []responses.NewBallot
	taken   []responses.Person // rows of the list that are invited by it
	adds    bool
	already int // people on the list who were there
}

// leastOf is how many people have to share the values of a ballot. On name it is one: who
// reads them knows the person as it is.
func leastOf(s *surveys.Survey) int {
	if s.Mode == surveys.Named {
		return 1
	}
	return s.SmallestGroup
}

// invitationsOf makes the invitations of a list that was checked: its groups, its people
// and, by their keys, their ballots. Where people are invited already, these come in
// addition; who stands there is left out.
func (p *invitePages) invitationsOf(c *gin.Context, s *surveys.Survey, checked *checkedList) (*invited, error) {
	if s.Mode == surveys.Named && checked.Counted {
		return nil, surveys.Invalid{{Field: "bestand", Key: "invite.named_needs_people"}}
	}
	least := leastOf(s)
	n := &invited{taken: checked.People}
	there, err := p.deps.Ledger.FindInvitations(c.Request.Context(), s.Org, s.ID)
	if err != nil && !errors.Is(err, surveys.ErrNotFound) {
		return nil, err
	}
	var into, cards []int // cards that a group had
	if n.adds = err == nil; n.adds {
		if n.taken, n.already, err = p.others(c, s, checked.People); err != nil {
			return nil, err
		}
		for g := range there.Groups {
			cards = append(cards, there.Groups[g].Cards)
		}
		n.list = there
	} else {
		n.list = &responses.Invitations{Org: s.Org, Survey: s.ID, Mode: s.Mode, Status: responses.Ready,
			Generation: p.deps.Ballots.Generation(), Breakdowns: s.Breakdowns}
		if checked.Seed != "" {
			n.list.Lot = &responses.Lot{Seed: checked.Seed, List: checked.Sum, Of: checked.Of, Drew: len(checked.People)}
		}
	}
	all, at := responses.Combinations(n.taken)
	if n.adds {
		into, err = n.list.Join(all, least)
	} else {
		n.list.Groups, into, err = responses.MergeGroups(s.Breakdowns, all, least)
	}
	if err != nil {
		return nil, err
	}
	return n, p.ballotsOf(s, n, func(person int) int { return into[at[person]] }, cards)
}

// takesMore refuses a list where one is that takes nobody in any more, or of which people
// would be drawn by lot.
func (p *invitePages) takesMore(c *gin.Context, s *surveys.Survey, draws bool) error {
	there, err := p.deps.Ledger.FindInvitations(c.Request.Context(), s.Org, s.ID)
	if errors.Is(err, surveys.ErrNotFound) {
		return nil
	}
	if err == nil && draws {
		err = surveys.Invalid{{Field: "bestand", Key: "invite.drawn_already"}}
	}
	if err == nil {
		err = there.Joinable()
	}
	return err
}

// others are the people of a list who do not stand on the one that is there: by their
// address, or by their name where they have none.
func (p *invitePages) others(c *gin.Context, s *surveys.Survey, people []responses.Person) (others []responses.Person, already int, err error) {
	there, err := p.deps.Ledger.ListInvitees(c.Request.Context(), s.Org, s.ID)
	if err != nil {
		return nil, 0, err
	}
	who := func(email, name string) string {
		if email != "" {
			return email
		}
		return "\x00" + strings.ToLower(name)
	}
	known := map[string]bool{}
	for i := range there {
		known[who(there[i].Email, there[i].Name)] = true
	}
	for i := range people {
		if each := &people[i]; each.Heads == 0 && known[who(each.Email, each.Name)] {
			already++
			continue
		}
		others = append(others, people[i])
	}
	if len(others) == 0 {
		return nil, already, surveys.Invalid{{Field: "bestand", Key: "invite.nobody_new"}}
	}
	return others, already, nil
}

// ballotsOf makes the people of a list and the ballots: theirs, and those of cards that
// come in addition to what a group had.
func (p *invitePages) ballotsOf(s *surveys.Survey, n *invited, groupOf func(person int) int, cards []int) error {
	add := func(h responses.Holder, group int, invitee surveys.ID) error {
		_, hash, err := p.deps.Ballots.Ballot(n.list.Generation, s.Org, s.ID, h)
		n.ballots = append(n.ballots, responses.NewBallot{Hash: hash, Group: group, Invitee: invitee})
		return err
	}
	for i := range n.taken {
		each := &n.taken[i]
		if each.Heads > 0 {
			continue
		}
		one := responses.Invitee{Org: s.Org, Survey: s.ID, ID: p.deps.NewID(), Name: each.Name, Email: each.Email, Lang: each.Lang,
			Group: groupOf(i), State: responses.NotSent}
		if one.Email == "" {
			one.State = responses.CardOnly
		}
		n.people = append(n.people, one)
		if err := add(responses.ForInvitee(one.ID), one.Group, one.ID); err != nil {
			return err
		}
	}
	responses.NumberCards(n.list.Groups, cards, p.deps.NewID)
	for g := range n.list.Groups {
		from := 0
		if g < len(cards) {
			from = cards[g]
		}
		for number := from; number < n.list.Groups[g].Cards; number++ {
			if err := add(responses.ForCard(g, &n.list.Groups[g], number), g, ""); err != nil {
				return err
			}
		}
	}
	return nil
}

// confirm stores a list that was checked, or adds it to the one that is there.
func (p *invitePages) confirm(c *gin.Context, s *surveys.Survey, form *questionnaire.Form, sealed string) error {
	checked, err := unpacked(sealed)
	back := "/beheer/uitvragen/" + string(s.ID) + "/uitnodigingen"
	if err != nil || !p.fits(s, form, checked) {
		return p.renderInvitations(c, http.StatusUnprocessableEntity, s, surveys.Invalid{{Field: "bestand", Key: "invite.list_broken"}})
	}
	n, err := p.invitationsOf(c, s, checked)
	done, store := "invite.done.prepared", p.deps.Ledger.Prepare
	if err == nil {
		if n.adds {
			done, store = "invite.done.added", p.deps.Ledger.Add
		}
		err = store(c.Request.Context(), n.list, n.people, n.ballots)
	}
	var wrong surveys.Invalid
	if errors.As(err, &wrong) {
		return p.renderInvitations(c, http.StatusUnprocessableEntity, s, surveys.Invalid{{Field: "bestand", Key: wrong[0].Key, Args: wrong[0].Args}})
	}
	if err != nil {
		return err
	}
	if err := p.setInvited(c, s.ID, n.list.Size()); err != nil {
		return err
	}
	return p.kit.SeeOther(c, back, done)
}
