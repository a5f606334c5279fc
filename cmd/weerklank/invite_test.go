package main

import (
	"bufio"
	"crypto/rand"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	mathrand "math/rand/v2"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"weerklank.nl/weerklank/cmd/weerklank/internal/bench"
	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/storage/keyfile"
	"weerklank.nl/weerklank/storage/ledger"
	"weerklank.nl/weerklank/storage/programme"
	"weerklank.nl/weerklank/storage/vault"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

// office is a town hall with a real mail server and the real program, and people who are
// to be invited.
type office struct {
	program, database, keys string
	mail                    *mailServer
	d                       *db.DB
	ledger                  *ledger.Ledger
	programme               *programme.Programme
	ring                    *responses.Keys
	people                  []responses.Invitee
	running                 *exec.Cmd
	url                     string // of the program that runs
}

const inviteSurvey = surveys.ID("team")

// mailServer takes mail and counts what each address got. answer may refuse.
type mailServer struct {
	address string
	mu      sync.Mutex
	got     map[string][]string // whole messages by address
	order   []string            // as they came in
	seen    atomic.Int64        // messages that came in whole
	came    chan struct{}       // after one was kept; full when nobody waits
	answer  func(to string, nth int64, c *smtp.Conn) error
}

func (m *mailServer) NewSession(c *smtp.Conn) (smtp.Session, error) {
	return &mailSession{m: m, c: c}, nil
}

type mailSession struct {
	m  *mailServer
	c  *smtp.Conn
	to string
}

func (s *mailSession) Reset()                                    { s.to = "" }
func (s *mailSession) Logout() error                             { return nil }
func (s *mailSession) Mail(string, *smtp.MailOptions) error      { return nil }
func (s *mailSession) Rcpt(to string, _ *smtp.RcptOptions) error { s.to = to; return nil }

func (s *mailSession) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	nth := s.m.seen.Add(1)
	if s.m.answer != nil {
		if err := s.m.answer(s.to, nth, s.c); err != nil {
			return err
		}
	}
	s.m.mu.Lock()
	s.m.got[s.to], s.m.order = append(s.m.got[s.to], string(text)), append(s.m.order, string(text))
	s.m.mu.Unlock()
	select {
	case s.m.came <- struct{}{}:
	default:
	}
	return nil
}

// waits until so many messages came in since the server began; false when they never do.
func (m *mailServer) waits(many int) bool {
	over := time.After(2 * time.Minute)
	for {
		m.mu.Lock()
		enough := len(m.order) >= many
		m.mu.Unlock()
		if enough {
			return true
		}
		select {
		case <-m.came:
		case <-over:
			return false
		}
	}
}

func (m *mailServer) letters(to string) []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]string(nil), m.got[to]...)
}

// serveMail is a mail server until the test ends.
func serveMail(t *testing.T, answer func(to string, nth int64, c *smtp.Conn) error) *mailServer {
	t.Helper()
	m := &mailServer{got: map[string][]string{}, came: make(chan struct{}, 1), answer: answer}
	server := smtp.NewServer(m)
	server.Domain, server.ErrorLog = "localhost", log.New(io.Discard, "", 0)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	fatal(t, err)
	m.address = listener.Addr().String()
	ended := make(chan struct{})
	go func() { defer close(ended); _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close(); <-ended })
	return m
}

func givenOffice(t *testing.T, address string, people int, answer func(string, int64, *smtp.Conn) error) *office {
	t.Helper()
	o := &office{database: address, keys: filepath.Join(t.TempDir(), "keys"), mail: serveMail(t, answer)}
	ring, err := keyfile.LoadOrMake(o.keys, rand.Reader, time.Now())
	fatal(t, err)
	o.ring, err = ring.Responses()
	fatal(t, err)
	o.d, err = db.Open(t.Context(), address)
	fatal(t, err)
	t.Cleanup(func() { fatal(t, o.d.Close()) })
	_, err = o.d.Migrate(t.Context())
	fatal(t, err)
	o.ledger, o.programme = ledger.New(o.d), programme.New(o.d)
	fatal(t, vault.New(o.d).AddOrganisation(t.Context(), &surveys.Organisation{ID: crashOrg, Name: surveys.Text{NL: "Gemeente Waterrijk"}, Zone: "Europe/Amsterdam",
		Address: "https://stem.waterrijk.example"}))
	definition, err := json.Marshal(bench.Definition())
	fatal(t, err)
	fatal(t, o.programme.AddQuestionnaire(t.Context(), &surveys.Questionnaire{ID: "q", Org: crashOrg, FormID: "meting", Draft: definition}))
	fatal(t, o.programme.PublishVersion(t.Context(), crashOrg, "q", func(q *surveys.Questionnaire) (*surveys.Version, error) {
		q.Published = 1
		return &surveys.Version{Questionnaire: "q", Number: 1, Definition: definition, PublishedAt: time.Now()}, nil
	}))
	s := bench.Survey(crashOrg, "q", 1, time.Now())
	s.ID, s.Slug, s.Mode, s.Title = inviteSurvey, "team", surveys.Invited, surveys.Text{NL: "Hoe gaat het in het team?"}
	fatal(t, o.programme.AddSurvey(t.Context(), s))
	o.prepare(t, people)
	return o
}

