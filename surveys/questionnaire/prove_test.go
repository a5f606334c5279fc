package questionnaire_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

// verdicts are how tests write what was proved.
var verdicts = map[questionnaire.Verdict]string{
	questionnaire.NotProved: "not proved", questionnaire.Possible: "possible",
	questionnaire.OnlyBack: "only back", questionnaire.Never: "never",
}

// proofOf proves a form and gives what was found of each question by name. Every
// example is played.
func proofOf(t interface {
	Helper()
	Errorf(string, ...any)
}, f *questionnaire.Form) (*questionnaire.Proof, map[string]questionnaire.QuestionProof) {
	t.Helper()
	proof := questionnaire.Prove(f, env(), questionnaire.Budget{Steps: 400000})
	byName := map[string]questionnaire.QuestionProof{}
	for _, q := range proof.Questions {
		byName[q.Field.Name] = q
		if q.Reach == questionnaire.Possible || q.Reach == questionnaire.OnlyBack {
			if played := f.Play(q.Answers, env(), q.Reach == questionnaire.OnlyBack); !played.Asked[q.Field.Name] {
				t.Errorf("the example for %s, %v, does not lead to it: stuck at %q after pages %v", q.Field.Name, q.Answers, played.Stuck, played.Places)
			}
		}
	}
	return proof, byName
}

