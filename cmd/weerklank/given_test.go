package main

import (
	"bytes"
	"context"
	"flag"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"weerklank.nl/weerklank/cmd/weerklank/internal/demo"
	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/surveys"
)

// anchor is the moment at which the demo's story stands as it was written.
var anchor = time.Date(2026, time.November, 25, 9, 30, 0, 0, time.UTC)

// running is the whole product, serving the demo municipality to tests.
type running struct {
	*product
	filled *demo.Filled
	log    *lockedBuffer
	moment *atomic.Int64  // Unix nanoseconds of the product's clock
	keys   string         // the key file
	with   func(*serving) // changes how it serves; nil: as it is
}

// turn moves the product's clock on, and lets it do what is due then.
func (r *running) turn(t *testing.T, d time.Duration) {
	t.Helper()
	r.moment.Add(int64(d))
	if err := r.clock.Tick(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// lockedBuffer is a log that the test reads while the product writes it.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// serveDemo fills the database at the address with the demo and serves it until the
// test ends, at the moment of the story.
func serveDemo(t *testing.T, address string) *running {
	t.Helper()
	return serveDemoWith(t, address, nil)
}

// serveDemoWith also says how it serves.
func serveDemoWith(t *testing.T, address string, with func(*serving)) *running {
	t.Helper()
	r := &running{with: with, log: new(lockedBuffer), moment: new(atomic.Int64), keys: filepath.Join(t.TempDir(), "weerklank.keys")}
	r.moment.Store(anchor.UnixNano())
	if err := (&keysCmd{File: r.keys}).Run(quiet(t)); err != nil {
		t.Fatal(err)
	}
	r.start(t, address, func() {
		var err error
		if r.filled, err = demo.Fill(t.Context(), demo.Stores{Vault: r.vault, Programme: r.programme, Answers: r.answers, Writer: r.writer,
			Aggregates: r.aggregates, Keys: r.product.keys}, anchor, r.url); err != nil {
			t.Fatal(err)
		}
	})
	return r
}

// another is a second instance on the same database, with the same keys and clock.
func (r *running) another(t *testing.T, address string) *running {
	t.Helper()
	second := &running{log: new(lockedBuffer), moment: r.moment, keys: r.keys, filled: r.filled}
	second.start(t, address, func() {})
	return second
}

// start wires the product, lets it be filled, and serves it until the test ends.
func (r *running) start(t *testing.T, address string, fill func()) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	place := installation{Database: address, Keys: r.keys}
	database, keys, err := place.open(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := database.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return time.Unix(0, r.moment.Load()).UTC() }
	how := serving{Listen: "127.0.0.1:0", Metrics: "127.0.0.1:0"}
	if r.with != nil {
		r.with(&how)
	}
	r.product, err = newProduct(ctx, database, keys, how, now, slog.New(slog.NewTextHandler(r.log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	fill()
	ended := make(chan error, 1)
	go func() { ended <- r.serve(ctx, quiet(t)) }()
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the product's log:\n%s", r.log)
		}
		stop()
		if err := <-ended; err != nil {
			t.Errorf("serve: %v", err)
		}
		if err := database.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
}

// quiet is a terminal that nobody reads.
func quiet(t *testing.T) *terminal {
	t.Helper()
	text, err := page.Texts()
	if err != nil {
		t.Fatal(err)
	}
	return &terminal{out: io.Discard, lang: surveys.Dutch, text: text}
}

// onSQLite serves the demo on a fresh SQLite database.
func onSQLite(t *testing.T) *running {
	t.Helper()
	return serveDemo(t, dbtest.SQLite(t))
}

// visitor is a browser without a window: it keeps cookies and follows redirects.
func visitor(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar, Timeout: time.Minute}
}

// emailOf is the address with which the first person of the role signs in.
func (r *running) emailOf(t *testing.T, role surveys.Role) string {
	t.Helper()
	for _, s := range r.filled.SignIns {
		if s.Role == role {
			return s.Email
		}
	}
	t.Fatalf("nobody in the demo is %s", role)
	return ""
}

// staff is a visitor who signed in.
func (r *running) staff(t *testing.T, role surveys.Role) *http.Client {
	t.Helper()
	client := visitor(t)
	resp, err := client.PostForm(r.url+"/beheer/inloggen", url.Values{"gebruiker": {r.emailOf(t, role)}, "wachtwoord": {demo.Password}})
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK || resp.Request.URL.Path == "/beheer/inloggen" {
		t.Fatalf("sign in as %s: %s at %s", role, resp.Status, resp.Request.URL.Path)
	}
	return client
}

var shots = flag.Bool("shots", false, "keep pictures of every page at three widths, and say where")

// shotFolder is where pictures go.
func shotFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "weerklank-shots-")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// eventually asks a program in a process of its own, which tells nobody when it is ready,
// again and again whether it is so, and fails when it never is.
func eventually(t *testing.T, what func() string, so func() bool) {
	t.Helper()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	over := time.After(2 * time.Minute)
	for !so() {
		select {
		case <-again.C:
		case <-over:
			t.Fatalf("never: %s", what())
		}
	}
}
