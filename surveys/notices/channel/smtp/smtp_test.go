package smtp_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"testing"
	"time"

	server "github.com/emersion/go-smtp"

	"weerklank.nl/weerklank/surveys/notices/channel"
	"weerklank.nl/weerklank/surveys/notices/channel/smtp"
)

func TestAMessageArrivesAsTextAndAsSimpleHTML(t *testing.T) {
	p := mailServer(t, func(*post) {})
	m := message()
	m.Subject = "Wat wij deden met úw antwoord"
	m.Body = append(m.Body, channel.Paragraph{Text: "Eén\ntwee <script>alert(1)</script> https://stem.waterrijk.example/" + strings.Repeat("lang", 40)})
	m.Unsubscribe = "https://stem.waterrijk.example/stop/xyz"
	is(t, sender(t, p.config()).Send(t.Context(), m), channel.Sent, "")
	got := p.letters()
	if len(got) != 1 || got[0].from != "stem@waterrijk.example" || got[0].to != "an@burger.example" {
		t.Fatalf("the server took %+v", got)
	}
	parsed, err := mail.ReadMessage(strings.NewReader(got[0].text))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(parsed.Header.Get("Subject"))
	if err != nil || subject != m.Subject {
		t.Errorf("the subject is %q, %v", subject, err)
	}
	for name, want := range map[string]string{
		"List-Unsubscribe": "<https://stem.waterrijk.example/stop/xyz>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
		"Auto-Submitted": "auto-generated", "Content-Language": "nl", "To": "<an@burger.example>", "User-Agent": "", "X-Mailer": "",
	} {
		if got := parsed.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if id := parsed.Header.Get("Message-Id"); !strings.HasSuffix(id, "@waterrijk.example>") {
		t.Errorf("Message-Id %q names something else than the sender", id)
	}
	kinds := parts(t, parsed)
	if text := kinds["text/plain"]; !strings.Contains(text, "Meedoen:\nhttps://stem.waterrijk.example/b/abc\n") || !strings.Contains(text, strings.Repeat("lang", 40)) {
		t.Errorf("the text is\n%s", text)
	}
	html := kinds["text/html"]
	for _, piece := range []string{`<html lang="nl">`, `<a href="https://stem.waterrijk.example/b/abc">Meedoen</a>`, "&lt;script&gt;", "<br>"} {
		if !strings.Contains(html, piece) {
			t.Errorf("the HTML lacks %s:\n%s", piece, html)
		}
	}
	for _, piece := range []string{"<img", "<script", "<style", "<link", "src="} {
		if strings.Contains(html, piece) {
			t.Errorf("the HTML has %s", piece)
		}
	}
}

// parts are the bodies of a message by their type, decoded.
func parts(t *testing.T, m *mail.Message) map[string]string {
	t.Helper()
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]string{}
	for r := multipart.NewReader(m.Body, params["boundary"]); ; {
		part, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			return kinds
		}
		if err != nil {
			t.Fatal(err)
		}
		kind, _, err := mime.ParseMediaType(part.Header.Get("Content-Type"))
		if err != nil {
			t.Fatal(err)
		}
		if part.Header.Get("Content-Transfer-Encoding") != "quoted-printable" {
			t.Errorf("%s is sent as %v", kind, part.Header)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			t.Fatal(err)
		}
		kinds[kind] = strings.Join(lines(string(body)), "\n")
	}
}

func TestAMessageThatCouldWriteHeadersIsNotSent(t *testing.T) {
	p := mailServer(t, func(*post) {})
	s := sender(t, p.config())
	for name, spoil := range map[string]func(*channel.Message){
		"by its subject":             func(m *channel.Message) { m.Subject = "Hallo\r\nBcc: iedereen@elders.example" },
		"by its address":             func(m *channel.Message) { m.To = "an@burger.example>\r\nRCPT TO:<iedereen@elders.example" },
		"by several addresses":       func(m *channel.Message) { m.To = "an@burger.example, iedereen@elders.example" },
		"by a name at its address":   func(m *channel.Message) { m.To = "An <an@burger.example>" },
		"by an address of no server": func(m *channel.Message) { m.To = "än@burger.example" },
		"by its way to stop":         func(m *channel.Message) { m.Unsubscribe = "https://stem.example/x>\r\nBcc: <iedereen@elders.example" },
		"by a link that is a script": func(m *channel.Message) { m.Body[1].Link = "javascript:alert(1)" },
		"without a subject":          func(m *channel.Message) { m.Subject = "" },
	} {
		t.Run(name, func(t *testing.T) {
			m := message()
			spoil(&m)
			is(t, s.Send(t.Context(), m), channel.Refused, channel.Malformed)
		})
	}
	if got := p.letters(); len(got) != 0 {
		t.Errorf("the server took %+v", got)
	}
}

