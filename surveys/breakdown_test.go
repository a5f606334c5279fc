package surveys_test

import (
	"errors"
	"reflect"
	"testing"

	"weerklank.nl/weerklank/surveys"
)

// areas is a declaration that holds together: a neighbourhood lies within an area,
// results may be split by neighbourhood and service point at once, and two service
// points are reported together.
func areas() surveys.Declaration {
	return surveys.Declaration{
		Breakdowns:  []string{"wijk", "buurt", "punt"},
		Pairs:       []surveys.Pair{{First: "buurt", Second: "punt"}, {First: "wijk", Second: "punt"}},
		Hierarchies: []surveys.Hierarchy{{Fine: "buurt", Broad: "wijk"}},
		Merged:      []surveys.MergedOf{{Breakdown: "punt", Name: "klein", Label: surveys.Text{NL: "Kleine punten"}, Values: []string{"a", "b"}}},
	}
}

func TestASurveyDeclaresByWhatItIsSplit(t *testing.T) {
	s := complete()
	if err := s.Declare(areas()); err != nil || !reflect.DeepEqual(s.Declared(), areas()) {
		t.Fatalf("Declare() = %v, declared %+v", err, s.Declared())
	}
	if err := s.Open(noon, nil); err != nil {
		t.Fatalf("Open() = %v", err)
	}
	if err := s.Declare(surveys.Declaration{}); !errors.As(err, new(surveys.Invalid)) || len(s.Breakdowns) != 3 {
		t.Errorf("after opening Declare() = %v, declared %+v", err, s.Declared())
	}
}

func TestADeclarationIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		field, key string
		spoil      func(*surveys.Declaration)
	}{
		"with a breakdown twice": {"breakdown", "survey.breakdown_twice", func(d *surveys.Declaration) {
			d.Breakdowns = []string{"wijk", "buurt", "wijk"}
			d.Pairs, d.Merged = nil, nil
		}},
		"with a pair of something that is not declared": {"pairs", "survey.pair_not_declared", func(d *surveys.Declaration) { d.Pairs[0].Second = "leeftijd" }},
		"with a pair of one":                            {"pairs", "survey.pair_not_declared", func(d *surveys.Declaration) { d.Pairs[0].Second = "buurt" }},
		"with a pair twice, turned round":               {"pairs", "survey.pair_twice", func(d *surveys.Declaration) { d.Pairs[1] = surveys.Pair{First: "punt", Second: "buurt"} }},
		"with a pair within each other":                 {"pairs", "survey.pair_nested", func(d *surveys.Declaration) { d.Pairs[0].Second = "wijk" }},
		"with an area that is not declared":             {"hierarchy", "survey.hierarchy_not_declared", func(d *surveys.Declaration) { d.Hierarchies[0].Broad = "stad" }},
		"with a neighbourhood in two areas": {"hierarchy", "survey.hierarchy_twice", func(d *surveys.Declaration) {
			d.Hierarchies = append(d.Hierarchies, surveys.Hierarchy{Fine: "buurt", Broad: "punt"})
		}},
		"with areas in a circle": {"hierarchy", "survey.hierarchy_circle", func(d *surveys.Declaration) {
			d.Hierarchies = append(d.Hierarchies, surveys.Hierarchy{Fine: "wijk", Broad: "buurt"})
		}},
		"with groups merged of nothing":      {"merged", "survey.merged_not_declared", func(d *surveys.Declaration) { d.Merged[0].Breakdown = "leeftijd" }},
		"with a merged group without a name": {"merged", "survey.merged_no_name", func(d *surveys.Declaration) { d.Merged[0].Label = surveys.Text{} }},
		"with a merged group of one":         {"merged", "survey.merged_too_few", func(d *surveys.Declaration) { d.Merged[0].Values = []string{"a"} }},
		"with a value in two merged groups":  {"merged", "survey.merged_twice", func(d *surveys.Declaration) { m := d.Merged[0]; m.Name = "ook"; d.Merged = append(d.Merged, m) }},
	} {
		t.Run(name, func(t *testing.T) {
			d, s := areas(), complete()
			c.spoil(&d)
			var wrong surveys.Invalid
			if err := s.Declare(d); !errors.As(err, &wrong) || len(wrong) != 1 || wrong[0].Field != c.field || wrong[0].Key != c.key {
				t.Errorf("Declare() = %v, want %s at %s", err, c.key, c.field)
			}
			if len(s.Breakdowns) > 0 {
				t.Error("it is declared all the same")
			}
			s.Breakdowns, s.Pairs, s.Hierarchies, s.Merged = d.Breakdowns, d.Pairs, d.Hierarchies, d.Merged
			if err := s.Open(noon, nil); !errors.As(err, &wrong) || !wrong.Has(c.field) {
				t.Errorf("Open() = %v, want a problem at %s", err, c.field)
			}
		})
	}
}

func TestSurveysOfTheSamePeopleAreThoseThatShareTheirName(t *testing.T) {
	list := []surveys.Survey{{ID: "a", People: "raad"}, {ID: "b", People: "raad"}, {ID: "c"}, {ID: "d", Org: "elders", People: "raad"}}
	if got := surveys.SamePeople(list, &list[0]); !reflect.DeepEqual(got, []surveys.ID{"b"}) {
		t.Errorf("with a: %v, want b", got)
	}
	if got := surveys.SamePeople(list, &list[2]); got != nil {
		t.Errorf("with one that names no people: %v", got)
	}
}

func TestASurveyMayAskTheSamePeopleAsAnEarlierOne(t *testing.T) {
	first, second, third := surveys.Survey{ID: "een", OpenedAt: noon}, surveys.Survey{ID: "twee"}, surveys.Survey{ID: "drie"}
	if err := second.AskSamePeopleAs(&first); err != nil {
		t.Fatal(err)
	}
	second.OpenedAt = noon
	if err := third.AskSamePeopleAs(&second); err != nil {
		t.Fatal(err)
	}
	list := []surveys.Survey{first, second, third, {ID: "vier"}}
	for i, want := range [][]surveys.ID{{"twee", "drie"}, {"een", "drie"}, {"een", "twee"}, nil} {
		if got := surveys.SamePeople(list, &list[i]); !reflect.DeepEqual(got, want) {
			t.Errorf("with %s: %v, want %v", list[i].ID, got, want)
		}
	}
	for name, c := range map[string]struct{ s, earlier surveys.Survey }{
		"itself":                         {third, third},
		"one that did not open":          {third, surveys.Survey{ID: "vier"}},
		"one of another organisation":    {third, surveys.Survey{ID: "vier", Org: "elders", OpenedAt: noon}},
		"another, once it opened itself": {second, first},
	} {
		if err := c.s.AskSamePeopleAs(&c.earlier); err == nil {
			t.Errorf("it may ask the same people as %s", name)
		}
	}
	if err := third.AskSamePeopleAs(nil); err != nil || third.People != "" {
		t.Errorf("it cannot be taken back: %v", err)
	}
}
