package answers_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"weerklank.nl/weerklank/storage/answers"
	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

// stored reads the survey in bulk, by key.
func (g given) stored(t *testing.T) map[responses.Key]responses.Stored {
	t.Helper()
	all := map[responses.Key]responses.Stored{}
	must(t, g.EachStored(t.Context(), org, survey, func(list []responses.Stored) error {
		for _, s := range list {
			if _, twice := all[s.Key]; twice {
				t.Error("a response came twice")
			}
			s.Answers = slices.Clone(s.Answers)
			all[s.Key] = s
		}
		return nil
	}))
	return all
}

func TestReadingInBulkGivesWhatReadingOneByOneGives(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		g := givenSurvey(t, d)
		w := startWriter(t, g)
		if n := len(g.stored(t)); n != 0 {
			t.Fatalf("%d responses before there was one", n)
		}
		submitAll(t, w, 21, 0, 700)
		for i, text := range []string{"komma, en\x00een nul", strings.Repeat("lang ", 20_000), "'\";--", "é😀"} {
			r := response(22, i)
			r.Day = []surveys.Date{"", today}[i%2]
			r.Flagged = i > 1
			r.Answers["open"] = text
			_, err := w.Submit(t.Context(), r, today)
			must(t, err)
		}
		must(t, g.WithdrawResponse(t.Context(), org, []responses.Key{response(21, 3).Key}))
		bulk, n := g.stored(t), 0
		for i := range 4 {
			if s := bulk[response(22, i).Key]; s.Flagged != (i > 1) {
				t.Errorf("response %d is read with the flag %v", i, s.Flagged)
			}
		}
		must(t, g.EachResponse(t.Context(), org, survey, func(r *responses.Response) error {
			n++
			s, there := bulk[r.Key]
			if !there || s.Day != r.Day || s.Version != r.Version {
				t.Fatalf("read in bulk %+v, one by one %+v", s, r)
			}
			book, err := g.Codebook(t.Context(), org, survey, s.Version)
			must(t, err)
			got, err := book.Decode(s.Answers)
			must(t, err)
			if !maps.Equal(got, r.Answers) {
				t.Fatalf("answers read in bulk %v, one by one %v", got, r.Answers)
			}
			return nil
		}))
		if n != len(bulk) || n != 703 {
			t.Errorf("%d responses one by one and %d in bulk, want 703", n, len(bulk))
		}
		must(t, g.WithdrawResponse(t.Context(), org, []responses.Key{response(22, 3).Key}))
		var flagged int
		must(t, d.Reader().Get(t.Context(), &flagged, `SELECT COUNT(*) FROM responses WHERE flagged`))
		if flagged != 1 {
			t.Errorf("%d flags are left after one of two flagged responses was withdrawn", flagged)
		}
	})
}

// news are the keys of the batches that are not among those known, and which of
// them have a response.
func (g given) news(t *testing.T, known responses.Marks) (keys, now []responses.Key) {
	t.Helper()
	marks, err := g.Marks(t.Context(), org, survey)
	must(t, err)
	fresh := slices.DeleteFunc(marks.Batches, func(b responses.Batch) bool { return slices.Contains(known.Batches, b) })
	must(t, g.EachTouched(t.Context(), org, survey, fresh, func(some []responses.Key, list []responses.Stored) error {
		keys = append(keys, some...)
		for _, s := range list {
			now = append(now, s.Key)
		}
		return nil
	}))
	return keys, now
}

func TestBatchesNameWhatWasTouched(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		g := givenSurvey(t, d)
		w := startWriter(t, g)
		submitAll(t, w, 23, 0, 600)
		keys, now := g.news(t, responses.Marks{})
		if len(keys) != 600 || len(now) != 600 {
			t.Fatalf("%d keys and %d responses in batches, want 600 of both", len(keys), len(now))
		}
		known, err := g.Marks(t.Context(), org, survey)
		must(t, err)
		t.Run("a response that came", func(t *testing.T) {
			_, err := w.Submit(t.Context(), response(23, 600), today)
			must(t, err)
			if keys, now := g.news(t, known); !slices.Equal(keys, []responses.Key{response(23, 600).Key}) || len(now) != 1 {
				t.Errorf("new are %d keys and %d responses", len(keys), len(now))
			}
		})
		t.Run("one that came twice is not", func(t *testing.T) {
			known, err := g.Marks(t.Context(), org, survey)
			must(t, err)
			outcome, err := w.Submit(t.Context(), response(23, 600), today)
			must(t, err)
			if keys, _ := g.news(t, known); outcome != responses.Already || len(keys) != 0 {
				t.Errorf("%d keys are new", len(keys))
			}
		})
		t.Run("one that was withdrawn, without an answer", func(t *testing.T) {
			known, err := g.Marks(t.Context(), org, survey)
			must(t, err)
			gone := response(23, 7).Key
			must(t, g.WithdrawResponse(t.Context(), org, []responses.Key{gone}))
			if keys, now := g.news(t, known); !slices.Equal(keys, []responses.Key{gone}) || len(now) != 0 {
				t.Errorf("new are %d keys and %d responses", len(keys), len(now))
			}
		})
		t.Run("days that became weeks", func(t *testing.T) {
			known, err := g.Marks(t.Context(), org, survey)
			must(t, err)
			must(t, g.Coarsen(t.Context(), org, survey, surveys.Open))
			if _, now := g.news(t, known); len(now) != 600 {
				t.Errorf("%d responses changed, want 600", len(now))
			}
		})
		t.Run("and are forgotten by a mixing, which is another epoch", func(t *testing.T) {
			before, err := g.Marks(t.Context(), org, survey)
			must(t, err)
			_, err = d.Mix(t.Context(), answers.Responses)
			must(t, err)
			after, err := g.Marks(t.Context(), org, survey)
			must(t, err)
			if len(after.Batches) != 0 || after.Epoch == before.Epoch || after.Epoch == "" {
				t.Errorf("after a mixing %d batches in epoch %q, before it %q", len(after.Batches), after.Epoch, before.Epoch)
			}
			err = g.EachTouched(t.Context(), org, survey, before.Batches, func([]responses.Key, []responses.Stored) error { return nil })
			if !errors.Is(err, surveys.ErrChangedMeanwhile) {
				t.Errorf("EachTouched() = %v, want ErrChangedMeanwhile", err)
			}
			if n := len(g.stored(t)); n != 600 {
				t.Errorf("%d responses, want 600", n)
			}
		})
	})
}

func TestADamagedRowIsReadAndRefusedByItsBook(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		g := givenSurvey(t, d)
		submitAll(t, startWriter(t, g), 24, 0, 2)
		must(t, d.Transact(t.Context(), func(tx *db.Tx) error {
			key := response(24, 1).Key
			_, err := tx.Exec(t.Context(), `UPDATE responses SET answers = ? WHERE survey_id = ? AND response_key = ?`, []byte{1, 200}, survey, key[:])
			return err
		}))
		book, err := g.Book(t.Context(), org, survey, 1)
		must(t, err)
		refused := 0
		for _, s := range g.stored(t) {
			if err := book.Walk(s.Answers, nobody{}); errors.Is(err, answers.ErrCorrupt) {
				refused++
			}
		}
		if refused != 1 {
			t.Errorf("%d rows were refused, want the damaged one", refused)
		}
	})
}

type nobody struct{}

func (nobody) Choice(int, int)          {}
func (nobody) Text(int, string, string) {}

var _ responses.Book = (*answers.Codebook)(nil)
var _ responses.Store = (*answers.Answers)(nil)
