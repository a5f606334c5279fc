package disclosure_test

import (
	"fmt"
	"testing"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

func TestTroubleGivesAReleaseAndNoFigure(t *testing.T) {
	for name, all := range map[string]answers{
		"when nobody answered":     nil,
		"when one person answered": people(1, "a", 3),
		"when all answered nothing": {
			{"afdeling": "a"}, {"afdeling": "a"}, {"afdeling": "b"}, {"afdeling": "b"}, {"afdeling": "b"}, {"afdeling": "b"},
			{"afdeling": "a"}, {"afdeling": "a"}, {"afdeling": "b"}, {"afdeling": "b"}, {"afdeling": "b"}, {"afdeling": "b"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := release(t, official("afdeling"), &archive{}, all, "2025-11-17")
			if p, reason := r.Figure("integriteit_niveau", disclosure.Group{}); !p.Empty() || reason != disclosure.TooSmall {
				t.Errorf("%d people, %q", p.Base(), reason)
			}
		})
	}
}

func TestWhenEverybodyWithdrewNothingNewIsShown(t *testing.T) {
	s, kept := official("afdeling"), &archive{}
	s.Closes = "2025-12-31"
	before, _ := release(t, s, kept, organisation(), "2025-10-10").Responses()
	r := release(t, s, kept, nil, "2025-10-20")
	if n, shown := r.Responses(); shown && n != before && n != 0 {
		t.Errorf("%d people after everybody withdrew, %d before", n, before)
	}
	for _, g := range r.Groups() {
		if p, _ := r.Figure("", g); p.Base() < 10 {
			t.Errorf("%v shows %d people", g, p.Base())
		}
	}
}

func TestABreakdownOfFiveThousandValuesIsSoonReleased(t *testing.T) {
	f := levels()
	list := f.Fields[0].List
	var all answers
	for i := range 5000 {
		name := fmt.Sprint("w", i)
		list.Choices = append(list.Choices, &questionnaire.Choice{Name: name, Label: questionnaire.Texts{"": name}})
		all = append(all, people(1, name, 1+i%5)...)
	}
	all = append(all, people(40, "w0", 3)...)
	s := official("afdeling")
	r, err := disclosure.Update(t.Context(), engineOf(all), &archive{}, s, []*questionnaire.Form{f}, surveys.Date("2025-11-17"), "2025-11-17")
	if err != nil {
		t.Fatal(err)
	}
	if n, shown := r.Responses(); !shown || n != len(all) {
		t.Errorf("%d people answered, want %d", n, len(all))
	}
	if p, reason := r.Figure("integriteit_niveau", disclosure.Group{Breakdown: "afdeling", Value: "w0"}); reason != disclosure.Shown || p.Base() != 41 {
		t.Errorf("the one large group: %d people, %q", p.Base(), reason)
	}
}
