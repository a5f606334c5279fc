package main

import (
	"crypto/rand"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

// TestAJumpOfYearsSendsClosesAndDeletesNothingUntilAnAdministratorSaysYes: a survey is
// open, mail waits for a server that is busy, addresses and the trail have their periods,
// and the clock goes three years ahead.
func TestAJumpOfYearsSendsClosesAndDeletesNothingUntilAnAdministratorSaysYes(t *testing.T) {
	var free atomic.Bool
	mail := serveMail(t, func(string, int64, *smtp.Conn) error {
		if free.Load() {
			return nil
		}
		return &smtp.SMTPError{Code: 451, Message: "busy"}
	})
	r := serveDemoWith(t, dbtest.SQLite(t), func(s *serving) {
		s.synced = func() bool { return true } // and a time server that is wrong
		s.SMTP, s.From, s.Plain = "smtp://"+mail.address, "stem@waterrijk.example", true
	})
	went := func() int {
		mail.mu.Lock()
		defer mail.mu.Unlock()
		return len(mail.order)
	}
	org := r.filled.Org
	asked, err := r.programme.FindSurveyBySlug(t.Context(), org, "balie-najaar-2026")
	fatal(t, err)
	s := *asked
	s.ID, s.Slug, s.Mode, s.Invited, s.Breakdowns, s.Pairs, s.Hierarchies, s.Merged, s.Heads = "team", "team", surveys.Invited, 3, nil, nil, nil, nil, nil
	fatal(t, r.programme.AddSurvey(t.Context(), &s))
	list := &responses.Invitations{Org: org, Survey: s.ID, Mode: s.Mode, Status: responses.Ready, Generation: r.product.keys.Generation(), Groups: []responses.BallotGroup{{People: 3}}}
	var people []responses.Invitee
	var ballots []responses.NewBallot
	for _, name := range []string{"an", "bo", "cas"} {
		one := responses.Invitee{ID: surveys.ID(strings.ToLower(rand.Text())), Email: name + "@waterrijk.example", Lang: surveys.Dutch, State: responses.NotSent}
		_, hash, err := r.product.keys.Ballot(list.Generation, org, s.ID, responses.ForInvitee(one.ID))
		fatal(t, err)
		people, ballots = append(people, one), append(ballots, responses.NewBallot{Hash: hash})
	}
	fatal(t, r.ledger.Prepare(t.Context(), list, people, ballots))
	contact := responses.SealedContact{Org: org, Survey: s.ID}
	_, _ = rand.Read(contact.Key[:])
	contact.Sealed, err = r.product.keys.SealContact(responses.Contact{Email: "els@waterrijk.example", Lang: surveys.Dutch}, org, s.ID, rand.Reader)
	fatal(t, err)
	fatal(t, r.vault.AddContact(t.Context(), &contact))
	r.turn(t, time.Minute)
	r.staff(t, surveys.ProgrammeManager) // which stands in the trail
	fatal(t, r.ledger.ChangeInvitations(t.Context(), org, s.ID, func(i *responses.Invitations) (bool, error) { return true, i.Send(&s, surveys.DateOf(anchor)) }))
	fatal(t, r.inviting.Send(t.Context()))
	deleted := r.deleted(t)

	r.turn(t, 3*365*24*time.Hour)
	free.Store(true)
	fatal(t, r.inviting.Send(t.Context()))
	r.turn(t, 24*time.Hour)
	now, err := r.programme.FindSurvey(t.Context(), org, s.ID)
	fatal(t, err)
	invitations, err := r.ledger.FindInvitations(t.Context(), org, s.ID)
	fatal(t, err)
	if !now.ClosedAt.IsZero() || invitations.Status != responses.Running || went() != 0 {
		t.Errorf("after the jump: closed at %s, invitations %s, %d messages", now.ClosedAt, invitations.Status, went())
	}
	if after := r.deleted(t); after != deleted {
		t.Errorf("after the jump there are %v contacts and acts, before it %v", after, deleted)
	}
	if told := read(t, r.staff(t, surveys.ProgrammeManager), r.url+"/beheer").Find(".utrecht-alert--error").Text(); !strings.Contains(told, "ver vooruit gegaan") {
		t.Errorf("the overview says %q", told)
	}
	administrator := r.staff(t, surveys.Administrator)
	page := read(t, administrator, r.url+"/beheer/klok")
	if button := page.Find(`form[action="/beheer/klok"] button`).Text(); !strings.Contains(button, "25 november 2029") {
		t.Errorf("the button says %q", button)
	}

	r.moment.Store(anchor.Add(10 * time.Minute).UnixNano()) // it is set right: all goes on by itself
	r.turn(t, time.Minute)
	fatal(t, r.inviting.Send(t.Context()))
	if went() != 3 {
		t.Errorf("%d messages went out after the clock was set right, want 3", went())
	}
	if told := read(t, r.staff(t, surveys.ProgrammeManager), r.url+"/beheer").Find(".utrecht-alert--error").Length(); told != 0 {
		t.Error("the overview still tells of the clock")
	}

	r.turn(t, 3*365*24*time.Hour) // and once more, and now somebody says that it is right
	administrator = r.staff(t, surveys.Administrator)
	resp, err := administrator.PostForm(r.url+"/beheer/klok", nil)
	fatal(t, err)
	resp.Body.Close()
	r.turn(t, time.Minute)
	now, err = r.programme.FindSurvey(t.Context(), org, s.ID)
	fatal(t, err)
	if resp.StatusCode != http.StatusOK || now.ClosedAt.IsZero() {
		t.Errorf("after a yes (%s) the survey is still open", resp.Status)
	}
	said, err := r.vault.ListEntries(t.Context(), org, surveys.EntryFilter{Kind: "klok"}, 0, 10)
	fatal(t, err)
	if len(said) != 1 || !strings.Contains(string(said[0].Changes["clock"]["seen"].After), "2029-11-24") {
		t.Errorf("the trail says %+v of it", said)
	}
}

// deleted are the numbers of what a night deletes at once when its period is over.
func (r *running) deleted(t *testing.T) (n [2]int) {
	t.Helper()
	for i, query := range []string{`SELECT COUNT(*) FROM contacts`, `SELECT COUNT(*) FROM audit WHERE at < '2027-01-01'`} {
		fatal(t, r.database.Reader().Get(t.Context(), &n[i], query))
	}
	return n
}
