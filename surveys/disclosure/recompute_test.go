package disclosure

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses/responsestest"
)

// shelf keeps every release and the newest memory, encoded, as the store does.
type shelf struct {
	heads  []Release
	bodies [][]byte
	memory []byte
}

func (s *shelf) FindRelease(ctx context.Context, org surveys.OrgID, survey surveys.ID) (*Release, error) {
	return s.FindNumberedRelease(ctx, org, survey, len(s.heads))
}

func (s *shelf) FindNumberedRelease(_ context.Context, _ surveys.OrgID, _ surveys.ID, number int) (*Release, error) {
	if number < 1 || number > len(s.heads) {
		return nil, surveys.ErrNotFound
	}
	return Restore(s.heads[number-1], s.bodies[number-1])
}

func (s *shelf) ListReleases(context.Context, surveys.OrgID, surveys.ID) ([]*Release, error) {
	return nil, nil
}

func (s *shelf) FindMemory(ctx context.Context, org surveys.OrgID, survey surveys.ID) (*Memory, error) {
	return s.KeptMemory(ctx, org, survey)
}

func (s *shelf) KeptMemory(context.Context, surveys.OrgID, surveys.ID) (*Memory, error) {
	if s.memory == nil {
		return nil, surveys.ErrNotFound
	}
	return RestoreMemory(s.memory)
}

func (s *shelf) AddRelease(_ context.Context, r *Release, m *Memory, _ map[surveys.ID]int) (err error) {
	body, err := r.Encode()
	if err != nil {
		return err
	}
	s.heads = append(s.heads, Release{Org: r.Org, Survey: r.Survey, Number: r.Number, AsOf: r.AsOf, MadeOn: r.MadeOn, Final: r.Final})
	s.bodies = append(s.bodies, body)
	s.memory, err = m.Encode()
	return err
}

// addresses are those of every figure that a release shows.
func addresses(r *Release) []Address {
	var all []Address
	for _, e := range r.shown.Entries {
		if a := r.Address("uitvraag", e.Question, e.Group); a.Fingerprint != "" {
			all = append(all, a)
		}
	}
	return all
}

func drawCrowd(t *rapid.T, releases, axes int) crowd {
	all := make(crowd, rapid.IntRange(8, 120).Draw(t, "people"))
	for i := range all {
		p := person{comes: rapid.IntRange(1, releases).Draw(t, "comes")}
		for range axes {
			p.values = append(p.values, rapid.SampledFrom([]string{"v0", "v0", "v0", "v1", "v1", "v2", ""}).Draw(t, "value"))
		}
		p.rating = rapid.SampledFrom([]string{"r1", "r2", "r2", "r4", "r5", ""}).Draw(t, "rating")
		binary.BigEndian.PutUint64(p.key[:], uint64(i+1)*0x9e3779b97f4a7c15)
		all[i] = p
	}
	return all
}

func splitSurvey(axes int) *surveys.Survey {
	s := &surveys.Survey{ID: "s", SmallestGroup: 5, Opens: "2026-01-01", Closes: "2026-03-31", Version: 2, OpenedAt: time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC)}
	for i := range axes {
		s.Breakdowns = append(s.Breakdowns, axisName(i))
	}
	if axes == 2 {
		s.Pairs = []surveys.Pair{{First: axisName(0), Second: axisName(1)}}
	}
	return s
}

func engineFor(all crowd) *Engine { return NewEngine(responsestest.Of(all), 0) }

// outcomes counts every figure of every release again.
func outcomes(t *rapid.T, kept *shelf, s *surveys.Survey, forms []*questionnaire.Form, all crowd, each func(Address, Outcome, Protected)) {
	engine := engineFor(all)
	for number := range kept.heads {
		r, err := kept.FindNumberedRelease(t.Context(), "", s.ID, number+1)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range addresses(r) {
			outcome, p, _, err := Recompute(t.Context(), engine, kept, s, forms, a)
			if err != nil {
				t.Fatal(err)
			}
			if outcome == Changed && !p.Empty() {
				t.Fatalf("%v: digits of answers that changed", a)
			}
			each(a, outcome, p)
		}
	}
}

func TestAFigureCountedAgainIsTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		releases, axes := rapid.IntRange(1, 3).Draw(t, "releases"), rapid.IntRange(0, 2).Draw(t, "axes")
		all, s := drawCrowd(t, releases, axes), splitSurvey(axes)
		forms, kept := []*questionnaire.Form{form(axes, 3)}, &shelf{}
		for number := 1; number <= releases; number++ {
			if _, err := Update(t.Context(), engineFor(all.at(number)), kept, s, forms, "2026-02-01", "2026-02-01"); err != nil {
				t.Fatal(err)
			}
			outcomes(t, kept, s, forms, all.at(number), func(a Address, outcome Outcome, p Protected) {
				newest := a.Release == number
				if outcome != Same && (newest || outcome != Unknown) {
					t.Fatalf("%v of release %d of %d: %s", a, a.Release, number, outcome)
				}
				if p.Empty() {
					t.Fatalf("%v: no digits", a)
				}
			})
			// What comes in after a release changes nothing in it.
			outcomes(t, kept, s, forms, all.at(releases), func(a Address, outcome Outcome, _ Protected) {
				if a.Release == number && outcome != Same {
					t.Fatalf("%v with what waits: %s", a, outcome)
				}
			})
		}
	})
}

func TestAFigureOfWithdrawnAnswersIsNotCountedAnew(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		axes := rapid.IntRange(0, 2).Draw(t, "axes")
		all, s := drawCrowd(t, 1, axes), splitSurvey(axes)
		forms, kept := []*questionnaire.Form{form(axes, 3)}, &shelf{}
		if _, err := Update(t.Context(), engineFor(all), kept, s, forms, "2026-02-01", "2026-02-01"); err != nil {
			t.Fatal(err)
		}
		gone := rapid.IntRange(0, len(all)-1).Draw(t, "gone")
		changed := slices.Clone(all)
		if rapid.Bool().Draw(t, "withdrawn") {
			changed = slices.Delete(changed, gone, gone+1)
		} else {
			changed[gone].rating = map[string]string{"r1": "r4", "r2": "r5", "r4": "r1", "r5": "r2", "": "r1"}[all[gone].rating]
		}
		candidates := candidatesOf(kept.release(t, 1).Breakdowns(), s.Pairs)
		outcomes(t, kept, s, forms, changed, func(a Address, outcome Outcome, _ Protected) {
			if a.Question != "rating" {
				return
			}
			at := slices.IndexFunc(candidates, func(c *candidate) bool { return c.Group == a.Group })
			in := candidates[at].holds(all[gone].values)
			banded := kept.release(t, 1).banded(a)
			switch {
			case !in && outcome != Same:
				t.Fatalf("%v: %s, though nobody in it changed", a, outcome)
			case in && all[gone].rating != "" && !banded && outcome != Changed:
				t.Fatalf("%v: %s, though somebody in it changed", a, outcome)
			}
		})
	})
}

