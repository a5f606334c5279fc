package admin_test

import (
	"strings"
	"testing"

	"weerklank.nl/weerklank/surveys"
)

func TestThePageOfSomebodyWhoIsSwitchedOffSaysWhenTheyAreForgottenAndLetsThemComeBack(t *testing.T) {
	h := open(t)
	v := h.visitor()
	v.signIn(surveys.Administrator)
	of := func(email, active string) []string {
		return []string{"email", email, "title", "Functie reader", "role", "reader", "language", "nl", "active", active}
	}
	path := "/beheer/mensen/id-reader"
	if _, body := v.get(path); strings.Contains(body, "niet meer inloggen. Op of na") {
		t.Error("of somebody who can sign in it says when they are forgotten")
	}
	resp, _ := v.post(path, of("reader@waterrijk.example", "no")...)
	hasStatus(t, resp, 200)
	a, err := h.vault.FindAccount(t.Context(), "waterrijk", "id-reader")
	if err != nil || a.Active || a.InactiveOn != surveys.DateOf(h.now) {
		t.Fatalf("it is stored as %+v (%v)", a, err)
	}
	if _, body := v.get(path); !strings.Contains(body, "niet meer inloggen. Op of na") {
		t.Errorf("its page does not say when it is forgotten: %s", body)
	}
	if err := h.vault.ChangeAccount(t.Context(), "waterrijk", "id-reader", func(a *surveys.Account, _ []surveys.Account) error { a.Empty(); return nil }); err != nil {
		t.Fatal(err)
	}
	for _, page := range []string{"/beheer/mensen", path} {
		if _, body := v.get(page); strings.Contains(body, "reader@waterrijk.example") || !strings.Contains(body, "Functie reader") || !strings.Contains(body, "ewist") && !strings.Contains(body, "niets meer bewaard") {
			t.Errorf("%s of who is forgotten: %s", page, body)
		}
	}
	resp, _ = v.post(path, of("", "no")...) // its function may still be put right
	hasStatus(t, resp, 200)
	resp, body := v.post(path, of("", "yes")...)
	hasStatus(t, resp, 422)
	if !strings.Contains(body, "Functie reader") {
		t.Error("what was typed is lost")
	}
	resp, _ = v.post(path, of("terug@waterrijk.example", "yes")...)
	hasStatus(t, resp, 200)
	if a, err := h.vault.FindAccount(t.Context(), "waterrijk", "id-reader"); err != nil || !a.Active || a.Emptied() || a.InactiveOn != "" || a.PasswordHash != "" {
		t.Errorf("who came back is stored as %+v (%v)", a, err)
	}
}
