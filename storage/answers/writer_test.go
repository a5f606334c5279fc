package answers_test

import (
	"context"
	"errors"
	"maps"
	"sync"
	"sync/atomic"
	"testing"

	"weerklank.nl/weerklank/storage/answers"
	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

func TestSubmittedResponsesAreStoredOnce(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		g := givenSurvey(t, d)
		w := startWriter(t, g)
		const clients, each = 16, 25
		var wg sync.WaitGroup
		var accepted atomic.Int64
		for c := range clients {
			wg.Go(func() {
				for i := range each {
					r := response(1, c*each+i)
					for range 2 { // a double click
						outcome, err := w.Submit(t.Context(), r, today)
						if err != nil {
							t.Error(err)
						}
						if outcome == responses.Accepted {
							accepted.Add(1)
						}
					}
				}
			})
		}
		wg.Wait()
		if accepted.Load() != clients*each {
			t.Errorf("%d of %d were accepted", accepted.Load(), clients*each)
		}
		stored := map[responses.Key]*responses.Response{}
		must(t, g.EachResponse(t.Context(), org, survey, func(r *responses.Response) error {
			stored[r.Key] = r
			return nil
		}))
		if len(stored) != clients*each {
			t.Fatalf("%d of %d are stored", len(stored), clients*each)
		}
		for i := range clients * each {
			want := response(1, i)
			got := stored[want.Key]
			if got == nil || !maps.Equal(got.Answers, want.Answers) || got.Day != today || got.Collector != "c" || got.Version != 1 {
				t.Fatalf("response %d is stored as %+v", i, got)
			}
		}
	})
}

func TestTheSameKeyAtOnceIsStoredOnce(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		g := givenSurvey(t, d)
		w := startWriter(t, g)
		var wg sync.WaitGroup
		var accepted, already atomic.Int64
		for range 50 {
			wg.Go(func() {
				r := response(2, 0)
				outcome, err := w.Submit(t.Context(), r, today)
				switch {
				case err != nil:
					t.Error(err)
				case outcome == responses.Accepted:
					accepted.Add(1)
				case outcome == responses.Already:
					already.Add(1)
				}
			})
		}
		wg.Wait()
		if accepted.Load() != 1 || already.Load() != 49 {
			t.Errorf("%d accepted, %d already; want 1 and 49", accepted.Load(), already.Load())
		}
	})
}

func TestSubmitOutsideThePeriod(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		g := givenSurvey(t, d)
		w := startWriter(t, g)
		first := response(3, 0)
		_, err := w.Submit(t.Context(), first, today)
		must(t, err)
		t.Run("is refused before the first day", func(t *testing.T) {
			if _, err := w.Submit(t.Context(), response(3, 1), "2026-10-31"); !errors.Is(err, responses.ErrClosed) {
				t.Errorf("Submit() = %v, want ErrClosed", err)
			}
		})
		t.Run("is refused after the last day", func(t *testing.T) {
			if _, err := w.Submit(t.Context(), response(3, 1), "2026-12-14"); !errors.Is(err, responses.ErrClosed) {
				t.Errorf("Submit() = %v, want ErrClosed", err)
			}
		})
		must(t, g.programme.ChangeSurvey(t.Context(), org, survey, func(s *surveys.Survey) error { return s.Close(noon(today)) }))
		t.Run("is refused once the survey is closed", func(t *testing.T) {
			if _, err := w.Submit(t.Context(), response(3, 1), today); !errors.Is(err, responses.ErrClosed) {
				t.Errorf("Submit() = %v, want ErrClosed", err)
			}
		})
		t.Run("still says that an earlier sending is stored", func(t *testing.T) {
			if outcome, err := w.Submit(t.Context(), first, today); outcome != responses.Already || err != nil {
				t.Errorf("Submit() = %v, %v; want Already", outcome, err)
			}
		})
		t.Run("does not reach another organisation's survey", func(t *testing.T) {
			r := response(3, 2)
			r.Org = "elders"
			if _, err := w.Submit(t.Context(), r, today); !errors.Is(err, surveys.ErrNotFound) && !errors.Is(err, responses.ErrClosed) {
				t.Errorf("Submit() = %v, want a refusal", err)
			}
		})
	})
}

func TestWithdrawnResponsesAreGone(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		g := givenSurvey(t, d)
		w := startWriter(t, g)
		r, other := response(4, 0), response(4, 1)
		for _, r := range []responses.Response{r, other} {
			_, err := w.Submit(t.Context(), r, today)
			must(t, err)
		}
		keys := []responses.Key{{1}, r.Key}
		found, err := g.FindResponseByReceipt(t.Context(), org, keys)
		must(t, err)
		if found.Key != r.Key || !maps.Equal(found.Answers, r.Answers) {
			t.Errorf("found %+v", found)
		}
		if err := g.WithdrawResponse(t.Context(), "elders", keys); !errors.Is(err, surveys.ErrNotFound) {
			t.Errorf("another organisation withdrew it: %v", err)
		}
		must(t, g.WithdrawResponse(t.Context(), org, keys))
		if err := g.WithdrawResponse(t.Context(), org, keys); !errors.Is(err, surveys.ErrNotFound) {
			t.Errorf("withdrawing twice = %v, want ErrNotFound", err)
		}
		if _, err := g.FindResponseByReceipt(t.Context(), org, keys); !errors.Is(err, surveys.ErrNotFound) {
			t.Errorf("it is still found: %v", err)
		}
		if outcome, err := w.Submit(t.Context(), r, today); outcome != responses.Already || err != nil {
			t.Errorf("sending it again = %v, %v; want Already", outcome, err)
		}
		n := 0
		must(t, g.EachResponse(t.Context(), org, survey, func(r *responses.Response) error {
			n++
			if r.Key != other.Key {
				t.Error("the withdrawn response is still counted")
			}
			return nil
		}))
		if n != 1 {
			t.Errorf("%d responses are left, want 1", n)
		}
	})
}

func TestWriterThatIsStopped(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		g := givenSurvey(t, d)
		w, err := answers.NewWriter(t.Context(), g.Answers)
		must(t, err)
		var wg sync.WaitGroup
		var stored, refused atomic.Int64
		begun := make(chan struct{}, 200)
		for i := range 200 {
			wg.Go(func() {
				begun <- struct{}{}
				switch _, err := w.Submit(t.Context(), response(5, i), today); {
				case err == nil:
					stored.Add(1)
				case errors.Is(err, surveys.ErrBusy):
					refused.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		for range 100 {
			<-begun
		}
		must(t, w.Close(context.Background()))
		wg.Wait()
		n := int64(0)
		must(t, g.EachResponse(t.Context(), org, survey, func(*responses.Response) error { n++; return nil }))
		if n != stored.Load() || stored.Load()+refused.Load() != 200 {
			t.Errorf("%d acknowledged, %d refused, %d stored", stored.Load(), refused.Load(), n)
		}
		if _, err := w.Submit(t.Context(), response(5, 1000), today); !errors.Is(err, surveys.ErrBusy) {
			t.Errorf("Submit() afterwards = %v, want ErrBusy", err)
		}
	})
}
