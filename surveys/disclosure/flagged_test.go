package disclosure

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses/responsestest"
	"weerklank.nl/weerklank/surveys/results"
)

// flag flags some of a crowd: of a few releases many, as in a flood.
func (c crowd) flag(t *rapid.T, releases int) {
	often := make([]int, releases+1)
	for i := range often {
		often[i] = rapid.SampledFrom([]int{0, 1, 2, 5, 9}).Draw(t, "flagged of ten")
	}
	for i := range c {
		if rapid.IntRange(0, 9).Draw(t, "flagged") < often[c[i].comes] {
			c[i].flagged()
		}
	}
}

func (p *person) flagged() { p.values = append(p.values, "\x1e") }

// openSurvey is open to all and split by so many attributes.
func openSurvey(axes int) *surveys.Survey {
	s := &surveys.Survey{ID: "s", SmallestGroup: 5, Mode: surveys.Open}
	for a := range axes {
		s.Breakdowns = append(s.Breakdowns, axisName(a))
	}
	if axes > 1 {
		s.Pairs = []surveys.Pair{{First: axisName(0), Second: axisName(1)}}
	}
	return s
}

// flaggedShapes are the surveys in which flagged submissions are attacked.
var flaggedShapes = map[string]struct{ axes, releases int }{
	"one release":                          {1, 1},
	"one release with two breakdowns":      {2, 1},
	"a series of releases":                 {1, 3},
	"a series of a survey without a split": {0, 4},
}

func TestNobodyDerivesASmallGroupFromFiguresWithAndWithoutFlagged(t *testing.T) {
	for name, shape := range flaggedShapes {
		t.Run(name, func(t *testing.T) {
			var seen withoutSeen
			rapid.Check(t, func(t *rapid.T) {
				all := population(t, shape.axes, 3, shape.releases)
				all.flag(t, shape.releases)
				if n := attackOf(t, openSurvey(shape.axes), all, form(shape.axes, 3), allRules, shape.releases, seen.look); n > 0 {
					t.Fatalf("a set of %d people can be derived", n)
				}
			})
			seen.enough(t)
		})
	}
}

func TestNoAnswerIsPinnedByFiguresWithAndWithoutFlagged(t *testing.T) {
	for name, shape := range flaggedShapes {
		t.Run(name, func(t *testing.T) {
			var seen withoutSeen
			attacked := rapid.Custom(func(t *rapid.T) string {
				all := population(t, shape.axes, 3, shape.releases)
				all.flag(t, shape.releases)
				return pinnedOf(t, openSurvey(shape.axes), all, form(shape.axes, 3), allRules, shape.releases, seen.look)
			})
			for seed := range int(*Populations) { //nolint:gosec // a few
				if says := attacked.Example(seed); says != "" {
					t.Errorf("population %d: %s", seed, says)
				}
			}
			seen.enough(t)
		})
	}
}

// withoutSeen counts the figures without flagged submissions in releases that are
// attacked: without any an attack on them proves nothing.
type withoutSeen struct{ releases, figures int }

func (s *withoutSeen) look(r *Release) {
	s.releases++
	for _, e := range r.shown.Entries {
		if e.Group == WithoutFlagged && e.Reason == Shown {
			s.figures++
		}
	}
}

func (s *withoutSeen) enough(t *testing.T) {
	t.Helper()
	t.Logf("%d figures without flagged in %d releases", s.figures, s.releases)
	if s.figures == 0 && !t.Failed() {
		t.Errorf("in %d releases there is no figure without flagged", s.releases)
	}
}

// Of these people those of two values are few and hidden, together seven. Everybody but
// the flagged is those of one of the two and those of another value, who are shown:
// without the rules that lays the few bare.
func TestFiguresWithoutFlaggedBetrayASmallGroupWithoutTheRules(t *testing.T) {
	var all, flagged crowd
	for value, people := range []int{12, 3, 4, 12} {
		for _, p := range visitors(people, 0) {
			p.values, p.rating = []string{fmt.Sprint("v", value)}, fmt.Sprint("r", len(all)%5+1)
			p.key[2] = byte(len(all))
			all = append(all, p)
			if p.values = slices.Clone(p.values); value%2 == 0 {
				p.flagged()
			}
			flagged = append(flagged, p)
		}
	}
	for name, c := range map[string]struct {
		all     crowd
		by      rules
		betrays bool
	}{
		"with the rules":                      {flagged, allRules, false},
		"without the rules":                   {flagged, ThresholdOnly, true},
		"without the rules and without flags": {all, ThresholdOnly, false},
	} {
		if n := attackOf(t, openSurvey(1), c.all, form(1, 4), c.by, 1); n > 0 != c.betrays {
			t.Errorf("%s a set of %d people can be derived", name, n)
		}
		if says := pinnedOf(t, openSurvey(1), c.all, form(1, 4), c.by, 1); says != "" != c.betrays {
			t.Errorf("%s an answer is pinned: %q", name, says)
		}
	}
}

