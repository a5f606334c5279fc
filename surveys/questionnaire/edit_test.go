package questionnaire_test

import (
	"testing"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

func visit() *questionnaire.Definition {
	return &questionnaire.Definition{
		FormID: "bezoek", DefaultLanguage: "Nederlands (nl)",
		Languages: []questionnaire.Language{{Tag: "Nederlands (nl)", Code: "nl"}, {Tag: "English (en)", Code: "en"}},
		Items: []*questionnaire.Item{
			{Kind: questionnaire.Question, Name: "kanaal", Type: questionnaire.TypeSelectOne, List: "kanalen",
				Label: questionnaire.Texts{"Nederlands (nl)": "Hoe had u contact?", "English (en)": "How did you have contact?"}},
			{Kind: questionnaire.Group, Name: "oordeel", Items: []*questionnaire.Item{
				{Kind: questionnaire.Question, Name: "snel", Type: questionnaire.TypeText},
				{Kind: questionnaire.Question, Name: "vriendelijk", Type: questionnaire.TypeText},
			}},
		},
		Lists: []*questionnaire.List{{Name: "kanalen", Choices: []*questionnaire.Choice{{Name: "balie"}, {Name: "telefoon"}}}},
	}
}

func names(d *questionnaire.Definition) (out []string) {
	d.Walk(func(i *questionnaire.Item) { out = append(out, i.Name) })
	return out
}

func TestQuestionsMoveWithinTheirGroup(t *testing.T) {
	d := visit()
	d.Move("vriendelijk", -1)
	d.Move("vriendelijk", -1) // at the edge: stays
	d.InsertAfter("vriendelijk", &questionnaire.Item{Kind: questionnaire.Question, Name: "vraag_1"})
	if !d.Remove("snel") || d.Remove("snel") {
		t.Error("Remove tells whether the question was there")
	}
	got := names(d)
	want := []string{"kanaal", "oordeel", "vriendelijk", "vraag_1"}
	if len(got) != len(want) {
		t.Fatalf("items = %v, want %v", got, want)
	}
	for n := range want {
		if got[n] != want[n] {
			t.Fatalf("items = %v, want %v", got, want)
		}
	}
}

func TestACopySharesNothing(t *testing.T) {
	d := visit()
	c := d.Clone()
	c.Put(&c.Item("kanaal").Label, "nl", "Waar was u?")
	c.Lists[0].Choices[0].Name = "loket"
	if d.In(d.Item("kanaal").Label, "nl") != "Hoe had u contact?" || d.Lists[0].Choices[0].Name != "balie" {
		t.Error("changing the copy changed the original")
	}
}

func TestANameIsNeverUsedForSomethingElse(t *testing.T) {
	old, next := visit(), visit()
	next.Remove("snel")
	if p := questionnaire.Continues(next, old); len(p) != 0 {
		t.Errorf("a question may go: %v", p)
	}
	later := visit()
	later.Item("snel").Type = questionnaire.TypeInteger
	if p := questionnaire.Continues(later, old, next); len(p) != 1 || p[0].Question != "snel" {
		t.Errorf("problems = %v, want one at snel, although the version in between has no snel", p)
	}
}

func TestAWordingFixChangesTextsOnly(t *testing.T) {
	old := visit()
	for name, c := range map[string]struct {
		change func(*questionnaire.Definition)
		same   bool
	}{
		"another label":     {func(d *questionnaire.Definition) { d.Put(&d.Item("kanaal").Label, "nl", "Waar?") }, true},
		"another choice":    {func(d *questionnaire.Definition) { d.Lists[0].Choices[0].Name = "loket" }, false},
		"a question gone":   {func(d *questionnaire.Definition) { d.Remove("snel") }, false},
		"another order":     {func(d *questionnaire.Definition) { d.Move("snel", 1) }, false},
		"an answer needed":  {func(d *questionnaire.Definition) { d.Item("snel").Required = "yes" }, false},
		"a choice's label":  {func(d *questionnaire.Definition) { d.Put(&d.Lists[0].Choices[0].Label, "en", "Counter") }, true},
		"a constraint more": {func(d *questionnaire.Definition) { d.Item("snel").Constraint = ". != ''" }, false},
	} {
		t.Run(name, func(t *testing.T) {
			next := visit()
			c.change(next)
			if got := questionnaire.SameButWording(old, next); got != c.same {
				t.Errorf("SameButWording = %v, want %v", got, c.same)
			}
		})
	}
}

func TestASimpleConditionSurvivesTheWayThroughAnExpression(t *testing.T) {
	d := visit()
	c := questionnaire.Condition{Question: "kanaal", Choice: "balie"}
	if got, ok := questionnaire.SimpleCondition(c.Relevant(d)); !ok || got != c {
		t.Errorf("read back %v %v", got, ok)
	}
	d.Item("kanaal").Type = questionnaire.TypeSelectMultiple
	if got, ok := questionnaire.SimpleCondition(c.Relevant(d)); !ok || got != c {
		t.Errorf("read back %v %v from %s", got, ok, c.Relevant(d))
	}
	if _, ok := questionnaire.SimpleCondition("${kanaal} = 'balie' and ${snel} != ''"); ok {
		t.Error("took a compound condition for a simple one")
	}
}

func TestTipsNameTheQuestion(t *testing.T) {
	d := visit()
	d.Put(&d.Item("kanaal").Label, "nl", "Bent u snel en vriendelijk geholpen?")
	d.Put(&d.Item("kanaal").Label, "en", "")
	keys := map[string]bool{}
	for _, a := range questionnaire.Advise(d, "nl") {
		if a.Question == "kanaal" {
			keys[a.Key] = true
		}
	}
	if !keys["advice.double"] || !keys["advice.untranslated"] {
		t.Errorf("tips = %v", keys)
	}
}
