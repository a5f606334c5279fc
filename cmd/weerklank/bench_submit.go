package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"weerklank.nl/weerklank/cmd/weerklank/internal/bench"
	"weerklank.nl/weerklank/storage/answers"
	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/programme"
	"weerklank.nl/weerklank/storage/vault"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

// benchCmd holds the measurements.
type benchCmd struct {
	Submit  benchSubmitCmd  `cmd:"" help:"${bench_submit}"`
	Results benchResultsCmd `cmd:"" help:"${bench_results}"`
	Guard   benchGuardCmd   `cmd:"" help:"${bench_guard}"`
	Mix     benchMixCmd     `cmd:"" help:"${bench_mix}"`
	Ceiling benchCeilingCmd `cmd:"" hidden:"" help:"${bench_ceiling}"`
}

// benchSubmitCmd measures submissions: visits to a survey of twenty five-point
// questions, against `weerklank serve` in a process of its own.
type benchSubmitCmd struct {
	Database    string `help:"${bench_database}" placeholder:"URL"`
	JSON        bool   `name:"json" help:"${bench_json}"`
	Seconds     int    `default:"15" help:"${bench_seconds}"`
	Rounds      int    `default:"3" help:"${bench_rounds}"`
	Connections []int  `default:"16,64" help:"${bench_connections}"`
}

// submitFigures is one measurement, as --json prints it.
type submitFigures struct {
	Database     string  `json:"database"`
	Connections  int     `json:"connections"`
	Acknowledged int     `json:"acknowledged"`
	Stored       int     `json:"stored"`
	PerSecond    float64 `json:"per_second"`
	P50          float64 `json:"p50_ms"`
	P99          float64 `json:"p99_ms"`
	Ceiling      float64 `json:"ceiling_per_second"`
	Ratio        float64 `json:"ratio"`
	RSS          float64 `json:"rss_mb"`
}

// Run measures on a scratch SQLite database, and on a scratch database beside the
// given one when that is PostgreSQL. It fails when what is stored is not what was
// acknowledged.
func (b *benchSubmitCmd) Run(ctx context.Context, t *terminal) error {
	addresses := []string{"sqlite:"}
	if strings.HasPrefix(b.Database, "postgres") {
		addresses = append(addresses, b.Database)
	}
	dir, err := os.MkdirTemp("", "weerklank-bench-")
	if err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	defer os.RemoveAll(dir)
	for _, address := range addresses {
		if err := b.on(ctx, t, address, dir); err != nil {
			return fmt.Errorf("bench submit: %w", err)
		}
	}
	return nil
}

// submitBench is a measurement on one database.
type submitBench struct {
	*benchSubmitCmd
	database *db.DB
	answers  *answers.Answers
	surveys  *programme.Programme
	product  *child
	ceiling  *child
	next     int // number of the next survey: each round has one of its own
}

const benchOrg, benchForm = surveys.OrgID("bench"), surveys.ID("bench")

func (b *benchSubmitCmd) on(ctx context.Context, t *terminal, address, dir string) (err error) {
	scratch, drop, err := db.Scratch(ctx, address, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, drop()) }()
	database, err := db.Open(ctx, scratch)
	if err != nil {
		return err
	}
	defer database.Close()
	s := &submitBench{benchSubmitCmd: b, database: database, surveys: programme.New(database)}
	s.answers = answers.New(database, s.surveys)
	if err := s.fill(ctx); err != nil {
		return err
	}
	keys := filepath.Join(dir, "keys")
	if err := (&keysCmd{File: keys}).Run(&terminal{out: io.Discard, lang: t.lang, text: t.text}); err != nil && address == "sqlite:" {
		return err
	}
	if s.product, err = serveBench(ctx, scratch, keys); err != nil {
		return err
	}
	defer s.product.stop()
	if err := s.startCeiling(ctx, dir); err != nil {
		return err
	}
	defer s.ceiling.stop()
	for _, connections := range b.Connections {
		figures, err := s.measure(ctx, connections)
		if err != nil {
			return err
		}
		if err := b.print(t, figures); err != nil {
			return err
		}
	}
	return nil
}