func TestTheProverKnowsWhoReachesAQuestion(t *testing.T) {
	choices := `
		| list_name | name | area |
		| way | counter | |
		| way | phone   | |
		| way | mail    | |
		| area | north | |
		| area | south | |
		| place | harbour | north |
		| place | market  | north |`
	for name, c := range map[string]struct {
		survey string
		reach  map[string]string
		answer map[string]string
		route  map[string]string // question → answers that lead to it
		rules  map[string]string // question → columns of the rules to blame
	}{
		"when everybody is asked": {
			survey: `| type | name | relevant | required | constraint |
			| select_one way | way | | yes | |
			| text | why | | | |`,
			reach: map[string]string{"way": "possible", "why": "possible"},
			route: map[string]string{"why": "always"},
		},
		"when it depends on a choice": {
			survey: `| type | name | relevant | required | constraint |
			| select_one way | way | | yes | |
			| text | why | ${way} = 'phone' | | |
			| text | not | ${way} != 'phone' and ${way} != '' | | |`,
			reach: map[string]string{"why": "possible", "not": "possible"},
			route: map[string]string{"why": "way=phone", "not": "way=counter"},
		},
		"when two rules exclude each other": {
			survey: `| type | name | relevant | required | constraint |
			| select_one way | way | | yes | |
			| begin_group | talk | ${way} = 'phone' | | |
			| text | why | ${way} = 'counter' | yes | |
			| text | how | | | |
			| end_group | | | | |`,
			reach: map[string]string{"why": "never", "how": "possible"},
			rules: map[string]string{"why": "talk.relevant why.relevant"},
		},
		"when a number has no room": {
			survey: `| type | name | relevant | required | constraint |
			| integer | age | | yes | . >= 18 and . <= 100 |
			| text | child | ${age} < 18 | | |
			| text | old | ${age} > 99 | | |
			| decimal | share | | yes | . > 0 and . < 0.5 |
			| text | half | ${share} > 0.49 | | |
			| text | most | ${share} >= 0.5 | | |`,
			reach: map[string]string{"child": "never", "old": "possible", "half": "possible", "most": "never"},
			route: map[string]string{"old": "age=100"},
			rules: map[string]string{"child": "age.constraint child.relevant", "most": "share.constraint most.relevant"},
		},
		"when a calculation stands between": {
			survey: `| type | name | relevant | required | constraint | calculation |
			| integer | a | | yes | . >= 1 and . <= 5 | |
			| integer | b | | yes | . >= 1 and . <= 5 | |
			| calculate | gap | | | | ${a} - ${b} |
			| text | wide | ${gap} >= 4 | | | |
			| text | wider | ${gap} > 4 | | | |`,
			reach: map[string]string{"wide": "possible", "wider": "never"},
			route: map[string]string{"wide": "a=5 b=1"},
		},
		"when a choice leaves no place to choose, and one may go on without": {
			survey: `| type | name | relevant | required | choice_filter |
			| select_one area | area | | yes | |
			| select_one place | place | | yes | area = ${area} |
			| text | south | ${area} = 'south' | | |
			| text | north | ${area} = 'north' | | |`,
			reach: map[string]string{"place": "possible", "south": "possible", "north": "possible"},
		},
		"when a calculation yields yes or no": {
			survey: `| type | name | relevant | required | calculation |
			| select_one way | way | | yes | |
			| calculate | calls | | | ${way} = 'phone' |
			| text | number | ${calls} | | |
			| text | both | ${calls} and not(${calls}) | | |`,
			reach: map[string]string{"number": "possible", "both": "never"},
			route: map[string]string{"number": "way=phone"},
		},
		"when a filter leaves nothing to anybody": {
			survey: `| type | name | relevant | required | choice_filter |
			| select_one place | nowhere | | yes | area = 'moon' |
			| text | after | | | |`,
			reach:  map[string]string{"nowhere": "possible", "after": "possible"},
			answer: map[string]string{"nowhere": "never"},
		},
		"when an answer contradicts itself": {
			survey: `| type | name | relevant | required | constraint |
			| text | before | | | |
			| integer | age | | yes | . > 10 and . < 5 |
			| integer | year | | | . > 10 and . < 5 |
			| text | after | | | |`,
			reach:  map[string]string{"age": "possible", "after": "never", "before": "possible"},
			answer: map[string]string{"age": "never", "before": "possible"},
		},
		"when it depends on what is asked later": {
			survey: `| type | name | relevant | required | constraint |
			| text | early | ${late} = 'phone' | | |
			| select_one way | late | | yes | |`,
			reach: map[string]string{"early": "only back", "late": "possible"},
		},
		"when words decide": {
			survey: `| type | name | relevant | required | constraint |
			| text | word | | | string-length(.) <= 20 |
			| text | yes | ${word} = 'ja' | | |
			| text | long | string-length(${word}) > 19 | | |
			| text | longer | string-length(${word}) > 20 | | |
			| text | code | | | regex(., '^[0-9]{4} ?[A-Z]{2}$') |
			| text | both | ${word} = 'ja' and ${word} != 'ja' | | |`,
			reach:  map[string]string{"yes": "possible", "long": "possible", "longer": "never", "both": "never"},
			answer: map[string]string{"code": "possible"},
		},
		"when it stands in a repeat": {
			survey: `| type | name | relevant | required | constraint |
			| select_one way | way | | yes | |
			| begin_repeat | child | ${way} = 'phone' | | |
			| integer | age | | yes | . >= 0 and . <= 17 |
			| text | school | ${age} > 3 | | |
			| end_repeat | | | | |
			| text | how | ${way} = 'phone' and count(${child}) > 0 | | |
			| text | none | ${way} = 'phone' and ${way} = 'mail' | | |
			| begin_group | talk | ${way} = 'mail' and ${way} = 'phone' | | |
			| begin_repeat | call | | | |
			| text | about | | | |
			| end_repeat | | | | |
			| end_group | | | | |`,
			reach:  map[string]string{"age": "possible", "school": "possible", "how": "possible", "none": "never", "about": "never"},
			answer: map[string]string{"age": "possible", "school": "possible", "how": "possible"},
		},
		"when it cannot be changed": {
			survey: `| type | name | label::nl | relevant | required | calculation | read_only |
			| select_one way | way | | | yes | | |
			| text | code | Code | | | if(${way} = 'phone', 'p', 'q') | yes |
			| text | p | | ${code} = 'p' | | | |
			| text | r | | ${code} = 'r' | | | |`,
			reach:  map[string]string{"code": "possible", "p": "possible", "r": "never"},
			answer: map[string]string{"code": "possible"},
			route:  map[string]string{"p": "way=phone"},
		},
		"when the day decides": {
			survey: `| type | name | relevant | required | constraint |
			| date | when | | yes | . <= today() |
			| text | old | ${when} < '2020-01-01' | | |
			| text | future | ${when} > today() | | |`,
			reach: map[string]string{"old": "possible", "future": "not proved"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, got := proofOf(t, compiled(t, c.survey, choices))
			for q, want := range c.reach {
				if v := verdicts[got[q].Reach]; v != want {
					t.Errorf("%s is reached: %s, want %s (rules %v)", q, v, want, got[q].Rules)
				}
			}
			for q, want := range c.answer {
				if v := verdicts[got[q].Answer]; v != want {
					t.Errorf("%s is answered: %s, want %s", q, v, want)
				}
			}
			for q, want := range c.route {
				var words []string
				for _, g := range got[q].Route {
					words = append(words, g.Field.Name+"="+g.Value)
				}
				if got[q].Always {
					words = append(words, "always")
				}
				if s := strings.Join(words, " "); s != want {
					t.Errorf("to %s leads %s, want %s", q, s, want)
				}
			}
			for q, want := range c.rules {
				var words []string
				for _, r := range got[q].Rules {
					words = append(words, r.Item.Name+"."+r.Column)
				}
				if s := strings.Join(words, " "); s != want {
					t.Errorf("to blame for %s: %s, want %s", q, s, want)
				}
			}
		})
	}
}

