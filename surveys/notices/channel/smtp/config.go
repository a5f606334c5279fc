package smtp

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Config is where and as whom mail is sent.
type Config struct {
	// Server is smtp://USER@HOST:PORT, which turns to TLS by STARTTLS (port 587
	// unless it says so), or smtps://USER@HOST:PORT, which is TLS from the start
	// (port 465). USER may be left out, and then nobody signs in.
	Server   string
	Password string
	// From is the address that messages come from, with or without a name:
	// "Gemeente Waterrijk <stem@waterrijk.example>".
	From string
	// Plain allows sending without TLS, to a relay on the same machine or network.
	// A password is never sent that way, except to this machine itself.
	Plain bool
	// PerMinute is how many messages go out in a minute at most; 0 for as many as
	// the server takes.
	PerMinute int
	// Timeout bounds the exchange of one message, and connecting; 0 is a minute. A
	// server that has taken the message and does not confirm it in time makes it
	// Unknown, so it had better be long.
	Timeout time.Duration
	// Roots are the authorities that the server's certificate is held against; nil
	// for those of the machine (SSL_CERT_FILE adds one of one's own).
	Roots *x509.CertPool
}

// These are what can be wrong with a Config.
var (
	ErrServer   = errors.New("smtp server is not smtp://USER@HOST:PORT or smtps://USER@HOST:PORT")
	ErrFrom     = errors.New("smtp sender is not one address")
	ErrPassword = errors.New("smtp user without a password")
	ErrExposed  = errors.New("smtp password would go over the network without TLS")
)

// server is a Config that was read.
type server struct {
	host string
	port int
	ssl  bool
	user string
	from *mail.Address
}

func (c *Config) read() (*server, error) {
	u, err := url.Parse(c.Server)
	if err != nil || u.Scheme != "smtp" && u.Scheme != "smtps" || u.Hostname() == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
		return nil, ErrServer // without what it said: somebody may have put a password there
	}
	if _, put := u.User.Password(); put {
		return nil, fmt.Errorf("%w: the password stands in a file or in the environment", ErrServer)
	}
	s := &server{host: u.Hostname(), ssl: u.Scheme == "smtps", user: u.User.Username(), port: 587}
	if s.ssl {
		s.port = 465
	}
	if p := u.Port(); p != "" {
		if s.port, err = strconv.Atoi(p); err != nil || s.port < 1 || s.port > 65535 {
			return nil, ErrServer
		}
	}
	if s.from, err = mail.ParseAddress(c.From); err != nil || !asciiAddress(s.from.Address) {
		return nil, ErrFrom
	}
	switch {
	case s.user != "" && c.Password == "":
		return nil, ErrPassword
	case s.user != "" && c.Plain && !s.ssl && !s.local():
		return nil, ErrExposed
	}
	return s, nil
}

// local tells whether the server is this machine.
func (s *server) local() bool {
	ip := net.ParseIP(s.host)
	return s.host == "localhost" || ip != nil && ip.IsLoopback()
}

// asciiAddress tells whether every mail server can take the address.
func asciiAddress(a string) bool {
	for i := range len(a) {
		if a[i] <= ' ' || a[i] >= 0x7f {
			return false
		}
	}
	return a != ""
}
