package manage

import (
	"context"
	"errors"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/notices"
	"weerklank.nl/weerklank/surveys/responses"
)

// MailingStore is how the sending of published notices stands. It gives numbers, and
// nobody's address.
type MailingStore interface {
	FindMailing(ctx context.Context, org surveys.OrgID, notice surveys.ID) (*responses.Mailing, responses.Counts, error)
	ChangeMailing(ctx context.Context, org surveys.OrgID, notice surveys.ID, change func(*responses.Mailing) error) error
}

// mailingPart is how a published notice went to those who asked for it.
type mailingPart struct {
	Key                 string // what the state is called
	WhyKey              string // why it is paused; "" otherwise
	Counts              []mailingCount
	Unsure              bool
	MayPause, MayResume bool
}

type mailingCount struct {
	Key   string
	Count int
}

var mailingStates = []responses.InviteeState{responses.Queued, responses.Sending, responses.Delivered, responses.Failed, responses.Unsure}

// mailingOf is the part for a notice; nil where it is not known.
func (p *noticePages) mailingOf(c *gin.Context, n *notices.Notice, may bool) (*mailingPart, error) {
	if p.mailings == nil {
		return nil, nil
	}
	m, counts, err := p.mailings.FindMailing(c.Request.Context(), n.Org, n.ID)
	if errors.Is(err, surveys.ErrNotFound) {
		if !p.mails {
			return &mailingPart{Key: "mailing.off"}, nil
		}
		return nil, nil // published before notices were mailed, or this very moment
	}
	if err != nil {
		return nil, err
	}
	part := &mailingPart{Key: "mailing." + string(m.Status), Unsure: counts[responses.Unsure] > 0,
		MayPause: may && m.Status == responses.Running, MayResume: may && m.Status == responses.Paused}
	switch {
	case m.Status == responses.Paused:
		part.WhyKey = "mailing.why." + m.Why
	case m.Status == responses.Stopped && counts.Total() == 0:
		part.Key = "mailing.nobody"
	case m.Status == responses.Stopped && m.Last:
		part.Key = "mailing.over_last"
	case m.Status == responses.Stopped:
		part.Key = "mailing.over"
	}
	for _, state := range mailingStates {
		if counts[state] > 0 {
			part.Counts = append(part.Counts, mailingCount{"invite.state." + string(state), counts[state]})
		}
	}
	return part, nil
}

// steerMailing handles POST /beheer/terugkoppelingen/:id/mail: sending is paused or goes on.
func (p *noticePages) steerMailing(c *gin.Context) error {
	n, _, err := p.find(c)
	if err != nil {
		return err
	}
	if p.mailings == nil {
		return surveys.ErrNotFound
	}
	done := "mailing.paused_now"
	err = p.mailings.ChangeMailing(c.Request.Context(), n.Org, n.ID, func(m *responses.Mailing) error {
		if typed(c, "ga") == "hervatten" {
			done = "mailing.resumed"
			return m.Resume()
		}
		return m.Pause(responses.WhyAsked)
	})
	problems, err := refused(err)
	if err != nil {
		return err
	}
	here := "/beheer/terugkoppelingen/" + string(n.ID)
	if len(problems) > 0 {
		return p.kit.SeeOther(c, here, problems[0].Key)
	}
	p.wake()
	return p.kit.SeeOther(c, here, done)
}

// wake tells whoever sends that there may be something to send now.
func (l *learner) wake() {
	if l.wakes != nil {
		l.wakes()
	}
}
