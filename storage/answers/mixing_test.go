package answers_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"weerklank.nl/weerklank/storage/answers"
	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

// keys are the keys that are stored, each with the day of its response.
func (g given) keys(t testing.TB) map[responses.Key]surveys.Date {
	t.Helper()
	all := map[responses.Key]surveys.Date{}
	must(t, g.EachResponse(t.Context(), org, survey, func(r *responses.Response) error {
		all[r.Key] = r.Day
		return nil
	}))
	return all
}

func TestMixingLosesNothingThatComesOrGoesMeanwhile(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		g := givenSurvey(t, d)
		w := startWriter(t, g)
		const early, clients = 3000, 8
		submitAll(t, w, 6, 0, early)

		ctx, stop := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		var mu sync.Mutex
		want := map[responses.Key]bool{}
		for i := range early {
			want[response(6, i).Key] = true
		}
		var next atomic.Int64
		next.Store(early)
		for range clients {
			wg.Go(func() {
				for ctx.Err() == nil {
					i := int(next.Add(1))
					r := response(6, i)
					if _, err := w.Submit(t.Context(), r, today); err != nil {
						t.Error(err)
						return
					}
					gone := response(6, i-early) // one of the early ones is withdrawn for each that comes
					mu.Lock()
					want[r.Key] = true
					withdraw := i%3 == 0 && want[gone.Key]
					delete(want, map[bool]responses.Key{true: gone.Key}[withdraw])
					mu.Unlock()
					if withdraw {
						if err := g.WithdrawResponse(t.Context(), org, []responses.Key{gone.Key}); err != nil {
							t.Error(err)
							return
						}
					}
				}
			})
		}
		for range 3 {
			report, err := d.Mix(t.Context(), answers.Responses)
			must(t, err)
			if report.Rows < early {
				t.Errorf("%d rows were copied, want at least %d", report.Rows, early)
			}
		}
		stop()
		wg.Wait()
		got := g.keys(t)
		if len(got) != len(want) {
			t.Errorf("%d responses are stored, want %d", len(got), len(want))
		}
		for r := range want {
			if _, ok := got[r]; !ok {
				t.Fatal("a response was lost")
			}
		}
		for _, table := range []string{"responses_next", "responses_old"} {
			if _, err := d.Describe(t.Context(), table); !errors.Is(err, surveys.ErrNotFound) {
				t.Errorf("%s is left over: %v", table, err)
			}
		}
	})
}

func TestMixingThatWasCutShortIsBegunAnew(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		g := givenSurvey(t, d)
		w := startWriter(t, g)
		submitAll(t, w, 7, 0, 1500)
		for range 6 {
			ctx, cancel := context.WithCancel(t.Context())
			wait := time.AfterFunc(time.Duration(len(g.keys(t))%7)*time.Millisecond, cancel)
			_, err := d.Mix(ctx, answers.Responses)
			if err != nil && !errors.Is(err, context.Canceled) && ctx.Err() == nil {
				t.Fatal(err)
			}
			wait.Stop()
			cancel()
			submitAll(t, w, 7, len(g.keys(t)), len(g.keys(t))+7)
		}
		before := len(g.keys(t))
		_, err := d.Mix(t.Context(), answers.Responses)
		must(t, err)
		if after := len(g.keys(t)); after != before {
			t.Errorf("%d responses, before the last mixing %d", after, before)
		}
	})
}

func TestTwoMixingsAtOnceLoseNothing(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, address string) {
		d := dbtest.Open(t, address)
		g := givenSurvey(t, d)
		w := startWriter(t, g)
		submitAll(t, w, 13, 0, 2000)
		other := dbtest.Open(t, address) // as another instance, or the backup command, has it
		var wg sync.WaitGroup
		var done atomic.Int64
		for _, each := range []*db.DB{d, other, d, other} {
			wg.Go(func() {
				for range 3 {
					if _, err := each.Mix(t.Context(), answers.Responses); err == nil {
						done.Add(1)
					}
				}
			})
		}
		submitAll(t, w, 13, 2000, 2400)
		wg.Wait()
		if n := len(g.keys(t)); n != 2400 {
			t.Errorf("%d responses are stored, want 2400", n)
		}
		_, err := d.Mix(t.Context(), answers.Responses)
		must(t, err)
		if n := len(g.keys(t)); n != 2400 {
			t.Errorf("%d responses are stored after one more mixing, want 2400; %d had come to an end", n, done.Load())
		}
	})
}

func TestDaysBecomeWeeksAtClosing(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		g := givenSurvey(t, d)
		w := startWriter(t, g)
		for i, day := range []surveys.Date{"2026-11-23", "2026-11-25", "2026-11-29", "2026-11-30"} {
			r := response(8, i)
			r.Day = day
			_, err := w.Submit(t.Context(), r, today)
			must(t, err)
		}
		for range 2 { // the second time changes nothing
			must(t, g.Coarsen(t.Context(), org, survey, surveys.Open))
			count := map[surveys.Date]int{}
			for _, day := range g.keys(t) {
				count[day]++
			}
			if len(count) != 2 || count["2026-11-23"] != 3 || count["2026-11-30"] != 1 {
				t.Errorf("days are now %v", count)
			}
		}
	})
}

func TestMixingSaysWhenTheLogCouldNotBeEmptied(t *testing.T) {
	d := dbtest.Open(t, dbtest.SQLite(t))
	g := givenSurvey(t, d)
	submitAll(t, startWriter(t, g), 9, 0, 50)
	must(t, d.View(t.Context(), func(r db.Reader) error { // a reader that stays
		var n int
		if err := r.Get(t.Context(), &n, `SELECT COUNT(*) FROM responses`); err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		if _, err := d.Mix(ctx, answers.Responses); err != nil {
			t.Errorf("Mix() = %v", err)
		}
		if err := d.EmptyLog(ctx); !errors.Is(err, db.ErrCheckpointBusy) {
			t.Errorf("EmptyLog() = %v, want ErrCheckpointBusy", err)
		}
		return nil
	}))
	must(t, d.EmptyLog(t.Context()))
}

// submitAll submits responses from to to, with 16 clients.
func submitAll(t testing.TB, w *answers.Writer, seed uint64, from, to int) {
	t.Helper()
	var wg sync.WaitGroup
	var next atomic.Int64
	next.Store(int64(from) - 1)
	for range 16 {
		wg.Go(func() {
			for i := int(next.Add(1)); i < to; i = int(next.Add(1)) {
				if _, err := w.Submit(t.Context(), response(seed, i), today); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
}

func TestPostgreSQLVacuumsAMixedTableOfItselfAgain(t *testing.T) {
	d := dbtest.Open(t, dbtest.Postgres(t))
	g := givenSurvey(t, d)
	submitAll(t, startWriter(t, g), 3, 0, 20)
	_, err := d.Mix(t.Context(), answers.Responses)
	must(t, err)
	var options []string
	must(t, d.Reader().Select(t.Context(), &options, `SELECT relname || ' ' || array_to_string(reloptions, ',') FROM pg_class
		WHERE relname IN ('responses', 'batches') AND reloptions IS NOT NULL`))
	if len(options) > 0 {
		t.Errorf("left behind: %q", options)
	}
}
