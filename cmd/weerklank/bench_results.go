package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"weerklank.nl/weerklank/cmd/weerklank/internal/bench"
	"weerklank.nl/weerklank/handlers/admin"
	"weerklank.nl/weerklank/handlers/jobs"
	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/storage/aggregates"
	"weerklank.nl/weerklank/storage/answers"
	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/keyfile"
	"weerklank.nl/weerklank/storage/programme"
	"weerklank.nl/weerklank/storage/vault"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
)

// benchResultsCmd measures how fast answers are counted, and a page of results
// while answers come in.
type benchResultsCmd struct {
	Database string `help:"${bench_database}" placeholder:"URL"`
	JSON     bool   `name:"json" help:"${bench_json}"`
	Sizes    []int  `default:"10000,100000,1000000" help:"${bench_sizes}"`
	Seconds  int    `default:"15" help:"${bench_seconds}"`
	Arrive   int    `default:"1000" help:"${bench_arrive}"`
}

// resultsFigures is one measurement, as --json prints it.
type resultsFigures struct {
	Database      string  `json:"database"`
	Responses     int     `json:"responses"`
	Questions     int     `json:"questions"`
	Distributions float64 `json:"distributions_ms"`
	CrossTable    float64 `json:"crosstab_ms"`
	Bytes         float64 `json:"bytes_per_response"`
	Load          float64 `json:"load_per_second"`
	P99           float64 `json:"page_p99_ms"`
	Arrived       float64 `json:"arrived_per_second"` // while the page was opened
}

