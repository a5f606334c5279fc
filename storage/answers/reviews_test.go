package answers_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"weerklank.nl/weerklank/storage/aggregates"
	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
	"weerklank.nl/weerklank/surveys/responses"
	"weerklank.nl/weerklank/surveys/texts"
)

// givenTexts is a survey that many people wrote something in, closed, with its last
// release made; keys are those of their responses.
func givenTexts(t *testing.T, d *db.DB, people int) (g given, keys []responses.Key, s *surveys.Survey, r *disclosure.Release) {
	t.Helper()
	g = givenSurvey(t, d)
	store := aggregates.New(d, make([][32]byte, 1))
	g.WithThemes(store)
	w := startWriter(t, g)
	var list []responses.Response
	for i := range people {
		one := response(7, i)
		one.Answers["open"] = fmt.Sprintf("tekst %d", i)
		list, keys = append(list, one), append(keys, one.Key)
	}
	must(t, w.LoadHistory(t.Context(), list))
	s, err := g.programme.FindSurvey(t.Context(), org, survey)
	must(t, err)
	r, err = disclosure.Restore(disclosure.Release{Org: org, Survey: survey, Number: 1, AsOf: "2026-12-13", MadeOn: "2026-12-14", Final: true},
		fmt.Appendf(nil, `{"questions":[{"name":"open","kind":"words","label":{"nl":"Open","en":""}}],"figures":[{"q":"open","g":{},"f":{"base":%d}}],"smallest":5}`, people))
	must(t, err)
	must(t, store.AddRelease(t.Context(), r, new(disclosure.Memory), nil))
	must(t, g.ChangeThemes(t.Context(), org, survey, "open", func(l *texts.Themes) error { return l.Add(surveys.Text{NL: "Wachten"}, "wachten", "") }))
	return g, keys, s, r
}

func give(codes ...string) texts.Change {
	return func(_ string, l *texts.Themes, r *texts.Review) (bool, error) {
		return true, r.Code(l, codes, len(codes) == 0)
	}
}

func (g given) reviews(t *testing.T) []*texts.Review {
	t.Helper()
	all, err := g.ListReviews(t.Context(), org, survey, "open")
	must(t, err)
	return all
}

func (g given) publish(t *testing.T, s *surveys.Survey, r *disclosure.Release) error {
	t.Helper()
	return g.PublishThemes(t.Context(), org, survey, "open", func(c disclosure.Coding) (*disclosure.Themed, *disclosure.ThemeMemory, error) {
		return disclosure.PublishThemes(s, r, c, "2026-12-20")
	})
}

