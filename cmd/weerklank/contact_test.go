package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"mime/quotedprintable"
	"net/http"
	"net/mail"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/storage/vault"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/notices"
	"weerklank.nl/weerklank/surveys/responses"
)

// ask leaves addresses, sealed as the page does.
func (o *office) ask(t *testing.T, v *vault.Vault, addresses ...string) {
	t.Helper()
	for _, email := range addresses {
		c := responses.SealedContact{Org: crashOrg, Survey: inviteSurvey}
		_, _ = rand.Read(c.Key[:])
		var err error
		c.Sealed, err = o.ring.SealContact(responses.Contact{Email: email, Lang: surveys.Dutch}, c.Org, c.Survey, rand.Reader)
		fatal(t, err)
		fatal(t, v.AddContact(t.Context(), &c))
	}
}

// publish publishes a notice, as a page does.
func (o *office) publish(t *testing.T, id surveys.ID, kind notices.Kind) {
	t.Helper()
	n := &notices.Notice{ID: id, Org: crashOrg, Survey: inviteSurvey, Kind: kind, Asked: surveys.Text{NL: "Hoe het ging."}, Said: surveys.Text{NL: "Dat het beter kan."},
		Decided: surveys.Text{NL: "Wij doen het anders."}, Next: surveys.Text{NL: "Het begint in maart."}, Decisions: []surveys.ID{"d"}}
	fatal(t, o.programme.AddNotice(t.Context(), n))
	fatal(t, o.programme.PublishNotice(t.Context(), crashOrg, id, func(n *notices.Notice, s *surveys.Survey) error {
		return notices.Publish(n, s, 0, "", time.Now())
	}))
}

// mailed waits until the mailing of a notice is over and tells what became of it.
func mailed(t *testing.T, v *vault.Vault, id surveys.ID, status responses.Status) responses.Counts {
	t.Helper()
	var counts responses.Counts
	eventually(t, func() string { return fmt.Sprintf("the mailing of %s is %s", id, status) }, func() bool {
		m, found, err := v.FindMailing(t.Context(), crashOrg, id)
		if errors.Is(err, surveys.ErrNotFound) {
			return false
		}
		fatal(t, err)
		counts = found
		return m.Status == status
	})
	return counts
}

func TestAPublishedNoticeIsMailedToWhoAskedForIt(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, address string) {
		o := givenOffice(t, address, 1, func(to string, _ int64, _ *smtp.Conn) error {
			if strings.HasPrefix(to, "weg@") {
				return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}
			}
			return nil
		})
		o.program = build(t)
		v := vault.New(o.d)
		o.ask(t, v, "anna@voorbeeld.example", "bram@voorbeeld.example", "anna@voorbeeld.example", "weg@voorbeeld.example")
		o.publish(t, "nieuws", notices.Interim)
		o.start(t)
		counts := mailed(t, v, "nieuws", responses.Stopped)
		if counts[responses.Delivered] != 2 || counts[responses.Failed] != 1 || counts.Total() != 3 {
			t.Errorf("it went out as %v", counts)
		}
		letters := o.mail.letters("anna@voorbeeld.example")
		if len(letters) != 1 {
			t.Fatalf("an address that was left twice got %d mails", len(letters))
		}
		m, err := mail.ReadMessage(strings.NewReader(letters[0]))
		fatal(t, err)
		body, err := io.ReadAll(quotedprintable.NewReader(m.Body))
		fatal(t, err)
		for _, want := range []string{"Dat het beter kan.", "Het begint in maart.", "https://stem.waterrijk.example/beloften/team", "U vroeg bericht over de vragenlijst"} {
			if !strings.Contains(string(body), want) {
				t.Errorf("the mail lacks %q", want)
			}
		}
		stop := strings.Trim(m.Header.Get("List-Unsubscribe"), "<>")
		if m.Header.Get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click" || !strings.HasPrefix(stop, "https://stem.waterrijk.example/afmelden/") {
			t.Fatalf("List-Unsubscribe is %q", stop)
		}
		// As a mail program does: one POST to that address, without a page before it.
		u, err := url.Parse(stop)
		fatal(t, err)
		response, err := http.PostForm(o.url+u.Path, url.Values{"List-Unsubscribe": {"One-Click"}})
		fatal(t, err)
		_ = response.Body.Close()
		if response.StatusCode != http.StatusOK {
			t.Errorf("stopping answers %d", response.StatusCode)
		}
		o.publish(t, "antwoord", notices.FollowUp)
		counts = mailed(t, v, "antwoord", responses.Stopped)
		o.kill(t)
		if counts.Total() != 2 || len(o.mail.letters("anna@voorbeeld.example")) != 1 || len(o.mail.letters("bram@voorbeeld.example")) != 2 {
			t.Errorf("the answer went out as %v, and to who stopped too", counts)
		}
		left, err := v.ListContacts(t.Context(), crashOrg, inviteSurvey)
		fatal(t, err)
		if len(left) != 0 {
			t.Errorf("%d addresses are left after the answer", len(left))
		}
	})
}

func TestAStormOfRefusalsPausesANotice(t *testing.T) {
	o := givenOffice(t, dbtest.SQLite(t), 1, func(string, int64, *smtp.Conn) error {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "no"}
	})
	o.program = build(t)
	v := vault.New(o.d)
	for k := range 40 {
		o.ask(t, v, fmt.Sprintf("mens%d@voorbeeld.example", k))
	}
	o.publish(t, "antwoord", notices.FollowUp)
	o.start(t)
	counts := mailed(t, v, "antwoord", responses.Paused)
	o.kill(t)
	if counts[responses.Queued] == 0 || counts[responses.Failed] < 20 {
		t.Errorf("it stands as %v", counts)
	}
}
