package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"weerklank.nl/weerklank/cmd/weerklank/internal/bench"
	"weerklank.nl/weerklank/storage/answers"
	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/storage/keyfile"
	"weerklank.nl/weerklank/storage/programme"
	"weerklank.nl/weerklank/storage/vault"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

var crashRounds = flag.Int("crash.rounds", 20, "how often the crash test kills the program, on each database")

// The crash test runs the real program, lets many respondents send answers, and
// kills it at a random moment, again and again. Whoever saw the thank-you page must
// be stored, and whoever sent again after a dropped connection must be stored once.

func TestAcknowledgedAnswersSurviveACrash(t *testing.T) {
	program := build(t)
	t.Run("on sqlite", func(t *testing.T) {
		c := givenCrash(t, program, dbtest.SQLite(t))
		for round := range *crashRounds {
			c.round(t, func() { c.kill(t) })
			if round%4 == 0 {
				c.openTorn(t)
			}
		}
		c.check(t)
	})
	t.Run("on postgres", func(t *testing.T) {
		server := dbtest.NewServer(t)
		c := givenCrash(t, program, server.NewDatabase(t, "weerklank"))
		for round := range *crashRounds {
			c.round(t, func() {
				if round%3 == 2 { // the database goes down under a running program, and comes back
					server.Crash(t)
					server.Start(t)
					return
				}
				c.kill(t)
			})
		}
		c.check(t)
	})
}

// built is the real program, made once for all tests that run it; TestMain takes it away.
var built struct {
	once   sync.Once
	folder string
	err    error
}

// build gives the path of the program.
func build(t *testing.T) string {
	t.Helper()
	built.once.Do(func() {
		if built.folder, built.err = os.MkdirTemp("", "weerklank"); built.err != nil {
			return
		}
		if out, err := exec.Command("go", "build", "-o", built.folder, ".").CombinedOutput(); err != nil {
			built.err = fmt.Errorf("%w\n%s", err, out)
		}
	})
	if built.err != nil {
		t.Fatalf("build: %v", built.err)
	}
	return filepath.Join(built.folder, "weerklank")
}

const crashOrg, crashSurvey = surveys.OrgID("crash"), surveys.ID("meting-1")

// crash is a program that is killed, its respondents and what they were told.
type crash struct {
	program, database, keys string
	chance                  *mathrand.Rand
	running                 *exec.Cmd
	visit                   bench.Visit
	client                  *http.Client
	next                    atomic.Int64 // number of the next visit; it stands in its answers

	mu           sync.Mutex
	acknowledged map[int]bool
	pending      map[int]string // sent, and heard nothing: the form, to send again
}

func givenCrash(t *testing.T, program, address string) *crash {
	t.Helper()
	c := &crash{program: program, database: address, keys: filepath.Join(t.TempDir(), "keys"), chance: mathrand.New(mathrand.NewPCG(1, 2)),
		acknowledged: map[int]bool{}, pending: map[int]string{},
		client: &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 16}}}
	_, err := keyfile.LoadOrMake(c.keys, rand.Reader, time.Now())
	fatal(t, err)
	d, err := db.Open(t.Context(), address)
	fatal(t, err)
	defer d.Close()
	p := programme.New(d)
	fatal(t, vault.New(d).AddOrganisation(t.Context(), &surveys.Organisation{ID: crashOrg, Name: surveys.Text{NL: "Gemeente"}, Zone: "Europe/Amsterdam"}))
	definition, err := json.Marshal(bench.Definition())
	fatal(t, err)
	fatal(t, p.AddQuestionnaire(t.Context(), &surveys.Questionnaire{ID: "q", Org: crashOrg, FormID: "meting", Draft: definition}))
	fatal(t, p.PublishVersion(t.Context(), crashOrg, "q", func(q *surveys.Questionnaire) (*surveys.Version, error) {
		q.Published = 1
		return &surveys.Version{Questionnaire: "q", Number: 1, Definition: definition, PublishedAt: time.Now()}, nil
	}))
	fatal(t, p.AddSurvey(t.Context(), bench.Survey(crashOrg, "q", 1, time.Now())))
	t.Cleanup(func() {
		if c.running != nil {
			c.kill(t)
		}
	})
	return c
}

func fatal(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// start starts the program and waits until it says where it serves.
func (c *crash) start(t *testing.T) {
	t.Helper()
	cmd := exec.Command(c.program, "serve", "--listen", "127.0.0.1:0", "--database", c.database, "--keys", c.keys, "--flood", "1000000")
	cmd.Env = append(os.Environ(), "LANG=en_GB.UTF-8")
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.StdoutPipe()
	fatal(t, err)
	fatal(t, cmd.Start())
	c.running = cmd
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		// The line with the address alone; the link for the first administrator goes on.
		if at := strings.Index(lines.Text(), "http://127.0.0.1:"); at >= 0 {
			if u, err := url.Parse(lines.Text()[at:]); err == nil && u.Path == "" {
				c.visit = bench.VisitTo(u.String(), string(crashSurvey))
				go func() { _, _ = io.Copy(io.Discard, out) }()
				return
			}
		}
	}
	t.Fatalf("the program did not start: %v\n%s", cmd.Wait(), complaints.String())
}

// kill ends the program as the kernel does when memory runs out: at once.
func (c *crash) kill(t *testing.T) {
	t.Helper()
	fatal(t, c.running.Process.Kill())
	_ = c.running.Wait() // it says that it was killed
	c.running = nil
}

