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

func TestWhenEverybodyWithdrewNothingIsShownAnyMore(t *testing.T) {
	s, kept := official("afdeling"), &archive{}
	s.Closes = "2025-12-31"
	if _, shown := release(t, s, kept, organisation(), "2025-10-10").Responses(); !shown {
		t.Fatal("nothing was shown: the test proves nothing")
	}
	r := release(t, s, kept, nil, "2025-10-20")
	if n, shown := r.Responses(); shown {
		t.Errorf("%d people answered, after everybody withdrew", n)
	}
	if groups := r.Groups(); len(groups) > 0 {
		t.Errorf("%v are shown after everybody withdrew", groups)
	}
	if p, reason := r.Figure("integriteit_niveau", disclosure.Group{}); !p.Empty() || reason != disclosure.TooSmall {
		t.Errorf("%d people, %q", p.Base(), reason)
	}
}

// What is left of a group from which nearly all withdrew follows from the figure of
// before and from everybody's: so that withdrawal waits, and the few stand nowhere.
func TestTheFewWhoStayInAGroupAreNotLeftOver(t *testing.T) {
	s, kept := official("afdeling"), &archive{}
	s.Closes = "2025-12-31"
	first := release(t, s, kept, organisation(), "2025-10-10")
	left, stayed := organisation(), 0
	for i := range left {
		if left[i]["afdeling"] == "c" {
			if stayed++; stayed%5 != 0 {
				left[i] = nil // keys follow the order, so who left is replaced by nobody
			}
		}
	}
	r := release(t, s, kept, left, "2025-10-20")
	for _, group := range []disclosure.Group{{}, {Breakdown: "afdeling", Value: "c"}} {
		was, _ := first.Figure("integriteit_niveau", group)
		if is, _ := r.Figure("integriteit_niveau", group); is.Base() != was.Base() {
			t.Errorf("%v: %d people, before %d", group, is.Base(), was.Base())
		}
	}
}

// Somebody who comes alone waits, and so does that they skipped a question.
func TestWhoSkippedAQuestionWaitsWithThePart(t *testing.T) {
	s, kept := official("afdeling"), &archive{}
	s.Closes = "2025-12-31"
	skipped := func(r *disclosure.Release) (int, int) {
		p, _ := r.Figure("integriteit_niveau", disclosure.Group{})
		return p.Unanswered(), p.Missing()[0].Count
	}
	release(t, s, kept, organisation(), "2025-10-10")
	all := append(organisation(), questionnaire.Answers{"afdeling": "a"}, questionnaire.Answers{"afdeling": "b", "integriteit_niveau": "nvt"})
	if none, missing := skipped(release(t, s, kept, all, "2025-10-20")); none != 0 || missing != 0 {
		t.Errorf("%d skipped and %d do not apply, of two people who wait", none, missing)
	}
	for range 12 {
		all = append(all, questionnaire.Answers{"afdeling": "a"}, questionnaire.Answers{"afdeling": "b", "integriteit_niveau": "nvt"})
	}
	if none, missing := skipped(release(t, s, kept, all, "2025-10-30")); none != 13 || missing != 13 {
		t.Errorf("%d skipped and %d do not apply, want 13 and 13", none, missing)
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
