// Package smtp sends messages by mail, over TLS unless that was said otherwise. It
// tells four outcomes apart, because "exactly once" cannot be had over SMTP: a
// server that took the message and died before it confirmed leaves it Unknown,
// which a person settles. It logs nothing, and says nothing of recipient or content.
package smtp

import (
	"context"
	"crypto/tls"
	"fmt"
	"sync"
	"time"

	"github.com/wneessen/go-mail"
	gosmtp "github.com/wneessen/go-mail/smtp"
	"golang.org/x/time/rate"

	"weerklank.nl/weerklank/surveys/notices/channel"
)

// A connection is kept between messages, and not for long: servers end idle ones,
// and some take only so many messages over one.
const (
	mostPerConnection = 100
	keptIdle          = 20 * time.Second
	usualTimeout      = time.Minute
)

// Sender sends over one connection at a time. It is safe for concurrent use.
type Sender struct {
	server *server
	client *mail.Client
	pace   *rate.Limiter

	mu   sync.Mutex
	conn *gosmtp.Client // nil when there is none
	sent int            // over conn
	last time.Time      // when conn was last used
}

// New makes a sender. It connects to nothing yet, so that the program starts while
// the mail server is down.
func New(c Config) (*Sender, error) {
	s, err := c.read()
	if err != nil {
		return nil, err
	}
	timeout := c.Timeout
	if timeout == 0 {
		timeout = usualTimeout
	}
	options := []mail.Option{
		mail.WithPort(s.port), mail.WithTimeout(timeout), mail.WithoutNoop(), mail.WithoutRset(), mail.WithoutSMTPUTF8(),
		mail.WithTLSConfig(&tls.Config{ServerName: s.host, MinVersion: tls.VersionTLS12, RootCAs: c.Roots}),
		mail.WithHELO(domainOf(s.from.Address)),
	}
	switch {
	case s.ssl:
		options = append(options, mail.WithSSL())
	case c.Plain:
		options = append(options, mail.WithTLSPolicy(mail.TLSOpportunistic))
	default:
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
	}
	if s.user != "" {
		options = append(options, mail.WithUsername(s.user), mail.WithPassword(c.Password), mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover))
		if c.Plain && !s.ssl { // to this machine itself, as Config.read saw to
			options = append(options, mail.WithOpportunisticSMTPAuth(mail.SMTPAuthPlainNoEnc))
		}
	}
	client, err := mail.NewClient(s.host, options...)
	if err != nil {
		return nil, fmt.Errorf("set up mail: %w", err)
	}
	pace := rate.NewLimiter(rate.Inf, 1)
	if c.PerMinute > 0 {
		pace = rate.NewLimiter(rate.Limit(float64(c.PerMinute)/60), 1)
	}
	return &Sender{server: s, client: client, pace: pace}, nil
}

// Send sends one message and tells what became of it. It waits its turn by the pace;
// when ctx ends before the message goes out it is Deferred, and once it goes out it
// is seen through to its end, within the time-out.
func (s *Sender) Send(ctx context.Context, m channel.Message) channel.Outcome {
	msg, ok := s.compose(m)
	if !ok {
		return channel.Outcome{State: channel.Refused, Reason: channel.Malformed}
	}
	if err := s.pace.Wait(ctx); err != nil {
		return stopped
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if ctx.Err() != nil {
		return stopped
	}
	if s.conn != nil && (s.sent >= mostPerConnection || time.Since(s.last) > keptIdle) {
		s.leave()
	}
	for {
		kept := s.conn != nil
		if !kept {
			conn, err := s.client.DialToSMTPClientWithContext(ctx)
			if err != nil {
				return ofConnecting(ctx, err)
			}
			s.conn, s.sent = conn, 0
		}
		out, died := s.exchange(msg)
		if died {
			s.drop()
			if kept && out.State == channel.Deferred {
				continue // it had died while it was idle: once more over a new one
			}
		}
		return out
	}
}

// exchange gives the message to the server. died tells that the connection is of no
// more use.
func (s *Sender) exchange(msg *mail.Msg) (out channel.Outcome, died bool) {
	err := s.client.SendWithSMTPClient(s.conn, msg)
	s.sent, s.last = s.sent+1, time.Now()
	if err == nil || msg.IsDelivered() {
		return channel.Outcome{State: channel.Sent}, err != nil
	}
	return ofSending(err)
}

// leave ends a connection as the protocol wants it.
func (s *Sender) leave() {
	if s.conn != nil {
		_ = s.client.CloseWithSMTPClient(s.conn)
		s.conn = nil
	}
}

// drop ends a connection at once. Saying goodbye on one that broke halfway a message
// would first end that message, and the server would deliver half of it.
func (s *Sender) drop() {
	if s.conn != nil {
		_ = s.conn.Close()
		s.conn = nil
	}
}

// Rest ends the connection that is kept between messages. Sending goes on over a new one.
func (s *Sender) Rest() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.leave()
}

// From is the bare address that messages come from.
func (s *Sender) From() string { return s.server.from.Address }

// Check connects, and signs in where there is a user, and sends nothing: for whoever
// asks whether mail is set up well. Its outcome is Sent when it would go out.
func (s *Sender) Check(ctx context.Context) channel.Outcome {
	conn, err := s.client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return ofConnecting(ctx, err)
	}
	_ = s.client.CloseWithSMTPClient(conn)
	return channel.Outcome{State: channel.Sent}
}