// prepare puts people on the list, with their ballots.
func (o *office) prepare(t testing.TB, n int) {
	t.Helper()
	list := &responses.Invitations{Org: crashOrg, Survey: inviteSurvey, Mode: surveys.Invited, Status: responses.Ready, Generation: o.ring.Generation(),
		Groups: []responses.BallotGroup{{People: n}}}
	ballots := make([]responses.NewBallot, n)
	o.people = make([]responses.Invitee, n)
	for k := range o.people {
		o.people[k] = responses.Invitee{ID: surveys.ID(strings.ToLower(rand.Text())), Name: fmt.Sprintf("Mens %d", k),
			Email: fmt.Sprintf("mens%d@waterrijk.example", k), Lang: surveys.Dutch, State: responses.NotSent}
		_, hash, err := o.ring.Ballot(list.Generation, crashOrg, inviteSurvey, responses.ForInvitee(o.people[k].ID))
		if err != nil {
			t.Fatal(err)
		}
		ballots[k] = responses.NewBallot{Hash: hash}
	}
	if err := o.ledger.Prepare(t.Context(), list, o.people, ballots); err != nil {
		t.Fatal(err)
	}
}

// queue begins a round as the page does.
func (o *office) queue(t testing.TB) {
	t.Helper()
	s, err := o.programme.FindSurvey(t.Context(), crashOrg, inviteSurvey)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.ledger.ChangeInvitations(t.Context(), crashOrg, inviteSurvey, func(i *responses.Invitations) (bool, error) {
		return true, i.Send(s, surveys.DateOf(time.Now()))
	}); err != nil {
		t.Fatal(err)
	}
}

// start starts the real program, with its mail going to the test's server.
func (o *office) start(t *testing.T) {
	t.Helper()
	cmd := exec.Command(o.program, "serve", "--listen", "127.0.0.1:0", "--database", o.database, "--keys", o.keys,
		"--smtp", "smtp://"+o.mail.address, "--smtp-plain", "--smtp-from", "Waterrijk <stem@waterrijk.example>")
	cmd.Env = append(os.Environ(), "LANG=en_GB.UTF-8")
	out, err := cmd.StdoutPipe()
	fatal(t, err)
	fatal(t, cmd.Start())
	o.running = cmd
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if at := strings.Index(lines.Text(), "http://127.0.0.1:"); at >= 0 {
			if u, err := url.Parse(lines.Text()[at:]); err == nil && u.Path == "" {
				o.url = u.String()
				go func() { _, _ = io.Copy(io.Discard, out) }()
				return
			}
		}
	}
	t.Fatal("the program did not start")
}

func (o *office) kill(t *testing.T) {
	t.Helper()
	if o.running != nil {
		fatal(t, o.running.Process.Kill())
		_ = o.running.Wait() // it says that it was killed
		o.running = nil
	}
}

func (o *office) counts(t *testing.T) responses.Counts {
	t.Helper()
	c, err := o.ledger.CountInvitees(t.Context(), crashOrg, inviteSurvey)
	fatal(t, err)
	return c
}

// until waits until what is counted is so, and fails when it never is.
func (o *office) until(t *testing.T, what string, so func(responses.Counts) bool) {
	t.Helper()
	eventually(t, func() string { return fmt.Sprint(what, "; ", o.counts(t)) }, func() bool { return so(o.counts(t)) })
}

func TestInvitationsByMail(t *testing.T) {
	program := build(t)
	for name, test := range map[string]func(*testing.T, string){
		"after crashes, nobody got two, and who may have is unsure": crashWhileInvitationsGoOut,
		"what a mail server does is seen in the states":             whatAMailServerDoes,
		"are plain, with one link that a reminder repeats":          anInvitationByMail,
		"stop when the survey closes":                               noMoreMailAfterClosing,
	} {
		t.Run(name, func(t *testing.T) { test(t, program) })
	}
}

