package programme_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/storage/programme"
	"weerklank.nl/weerklank/surveys"
)

func survey(org surveys.OrgID, id surveys.ID, slug string) *surveys.Survey {
	s := as(filled[surveys.Survey](1), org, id, 0)
	s.Slug = slug
	return s
}

func TestSurvey(t *testing.T) {
	eachStore(t, func(t *testing.T, p *programme.Programme) {
		testKept(t, p.AddSurvey, p.FindSurvey, p.ChangeSurvey, nothing)
	})
}

func TestSurveyIsFoundByItsAddress(t *testing.T) {
	eachStore(t, func(t *testing.T, p *programme.Programme) {
		must(t, p.AddSurvey(t.Context(), survey(here, "one", "balie-2026")))
		got, err := p.FindSurveyBySlug(t.Context(), here, "balie-2026")
		must(t, err)
		same(t, got, survey(here, "one", "balie-2026"))
		if _, err := p.FindSurveyBySlug(t.Context(), there, "balie-2026"); !errors.Is(err, surveys.ErrNotFound) {
			t.Errorf("FindSurveyBySlug() elsewhere = %v, want ErrNotFound", err)
		}
	})
}

func TestSurveyAddressIsUniqueInTheOrganisation(t *testing.T) {
	eachStore(t, func(t *testing.T, p *programme.Programme) {
		must(t, p.AddSurvey(t.Context(), survey(here, "one", "balie")))
		must(t, p.AddSurvey(t.Context(), survey(here, "two", "toets")))
		must(t, p.AddSurvey(t.Context(), survey(there, "three", "balie")))
		refusedAt(t, p.AddSurvey(t.Context(), survey(here, "four", "balie")), "slug", "survey.slug_taken")
		err := p.ChangeSurvey(t.Context(), here, "two", func(s *surveys.Survey) error { s.Slug = "balie"; return nil })
		refusedAt(t, err, "slug", "survey.slug_taken")
	})
}

func TestSurveysAreListedByFirstDay(t *testing.T) {
	eachStore(t, func(t *testing.T, p *programme.Programme) {
		for id, opens := range map[surveys.ID]surveys.Date{"late": "2026-11-01", "early": "2026-02-01", "middle": "2026-10-30"} {
			s := survey(here, id, string(id))
			s.Opens = opens
			must(t, p.AddSurvey(t.Context(), s))
		}
		must(t, p.AddSurvey(t.Context(), survey(there, "elsewhere", "x")))
		all, err := p.ListSurveys(t.Context(), here)
		same(t, keys(t, all, err), []string{"early", "middle", "late"})
	})
}

func TestPeriodsHoldWhatAPhaseLooksAtAndTheMode(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		p := programme.New(d)
		one, two := survey(here, "one", "one"), survey(there, "two", "two")
		two.OpenedAt, two.ClosedAt = time.Time{}, time.Time{}
		must(t, p.AddSurvey(t.Context(), one))
		must(t, p.AddSurvey(t.Context(), two))
		var got map[surveys.ID]surveys.Survey
		must(t, d.Ingest(t.Context(), func(tx *db.Tx) (err error) {
			got, err = p.Periods(t.Context(), tx.Reader, []surveys.ID{"one", "two", "none"})
			return err
		}))
		same(t, got, map[surveys.ID]surveys.Survey{
			"one": {ID: "one", Org: here, Mode: one.Mode, Opens: one.Opens, Closes: one.Closes, OpenedAt: one.OpenedAt, ClosedAt: one.ClosedAt},
			"two": {ID: "two", Org: there, Mode: two.Mode, Opens: two.Opens, Closes: two.Closes},
		})
	})
}

func TestClosedSurveyIsMixedOnce(t *testing.T) {
	eachStore(t, func(t *testing.T, p *programme.Programme) {
		closed, running := survey(here, "closed", "closed"), survey(there, "running", "running")
		running.ClosedAt = time.Time{}
		must(t, p.AddSurvey(t.Context(), closed))
		must(t, p.AddSurvey(t.Context(), running))
		unmixed := func() []string {
			all, err := p.ClosedUnmixed(t.Context())
			return keys(t, all, err)
		}
		if got := unmixed(); !slices.Equal(got, []string{"closed"}) {
			t.Errorf("to mix: %v", got)
		}
		must(t, p.MixedClosed(t.Context(), []surveys.ID{"closed", "running"}))
		if got := unmixed(); len(got) != 0 {
			t.Errorf("still to mix: %v", got)
		}
		must(t, p.ChangeSurvey(t.Context(), there, "running", func(s *surveys.Survey) error { s.ClosedAt = moment(1); return nil }))
		if got := unmixed(); !slices.Equal(got, []string{"running"}) {
			t.Errorf("to mix after it closed: %v", got)
		}
	})
}
