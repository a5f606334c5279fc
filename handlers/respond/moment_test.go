package respond_test

import (
	"strings"
	"testing"

	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// watchful is a form that wants to know who answers, on what and when.
func watchful() *questionnaire.Definition {
	worked := func(name, formula string) *questionnaire.Item {
		return &questionnaire.Item{Kind: questionnaire.Question, Name: name, Type: questionnaire.TypeCalculate, Calculation: formula}
	}
	d := &questionnaire.Definition{FormID: "toezicht", Items: []*questionnaire.Item{question("naam", questionnaire.TypeText, "Wat?"), worked("nu", "now()"), worked("laat", "today() > '2026-01-01'")}}
	for _, t := range []questionnaire.Type{questionnaire.TypeStart, questionnaire.TypeEnd, questionnaire.TypeToday, questionnaire.TypeDeviceID, questionnaire.TypeUsername, questionnaire.TypePhoneNumber, questionnaire.TypeEmail} {
		d.Items = append(d.Items, &questionnaire.Item{Kind: questionnaire.Question, Name: "m_" + string(t), Type: t})
	}
	return d
}

func TestNoAnonymousSurveyStoresWhoOrWhen(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	w.survey("toezicht", watchful(), nil)
	a := w.get("/s/toezicht").press("ga=beginnen").wants(200, "Wat?").press("ga=volgende", "naam", "Niets")
	r := w.stored(a.press("ga=versturen").receipt())
	if len(r.Answers) != 2 || r.Answers["naam"] != "Niets" || r.Answers["laat"] != "true" {
		t.Errorf("an open survey stores %v", r.Answers)
	}
	for _, mode := range []surveys.Mode{surveys.Open, surveys.Invited, surveys.Strong} {
		if !mode.Anonymous() {
			t.Errorf("%s stores what was worked out from the clock", mode)
		}
	}
}

func TestAChangedAnswerTriggersWhatHangsOnIt(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	price := question("prijs", questionnaire.TypeText, "Wat kost het?")
	price.Calculation, price.Trigger = "concat('bij ', ${soort})", "${soort}"
	w.survey("trekker", &questionnaire.Definition{FormID: "trekker", Items: []*questionnaire.Item{question("soort", questionnaire.TypeText, "Welk soort?"), price}}, nil)
	a := w.get("/s/trekker").press("ga=beginnen").press("ga=volgende", "soort", "brood").wants(200, "Wat kost het?")
	typed := func(a *answer) string {
		return strings.TrimSpace(a.Find("#prijs").Text() + a.Find("#prijs").AttrOr("value", ""))
	}
	if got := typed(a); got != "bij brood" {
		t.Errorf("the price is filled in as %q", got)
	}
	a = a.press("ga=volgende", "prijs", "3 euro").press("ga=vorige").wants(200, "Wat kost het?")
	if got := typed(a); got != "3 euro" {
		t.Errorf("what was typed became %q", got)
	}
	a = a.press("ga=vorige").press("ga=volgende", "soort", "kaas").wants(200, "Klopt alles?") // all was seen before
	if r := w.stored(a.press("ga=versturen").receipt()); r.Answers["prijs"] != "bij kaas" {
		t.Errorf("after the change the price is stored as %q", r.Answers["prijs"])
	}
}