// answersOf are all answers there are to a question of a small form; whole numbers
// are bounded by their constraint.
func answersOf(f *questionnaire.Field) []string {
	var list []string
	switch f.Type {
	case questionnaire.TypeSelectOne:
		for _, ch := range f.List.Choices {
			list = append(list, ch.Name)
		}
	case questionnaire.TypeSelectMultiple:
		for bits := 1; bits < 1<<len(f.List.Choices); bits++ {
			var names []string
			for i, ch := range f.List.Choices {
				if bits>>i&1 == 1 {
					names = append(names, ch.Name)
				}
			}
			list = append(list, strings.Join(names, " "))
		}
	case questionnaire.TypeInteger:
		for n := -1; n <= 5; n++ {
			list = append(list, fmt.Sprint(n))
		}
	case questionnaire.TypeAcknowledge:
		list = append(list, "OK")
	}
	return append(list, "")
}

// reachedByForce plays every respondent there is, one question a page, and gives
// the questions that somebody is asked, and those that somebody answers.
func reachedByForce(f *questionnaire.Form) (reached, answered map[string]bool) {
	reached, answered = map[string]bool{}, map[string]bool{}
	given := questionnaire.Answers{}
	var walk func(i int)
	walk = func(i int) {
		if i == len(f.Fields) {
			return
		}
		fl := f.Fields[i]
		s := f.Evaluate(given, env())
		if !s.Asked(fl, nil) {
			walk(i + 1)
			return
		}
		reached[fl.Name] = true
		if !fl.Type.Asks() {
			walk(i + 1)
			return
		}
		for _, v := range answersOf(fl) {
			given[fl.Name] = v
			if len(f.Evaluate(given, env()).Check([]*questionnaire.Field{fl}, "")) == 0 {
				answered[fl.Name] = answered[fl.Name] || v != ""
				walk(i + 1)
			}
			delete(given, fl.Name)
		}
	}
	walk(0)
	return reached, answered
}