// releaseOf makes one release.
func releaseOf(t test, s *surveys.Survey, all crowd, asked *questionnaire.Form, newest *Release, memory *Memory, by rules) (*Release, *Memory) {
	t.Helper()
	table, err := results.Read(t.Context(), responsestest.Of(all), s, []*questionnaire.Form{asked}, "")
	if err != nil {
		t.Fatal(err)
	}
	r, m, err := next(s, table, newest, memory, nil, "", "", false, by)
	if err != nil {
		t.Fatal(err)
	}
	return r, m
}

func TestAFlagChangesNoOtherFigureOfAFirstRelease(t *testing.T) {
	for axes := range 3 {
		t.Run(fmt.Sprint(axes), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				all := population(t, axes, 3, 1)
				plain, _ := releaseOf(t, openSurvey(axes), slices.Clone(all), form(axes, 3), nil, nil, allRules)
				all.flag(t, 1)
				flagged, _ := releaseOf(t, openSurvey(axes), all, form(axes, 3), nil, nil, allRules)
				rest := slices.DeleteFunc(slices.Clone(flagged.shown.Entries), func(e entry) bool { return e.Group == WithoutFlagged })
				if !reflect.DeepEqual(rest, plain.shown.Entries) {
					t.Fatalf("with flags it shows %+v, without %+v", rest, plain.shown.Entries)
				}
			})
		})
	}
}

// visitors are so many people, of whom the first few are flagged and every third left
// the rating open.
func visitors(people, flagged int) crowd {
	c := make(crowd, people)
	for i := range c {
		c[i] = person{comes: 1, rating: fmt.Sprint("r", i%5+1)}
		c[i].key[0], c[i].key[1] = byte(i), byte(i>>8)
		if i < flagged {
			c[i].flagged()
		}
	}
	return c
}

func TestWithoutFlaggedIsShownWhereTheFlaggedAreNobodyOrMany(t *testing.T) {
	for flagged, want := range map[int]Reason{0: Shown, 1: Withheld, 4: Withheld, 9: Withheld, 10: Shown, 30: Shown, 38: Withheld, 40: Withheld} {
		r, _ := releaseOf(t, openSurvey(0), visitors(40, flagged), form(0, 3), nil, nil, allRules)
		whole, _ := r.Figure("rating", Group{})
		p, reason := r.Figure("rating", WithoutFlagged)
		if reason != want || whole.Base() != 40 || want == Shown && p.Base() != 40-flagged {
			t.Errorf("of 40 people %d are flagged: without them %q, base %d", flagged, reason, p.Base())
		}
		if known, some := r.Flags(); !known || some != (flagged > 0) {
			t.Errorf("of 40 people %d are flagged: known %v, some %v", flagged, known, some)
		}
	}
	loose, _ := releaseOf(t, openSurvey(0), visitors(40, 3), form(0, 3), nil, nil, SwitchedOff)
	if p, _ := loose.Figure("rating", WithoutFlagged); p.Base() != 37 {
		t.Errorf("without the guard three flagged people are not laid bare: %d", p.Base())
	}
}

func TestWithoutFlaggedIsOfEachQuestionByItself(t *testing.T) {
	all := visitors(40, 12)
	for i := range 5 { // of the twelve who were flagged seven answered
		all[i].rating = ""
	}
	r, _ := releaseOf(t, openSurvey(0), all, form(0, 3), nil, nil, allRules)
	if p, reason := r.Figure("", WithoutFlagged); reason != Shown || p.Base() != 28 {
		t.Errorf("of how many were not flagged it says %q, %d", reason, p.Base())
	}
	if _, reason := r.Figure("rating", WithoutFlagged); reason != Withheld {
		t.Errorf("seven flagged people answered, and without them it is %q", reason)
	}
}

