package admin_test

import (
	"context"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"weerklank.nl/weerklank/handlers/admin"
	"weerklank.nl/weerklank/handlers/page/pagetest"
	"weerklank.nl/weerklank/surveys"
)

// TestAdminPagesOnANarrowPhone looks at every page, also with a form that was
// filled in wrongly.
func TestAdminPagesOnANarrowPhone(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	h := open(t)
	v := h.visitor()
	v.signIn(surveys.Administrator)
	path, err := admin.NewSetupLink(t.Context(), h.vault, "waterrijk", "", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	valid := map[string]string{}
	outside := h.visitor()
	for _, address := range []string{"/beheer/inloggen", "/beheer/vergeten", path, "/beheer/eerste?token=X"} {
		_, valid[address] = outside.get(address)
	}
	own := []string{"/beheer/mensen", "/beheer/mensen/id-reader", "/beheer/instellingen", "/beheer/account", "/beheer/account/tweede-stap", "/beheer/logboek"}
	for _, address := range own {
		_, valid[address] = v.get(address)
	}
	_, valid["signed out"] = outside.post("/beheer/mensen", "title", "Nieuw")
	h.withSecondStep(surveys.Reader)
	_, valid["second step"] = h.visitor().signIn(surveys.Reader)
	h.now = h.now.Add(time.Minute)
	_, valid["log with a faulty day"] = v.get("/beheer/logboek?vanaf=morgen")
	_, valid["wrong person"] = v.post("/beheer/mensen", "title", "")
	_, valid["wrong settings"] = v.upload("x", []byte("x"), "name", "")
	_, valid["link"] = v.post("/beheer/mensen/id-reader/link")
	pagetest.Validate(t, valid)

	tab := pagetest.Tab(t, 320)
	for _, address := range []string{"/beheer/inloggen", "/beheer/vergeten", path} {
		look(t, h, tab, address)
	}
	if err := chromedp.Do(tab, chromedp.Navigate(h.url+"/beheer/inloggen"), chromedp.Focus("#gebruiker"), pagetest.Typed("administrator@waterrijk.example"),
		chromedp.Focus("#wachtwoord"), pagetest.Typed(password), chromedp.Click("main form button"), chromedp.WaitNotPresent("#wachtwoord")); err != nil {
		t.Fatal(err)
	}
	for _, address := range own {
		look(t, h, tab, address)
	}
	if err := chromedp.Do(tab, chromedp.Navigate(h.url+"/beheer/mensen"), chromedp.Click("main form button"), chromedp.WaitVisible("#fouten")); err != nil {
		t.Fatal(err)
	}
	focus, err := chromedp.Run(tab, chromedp.Evaluate[string](`document.activeElement.id`))
	if err != nil || focus != "fouten" {
		t.Errorf("after a wrong form the focus is on %q, want the heading of the summary (%v)", focus, err)
	}
	pagetest.Axe(t, tab, "people with faults")
	pagetest.NoSidewaysScroll(t, tab, "people with faults")
}

func look(t *testing.T, h *house, tab context.Context, address string) {
	t.Helper()
	if err := chromedp.Do(tab, chromedp.Navigate(h.url+address)); err != nil {
		t.Fatal(err)
	}
	pagetest.NoSidewaysScroll(t, tab, address)
	pagetest.Axe(t, tab, address)
}