func TestWhatTheServerSaysDecidesWhatBecomesOfAMessage(t *testing.T) {
	for name, c := range map[string]struct {
		spoil  func(*post)
		state  channel.State
		reason channel.Reason
	}{
		"nobody has that address":       {func(p *post) { p.onRcpt = answer(550, 5, 1, 1) }, channel.Refused, channel.Address},
		"the mailbox is full":           {func(p *post) { p.onRcpt = answer(552, 5, 2, 2) }, channel.Refused, channel.Mailbox},
		"the receiver does not want it": {func(p *post) { p.onRcpt = answer(550, 5, 7, 1) }, channel.Refused, channel.Policy},
		"it is greylisted":              {func(p *post) { p.onRcpt = answer(451, 4, 7, 1) }, channel.Deferred, channel.Busy},
		"our address is not taken":      {func(p *post) { p.onMail = func() error { return refuse(550, server.EnhancedCode{5, 7, 1}) } }, channel.Deferred, channel.Sender},
		"the whole message is refused": {func(p *post) {
			p.onData = func(*server.Conn) error { return refuse(554, server.EnhancedCode{5, 7, 1}) }
		}, channel.Refused, channel.Policy},
		"the disk of the server is full": {func(p *post) {
			p.onData = func(*server.Conn) error { return refuse(452, server.EnhancedCode{4, 3, 1}) }
		}, channel.Deferred, channel.Busy},
		"the server dies after DATA":         {func(p *post) { p.onData = hangUp }, channel.Unknown, channel.Died},
		"the server stalls after DATA":       {func(p *post) { p.onData = func(*server.Conn) error { <-p.stalled; return errGone } }, channel.Unknown, channel.Died},
		"the server stalls before DATA":      {func(p *post) { p.onRcpt = func(string) error { <-p.stalled; return errGone } }, channel.Deferred, channel.Unreachable},
		"the server offers no TLS":           {func(p *post) { p.TLSConfig = nil }, channel.Deferred, channel.NoTLS},
		"the certificate is somebody else's": {func(p *post) { _, p.roots = selfSigned(p.t) }, channel.Deferred, channel.Certificate},
	} {
		t.Run(name, func(t *testing.T) {
			p := mailServer(t, c.spoil)
			config := p.config()
			if strings.Contains(name, "stalls") {
				config.Timeout = 2 * time.Second
			}
			got := sender(t, config).Send(t.Context(), message())
			is(t, got, c.state, c.reason)
			if text := fmt.Sprintf("%+v", got); strings.Contains(text, "burger") || strings.Contains(text, "welkom") {
				t.Errorf("the outcome repeats what was said: %s", text)
			}
			if n := len(p.letters()); n != 0 {
				t.Errorf("%d messages were taken", n)
			}
		})
	}
}

func answer(code int, enhanced ...int) func(string) error {
	return func(string) error { return refuse(code, server.EnhancedCode{enhanced[0], enhanced[1], enhanced[2]}) }
}

func TestAServerThatIsDownOrNeverAnswersIsTriedLater(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0") // takes connections and says nothing
	if err != nil {
		t.Fatal(err)
	}
	slow := silent.Addr().String()
	for address, reason := range map[string]channel.Reason{slow: channel.Slow, "127.0.0.1:1": channel.Unreachable} {
		s := sender(t, smtp.Config{Server: "smtp://" + address, From: "stem@waterrijk.example", Timeout: 200 * time.Millisecond})
		got := s.Send(t.Context(), message())
		is(t, got, channel.Deferred, reason)
		if !got.Everybody {
			t.Errorf("%s: the other messages would be tried as well", reason)
		}
	}
	silent.Close()
}

func TestAServerThatRefusesHalfTakesTheOtherHalf(t *testing.T) {
	p := mailServer(t, func(p *post) {
		p.onRcpt = func(to string) error {
			if strings.HasPrefix(to, "weg") {
				return refuse(550, server.EnhancedCode{5, 1, 1})
			}
			return nil
		}
	})
	s := sender(t, p.config())
	for i := range 20 {
		m := message()
		m.To = fmt.Sprintf("an%d@burger.example", i)
		want := channel.Outcome{State: channel.Sent}
		if i%2 == 0 {
			m.To = "weg" + m.To
			want = channel.Outcome{State: channel.Refused, Reason: channel.Address}
		}
		if got := s.Send(t.Context(), m); got != want {
			t.Errorf("message %d: %+v, want %+v", i, got, want)
		}
	}
	if n := len(p.letters()); n != 10 {
		t.Errorf("%d messages were taken, want 10", n)
	}
	if p.sessions != 2 { // one before STARTTLS, one after
		t.Errorf("%d sessions for twenty messages: a refusal cost the connection", p.sessions)
	}
}