func TestAReviewIsKeptUntilItsResponseIsWithdrawn(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		g, keys, _, _ := givenTexts(t, d, 12)
		approve := func(body string, _ *texts.Themes, r *texts.Review) (bool, error) {
			if body != "tekst 3" {
				t.Errorf("the text is %q", body)
			}
			return true, r.Approve(body, []texts.Mask{{From: 0, To: 5, Kind: texts.Word}})
		}
		must(t, g.ChangeReview(t.Context(), org, survey, "open", keys[3], approve))
		must(t, g.ChangeReview(t.Context(), org, survey, "open", keys[3], give("wachten")))
		got := g.reviews(t)
		want := texts.Review{Org: org, Survey: survey, Question: "open", Key: keys[3], State: texts.Approved, Masks: []texts.Mask{{From: 0, To: 5, Kind: texts.Word}},
			Coded: true, Themes: []string{"wachten"}, Revision: 2}
		if len(got) != 1 || fmt.Sprintf("%+v", *got[0]) != fmt.Sprintf("%+v", want) {
			t.Fatalf("kept: %+v\nwant: %+v", got[0], want)
		}
		for name, c := range map[string]struct {
			org      surveys.OrgID
			question string
			key      responses.Key
		}{
			"of another organisation": {"elders", "open", keys[3]}, "to a question that nobody wrote to": {org, "thema_other", keys[3]}, "of nobody": {org, "open", responses.Key{1}},
		} {
			if err := g.ChangeReview(t.Context(), c.org, survey, c.question, c.key, give()); !errors.Is(err, surveys.ErrNotFound) {
				t.Errorf("a text %s: %v", name, err)
			}
		}
		refusal := errors.New("no")
		if err := g.ChangeReview(t.Context(), org, survey, "open", keys[4], func(string, *texts.Themes, *texts.Review) (bool, error) { return true, refusal }); !errors.Is(err, refusal) {
			t.Errorf("got %v", err)
		}
		n, err := g.ChangeReviews(t.Context(), org, survey, "open", append(slices.Clone(keys[:6]), responses.Key{9}), func(body string, l *texts.Themes, r *texts.Review) (bool, error) {
			if r.State != texts.Unread {
				return false, nil
			}
			return true, r.Approve(body, nil)
		})
		if err != nil || n != 5 || len(g.reviews(t)) != 6 {
			t.Errorf("%d of six texts are approved at once, %d are kept: %v", n, len(g.reviews(t)), err)
		}
		together := func(change texts.Change) (n int) {
			n, err := g.ChangeReviews(t.Context(), org, survey, "open", keys[:6], change)
			must(t, err)
			return n
		}
		given := together(func(_ string, l *texts.Themes, r *texts.Review) (bool, error) {
			return r.ChangeTogether(l, texts.Together{ID: "keer", Number: 1, Theme: "wachten"})
		})
		if last, many := texts.LastTogether(g.reviews(t)); given != 5 || last.ID != "keer" || many != 5 {
			t.Errorf("%d of six texts, of which one had it, got a theme at once; for %d of %s that can be undone", given, many, last.ID)
		}
		undone := together(func(_ string, _ *texts.Themes, r *texts.Review) (bool, error) { return r.UndoTogether("keer"), nil })
		for _, r := range g.reviews(t) {
			if had := r.Key == keys[3]; r.Coded != had || (len(r.Themes) == 1) != had || undone != 5 {
				t.Errorf("after %d were undone one that had the theme before (%v) has %v", undone, had, r.Themes)
			}
		}
		must(t, g.WithdrawResponse(t.Context(), org, keys[3:4]))
		if got := g.reviews(t); len(got) != 5 || slices.ContainsFunc(got, func(r *texts.Review) bool { return r.Key == keys[3] }) {
			t.Errorf("after the withdrawal %d are kept", len(got))
		}
		if err := g.ChangeReview(t.Context(), org, survey, "open", keys[3], give()); !errors.Is(err, surveys.ErrNotFound) {
			t.Errorf("a text that was withdrawn: %v", err)
		}
	})
}

// A review and the withdrawal of its response at once leave nothing behind, whichever
// comes first.
func TestNoReviewComesBesideAWithdrawal(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		g, keys, _, _ := givenTexts(t, d, 24)
		var both sync.WaitGroup
		for _, key := range keys {
			both.Go(func() {
				if err := g.ChangeReview(t.Context(), org, survey, "open", key, give("wachten")); err != nil && !errors.Is(err, surveys.ErrNotFound) {
					t.Errorf("review: %v", err)
				}
			})
			both.Go(func() {
				if err := g.WithdrawResponse(t.Context(), org, []responses.Key{key}); err != nil {
					t.Errorf("withdraw: %v", err)
				}
			})
		}
		both.Wait()
		if left := g.reviews(t); len(left) > 0 {
			t.Errorf("%d reviews are left of responses that are gone", len(left))
		}
	})
}

