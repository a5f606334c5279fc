package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"sync"
	"time"
)

// encryption is TLS by the program itself, where no proxy does it.
type encryption struct {
	TLSCert string `name:"tls-cert" help:"${tls_cert}" env:"WEERKLANK_TLS_CERT" placeholder:"FILE" type:"path"`
	TLSKey  string `name:"tls-key" help:"${tls_key}" env:"WEERKLANK_TLS_KEY" placeholder:"FILE" type:"path"`
}

// on tells whether the program itself speaks TLS.
func (e *encryption) on() bool { return e.TLSCert != "" || e.TLSKey != "" }

// wrapped makes the listener speak TLS with the certificate of the files. Where it
// cannot, the listener is closed.
func (e *encryption) wrapped(listener net.Listener, log *slog.Logger) (net.Listener, error) {
	speaks, err := e.wrap(listener, log)
	if err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	return speaks, nil
}

func (e *encryption) wrap(listener net.Listener, log *slog.Logger) (net.Listener, error) {
	if !e.on() {
		return listener, nil
	}
	if e.TLSCert == "" || e.TLSKey == "" {
		return nil, told{key: "cli.tls.both"}
	}
	c := &certificate{cert: e.TLSCert, key: e.TLSKey, log: log}
	if err := c.load(); err != nil {
		return nil, told{key: "cli.tls.unreadable", args: map[string]any{"Why": err.Error()}}
	}
	return tls.NewListener(listener, &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: c.get, NextProtos: []string{"http/1.1"}}), nil
}

// certificate is that of the files, read again when they change, so that a renewed
// one is used without a start.
type certificate struct {
	cert, key string
	log       *slog.Logger

	mu      sync.Mutex
	held    *tls.Certificate
	stamp   string    // of the files that held was read from, or that could not be read
	checked time.Time // when the files were last looked at
}

// lookAgain is how often the files are looked at.
const lookAgain = 10 * time.Second

func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := time.Now(); now.Sub(c.checked) >= lookAgain {
		c.checked = now
		if stamp := c.stampOf(); stamp != c.stamp {
			if err := c.load(); err != nil {
				c.stamp = stamp // and the old one goes on, until the files change once more
				c.log.Error("the new certificate cannot be used; the old one goes on", "error", err)
			}
		}
	}
	return c.held, nil
}

// load reads the files. What it held stays where they cannot be read.
func (c *certificate) load() error {
	stamp := c.stampOf()
	pair, err := tls.LoadX509KeyPair(c.cert, c.key)
	if err != nil {
		return fmt.Errorf("read certificate: %w", err)
	}
	c.held, c.stamp = &pair, stamp
	return nil
}

// stampOf changes when the files do.
func (c *certificate) stampOf() string {
	stamp := ""
	for _, name := range []string{c.cert, c.key} {
		if info, err := os.Stat(name); err == nil {
			stamp += fmt.Sprintf("%d %d ", info.ModTime().UnixNano(), info.Size())
		}
	}
	return stamp
}
