package manage_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

func TestAWrongAddressIsPutRightAndAMailSentOnceMore(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, stem)
	s := w.inviting(surveys.Invited)
	path := "/beheer/uitvragen/" + string(s.ID) + "/uitnodigingen"
	prepared := w.upload(path+"/lijst", "bestand", "mensen.csv", []byte(staffList())).sendList(path)
	if w.get(path+"/mensen").Find(`button[value="nogmaals"]`).Length() != 0 {
		t.Error("before anything went out the list offers to send it once more")
	}
	prepared.sendButton("versturen").wants(http.StatusOK)
	claimed, err := w.ledger.Claim(t.Context(), org, s.ID, "sender", w.now, 20)
	must(t, err)
	attempts := make([]responses.Attempt, len(claimed))
	for n := range claimed {
		attempts[n] = responses.Attempt{Invitee: claimed[n].ID, State: responses.Delivered}
	}
	attempts[1].State, attempts[1].Reason = responses.Failed, "address"
	must(t, w.ledger.Settle(t.Context(), org, s.ID, "sender", attempts, func(*responses.Invitations) {}))
	arrived, failed := string(claimed[0].ID), string(claimed[1].ID)

	list := w.get(path + "/mensen").wants(http.StatusOK)
	if n := list.Find(`button[value="nogmaals"]`).Length(); n != 11 || list.Find(`input[type="email"]`).Length() != 1 {
		t.Errorf("%d can be sent once more and %d addresses put right; want 11 and 1", n, list.Find(`input[type="email"]`).Length())
	}
	w.post(path+"/mensen", url.Values{"ga": {"nogmaals"}, "mens": {arrived}}).wants(http.StatusOK)
	typed := w.post(path+"/mensen", url.Values{"ga": {"nogmaals"}, "mens": {failed}, "adres-" + failed: {"mens at waterrijk"}}).wants(http.StatusUnprocessableEntity)
	if field := typed.Find("#adres-" + failed); field.AttrOr("value", "") != "mens at waterrijk" || field.AttrOr("aria-invalid", "") != "true" {
		t.Error("what was typed is gone, or its field is not marked")
	}
	w.post(path+"/mensen", url.Values{"ga": {"nogmaals"}, "mens": {failed}, "adres-" + failed: {"goed@waterrijk.example"}}).wants(http.StatusOK)
	if one, err := w.ledger.FindInvitee(t.Context(), org, s.ID, surveys.ID(failed)); err != nil || one.Email != "goed@waterrijk.example" || one.State != responses.Queued {
		t.Errorf("their message is %v (%v), want queued to the right address", one, err)
	}
}

func TestASurveyThatInvitesNobodyYetSaysSo(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, stem)
	s := w.inviting(surveys.Invited)
	at := "/beheer/uitvragen/" + string(s.ID)
	need := func() int { return w.get("/beheer").Find(`.wk-rows a[href="` + at + `/uitnodigingen"]`).Length() }
	if need() != 1 {
		t.Error("the overview does not say that nobody is invited")
	}
	one := w.get(at)
	if first := one.Find("main .nl-button--primary").First(); first.AttrOr("href", "") != at+"/uitnodigingen" {
		t.Errorf("the first thing to do is %q", first.Text())
	}
	if text := one.text("main"); strings.Contains(text, "Link voor iedereen") || !strings.Contains(text, "de code van hun uitnodiging") {
		t.Error("the page calls an address a way in for everybody that needs an invitation")
	}
	w.upload(at+"/uitnodigingen/lijst", "bestand", "mensen.csv", []byte(staffList())).sendList(at + "/uitnodigingen")
	if need() != 0 {
		t.Error("the overview still asks to invite people")
	}
}

func TestAWrongListKeepsHowManyWereToBeDrawn(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, stem)
	s := w.inviting(surveys.Invited)
	path := "/beheer/uitvragen/" + string(s.ID) + "/uitnodigingen/lijst"
	for name, list := range map[string]string{"a row that is wrong": "e-mail\nniemand\n", "nobody on it": ""} {
		t.Run(name, func(t *testing.T) {
			again := w.upload(path, "bestand", "mensen.csv", []byte(list), "loten", "40").wants(http.StatusUnprocessableEntity)
			if typed := again.Find("#loten").AttrOr("value", ""); typed != "40" || again.Find("#bestand").Length() != 1 {
				t.Errorf("the page offers %d files and %q to draw, want 1 and 40", again.Find("#bestand").Length(), typed)
			}
			if !strings.Contains(again.text(".utrecht-alert"), "Een bestand kiest u opnieuw") {
				t.Error("the page says that a file is still there")
			}
		})
	}
}
