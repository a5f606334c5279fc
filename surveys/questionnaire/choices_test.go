package questionnaire_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

func namesOf(choices []*questionnaire.Choice) []string {
	names := make([]string, len(choices))
	for i, ch := range choices {
		names[i] = ch.Name
	}
	return names
}

func TestChoicesComeInAnOrderOfTheSitting(t *testing.T) {
	choices := "list_name | name\n"
	for i := range 12 {
		choices += fmt.Sprintf("l | c%d\n", i)
	}
	f := compiled(t, `
		type         | name | parameters
		select_one l | a    | randomize=true
		select_one l | b    | randomize=true
		select_one l | vast | randomize=true, seed=7
		select_one l | rij  |
	`, choices)
	order := func(name string, seed uint64) []string {
		return namesOf(f.Evaluate(nil, questionnaire.Env{Now: november, Seed: seed}).Choices(f.Field(name)))
	}
	if !slices.Equal(order("a", 1), order("a", 1)) {
		t.Error("a reload gives another order")
	}
	if slices.Equal(order("a", 1), order("a", 2)) || slices.Equal(order("a", 1), order("b", 1)) {
		t.Error("two sittings, or two questions, have the same order")
	}
	if !slices.Equal(order("vast", 1), order("vast", 2)) {
		t.Error("the author's seed does not count")
	}
	a := order("a", 1)
	slices.Sort(a)
	b := order("rij", 1)
	slices.Sort(b)
	if !slices.Equal(a, b) {
		t.Errorf("the drawn order has other choices: %v", a)
	}
}

func streets(n int) *questionnaire.File {
	var b strings.Builder
	b.WriteString("name,label,gebied\n")
	for i := range n {
		fmt.Fprintf(&b, "s%d,Straat %d,g%d\n", i, i, i%100)
	}
	return &questionnaire.File{Name: "straten.csv", Text: b.String()}
}

func streetForm(t testing.TB, n int) *questionnaire.Form {
	d := form(t, `
		type                             | name   | choice_filter        | calculation
		text                             | gebied |                      |
		select_one_from_file straten.csv | straat | gebied = ${gebied}   |
		calculate                        | waar   |                      | pulldata('straten', 'gebied', 'name', ${straat})
	`, "")
	d.Files = []*questionnaire.File{streets(n)}
	f, problems := questionnaire.Compile(d)
	if f == nil || len(problems) > 0 {
		t.Fatalf("problems: %v", problems)
	}
	return f
}

func TestChoicesComeFromAnAttachedTable(t *testing.T) {
	f := streetForm(t, 300)
	s := f.Evaluate(questionnaire.Answers{"gebied": "g7", "straat": "s107"}, env())
	if got := namesOf(s.Choices(f.Field("straat"))); !slices.Equal(got, []string{"s7", "s107", "s207"}) {
		t.Errorf("choices = %v", got)
	}
	if s.Value("waar") != "g7" || len(s.CheckAll("nl")) > 0 {
		t.Errorf("waar = %q, problems %v", s.Value("waar"), s.CheckAll("nl"))
	}
	if got := f.Spoken(f.Field("straat"), "s107", "nl"); got != "Straat 107" {
		t.Errorf("spoken as %q", got)
	}
	if p := f.Evaluate(questionnaire.Answers{"gebied": "g8", "straat": "s107"}, env()).CheckAll("nl"); len(p) != 1 {
		t.Errorf("a street elsewhere is accepted: %v", p)
	}
	t.Run("and without it the question is not asked, which is said", func(t *testing.T) {
		f, problems := questionnaire.Compile(form(t, `
			type                             | name
			text                             | a
			select_one_from_file straten.csv | straat
		`, ""))
		if len(problems) != 1 || problems[0].Key != "form.file_missing" || len(f.Pages) != 1 {
			t.Errorf("problems %v", problems)
		}
	})
}

func TestRankGivesEachChoiceAPlace(t *testing.T) {
	f := compiled(t, "type | name\nrank gebied | r", places)
	for _, c := range []struct {
		values []string
		want   string
	}{{[]string{"zuid", "noord"}, "zuid noord"}, {[]string{"", ""}, ""}, {[]string{"zuid", "zuid"}, "form.answer.rank_twice"}, {[]string{"", "zuid"}, "form.answer.rank_open"}} {
		v, _, p := f.Read(f.Field("r"), questionnaire.Typed{Values: c.values})
		if p != nil {
			v = p.Key
		}
		if v != c.want {
			t.Errorf("%q gives %q, want %q", c.values, v, c.want)
		}
	}
}

func TestRangeHoldsItsStepsOnly(t *testing.T) {
	f := compiled(t, "type | name | parameters\nrange | r | start=0 end=1 step=0.1\nrange | terug | start=10 end=0 step=5", "")
	for v, ok := range map[string]bool{"0.3": true, "1": true, "0.35": false, "1.1": false} {
		if got := len(f.Evaluate(questionnaire.Answers{"r": v}, env()).CheckAll("nl")) == 0; got != ok {
			t.Errorf("%s is accepted: %v", v, got)
		}
	}
	if got := f.RangeOf(f.Field("terug")).Values(20); !slices.Equal(got, []string{"10", "5", "0"}) {
		t.Errorf("values = %v", got)
	}
}

func TestTriggerHoldsAValueUntilItsAnswerChanges(t *testing.T) {
	f := compiled(t, `
		type      | name | calculation | trigger
		text      | a    |             |
		text      | b    |             |
		calculate | c    | ${b}        | ${a}
	`, "")
	a := questionnaire.Answers{"b": "eerst"}
	if v := f.Evaluate(a, env()).Value("c"); v != "" {
		t.Errorf("c = %q before its trigger", v)
	}
	a["a"] = "x"
	f.Evaluate(a, env()).KeepFired(a)
	a["b"] = "later"
	s := f.Evaluate(a, env())
	if v := s.Value("c"); v != "eerst" {
		t.Errorf("c = %q, want what it was at the trigger", v)
	}
	s.Fire(a, f.Field("a"))
	if v := f.Evaluate(a, env()).Value("c"); v != "later" {
		t.Errorf("c = %q after the trigger changed", v)
	}
}

// BenchmarkLongListWithACascade opens a list of 30,000 choices of which an earlier
// answer leaves 300.
func BenchmarkLongListWithACascade(b *testing.B) {
	f := streetForm(b, 30_000)
	for b.Loop() {
		s := f.Evaluate(questionnaire.Answers{"gebied": "g7"}, env())
		if len(s.Choices(f.Field("straat"))) != 300 {
			b.Fatal("other choices")
		}
	}
}
