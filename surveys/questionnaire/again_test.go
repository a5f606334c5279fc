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

// seen is all that a page may ask of a state.
func seen(f *questionnaire.Form, s *questionnaire.State) string {
	var b strings.Builder
	answers, record := s.Answers(), s.Record()
	for _, key := range slices.Sorted(maps.Keys(record)) {
		fmt.Fprintf(&b, "%s = %q, %q\n", key, answers[key], record[key])
	}
	for _, p := range s.CheckAll("nl") {
		fmt.Fprintf(&b, "%s%s: %s %s\n", p.Within, p.Name, p.Key, p.Message)
	}
	for _, fl := range f.Fields {
		fmt.Fprintf(&b, "%s: %v %v %q %q:", fl.Name, s.Asked(fl, nil), s.Takes(fl, nil), s.Value(fl.Name), s.Preset(fl))
		for _, ch := range s.Choices(fl) {
			fmt.Fprintf(&b, " %s", ch.Name)
		}
		b.WriteByte('\n')
	}
	for at := s.NextPlace(f.Start(), nil); at != f.End(); at = s.NextPlace(at, nil) {
		fmt.Fprintf(&b, "%+v ", at)
	}
	return b.String()
}

// tangledForm is a form whose rules use all that makes one row follow from another:
// groups in groups, rules that look ahead, calculations with a trigger, defaults,
// chance, the text of "other", places reached by steps, and sometimes a repeat.
func tangledForm(t *rapid.T) string {
	n := rapid.IntRange(3, 9).Draw(t, "rows")
	repeats := rapid.IntRange(0, 4).Draw(t, "repeats") == 0
	order := rapid.Permutation(slices.Collect(func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	})).Draw(t, "order")
	var b strings.Builder
	b.WriteString("| type | name | label::nl | relevant | constraint | required | calculation | trigger | default | read_only | choice_filter | appearance |\n")
	open := []string{}
	for i := range n {
		other := func() string { return fmt.Sprintf("q%d", rapid.IntRange(0, n-1).Draw(t, "other")) }
		earlier := func() string { // whom this row may follow from without a circle
			var names []string
			for j := range n {
				if order[j] < order[i] {
					names = append(names, fmt.Sprintf("${q%d}", j))
				}
			}
			if len(names) == 0 {
				return "'y'"
			}
			return rapid.SampledFrom(names).Draw(t, "earlier")
		}
		rule := func() string {
			e := earlier()
			return rapid.SampledFrom([]string{
				e + " = 'x'", e + " != ''", e + " > 2", "selected(" + e + ", 'y')", "not(" + e + " = '')", e + " = '' or " + earlier() + " = '1'",
				"random() < 0.5", "count-selected(" + e + ") > 1", "string-length(" + e + ") = 1 and " + earlier() + " != 'z'", "once(" + e + ") = ''",
			}).Draw(t, "rule")
		}
		maybe := func(text string) string {
			if rapid.IntRange(0, 2).Draw(t, "maybe") > 0 {
				return ""
			}
			return text
		}
		if rapid.IntRange(0, 3).Draw(t, "group") == 0 {
			kind := "begin_group"
			if repeats && rapid.Bool().Draw(t, "repeat") {
				kind = "begin_repeat"
			}
			fmt.Fprintf(&b, "| %s | g%d | | %s | | | | | | | | |\n", kind, i, maybe(rule()))
			open = append(open, strings.Replace(kind, "begin", "end", 1))
		}
		name := fmt.Sprintf("q%d", i)
		switch rapid.SampledFrom([]string{"one", "many", "whole", "text", "calculate", "steps", "asked and worked out", "trigger", "fixed"}).Draw(t, "type") {
		case "one":
			fmt.Fprintf(&b, "| select_one k | %s | %s | %s | %s | %s | | | %s | | %s | |\n", name, name, maybe(rule()), maybe(". != "+earlier()), maybe("yes"), maybe("x"), maybe("group = 'p' or "+earlier()+" = name"))
		case "many":
			fmt.Fprintf(&b, "| select_multiple k or_other | %s | %s | %s | | %s | | | | | | |\n", name, name, maybe(rule()), maybe(rule()))
		case "whole":
			fmt.Fprintf(&b, "| integer | %s | %s | %s | %s | %s | | | %s | | | |\n", name, name, maybe(rule()), maybe(". < 4"), maybe("yes"), maybe("3"))
		case "text":
			fmt.Fprintf(&b, "| text | %s | %s | %s | | | | | %s | | | |\n", name, name, maybe(rule()), maybe("concat("+earlier()+", '!')"))
		case "calculate":
			fmt.Fprintf(&b, "| calculate | %s | | %s | | | %s | | | | | |\n", name, maybe(rule()), rapid.SampledFrom([]string{earlier() + " + 1", "concat(" + earlier() + ", " + earlier() + ")", "if(" + rule() + ", 'x', '')", "round(random() * 9)"}).Draw(t, "formula"))
		case "steps":
			fmt.Fprintf(&b, "| calculate | %s | | | | | %s | | | | | |\n", name, "count("+earlier()+"/../*[. != ''])")
		case "asked and worked out":
			fmt.Fprintf(&b, "| text | %s | %s | %s | | | %s | | | | | |\n", name, name, maybe(rule()), "concat("+earlier()+", '1')")
		case "trigger":
			fmt.Fprintf(&b, "| calculate | %s | | | | | %s | ${%s} | | | | |\n", name, "concat("+earlier()+", random())", func() string {
				for o := other(); ; o = other() {
					if j := int(o[1] - '0'); order[j] < order[i] || order[i] == 0 {
						return o
					}
				}
			}())
		case "fixed":
			fmt.Fprintf(&b, "| text | %s | %s | | | | | | concat('was ', %s) | yes | | |\n", name, name, earlier())
		}
		if len(open) > 0 && rapid.Bool().Draw(t, "close") {
			fmt.Fprintf(&b, "| %s | | | | | | | | | | | |\n", open[len(open)-1])
			open = open[:len(open)-1]
		}
	}
	for _, end := range slices.Backward(open) {
		fmt.Fprintf(&b, "| %s | | | | | | | | | | | |\n", end)
	}
	return b.String()
}

