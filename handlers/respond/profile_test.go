package respond_test

import (
	"strings"
	"testing"

	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/surveys/training"
)

func TestOfficialSeesTheirOwnProfileAndNothingOfItIsStored(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	must(t, w.programme.AddCompetences(t.Context(), org, []training.Competence{{ID: "heldere_taal", Name: words("Heldere taal")}, {ID: "digitaal", Name: words("Digitaal werken")}}))
	must(t, w.programme.AddCourses(t.Context(), []training.Course{
		{ID: "past", Org: org, Title: words("Uitleggen dat aankomt"), Goals: []training.Goal{{Competence: "heldere_taal", From: 2, To: 4}}, Sessions: 3, FundingText: words("De gemeente betaalt.")},
		{ID: "te-hoog", Org: org, Title: words("Voor gevorderden"), Goals: []training.Goal{{Competence: "heldere_taal", From: 4, To: 5}}},
		{ID: "anders", Org: org, Title: words("Iets heel anders"), Goals: []training.Goal{{Competence: "integriteit", From: 1, To: 3}}},
	}))
	w.survey("zelf", definition(t, "zelfbeoordeling-ambtenaar"), nil)
	a := w.check("zelf", "heldere_taal_belang", "5", "heldere_taal_niveau", "2", "digitaal_belang", "3", "digitaal_niveau", "4")
	thanks := a.press("ga=versturen").wants(200, "Dank je wel, je antwoorden zijn binnen")
	if form := thanks.Find("form"); form.AttrOr("target", "") != "_blank" {
		t.Error("the profile takes the place of the page with the code")
	}
	before := w.count("s-zelf")
	p := thanks.press("ga=profiel").wants(200, "Jouw profiel")
	if p.header.Get("Cache-Control") != "no-store" {
		t.Error("the browser may keep the profile")
	}
	first := p.Find("tbody tr").First()
	if squeeze(first.Find("th").Text()) != "Heldere taal" || squeeze(first.Find(".utrecht-status-badge").Text()) != "3 stappen" {
		t.Errorf("the largest gap is %s", squeeze(first.Text()))
	}
	if text := squeeze(p.Find("tbody").Text()); !strings.Contains(text, "Geen: je kunt meer dan nodig") {
		t.Errorf("who can do more than needed reads %s", text)
	}
	courses := squeeze(p.Find("#past").Parent().Text())
	if !strings.Contains(courses, "Uitleggen dat aankomt") || strings.Contains(courses, "gevorderden") || strings.Contains(courses, "Iets heel anders") || !strings.Contains(courses, "De gemeente betaalt.") {
		t.Errorf("fitting is %s", courses)
	}
	if en := p.press("taal=en").wants(200, "Your profile"); !strings.Contains(en.Find("tbody").Text(), "Heldere taal (en)") {
		t.Error("the profile is not in English")
	}
	if w.count("s-zelf") != before {
		t.Error("looking at the profile stored something")
	}
}

func TestCitizenHasNoProfile(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	w.survey("balie", definition(t, balie), nil)
	a := w.check("balie")
	if thanks := a.press("ga=versturen"); thanks.Find("form").Length() != 0 {
		t.Error("the thank-you page offers a profile")
	}
	form := a.form()
	form.Set("ga", "profiel")
	w.post("/s/balie", form).wants(404, "Deze bladzijde is er niet")
}
