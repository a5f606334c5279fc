package admin

import (
	"fmt"
	"time"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
)

// place is where somebody is signed in, as the page shows it.
type place struct {
	ID     surveys.ID
	Device string
	Day    surveys.Date
	Time   string
	Here   bool
}

// places are where the account is signed in.
func (p *pages) places(c *gin.Context, org surveys.OrgID, account, here surveys.ID) ([]place, error) {
	list, err := p.store.ListSignIns(c.Request.Context(), org, account, time.Now().UTC()) // by the clock of the sessions
	if err != nil {
		return nil, fmt.Errorf("list sign-ins: %w", err)
	}
	var out []place
	for _, s := range list {
		at := s.At.In(page.Org(c).Location())
		out = append(out, place{s.ID, s.Device, surveys.DateOf(at), at.Format("15:04"), s.ID == here})
	}
	return out, nil
}

// endSignIn handles POST /beheer/account/uitloggen: one place, or every place but
// this one.
func (p *pages) endSignIn(c *gin.Context) error {
	me, here := page.Staff(c), page.SignedIn(p.kit, c)
	id := surveys.ID(c.PostForm("plek"))
	if id == here {
		return p.doSignOut(c)
	}
	if id == "" {
		if err := p.store.EndSignIns(c.Request.Context(), me.Org, me.ID, here); err != nil {
			return err
		}
		return p.kit.SeeOther(c, "/beheer/account", "account.signed_out_everywhere")
	}
	if err := p.store.EndSignIn(c.Request.Context(), me.Org, me.ID, id); err != nil {
		return err
	}
	return p.kit.SeeOther(c, "/beheer/account", "account.signed_out_there")
}

// signOutPerson handles POST /beheer/mensen/:id/uitloggen: everywhere, for a lost
// laptop or somebody who left.
func (p *pages) signOutPerson(c *gin.Context) error {
	a, err := p.store.FindAccount(c.Request.Context(), page.Org(c).ID, surveys.ID(c.Param("id")))
	if err != nil {
		return fmt.Errorf("find account: %w", err)
	}
	if err := p.store.EndSignIns(c.Request.Context(), a.Org, a.ID, ""); err != nil {
		return err
	}
	return p.kit.SeeOther(c, "/beheer/mensen/"+string(a.ID), "people.signed_out")
}
