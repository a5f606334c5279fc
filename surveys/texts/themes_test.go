package texts_test

import (
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/texts"
)

// list is a list of three themes.
func list(t testing.TB) *texts.Themes {
	t.Helper()
	l := &texts.Themes{Org: org, Survey: survey, Question: "open"}
	for _, name := range []string{"Wachten", "Uitleg", "Vriendelijk"} {
		if err := l.Add(surveys.Text{NL: name}, "", ""); err != nil {
			t.Fatal(err)
		}
	}
	return l
}

func TestAThemeIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		do    func(l *texts.Themes) error
		field string
	}{
		"without a name": {func(l *texts.Themes) error { return l.Add(surveys.Text{}, "x", "") }, "naam"},
		"with the name of another, in other letters": {func(l *texts.Themes) error { return l.Add(surveys.Text{NL: "wachten"}, "x", "") }, "naam"},
		"with the code of one that was removed": {func(l *texts.Themes) error {
			_ = l.Remove("uitleg")
			return l.Add(surveys.Text{NL: "Anders"}, "Uitleg", "")
		}, "code"},
		"with a code that is no code":          {func(l *texts.Themes) error { return l.Add(surveys.Text{NL: "Anders"}, "a b", "") }, "code"},
		"when it is merged into itself":        {func(l *texts.Themes) error { return l.Merge("wachten", "wachten") }, "met"},
		"when it is merged into one that went": {func(l *texts.Themes) error { _ = l.Remove("uitleg"); return l.Merge("wachten", "uitleg") }, "met"},
		"when it comes back beside its name": {func(l *texts.Themes) error {
			_ = l.Remove("uitleg")
			_ = l.Add(surveys.Text{NL: "Uitleg"}, "uitleg2", "")
			return l.Restore("uitleg")
		}, "naam"},
	} {
		t.Run(name, func(t *testing.T) {
			var wrong surveys.Invalid
			if err := c.do(list(t)); !errors.As(err, &wrong) || !wrong.Has(c.field) {
				t.Errorf("got %v, want a problem at %s", err, c.field)
			}
		})
	}
}

func TestWhatIsDoneToThemesCanBeUndone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := &texts.Themes{}
		for _, name := range []string{"a", "b", "c", "d"} {
			if err := l.Add(surveys.Text{NL: name}, name, ""); err != nil {
				t.Fatal(err)
			}
		}
		codes := []string{"a", "b", "c", "d"}
		code := rapid.SampledFrom(codes)
		r := &texts.Review{}
		chosen := rapid.SliceOfDistinct(code, rapid.ID[string]).Draw(t, "themes")
		if err := r.Code(l, chosen, len(chosen) == 0); err != nil {
			t.Fatal(err)
		}
		before := l.Of(r)
		for range rapid.IntRange(0, 8).Draw(t, "changes") {
			switch one := code.Draw(t, "theme"); rapid.IntRange(0, 2).Draw(t, "change") {
			case 0:
				_ = l.Remove(one)
			case 1:
				_ = l.Merge(one, code.Draw(t, "into"))
			case 2:
				_ = l.Restore(one)
			}
			has := l.Of(r)
			for _, c := range has {
				if l.Resolve(c) != c {
					t.Fatalf("a text counts in %s, which is gone", c)
				}
			}
			if err := r.Code(l, has, len(has) == 0); err != nil { // saved again as it is seen
				t.Fatal(err)
			}
		}
		for range codes { // one that another was merged into may have to come first
			for _, one := range codes {
				_ = l.Restore(one)
			}
		}
		after := l.Of(r)
		for _, one := range before {
			if !slices.Contains(after, one) {
				t.Errorf("theme %s was lost: %v, first %v", one, after, before)
			}
		}
	})
}

func TestATextIsCoded(t *testing.T) {
	l, r := list(t), &texts.Review{}
	for name, err := range map[string]error{
		"in a theme and in none":        r.Code(l, []string{"uitleg"}, true),
		"in a theme that there is not":  r.Code(l, []string{"weg"}, false),
		"in a theme by another's words": r.Code(l, []string{"Uitleg"}, false),
	} {
		if !errors.As(err, new(surveys.Invalid)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	steps := []struct {
		do    func() error
		want  []string
		coded bool
	}{
		{func() error { return r.Give(l, "uitleg") }, []string{"uitleg"}, true},
		{func() error { return r.Give(l, "wachten") }, []string{"wachten", "uitleg"}, true},
		{func() error { return l.Merge("uitleg", "vriendelijk") }, []string{"wachten", "vriendelijk"}, true},
		{func() error { return r.Take(l, "vriendelijk") }, []string{"wachten"}, true},
		{func() error { return l.Restore("uitleg") }, []string{"wachten"}, true},
		{func() error { return r.Take(l, "wachten") }, nil, false},
		{func() error { return r.Code(l, nil, true) }, nil, true},
	}
	for i, s := range steps {
		if err := s.do(); err != nil {
			t.Fatal(err)
		}
		if got := l.Of(r); !slices.Equal(got, s.want) || r.Coded != s.coded {
			t.Errorf("after step %d it has %v (coded %t), want %v (%t)", i+1, got, r.Coded, s.want, s.coded)
		}
	}
}