// Run measures on a scratch SQLite database, and on one beside the given one when
// that is PostgreSQL. All surveys are filled before the first is measured.
func (b *benchResultsCmd) Run(ctx context.Context, t *terminal) error {
	return eachScratch(ctx, b.Database, func(scratch, dir string) error {
		d, err := openBench(ctx, scratch, dir)
		if err != nil {
			return err
		}
		defer d.database.Close()
		var all []*surveys.Survey
		for _, size := range b.Sizes {
			s, err := d.fill(ctx, size)
			if err != nil {
				return err
			}
			all = append(all, s)
		}
		if err := d.serve(ctx, scratch); err != nil {
			return err
		}
		defer d.product.stop()
		for i, s := range all {
			f, err := b.measure(ctx, d, s, b.Sizes[i])
			if err != nil {
				return err
			}
			if b.JSON {
				err = json.NewEncoder(t.out).Encode(f)
			} else {
				t.say("cli.bench_results", map[string]any{"Database": f.Database, "Responses": f.Responses, "Distributions": f.Distributions,
					"CrossTable": f.CrossTable, "Bytes": f.Bytes, "Load": f.Load, "P99": f.P99, "Arrived": f.Arrived})
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func (b *benchResultsCmd) measure(ctx context.Context, d *benchDatabase, s *surveys.Survey, size int) (*resultsFigures, error) {
	f := &resultsFigures{Database: d.database.Name(), Responses: size, Questions: bench.Questions}
	var load []float64
	for range 3 {
		m, err := disclosure.NewEngine(d.answers, 0).Measure(ctx, s, d.forms)
		if err != nil {
			return nil, err
		}
		load = append(load, float64(size)/m.Load.Seconds())
		f.Distributions, f.CrossTable = rounded(milliseconds(m.Distributions), 3), rounded(milliseconds(m.CrossTable), 3)
		f.Bytes = rounded(float64(m.Bytes)/float64(size), 1)
	}
	f.Load = rounded(median(load), 0)
	today := surveys.DateOf(time.Now())
	if _, err := disclosure.Update(ctx, disclosure.NewEngine(d.answers, 0), d.releases, s, d.forms, today, today); err != nil {
		return nil, err
	}
	lasting, cancel := context.WithTimeout(ctx, time.Duration(b.Seconds)*time.Second)
	defer cancel()
	type outcome struct {
		load *bench.Load
		err  error
	}
	arriving := make(chan outcome, 1)
	go func() {
		l, err := bench.Steady(lasting, bench.VisitTo(d.product.address, d.arriving.Slug), 32, b.Arrive)
		arriving <- outcome{l, err}
	}()
	pages, err := bench.Browse(lasting, d.product.address+"/beheer/uitvragen/"+string(s.ID)+"/resultaten", d.cookies, 20*time.Millisecond)
	came := <-arriving
	if err := errors.Join(err, came.err); err != nil {
		return nil, err
	}
	d.sent[d.arriving.ID] += came.load.Acknowledged
	if err := d.holds(ctx); err != nil {
		return nil, err
	}
	f.P99, f.Arrived = rounded(milliseconds(pages.Quantile(0.99)), 2), rounded(came.load.PerSecond(), 0)
	return f, nil
}

// eachScratch runs a measurement on a scratch SQLite database, and on one beside
// the given one when that is PostgreSQL.
func eachScratch(ctx context.Context, database string, measure func(scratch, dir string) error) error {
	addresses := []string{"sqlite:"}
	if strings.HasPrefix(database, "postgres") {
		addresses = append(addresses, database)
	}
	dir, err := os.MkdirTemp("", "weerklank-bench-")
	if err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	defer os.RemoveAll(dir)
	for _, address := range addresses {
		scratch, drop, err := db.Scratch(ctx, address, dir)
		if err == nil {
			err = errors.Join(measure(scratch, dir), drop())
		}
		if err != nil {
			return fmt.Errorf("bench: %w", err)
		}
	}
	return nil
}

// benchDatabase is a database that is measured: a survey of each size, and one in
// which answers arrive.
type benchDatabase struct {
	database *db.DB
	answers  *answers.Answers
	surveys  *programme.Programme
	releases *aggregates.Aggregates
	forms    []*questionnaire.Form
	arriving *surveys.Survey
	keys     string // the key file
	product  *child
	cookies  []*http.Cookie     // of somebody who may read results
	number   int                // of the newest survey
	sent     map[surveys.ID]int // by survey: how many responses it must hold
}

// holds fails when a survey holds other than what was sent.
func (d *benchDatabase) holds(ctx context.Context) error {
	for survey, sent := range d.sent {
		stored := 0
		err := d.answers.EachStored(ctx, benchOrg, survey, func(list []responses.Stored) error { stored += len(list); return nil })
		if err != nil {
			return err
		}
		if stored != sent {
			return fmt.Errorf("%d responses were sent to survey %s and %d are stored", sent, survey, stored)
		}
	}
	return nil
}

const benchSplit, benchPerson, benchPassword = surveys.ID("split"), "meting@bench.example", "meten is weten, en niet meer" //nolint:gosec // of a database that is thrown away

func openBench(ctx context.Context, scratch, dir string) (*benchDatabase, error) {
	database, err := db.Open(ctx, scratch)
	if err != nil {
		return nil, err
	}
	d := &benchDatabase{database: database, surveys: programme.New(database), keys: filepath.Join(dir, "keys"), sent: map[surveys.ID]int{}}
	d.answers = answers.New(database, d.surveys)
	base := &submitBench{database: database, surveys: d.surveys}
	if err := base.fill(ctx); err != nil {
		return nil, errors.Join(err, database.Close())
	}
	if err := d.publish(ctx); err != nil {
		return nil, errors.Join(err, database.Close())
	}
	d.arriving, err = base.fresh(ctx)
	d.number = 1
	return d, err
}

// publish makes the questionnaire with breakdowns.
func (d *benchDatabase) publish(ctx context.Context) error {
	definition, err := json.Marshal(bench.SplitDefinition())
	if err != nil {
		return err
	}
	if err := d.surveys.AddQuestionnaire(ctx, &surveys.Questionnaire{ID: benchSplit, Org: benchOrg, FormID: "split", Draft: definition}); err != nil {
		return err
	}
	form, problems := questionnaire.Compile(bench.SplitDefinition())
	if form == nil {
		return fmt.Errorf("the questionnaire of the measurement has %d problems", len(problems))
	}
	d.forms = []*questionnaire.Form{form}
	return d.surveys.PublishVersion(ctx, benchOrg, benchSplit, func(q *surveys.Questionnaire) (*surveys.Version, error) {
		q.Published = 1
		return &surveys.Version{Questionnaire: q.ID, Number: 1, Definition: definition, PublishedAt: time.Now()}, nil
	})
}

// fill makes a survey of so many responses.
func (d *benchDatabase) fill(ctx context.Context, size int) (*surveys.Survey, error) {
	d.number++
	s := bench.SplitSurvey(benchOrg, benchSplit, d.number, time.Now())
	if err := d.surveys.AddSurvey(ctx, s); err != nil {
		return nil, err
	}
	w, err := answers.NewWriter(ctx, d.answers)
	if err != nil {
		return nil, err
	}
	const piece = 8192
	for from := 0; from < size && err == nil; from += piece {
		err = w.LoadHistory(ctx, bench.History(s, from, min(from+piece, size), size))
	}
	d.sent[s.ID] = size
	return s, errors.Join(err, w.Close(ctx))
}

// serve starts the product beside the measurement and signs in.
func (d *benchDatabase) serve(ctx context.Context, scratch string) error {
	ring, err := keyfile.LoadOrMake(d.keys, rand.Reader, time.Now())
	if err != nil {
		return err
	}
	d.releases = aggregates.New(d.database, ring.Memory())
	hash, err := admin.HashPassword(benchPassword)
	if err != nil {
		return err
	}
	person := &surveys.Account{ID: page.NewID(), Org: benchOrg, Active: true, PasswordHash: hash}
	if err := person.Describe(benchPerson, surveys.Text{NL: "Meting", EN: "Measurement"}, surveys.ProgrammeManager, surveys.Dutch); err != nil {
		return err
	}
	if err := vault.New(d.database).AddAccount(ctx, person); err != nil {
		return err
	}
	// The work of the night is not what is measured.
	if err := d.database.MarkDone(ctx, jobs.Nightly, surveys.DateOf(time.Now().UTC())); err != nil {
		return err
	}
	if d.product, err = serveBench(ctx, scratch, d.keys); err != nil {
		return err
	}
	form := url.Values{"gebruiker": {benchPerson}, "wachtwoord": {benchPassword}}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, d.product.address+"/beheer/inloggen", strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := (&http.Transport{}).RoundTrip(r) // the cookie comes with the redirect
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, answer.Body)
	d.cookies = answer.Cookies()
	if err := errors.Join(err, answer.Body.Close()); err != nil {
		return err
	}
	if len(d.cookies) == 0 {
		return fmt.Errorf("signing in was answered with %s", answer.Status)
	}
	return nil
}
