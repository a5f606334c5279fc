package questionnaire_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

const household = `
	type         | name     | relevant      | calculation                                              | appearance | repeat_count | required
	text         | straat   |               |                                                          |            |              |
	begin_repeat | kind     |               |                                                          |            |              |
	text         | naam     |               |                                                          |            |              | yes
	integer      | leeftijd |               |                                                          |            |              |
	text         | school   | ${leeftijd} > 3 |                                                        |            |              |
	calculate    | nummer   |               | concat(position(..), ' van ', count(${kind}))            |            |              |
	begin_repeat | vriend   |               |                                                          |            |              |
	text         | hoe      |               |                                                          |            |              |
	calculate    | wie      |               | concat(${hoe}, ' van ', ${naam})                         |            |              |
	end_repeat   |          |               |                                                          |            |              |
	calculate    | vrienden |               | count(${vriend})                                         |            |              |
	end_repeat   |          |               |                                                          |            |              |
	calculate    | samen    |               | sum(${leeftijd})                                         |            |              |
	calculate    | tweede   |               | indexed-repeat(${naam}, ${kind}, 2)                      |            |              |
	calculate    | allen    |               | join('+', ${naam})                                       |            |              |
`

func twoChildren() questionnaire.Answers {
	return questionnaire.Answers{
		"straat": "Kade", "kind": "2",
		"kind[1]/naam": "Ana", "kind[1]/leeftijd": "3", "kind[1]/school": "weg", "kind[1]/vriend": "0",
		"kind[2]/naam": "Bo", "kind[2]/leeftijd": "7", "kind[2]/school": "Brug", "kind[2]/vriend": "2", "kind[2]/vriend[1]/hoe": "Cas", "kind[2]/vriend[2]/hoe": "Dee",
	}
}

func TestEachInstanceOfARepeatHasItsOwnAnswers(t *testing.T) {
	f := compiled(t, household, "")
	got := f.Evaluate(twoChildren(), env()).Answers()
	want := twoChildren()
	delete(want, "kind[1]/school") // this child is too young
	maps.Copy(want, questionnaire.Answers{
		"kind[1]/nummer": "1 van 2", "kind[2]/nummer": "2 van 2", "kind[1]/vrienden": "0", "kind[2]/vrienden": "2",
		"kind[2]/vriend[1]/wie": "Cas van Bo", "kind[2]/vriend[2]/wie": "Dee van Bo", "samen": "10", "tweede": "Bo", "allen": "Ana+Bo",
	})
	if !maps.Equal(got, want) {
		for k := range want {
			if got[k] != want[k] {
				t.Errorf("%s = %q, want %q", k, got[k], want[k])
			}
		}
		t.Errorf("answers = %v", got)
	}
}

func TestPagesOfARepeatComeOncePerInstance(t *testing.T) {
	f := compiled(t, household, "")
	var route []string
	s := f.Evaluate(twoChildren(), env())
	for at := s.NextPlace(f.Start(), nil); at != f.End(); at = s.NextPlace(at, nil) {
		name := "more"
		if p := f.Pages[at.Page]; p.Repeat == nil {
			name = p.Fields[0].Name
		}
		route = append(route, at.Within+name)
	}
	want := []string{"straat", "kind[1]/naam", "kind[1]/leeftijd", "kind[1]/more", "kind[2]/naam", "kind[2]/leeftijd", "kind[2]/school",
		"kind[2]/vriend[1]/hoe", "kind[2]/vriend[2]/hoe", "kind[2]/more", "more"}
	if !slices.Equal(route, want) {
		t.Errorf("the route is %q, want %q", route, want)
	}
	var back []string
	for at := s.PreviousPlace(f.End(), nil); at != f.Start(); at = s.PreviousPlace(at, nil) {
		back = append(back, fmt.Sprint(at.Within, at.Page))
	}
	if len(back) != len(want) {
		t.Errorf("going back shows %q", back)
	}
}

func TestInstanceThatIsTakenAwayLeavesTheOthersWhole(t *testing.T) {
	f := compiled(t, household, "")
	a := twoChildren()
	f.Remove(a, f.Evaluate(a, env()), f.Repeat("kind"), 1)
	got := f.Evaluate(a, env())
	if v := got.Answers(); v["kind"] != "1" || v["kind[1]/naam"] != "Bo" || v["kind[1]/vriend[2]/hoe"] != "Dee" || v["samen"] != "7" || v["kind[2]/naam"] != "" {
		t.Errorf("answers = %v", v)
	}
	f.Add(a, got, f.Repeat("kind"))
	if s := f.Evaluate(a, env()); s.Instances(f.Repeat("kind")) != 2 || s.In("kind[2]/").Value("naam") != "" {
		t.Errorf("one more gives %v", s.Answers())
	}
}

func TestQuestionInARepeatIsCheckedInEachInstance(t *testing.T) {
	f := compiled(t, household, "")
	a := twoChildren()
	delete(a, "kind[2]/naam")
	problems := f.Evaluate(a, env()).CheckAll("nl")
	if len(problems) != 1 || problems[0].Name != "naam" || problems[0].Within != "kind[2]/" {
		t.Errorf("problems = %+v", problems)
	}
}

func TestAuthorMayCountTheInstances(t *testing.T) {
	f := compiled(t, `
		type         | name   | repeat_count
		integer      | aantal |
		begin_repeat | r      | ${aantal}
		text         | wat    |
		end_repeat   |        |
	`, "")
	for given, want := range map[string]int{"": 0, "0": 0, "3": 3, "-2": 0, "100000": questionnaire.MostRepeats} {
		if got := f.Evaluate(questionnaire.Answers{"aantal": given}, env()).Instances(f.Repeat("r")); got != want {
			t.Errorf("%q gives %d instances, want %d", given, got, want)
		}
	}
	for _, p := range f.Pages {
		if p.Repeat != nil {
			t.Error("a counted repeat asks for more")
		}
	}
}

func TestAPositionIsThatOfTheRepeatSoManyStepsUp(t *testing.T) {
	f := compiled(t, `
		| type         | name  | calculation |
		| begin_repeat | straat |            |
		| text         | hoe    |            |
		| begin_group  | g      |            |
		| begin_repeat | huis   |            |
		| text         | nummer |            |
		| begin_group  | binnen |            |
		| calculate    | a      | concat(position(..), '/', position(../..), '/', position(../../..), '/', position(../../../..)) |
		| end_group    |        |            |
		| calculate    | b      | concat(position(..), '/', position(../..), '/', position(${straat}), '/', position(${huis})) |
		| end_repeat   |        |            |
		| end_group    |        |            |
		| end_repeat   |        |            |
		| calculate    | c      | position(..) |
	`, "")
	got := f.Evaluate(questionnaire.Answers{"straat": "3", "straat[3]/huis": "2", "straat[3]/huis[2]/nummer": "7"}, env()).Answers()
	for key, want := range map[string]string{
		"straat[3]/huis[2]/a": "2/2/3/3", // the group in the house, the house, the group in the street, the street
		"straat[3]/huis[2]/b": "2/3/3/2",
		"c":                   "1",
	} {
		if got[key] != want {
			t.Errorf("%s = %q, want %q: %v", key, got[key], want, got)
		}
	}
}