// fill migrates the scratch database and puts an organisation and the survey's
// questionnaire into it.
func (s *submitBench) fill(ctx context.Context) error {
	if _, err := s.database.Migrate(ctx); err != nil {
		return err
	}
	organisation := &surveys.Organisation{ID: benchOrg, Name: surveys.Text{NL: "Gemeente Meting", EN: "Municipality of Measurement"}, Zone: "Europe/Amsterdam"}
	if err := vault.New(s.database).AddOrganisation(ctx, organisation); err != nil {
		return err
	}
	definition, err := json.Marshal(bench.Definition())
	if err != nil {
		return err
	}
	if err := s.surveys.AddQuestionnaire(ctx, &surveys.Questionnaire{ID: benchForm, Org: benchOrg, FormID: "bench", Draft: definition}); err != nil {
		return err
	}
	return s.surveys.PublishVersion(ctx, benchOrg, benchForm, func(q *surveys.Questionnaire) (*surveys.Version, error) {
		q.Published = 1
		return &surveys.Version{Questionnaire: q.ID, Number: 1, Definition: definition, PublishedAt: time.Now()}, nil
	})
}

// fresh opens a survey that nobody answered yet.
func (s *submitBench) fresh(ctx context.Context) (*surveys.Survey, error) {
	s.next++
	survey := bench.Survey(benchOrg, benchForm, s.next, time.Now())
	return survey, s.surveys.AddSurvey(ctx, survey)
}

// startCeiling makes one visit to see the pages, and starts the bare server that
// answers with the same bytes.
func (s *submitBench) startCeiling(ctx context.Context, dir string) error {
	survey, err := s.fresh(ctx)
	if err != nil {
		return err
	}
	visit := bench.VisitTo(s.product.address, survey.Slug)
	question, err := fetch(ctx, http.MethodGet, visit.Page, "")
	if err != nil {
		return err
	}
	field, err := bench.HiddenField(question)
	if err != nil {
		return err
	}
	thanks, err := fetch(ctx, http.MethodPost, visit.Send, "tot-nu-toe="+string(field)+"&"+visit.Form.Encode())
	if err != nil {
		return err
	}
	questionFile, thanksFile := filepath.Join(dir, "question.html"), filepath.Join(dir, "thanks.html")
	if err := errors.Join(os.WriteFile(questionFile, question, 0o600), os.WriteFile(thanksFile, thanks, 0o600)); err != nil {
		return err
	}
	s.ceiling, err = startChild(ctx, "bench", "ceiling", questionFile, thanksFile)
	return err
}

// measure alternates between the product and the ceiling, and takes the medians.
func (s *submitBench) measure(ctx context.Context, connections int) (*submitFigures, error) {
	f := &submitFigures{Database: s.database.Name(), Connections: connections}
	var per, p50, p99, ceiling []float64
	for range s.Rounds {
		survey, err := s.fresh(ctx)
		if err != nil {
			return nil, err
		}
		load, err := bench.Drive(ctx, bench.VisitTo(s.product.address, survey.Slug), connections, time.Duration(s.Seconds)*time.Second)
		if err != nil {
			return nil, err
		}
		stored := 0
		err = s.answers.EachResponse(ctx, benchOrg, survey.ID, func(*responses.Response) error { stored++; return nil })
		if err != nil {
			return nil, err
		}
		f.Acknowledged, f.Stored = f.Acknowledged+load.Acknowledged, f.Stored+stored
		per = append(per, load.PerSecond())
		p50 = append(p50, milliseconds(load.Quantile(0.50)))
		p99 = append(p99, milliseconds(load.Quantile(0.99)))
		bare, err := bench.Drive(ctx, bench.VisitTo(s.ceiling.address, survey.Slug), connections, time.Duration(s.Seconds)*time.Second)
		if err != nil {
			return nil, err
		}
		ceiling = append(ceiling, bare.PerSecond())
	}
	f.PerSecond, f.P50, f.P99, f.Ceiling = rounded(median(per), 1), rounded(median(p50), 2), rounded(median(p99), 2), rounded(median(ceiling), 1)
	f.Ratio = rounded(f.PerSecond/f.Ceiling, 3)
	var err error
	if f.RSS, err = s.product.memory(); err != nil {
		return nil, err
	}
	if f.Stored != f.Acknowledged {
		return nil, fmt.Errorf("%d responses were acknowledged and %d are stored", f.Acknowledged, f.Stored)
	}
	return f, nil
}

