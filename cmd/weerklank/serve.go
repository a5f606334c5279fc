package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
)

// serving is where and as what the program serves.
type serving struct {
	Listen     string   `help:"${listen}" env:"WEERKLANK_LISTEN" default:"127.0.0.1:8080"`
	URL        string   `help:"${url}" env:"WEERKLANK_URL" placeholder:"URL"`
	Metrics    string   `help:"${metrics}" env:"WEERKLANK_METRICS" placeholder:"ADDRESS"`
	TrustProxy []string `help:"${trust_proxy}" env:"WEERKLANK_TRUST_PROXY" placeholder:"ADDRESS"`
	Flood      int      `help:"${flood}" env:"WEERKLANK_FLOOD" default:"${usual_flood}"`
	mailing
	encryption
	synced func() bool // whether a time server keeps the clock; nil: it is believed whatever it says
}

// serveCmd serves the product.
type serveCmd struct {
	installation
	serving
}

// Run migrates, prints the link for the first administrator when there is nobody
// yet, and serves until it is told to stop.
func (s *serveCmd) Run(ctx context.Context, t *terminal) error {
	collectRarely()
	database, keys, err := s.open(ctx)
	if err != nil {
		return err
	}
	defer database.Close()
	if _, err := database.Migrate(ctx); err != nil {
		return err
	}
	s.synced = clockSynced
	p, err := newProduct(ctx, database, keys, s.serving, time.Now, logger())
	if err != nil {
		return err
	}
	if err := p.welcome(ctx, t); err != nil {
		return err
	}
	return p.serve(ctx, t)
}

// logger writes to standard error, as systemd's journal wants it: the journal adds
// the time.
func logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		},
	}))
}

// Bounds of a connection. A phone on a bad line may take a minute to send a form;
// what takes longer is not a person.
const (
	headerTime = 10 * time.Second
	readTime   = 90 * time.Second
	idleTime   = 2 * time.Minute
	drainTime  = 20 * time.Second
	mostHeader = 32 << 10
)

// listenAndServe serves until ctx ends, then lets what was taken on come to its end.
func listenAndServe(ctx context.Context, listener net.Listener, handler http.Handler, log *slog.Logger) error {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: headerTime,
		ReadTimeout:       readTime,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    mostHeader,
		// What net/http would log holds the address of whoever asked.
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	log.Info("stopping")
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	if err := server.Shutdown(drain); err != nil {
		return fmt.Errorf("stop: %w", errors.Join(err, server.Close()))
	}
	return nil
}

// publicURL is the address that people type, from --url or, where it may be told
// from the listener, from there.
func publicURL(given string, listener net.Addr, encrypted bool) string {
	if given != "" {
		return strings.TrimRight(given, "/")
	}
	if encrypted {
		return "https://" + listener.String()
	}
	return "http://" + listener.String()
}
