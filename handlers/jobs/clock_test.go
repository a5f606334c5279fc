package jobs_test

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"weerklank.nl/weerklank/handlers/jobs"
	"weerklank.nl/weerklank/storage/aggregates"
	"weerklank.nl/weerklank/storage/answers"
	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/storage/programme"
	"weerklank.nl/weerklank/storage/vault"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
)

const (
	org    = surveys.OrgID("waterrijk")
	survey = surveys.ID("balie")
)

// town is a municipality with one running survey and a clock that the test turns.
type town struct {
	now       time.Time
	clock     *jobs.Clock
	vault     *vault.Vault
	programme *programme.Programme
	answers   *answers.Answers
	releases  *aggregates.Aggregates
	db        *db.DB
	log       *slog.Logger
}

func givenTown(t *testing.T, d *db.DB) *town {
	t.Helper()
	p := programme.New(d)
	w := &town{vault: vault.New(d), programme: p, answers: answers.New(d, p), releases: aggregates.New(d, make([][32]byte, 1)), db: d,
		log: slog.New(slog.NewTextHandler(t.Output(), nil)), now: at(t, "2026-11-25 12:00")}
	must(t, w.vault.AddOrganisation(t.Context(), &surveys.Organisation{ID: org, Zone: "Europe/Amsterdam"}))
	def := questionnaire.Definition{FormID: "balie", Title: questionnaire.Texts{"": "Balie"},
		Items: []*questionnaire.Item{{Kind: questionnaire.Question, Name: "gemak", Type: questionnaire.TypeSelectOne, List: "vijf",
			Label: questionnaire.Texts{"": "Hoe makkelijk was het?"}}},
		Lists: []*questionnaire.List{{Name: "vijf"}}}
	for i := range 5 {
		def.Lists[0].Choices = append(def.Lists[0].Choices, &questionnaire.Choice{Name: fmt.Sprint(i + 1), Label: questionnaire.Texts{"": fmt.Sprint(i + 1)}})
	}
	body, err := json.Marshal(def)
	must(t, err)
	must(t, p.AddQuestionnaire(t.Context(), &surveys.Questionnaire{ID: "q", Org: org, FormID: "balie", Draft: body}))
	must(t, p.PublishVersion(t.Context(), org, "q", func(q *surveys.Questionnaire) (*surveys.Version, error) {
		q.Published = 1
		return &surveys.Version{Questionnaire: "q", Number: 1, Definition: body, PublishedAt: w.now}, nil
	}))
	must(t, p.AddSurvey(t.Context(), &surveys.Survey{ID: survey, Org: org, Slug: "balie", Questionnaire: "q", Version: 1, Mode: surveys.Open,
		Opens: "2026-11-01", Closes: "2026-11-27", OpenedAt: at(t, "2026-10-28 12:00"), SmallestGroup: 5}))
	w.clock = w.newClock()
	return w
}

func (w *town) newClock() *jobs.Clock {
	return jobs.New(jobs.Deps{Turns: w.db, Holder: rand.Text(), Vault: w.vault, Programme: w.programme, Answers: w.answers, Counts: disclosure.NewEngine(w.answers, 0),
		Releases: w.releases, Log: w.log, Now: func() time.Time { return w.now }})
}

func (w *town) turn(t *testing.T, moment string) {
	t.Helper()
	w.now = at(t, moment)
	must(t, w.clock.Tick(t.Context()))
}

func (w *town) submit(t *testing.T, day surveys.Date, from, to int) {
	t.Helper()
	writer, err := answers.NewWriter(t.Context(), w.answers)
	must(t, err)
	for i := from; i < to; i++ {
		_, err := writer.Submit(t.Context(), responses.Response{Org: org, Survey: survey, Version: 1, Day: day,
			Key: responses.Key{byte(i)}, Answers: questionnaire.Answers{"gemak": fmt.Sprint(i%5 + 1)}}, day)
		must(t, err)
	}
	must(t, writer.Close(t.Context()))
}