func crashWhileInvitationsGoOut(t *testing.T, program string) {
	chance := mathrand.New(mathrand.NewPCG(3, 4))
	o := givenOffice(t, dbtest.SQLite(t), 1000, nil)
	o.program = program
	o.queue(t)
	kills := 0
	for o.counts(t)[responses.Queued] > 0 && kills < 40 {
		before := o.mail.seen.Load()
		o.start(t)
		want := before + 1 + chance.Int64N(90)
		o.until(t, "some mails went out", func(c responses.Counts) bool { return o.mail.seen.Load() >= want || c[responses.Queued] == 0 })
		o.kill(t)
		kills++
		// The lease of a program that was killed runs out; the next one does not wait here.
		fatal(t, o.d.Transact(t.Context(), func(tx *db.Tx) error { _, err := tx.Exec(t.Context(), `DELETE FROM leases`); return err }))
	}
	o.start(t)
	o.until(t, "nothing waits", func(c responses.Counts) bool { return c[responses.Queued]+c[responses.Sending] == 0 })
	o.kill(t)
	all, err := o.ledger.ListInvitees(t.Context(), crashOrg, inviteSurvey)
	fatal(t, err)
	unsure := 0
	for i := range all {
		n := len(o.mail.letters(all[i].Email))
		switch {
		case all[i].State == responses.Delivered && n == 1:
		case all[i].State == responses.Unsure && n <= 1:
			unsure++
		default:
			t.Errorf("%s is %q and got %d mails", all[i].Email, all[i].State, n)
		}
	}
	if kills < 3 || len(all) != 1000 {
		t.Errorf("%d kills and %d people: this proves little", kills, len(all))
	}
	t.Logf("%d kills, %d of %d unsure", kills, unsure, len(all))
}

func whatAMailServerDoes(t *testing.T, program string) {
	for name, c := range map[string]struct {
		answer func(to string, nth int64, c *smtp.Conn) error
		people int
		want   func(responses.Counts) bool
		status responses.Status
	}{
		"one that refuses half": {func(_ string, nth int64, _ *smtp.Conn) error {
			if nth%5 < 3 {
				return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}
			}
			return nil
		}, 200, func(c responses.Counts) bool {
			return c[responses.Failed] >= 11 && c[responses.Queued] > 100 && c[responses.Sending] == 0
		}, responses.Paused},
		"one that asks to come back": {func(_ string, _ int64, _ *smtp.Conn) error {
			return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "greylisted"}
		}, 10, func(c responses.Counts) bool { return c[responses.Queued] == 10 }, responses.Running},
		"one that dies after the message": {func(to string, _ int64, c *smtp.Conn) error {
			if to == "mens3@waterrijk.example" {
				_ = c.Conn().Close()
				return errors.New("gone")
			}
			return nil
		}, 10, func(c responses.Counts) bool { return c[responses.Unsure] == 1 && c[responses.Delivered] == 9 }, responses.Running},
	} {
		t.Run(name, func(t *testing.T) {
			o := givenOffice(t, dbtest.SQLite(t), c.people, c.answer)
			o.program = program
			o.queue(t)
			o.start(t)
			defer o.kill(t)
			o.until(t, name, func(counts responses.Counts) bool { return o.mail.seen.Load() > 0 && c.want(counts) })
			i, err := o.ledger.FindInvitations(t.Context(), crashOrg, inviteSurvey)
			fatal(t, err)
			if i.Status != c.status {
				t.Errorf("sending is %q (%s), want %q", i.Status, i.Why, c.status)
			}
		})
	}
}

var ballotLink = regexp.MustCompile(`https://stem\.waterrijk\.example/b/([A-Z2-9]{16})`)

// remind begins a round of reminders, as on the day after the last one.
func (o *office) remind(t *testing.T) {
	t.Helper()
	fatal(t, o.ledger.ChangeInvitations(t.Context(), crashOrg, inviteSurvey, func(i *responses.Invitations) (bool, error) {
		i.RoundOn = i.RoundOn.AddDays(-1) // yesterday
		s, err := o.programme.FindSurvey(t.Context(), crashOrg, inviteSurvey)
		if err != nil {
			return false, err
		}
		return true, i.Remind(s, surveys.DateOf(time.Now()))
	}))
}

