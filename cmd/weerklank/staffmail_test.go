package main

import (
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	server "github.com/emersion/go-smtp"

	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/surveys"
)

// mailbox is a mail server that keeps what it takes.
type mailbox struct {
	mu   sync.Mutex
	took []string
	down bool
}

func (m *mailbox) NewSession(*server.Conn) (server.Session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.down {
		return nil, &server.SMTPError{Code: 421, EnhancedCode: server.EnhancedCode{4, 3, 2}, Message: "later"}
	}
	return m, nil
}
func (m *mailbox) Reset()                                 {}
func (m *mailbox) Logout() error                          { return nil }
func (m *mailbox) Mail(string, *server.MailOptions) error { return nil }
func (m *mailbox) Rcpt(string, *server.RcptOptions) error { return nil }
func (m *mailbox) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.took = append(m.took, strings.ReplaceAll(string(text), "=\r\n", ""))
	return err
}

func (m *mailbox) set(down bool) { m.mu.Lock(); defer m.mu.Unlock(); m.down = down }
func (m *mailbox) all() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]string(nil), m.took...)
}

var mailedLink = regexp.MustCompile(`/beheer/eerste\?token=3D([A-Z2-7]+)`)

func TestWhoForgotTheirPasswordGetsALinkByMailAndAStrangerGetsNone(t *testing.T) {
	box := &mailbox{}
	mails := server.NewServer(box)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = mails.Serve(listener) }()
	t.Cleanup(func() { _ = mails.Close(); _ = listener.Close() })
	t.Setenv("WEERKLANK_SMTP_PASSWORD", "")
	r := serveDemoWith(t, dbtest.SQLite(t), func(s *serving) {
		s.mailing = mailing{SMTP: "smtp://" + listener.Addr().String(), From: "Gemeente Waterrijk <stem@waterrijk.example>", Plain: true}
	})
	email := r.emailOf(t, surveys.Reader)
	ask := func(email string) {
		t.Helper()
		resp, err := visitor(t).PostForm(r.url+"/beheer/vergeten", url.Values{"gebruiker": {email}})
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatal(resp, err)
		}
		resp.Body.Close()
	}
	box.set(true)
	ask(email)
	ask("niemand@waterrijk.example")
	r.moment.Add(int64(time.Minute))
	_ = r.clock.Tick(t.Context()) // says that mail waits
	if n := len(box.all()); n != 0 {
		t.Fatalf("%d messages went out while the server was down", n)
	}
	box.set(false)
	r.turn(t, 10*time.Minute)
	r.turn(t, 10*time.Minute)
	took := box.all()
	if len(took) != 1 || !strings.Contains(took[0], "To: <"+email+">") {
		t.Fatalf("the mail server took %d messages: %v", len(took), took)
	}
	if due, err := r.vault.DueMails(t.Context(), r.now().Add(48*time.Hour), 10); err != nil || len(due) != 0 {
		t.Errorf("still due are %+v, %v", due, err)
	}
	found := mailedLink.FindStringSubmatch(took[0])
	if found == nil {
		t.Fatalf("no link in\n%s", took[0])
	}
	resp, err := visitor(t).PostForm(r.url+"/beheer/eerste", url.Values{"token": {found[1]}, "password": {"een heel ander wachtwoord"}})
	if err != nil || resp.Request.URL.Path != "/beheer" {
		t.Fatalf("the link leads to %v, %v", resp.Request.URL, err)
	}
	resp.Body.Close()
	t.Run("and its owner that a survey had an unusual day", func(t *testing.T) { r.mailsOfAnUnusualDay(t, box) })
	for _, secret := range []string{found[1], email, "niemand@"} {
		if strings.Contains(r.log.String(), secret) {
			t.Errorf("%s stands in the log", secret)
		}
	}
}

// mailsOfAnUnusualDay looks at the message, and at the trail, of the night after it.
func (r *running) mailsOfAnUnusualDay(t *testing.T, box *mailbox) {
	s, err := r.programme.FindSurveyBySlug(t.Context(), r.filled.Org, "balie-najaar-2026")
	if err != nil {
		t.Fatal(err)
	}
	owner, err := r.vault.FindAccount(t.Context(), r.filled.Org, s.Owner)
	if err != nil {
		t.Fatal(err)
	}
	before := len(box.all())
	if err := r.programme.NoteUnusual(t.Context(), r.filled.Org, s.ID, "", surveys.DateOf(r.now())); err != nil {
		t.Fatal(err)
	}
	r.turn(t, 24*time.Hour)
	r.turn(t, time.Minute)
	took := box.all()[before:]
	if len(took) != 1 || !strings.Contains(took[0], "To: <"+owner.Email+">") || !strings.Contains(took[0], r.url+"/beheer") || strings.Contains(took[0], "/eerste") {
		t.Fatalf("the mail server took %d messages: %v", len(took), took)
	}
	trail := read(t, r.staff(t, surveys.Administrator), r.url+"/beheer/logboek?wat=ongewoon_veel").Find("tbody tr")
	if text := strings.Join(strings.Fields(trail.Text()), " "); trail.Length() != 1 || !strings.Contains(text, "Het programma zelf") || !strings.Contains(text, s.Title.NL) {
		t.Errorf("the trail says %q", text)
	}
}