// someForm draws a small form whose rules look back at earlier questions.
func someForm(t *rapid.T) (survey, choices string) {
	choices = `| list_name | name | group |
		| two | x | p |
		| two | y | q |
		| three | x | p |
		| three | y | q |
		| three | z | q |`
	var b strings.Builder
	b.WriteString("| type | name | relevant | required | constraint | choice_filter | calculation |\n")
	type earlier struct{ name, kind string }
	var asked []earlier
	atom := func() string {
		if len(asked) == 0 {
			return rapid.SampledFrom([]string{"true()", "1 = 1"}).Draw(t, "plain")
		}
		q := rapid.SampledFrom(asked).Draw(t, "about")
		ref := "${" + q.name + "}"
		choice := rapid.SampledFrom([]string{"x", "y", "z"}).Draw(t, "choice")
		number := fmt.Sprint(rapid.IntRange(0, 5).Draw(t, "number"))
		op := rapid.SampledFrom([]string{"=", "!=", "<", ">=", ">"}).Draw(t, "op")
		switch q.kind {
		case "one":
			return rapid.SampledFrom([]string{ref + " = '" + choice + "'", ref + " != '" + choice + "'", "selected(" + ref + ", '" + choice + "')", ref + " = ''", "string-length(" + ref + ") > 0"}).Draw(t, "one")
		case "many":
			return rapid.SampledFrom([]string{"selected(" + ref + ", '" + choice + "')", "count-selected(" + ref + ") " + op + " " + number, ref + " != ''"}).Draw(t, "many")
		case "number":
			other := rapid.SampledFrom(asked).Draw(t, "other")
			if other.kind == "number" && rapid.Bool().Draw(t, "pair") {
				return ref + " " + op + " ${" + other.name + "}"
			}
			return rapid.SampledFrom([]string{ref + " " + op + " " + number, ref + " + 1 " + op + " " + number, ref + " = ''"}).Draw(t, "whole")
		}
		return ref + " " + op + " " + number // a calculation
	}
	condition := func() string {
		c := atom()
		for range rapid.IntRange(0, 2).Draw(t, "more") {
			c += rapid.SampledFrom([]string{" and ", " or ", " and not(", " and ("}).Draw(t, "join") + atom()
			if strings.Count(c, "(") > strings.Count(c, ")") {
				c += ")"
			}
		}
		return c
	}
	cell := func(chance int, text func() string) string {
		if rapid.IntRange(0, 9).Draw(t, "cell") < chance {
			return text()
		}
		return ""
	}
	depth := 0
	for n := range rapid.IntRange(2, 6).Draw(t, "questions") {
		name := string(rune('a' + n))
		relevant := cell(5, condition)
		required := cell(6, func() string { return "yes" })
		switch rapid.SampledFrom([]string{"one", "one", "many", "number", "number", "note", "calculate", "group", "end"}).Draw(t, "type") {
		case "one":
			filter := cell(3, func() string {
				return rapid.SampledFrom([]string{"group = 'p'", "name = 'y' or " + atom(), "group = 'q' and " + atom()}).Draw(t, "filter")
			})
			fmt.Fprintf(&b, "| select_one three | %s | %s | %s | %s | %s | |\n", name, relevant, required, cell(3, func() string { return ". != 'x' or " + atom() }), filter)
			asked = append(asked, earlier{name, "one"})
		case "many":
			fmt.Fprintf(&b, "| select_multiple two | %s | %s | %s | %s | | |\n", name, relevant, required, cell(3, func() string { return "count-selected(.) = 1" }))
			asked = append(asked, earlier{name, "many"})
		case "number":
			constraint := rapid.SampledFrom([]string{". >= 0 and . <= 3", ". >= 1 and . <= 2", ". > 0 and . < 4"}).Draw(t, "bounds")
			constraint += cell(4, func() string { return " and (" + condition() + ")" })
			fmt.Fprintf(&b, "| integer | %s | %s | %s | %s | | |\n", name, relevant, required, constraint)
			asked = append(asked, earlier{name, "number"})
		case "note":
			fmt.Fprintf(&b, "| note | %s | %s | | | | |\n", name, relevant)
		case "calculate":
			fmt.Fprintf(&b, "| calculate | %s | %s | | | | %s |\n", name, relevant, "if("+atom()+", 2, 0) + if("+atom()+", 1, 0)")
			asked = append(asked, earlier{name, "calculation"})
		case "group":
			fmt.Fprintf(&b, "| begin_group | %s | %s | | | | |\n| note | %s_in | | | | | |\n", name, relevant, name)
			depth++
		case "end":
			fmt.Fprintf(&b, "| acknowledge | %s | %s | %s | | | |\n", name, relevant, required)
			if depth > 0 {
				b.WriteString("| end_group | | | | | | |\n")
				depth--
			}
		}
	}
	for range depth {
		b.WriteString("| end_group | | | | | | |\n")
	}
	return b.String(), choices
}

func TestTheProverAgreesWithEverybodyThereIs(t *testing.T) {
	proved, nevers := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		survey, choices := someForm(rt)
		f, problems := questionnaire.Compile(form(t, survey, choices))
		if f == nil {
			rt.Fatalf("the form does not compile: %v\n%s", problems, survey)
		}
		reached, answered := reachedByForce(f)
		_, got := proofOf(rt, f)
		for _, name := range slices.Sorted(maps.Keys(got)) {
			q := got[name]
			want := questionnaire.Never
			if reached[name] {
				want = questionnaire.Possible
			}
			if q.Reach != want {
				rt.Fatalf("%s is reached: %s, want %s\n%s", name, verdicts[q.Reach], verdicts[want], survey)
			}
			proved++
			if want == questionnaire.Never {
				nevers++
				continue
			}
			if want = questionnaire.Never; answered[name] || !q.Field.Type.Asks() {
				want = questionnaire.Possible
			}
			if q.Answer != want {
				rt.Fatalf("%s is answered: %s, want %s\n%s", name, verdicts[q.Answer], verdicts[want], survey)
			}
		}
	})
	t.Logf("%d questions, %d of which nobody reaches", proved, nevers)
}

