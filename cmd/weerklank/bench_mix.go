package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"weerklank.nl/weerklank/cmd/weerklank/internal/bench"
	"weerklank.nl/weerklank/storage/answers"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

// benchMixCmd measures how long mixing takes, and how long it makes others wait.
type benchMixCmd struct {
	Database string `help:"${bench_database}" placeholder:"URL"`
	JSON     bool   `name:"json" help:"${bench_json}"`
	Sizes    []int  `default:"10000,100000,1000000" help:"${bench_sizes}"`
}

// mixFigures is one measurement, as --json prints it.
type mixFigures struct {
	Database  string  `json:"database"`
	Responses int     `json:"responses"`
	Seconds   float64 `json:"seconds"`
	Block     float64 `json:"longest_block_ms"`
}

// Run mixes a table that grows from size to size. Meanwhile somebody submits and
// somebody reads, one after the other and again and again: the longest that either
// had to wait for an answer is the longest block.
func (b *benchMixCmd) Run(ctx context.Context, t *terminal) error {
	return eachScratch(ctx, b.Database, func(scratch, dir string) error {
		d, err := openBench(ctx, scratch, dir)
		if err != nil {
			return err
		}
		defer d.database.Close()
		held := 0
		for _, size := range b.Sizes {
			if _, err := d.fill(ctx, max(0, size-held)); err != nil {
				return err
			}
			held = size
			f, err := d.mix(ctx, size)
			if err != nil {
				return err
			}
			if b.JSON {
				err = json.NewEncoder(t.out).Encode(f)
			} else {
				t.say("cli.bench_mix", map[string]any{"Database": f.Database, "Responses": f.Responses, "Seconds": f.Seconds, "Block": f.Block})
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func (d *benchDatabase) mix(ctx context.Context, size int) (*mixFigures, error) {
	w, err := answers.NewWriter(ctx, d.answers)
	if err != nil {
		return nil, err
	}
	busy, stop := context.WithCancel(ctx)
	defer stop()
	type waited struct {
		longest time.Duration
		err     error
	}
	again := func(work func() error) chan waited {
		done := make(chan waited, 1)
		go func() {
			var w waited
			for busy.Err() == nil && w.err == nil {
				began := time.Now()
				w.err = work()
				w.longest = max(w.longest, time.Since(began))
				time.Sleep(2 * time.Millisecond)
			}
			done <- w
		}()
		return done
	}
	today, sent := surveys.DateOf(time.Now()), 0
	sending := again(func() error {
		r := bench.History(d.arriving, 0, 1, 1)[0]
		if _, err := rand.Read(r.Key[:]); err != nil {
			return err
		}
		_, err := w.Submit(ctx, r, today)
		if err == nil {
			sent++
		}
		return err
	})
	reading := again(func() error {
		_, err := d.answers.FindResponseByReceipt(ctx, benchOrg, []responses.Key{{}})
		if errors.Is(err, surveys.ErrNotFound) { // nobody holds that code
			return nil
		}
		return err
	})
	report, err := d.database.Mix(ctx, answers.Responses)
	stop()
	s, r := <-sending, <-reading
	if err := errors.Join(err, s.err, r.err, w.Close(ctx), d.answers.EmptyLog(ctx)); err != nil {
		return nil, fmt.Errorf("mix %d responses: %w", size, err)
	}
	d.sent[d.arriving.ID] += sent
	if err := d.holds(ctx); err != nil {
		return nil, fmt.Errorf("mix %d responses: %w", size, err)
	}
	return &mixFigures{Database: d.database.Name(), Responses: size, Seconds: rounded(report.Took.Seconds(), 2),
		Block: rounded(milliseconds(max(report.LongestBlock, s.longest, r.longest)), 1)}, nil
}
