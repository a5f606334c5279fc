package jobs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/notices/channel"
)

// AccountMails is what the clock uses of the messages about accounts.
type AccountMails interface {
	DueMails(ctx context.Context, now time.Time, most int) ([]surveys.AccountMail, error)
	PostponeMail(ctx context.Context, m *surveys.AccountMail, next time.Time) error
	DropMail(ctx context.Context, m *surveys.AccountMail) error
	FindAccountByEmail(ctx context.Context, org surveys.OrgID, email string) (*surveys.Account, error)
	ListOrganisations(ctx context.Context) ([]surveys.Organisation, error)
}

// Mailer sends one message.
type Mailer interface {
	Send(ctx context.Context, m channel.Message) channel.Outcome
}

// AccountMailing sends the messages to accounts: an invitation, a link for who forgot
// their password, or that a survey of theirs had an unusual day.
type AccountMailing struct {
	Mails  AccountMails
	Mailer Mailer
	// Link makes a one-time link for an account, and gives its path.
	Link func(ctx context.Context, org surveys.OrgID, account surveys.ID, now time.Time) (string, error)
	Text func(lang page.Lang, key string, args map[string]any) string
	URL  string // of an organisation that has no address of its own
}

// MailingAccounts is this work, as Ran hears it.
const MailingAccounts = "mailing_accounts"

// Bounds of the work: so many at a tick, and so often before a message is given up.
// After a day a link that nobody received is of no use any more.
const (
	mostMails = 50
	mailLives = 24 * time.Hour
)

// send sends what is due. A message that was perhaps sent is not sent again by
// itself: who asked can ask once more, and the newest link is the one that works.
func (a *AccountMailing) send(ctx context.Context, now time.Time) error {
	due, err := a.Mails.DueMails(ctx, now.UTC(), mostMails)
	if err != nil || len(due) == 0 {
		return err
	}
	orgs, err := a.Mails.ListOrganisations(ctx)
	if err != nil {
		return err
	}
	byID := map[surveys.OrgID]*surveys.Organisation{}
	for i := range orgs {
		byID[orgs[i].ID] = &orgs[i]
	}
	var faults []error
	for i := range due {
		out, err := a.sendOne(ctx, &due[i], byID[due[i].Org], now)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		if out.State == channel.Deferred && now.Sub(due[i].At) < mailLives {
			wait := max(out.After, time.Minute)
			faults = append(faults, a.Mails.PostponeMail(ctx, &due[i], now.Add(wait).UTC()))
			if out.Everybody {
				faults = append(faults, fmt.Errorf("mail about accounts waits: %s", out.Reason))
				break
			}
			continue
		}
		if out.State != channel.Sent && out.State != "" {
			faults = append(faults, fmt.Errorf("mail about an account: %s %s", out.State, out.Reason))
		}
		faults = append(faults, a.Mails.DropMail(ctx, &due[i]))
	}
	return errors.Join(faults...)
}

// sendOne sends one. No outcome means that there was nobody to send it to.
func (a *AccountMailing) sendOne(ctx context.Context, m *surveys.AccountMail, org *surveys.Organisation, now time.Time) (channel.Outcome, error) {
	account, err := a.Mails.FindAccountByEmail(ctx, m.Org, m.Email)
	if errors.Is(err, surveys.ErrNotFound) || err == nil && !account.Active || org == nil {
		return channel.Outcome{}, nil
	}
	if err != nil {
		return channel.Outcome{}, err
	}
	path := "/beheer"
	if m.Kind != surveys.UnusualMail {
		if path, err = a.Link(ctx, m.Org, account.ID, now); err != nil {
			return channel.Outcome{}, err
		}
	}
	address := org.Address
	if address == "" {
		address = a.URL
	}
	lang := account.Language
	say := func(key string) channel.Paragraph {
		return channel.Paragraph{Text: a.Text(lang, key, map[string]any{"Name": org.Name.In(account.Language)})}
	}
	kind := "mail." + string(m.Kind)
	link := say(kind + ".link")
	link.Link = address + path
	body := []channel.Paragraph{say("mail.hello"), say(kind + ".text"), link}
	if m.Kind != surveys.UnusualMail {
		body = append(body, say("mail.life"), say(kind+".ignore"))
	}
	return a.Mailer.Send(ctx, channel.Message{
		To: account.Email, Subject: say(kind + ".subject").Text, Language: account.Language,
		Body: append(body, channel.Paragraph{Text: org.Name.In(account.Language)}),
	}), nil
}
