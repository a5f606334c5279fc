package respond_test

import (
	"strings"
	"testing"

	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

func compiled(t *testing.T, d *questionnaire.Definition) *questionnaire.Form {
	t.Helper()
	f, problems := questionnaire.Compile(d)
	if f == nil {
		t.Fatal(problems)
	}
	return f
}

func TestTryOutGoesFromFirstToLastPageAndStoresNothing(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	w.tried = compiled(t, definition(t, balie))
	a := w.get("/terug/proberen").wants(200, "Hoe had u contact? (verplicht)")
	for range 20 {
		banner := a.Find(".utrecht-alert--info")
		if !strings.Contains(banner.Text(), "Er wordt niets opgeslagen") || banner.Find("a").AttrOr("href", "") != "/terug" {
			t.Fatalf("the page %q does not say that it is a try-out", a.heading())
		}
		if a.Find("form").AttrOr("action", "") != "/terug/proberen" {
			t.Fatalf("the page %q leads away from the try-out", a.heading())
		}
		if a.Find("button[value=versturen]").Length() > 0 {
			break
		}
		a = a.press("ga=volgende", answering(a, false)...)
	}
	a = a.wants(200, "Klopt alles?").press("naar=kanaal").press("ga=vorige").wants(200, "Hoe had u contact? (verplicht)")
	for a.heading() != "Klopt alles?" {
		a = a.press("ga=volgende")
	}
	end := a.press("ga=versturen").wants(200, "Einde van de proef")
	if text := squeeze(end.Find("dl").Text()); !strings.Contains(text, "gemak 1") {
		t.Errorf("what would have been stored is %s", text)
	}
	if end.Find(".wk-code").Length() != 0 || end.Find(`a[href="/terug"]`).Length() == 0 {
		t.Error("the end of a try-out gives a code, or no way back")
	}
	if n := 0; w.db.Reader().Get(t.Context(), &n, "SELECT count(*) FROM responses") != nil || n != 0 {
		t.Errorf("%d responses are stored", n)
	}
}

func TestTryOutBeginsAnewWhenTheDraftChanged(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	w.tried = compiled(t, definition(t, balie))
	a := w.get("/terug/proberen").press("ga=volgende", "kanaal", "balie")
	w.tried = compiled(t, definition(t, "voorstel"))
	a.press("ga=volgende").wants(200, "Uw voorstel")
}
