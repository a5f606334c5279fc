package questionnaire_test

import (
	"fmt"
	"maps"
	"testing"

	"pgregory.net/rapid"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

const lockable = `
	| type    | name   | label::nl | read_only     | default | calculation   | constraint | required |
	| integer | aantal | Hoeveel?  |               |         |               |            |          |
	| text    | naam   | Waar?     | ${aantal} > 2 | Kade    |               |            | yes      |
	| integer | som    | Dubbel    | ${aantal} > 2 |         | ${aantal} * 2 |            |          |
	| integer | grens  | Grens     | ${aantal} > 2 |         |               | . < 10     |          |
	| text    | nooit  | Nooit     | false()       |         |               |            |          |
	| text    | altijd | Altijd    | TRUE          | vast    |               |            |          |
`

func TestAReadOnlyConditionIsWorkedOutInEverySitting(t *testing.T) {
	f := compiled(t, lockable, "")
	for name, c := range map[string]struct {
		given questionnaire.Answers
		takes string // the questions that take an answer
		want  questionnaire.Answers
	}{
		"while it does not hold all take an answer": {
			questionnaire.Answers{"aantal": "1", "naam": "Plein", "grens": "4"}, "aantal naam som grens nooit",
			questionnaire.Answers{"aantal": "1", "naam": "Plein", "som": "2", "grens": "4", "altijd": "vast"},
		},
		"when it holds what was answered stays, and what was not is filled in by its author": {
			questionnaire.Answers{"aantal": "3", "grens": "4"}, "aantal nooit",
			questionnaire.Answers{"aantal": "3", "naam": "Kade", "som": "6", "grens": "4", "altijd": "vast"},
		},
		"a calculation follows the answers while it is locked": {
			questionnaire.Answers{"aantal": "4", "som": "99", "naam": "Plein"}, "aantal nooit",
			questionnaire.Answers{"aantal": "4", "naam": "Plein", "som": "8", "altijd": "vast"},
		},
		"and is what the respondent made of it while it is not": {
			questionnaire.Answers{"aantal": "1", "som": "99", "naam": "Plein"}, "aantal naam som grens nooit",
			questionnaire.Answers{"aantal": "1", "naam": "Plein", "som": "99", "altijd": "vast"},
		},
		"an answer that is wrong is not locked in": {
			questionnaire.Answers{"aantal": "3", "grens": "12"}, "aantal grens nooit",
			questionnaire.Answers{"aantal": "3", "naam": "Kade", "som": "6", "grens": "12", "altijd": "vast"},
		},
		"a condition without an answer does not hold": {
			questionnaire.Answers{"naam": "Plein"}, "aantal naam som grens nooit",
			questionnaire.Answers{"naam": "Plein", "altijd": "vast"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := f.Evaluate(c.given, env())
			takes := ""
			for _, fl := range f.Fields {
				if s.Takes(fl, nil) {
					takes += " " + fl.Name
				}
			}
			if takes != " "+c.takes {
				t.Errorf("%s take an answer, want %s", takes, c.takes)
			}
			if got := s.Answers(); !maps.Equal(got, c.want) {
				t.Errorf("answers = %v, want %v", got, c.want)
			}
		})
	}
}

func TestNothingIsAskedOfALockedQuestion(t *testing.T) {
	f := compiled(t, "| type | name | read_only | required |\n| integer | a | | |\n| text | b | ${a} = 1 | yes |", "")
	if p := f.Evaluate(questionnaire.Answers{"a": "1"}, env()).CheckAll("nl"); len(p) != 0 {
		t.Errorf("locked and left open: %v", p)
	}
	if p := f.Evaluate(questionnaire.Answers{"a": "2"}, env()).CheckAll("nl"); len(p) != 1 || p[0].Name != "b" {
		t.Errorf("open, required and left open: %v", p)
	}
	if _, shown := f.Evaluate(questionnaire.Answers{"a": "1"}, env()).Record()["b"]; shown {
		t.Error("a locked question is stored as left open")
	}
}

func TestAReadOnlyConditionThatCannotBeReadIsAFaultAtItsCell(t *testing.T) {
	_, problems := questionnaire.Compile(form(t, "| type | name | read_only |\n| integer | leeftijd | |\n| text | b | ${leeftijt} > 3 |", ""))
	if len(problems) != 1 || problems[0].Column != "read_only" || problems[0].Row != 3 || problems[0].Key != "form.expression.misspelt_name" {
		t.Errorf("problems = %+v", problems)
	}
	_, problems = questionnaire.Compile(form(t, "| type | name | read_only | default |\n| text | a | ${b} = 'x' | |\n| text | b | ${a} = 'x' | |", ""))
	if len(problems) != 1 || problems[0].Key != "form.circle" {
		t.Errorf("two questions that lock each other: %+v", problems)
	}
}

func TestTheProverKnowsThatALockedQuestionTakesNoAnswer(t *testing.T) {
	f := compiled(t, `
		| type       | name | read_only | default | relevant | required |
		| select_one k | a  |           |         |          | yes |
		| integer    | b    | ${a} = 'x' or ${a} = 'y' |  |  | |
		| text       | c    |           |         | ${b} > 3 | |
		| text       | d    | ${e} = 'x' |         |          | |
		| select_one k | e  |           |         |          | |
	`, "| list_name | name |\n| k | x |\n| k | y |")
	proof, of := proofOf(t, f)
	if got := verdicts[of["c"].Reach]; got == "possible" || got == "only back" {
		t.Errorf("a question after an answer that nobody can give: %s", got)
	}
	later := false
	for _, l := range proof.Later {
		later = later || l.Item.Name == "d" && l.Column == "read_only" && l.Later.Name == "e"
	}
	if !later {
		t.Errorf("a lock that looks at a later answer is not told: %+v", proof.Later)
	}
}

// Whatever is answered: worked out anew from an earlier state is the same as worked
// out from nothing, and a respondent gets through.
func TestLocksFollowTheAnswersWhateverTheyAre(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		condition := func(name string) string {
			return rapid.SampledFrom([]string{"${a} > 2", "${b} != ''", "${a} = ${b}", "not(${c} = 'x')", "1", "''"}).Draw(rt, name)
		}
		survey := fmt.Sprintf(`| type | name | label::nl | read_only | default | calculation | constraint | required | appearance |
			| begin_group | g | | | | | | | field-list |
			| integer | a | a? | | | | | | |
			| integer | b | b? | ${a} > 1 | 4 | | . < 9 | yes | |
			| text | c | c? | %s | | %s | | | |
			| end_group | | | | | | | | |
			| text | d | d? | %s | x | | | yes | |`,
			rapid.SampledFrom([]string{"${a} > 2", "${b} != ''", "${a} = ${b}"}).Draw(rt, "c"), rapid.SampledFrom([]string{"", "${a} + 1"}).Draw(rt, "calculation"), condition("d"))
		f, problems := questionnaire.Compile(form(t, survey, ""))
		if f == nil {
			rt.Fatalf("%v", problems)
		}
		answers := rapid.Custom(func(rt *rapid.T) questionnaire.Answers {
			a := questionnaire.Answers{}
			for _, name := range []string{"a", "b", "c", "d"} {
				if v := rapid.SampledFrom([]string{"", "1", "3", "12"}).Draw(rt, name); v != "" {
					a[name] = v
				}
			}
			return a
		})
		first, then := answers.Draw(rt, "first"), answers.Draw(rt, "then")
		again, anew := f.Evaluate(first, env()).Again(then), f.Evaluate(then, env())
		if got, want := again.Record(), anew.Record(); !maps.Equal(got, want) {
			rt.Fatalf("again %v, anew %v", got, want)
		}
		for _, fl := range f.Fields {
			if again.Takes(fl, nil) != anew.Takes(fl, nil) {
				rt.Fatalf("%s takes an answer again %v, anew %v", fl.Name, again.Takes(fl, nil), anew.Takes(fl, nil))
			}
			if p := anew.Check([]*questionnaire.Field{fl}, "nl"); len(p) > 0 && !anew.Takes(fl, nil) {
				rt.Fatalf("%s is wrong and cannot be mended: %v", fl.Name, p)
			}
		}
		r := questionnaire.Respondent{Seed: rapid.Uint64().Draw(rt, "seed")}
		if route := r.Fill(f, env()); route.Stuck != "" {
			rt.Fatalf("stuck at %s: %v", route.Stuck, route.Answers)
		}
	})
}
