package programme_test

import (
	"errors"
	"testing"
	"time"

	"weerklank.nl/weerklank/storage/programme"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/decisions"
	"weerklank.nl/weerklank/surveys/training"
)

// concept is a decision about the findings that is not recorded.
func concept(id surveys.ID, findings ...surveys.ID) *decisions.Decision {
	d := as(filled[decisions.Decision](1), here, id, 0)
	d.Survey, d.Findings, d.RecordedAt = "s", findings, time.Time{}
	return d
}

// recorded is a decision that was taken on the day.
func recorded(id surveys.ID, on surveys.Date) *decisions.Decision {
	d := concept(id, "f")
	d.DecidedOn, d.RecordedAt = on, moment(1)
	return d
}

func TestDecision(t *testing.T) {
	eachStore(t, func(t *testing.T, p *programme.Programme) {
		for seed := 1; seed <= 2; seed++ { // the designs that they order, as of that revision
			d := filled[decisions.Decision](seed)
			must(t, p.AddDesign(t.Context(), as(filled[training.Design](seed), here, d.Design, d.DesignRevision)))
		}
		testKept(t, p.AddDecision, p.FindDecision, p.ChangeDecision, func(d *decisions.Decision) { d.RecordedAt = time.Time{} })
	})
}

func TestADecisionKeepsWhichRevisionOfTheDesignItOrdered(t *testing.T) {
	eachStore(t, func(t *testing.T, p *programme.Programme) {
		ordered := as(filled[training.Design](1), here, "design", 0)
		ordered.Title.NL = "Eerste opzet"
		must(t, p.AddDesign(t.Context(), ordered))
		rename := func(title string) {
			must(t, p.ChangeDesign(t.Context(), here, "design", func(d *training.Design) error { d.Title.NL = title; return nil }))
		}
		one := concept("one", "f")
		one.Design = "design"
		must(t, p.AddDecision(t.Context(), one))
		rename("Wat is besloten")
		must(t, p.ChangeDecision(t.Context(), here, "one", func(d *decisions.Decision) error {
			d.RecordedAt, d.DesignRevision = moment(2), 7 // what a caller says of it does not count
			return nil
		}))
		rename("Wat er later van kwam")
		d, err := p.FindDecision(t.Context(), here, "one")
		must(t, err)
		was, err := p.FindDesignRevision(t.Context(), here, d.Design, d.DesignRevision)
		must(t, err)
		if d.DesignRevision != 1 || was.Title.NL != "Wat is besloten" {
			t.Errorf("the decision ordered revision %d, %q", d.DesignRevision, was.Title.NL)
		}
		newest, err := p.FindDesignRevision(t.Context(), here, "design", 2)
		must(t, err)
		if newest.Title.NL != "Wat er later van kwam" {
			t.Errorf("revision 2 is %q", newest.Title.NL)
		}
		if _, err := p.FindDesignRevision(t.Context(), there, "design", 1); !errors.Is(err, surveys.ErrNotFound) {
			t.Errorf("another organisation reads it: %v", err)
		}
	})
}

func TestDecisionsAreListedByDayWithConceptsLast(t *testing.T) {
	eachStore(t, func(t *testing.T, p *programme.Programme) {
		first := concept("concept")
		first.DecidedOn = ""
		other := recorded("of another survey", "2026-05-07")
		other.Survey = "r"
		elsewhere := recorded("elsewhere", "2026-05-01")
		elsewhere.Org = there
		for _, d := range []*decisions.Decision{first, recorded("newer", "2026-05-06"), recorded("older", "2026-05-05"), other, elsewhere} {
			must(t, p.AddDecision(t.Context(), d))
		}
		of, err := p.ListDecisions(t.Context(), here, "s")
		same(t, keys(t, of, err), []string{"older", "newer", "concept"})
		all, err := p.ListDecisions(t.Context(), here, "")
		same(t, keys(t, all, err), []string{"older", "newer", "of another survey", "concept"})
	})
}

func TestRecordedDecisionNeverChanges(t *testing.T) {
	eachStore(t, func(t *testing.T, p *programme.Programme) {
		must(t, p.AddDecision(t.Context(), concept("one", "f")))
		must(t, p.ChangeDecision(t.Context(), here, "one", func(d *decisions.Decision) error { d.RecordedAt = moment(2); return nil }))
		want, err := p.FindDecision(t.Context(), here, "one")
		must(t, err)

		for name, try := range map[string]func() error{
			"changed": func() error {
				return p.ChangeDecision(t.Context(), here, "one", func(d *decisions.Decision) error { d.Reason.NL = "toch niet"; return nil })
			},
			"made a concept again": func() error {
				return p.ChangeDecision(t.Context(), here, "one", func(d *decisions.Decision) error { d.RecordedAt = time.Time{}; return nil })
			},
			"removed": func() error { return p.RemoveDecision(t.Context(), here, "one") },
		} {
			if err := try(); !errors.Is(err, surveys.ErrChangedMeanwhile) {
				t.Errorf("when it is %s: %v, want ErrChangedMeanwhile", name, err)
			}
			got, err := p.FindDecision(t.Context(), here, "one")
			must(t, err)
			same(t, got, want)
		}
	})
}

func TestConceptOfADecisionIsRemovedUnlessANoticeNamesIt(t *testing.T) {
	eachStore(t, func(t *testing.T, p *programme.Programme) {
		must(t, p.AddDecision(t.Context(), concept("free")))
		must(t, p.AddDecision(t.Context(), concept("told")))
		n := draft("n")
		n.Decisions = []surveys.ID{"told"}
		must(t, p.AddNotice(t.Context(), n))

		if err := p.RemoveDecision(t.Context(), there, "free"); !errors.Is(err, surveys.ErrNotFound) {
			t.Errorf("RemoveDecision() elsewhere = %v, want ErrNotFound", err)
		}
		must(t, p.RemoveDecision(t.Context(), here, "free"))
		if _, err := p.FindDecision(t.Context(), here, "free"); !errors.Is(err, surveys.ErrNotFound) {
			t.Errorf("FindDecision() = %v, want ErrNotFound", err)
		}
		if err := p.RemoveDecision(t.Context(), here, "told"); !errors.Is(err, surveys.ErrChangedMeanwhile) {
			t.Errorf("RemoveDecision() under a notice = %v, want ErrChangedMeanwhile", err)
		}
	})
}