// round lets respondents send answers until something breaks at a random moment.
// Who heard nothing in the round before sends the same page again first.
func (c *crash) round(t *testing.T, breaks func()) {
	t.Helper()
	if c.running == nil {
		c.start(t)
	}
	ctx, stop := context.WithCancel(t.Context())
	var wait sync.WaitGroup
	for range 12 {
		wait.Go(func() {
			for ctx.Err() == nil {
				c.once()
			}
		})
	}
	time.AfterFunc(time.Duration(100+c.chance.IntN(500))*time.Millisecond, func() {
		breaks()
		stop()
	})
	<-ctx.Done()
	wait.Wait()
}

// once sends one form: one that waits to be sent again, or that of a new visit.
func (c *crash) once() {
	number, form := c.take()
	if form == "" {
		number = int(c.next.Add(1))
		page, err := c.ask(http.MethodGet, c.visit.Page, "")
		if err != nil {
			return
		}
		field, err := bench.HiddenField(page)
		if err != nil {
			return
		}
		values := url.Values{"ga": {"versturen"}, "tot-nu-toe": {string(field)}}
		for i, rest := 0, number; i < bench.Questions; i, rest = i+1, rest/5 {
			values.Set("vraag_"+strconv.Itoa(i+1), strconv.Itoa(rest%5+1))
		}
		form = values.Encode()
	}
	page, err := c.ask(http.MethodPost, c.visit.Send, form)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil && bytes.Contains(page, []byte(`class="wk-code"`)) {
		c.acknowledged[number] = true
		return
	}
	c.pending[number] = form
}

func (c *crash) take() (int, string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for number, form := range c.pending {
		delete(c.pending, number)
		return number, form
	}
	return 0, ""
}

func (c *crash) ask(method, address, form string) ([]byte, error) {
	r, err := http.NewRequest(method, address, strings.NewReader(form))
	if err != nil {
		return nil, err
	}
	if form != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := c.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	return io.ReadAll(answer.Body)
}

// stored counts what the database holds, by the number in the answers.
func stored(t *testing.T, address string) map[int]int {
	t.Helper()
	d, err := db.Open(t.Context(), address)
	fatal(t, err)
	defer d.Close()
	found := map[int]int{}
	fatal(t, answers.New(d, programme.New(d)).EachResponse(t.Context(), crashOrg, crashSurvey, func(r *responses.Response) error {
		number, power := 0, 1
		for i := range bench.Questions {
			digit, err := strconv.Atoi(r.Answers["vraag_"+strconv.Itoa(i+1)])
			if err != nil {
				return fmt.Errorf("a stored answer is %q", r.Answers["vraag_"+strconv.Itoa(i+1)])
			}
			number, power = number+(digit-1)*power, power*5
		}
		found[number]++
		return nil
	}))
	return found
}

// check sends once more what was never acknowledged, and compares.
func (c *crash) check(t *testing.T) {
	t.Helper()
	if c.running == nil {
		c.start(t)
	}
	for tries := 0; len(c.pending) > 0 && tries < 10_000; tries++ {
		c.once()
	}
	c.kill(t)
	if len(c.pending) > 0 {
		t.Errorf("%d visits never came to an end", len(c.pending))
	}
	found := stored(t, c.database)
	for number := range c.acknowledged {
		if found[number] == 0 {
			t.Errorf("visit %d was acknowledged and is lost", number)
		}
	}
	for number, n := range found {
		if n > 1 {
			t.Errorf("visit %d is stored %d times", number, n)
		}
		if !c.acknowledged[number] {
			t.Errorf("visit %d is stored, was sent until it was acknowledged, and never was", number)
		}
	}
	if len(c.acknowledged) < *crashRounds*5 {
		t.Errorf("only %d visits were made: this proves little", len(c.acknowledged))
	}
	t.Logf("%d acknowledged, %d stored", len(c.acknowledged), len(found))
}

// openTorn opens a copy of the database whose log ends somewhere in the middle, as
// a power cut may leave it: it must open, be whole, and hold nothing twice. What a
// checkpoint may have copied into the file was synchronised before, and is there: the
// index of the log tells up to which frame (SQLite, WAL-mode file format: the bytes from
// 128 on, nBackfillAttempted).
func (c *crash) openTorn(t *testing.T) {
	t.Helper()
	path := strings.TrimPrefix(c.database, "sqlite://")
	log, err := os.ReadFile(path + "-wal")
	fatal(t, err)
	file, err := os.ReadFile(path)
	fatal(t, err)
	index, err := os.ReadFile(path + "-shm")
	fatal(t, err)
	const logHeader, frameHeader = 32, 24
	copied := int(binary.NativeEndian.Uint32(index[128:]))
	if copied > 0 {
		copied = logHeader + copied*(frameHeader+int(binary.BigEndian.Uint16(file[16:])))
	}
	for range 3 {
		torn := filepath.Join(t.TempDir(), "torn.db")
		cut := log[:copied+c.chance.IntN(len(log)-copied+1)]
		fatal(t, os.WriteFile(torn, file, 0o600))
		fatal(t, os.WriteFile(torn+"-wal", cut, 0o600))
		for number, n := range stored(t, "sqlite://"+torn) {
			if n > 1 {
				t.Errorf("visit %d is stored %d times behind a log cut at byte %d", number, n, len(cut))
			}
		}
		d, err := db.Open(t.Context(), "sqlite://"+torn)
		fatal(t, err)
		troubles, err := d.Examine(t.Context(), time.Now())
		fatal(t, err)
		for _, trouble := range troubles {
			if trouble.Key == "damaged" {
				t.Errorf("a log cut at byte %d leaves a damaged database: %v", len(cut), trouble.Args)
			}
		}
		fatal(t, d.Close())
	}
}
