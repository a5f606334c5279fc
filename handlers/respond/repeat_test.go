package respond_test

import (
	"strings"
	"testing"

	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

func question(name string, t questionnaire.Type, label string) *questionnaire.Item {
	return &questionnaire.Item{Kind: questionnaire.Question, Name: name, Type: t, Label: questionnaire.Texts{"": label}}
}

// children asks of each child a name and an age, as a list on one page.
func children() *questionnaire.Definition {
	name := question("naam", questionnaire.TypeText, "Hoe heet het kind?")
	name.Required = "yes"
	age := question("leeftijd", questionnaire.TypeInteger, "Hoe oud is ${naam}?")
	sum := &questionnaire.Item{Kind: questionnaire.Question, Name: "samen", Type: questionnaire.TypeCalculate, Calculation: "sum(${leeftijd})"}
	return &questionnaire.Definition{FormID: "kinderen", Items: []*questionnaire.Item{
		question("straat", questionnaire.TypeText, "In welke straat woont u?"),
		{Kind: questionnaire.Repeat, Name: "kind", Label: questionnaire.Texts{"": "Kind"}, Items: []*questionnaire.Item{name, age}},
		sum,
	}}
}

func TestRespondentAddsAndRemovesInstancesWithoutAScript(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	w.survey("kinderen", children(), nil)
	a := w.get("/s/kinderen").press("ga=beginnen").press("ga=volgende", "straat", "Kade").wants(200, "Hoe heet het kind? (verplicht)")
	if got := squeeze(a.Find(".wk-meta").Text()); !strings.Contains(got, "Kind 1") {
		t.Errorf("above the question stands %q", got)
	}
	a = a.press("ga=volgende").wants(422, "Hoe heet het kind? (verplicht)")
	a = a.press("ga=volgende", "naam", "Ana").wants(200, "Hoe oud is Ana?")
	a = a.press("ga=volgende", "leeftijd", "drie").wants(422, "Hoe oud is Ana?")
	if got := a.Find("#leeftijd").AttrOr("value", ""); got != "drie" {
		t.Errorf("what was typed came back as %q", got)
	}
	a = a.press("ga=volgende", "leeftijd", "3").wants(200, "Kind")
	for _, name := range []string{"Bo", "Cas"} {
		a = a.press("ga=nog-een").wants(200, "Hoe heet het kind? (verplicht)")
		a = a.press("ga=volgende", "naam", name).wants(200, "Hoe oud is "+name+"?").press("ga=volgende", "leeftijd", "7").wants(200, "Kind")
	}
	if got := squeeze(a.Find("dt, dd.utrecht-data-list__item-value").Text()); got != "Kind 1Ana, 3Kind 2Bo, 7Kind 3Cas, 7" {
		t.Errorf("the list says %q", got)
	}
	a = a.press("weg=2").wants(200, "Kind").press("ga=volgende").wants(200, "Klopt alles?")
	if got := squeeze(a.Find("dt").Text()); !strings.Contains(got, "Kind 2: Hoe oud is Cas?") {
		t.Errorf("the check page says %q", got)
	}
	a = a.press("naar=kind[2]/leeftijd").wants(200, "Hoe oud is Cas?").press("ga=vorige").wants(200, "Hoe heet het kind? (verplicht)")
	a = a.press("ga=volgende", "naam", "Caspar").wants(200, "Klopt alles?")
	a = a.press("naar=kind").wants(200, "Kind").press("ga=vorige").wants(200, "Hoe oud is Caspar?").press("ga=volgende", "leeftijd", "8")
	r := w.stored(a.wants(200, "Klopt alles?").press("ga=versturen").receipt())
	for key, want := range map[string]string{"straat": "Kade", "kind": "2", "kind[1]/naam": "Ana", "kind[1]/leeftijd": "3", "kind[2]/naam": "Caspar", "kind[2]/leeftijd": "8", "samen": "11", "kind[3]/naam": ""} {
		if r.Answers[key] != want {
			t.Errorf("%s is stored as %q, want %q", key, r.Answers[key], want)
		}
	}
}

func TestPageThatMakesAQuestionRelevantShowsItBeforeGoingOn(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	why := question("waarom", questionnaire.TypeText, "Waarom?")
	why.Relevant, why.Required = "${wat} = 'niets'", "yes"
	w.survey("een", &questionnaire.Definition{FormID: "een", Items: []*questionnaire.Item{
		{Kind: questionnaire.Group, Name: "g", Appearance: "field-list", Label: questionnaire.Texts{"": "Alles"}, Items: []*questionnaire.Item{question("wat", questionnaire.TypeText, "Wat?"), why}},
	}}, nil)
	a := w.get("/s/een").press("ga=beginnen").wants(200, "Alles")
	if a.Find("#waarom").Length() != 0 {
		t.Error("a question that is not relevant is shown")
	}
	a = a.press("ga=volgende", "wat", "niets").wants(200, "Alles")
	if a.Find("#waarom").Length() != 1 || a.Find("#wat").AttrOr("value", "") != "niets" {
		t.Errorf("the page is not shown again with the new question")
	}
	a.press("ga=volgende").wants(422, "Alles").press("ga=volgende", "waarom", "daarom").wants(200, "Klopt alles?")
}
