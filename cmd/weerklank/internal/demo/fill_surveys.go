package demo

import (
	"context"
	"crypto/rand"
	"fmt"
	"maps"
	"slices"
	"strings"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
)

// councils are the client councils that may read a survey of the story.
var councils = map[string][]string{
	"clientenraad-2025":  {"clientenraad_sociaal"},
	"ondersteuning-2026": {"clientenraad_sociaal"},
	"raden-samen-2026":   {"clientenraad_sociaal", "adviesraad_toegankelijk"},
	"balie-2026":         {"clientenraad_sociaal", "adviesraad_toegankelijk"},
}

func (f *filler) addSurveys(ctx context.Context) error {
	for n := range f.story.Surveys {
		told := &f.story.Surveys[n]
		s := &surveys.Survey{
			ID: page.NewID(), Org: f.org, Slug: told.Slug, Title: told.Title, Questionnaire: f.questionnaires[told.Questionnaire], Version: 1,
			Mode: told.Mode, Owner: f.people[told.Owner], Purpose: told.Purpose, CanChange: told.Can, CannotChange: told.Cannot,
			Opens: told.Opens, Closes: told.Closes, SmallestGroup: told.SmallestGroup, Invited: told.Invited, Councils: councils[told.Key],
			Breakdowns: declared(told), Pairs: pairs[told.Key], Merged: f.mergedOf(told),
		}
		s.Promise.On = told.PromiseDate
		s.Keeping.Basis = surveys.PublicTask
		open := s.Open
		if s.Mode != surveys.Open || len(s.Breakdowns) > 1 {
			open = s.OpenAsHistory
		}
		if err := open(f.at(told.Opens), surveys.Periods{surveys.KeptTexts: 24}); err != nil {
			return fmt.Errorf("open %s: %w", told.Key, err)
		}
		s.Expire(f.now)
		if err := f.Programme.AddSurvey(ctx, s); err != nil {
			return err
		}
		f.surveys[told.Key] = s
		if err := f.addCollectors(ctx, told, s); err != nil {
			return fmt.Errorf("ways in to %s: %w", told.Key, err)
		}
	}
	return nil
}

// pairs are the breakdowns that the demo shows against each other: of the survey that enough
// people answered.
var pairs = map[string][]surveys.Pair{"balie-2026": {{First: "servicepunt", Second: "kanaal"}}}

// declared are the breakdowns in the order in which the guard gives them room: the
// story names the broad one first, and its figures are about the finer one.
func declared(s *storySurvey) []string {
	list := slices.Clone(s.Breakdowns)
	slices.Reverse(list)
	return list
}

// mergedOf are the groups that the story reports together: those that its evidence
// names, and the two of the executives that are too small apart.
func (f *filler) mergedOf(s *storySurvey) []surveys.MergedOf {
	merged := mergedOf(f.story, s.Key)
	form := f.forms[s.Questionnaire]
	for n := range merged {
		asked := form.Field(merged[n].Breakdown)
		var nl, en []string
		for _, c := range asked.List.Choices {
			if slices.Contains(merged[n].Values, c.Name) {
				nl = append(nl, form.Definition.In(c.Label, "nl"))
				en = append(en, form.Definition.In(c.Label, "en"))
			}
		}
		merged[n].Label = surveys.Text{NL: strings.Join(nl, " + "), EN: strings.Join(en, " + ")}
	}
	return merged
}