func anInvitationByMail(t *testing.T, program string) {
	o := givenOffice(t, dbtest.SQLite(t), 6, nil)
	o.program = program
	o.queue(t)
	o.start(t)
	o.until(t, "all are sent", func(c responses.Counts) bool { return c[responses.Delivered] == 6 })
	fatal(t, o.ledger.StopMail(t.Context(), crashOrg, inviteSurvey, o.people[5].ID))
	o.remind(t)
	o.until(t, "all who may are reminded", func(c responses.Counts) bool {
		return len(o.mail.letters("mens0@waterrijk.example")) == 2 && c[responses.Delivered] == 5
	})
	o.kill(t)
	if n := len(o.mail.letters("mens5@waterrijk.example")); n != 1 {
		t.Errorf("who asked for no more mail got %d", n)
	}
	seen := map[string]string{}
	for k := range 5 {
		for nth, raw := range o.mail.letters(fmt.Sprintf("mens%d@waterrijk.example", k)) {
			m, err := mail.ReadMessage(strings.NewReader(raw))
			fatal(t, err)
			body, err := io.ReadAll(quotedprintable.NewReader(m.Body))
			fatal(t, err)
			links := ballotLink.FindAllStringSubmatch(string(body), -1)
			if len(links) == 0 || seen[links[0][1]] != "" && nth == 0 {
				t.Fatalf("mail %d to %d has the links %v", nth, k, links)
			}
			if nth == 1 && seen[links[0][1]] != fmt.Sprint(k) {
				t.Error("the reminder has another link than the invitation")
			}
			seen[links[0][1]] = fmt.Sprint(k)
			if stop := m.Header.Get("List-Unsubscribe"); !strings.Contains(stop, "/afmelden/") || m.Header.Get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click" {
				t.Errorf("List-Unsubscribe is %q", stop)
			}
			if text := string(body); strings.Contains(text, "<img") || strings.Contains(text, "http://") || nth == 1 && !strings.Contains(text, "Al meegedaan?") {
				t.Errorf("mail %d says %s", nth, text)
			}
		}
	}
	if len(seen) != 5 {
		t.Errorf("%d ballots for five people", len(seen))
	}
}

func noMoreMailAfterClosing(t *testing.T, program string) {
	var o *office
	closing := sync.OnceFunc(func() {
		fatal(t, o.programme.ChangeSurvey(t.Context(), crashOrg, inviteSurvey, func(s *surveys.Survey) error { return s.Close(time.Now()) }))
	})
	o = givenOffice(t, dbtest.SQLite(t), 200, func(_ string, nth int64, _ *smtp.Conn) error {
		if nth == 30 {
			closing()
		}
		return nil
	})
	o.program = program
	o.queue(t)
	o.start(t)
	o.until(t, "it stops", func(c responses.Counts) bool {
		return c[responses.NotSent] > 0 && c[responses.Queued]+c[responses.Sending] == 0
	})
	o.kill(t)
	if n := o.mail.seen.Load(); n != 30 {
		t.Errorf("%d mails went out, want the 30 up to the closing", n)
	}
	i, err := o.ledger.FindInvitations(t.Context(), crashOrg, inviteSurvey)
	fatal(t, err)
	if i.Status != responses.Stopped {
		t.Errorf("sending is %q", i.Status)
	}
}

var many = flag.Int("invite.many", 0, "how many people the measurement of sending invites; 0 for no measurement")

// TestManyInvitationsAreMeasured measures and judges nothing: how long preparing and
// queueing take, how fast messages go out, and the most memory that the program used.
//
//	go test ./cmd/weerklank -run TestManyInvitationsAreMeasured -invite.many 10000 -v
func TestManyInvitationsAreMeasured(t *testing.T) {
	if *many == 0 {
		t.Skip("no measurement asked for")
	}
	o := givenOffice(t, dbtest.SQLite(t), 5, nil)
	fatal(t, o.ledger.Remove(t.Context(), crashOrg, inviteSurvey, func(*responses.Invitations) error { return nil }))
	began := time.Now()
	o.prepare(t, *many)
	prepared := time.Since(began)
	o.queue(t)
	queued := time.Since(began)
	o.program = build(t)
	o.start(t)
	defer o.kill(t)
	began = time.Now()
	for step := range 10 { // what never moves is a fault, how long it takes is not
		o.until(t, "a tenth more went out", func(c responses.Counts) bool { return c[responses.Delivered] >= *many*(step+1)/10 })
	}
	took := time.Since(began)
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", o.running.Process.Pid))
	fatal(t, err)
	t.Logf("%d people: prepared in %v, queued after %v; %.0f mails a second; %s", *many, prepared, queued, float64(*many)/took.Seconds(),
		strings.Join(strings.Fields(string(regexp.MustCompile(`VmHWM:.*`).Find(status))), " "))
}