// backByForce plays every respondent there is who goes back as soon as an earlier
// question, which was not asked, appears.
func backByForce(f *questionnaire.Form) (reached map[string]bool) {
	reached = map[string]bool{}
	given := questionnaire.Answers{}
	shown := map[string]bool{}
	var walk func()
	walk = func() {
		s := f.Evaluate(given, env())
		for _, fl := range f.Fields {
			if !s.Asked(fl, nil) || shown[fl.Name] {
				continue
			}
			reached[fl.Name], shown[fl.Name] = true, true
			for _, v := range answersOf(fl) {
				if given[fl.Name] = v; len(f.Evaluate(given, env()).Check([]*questionnaire.Field{fl}, "")) == 0 {
					walk()
				}
				delete(given, fl.Name)
			}
			delete(shown, fl.Name)
			return
		}
	}
	walk()
	return reached
}

// aheadForm draws a small form whose conditions look at any other question, where
// that makes no circle.
func aheadForm(t *rapid.T) string {
	var b strings.Builder
	b.WriteString("| type | name | relevant | required | constraint |\n")
	n := rapid.IntRange(2, 4).Draw(t, "questions")
	order := rapid.Permutation([]int{0, 1, 2, 3}[:n]).Draw(t, "order") // who may look at whom
	for i := range n {
		relevant := ""
		if other := rapid.IntRange(0, n-1).Draw(t, "other"); order[other] < order[i] {
			relevant = fmt.Sprintf("${%c} %s '%s'", 'a'+other, rapid.SampledFrom([]string{"=", "!="}).Draw(t, "op"), rapid.SampledFrom([]string{"x", "y", ""}).Draw(t, "choice"))
		}
		constraint := ""
		if other := rapid.IntRange(0, n-1).Draw(t, "against"); rapid.Bool().Draw(t, "held") && other != i {
			constraint = fmt.Sprintf("${%c} != .", 'a'+other)
		}
		required := rapid.SampledFrom([]string{"", "yes"}).Draw(t, "required")
		fmt.Fprintf(&b, "| select_one two | %c | %s | %s | %s |\n", 'a'+i, relevant, required, constraint)
	}
	return b.String()
}

func TestTheProverAgreesOnFormsThatLookAhead(t *testing.T) {
	choices := `| list_name | name |
		| two | x |
		| two | y |`
	backs := 0
	rapid.Check(t, func(rt *rapid.T) {
		survey := aheadForm(rt)
		f, problems := questionnaire.Compile(form(t, survey, choices))
		if f == nil {
			rt.Skip("a circle", problems)
		}
		forward, _ := reachedByForce(f)
		back := backByForce(f)
		_, got := proofOf(rt, f)
		for _, name := range slices.Sorted(maps.Keys(got)) {
			is := got[name].Reach
			good := is == questionnaire.Never || is == questionnaire.NotProved // who goes back may do so in any order
			switch {
			case forward[name]:
				good = is == questionnaire.Possible
			case back[name]:
				good = is == questionnaire.OnlyBack
				backs++
			}
			if !good {
				rt.Fatalf("%s is reached: %s; going forward %v, going back %v\n%s", name, verdicts[is], forward[name], back[name], survey)
			}
		}
	})
	t.Logf("%d questions are reached by going back only", backs)
}

func TestTheProverFindsLaterQuestionsAndMissingTranslations(t *testing.T) {
	f := compiled(t, `| type | name | label::nl | label::en | relevant | calculation |
		| select_one way | early | Vroeg | Early | ${sum} = 'phone' | |
		| calculate | sum | | | | ${late} |
		| note | told | U koos ${late} | You chose ${late} | | |
		| select_one way | late | Laat | | | |
		| note | told_after | U koos ${late} | You chose ${late} | | |`, `| list_name | name | label::nl | label::en |
		| way | phone | Bellen | Phone |
		| way | mail | Post | |`)
	proof, _ := proofOf(t, f)
	var later, texts []string
	for _, r := range proof.Later {
		later = append(later, r.Item.Name+"."+r.Column+" looks at "+r.Later.Name)
	}
	if got, want := strings.Join(later, "; "), "early.relevant looks at late; told.label looks at late"; got != want {
		t.Errorf("later questions: %s, want %s", got, want)
	}
	for _, u := range proof.Untranslated {
		name := u.List
		if u.Item != nil {
			name = u.Item.Name
		} else if u.Choice != nil {
			name += "." + u.Choice.Name
		}
		texts = append(texts, fmt.Sprint(name, " ", u.Column, " ", u.Languages))
	}
	if got, want := strings.Join(texts, "; "), "late label [{en en}]; way.mail label [{en en}]"; got != want {
		t.Errorf("not translated: %s, want %s", got, want)
	}
}