func (b *benchSubmitCmd) print(t *terminal, f *submitFigures) error {
	if b.JSON {
		return json.NewEncoder(t.out).Encode(f)
	}
	t.say("cli.bench_submit", map[string]any{
		"Database": f.Database, "Connections": f.Connections, "PerSecond": f.PerSecond, "Ceiling": f.Ceiling, "Ratio": strconv.FormatFloat(f.Ratio, 'f', 2, 64),
		"P50": strconv.FormatFloat(f.P50, 'f', 1, 64), "P99": strconv.FormatFloat(f.P99, 'f', 1, 64), "Memory": f.RSS, "Stored": f.Stored, "Acknowledged": f.Acknowledged,
	})
	return nil
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func median(figures []float64) float64 {
	slices.Sort(figures)
	if n := len(figures); n%2 == 0 {
		return (figures[n/2-1] + figures[n/2]) / 2
	}
	return figures[len(figures)/2]
}

func rounded(f float64, decimals int) float64 {
	text := strconv.FormatFloat(f, 'f', decimals, 64)
	r, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return f
	}
	return r
}

// fetch asks one page, uncompressed, and reads it.
func fetch(ctx context.Context, method, address, body string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := (&http.Client{Transport: &http.Transport{DisableCompression: true, DisableKeepAlives: true}}).Do(r)
	if err != nil {
		return nil, err
	}
	page, err := io.ReadAll(answer.Body)
	if err := errors.Join(err, answer.Body.Close()); err != nil {
		return nil, err
	}
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s %s was answered with %s", method, r.URL.Path, answer.Status)
	}
	return page, nil
}

// child is a server in a process of its own: this same program.
type child struct {
	command *exec.Cmd
	address string
}

// serveBench starts the product on a scratch database. All that a measurement sends comes
// from one address, which is no flood here.
func serveBench(ctx context.Context, scratch, keys string) (*child, error) {
	return startChild(ctx, "serve", "--database", scratch, "--keys", keys, "--flood", "1000000000")
}

// startChild starts a sub-command that serves, on a free port of this machine, and
// waits until it answers.
func startChild(ctx context.Context, args ...string) (*child, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	var config net.ListenConfig
	free, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	listen := free.Addr().String()
	if err := free.Close(); err != nil {
		return nil, err
	}
	c := &child{command: exec.CommandContext(ctx, program, append(args, "--listen", listen)...), address: "http://" + listen} //nolint:gosec // this same program
	c.command.Cancel = func() error { return c.command.Process.Signal(os.Interrupt) }
	c.command.WaitDelay = 30 * time.Second
	var complaints strings.Builder
	c.command.Stderr = &complaints
	if err := c.command.Start(); err != nil {
		return nil, err
	}
	waiting, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for {
		if _, err = fetch(waiting, http.MethodGet, c.address+"/readyz", ""); err == nil {
			return c, nil
		}
		select {
		case <-waiting.Done():
			c.stop()
			return nil, fmt.Errorf("start %s: %w: %s", args[0], err, complaints.String())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// stop asks the server to end, and waits until it did.
func (c *child) stop() {
	_ = c.command.Process.Signal(os.Interrupt)
	_ = c.command.Wait()
}

// memory is the most that the server held in memory so far, in MB (VmHWM).
func (c *child) memory() (float64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.command.Process.Pid))
	if err != nil {
		return 0, fmt.Errorf("read memory of the server: %w", err)
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 64)
			return rounded(kb/1024, 1), err
		}
	}
	return 0, errors.New("read memory of the server: no VmHWM")
}

// benchCeilingCmd is the bare server that the product is held against.
type benchCeilingCmd struct {
	Question string `arg:"" type:"existingfile"`
	Thanks   string `arg:"" type:"existingfile"`
	Listen   string `default:"127.0.0.1:0"`
}

// Run serves until it is told to stop.
func (b *benchCeilingCmd) Run(ctx context.Context) error {
	question, err := os.ReadFile(b.Question)
	if err != nil {
		return err
	}
	thanks, err := os.ReadFile(b.Thanks)
	if err != nil {
		return err
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", b.Listen)
	if err != nil {
		return err
	}
	return listenAndServe(ctx, listener, bench.Ceiling(question, thanks), logger())
}
