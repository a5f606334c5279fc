package jobs

import (
	"context"
	"time"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/notices/channel"
	"weerklank.nl/weerklank/surveys/responses"
)

// invitationRound is a round of the invitations of a survey.
type invitationRound struct {
	*Inviting
	*letter
}

// claim looks anew at which round it is: somebody may have begun to remind since.
func (r *invitationRound) claim(ctx context.Context, most int) ([]responses.Invitee, error) {
	people, err := r.Ledger.Claim(ctx, r.list.Org, r.list.Survey, r.Holder, r.Now().UTC(), most)
	if err != nil || len(people) == 0 {
		return nil, err
	}
	r.list, err = r.Ledger.FindInvitations(ctx, r.list.Org, r.list.Survey)
	return people, err
}

// goesOn: the survey may have closed since the message was queued.
func (r *invitationRound) goesOn(ctx context.Context, now time.Time) (bool, error) {
	s, err := r.Programme.FindSurvey(ctx, r.list.Org, r.list.Survey)
	return err == nil && s.Phase(surveys.DateOf(now.In(r.org.Location()))) == surveys.Running, err
}

func (r *invitationRound) settle(ctx context.Context, attempts []responses.Attempt, sent, refused int, why string) (goOn bool, err error) {
	err = r.Ledger.Settle(ctx, r.list.Org, r.list.Survey, r.Holder, attempts, func(list *responses.Invitations) {
		list.Note(sent, refused)
		if why == responses.WhyKeys {
			list.Status, list.Why = responses.Paused, responses.WhyKeys
		}
		goOn = list.Status == responses.Running
	})
	return goOn, err
}

func (r *invitationRound) stop(ctx context.Context) error {
	return r.Ledger.StopSending(ctx, r.list.Org, r.list.Survey)
}

// wording is a text for who is addressed with "u", and for who is with "je".
type wording struct{ formal, informal string }

var (
	first     = wording{"invite.mail.first", "invite.mail.first_je"}
	again     = wording{"invite.mail.again", "invite.mail.again_je"}
	already   = wording{"invite.mail.already", "invite.mail.already_je"}
	anonymous = wording{"invite.mail.anonymous", "invite.mail.anonymous_je"}
	onName    = wording{"invite.mail.named", "invite.mail.named_je"}
	until     = wording{"invite.mail.until", "invite.mail.until_je"}
	noMore    = wording{"invite.mail.stop", "invite.mail.stop_je"}
)

// message is the invitation or reminder of one person. The link is made here, from the
// key file, and stands nowhere but in it.
func (r *invitationRound) message(to *responses.Invitee) (channel.Message, error) {
	i, l := r.Inviting, r.letter
	ballot, _, err := i.Keys.Ballot(l.list.Generation, l.list.Org, l.list.Survey, responses.ForInvitee(to.ID))
	if err != nil {
		return channel.Message{}, err
	}
	stop, err := i.Keys.StopToken(l.list.Generation, l.list.Org, l.list.Survey, to.ID)
	if err != nil {
		return channel.Message{}, err
	}
	lang := to.Lang
	if lang != surveys.English {
		lang = surveys.Dutch
	}
	args := map[string]any{"Organisation": l.org.Name.In(lang), "Title": l.survey.Title.In(lang), "Name": to.Name,
		"Closes": l.survey.Closes, "Promise": l.survey.Promise.Expected()}
	say := func(key wording) channel.Paragraph {
		if l.informal {
			return channel.Paragraph{Text: i.Text(lang, key.informal, args)}
		}
		return channel.Paragraph{Text: i.Text(lang, key.formal, args)}
	}
	kind, subject, mode := first, "invite.mail.first_subject", anonymous
	if l.list.Round > 1 {
		kind, subject = again, "invite.mail.again_subject"
	}
	if l.list.Mode == surveys.Named {
		mode = onName
	}
	m := channel.Message{To: to.Email, Subject: i.Text(lang, subject, args), Language: lang, Unsubscribe: l.org.Address + "/afmelden/" + stop}
	hello := channel.Paragraph{Text: i.Text(lang, "invite.mail.hello", args)}
	if to.Name == "" {
		hello.Text = i.Text(lang, "invite.mail.hello_nobody", args)
	}
	link := channel.Paragraph{Text: i.Text(lang, "invite.mail.link", args), Link: l.org.Address + "/b/" + ballot.Token()}
	m.Body = append(m.Body, hello)
	if l.list.Round > 1 {
		m.Body = append(m.Body, say(already))
	}
	m.Body = append(m.Body, say(kind))
	if purpose := l.survey.Purpose.In(lang); purpose != "" {
		m.Body = append(m.Body, channel.Paragraph{Text: purpose})
	}
	stopping := say(noMore)
	stopping.Link = m.Unsubscribe
	m.Body = append(m.Body, link, say(mode), say(until), channel.Paragraph{Text: l.org.Name.In(lang)}, stopping)
	return m, nil
}