func TestTheShortestAndLongestTimeAreThoseOfRealRespondents(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		survey, choices := someForm(rt)
		f, _ := questionnaire.Compile(form(t, survey, choices))
		if f == nil {
			rt.Fatal("the form does not compile")
		}
		proof, _ := proofOf(rt, f)
		if proof.Shortest.Seconds > proof.Longest.Seconds+1e-9 {
			rt.Fatalf("the shortest time, %v, is longer than the longest, %v\n%s", proof.Shortest, proof.Longest, survey)
		}
		for seed := range uint64(20) {
			r := questionnaire.Respondent{Seed: seed, Skips: seed%2 == 0}
			route := r.Fill(f, env())
			if route.Stuck != "" {
				continue
			}
			seconds := f.Seconds(f.Evaluate(route.Answers, env()))
			if proof.Shortest.Exact && seconds < proof.Shortest.Seconds-1e-9 || proof.Longest.Exact && seconds > proof.Longest.Seconds+1e-9 {
				rt.Fatalf("somebody takes %v s, proved is %v to %v: %v\n%s", seconds, proof.Shortest, proof.Longest, route.Answers, survey)
			}
		}
	})
}

// largeForm has n questions in pairs, of which the second depends on the first and
// on a count over all.
func largeForm(n int) string {
	var b strings.Builder
	b.WriteString("| type | name | relevant | required | constraint | calculation |\n")
	count := "0"
	for i := range n / 2 {
		fmt.Fprintf(&b, "| select_one three | a%d | | yes | | |\n", i)
		switch i % 3 {
		case 0:
			fmt.Fprintf(&b, "| integer | b%d | ${a%d} = 'y' | yes | . >= 0 and . <= 10 | |\n", i, i)
		case 1:
			fmt.Fprintf(&b, "| text | b%d | ${a%d} = 'z' and ${b%d} > 8 | | string-length(.) < 50 | |\n", i, i, i-1)
		case 2:
			fmt.Fprintf(&b, "| calculate | c%d | | | | %s |\n| text | b%d | ${c%d} > 3 and ${a%d} = 'x' | | | |\n", i, count, i, i, i)
		}
		if i > 3 {
			count = fmt.Sprintf("if(${a%d} = 'x', 1, 0) + if(${a%d} = 'x', 1, 0) + if(${a%d} = 'z', 1, 0) + if(${a%d} = 'y', 1, 0)", i, i-1, i-2, i-3)
		}
	}
	return b.String()
}

func TestTwoHundredQuestionsAreProvedWithinTheBudget(t *testing.T) {
	choices := `| list_name | name |
		| three | x |
		| three | y |
		| three | z |`
	f := compiled(t, largeForm(200), choices)
	proof := questionnaire.Prove(f, env(), questionnaire.Budget{Steps: 40000})
	count := map[string]int{}
	for i, q := range proof.Questions {
		count[verdicts[q.Reach]]++
		if i%20 == 0 && q.Reach == questionnaire.Possible && !f.Play(q.Answers, env(), false).Asked[q.Field.Name] {
			t.Errorf("the example for %s does not lead to it", q.Field.Name)
		}
	}
	t.Logf("%d questions: %v", len(proof.Questions), count)
	if count["not proved"] > 0 {
		t.Error("some are not proved")
	}
}

func TestWhatTheBudgetDoesNotSufficeForIsNotProved(t *testing.T) {
	var b strings.Builder
	b.WriteString("| type | name | relevant | required | constraint |\n")
	sum := "0"
	for i := range 24 { // a sum of unlike numbers that few selections come to
		fmt.Fprintf(&b, "| integer | n%d | | yes | . = 0 or . = %d |\n", i, 1<<i%9973+i*37)
		sum += fmt.Sprintf(" + ${n%d}", i)
	}
	fmt.Fprintf(&b, "| text | last | %s = 1000003 | | |\n", sum)
	f := compiled(t, b.String(), "")
	steps := 3000
	proof := questionnaire.Prove(f, env(), questionnaire.Budget{Steps: steps})
	last := proof.Questions[len(proof.Questions)-1]
	if last.Reach == questionnaire.Possible {
		t.Errorf("the sum is reached by %v", last.Answers)
	}
	if first := proof.Questions[0]; first.Reach != questionnaire.Possible {
		t.Errorf("what is simple is not proved either: %s", verdicts[first.Reach])
	}
	over := 0
	questionnaire.Prove(f, env(), questionnaire.Budget{Over: func() bool { over++; return true }})
	if over > 3 {
		t.Errorf("went on working when the time was up: asked %d times", over)
	}
}

