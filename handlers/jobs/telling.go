package jobs

import (
	"context"
	"errors"
	"strings"
	"time"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/notices"
	"weerklank.nl/weerklank/surveys/notices/channel"
	"weerklank.nl/weerklank/surveys/responses"
)

// Notices is what sending uses of the published notices.
type Notices interface {
	FindNotice(ctx context.Context, org surveys.OrgID, id surveys.ID) (*notices.Notice, error)
	// UnannouncedNotices were published and not yet put to those who asked for them.
	UnannouncedNotices(ctx context.Context) ([]notices.Notice, error)
	NoticeAnnounced(ctx context.Context, org surveys.OrgID, id surveys.ID) error
}

// Contacts is what sending uses of the sealed contacts.
type Contacts interface {
	ListContacts(ctx context.Context, org surveys.OrgID, survey surveys.ID) ([]responses.SealedContact, error)
	RemoveContacts(ctx context.Context, org surveys.OrgID, survey surveys.ID, keys []responses.ContactKey) error
	// QueueMailing does nothing for a notice that was queued before.
	QueueMailing(ctx context.Context, m *responses.Mailing, to []responses.ContactKey) error
	SendingMailings(ctx context.Context) ([]responses.Mailing, error)
	ClaimDeliveries(ctx context.Context, org surveys.OrgID, notice surveys.ID, holder string, now time.Time, most int) ([]responses.Delivery, error)
	SettleDeliveries(ctx context.Context, org surveys.OrgID, notice surveys.ID, holder string, attempts []responses.DeliveryAttempt,
		note func(*responses.Mailing)) error
	AbandonedDeliveries(ctx context.Context, holder string) error
	// EndMailing ends one of which nothing waits, and with the last one throws the contacts away.
	EndMailing(ctx context.Context, org surveys.OrgID, notice surveys.ID) error
}

// announce queues the notices that were published, each for those who asked. Cut short,
// it is done again and queues nothing twice.
func (i *Inviting) announce(ctx context.Context) error {
	fresh, err := i.Notices.UnannouncedNotices(ctx)
	if err != nil {
		return err
	}
	var faults []error
	for n := range fresh {
		faults = append(faults, i.announceOne(ctx, &fresh[n]))
	}
	return errors.Join(faults...)
}

func (i *Inviting) announceOne(ctx context.Context, n *notices.Notice) error {
	sealed, err := i.Contacts.ListContacts(ctx, n.Org, n.Survey)
	if err != nil {
		return err
	}
	to, twice := i.each(sealed)
	if len(twice) > 0 {
		if err := i.Contacts.RemoveContacts(ctx, n.Org, n.Survey, twice); err != nil {
			return err
		}
	}
	m := &responses.Mailing{Org: n.Org, Survey: n.Survey, Notice: n.ID, Last: n.Kind == notices.FollowUp, Flow: responses.Flow{Status: responses.Running},
		Settled: responses.Counts{}}
	if err := i.Contacts.QueueMailing(ctx, m, to); err != nil {
		return err
	}
	return i.Notices.NoticeAnnounced(ctx, n.Org, n.ID)
}

// each are the contacts with each address once, and the others with an address that is
// among them. What does not open is among the first: sending says so, with its reason.
func (i *Inviting) each(sealed []responses.SealedContact) (once, twice []responses.ContactKey) {
	seen := map[string]bool{}
	for n := range sealed {
		c, err := i.Keys.OpenContact(&sealed[n])
		if err == nil && seen[c.Email] {
			twice = append(twice, sealed[n].Key)
			continue
		}
		if err == nil {
			seen[c.Email] = true
		}
		once = append(once, sealed[n].Key)
	}
	return once, twice
}

// tell sends what is due of a notice, and ends its mailing when nothing waits any more.
func (i *Inviting) tell(ctx context.Context, m *responses.Mailing, org *surveys.Organisation) error {
	s, informal, err := i.surveyOf(ctx, m.Org, m.Survey)
	if err != nil {
		return err
	}
	n, err := i.Notices.FindNotice(ctx, m.Org, m.Notice)
	if err != nil {
		return err
	}
	r := &noticeRound{Inviting: i, mailing: m, notice: n, survey: s, org: org, informal: informal}
	if err := i.sendAll(ctx, r); err != nil {
		return err
	}
	return i.Contacts.EndMailing(ctx, m.Org, m.Notice)
}

