package smtp_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	server "github.com/emersion/go-smtp"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/notices/channel"
	"weerklank.nl/weerklank/surveys/notices/channel/smtp"
)

// post is a real mail server that the test can spoil.
type post struct {
	t       *testing.T
	address string
	roots   *x509.CertPool
	*server.Server

	mu       sync.Mutex
	took     []letter
	sessions int

	onMail  func() error               // what MAIL FROM answers
	onRcpt  func(to string) error      // what RCPT TO answers
	onData  func(c *server.Conn) error // once the message has come in whole
	onAuth  func(user, pass string) error
	stalled chan struct{} // what a slow server waits for
}

// letter is a message that came in.
type letter struct{ from, to, text string }

func (p *post) letters() []letter {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]letter(nil), p.took...)
}

// mailServer starts one; spoil changes it before it serves.
func mailServer(t *testing.T, spoil func(*post)) *post {
	t.Helper()
	p := &post{t: t, stalled: make(chan struct{})}
	certificate, roots := selfSigned(t)
	p.roots = roots
	p.Server = server.NewServer(p)
	p.Domain, p.TLSConfig = "localhost", &tls.Config{Certificates: []tls.Certificate{certificate}}
	p.ErrorLog = log.New(io.Discard, "", 0)
	spoil(p)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.address = listener.Addr().String()
	ended := make(chan struct{})
	go func() { defer close(ended); _ = p.Serve(listener) }()
	t.Cleanup(func() { close(p.stalled); _ = p.Close(); _ = listener.Close(); <-ended })
	return p
}

// NewSession is what the mail server calls for each connection.
func (p *post) NewSession(c *server.Conn) (server.Session, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sessions++
	return &session{post: p, conn: c}, nil
}

type session struct {
	post *post
	conn *server.Conn
	letter
}

func (s *session) Reset()        { s.letter = letter{} }
func (s *session) Logout() error { return nil }

func (s *session) Mail(from string, _ *server.MailOptions) error {
	s.from = from
	if s.post.onMail != nil {
		return s.post.onMail()
	}
	return nil
}

func (s *session) Rcpt(to string, _ *server.RcptOptions) error {
	s.to = to
	if s.post.onRcpt != nil {
		return s.post.onRcpt(to)
	}
	return nil
}

func (s *session) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if s.post.onData != nil {
		if err := s.post.onData(s.conn); err != nil {
			return err
		}
	}
	s.post.mu.Lock()
	defer s.post.mu.Unlock()
	s.text = string(text)
	s.post.took = append(s.post.took, s.letter)
	return nil
}

func (s *session) AuthMechanisms() []string {
	if s.post.onAuth == nil {
		return nil
	}
	return []string{sasl.Plain}
}

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, pass string) error { return s.post.onAuth(user, pass) }), nil
}

func selfSigned(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots
}

// config is what an operator would set for the server; it would send.
func (p *post) config() smtp.Config {
	_, port, _ := net.SplitHostPort(p.address)
	return smtp.Config{Server: "smtp://localhost:" + port, From: "Gemeente Waterrijk <stem@waterrijk.example>", Roots: p.roots}
}

func sender(t *testing.T, c smtp.Config) *smtp.Sender {
	t.Helper()
	s, err := smtp.New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Rest)
	return s
}

// message is complete; it would be taken.
func message() channel.Message {
	return channel.Message{To: "an@burger.example", Subject: "Doet u mee?", Language: surveys.Dutch,
		Body: []channel.Paragraph{{Text: "Beste mevrouw of meneer,"}, {Text: "Meedoen", Link: "https://stem.waterrijk.example/b/abc"}}}
}

func is(t *testing.T, got channel.Outcome, state channel.State, reason channel.Reason) {
	t.Helper()
	if got.State != state || got.Reason != reason {
		t.Errorf("the outcome is %+v, want %s %s", got, state, reason)
	}
	if (got.State == channel.Deferred) != (got.After > 0) && got.Reason != channel.Stopped {
		t.Errorf("the outcome %+v does not say when to try again", got)
	}
}

// refuse is the answer of a server.
func refuse(code int, enhanced server.EnhancedCode) error {
	return &server.SMTPError{Code: code, EnhancedCode: enhanced, Message: "an@burger.example is niet welkom"}
}

var errGone = errors.New("the server ended the connection")

// hangUp ends the connection without an answer.
func hangUp(c *server.Conn) error {
	_ = c.Conn().Close()
	return errGone
}

func lines(s string) []string { return strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n") }