func (s *shelf) release(t *rapid.T, number int) *Release {
	r, err := s.FindNumberedRelease(t.Context(), "", "", number)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (r *Release) banded(a Address) bool {
	p, _ := r.Figure(a.Question, a.Group)
	return p.Banded()
}

func TestAfterTheLastReleaseAllAnswersAreCounted(t *testing.T) {
	all := crowd{}
	for i := range 60 {
		p := person{comes: 1, rating: fmt.Sprint("r", 1+i%5), values: []string{fmt.Sprint("v", i%2)}}
		binary.BigEndian.PutUint64(p.key[:], uint64(i+1))
		all = append(all, p)
	}
	s, forms, kept := splitSurvey(1), []*questionnaire.Form{form(1, 3)}, &shelf{}
	s.ClosedAt = time.Date(2026, 3, 31, 22, 0, 0, 0, time.UTC)
	r, err := Update(t.Context(), engineFor(all), kept, s, forms, "2026-03-31", "2026-04-01")
	if err != nil || !r.Final {
		t.Fatalf("Update() = %v, %v; want the last release", r, err)
	}
	a := r.Address("uitvraag", "rating", Group{Breakdown: "axis0", Value: "v1"})
	outcome, p, _, err := Recompute(t.Context(), engineFor(all), kept, s, forms, a)
	if err != nil || outcome != Same || p.Base() != 30 {
		t.Errorf("Recompute() = %s, base %d, %v; want the same, 30", outcome, p.Base(), err)
	}
	outcome, p, _, err = Recompute(t.Context(), engineFor(all[1:58]), kept, s, forms, a)
	if err != nil || outcome != Unknown || p.Base() != 30 {
		t.Errorf("after a withdrawal Recompute() = %s, base %d, %v; want unknown, and 30 as it was shown", outcome, p.Base(), err)
	}
	t.Run("and other digits than the address stands for are not shown", func(t *testing.T) {
		kept.bodies[0] = bytes.ReplaceAll(kept.bodies[0], []byte(`"n":6`), []byte(`"n":7`))
		outcome, p, _, err := Recompute(t.Context(), engineFor(all), kept, s, forms, a)
		if err != nil || outcome != Another || !p.Empty() {
			t.Errorf("Recompute() = %s, empty %v, %v; want another and nothing shown", outcome, p.Empty(), err)
		}
	})
	t.Run("and what was not shown is not found", func(t *testing.T) {
		a.Group.Value = "v2"
		if _, _, _, err := Recompute(t.Context(), engineFor(all), kept, s, forms, a); !errors.Is(err, surveys.ErrNotFound) {
			t.Errorf("Recompute() = %v, want ErrNotFound", err)
		}
	})
}

func TestAFingerprintStaysWhatItIs(t *testing.T) {
	f := &figure{Question: surveys.Text{NL: "woorden tellen niet mee"}, Base: 12, None: 3, Single: true, Cells: []cell{
		{Name: "ja", Count: 8}, {Name: "nee", Count: 4}}, Missing: []cell{{Name: "nvt", Count: 1}}}
	const want = "kgecnkedz2c5"
	if got := fingerprint("s", 2, "q", Group{Breakdown: "b", Value: "v"}, f); got != want {
		t.Errorf("fingerprint() = %q, want %q: people have it in reports", got, want)
	}
	e, err := RestoreEvidence([]byte(`[{"survey":"s","question":"q","group":{"b":"b","v":"v"},"release":2,"as_of":"2026-01-01","figure":{"base":12,"none":3,"single":true,"cells":[{"name":"ja","n":8},{"name":"nee","n":4}],"missing":[{"name":"nvt","n":1}]}}]`))
	if err != nil || e[0].Fingerprint() != want {
		t.Errorf("Fingerprint() of the frozen figure = %q, %v, want %q", e[0].Fingerprint(), err, want)
	}
	f.Cells[0].Count, f.Cells[1].Count = 7, 5
	if fingerprint("s", 2, "q", Group{Breakdown: "b", Value: "v"}, f) == want {
		t.Error("other digits have the same fingerprint")
	}
}

func TestAnAddressIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.OneOf(rapid.StringMatching(`[a-z_]{1,8}`), rapid.StringN(1, 9, -1), rapid.SampledFrom([]string{"-", "a:b", "a=b", "a,b", "%2D", "+"}))
		a := Address{Survey: part.Draw(t, "survey"), Release: rapid.IntRange(1, 99).Draw(t, "release"), Question: part.Draw(t, "question"), Fingerprint: "abcdefghjkmn"}
		switch rapid.IntRange(0, 3).Draw(t, "group") {
		case 1:
			a.Group = Group{Breakdown: part.Draw(t, "by"), Value: part.Draw(t, "value")}
		case 2:
			a.Group = Group{Breakdown: part.Draw(t, "by"), Value: part.Draw(t, "value"), With: part.Draw(t, "with"), WithValue: part.Draw(t, "and")}
		case 3:
			a.Question = ""
		}
		if got, err := ParseAddress(a.String() + "\n"); err != nil || got != a {
			t.Fatalf("ParseAddress(%q) = %+v, %v, want %+v", a, got, err, a)
		}
	})
}

func FuzzParseAddress(f *testing.F) {
	f.Add("balie-2026:3:gehoord:servicepunt=noorderhaven:k7q2mx4pwbz3")
	f.Add("a:1:-:-:abcdefghjkmn")
	f.Add("a:1:q:x=y,z=:abcdefghjkmn")
	f.Fuzz(func(t *testing.T, text string) {
		a, err := ParseAddress(text)
		if err != nil {
			return
		}
		if again, err := ParseAddress(a.String()); err != nil || again != a {
			t.Errorf("ParseAddress(%q) = %+v, which is read back as %+v, %v", text, a, again, err)
		}
	})
}
