package main

import (
	"encoding/json"
	"errors"
	"time"

	"weerklank.nl/weerklank/cmd/weerklank/internal/bench"
	"weerklank.nl/weerklank/surveys/disclosure"
)

// benchGuardCmd measures the guard: how long an audit takes, how much it keeps of
// what is large enough, and whether somebody else's arithmetic finds a leak.
type benchGuardCmd struct {
	JSON    bool `name:"json" help:"${bench_json}"`
	Surveys int  `default:"300" help:"${bench_surveys}"`
}

type guardTiming struct {
	Cells  int     `json:"cells"`
	Groups int     `json:"groups"`
	MS     float64 `json:"ms"`
}

type guardKept struct {
	Surveys int     `json:"surveys"`
	OneWay  float64 `json:"kept_one_way"`
	TwoWay  float64 `json:"kept_two_way"`
	Leaks   int     `json:"leaks"`
}

var errLeaks = errors.New("bench guard: a set smaller than the smallest group can be derived")

// Run measures. It fails when there is a leak.
func (b *benchGuardCmd) Run(t *terminal) error {
	out := json.NewEncoder(t.out)
	for _, c := range []bench.Crowd{bench.Forty(), bench.Lattice(15, 20, 4, 7), bench.Lattice(15, 20, 12, 8)} {
		var took []float64
		for range 5 {
			start := time.Now()
			disclosure.Foresee(c.Survey, nil, c.Heads)
			took = append(took, milliseconds(time.Since(start)))
		}
		f := guardTiming{len(c.Heads), bench.Groups(c), rounded(median(took), 1)}
		if b.JSON {
			if err := out.Encode(f); err != nil {
				return err
			}
			continue
		}
		t.say("cli.bench_guard_time", map[string]any{"Cells": f.Cells, "Groups": f.Groups, "MS": f.MS})
	}
	var sum bench.Kept
	for _, c := range bench.Crowds(b.Surveys) {
		k := bench.Judge(c)
		sum.OneWay, sum.OneWayOf = sum.OneWay+k.OneWay, sum.OneWayOf+k.OneWayOf
		sum.TwoWay, sum.TwoWayOf = sum.TwoWay+k.TwoWay, sum.TwoWayOf+k.TwoWayOf
		sum.Leaks += k.Leaks
	}
	f := guardKept{b.Surveys, rounded(float64(sum.OneWay)/float64(max(1, sum.OneWayOf)), 3), rounded(float64(sum.TwoWay)/float64(max(1, sum.TwoWayOf)), 3), sum.Leaks}
	if b.JSON {
		if err := out.Encode(f); err != nil {
			return err
		}
	} else {
		t.say("cli.bench_guard", map[string]any{"Surveys": f.Surveys, "OneWay": f.OneWay, "TwoWay": f.TwoWay, "Leaks": f.Leaks})
	}
	if f.Leaks > 0 {
		return errLeaks
	}
	return nil
}
