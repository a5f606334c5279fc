package programme_test

import (
	"errors"
	"testing"
	"time"

	"weerklank.nl/weerklank/storage/programme"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/notices"
)

// draft is a notice about survey s that is not published.
func draft(id surveys.ID) *notices.Notice {
	n := as(filled[notices.Notice](1), here, id, 0)
	n.Survey, n.PublishedOn, n.PublishedAt = "s", "", time.Time{}
	return n
}

func published(id surveys.ID, at time.Time) *notices.Notice {
	n := draft(id)
	n.PublishedOn, n.PublishedAt = surveys.DateOf(at), at
	return n
}

func TestNotice(t *testing.T) {
	eachStore(t, func(t *testing.T, p *programme.Programme) {
		testKept(t, p.AddNotice, p.FindNotice, p.ChangeNotice, func(n *notices.Notice) { n.PublishedAt = time.Time{} })
	})
}

func TestNoticesAreListedAsPublishedWithConceptsLast(t *testing.T) {
	eachStore(t, func(t *testing.T, p *programme.Programme) {
		other := published("of another survey", moment(3))
		other.Survey = "r"
		elsewhere := published("elsewhere", moment(1))
		elsewhere.Org = there
		for _, n := range []*notices.Notice{draft("concept"), published("second", moment(2)), published("first", moment(1)), other, elsewhere} {
			must(t, p.AddNotice(t.Context(), n))
		}
		of, err := p.ListNotices(t.Context(), here, "s")
		same(t, keys(t, of, err), []string{"first", "second", "concept"})
		all, err := p.ListNotices(t.Context(), here, "")
		same(t, keys(t, all, err), []string{"first", "second", "of another survey", "concept"})
	})
}

func TestPublishingANoticeKeepsThePromise(t *testing.T) {
	eachStore(t, func(t *testing.T, p *programme.Programme) {
		s := survey(here, "s", "balie")
		s.Promise.KeptOn = ""
		must(t, p.AddSurvey(t.Context(), s))
		must(t, p.AddNotice(t.Context(), draft("n")))
		tell := func(n *notices.Notice, s *surveys.Survey) error {
			n.PublishedOn, n.PublishedAt = "2026-05-04", moment(5)
			s.KeepPromise("2026-05-04")
			return nil
		}

		t.Run("and a refusal leaves both as they were", func(t *testing.T) {
			no := errors.New("no")
			err := p.PublishNotice(t.Context(), here, "n", func(n *notices.Notice, s *surveys.Survey) error { return errors.Join(tell(n, s), no) })
			if !errors.Is(err, no) {
				t.Errorf("PublishNotice() = %v, want the refusal", err)
			}
			n, err := p.FindNotice(t.Context(), here, "n")
			must(t, err)
			same(t, n, draft("n"))
			got, err := p.FindSurvey(t.Context(), here, "s")
			must(t, err)
			same(t, got, s)
		})
		t.Run("and a survey that changed meanwhile leaves the notice unpublished", func(t *testing.T) {
			err := p.PublishNotice(t.Context(), here, "n", func(n *notices.Notice, s *surveys.Survey) error { s.Revision--; return tell(n, s) })
			if !errors.Is(err, surveys.ErrChangedMeanwhile) {
				t.Errorf("PublishNotice() = %v, want ErrChangedMeanwhile", err)
			}
			n, err := p.FindNotice(t.Context(), here, "n")
			must(t, err)
			same(t, n, draft("n"))
		})
		t.Run("in one go", func(t *testing.T) {
			must(t, p.PublishNotice(t.Context(), here, "n", tell))
			n, err := p.FindNotice(t.Context(), here, "n")
			must(t, err)
			want := published("n", moment(5))
			want.PublishedOn, want.Revision = "2026-05-04", 1
			same(t, n, want)
			got, err := p.FindSurvey(t.Context(), here, "s")
			must(t, err)
			if got.Promise.KeptOn != "2026-05-04" || got.Revision != 1 {
				t.Errorf("promise kept on %q, revision %d", got.Promise.KeptOn, got.Revision)
			}
		})
		t.Run("not twice", func(t *testing.T) {
			if err := p.PublishNotice(t.Context(), here, "n", tell); !errors.Is(err, surveys.ErrChangedMeanwhile) {
				t.Errorf("PublishNotice() again = %v, want ErrChangedMeanwhile", err)
			}
		})
		t.Run("in its own organisation only", func(t *testing.T) {
			if err := p.PublishNotice(t.Context(), there, "n", tell); !errors.Is(err, surveys.ErrNotFound) {
				t.Errorf("PublishNotice() elsewhere = %v, want ErrNotFound", err)
			}
		})
	})
}

