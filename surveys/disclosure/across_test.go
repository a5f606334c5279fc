package disclosure

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses/responsestest"
	"weerklank.nl/weerklank/surveys/results"
)

// unasked are three groups of which the smallest, of three people, did not answer
// the rating: as where a question is not asked of them. Subtraction within the
// rating gives nothing, for nobody of them is in it. Taking part hides v1 beside
// them, so that 13 people are not shown; that 10 of v1 rated leaves 3.
func unasked() crowd {
	var c crowd
	for value, n := range map[string]int{"v0": 20, "v1": 10, "v2": 3} {
		for range n {
			p := person{values: []string{value}, rating: "r3", comes: 1}
			if value == "v2" {
				p.rating = ""
			}
			c = append(c, p)
		}
	}
	for i := range c {
		binary.BigEndian.PutUint64(c[i].key[:], uint64(i))
	}
	return c
}

func baseOf(t *testing.T, c crowd, by rules, question, value string) int {
	t.Helper()
	s := &surveys.Survey{ID: "s", SmallestGroup: 5, Breakdowns: []string{axisName(0)}}
	table, err := results.Read(t.Context(), responsestest.Of(c), s, []*questionnaire.Form{form(1, 3)}, "")
	if err != nil {
		t.Fatal(err)
	}
	r, _, err := next(s, table, nil, nil, nil, "", "", false, by)
	if err != nil {
		t.Fatal(err)
	}
	p, _ := r.Figure(question, Group{Breakdown: axisName(0), Value: value})
	return p.Base()
}

func TestTheBasesOfTwoQuestionsDoNotPinASmallGroup(t *testing.T) {
	if n := baseOf(t, unasked(), rules{threshold: true, audit: true, memory: true}, "rating", "v1"); n != 10 {
		t.Fatalf("without the rule v1 shows %d people, want 10: the attack proves nothing", n)
	}
	for _, question := range []string{"", "rating"} {
		if n := baseOf(t, unasked(), allRules, question, "v1"); n != 0 {
			t.Errorf("%q shows that v1 has %d people, so that v2 has %d", question, n, 13-n)
		}
	}
}

func TestKnowingTheValueOfABreakdownHidesNoGroup(t *testing.T) {
	c := unasked()
	for i := range 10 { // who were not asked for the breakdown
		p := person{values: []string{""}, rating: "r1", comes: 1}
		binary.BigEndian.PutUint64(p.key[:], uint64(100+i))
		c = append(c, p)
	}
	if n := baseOf(t, c, allRules, "", "v1"); n != 10 {
		t.Errorf("v1 shows %d people, want 10: ten others hide v2 as well", n)
	}
	if n := baseOf(t, c, allRules, "", ""); n != 0 {
		t.Errorf("the value of %d people is known, so that v2 has %d", n, n-30)
	}
	s := &surveys.Survey{ID: "s", SmallestGroup: 5, Breakdowns: []string{axisName(0)}}
	table, err := results.Read(t.Context(), responsestest.Of(c), s, []*questionnaire.Form{form(1, 3)}, "")
	if err != nil {
		t.Fatal(err)
	}
	r, _, err := next(s, table, nil, nil, nil, "", "", false, allRules)
	if err != nil {
		t.Fatal(err)
	}
	p, reason := r.Figure(axisName(0), Group{})
	if reason != Shown || p.Base() != 43 || !slices.ContainsFunc(p.Shares(), func(s Share) bool { return s.Count == 10 && s.Hidden == "" }) {
		t.Errorf("who took part is %d people (%s), %+v; want shares of all 43", p.Base(), reason, p.Shares())
	}
}

// bridge asks the area, and of who lives in v1 alone what they think of the bridge.
func bridge(t *testing.T) *questionnaire.Form {
	t.Helper()
	def := questionnaire.Definition{FormID: "f", Title: questionnaire.Texts{"": "F"}, Lists: []*questionnaire.List{{Name: "areas"}, {Name: "marks"}},
		Items: []*questionnaire.Item{
			{Kind: questionnaire.Question, Name: axisName(0), Type: questionnaire.TypeSelectOne, List: "areas", Breakdown: true, Label: questionnaire.Texts{"": "Waar?"}},
			{Kind: questionnaire.Question, Name: "rating", Type: questionnaire.TypeSelectOne, List: "marks", Label: questionnaire.Texts{"": "De brug?"},
				Relevant: "${" + axisName(0) + "} = 'v1'"},
		}}
	for i := range 5 {
		def.Lists[0].Choices = append(def.Lists[0].Choices, &questionnaire.Choice{Name: fmt.Sprint("v", i), Label: questionnaire.Texts{"": "x"}})
		def.Lists[1].Choices = append(def.Lists[1].Choices, &questionnaire.Choice{Name: fmt.Sprint("r", i), Label: questionnaire.Texts{"": "x"}})
	}
	body, err := json.Marshal(def)
	if err != nil {
		t.Fatal(err)
	}
	f, err := questionnaire.Published(body)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// crossed are so many people of v0, v1, v2 …; those of v1 answered, save so many.
func crossed(silent int, sizes ...int) crowd {
	var c crowd
	for value, n := range sizes {
		for i := range n {
			p := person{values: []string{fmt.Sprint("v", value)}, comes: 1}
			if value == 1 && i >= silent {
				p.rating = fmt.Sprint("r", i%4)
			}
			binary.BigEndian.PutUint64(p.key[:], uint64(len(c)))
			c = append(c, p)
		}
	}
	return c
}

func TestAQuestionAskedOfOneGroupDoesNotTellItsSize(t *testing.T) {
	f := bridge(t)
	baseOf := func(c crowd, by rules) int {
		s := &surveys.Survey{ID: "s", SmallestGroup: 5, Breakdowns: []string{axisName(0)}}
		table, err := results.Read(t.Context(), responsestest.Of(c), s, []*questionnaire.Form{f}, "")
		if err != nil {
			t.Fatal(err)
		}
		r, _, err := next(s, table, nil, nil, nil, "", "", false, by)
		if err != nil {
			t.Fatal(err)
		}
		if by == allRules {
			for _, value := range []string{"v1", "v2"} {
				if p, _ := r.Figure("", Group{Breakdown: axisName(0), Value: value}); p.Base() > 0 && len(c) == 45 {
					t.Errorf("%s is shown to have %d people", value, p.Base())
				}
			}
		}
		p, _ := r.Figure("rating", Group{})
		return p.Base()
	}
	betrayed := crossed(0, 30, 12, 3)
	if n := baseOf(betrayed, rules{threshold: true, audit: true, memory: true}); n != 12 {
		t.Fatalf("without the rule %d people are shown to have answered, want 12: nothing is proven", n)
	}
	if n := baseOf(betrayed, allRules); n != 0 {
		t.Errorf("%d people answered, so v1 has %d and v2 %d", n, n, 15-n)
	}
	if n := baseOf(crossed(0, 30, 12, 20), allRules); n != 12 {
		t.Errorf("%d people are shown where no group is small, want 12", n)
	}
	if n := baseOf(crossed(6, 30, 22, 3), allRules); n != 16 {
		t.Errorf("%d people are shown where six of the group gave no answer, want 16: it does not tell how many they are", n)
	}
	if n := baseOf(crossed(2, 30, 12, 3), allRules); n != 0 {
		t.Errorf("%d people are shown where two gave no answer: that tells v1 to within two", n)
	}
}
