package respond_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// everyType asks one question of each type that was not asked before, and a table.
func everyType() *questionnaire.Definition {
	list := &questionnaire.List{Name: "l"}
	for i, label := range []string{"Wegen", "Groen", "Afval", "Water", "Licht"} {
		list.Choices = append(list.Choices, &questionnaire.Choice{Name: fmt.Sprintf("c%d", i+1), Label: questionnaire.Texts{"": label}})
	}
	with := func(it *questionnaire.Item, change func(*questionnaire.Item)) *questionnaire.Item {
		change(it)
		return it
	}
	row := func(name, label string) *questionnaire.Item {
		return with(question(name, questionnaire.TypeSelectOne, label), func(it *questionnaire.Item) { it.List = "l" })
	}
	return &questionnaire.Definition{FormID: "alles", Lists: []*questionnaire.List{list}, Items: []*questionnaire.Item{
		with(question("rang", questionnaire.TypeRank, "Wat is het belangrijkst?"), func(it *questionnaire.Item) { it.List = "l" }),
		with(question("cijfer", questionnaire.TypeRange, "Welk cijfer?"), func(it *questionnaire.Item) { it.Parameters = "start=0 end=1 step=0.25" }),
		question("gelezen", questionnaire.TypeAcknowledge, "Dit is belangrijk."),
		with(question("tijd", questionnaire.TypeTime, "Hoe laat?"), func(it *questionnaire.Item) {
			it.GuidanceHint = questionnaire.Texts{"": "Ongeveer is goed."}
		}),
		question("moment", questionnaire.TypeDateTime, "Wanneer?"),
		question("plek", questionnaire.TypeGeopoint, "Waar?"),
		with(row("door_elkaar", "Welke?"), func(it *questionnaire.Item) { it.Parameters = "randomize=true" }),
		with(question("vast", questionnaire.TypeText, "Dit staat vast"), func(it *questionnaire.Item) { it.ReadOnly, it.Default = "yes", "de Kade" }),
		{Kind: questionnaire.Group, Name: "tabel", Appearance: "table-list", Label: questionnaire.Texts{"": "Wat vindt u?"}, Items: []*questionnaire.Item{row("t1", "De straat"), row("t2", "Het plein")}},
	}}
}

func TestEveryTypeIsAnsweredWithoutAScript(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	w.survey("alles", everyType(), nil)
	a := w.get("/s/alles").press("ga=beginnen").wants(200, "Wat is het belangrijkst?")
	form := func(values ...string) *answer {
		f := a.form()
		f.Set("ga", "volgende")
		f["rang"] = values
		return w.post("/s/alles", f)
	}
	a = form("c2", "c2", "c1", "c3", "c4").wants(422, "Wat is het belangrijkst?")
	if got := a.Find("select").Eq(1).Find("option[selected]").AttrOr("value", ""); got != "c2" {
		t.Errorf("the second place came back as %q", got)
	}
	a = form("c2", "c1", "c3", "c4", "c5").wants(200, "Welk cijfer?")
	if n := a.Find("option").Length(); n != 6 {
		t.Errorf("%d numbers to choose from", n)
	}
	a = a.press("ga=volgende", "cijfer", "0.25").wants(200, "Dit is belangrijk.")
	a = a.press("ga=volgende", "gelezen", "OK").wants(200, "Hoe laat?")
	if squeeze(a.Find("details").Text()) != "Meer uitlegOngeveer is goed." {
		t.Errorf("the guidance reads %q", squeeze(a.Find("details").Text()))
	}
	a = a.press("ga=volgende", "tijd", "7.30 uur").wants(200, "Wanneer?")
	a = a.press("ga=volgende", "moment", "31-12-2026").wants(422, "Wanneer?").press("ga=volgende", "moment", "31-12-2026 14:30").wants(200, "Waar?")
	a = a.press("ga=volgende", "plek", "52,37 4,89").wants(200, "Welke?")
	order := func(a *answer) []string {
		return a.Find("input[type=radio]").Map(func(_ int, s *goquery.Selection) string { return s.AttrOr("value", "") })
	}
	first := order(a)
	if back := order(a.press("ga=vorige").press("ga=volgende")); !slices.Equal(back, first) || len(first) != 5 {
		t.Errorf("the order is %v, and after going back %v", first, back)
	}
	a = a.press("ga=volgende", "door_elkaar", first[0])
	if a.Find("form input[type=text]:not([tabindex])").Length() != 0 || squeeze(a.Find("form strong").Text()) != "de Kade" {
		t.Errorf("what is read-only is shown as %q", squeeze(a.Find("form").Text()))
	}
	a = a.press("ga=volgende", "vast", "de brug").wants(200, "Wat vindt u?")
	if a.Find(".wk-matrix fieldset").Length() != 2 || a.Find(".wk-matrix__words span").Length() != 6 {
		t.Error("the table is no table")
	}
	a = a.press("ga=volgende", "t1", "c1", "t2", "c5").wants(200, "Klopt alles?")
	r := w.stored(a.press("ga=versturen").receipt())
	for key, want := range map[string]string{"rang": "c2 c1 c3 c4 c5", "cijfer": "0.25", "gelezen": "OK", "tijd": "07:30:00", "moment": "2026-12-31T14:30:00",
		"plek": "52.37 4.89 0 0", "door_elkaar": first[0], "vast": "de Kade", "t2": "c5"} {
		if r.Answers[key] != want {
			t.Errorf("%s is stored as %q, want %q", key, r.Answers[key], want)
		}
	}
}
