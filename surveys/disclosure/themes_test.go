package disclosure_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
	"weerklank.nl/weerklank/surveys/disclosure/attacker"
	"weerklank.nl/weerklank/surveys/texts"
)

const readOn = surveys.Date("2026-01-10")

// read is a closed survey of which the last release said how many people wrote.
func wrote(t rapid.TB, people int) (*surveys.Survey, *disclosure.Release) {
	t.Helper()
	s := &surveys.Survey{Org: "o", ID: "s", Opens: "2025-11-01", Closes: "2025-12-01", OpenedAt: time.Date(2025, 10, 20, 9, 0, 0, 0, time.UTC), SmallestGroup: 5}
	body := fmt.Sprintf(`{"questions":[{"name":"open","kind":"words","label":{"nl":"Wat kan beter?","en":""}},{"name":"q","kind":"one","label":{"nl":"q","en":""}}],
		"figures":[{"q":"open","g":{},"f":{"base":%d}},{"q":"q","g":{},"f":{"base":20,"single":true,"cells":[{"name":"a","n":20}]}}],"smallest":5,"version":2}`, people)
	r, err := disclosure.Restore(disclosure.Release{Org: "o", Survey: "s", Number: 3, AsOf: "2025-12-01", MadeOn: "2025-12-02", Final: true}, []byte(body))
	if err != nil {
		t.Fatal(err)
	}
	return s, r
}

// desk is a reviewer's: what was made of texts, and what was published of that. It
// keeps what is stored as a store does: encoded.
type desk struct {
	survey  *surveys.Survey
	release *disclosure.Release
	list    *texts.Themes
	reviews []*texts.Review // nil of who withdrew
	newest  *disclosure.Themed
	memory  *disclosure.ThemeMemory
}

