package programme_test

import (
	"errors"
	"testing"

	"weerklank.nl/weerklank/storage/programme"
	"weerklank.nl/weerklank/surveys"
)

func collector(org surveys.OrgID, survey, id surveys.ID, code string) *surveys.Collector {
	c := as(filled[surveys.Collector](1), org, id, 0)
	c.Survey, c.Code = survey, code
	return c
}

func TestCollector(t *testing.T) {
	eachStore(t, func(t *testing.T, p *programme.Programme) {
		testKept(t, p.AddCollector, p.FindCollector, p.ChangeCollector, nothing)
	})
}

func TestCollectorCodeIsUniqueInTheSurvey(t *testing.T) {
	eachStore(t, func(t *testing.T, p *programme.Programme) {
		must(t, p.AddCollector(t.Context(), collector(here, "s", "one", "noord")))
		must(t, p.AddCollector(t.Context(), collector(here, "s", "two", "")))
		must(t, p.AddCollector(t.Context(), collector(here, "r", "three", "noord")))
		refusedAt(t, p.AddCollector(t.Context(), collector(here, "s", "four", "noord")), "code", "collector.code_taken")
		err := p.ChangeCollector(t.Context(), here, "two", func(c *surveys.Collector) error { c.Code = "noord"; return nil })
		refusedAt(t, err, "code", "collector.code_taken")

		all, err := p.ListCollectors(t.Context(), here, "s")
		same(t, keys(t, all, err), []string{"two", "one"}) // the plain link first
	})
}

func TestRemovedCollectorIsGone(t *testing.T) {
	eachStore(t, func(t *testing.T, p *programme.Programme) {
		must(t, p.AddCollector(t.Context(), collector(here, "s", "one", "noord")))
		if err := p.RemoveCollector(t.Context(), there, "one"); !errors.Is(err, surveys.ErrNotFound) {
			t.Errorf("RemoveCollector() elsewhere = %v, want ErrNotFound", err)
		}
		must(t, p.RemoveCollector(t.Context(), here, "one"))
		if _, err := p.FindCollector(t.Context(), here, "one"); !errors.Is(err, surveys.ErrNotFound) {
			t.Errorf("FindCollector() = %v, want ErrNotFound", err)
		}
		if err := p.RemoveCollector(t.Context(), here, "one"); !errors.Is(err, surveys.ErrNotFound) {
			t.Errorf("RemoveCollector() again = %v, want ErrNotFound", err)
		}
	})
}
