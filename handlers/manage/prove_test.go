package manage_test

import (
	"net/http"
	"strings"
	"testing"

	"weerklank.nl/weerklank/surveys"
)

func TestTheEditorSaysWhoGetsAQuestionAndWhoDoesNot(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, "")
	at := w.upload("/beheer/vragenlijsten/inlezen", "bestand", "balie.xlsx", ours(t, "dienstverlening-balie")).path

	good := w.get(at).wants(http.StatusOK)
	checked := good.text(`section[aria-labelledby="nagekeken"]`)
	if !strings.Contains(checked, "Bij elke vraag kan iemand komen.") || !strings.Contains(checked, "minuten") {
		t.Errorf("of a good questionnaire the editor says: %s", checked)
	}

	q := w.get(at + "/vraag/servicepunt").wants(http.StatusOK)
	if got := q.text(`section[aria-labelledby="wie"]`); !strings.Contains(got, "Wie bij vraag 1 ‘") || !strings.Contains(got, "kiest, krijgt deze vraag") {
		t.Errorf("who is asked for the service point: %s", got)
	}

	q.send("/vraag/servicepunt", "wanneer", "formule", "formule", "${kanaal} = 'balie' and ${kanaal} = 'telefoon'").wants(http.StatusOK)
	bad := w.get(at).wants(http.StatusOK)
	checked = bad.text(`section[aria-labelledby="nagekeken"]`)
	if !strings.Contains(checked, "niemand krijgt haar") && !strings.Contains(checked, "Niemand krijgt deze vraag") || !strings.Contains(checked, "${kanaal} = 'balie' and") {
		t.Errorf("of a question that nobody gets the editor says: %s", checked)
	}
	if got := bad.text(`section[aria-labelledby="tips"]`); strings.Contains(got, "ziet er goed uit") {
		t.Errorf("beside a question that nobody gets the tips say: %s", got)
	}
	if got := bad.text("#vraag-servicepunt"); !strings.Contains(got, "Let op") {
		t.Errorf("in the list of questions stands: %s", got)
	}
	own := w.get(at + "/vraag/servicepunt").text(`section[aria-labelledby="wie"]`)
	if !strings.Contains(own, "Let op") || !strings.Contains(own, "De voorwaarde van vraag") {
		t.Errorf("at the question stands: %s", own)
	}
}