func themes(t rapid.TB, people int, codes ...string) *desk {
	t.Helper()
	d := &desk{list: &texts.Themes{Org: "o", Survey: "s", Question: "open"}, reviews: make([]*texts.Review, people)}
	d.survey, d.release = wrote(t, people)
	for i := range d.reviews {
		d.reviews[i] = &texts.Review{}
	}
	for _, code := range codes {
		if err := d.list.Add(surveys.Text{NL: code}, code, ""); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

func (d *desk) there() (list []*texts.Review) {
	for _, r := range d.reviews {
		if r != nil {
			list = append(list, r)
		}
	}
	return list
}

// publish publishes and stores; forgetful without what the guard remembers.
func (d *desk) publish(t rapid.TB, forgetful bool) error {
	t.Helper()
	if forgetful {
		d.newest, d.memory = nil, nil
		for _, r := range d.there() {
			r.Shown = nil
		}
	}
	themed, memory, err := disclosure.PublishThemes(d.survey, d.release, disclosure.Coding{List: d.list, Reviews: d.there(), Newest: d.newest, Memory: d.memory}, readOn)
	if err != nil {
		return err
	}
	body, err := themed.Encode()
	if err == nil {
		head := disclosure.Themed{Org: themed.Org, Survey: themed.Survey, Question: themed.Question, Number: themed.Number, MadeOn: themed.MadeOn}
		d.newest, err = disclosure.RestoreThemed(head, body)
	}
	if err == nil {
		if body, err = memory.Encode(); err == nil {
			d.memory, err = disclosure.RestoreThemeMemory(body)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return nil
}

// shownSets is who was counted in a publication, by theme; "" is everybody.
type shownSets map[string]map[int]bool

// sets are the people behind the numbers that a publication shows, and checks that the
// numbers are theirs.
func (d *desk) sets(t rapid.TB) shownSets {
	t.Helper()
	s := shownSets{"": {}}
	for i, r := range d.reviews {
		if r != nil && r.Coded {
			s[""][i] = true
		}
	}
	p := d.newest.Figure()
	if p.Base() != len(s[""]) {
		t.Fatalf("the base is %d, %d people were coded", p.Base(), len(s[""]))
	}
	for _, share := range p.Shares() {
		if share.Hidden != "" {
			if share.Count != 0 {
				t.Fatalf("theme %s is withheld with the number %d", share.Name, share.Count)
			}
			continue
		}
		s[share.Name] = map[int]bool{}
		for i, r := range d.reviews {
			if r != nil && r.Coded && slices.Contains(d.list.Of(r), share.Name) {
				s[share.Name][i] = true
			}
		}
		if share.Count != len(s[share.Name]) {
			t.Fatalf("theme %s is shown with %d, %d people have it", share.Name, share.Count, len(s[share.Name]))
		}
	}
	return s
}

// missing is how many of a are not in b.
func missing(a, b map[int]bool) int {
	n := 0
	for i := range a {
		if !b[i] {
			n++
		}
	}
	return n
}

func differ(a, b map[int]bool) int { return missing(a, b) + missing(b, a) }

// betrayed is the smallest number of people, below 10, about whom two publications
// together tell something; 0 when there are none.
func betrayed(people int, all []shownSets) int {
	least := 0
	note := func(n int) {
		if n > 0 && n < 10 && (least == 0 || n < least) {
			least = n
		}
	}
	known := attacker.Figures{People: people}
	for i, s := range all {
		known.Add(func(p int) bool { return s[""][p] })
		for _, before := range all[:i] {
			note(missing(s[""], before[""]))
			note(missing(before[""], s[""]))
			for theme, who := range s {
				if had, shown := before[theme]; shown {
					note(differ(who, had))
				}
			}
		}
	}
	smallest, _ := known.Derive(10)
	note(smallest)
	return least
}

// live draws a reviewer's days: texts are coded, coded anew and withdrawn, themes come
// and go, and each day it is published, unless that is refused. It gives what was shown.
func (d *desk) live(t *rapid.T, forgetful bool) (all []shownSets) {
	code := rapid.SampledFrom([]string{"a", "b", "c"})
	for day := range rapid.IntRange(2, 6).Draw(t, "days") {
		many := len(d.reviews)
		if day > 0 {
			many = rapid.SampledFrom([]int{0, 1, 3, 12, many / 2, many}).Draw(t, "how many")
		}
		from, what := rapid.IntRange(0, len(d.reviews)-1).Draw(t, "from"), rapid.IntRange(0, 5).Draw(t, "what")
		today, mixed := code.Draw(t, "theme"), rapid.Bool().Draw(t, "mixed")
		for n := range min(many, len(d.reviews)) {
			i := (from + n) % len(d.reviews)
			r := d.reviews[i]
			if mixed {
				today = code.Draw(t, "theme")
			}
			switch {
			case r == nil:
			case what == 0 && day > 0:
				d.reviews[i] = nil
			case what == 1 && day > 0:
				_ = r.Take(d.list, today)
			default:
				_ = r.Give(d.list, today)
			}
		}
		switch one := code.Draw(t, "theme"); rapid.IntRange(0, 7).Draw(t, "list") {
		case 0:
			_ = d.list.Remove(one)
		case 1:
			_ = d.list.Merge(one, code.Draw(t, "into"))
		case 2:
			_ = d.list.Restore(one)
		}
		if err := d.publish(t, forgetful); err != nil {
			if !errors.As(err, new(surveys.Invalid)) {
				t.Fatal(err)
			}
			continue
		}
		all = append(all, d.sets(t))
	}
	return all
}

func TestNothingIsToldOfFewPeopleByTheThemes(t *testing.T) {
	again, moved := 0, 0 // publications after another one, and themes that both show, of other people
	rapid.Check(t, func(t *rapid.T) {
		d := themes(t, rapid.IntRange(9, 45).Draw(t, "people"), "a", "b", "c")
		all := d.live(t, false)
		for i := 1; i < len(all); i++ {
			again++
			for theme, who := range all[i] {
				if had, shown := all[i-1][theme]; shown && differ(who, had) > 0 {
					moved++
				}
			}
		}
		if n := betrayed(len(d.reviews), all); n > 0 {
			t.Errorf("%d publications tell something about %d people", len(all), n)
		}
		for _, s := range all {
			if len(s[""]) < 10 {
				t.Errorf("themes of %d people are shown", len(s[""]))
			}
		}
	})
	t.Logf("%d publications after another one, in which %d themes moved", again, moved)
	if (again == 0 || moved == 0) && !t.Failed() {
		t.Error("nothing was published of which two publications could tell something")
	}
}

// The same days, without the memory, must betray somebody: else the test above looks
// past it.
func TestWithoutTheMemoryTheSameDaysTellOfFewPeople(t *testing.T) {
	const weeks = 40
	told := 0
	for seed := range weeks {
		told += rapid.Custom(func(t *rapid.T) int {
			d := themes(t, rapid.IntRange(9, 45).Draw(t, "people"), "a", "b", "c")
			return min(1, betrayed(len(d.reviews), d.live(t, true)))
		}).Example(seed)
	}
	t.Logf("%d of %d", told, weeks)
	if told < weeks/4 {
		t.Errorf("in %d of %d it is told of few people", told, weeks)
	}
}

func TestWithoutTheMemoryOneTextIsToldOf(t *testing.T) {
	d := themes(t, 30, "a", "b")
	for _, r := range d.reviews {
		code(t, r, d, "a")
	}
	publish := func() shownSets {
		if err := d.publish(t, true); err != nil {
			t.Fatal(err)
		}
		return d.sets(t)
	}
	all := []shownSets{publish()}
	code(t, d.reviews[4], d, "b")
	all = append(all, publish())
	if n := betrayed(30, all); n != 1 {
		t.Errorf("one text coded anew tells of %d people, want 1", n)
	}
	d.reviews[7] = nil
	if n := betrayed(30, append(all[1:], publish())); n != 1 {
		t.Errorf("one withdrawal tells of %d people, want 1", n)
	}
}

func code(t rapid.TB, r *texts.Review, d *desk, codes ...string) {
	t.Helper()
	if err := r.Code(d.list, codes, len(codes) == 0); err != nil {
		t.Fatal(err)
	}
}

func refusedFor(t *testing.T, err error, key string) {
	t.Helper()
	var wrong surveys.Invalid
	if !errors.As(err, &wrong) || wrong[0].Key != key {
		t.Errorf("got %v, want %s", err, key)
	}
}

func TestAPublicationOfThemes(t *testing.T) {
	d := themes(t, 40, "wachten", "uitleg")
	refusedFor(t, d.publish(t, false), "themes.too_few")
	for i, r := range d.reviews[:30] {
		switch {
		case i < 18:
			code(t, r, d, "wachten")
		case i < 20:
			code(t, r, d, "wachten", "uitleg")
		case i < 25:
			code(t, r, d)
		default:
			code(t, r, d, "uitleg")
		}
	}
	if err := d.publish(t, false); err != nil {
		t.Fatal(err)
	}
	with := d.release.WithThemes(d.newest)
	if q := with.Questions(); len(q) != 3 || q[1].Name != "open~1" || q[1].Of != "open" || q[1].Kind != disclosure.Many || len(d.release.Questions()) != 2 {
		t.Errorf("the release has the questions %+v", q)
	}
	p, reason := with.Figure("open~1", disclosure.Group{})
	if reason != disclosure.Shown || p.Base() != 30 || p.Single() || p.Shares()[0].Count != 20 || p.Shares()[1].Count != 7 {
		t.Errorf("the figure shows %d people, %+v", p.Base(), p.Shares())
	}
	if _, reason := with.Figure("open~1", disclosure.Group{Breakdown: "q", Value: "a"}); reason == disclosure.Shown {
		t.Error("themes are split")
	}
	if fmt.Sprint(p, *d.newest, *d.memory) != "protected figure themes 1 of question open of survey s memory of themes" {
		t.Errorf("it prints as %v", fmt.Sprint(p, *d.newest, *d.memory))
	}
	for name, secret := range map[string]any{"publication": *d.newest, "memory": *d.memory} {
		if _, err := json.Marshal(secret); err == nil {
			t.Errorf("the %s can be marshalled", name)
		}
		var log strings.Builder
		slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "v", secret)
		if strings.Contains(log.String(), "30") && strings.Contains(log.String(), "wachten") {
			t.Errorf("the %s is logged as %s", name, log.String())
		}
	}
	t.Run("has a mark with which it is found again", func(t *testing.T) {
		a, err := disclosure.ParseAddress(with.Address("balie", "open~1", disclosure.Group{}).String())
		if err != nil || a.Question != "open~1" {
			t.Fatalf("%+v, %v", a, err)
		}
		if name, number, ok := disclosure.ThemesOf(a.Question); !ok || name != "open" || number != 1 {
			t.Errorf("it is read as %s %d", name, number)
		}
		counted := func(after string, want disclosure.Outcome) {
			t.Helper()
			outcome, again := disclosure.RecountThemes(d.survey, d.newest, d.list, d.there(), a)
			if outcome != want || again.Empty() != (want != disclosure.Same) {
				t.Errorf("after %s: %s, empty: %t; want %s", after, outcome, again.Empty(), want)
			}
			if want == disclosure.Same && (again.Base() != 30 || again.Shares()[0].Count != 20 || again.Shares()[1].Count != 7) {
				t.Errorf("after %s: %d people, %+v", after, again.Base(), again.Shares())
			}
		}
		counted("nothing", disclosure.Same)
		code(t, d.reviews[35], d, "wachten")
		counted("another text was sorted", disclosure.Same)
		d.reviews[35] = &texts.Review{}
		code(t, d.reviews[0], d, "wachten", "uitleg")
		counted("a text was sorted anew", disclosure.Changed)
		code(t, d.reviews[0], d, "wachten")
		counted("it was put back", disclosure.Same)
		one := d.reviews[0]
		d.reviews[0] = nil
		counted("a withdrawal", disclosure.Changed)
		d.reviews[0] = one
		must(t, d.list.Merge("uitleg", "wachten"))
		counted("two themes were merged", disclosure.Changed)
		must(t, d.list.Restore("uitleg"))
		must(t, d.list.Rename("uitleg", surveys.Text{NL: "Uitleg geven"}, ""))
		counted("a theme got another name", disclosure.Same)
		must(t, d.list.Rename("uitleg", surveys.Text{NL: "uitleg"}, ""))
		d.survey.Keeping.Erasures = []surveys.Erasure{{Kind: surveys.KeptTexts, Begun: readOn}}
		counted("the texts were deleted", disclosure.Erased)
		d.survey.Keeping.Erasures = nil
		a.Fingerprint = "aaaaaaaaaaaa"
		counted("another fingerprint", disclosure.Another)
	})
	t.Run("is frozen as evidence", func(t *testing.T) {
		e, err := with.Evidence("open~1", disclosure.Group{}, "wachten")
		if err != nil {
			t.Fatal(err)
		}
		if share, ok := e.Share(); !ok || share.Count != 20 || share.Base != 30 {
			t.Errorf("the evidence says %+v", share)
		}
	})
	t.Run("is not made again of the same", func(t *testing.T) {
		refusedFor(t, d.publish(t, false), "themes.nothing_new")
	})
	t.Run("takes over other words", func(t *testing.T) {
		if err := d.list.Rename("uitleg", surveys.Text{NL: "Uitleg en brieven"}, ""); err != nil {
			t.Fatal(err)
		}
		if err := d.publish(t, false); err != nil {
			t.Fatal(err)
		}
		if got := d.newest.Figure().Shares()[1].Label.NL; d.newest.Number != 2 || got != "Uitleg en brieven" {
			t.Errorf("publication %d calls it %q", d.newest.Number, got)
		}
	})
	t.Run("waits when few people are new", func(t *testing.T) {
		for _, r := range d.reviews[30:35] {
			code(t, r, d, "wachten")
		}
		refusedFor(t, d.publish(t, false), "themes.few_changed")
	})
	t.Run("leaves the number of a theme out that few people changed", func(t *testing.T) {
		for i, r := range d.reviews[30:] {
			code(t, r, d, []string{"wachten", "uitleg"}[i/9])
		}
		foreseen, err := disclosure.ForeseeThemes(d.survey, d.release, disclosure.Coding{List: d.list, Reviews: d.there(), Newest: d.newest, Memory: d.memory}, readOn)
		if err != nil || !slices.Equal(foreseen, []string{"wachten", "uitleg"}) {
			t.Fatalf("foreseen without a number: %v, %v", foreseen, err)
		}
		for _, r := range d.reviews[30:] {
			code(t, r, d, "wachten")
		}
		if err := d.publish(t, false); err != nil {
			t.Fatal(err)
		}
		if got := d.newest.Figure().Shares(); got[0].Count != 30 || got[0].Hidden != "" || got[1].Count != 7 {
			t.Errorf("it shows %+v", got)
		}
	})
	t.Run("is refused when what was shown before is not known", func(t *testing.T) {
		_, _, err := disclosure.PublishThemes(d.survey, d.release, disclosure.Coding{List: d.list, Reviews: d.there()}, readOn)
		if !errors.Is(err, disclosure.ErrNoMemory) {
			t.Errorf("without its memory: %v", err)
		}
	})
}

func TestTextsComeInViewAfterTheLastReleaseAndFromTenWritersOn(t *testing.T) {
	s, r := wrote(t, 10)
	_, few := wrote(t, 9)
	early := *r
	early.Final = false
	for name, c := range map[string]struct {
		r    *disclosure.Release
		on   surveys.Date
		want bool
	}{
		"ten wrote":                   {r, readOn, true},
		"nine wrote":                  {few, readOn, false},
		"the survey runs":             {r, "2025-11-30", false},
		"the last release is to come": {&early, readOn, false},
		"there is no release":         {nil, readOn, false},
	} {
		if got := disclosure.TextsInView(s, c.r, "open", c.on); got != c.want {
			t.Errorf("when %s: in view %t, want %t", name, got, c.want)
		}
	}
}

// Each pair of these publications differs by ten people or more, and all together say
// what one person has.
func TestThemesAreHeldAgainstAllThatWasEverShownTogether(t *testing.T) {
	d := themes(t, 40, "a")
	coded := func(groups ...[2]int) {
		for i, r := range d.reviews {
			in := slices.ContainsFunc(groups, func(g [2]int) bool { return g[0] <= i && i < g[1] })
			if r.Coded = false; in {
				code(t, r, d)
			}
		}
	}
	for _, groups := range [][][2]int{{{0, 10}}, {{0, 20}}, {{0, 10}, {20, 30}}} {
		coded(groups...)
		if err := d.publish(t, false); err != nil {
			t.Fatal(err)
		}
	}
	coded([2]int{0, 31})
	refusedFor(t, d.publish(t, false), "themes.few_changed")
	coded([2]int{0, 40})
	if err := d.publish(t, false); err != nil {
		t.Errorf("with ten more: %v", err)
	}
}
