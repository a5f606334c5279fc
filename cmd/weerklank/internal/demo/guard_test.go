package demo

import (
	"context"
	"encoding/binary"
	"slices"
	"strings"
	"testing"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
	"weerklank.nl/weerklank/surveys/responses/responsestest"
	"weerklank.nl/weerklank/surveys/training"
)

// oneRelease is a survey's answers and the single release that is made of them.
type oneRelease struct {
	list    []made
	release *disclosure.Release
}

func (o *oneRelease) EachResponse(_ context.Context, _ surveys.OrgID, _ surveys.ID, each func(*responses.Response) error) error {
	for i, m := range o.list {
		r := responses.Response{Day: m.Day, Answers: m.Answers}
		binary.BigEndian.PutUint64(r.Key[:], uint64(i))
		if err := each(&r); err != nil {
			return err
		}
	}
	return nil
}

func (o *oneRelease) FindRelease(context.Context, surveys.OrgID, surveys.ID) (*disclosure.Release, error) {
	return nil, surveys.ErrNotFound
}

func (o *oneRelease) ListReleases(context.Context, surveys.OrgID, surveys.ID) ([]*disclosure.Release, error) {
	return nil, nil
}

func (o *oneRelease) FindMemory(context.Context, surveys.OrgID, surveys.ID) (*disclosure.Memory, error) {
	return nil, surveys.ErrNotFound
}

func (o *oneRelease) AddRelease(_ context.Context, r *disclosure.Release, _ *disclosure.Memory, _ map[surveys.ID]int) error {
	o.release = r
	return nil
}

// releases makes the release of each survey of the story, as of the day it names.
func releases(t testing.TB) (*told, map[string]*disclosure.Release) {
	t.Helper()
	told, err := tell("2026-11-25")
	if err != nil {
		t.Fatal(err)
	}
	compiled, out := forms(t), map[string]*disclosure.Release{}
	for _, each := range told.story.Surveys {
		form := compiled[each.Questionnaire]
		list, err := generate(told.model, each.Key, form)
		if err != nil {
			t.Fatal(err)
		}
		asOf := each.Closes
		for _, r := range told.story.Releases {
			if r.Survey == each.Key {
				asOf = r.AsOf
			}
		}
		s := &surveys.Survey{ID: surveys.ID(each.Key), Breakdowns: each.Breakdowns, Pairs: pairs[each.Key], SmallestGroup: each.SmallestGroup, Closes: each.Closes,
			Merged: mergedOf(told.story, each.Key), OpenedAt: each.Opens.Time()}
		slices.Reverse(s.Breakdowns)
		one := &oneRelease{list: list}
		if _, err := disclosure.Update(t.Context(), disclosure.NewEngine(responsestest.Of(one), 0), one, s, []*questionnaire.Form{form}, asOf, asOf); err != nil {
			t.Fatal(err)
		}
		out[each.Key] = one.release
	}
	return told, out
}

func TestEveryFigureOfTheStoryPassesTheGuard(t *testing.T) {
	told, released := releases(t)
	for _, want := range told.story.Releases {
		n, shown := released[want.Survey].Responses()
		if shown && n != want.Responses {
			t.Errorf("%s as of %s: %d responses, want %d", want.Survey, want.AsOf, n, want.Responses)
		}
	}
	for _, f := range told.story.Findings {
		for _, e := range f.Evidence {
			if e.K == nil {
				continue
			}
			group := disclosure.Group{}
			for breakdown, values := range e.Where {
				group = disclosure.Group{Breakdown: breakdown, Value: strings.Join(values, "_en_")}
			}
			p, reason := released[e.Survey].Figure(e.Question, group)
			if reason != disclosure.Shown {
				t.Errorf("%s: %s %s %v is not shown: %s", f.ID, e.Survey, e.Question, group, reason)
				continue
			}
			share, ok := p.Top2()
			if e.Statistic == "share" {
				share, ok = p.Sum(e.Choice...)
			}
			if !ok || share.Count != *e.K || share.Base != *e.N {
				t.Errorf("%s: %s %s %v: %d of %d (%v), want %d of %d", f.ID, e.Survey, e.Question, group, share.Count, share.Base, ok, *e.K, *e.N)
			}
		}
	}
}

func TestThePlantedSmallGroupsStayHidden(t *testing.T) {
	_, released := releases(t)
	hidden := func(survey, breakdown, value string) {
		t.Helper()
		r := released[survey]
		for _, q := range append(r.Questions(), disclosure.Question{}) {
			if p, reason := r.Figure(q.Name, disclosure.Group{Breakdown: breakdown, Value: value}); reason == disclosure.Shown || !p.Empty() {
				t.Errorf("%s: %s of %s is shown", survey, q.Name, value)
			}
		}
	}
	hidden("ambtenaar-2025", "afdeling", "juridische_zaken")
	hidden("ambtenaar-2026", "afdeling", "juridische_zaken")
	hidden("ambtenaar-2025", "rol", "jurist")
	hidden("balie-2025", "servicepunt", "wijkbus")
	hidden("bestuurder-2025", "functie", "college")
	hidden("bestuurder-2025", "functie", "commissielid")
	for _, survey := range []string{"topdag-2025", "clientenraad-2025"} {
		for _, q := range append(released[survey].Questions(), disclosure.Question{}) {
			if p, _ := released[survey].Figure(q.Name, disclosure.Group{}); !p.Empty() {
				t.Errorf("%s: %s is shown", survey, q.Name)
			}
		}
	}
	for group, base := range map[disclosure.Group]int{
		{}: 35, {Breakdown: "functie", Value: "raadslid"}: 23, {Breakdown: "functie", Value: "college_en_commissie"}: 12,
	} {
		if p, reason := released["bestuurder-2025"].Figure("", group); p.Base() != base {
			t.Errorf("bestuurder-2025 %v: %d people (%s), want %d", group, p.Base(), reason, base)
		}
	}
	if p, _ := released["balie-2026"].Figure("", disclosure.Group{Breakdown: "servicepunt", Value: "wijkbus"}); p.Base() != 16 {
		t.Errorf("balie-2026, wijkbus: %d people, want 16", p.Base())
	}
}

func TestThePlantedNeedsComeOut(t *testing.T) {
	_, released := releases(t)
	for _, c := range []struct {
		breakdown, value, competence string
		base, score                  int
		remedy                       string
	}{
		{"rol", "baliemedewerker", "omgaan_emotie", 30, 97, training.RemedyTraining},
		{"rol", "beleidsadviseur", "werken_data", 58, 97, training.RemedyTraining},
		{"afdeling", "ruimte_vergunningen", "projectmatig", 41, 80, training.RemedyOrganisation},
		{"rol", "buitendienst", "digitaal", 21, 33, training.RemedyUnknown},
	} {
		needs := training.Needs(released["ambtenaar-2025"], disclosure.Group{Breakdown: c.breakdown, Value: c.value})
		at := slices.IndexFunc(needs, func(n training.Need) bool { return n.Competence == c.competence })
		if at < 0 {
			t.Errorf("%s: %s is no need", c.value, c.competence)
			continue
		}
		n := needs[at]
		if n.Hidden != "" || n.Gap.Base() != c.base || n.Score != c.score {
			t.Errorf("%s × %s: base %d, score %d (%s), want %d, %d", c.value, c.competence, n.Gap.Base(), n.Score, n.Hidden, c.base, c.score)
		}
		if n.Remedy == training.RemedyTraining != (c.remedy == training.RemedyTraining) {
			t.Errorf("%s × %s: remedy %q, want %q", c.value, c.competence, n.Remedy, c.remedy)
		}
	}
}
