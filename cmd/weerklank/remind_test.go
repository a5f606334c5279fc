package main

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"weerklank.nl/weerklank/handlers/jobs"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/storage/ledger"
	"weerklank.nl/weerklank/storage/vault"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

// meanwhile is a ledger in which something happens after the sender looked what there is to
// send and before it takes the first messages.
type meanwhile struct {
	*ledger.Ledger
	happens func()
}

func (m *meanwhile) Claim(ctx context.Context, org surveys.OrgID, survey surveys.ID, holder string, now time.Time, most int) ([]responses.Invitee, error) {
	if m.happens != nil {
		m.happens()
		m.happens = nil
	}
	return m.Ledger.Claim(ctx, org, survey, holder, now, most)
}

func TestAReminderThatBeginsWhileTheSenderLooksHasItsOwnWords(t *testing.T) {
	o := givenOffice(t, dbtest.SQLite(t), 3, nil)
	o.queue(t)
	post, err := (&mailing{SMTP: "smtp://" + o.mail.address, From: "Waterrijk <stem@waterrijk.example>", Plain: true}).sender()
	fatal(t, err)
	store := &meanwhile{Ledger: o.ledger}
	people := vault.New(o.d)
	sender := &jobs.Inviting{Ledger: store, Programme: o.programme, Notices: o.programme, Contacts: people, Vault: people, Turns: o.d, Mailer: post, Keys: o.ring,
		Text:   func(_ surveys.Lang, key string, _ map[string]any) string { return key },
		Holder: "one", Now: time.Now, Log: slog.New(slog.NewTextHandler(t.Output(), nil))}
	sender.Start()
	fatal(t, sender.Send(t.Context()))
	o.remind(t) // so that there is something to send
	store.happens = func() {
		fatal(t, o.ledger.ChangeInvitations(t.Context(), crashOrg, inviteSurvey, func(i *responses.Invitations) (bool, error) { i.Round = 1; return false, nil }))
		o.remind(t)
	}
	fatal(t, sender.Send(t.Context()))
	for k := range 3 {
		letters := o.mail.letters(fmt.Sprintf("mens%d@waterrijk.example", k))
		if len(letters) != 2 || strings.Contains(letters[0], "invite.mail.already") || !strings.Contains(letters[1], "invite.mail.already") {
			t.Errorf("person %d got %d mails: %q", k, len(letters), letters)
		}
	}
}
