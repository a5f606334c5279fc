package respond_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"weerklank.nl/weerklank/handlers/page/pagetest"
	"weerklank.nl/weerklank/storage/dbtest"
)

// address serves the town on an address of this machine until the test ends.
func (w *town) address() string {
	server := httptest.NewServer(w.router)
	w.t.Cleanup(server.Close)
	return server.URL
}

// arrives waits for the element, on the page that the last press leads to.
func arrives(t *testing.T, tab context.Context, selector string) {
	t.Helper()
	if err := chromedp.Do(tab, chromedp.WaitVisible(selector)); err != nil {
		t.Fatalf("waiting for %s: %v", selector, err)
	}
}

func textOf(t *testing.T, tab context.Context, selector string) string {
	t.Helper()
	text, err := chromedp.Run(tab, chromedp.Text(selector))
	must(t, err)
	return squeeze(text)
}

func TestPhoneWithoutScriptGoesFromStartToCode(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	w.survey("balie", definition(t, balie), nil)
	tab := pagetest.Tab(t, 320)
	pagetest.WithoutScript(t, tab)
	must(t, chromedp.Do(tab, chromedp.Navigate(w.address()+"/s/balie")))
	next := chromedp.Click(`button[value="volgende"]`)
	must(t, chromedp.Do(tab, chromedp.Click(`button[value="beginnen"]`)))
	arrives(t, tab, `label[for="kanaal-balie"]`)
	must(t, chromedp.Do(tab, next)) // left open, though it is required
	arrives(t, tab, "#fouten")
	must(t, chromedp.Do(tab, chromedp.Click(`label[for="kanaal-balie"]`), next))
	arrives(t, tab, `input[name="servicepunt"]`)
	must(t, chromedp.Do(tab, next))
	arrives(t, tab, `label[for="gemak-4"]`)
	must(t, chromedp.Do(tab, chromedp.Click(`label[for="gemak-4"]`), next))
	for _, name := range []string{"heldere_taal_ervaren", "gesprek_luisteren_ervaren", "nakomen_terugkoppelen_ervaren"} {
		arrives(t, tab, `input[name="`+name+`"]`)
		must(t, chromedp.Do(tab, next))
	}
	arrives(t, tab, "#open_verbeteren")
	must(t, chromedp.Do(tab, chromedp.SendKeys("#open_verbeteren", "Het blaadje met uitleg hielp mij."), next))
	arrives(t, tab, `button[value="versturen"]`)
	must(t, chromedp.Do(tab, chromedp.Click(`button[value="versturen"]`)))
	arrives(t, tab, ".wk-code")
	pagetest.NoSidewaysScroll(t, tab, "thanks")
	r := w.stored(textOf(t, tab, ".wk-code code"))
	if r.Answers["gemak"] != "4" || r.Answers["open_verbeteren"] != "Het blaadje met uitleg hielp mij." {
		t.Errorf("stored is %v", r.Answers)
	}
}

// becomes waits until what a key does has happened in the page.
func becomes(t *testing.T, tab context.Context, expression string) {
	t.Helper()
	for until := time.Now().Add(20 * time.Second); time.Now().Before(until); {
		so, err := chromedp.Run(tab, chromedp.Evaluate[bool](expression))
		must(t, err)
		if so {
			return
		}
	}
	t.Fatalf("never became so: %s", expression)
}

// painted waits until the page was painted: before that a browser drops keys.
func painted(t *testing.T, tab context.Context) {
	t.Helper()
	_, err := chromedp.Run(tab, chromedp.Evaluate[bool](`new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))`, chromedp.EvalAwaitPromise))
	must(t, err)
}

// tabTo presses Tab until the focus is on the element.
func tabTo(t *testing.T, tab context.Context, selector string) {
	t.Helper()
	for range 60 {
		there, err := chromedp.Run(tab, chromedp.Evaluate[bool](fmt.Sprintf(`document.activeElement?.matches(%q) ?? false`, selector)))
		must(t, err)
		if there {
			return
		}
		must(t, chromedp.Do(tab, chromedp.KeyEvent(kb.Tab)))
	}
	t.Fatalf("the keyboard does not reach %s", selector)
}

func TestSurveyIsAnsweredByKeyboardAlone(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	w.survey("balie", definition(t, balie), nil)
	tab := pagetest.Tab(t, 1280)
	// Without it a tab that is not in front drops keys.
	_, err := chromedp.Call(tab, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	must(t, err)
	must(t, chromedp.Do(tab, chromedp.Navigate(w.address()+"/s/balie")))
	press := func(selector, key string) {
		t.Helper()
		painted(t, tab)
		tabTo(t, tab, selector)
		must(t, chromedp.Do(tab, chromedp.KeyEvent(key)))
	}
	press(`button[value="beginnen"]`, kb.Enter)
	arrives(t, tab, "#kanaal-balie")
	press(`button[value="volgende"]`, kb.Enter)
	arrives(t, tab, "#fouten")
	becomes(t, tab, `document.activeElement?.id === "fouten"`) // the heading of the summary has the focus
	// Enter as one key event: what chromedp's KeyEvent sends apart as a character would
	// land on the control that the link has moved the focus to by then.
	tabTo(t, tab, `.utrecht-alert a[href="#kanaal-balie"]`)
	enter := input.DispatchKeyEventParams{Type: "keyDown", Key: "Enter", Code: "Enter", Text: "\r", UnmodifiedText: "\r", WindowsVirtualKeyCode: 13}
	_, err = chromedp.Call(tab, input.DispatchKeyEvent, enter)
	must(t, err)
	_, err = chromedp.Call(tab, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: "keyUp", Key: "Enter", Code: "Enter", WindowsVirtualKeyCode: 13})
	must(t, err)
	becomes(t, tab, `document.activeElement?.id === "kanaal-balie"`)
	must(t, chromedp.Do(tab, chromedp.KeyEvent(" ")))
	becomes(t, tab, `document.getElementById("kanaal-balie").checked`)
	must(t, chromedp.Do(tab, chromedp.KeyEvent(kb.ArrowDown)))
	becomes(t, tab, `document.getElementById("kanaal-telefoon").checked`)
	must(t, chromedp.Do(tab, chromedp.KeyEvent(kb.ArrowDown)))
	becomes(t, tab, `document.getElementById("kanaal-online").checked`)
	must(t, chromedp.Do(tab, chromedp.KeyEvent(kb.Enter))) // Enter means "next"
	arrives(t, tab, "#gemak-1")
	press(`input[name="gemak"]`, " ")
	press(`button[value="volgende"]`, kb.Enter)
	for _, name := range []string{"heldere_taal_ervaren", "nakomen_terugkoppelen_ervaren"} {
		arrives(t, tab, `input[name="`+name+`"]`)
		press(`button[value="volgende"]`, kb.Enter)
	}
	arrives(t, tab, "#open_verbeteren")
	press(`button[value="volgende"]`, kb.Enter)
	arrives(t, tab, `button[value="versturen"]`)
	press(`button[value="versturen"]`, kb.Enter)
	arrives(t, tab, ".wk-code")
	if r := w.stored(textOf(t, tab, ".wk-code code")); r.Answers["kanaal"] != "online" || r.Answers["gemak"] != "1" {
		t.Errorf("stored is %v", r.Answers)
	}
}