func TestNobodyLearnsOfFlagsOfWhoWaitsOrOfOtherModes(t *testing.T) {
	s, asked := openSurvey(0), form(0, 3)
	r, m := releaseOf(t, s, visitors(40, 0), asked, nil, nil, allRules)
	all := visitors(43, 0)
	all[42].flagged()
	r, _ = releaseOf(t, s, all, asked, r, m, allRules)
	if known, some := r.Flags(); !known || some {
		t.Error("that one of three who wait was flagged is told")
	}
	s.Mode = surveys.Invited
	r, _ = releaseOf(t, s, visitors(40, 12), asked, nil, nil, allRules)
	if known, _ := r.Flags(); known {
		t.Error("a survey by invitation tells of flags")
	}
	if _, reason := r.Figure("rating", WithoutFlagged); reason != NotSplit {
		t.Errorf("its figure without flagged is %q", reason)
	}
	s.Mode = surveys.Open
	r, _ = releaseOf(t, s, visitors(3, 0), asked, nil, nil, allRules)
	if known, _ := r.Flags(); known {
		t.Error("of three people it is told that none was flagged")
	}
}

func TestNobodyIsFlaggedAnyMoreOnceAllOfThemWithdrew(t *testing.T) {
	s, asked, all := openSurvey(0), form(0, 3), visitors(40, 12)
	r, m := releaseOf(t, s, all, asked, nil, nil, allRules)
	if _, some := r.Flags(); !some {
		t.Fatal("of twelve who were flagged it is told that there are none")
	}
	r, _ = releaseOf(t, s, all[12:], asked, r, m, allRules)
	if p, _ := r.Figure("rating", Group{}); p.Base() != 28 {
		t.Fatalf("after twelve withdrew %d people are counted", p.Base())
	}
	if known, some := r.Flags(); !known || some {
		t.Errorf("after all who were flagged withdrew: known %v, some %v", known, some)
	}
	if p, reason := r.Figure("rating", WithoutFlagged); reason != Shown || p.Base() != 28 {
		t.Errorf("without flagged, of whom there are none, it is %q, base %d", reason, p.Base())
	}
}

func TestAFigureWithoutFlaggedIsKeptFrozenAndCountedAgain(t *testing.T) {
	s, asked := openSurvey(0), form(0, 3)
	store := responsestest.Of(visitors(40, 12))
	kept := &keptReleases{}
	r, err := Update(t.Context(), NewEngine(store, 0), kept, s, []*questionnaire.Form{asked}, "", "")
	if err != nil {
		t.Fatal(err)
	}
	body, err := r.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if r, err = Restore(*r, body); err != nil {
		t.Fatal(err)
	}
	e, err := r.Evidence("rating", WithoutFlagged)
	if err != nil || e.Group != WithoutFlagged || e.Shown.Base() != 28 {
		t.Fatalf("frozen: %+v, %v", e.Group, err)
	}
	a, err := ParseAddress(r.Address("balie", "rating", WithoutFlagged).String())
	if err != nil {
		t.Fatal(err)
	}
	again := func() Outcome {
		outcome, _, _, err := Recompute(context.Background(), NewEngine(store, 0), kept, s, []*questionnaire.Form{asked}, a)
		if err != nil {
			t.Fatal(err)
		}
		return outcome
	}
	if got := again(); got != Same {
		t.Errorf("counted again it is %q", got)
	}
	store.Withdraw(visitors(40, 12)[0].key) // one who was flagged
	if got := again(); got != Same {
		t.Errorf("after a flagged one withdrew it is %q", got)
	}
	store.Withdraw(visitors(40, 12)[39].key)
	if got := again(); got != Changed {
		t.Errorf("after another one withdrew it is %q", got)
	}
}

// keptReleases keeps the one release.
type keptReleases struct {
	release *Release
	memory  *Memory
}

func (k *keptReleases) FindRelease(context.Context, surveys.OrgID, surveys.ID) (*Release, error) {
	if k.release == nil {
		return nil, surveys.ErrNotFound
	}
	return k.release, nil
}
func (k *keptReleases) FindNumberedRelease(ctx context.Context, org surveys.OrgID, survey surveys.ID, _ int) (*Release, error) {
	return k.FindRelease(ctx, org, survey)
}
func (k *keptReleases) ListReleases(context.Context, surveys.OrgID, surveys.ID) ([]*Release, error) {
	return []*Release{k.release}, nil
}
func (k *keptReleases) FindMemory(context.Context, surveys.OrgID, surveys.ID) (*Memory, error) {
	if k.memory == nil {
		return nil, surveys.ErrNotFound
	}
	return k.memory, nil
}
func (k *keptReleases) KeptMemory(ctx context.Context, org surveys.OrgID, survey surveys.ID) (*Memory, error) {
	return k.FindMemory(ctx, org, survey)
}
func (k *keptReleases) AddRelease(_ context.Context, r *Release, m *Memory, _ map[surveys.ID]int) error {
	k.release, k.memory = r, m
	return nil
}
