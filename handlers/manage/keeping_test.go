package manage_test

import (
	"strings"
	"testing"

	"weerklank.nl/weerklank/surveys"
)

func TestASurveySaysBeforeItOpensHowLongItKeepsWhat(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, "https://stem.waterrijk.example")
	form := w.drafted("dienstverlening-balie")
	form.open("period_answers", "61").wants(422).complains("period_answers")
	form.open("period_answers", "veel").wants(422).complains("period_answers")
	form.open("period_answers", "6", "period_texts", "12").wants(422).complains("period_texts")
	form.open("period_answers", "1", "period_texts", "1").wants(422).complains("period_answers", "period_texts")
	opened := form.open("period_answers", "12", "period_texts", "", "basis", "public_task", "basis_text", "Het gaat om de Wmo.").wants(200)
	if !strings.Contains(opened.text("main"), "De uitvraag is open.") {
		t.Fatalf("it did not open: %s", opened.text("main"))
	}
	list, err := w.programme.ListSurveys(t.Context(), org)
	must(t, err)
	kept := list[0].Keeping
	if kept.Periods[surveys.KeptAnswers] != 12 || kept.Periods[surveys.KeptTexts] != 6 || kept.Basis != surveys.PublicTask || kept.BasisText.NL != "Het gaat om de Wmo." {
		t.Errorf("it keeps %+v", kept)
	}
	must(t, w.vault.ChangeOrganisation(t.Context(), org, func(o *surveys.Organisation) error {
		return o.Keep(surveys.Periods{surveys.KeptTexts: 1}, surveys.Register{})
	}))
	if page := w.get("/beheer/uitvragen/" + string(list[0].ID) + "/bewaren").wants(200); !strings.Contains(page.text("table"), "13 juni 2027") {
		t.Errorf("an opened survey follows what was set later: %s", page.text("table"))
	}
}

func TestWhatIsLeftOfASurveyIsKeptLongerForAReasonOrDeletedNow(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, "https://stem.waterrijk.example")
	s := w.survey(w.published("dienstverlening-balie"), func(s *surveys.Survey) { s.Keeping.Periods = surveys.Periods{surveys.KeptTexts: 6} })
	path := "/beheer/uitvragen/" + string(s.ID)
	page := w.get(path + "/bewaren").wants(200)
	page.send("/bewaren", "hold", "1-1-2030").wants(422).complains("hold", "reason")
	page.send("/bewaren", "hold", "1-12-2026", "reason", "Er loopt een zaak.").wants(422).complains("hold")
	held := page.send("/bewaren", "hold", "1-10-2028", "reason", "Er loopt een zaak.").wants(200)
	if !strings.Contains(held.text("main"), "Er is uitstel tot en met 1 oktober 2028. Er loopt een zaak.") {
		t.Errorf("the hold is not shown: %s", held.text("main"))
	}
	if w.get(path + "/wissen").wants(200).send("/wissen").wants(422).complains("sure"); w.reload(s).Erased(surveys.KeptAnswers) {
		t.Error("it was deleted without a tick")
	}
	w.now = w.now.AddDate(0, 3, 0) // it has closed
	w.get(path+"/wissen").wants(200).send("/wissen", "sure", "ja").wants(422).complains("sure")
	w.get(path + "/bewaren").wants(200).sendButton("einde").wants(200)
	asked := w.get(path+"/wissen").wants(200).send("/wissen", "sure", "ja").wants(200)
	if got := w.reload(s); len(got.UrgentErasures("2027-02-25")) != 3 || !strings.Contains(asked.text("table"), "op verzoek") {
		t.Errorf("it is not going: %+v, %s", got.Keeping, asked.text("table"))
	}
	held = w.get(path+"/bewaren").wants(200).send("/bewaren", "hold", "1-10-2028", "reason", "Er loopt een zaak.").wants(200)
	if got := w.reload(s); len(got.UrgentErasures("2027-02-25")) != 1 || strings.Count(held.text("table"), "op verzoek") != 1 {
		t.Errorf("a hold after it was asked keeps what is left, and not the addresses: %+v, %s", got.Keeping, held.text("table"))
	}
}

// reload reads a survey as it is stored.
func (w *desk) reload(s *surveys.Survey) *surveys.Survey {
	w.t.Helper()
	now, err := w.programme.FindSurvey(w.t.Context(), org, s.ID)
	must(w.t, err)
	return now
}