func TestANoticeThatGoesOutAtOnceIsStoredWithThePromiseOrNotAtAll(t *testing.T) {
	eachStore(t, func(t *testing.T, p *programme.Programme) {
		s := survey(here, "s", "balie")
		s.Closes, s.Promise = "2026-04-01", surveys.Promise{On: "2026-05-01"}
		must(t, p.AddSurvey(t.Context(), s))
		tell := func(n *notices.Notice, s *surveys.Survey) error {
			n.PublishedOn, n.PublishedAt = "2026-05-04", moment(5)
			return s.MovePromise("2026-06-01", surveys.Text{NL: "De raad wil eerst de kosten weten."}, "2026-05-04")
		}
		no := errors.New("no")
		for name, c := range map[string]struct {
			publish func(*notices.Notice, *surveys.Survey) error
			want    error
		}{
			"a refusal": {func(n *notices.Notice, s *surveys.Survey) error { return errors.Join(tell(n, s), no) }, no},
			"a survey that changed meanwhile": {func(n *notices.Notice, s *surveys.Survey) error {
				err := tell(n, s)
				s.Revision--
				return err
			}, surveys.ErrChangedMeanwhile},
		} {
			t.Run(name+" leaves no notice and the promise as it was", func(t *testing.T) {
				n := draft("n")
				if err := p.AddPublished(t.Context(), n, c.publish); !errors.Is(err, c.want) {
					t.Errorf("AddPublished() = %v, want %v", err, c.want)
				}
				same(t, n, draft("n"))
				if _, err := p.FindNotice(t.Context(), here, "n"); !errors.Is(err, surveys.ErrNotFound) {
					t.Errorf("the notice is stored: %v", err)
				}
				got, err := p.FindSurvey(t.Context(), here, "s")
				must(t, err)
				same(t, got, s)
			})
		}
		t.Run("in one go", func(t *testing.T) {
			must(t, p.AddPublished(t.Context(), draft("n"), tell))
			n, err := p.FindNotice(t.Context(), here, "n")
			must(t, err)
			got, err := p.FindSurvey(t.Context(), here, "s")
			must(t, err)
			if n.PublishedOn != "2026-05-04" || got.Promise.Expected() != "2026-06-01" {
				t.Errorf("published on %q, expected on %q", n.PublishedOn, got.Promise.Expected())
			}
		})
		t.Run("not in another organisation", func(t *testing.T) {
			n := draft("m")
			n.Org = there
			if err := p.AddPublished(t.Context(), n, tell); !errors.Is(err, surveys.ErrNotFound) {
				t.Errorf("AddPublished() elsewhere = %v, want ErrNotFound", err)
			}
		})
	})
}

func TestPublishedNoticeNeverChanges(t *testing.T) {
	eachStore(t, func(t *testing.T, p *programme.Programme) {
		must(t, p.AddNotice(t.Context(), published("n", moment(5))))
		for name, try := range map[string]func() error{
			"changed": func() error {
				return p.ChangeNotice(t.Context(), here, "n", func(n *notices.Notice) error { n.Decided.NL = "toch niet"; return nil })
			},
			"taken back": func() error {
				return p.ChangeNotice(t.Context(), here, "n", func(n *notices.Notice) error { n.PublishedAt = time.Time{}; return nil })
			},
			"removed": func() error { return p.RemoveNotice(t.Context(), here, "n") },
		} {
			if err := try(); !errors.Is(err, surveys.ErrChangedMeanwhile) {
				t.Errorf("when it is %s: %v, want ErrChangedMeanwhile", name, err)
			}
			got, err := p.FindNotice(t.Context(), here, "n")
			must(t, err)
			same(t, got, published("n", moment(5)))
		}
	})
}

func TestConceptOfANoticeIsRemoved(t *testing.T) {
	eachStore(t, func(t *testing.T, p *programme.Programme) {
		must(t, p.AddNotice(t.Context(), draft("n")))
		if err := p.RemoveNotice(t.Context(), there, "n"); !errors.Is(err, surveys.ErrNotFound) {
			t.Errorf("RemoveNotice() elsewhere = %v, want ErrNotFound", err)
		}
		must(t, p.RemoveNotice(t.Context(), here, "n"))
		if _, err := p.FindNotice(t.Context(), here, "n"); !errors.Is(err, surveys.ErrNotFound) {
			t.Errorf("FindNotice() = %v, want ErrNotFound", err)
		}
	})
}
