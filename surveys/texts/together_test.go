package texts_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/texts"
)

// themed is what a text has.
type themed struct {
	coded  bool
	themes []string
}

func has(r *texts.Review) themed { return themed{r.Coded, slices.Clone(r.Themes)} }

func (t themed) is(other themed) bool {
	return t.coded == other.coded && slices.Equal(t.themes, other.themes)
}

// TestWhatManyTextsGotAtOnceIsTakenBackExactly lets reviewers do anything with texts and
// themes. What was done last to many at once can be undone: each text has what it had
// before, unless its themes were changed since.
func TestWhatManyTextsGotAtOnceIsTakenBackExactly(t *testing.T) {
	undone, kept := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		codes := []string{"a", "b", "c"}
		code, l := rapid.SampledFrom(codes), &texts.Themes{}
		for _, one := range codes {
			if err := l.Add(surveys.Text{NL: one}, one, ""); err != nil {
				t.Fatal(err)
			}
		}
		all, before := make([]*texts.Review, 5), map[*texts.Review]themed{}
		for i := range all {
			all[i] = &texts.Review{}
		}
		one, last := rapid.SampledFrom(all), texts.Together{}
		for n := range rapid.IntRange(1, 25).Draw(t, "acts") {
			switch rapid.SampledFrom([]string{"together", "together", "code", "approve", "remove", "restore", "undo"}).Draw(t, "act") {
			case "together":
				now, _ := texts.LastTogether(all)
				time := texts.Together{ID: surveys.ID(fmt.Sprint("keer", n)), Number: now.Number + 1, Theme: code.Draw(t, "theme"), Taken: rapid.Bool().Draw(t, "taken")}
				for _, r := range all[:rapid.IntRange(1, len(all)).Draw(t, "many")] {
					was := has(r)
					if changed, err := r.ChangeTogether(l, time); err == nil && changed {
						if last.ID != time.ID {
							clear(before)
							last = time
						}
						before[r] = was
					}
				}
			case "code":
				r, chosen := one.Draw(t, "who"), rapid.SliceOfDistinct(code, rapid.ID[string]).Draw(t, "themes")
				was := has(r)
				if _ = r.Code(l, chosen, len(chosen) == 0); !was.is(has(r)) {
					delete(before, r)
				}
			case "approve":
				_ = one.Draw(t, "who").Approve("Een tekst.", nil)
			case "remove":
				_ = l.Remove(code.Draw(t, "theme"))
			case "restore":
				_ = l.Restore(code.Draw(t, "theme"))
			case "undo":
				now, many := texts.LastTogether(all)
				if many != len(before) || many > 0 && now.ID != last.ID {
					t.Fatalf("%s can be undone for %d texts, want %s for %d", now.ID, many, last.ID, len(before))
				}
				for i, r := range all {
					want, goes := before[r]
					if !goes {
						want = has(r)
						kept++
					}
					if did := r.UndoTogether(now.ID); did != goes || !has(r).is(want) {
						t.Fatalf("text %d has %v, want %v", i, has(r), want)
					} else if did {
						undone++
					}
				}
				clear(before)
			}
		}
	})
	if undone == 0 || kept == 0 {
		t.Errorf("%d texts were undone and %d stayed as they were", undone, kept)
	}
}