// at is a moment on the clocks of the town.
func at(t *testing.T, moment string) time.Time {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Amsterdam")
	must(t, err)
	m, err := time.ParseInLocation("2006-01-02 15:04", moment, zone)
	must(t, err)
	return m
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestTheClockCarriesASurveyToItsEnd(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		w := givenTown(t, d)
		w.submit(t, "2026-11-24", 0, 12)
		w.turn(t, "2026-11-25 12:00")
		first, err := w.releases.FindRelease(t.Context(), org, survey)
		must(t, err)
		if first.Number != 1 || first.AsOf != "2026-11-24" || first.Final {
			t.Errorf("the first release is number %d as of %s, final %v", first.Number, first.AsOf, first.Final)
		}
		w.submit(t, "2026-11-27", 12, 24)

		w.turn(t, "2026-11-27 23:59") // the last day is included
		if s, err := w.programme.FindSurvey(t.Context(), org, survey); err != nil || !s.ClosedAt.IsZero() {
			t.Errorf("closed on its last day (%v)", err)
		}
		w.turn(t, "2026-11-28 00:01")
		if s, err := w.programme.FindSurvey(t.Context(), org, survey); err != nil || s.ClosedAt.IsZero() {
			t.Errorf("not closed when its last day was over (%v)", err)
		}
		last, err := w.releases.FindRelease(t.Context(), org, survey)
		must(t, err)
		if last.AsOf != "2026-11-27" || !last.Final {
			t.Errorf("the last release is as of %s, final %v", last.AsOf, last.Final)
		}
		must(t, w.answers.EachResponse(t.Context(), org, survey, func(r *responses.Response) error {
			if r.Day != "2026-11-23" {
				t.Errorf("a day is still stored: %s", r.Day)
			}
			return nil
		}))
		if left, err := w.programme.ClosedUnmixed(t.Context()); err != nil || len(left) != 0 {
			t.Errorf("%d closed surveys are not mixed (%v)", len(left), err)
		}

		w.clock = w.newClock() // a new start finds nothing to do
		w.turn(t, "2026-11-28 00:02")
		w.turn(t, "2026-11-29 12:00")
		if again, err := w.releases.FindRelease(t.Context(), org, survey); err != nil || again.Number != last.Number {
			t.Errorf("there is a release %d after the last one, %d (%v)", again.Number, last.Number, err)
		}
	})
}

func TestOneInstanceWorks(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		w := givenTown(t, d)
		w.submit(t, "2026-11-24", 0, 12)
		w.turn(t, "2026-11-25 12:00")
		other := w.newClock()
		w.now = at(t, "2026-11-26 12:00").Add(-24*time.Hour + 5*time.Minute)
		must(t, other.Tick(t.Context()))
		w.submit(t, "2026-11-25", 12, 40)
		w.turn(t, "2026-11-25 12:04") // it keeps the work
		w.now = at(t, "2026-11-26 12:00")
		must(t, other.Tick(t.Context())) // the first one went away long ago
		r, err := w.releases.FindRelease(t.Context(), org, survey)
		must(t, err)
		if r.Number != 2 || r.AsOf != "2026-11-25" {
			t.Errorf("release %d as of %s; the other instance did not take over", r.Number, r.AsOf)
		}
	})
}

func TestAHaltedSurveyReleasesNothing(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		w := givenTown(t, d)
		w.submit(t, "2026-11-24", 0, 12)
		w.turn(t, "2026-11-25 12:00")
		must(t, d.Transact(t.Context(), func(tx *db.Tx) error { return aggregates.Halt(t.Context(), tx, org, survey, "2026-11-25") }))
		w.submit(t, "2026-11-25", 12, 40)
		w.turn(t, "2026-11-26 12:00")
		if r, err := w.releases.FindRelease(t.Context(), org, survey); err != nil || r.Number != 1 {
			t.Errorf("release %d was made while halted (%v)", r.Number, err)
		}
		resume := func(h *disclosure.Halted) error { return h.Resume("beheerder", "De dienst stond uit.", "2026-11-27") }
		must(t, w.releases.ChangeHalted(t.Context(), org, survey, resume))
		w.turn(t, "2026-11-27 12:00")
		if r, err := w.releases.FindRelease(t.Context(), org, survey); err != nil || r.Number != 2 {
			t.Errorf("release %d after it was resumed (%v)", r.Number, err)
		}
		if err := w.releases.ChangeHalted(t.Context(), org, survey, resume); !errors.Is(err, surveys.ErrChangedMeanwhile) {
			t.Errorf("resuming twice = %v, want ErrChangedMeanwhile", err)
		}
		must(t, d.Transact(t.Context(), func(tx *db.Tx) error { return aggregates.Halt(t.Context(), tx, org, survey, "2026-11-28") }))
		if since, err := w.releases.Halted(t.Context(), org, survey); err != nil || since != "2026-11-28" {
			t.Errorf("after a second restore it is halted since %q (%v)", since, err)
		}
	})
}