func BenchmarkProveTwoHundredQuestions(b *testing.B) {
	f := compiled(b, largeForm(200), `| list_name | name |
		| three | x |
		| three | y |
		| three | z |`)
	for b.Loop() {
		questionnaire.Prove(f, env(), questionnaire.Budget{})
	}
}

func TestTheProverAgreesOnManyChoicesWordsAndNumbers(t *testing.T) {
	letters := strings.Split("a b c d e f g h", " ")
	choices := "| list_name | name |\n"
	for _, l := range letters {
		choices += "| eight | " + l + " |\n"
	}
	var many, words, numbers []string
	for bits := range 256 {
		var names []string
		for i, l := range letters {
			if bits>>i&1 == 1 {
				names = append(names, l)
			}
		}
		many = append(many, strings.Join(names, " "))
	}
	for n := range 9 { // what rules name, and everything they do not tell apart
		words = append(words, strings.Repeat("q", n))
	}
	words = append(words, "ja", "nee")
	for n := -4; n <= 16; n++ {
		numbers = append(numbers, strings.Replace(fmt.Sprintf("%.1f", float64(n)/2), ".0", "", 1))
	}
	rapid.Check(t, func(rt *rapid.T) {
		number := func() int { return rapid.IntRange(0, 7).Draw(rt, "number") }
		op := func() string { return rapid.SampledFrom([]string{"=", "!=", "<", ">=", ">"}).Draw(rt, "op") }
		kind := rapid.SampledFrom([]string{"select_multiple eight", "text", "decimal"}).Draw(rt, "type")
		atom := func(ref string) string {
			switch kind {
			case "text":
				return rapid.SampledFrom([]string{ref + " = 'ja'", ref + " != 'nee'", fmt.Sprintf("string-length(%s) %s %d", ref, op(), number()), ref + " = ''"}).Draw(rt, "atom")
			case "decimal":
				return fmt.Sprintf("%s %s %d", ref, op(), number())
			}
			return rapid.SampledFrom([]string{
				fmt.Sprintf("selected(%s, '%s')", ref, rapid.SampledFrom(letters).Draw(rt, "letter")),
				fmt.Sprintf("count-selected(%s) %s %d", ref, op(), number()), ref + " != ''",
			}).Draw(rt, "atom")
		}
		condition := func(ref string) string {
			c := atom(ref)
			for range rapid.IntRange(0, 3).Draw(rt, "more") {
				if rapid.Bool().Draw(rt, "not") {
					c += " and not(" + atom(ref) + ")"
				} else {
					c += rapid.SampledFrom([]string{" and ", " or "}).Draw(rt, "join") + atom(ref)
				}
			}
			return c
		}
		survey := "| type | name | relevant | required | constraint |\n"
		survey += fmt.Sprintf("| %s | q | | %s | %s |\n", kind, rapid.SampledFrom([]string{"", "yes"}).Draw(rt, "required"), condition("."))
		for i := range 3 {
			survey += fmt.Sprintf("| note | n%d | %s | | |\n", i, condition("${q}"))
		}
		f := compiled(t, survey, choices)
		all := map[string][]string{"select_multiple eight": many, "text": words, "decimal": append(numbers, "")}[kind]
		reached := map[string]bool{"q": true}
		for _, v := range all {
			s := f.Evaluate(questionnaire.Answers{"q": v}, env())
			if len(s.Check(f.Fields, "")) > 0 {
				continue
			}
			for _, fl := range f.Fields {
				reached[fl.Name] = reached[fl.Name] || s.Asked(fl, nil)
			}
		}
		_, got := proofOf(rt, f)
		for name, q := range got {
			want := questionnaire.Never
			if reached[name] {
				want = questionnaire.Possible
			}
			if q.Reach != want {
				rt.Fatalf("%s is reached: %s, want %s\n%s", name, verdicts[q.Reach], verdicts[want], survey)
			}
		}
	})
}