func TestThemesArePublishedBesideTheLastRelease(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		g, keys, s, r := givenTexts(t, d, 30)
		store := aggregates.New(d, make([][32]byte, 1))
		if _, err := g.ChangeReviews(t.Context(), org, survey, "open", keys[:20], give("wachten")); err != nil {
			t.Fatal(err)
		}
		must(t, g.publish(t, s, r))
		for i, one := range g.reviews(t) {
			if themes, counted := one.In(1); !counted || !slices.Equal(themes, []string{"wachten"}) {
				t.Fatalf("review %d: counted %t with %v", i, counted, themes)
			}
		}
		newest, err := store.FindRelease(t.Context(), org, survey)
		must(t, err)
		if p, reason := newest.Figure("open~1", disclosure.Group{}); reason != disclosure.Shown || p.Base() != 20 || p.Shares()[0].Count != 20 {
			t.Errorf("beside the release stands a figure of %d people (%s)", p.Base(), reason)
		}
		must(t, g.WithdrawResponse(t.Context(), org, keys[:1]))
		if err := g.publish(t, s, r); !errors.As(err, new(surveys.Invalid)) {
			t.Errorf("after one withdrawal: %v, want a refusal", err)
		}
		if _, err := g.ChangeReviews(t.Context(), org, survey, "open", keys[20:], give()); err != nil {
			t.Fatal(err)
		}
		if err := g.publish(t, s, r); !errors.As(err, new(surveys.Invalid)) {
			t.Errorf("after one withdrawal and ten more: %v, want a refusal", err)
		}
		for _, key := range keys[1:10] {
			must(t, g.WithdrawResponse(t.Context(), org, []responses.Key{key}))
		}
		var twice sync.WaitGroup
		var mu sync.Mutex
		var outcomes []error
		for range 2 {
			twice.Go(func() {
				err := g.publish(t, s, r)
				mu.Lock()
				defer mu.Unlock()
				outcomes = append(outcomes, err)
			})
		}
		twice.Wait()
		if (outcomes[0] == nil) == (outcomes[1] == nil) {
			t.Errorf("of two at once one is published: %v", outcomes)
		}
		first, err := store.FindThemed(t.Context(), org, survey, "open", 1)
		must(t, err)
		second, err := store.FindThemed(t.Context(), org, survey, "open", 2)
		must(t, err)
		if first.Figure().Base() != 20 || second.Figure().Base() != 20 {
			t.Errorf("of %d and %d people", first.Figure().Base(), second.Figure().Base())
		}
		if err := d.Transact(t.Context(), func(tx *db.Tx) error { return aggregates.Halt(t.Context(), tx, org, survey, today) }); err != nil {
			t.Fatal(err)
		}
		if err := g.publish(t, s, r); !errors.Is(err, disclosure.ErrNoMemory) {
			t.Errorf("of a survey that a restore halted: %v", err)
		}
	})
}

func TestTheMemoryOfThemesIsOpenedByItsOwnKeyOnly(t *testing.T) {
	d := dbtest.Open(t, dbtest.SQLite(t))
	g, keys, s, r := givenTexts(t, d, 20)
	if _, err := g.ChangeReviews(t.Context(), org, survey, "open", keys, give("wachten")); err != nil {
		t.Fatal(err)
	}
	must(t, g.publish(t, s, r))
	g.WithThemes(aggregates.New(d, [][32]byte{{1}}))
	if err := g.publish(t, s, r); !errors.Is(err, disclosure.ErrNoMemory) {
		t.Errorf("with another key: %v", err)
	}
}

func TestThemesOfOneListAreNotOverwritten(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		g, _, _, _ := givenTexts(t, d, 1)
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				if err := g.ChangeThemes(t.Context(), org, survey, "open", func(l *texts.Themes) error {
					return l.Add(surveys.Text{NL: fmt.Sprint("Thema ", i)}, "", "")
				}); err != nil {
					t.Errorf("theme %d: %v", i, err)
				}
			})
		}
		all.Wait()
		list, err := g.FindThemes(t.Context(), org, survey, "open")
		must(t, err)
		if len(list.List) != 9 || list.Revision != 9 {
			t.Errorf("%d themes at revision %d, want 9", len(list.List), list.Revision)
		}
	})
}