// noticeRound is a published notice on its way to those who asked for it.
type noticeRound struct {
	*Inviting
	mailing  *responses.Mailing
	notice   *notices.Notice
	survey   *surveys.Survey
	org      *surveys.Organisation
	informal bool
	sealed   map[surveys.ID]*responses.SealedContact // those that were claimed
}

func (r *noticeRound) claim(ctx context.Context, most int) ([]responses.Invitee, error) {
	due, err := r.Contacts.ClaimDeliveries(ctx, r.mailing.Org, r.mailing.Notice, r.Holder, r.Now().UTC(), most)
	if err != nil {
		return nil, err
	}
	r.sealed = map[surveys.ID]*responses.SealedContact{}
	people := make([]responses.Invitee, len(due))
	for n := range due {
		id := due[n].Contact.Key.ID()
		r.sealed[id] = &due[n].Contact
		people[n] = responses.Invitee{Org: r.mailing.Org, Survey: r.mailing.Survey, ID: id, State: due[n].State, Attempts: due[n].Attempts}
	}
	return people, nil
}

func (r *noticeRound) goesOn(context.Context, time.Time) (bool, error) { return true, nil }

func (r *noticeRound) settle(ctx context.Context, attempts []responses.Attempt, sent, refused int, why string) (goOn bool, err error) {
	of := make([]responses.DeliveryAttempt, len(attempts))
	for n, a := range attempts {
		of[n] = responses.DeliveryAttempt{Contact: r.sealed[a.Invitee].Key, State: a.State, Reason: a.Reason, DueAt: a.DueAt}
	}
	err = r.Contacts.SettleDeliveries(ctx, r.mailing.Org, r.mailing.Notice, r.Holder, of, func(m *responses.Mailing) {
		m.Note(sent, refused)
		if why == responses.WhyKeys {
			m.Status, m.Why = responses.Paused, why
		}
		goOn = m.Status == responses.Running
	})
	return goOn, err
}

func (r *noticeRound) stop(context.Context) error { return nil }

// message is the notice with where it came from and how to hear no more. The address is
// opened here and stands nowhere but in it.
func (r *noticeRound) message(to *responses.Invitee) (channel.Message, error) {
	c, err := r.Keys.OpenContact(r.sealed[to.ID])
	if err != nil {
		return channel.Message{}, responses.ErrKeyGone
	}
	stop, err := r.Keys.StopToken(r.Keys.Generation(), r.mailing.Org, r.mailing.Survey, to.ID)
	if err != nil {
		return channel.Message{}, err
	}
	lang := c.Lang
	if lang != surveys.English {
		lang = surveys.Dutch
	}
	args := map[string]any{"Organisation": r.org.Name.In(lang), "Title": r.survey.Title.In(lang)}
	say := func(key string) string {
		if r.informal {
			key += "_je"
		}
		return r.Text(lang, key, args)
	}
	m := channel.Message{To: c.Email, Subject: r.Text(lang, "contact.mail.subject_"+string(r.notice.Kind), args), Language: lang,
		Unsubscribe: r.org.Address + "/afmelden/" + stop}
	m.Body = append(m.Body, channel.Paragraph{Text: say("contact.mail.why")})
	for _, part := range []struct {
		key  string
		text surveys.Text
	}{
		{"contact.mail.asked", r.notice.Asked}, {"contact.mail.said", r.notice.Said},
		{"contact.mail.decided", r.notice.Decided}, {"contact.mail.next", r.notice.Next},
	} {
		text := strings.TrimSpace(part.text.In(lang))
		if text == "" {
			continue
		}
		if r.notice.Kind == notices.FollowUp {
			text = r.Text(lang, part.key, nil) + "\n" + text
		}
		m.Body = append(m.Body, channel.Paragraph{Text: text})
	}
	m.Body = append(m.Body, channel.Paragraph{Text: r.Text(lang, "contact.mail.read", args), Link: r.org.Address + "/beloften/" + r.survey.Slug},
		channel.Paragraph{Text: r.org.Name.In(lang)}, channel.Paragraph{Text: say("contact.mail.stop"), Link: m.Unsubscribe})
	return m, nil
}