// TestWhatFollowsFromAnAnswerIsWhatTheWholeFormSays changes answers one after
// another. What is worked out from the state before must be what is worked out from
// nothing, and the state before must stay as it was.
func TestWhatFollowsFromAnAnswerIsWhatTheWholeFormSays(t *testing.T) {
	kinds := map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		survey := tangledForm(rt)
		f, _ := questionnaire.Compile(form(t, survey, "| list_name | name | label::nl | group |\n| k | x | X | p |\n| k | y | Y | q |\n| k | z | Z | p |"))
		if f == nil {
			kinds["refused"]++
			return
		}
		kinds["tried"]++
		answers := questionnaire.Answers{}
		s := f.Evaluate(answers, env())
		for range rapid.IntRange(1, 8).Draw(rt, "changes") {
			for range rapid.IntRange(1, 3).Draw(rt, "at once") {
				fl := rapid.SampledFrom(f.Fields).Draw(rt, "question")
				key := fl.Name
				if fl.OrOther && rapid.Bool().Draw(rt, "other") {
					key += questionnaire.OtherSuffix
				}
				if v := rapid.SampledFrom([]string{"", "x", "y", "x y", "y other", "1", "3", "5"}).Draw(rt, "answer"); v == "" {
					delete(answers, key)
				} else {
					answers[key] = v
				}
			}
			before := seen(f, s)
			again, whole := s.Again(answers), f.Evaluate(answers, env())
			if a, w := seen(f, again), seen(f, whole); a != w {
				rt.Fatalf("%s\nwith %v, worked out again:\n%s\nas a whole:\n%s", survey, answers, a, w)
			}
			if now := seen(f, s); now != before {
				rt.Fatalf("%s\nthe state before changed:\n%s\nwas:\n%s", survey, now, before)
			}
			again.KeepFired(answers)
			s = again.Again(answers)
		}
	})
	if kinds["tried"] < kinds["refused"] {
		t.Errorf("of the forms most were refused: %v", kinds)
	}
	t.Log(kinds)
}
