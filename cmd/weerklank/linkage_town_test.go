package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"weerklank.nl/weerklank/handlers/jobs"
	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
)

// living is set in a process that is the whole product for the linkage attack: how it is
// set up, as JSON. It is killed with SIGKILL; the test turns its clock by lines on its
// standard input.
const living = "WEERKLANK_TEST_LIFE"

// setUp says how such a process is set up.
type setUp struct {
	Database, Keys, SMTP string
	Moment               int64 // Unix nanoseconds
	Unmixed              bool  // the mutation: nothing is mixed, and no log emptied
}

// unmixed are answers that are never mixed.
type unmixed struct{ jobs.Answers }

func (unmixed) Mix(context.Context) error      { return nil }
func (unmixed) EmptyLog(context.Context) error { return nil }

// live is the product, until it is killed.
func live(how string) int {
	if err := serveLife(how); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func serveLife(how string) error {
	var s setUp
	if err := json.Unmarshal([]byte(how), &s); err != nil {
		return err
	}
	text, err := page.Texts()
	if err != nil {
		return err
	}
	ctx := context.Background()
	place := installation{Database: s.Database, Keys: s.Keys}
	database, keys, err := place.open(ctx)
	if err != nil {
		return err
	}
	var moment atomic.Int64
	moment.Store(s.Moment)
	p, err := newProduct(ctx, database, keys, serving{
		Listen: "127.0.0.1:0", Metrics: "127.0.0.1:0", TrustProxy: []string{"127.0.0.1"},
		mailing: mailing{SMTP: "smtp://" + s.SMTP, From: "Waterrijk <stem@waterrijk.example>", Plain: true},
	}, func() time.Time { return time.Unix(0, moment.Load()).UTC() }, slog.New(slog.NewTextHandler(os.Stderr, nil)))
	if err != nil {
		return err
	}
	if s.Unmixed {
		p.clock.Answers = unmixed{p.clock.Answers}
	}
	go func() {
		lines := bufio.NewScanner(os.Stdin)
		for lines.Scan() {
			err := error(nil)
			if at, turns := strings.CutPrefix(lines.Text(), "turn "); turns {
				n, _ := strconv.ParseInt(at, 10, 64)
				moment.Store(n)
				err = p.clock.Tick(ctx)
			}
			p.wakeInviting()
			fmt.Printf("done %v\n", err)
		}
		os.Exit(0) // the test is gone
	}()
	fmt.Printf("serving %s %s\n", p.url, p.metered.Addr())
	return p.serve(ctx, &terminal{out: io.Discard, lang: surveys.Dutch, text: text})
}

// lived is such a process as the test has it.
type lived struct {
	cmd          *exec.Cmd
	says         *bufio.Scanner
	hears        io.WriteCloser
	url, metered string
}

// begin starts the product.
func begin(t *testing.T, s setUp, log io.Writer) *lived {
	t.Helper()
	self, err := os.Executable()
	fatal(t, err)
	how, err := json.Marshal(s)
	fatal(t, err)
	l := &lived{cmd: exec.CommandContext(t.Context(), self)}
	l.cmd.Env = append(os.Environ(), living+"="+string(how))
	l.cmd.Stderr = log
	out, err := l.cmd.StdoutPipe()
	fatal(t, err)
	l.hears, err = l.cmd.StdinPipe()
	fatal(t, err)
	fatal(t, l.cmd.Start())
	l.says = bufio.NewScanner(out)
	if !l.says.Scan() {
		t.Fatalf("the product did not start: %v", l.cmd.Wait())
	}
	if _, err := fmt.Sscanf(l.says.Text(), "serving %s %s", &l.url, &l.metered); err != nil {
		t.Fatalf("the product said %q", l.says.Text())
	}
	return l
}

// turn sets the product's clock, and returns when what is due then is done.
func (l *lived) turn(t *testing.T, at time.Time) {
	t.Helper()
	l.tell(t, "turn "+strconv.FormatInt(at.UnixNano(), 10))
}

func (l *lived) tell(t *testing.T, line string) {
	t.Helper()
	_, err := io.WriteString(l.hears, line+"\n")
	fatal(t, err)
	if !l.says.Scan() || l.says.Text() != "done <nil>" {
		t.Fatalf("told %q, the product said %q", line, l.says.Text())
	}
}

// kill ends it at once, as the kernel does when memory runs out.
func (l *lived) kill(t *testing.T) {
	t.Helper()
	fatal(t, l.cmd.Process.Kill())
	_ = l.cmd.Wait() // it says that it was killed
}