func TestAConnectionThatDiedBetweenMessagesIsMadeAnew(t *testing.T) {
	var conn *server.Conn
	p := mailServer(t, func(p *post) { p.onData = func(c *server.Conn) error { conn = c; return nil } })
	s := sender(t, p.config())
	is(t, s.Send(t.Context(), message()), channel.Sent, "")
	conn.Conn().Close()
	is(t, s.Send(t.Context(), message()), channel.Sent, "")
	if n := len(p.letters()); n != 2 {
		t.Errorf("%d messages were taken, want 2", n)
	}
}

func TestSigningInToTheMailServer(t *testing.T) {
	p := mailServer(t, func(p *post) {
		p.onAuth = func(user, pass string) error {
			if user != "stem" || pass != "geheim" {
				return server.ErrAuthFailed
			}
			return nil
		}
	})
	config := p.config()
	config.Server = strings.Replace(config.Server, "smtp://", "smtp://stem@", 1)
	config.Password = "geheim"
	is(t, sender(t, config).Send(t.Context(), message()), channel.Sent, "")
	is(t, sender(t, config).Check(t.Context()), channel.Sent, "")
	config.Password = "fout"
	is(t, sender(t, config).Send(t.Context(), message()), channel.Deferred, channel.SignIn)
	none := mailServer(t, func(*post) {}).config()
	none.Server, none.Password = strings.Replace(none.Server, "smtp://", "smtp://stem@", 1), "geheim"
	is(t, sender(t, none).Send(t.Context(), message()), channel.Deferred, channel.SignIn)
}

func TestARelayWithoutTLSIsUsedOnlyWhereThatWasSaid(t *testing.T) {
	p := mailServer(t, func(p *post) { p.TLSConfig = nil })
	config := p.config()
	is(t, sender(t, config).Send(t.Context(), message()), channel.Deferred, channel.NoTLS)
	config.Plain = true
	is(t, sender(t, config).Send(t.Context(), message()), channel.Sent, "")
}

func TestMessagesGoOutNoFasterThanThePace(t *testing.T) {
	p := mailServer(t, func(*post) {})
	config := p.config()
	config.PerMinute = 1
	s := sender(t, config)
	is(t, s.Send(t.Context(), message()), channel.Sent, "")
	ctx, stop := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer stop()
	is(t, s.Send(ctx, message()), channel.Deferred, channel.Stopped)
	if n := len(p.letters()); n != 1 {
		t.Errorf("%d messages went out in the first minute, want 1", n)
	}
}

func TestSettingsThatCannotWorkAreRefused(t *testing.T) {
	good := smtp.Config{Server: "smtps://stem@mail.example", Password: "geheim", From: "stem@waterrijk.example"}
	if _, err := smtp.New(good); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		spoil func(*smtp.Config)
		want  error
	}{
		"no address of a server":       {func(c *smtp.Config) { c.Server = "mail.example" }, smtp.ErrServer},
		"another protocol":             {func(c *smtp.Config) { c.Server = "https://mail.example" }, smtp.ErrServer},
		"a port that is none":          {func(c *smtp.Config) { c.Server = "smtp://mail.example:99999" }, smtp.ErrServer},
		"a password in the address":    {func(c *smtp.Config) { c.Server = "smtp://stem:hoi@mail.example" }, smtp.ErrServer},
		"a user without a password":    {func(c *smtp.Config) { c.Password = "" }, smtp.ErrPassword},
		"no sender":                    {func(c *smtp.Config) { c.From = "" }, smtp.ErrFrom},
		"a password over a plain line": {func(c *smtp.Config) { c.Server, c.Plain = "smtp://stem@mail.example", true }, smtp.ErrExposed},
	} {
		t.Run(name, func(t *testing.T) {
			config := good
			c.spoil(&config)
			_, err := smtp.New(config)
			if !errors.Is(err, c.want) {
				t.Errorf("New() = %v, want %v", err, c.want)
			}
			if err != nil && strings.Contains(err.Error(), "hoi") {
				t.Error("the error repeats the password")
			}
		})
	}
}