// addCollectors adds the ways in that the survey names. One that is filled in per
// edition of a course becomes one for each edition.
func (f *filler) addCollectors(ctx context.Context, told *storySurvey, s *surveys.Survey) error {
	add := func(code string, c *storyCollector, prefill map[string]string) error {
		col := &surveys.Collector{ID: page.NewID(), Org: f.org, Survey: s.ID, Code: strings.ReplaceAll(code, "_", "-"),
			Kind: c.Kind, Name: c.Name, Prefill: prefill}
		if err := col.Check(nil); err != nil {
			return err
		}
		f.collectors[told.Key+"/"+code] = col.ID
		return f.Programme.AddCollector(ctx, col)
	}
	for _, id := range told.Collectors {
		c := f.collectorNamed(id)
		if c == nil {
			return fmt.Errorf("the story knows no way in %s", id)
		}
		if len(c.FromEdition) == 0 {
			if err := add(id, c, c.Prefill); err != nil {
				return err
			}
			continue
		}
		for _, seg := range f.model.Surveys[told.Key].Segments {
			prefill := map[string]string{}
			for _, name := range c.FromEdition {
				prefill[name] = seg.Set[name]
			}
			if err := add(seg.ID, c, prefill); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *filler) collectorNamed(id string) *storyCollector {
	for n := range f.story.Collectors {
		if f.story.Collectors[n].ID == id {
			return &f.story.Collectors[n]
		}
	}
	return nil
}

// wayIn is the collector through which a response came: the first whose prefill
// agrees with the answers that are fixed for its segment, else the first without
// prefill.
func (f *filler) wayIn(told *storySurvey, m *made) surveys.ID {
	if edition := m.Fixed["uitvoering"]; edition != "" {
		if id, ok := f.collectors[told.Key+"/"+edition]; ok {
			return id
		}
	}
	plain := surveys.ID("")
	for _, code := range told.Collectors {
		c := f.collectorNamed(code)
		id := f.collectors[told.Key+"/"+code]
		switch {
		case len(c.Prefill) == 0:
			if plain == "" {
				plain = id
			}
		case agrees(c.Prefill, m.Fixed):
			return id
		}
	}
	return plain
}

func agrees(prefill map[string]string, fixed questionnaire.Answers) bool {
	for name, value := range prefill {
		if fixed[name] != value {
			return false
		}
	}
	return true
}

// addResponses makes the answers and stores what each mode keeps of them.
func (f *filler) addResponses(ctx context.Context) error {
	for n := range f.story.Surveys {
		told := &f.story.Surveys[n]
		s := f.surveys[told.Key]
		list, err := generate(f.model, told.Key, f.forms[told.Questionnaire])
		if err != nil {
			return err
		}
		kept := make([]responses.Response, len(list))
		for i := range list {
			if kept[i], err = f.response(told, s, &list[i]); err != nil {
				return err
			}
		}
		if err := f.Writer.LoadHistory(ctx, kept); err != nil {
			return fmt.Errorf("answers of %s: %w", told.Key, err)
		}
	}
	return nil
}

func (f *filler) response(told *storySurvey, s *surveys.Survey, m *made) (responses.Response, error) {
	r := responses.Response{Org: f.org, Survey: s.ID, Version: s.Version, Collector: f.wayIn(told, m), Answers: m.Answers}
	r.Day = s.Mode.DayKept(m.Day)
	if !s.ClosedAt.IsZero() {
		r.Day = s.Mode.DayAtClosing(m.Day)
	}
	sitting := responses.Sitting{Version: s.Version}
	f.Keys.Begin(&sitting)
	_, err := rand.Read(sitting.Key[:])
	if err != nil {
		return r, fmt.Errorf("make a submission key: %w", err)
	}
	if _, r.Key, err = f.Keys.Receipt(&sitting, f.org, s.ID); err != nil {
		return r, fmt.Errorf("make a receipt code: %w", err)
	}
	return r, nil
}

// releasedAfter is how many days after closing a release is made where the story
// names none.
const releasedAfter = 17

// addReleases lets the guard make the story's releases, and one of every other
// survey that has closed for long enough.
func (f *filler) addReleases(ctx context.Context) error {
	counts := disclosure.NewEngine(f.Answers, 0)
	named := map[string]storyRelease{}
	for _, r := range f.story.Releases {
		named[r.Survey] = r
	}
	var asked []surveys.Survey
	for _, s := range f.surveys {
		asked = append(asked, *s)
	}
	for n := range f.story.Surveys {
		told := &f.story.Surveys[n]
		r, ok := named[told.Key]
		if !ok {
			r = storyRelease{Survey: told.Key, AsOf: told.Closes, ReleasedOn: told.Closes.AddDays(releasedAfter)}
			if r.ReleasedOn > surveys.DateOf(f.now) {
				continue
			}
		}
		release, err := disclosure.Update(ctx, counts, f.Aggregates, f.surveys[told.Key],
			[]*questionnaire.Form{f.forms[told.Questionnaire]}, r.AsOf, r.ReleasedOn, surveys.SamePeople(asked, f.surveys[told.Key])...)
		if err != nil {
			return fmt.Errorf("release of %s: %w", told.Key, err)
		}
		f.releases[told.Key] = release
	}
	return nil
}

// mergedOf are the groups of a survey that the story names together.
func mergedOf(s *story, key string) []surveys.MergedOf {
	var merged []surveys.MergedOf
	if key == "bestuurder-2025" {
		merged = append(merged, surveys.MergedOf{Breakdown: "functie", Name: "college_en_commissie", Values: []string{"college", "commissielid"}})
	}
	for _, f := range s.Findings {
		for _, e := range f.Evidence {
			for _, breakdown := range slices.Sorted(maps.Keys(e.Where)) {
				values := e.Where[breakdown]
				name := groupName(values)
				known := slices.ContainsFunc(merged, func(m surveys.MergedOf) bool { return m.Name == name })
				if e.Survey == key && len(values) > 1 && !known {
					merged = append(merged, surveys.MergedOf{Breakdown: breakdown, Name: name, Values: values})
				}
			}
		}
	}
	return merged
}

// groupName is the name of a group: its value, or of several values together.
func groupName(values []string) string { return strings.Join(values, "_en_") }
