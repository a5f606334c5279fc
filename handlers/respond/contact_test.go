package respond_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

// addresses are the ones that are kept for a survey, opened.
func (w *town) addresses(survey surveys.ID) (all []string, keys []responses.ContactKey) {
	w.t.Helper()
	sealed, err := w.vault.ListContacts(w.t.Context(), org, survey)
	must(w.t, err)
	for i := range sealed {
		c, err := w.keys.OpenContact(&sealed[i])
		must(w.t, err)
		all, keys = append(all, c.Email), append(keys, sealed[i].Key)
	}
	return all, keys
}

func TestAnAddressIsAskedApartAndKeptSealed(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		w := givenTown(t, d)
		w.survey("balie", definition(t, balie), nil)
		start := w.get("/s/balie").wants(http.StatusOK, "Hoe was uw bezoek aan de burgerbalie?")
		if !strings.Contains(start.Text(), "Na het versturen kunt u een e-mailadres achterlaten") {
			t.Error("the start page does not say it")
		}
		thanks := w.walk(start).wants(http.StatusOK, "Dank u wel, uw antwoorden zijn binnen")
		link := thanks.Find(`a[href$="/bericht"]`)
		// Only the survey: nothing that differs from one respondent to the next.
		if href := link.AttrOr("href", ""); href != "/s/balie/bericht" || !strings.Contains(link.AttrOr("rel", ""), "noreferrer") {
			t.Fatalf("the thank-you page leads to %q", href)
		}
		asks := w.get("/s/balie/bericht").wants(http.StatusOK, "Bericht krijgen als er nieuws is")
		var fields []string
		asks.Find("form input").Each(func(_ int, in *goquery.Selection) {
			fields = append(fields, in.AttrOr("name", ""))
		})
		if strings.Join(fields, " ") != "taal email" || asks.header.Get("Cache-Control") != "no-store" || asks.header.Get("Set-Cookie") != "" {
			t.Errorf("the page carries %v, Cache-Control %q", fields, asks.header.Get("Cache-Control"))
		}
		if again := w.get("/s/balie/bericht"); again.html != asks.html {
			t.Error("the page is not the same for everybody")
		}
		wrong := asks.send("email", "naam@voorbeeld").wants(http.StatusUnprocessableEntity, "Bericht krijgen als er nieuws is")
		if wrong.Find("#email").AttrOr("value", "") != "naam@voorbeeld" || !strings.Contains(wrong.Find(".utrecht-alert--error").Text(), "Dit is geen e-mailadres") {
			t.Error("what was typed is gone, or nothing says what is wrong with it")
		}
		for range 2 { // twice is told nobody
			wrong.send("email", " Naam@voorbeeld.nl").wants(http.StatusOK, "U krijgt bericht")
		}
		all, keys := w.addresses("s-balie")
		if len(all) != 2 || all[0] != "naam@voorbeeld.nl" || all[1] != all[0] || keys[0] == keys[1] {
			t.Fatalf("kept: %v", all)
		}
		var raw []byte
		must(t, d.Reader().Get(t.Context(), &raw, `SELECT sealed FROM contacts LIMIT 1`))
		if strings.Contains(string(raw), "voorbeeld") || strings.Contains(w.log.String(), "voorbeeld") {
			t.Error("the address is readable in the database or the log")
		}

		token, err := w.keys.StopToken(w.keys.Generation(), org, "s-balie", keys[0].ID())
		must(t, err)
		w.get("/afmelden/"+token).wants(http.StatusOK, "Geen mail meer over deze vragenlijst")
		if all, _ := w.addresses("s-balie"); len(all) != 2 {
			t.Error("looking at the page that stops removed an address")
		}
		for range 2 {
			w.post("/afmelden/"+token, map[string][]string{"List-Unsubscribe": {"One-Click"}}).wants(http.StatusOK, "U krijgt hierover geen mail meer")
		}
		if all, _ := w.addresses("s-balie"); len(all) != 0 {
			t.Errorf("who stopped is still kept: %v", all)
		}
		if forged := w.post("/afmelden/"+altered(token, 0), nil); forged.code != http.StatusNotFound {
			t.Errorf("a token that we did not write answers %d", forged.code)
		}
	})
}

// erasing gives a survey a deletion of the addresses.
func erasing(e surveys.Erasure) func(*surveys.Survey) {
	e.Kind, e.Until, e.Announced = surveys.KeptContacts, "2026-11-24", "2026-11-24"
	return func(s *surveys.Survey) { s.Keeping.Erasures = []surveys.Erasure{e} }
}

func TestNoAddressIsTakenOnceTheyWereDeleted(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		w := givenTown(t, d)
		w.survey("balie", definition(t, balie), nil)
		asks := w.get("/s/balie/bericht").wants(http.StatusOK, "Bericht krijgen als er nieuws is")
		must(t, w.programme.ChangeSurvey(t.Context(), org, "s-balie", func(s *surveys.Survey) error {
			erasing(surveys.Erasure{Begun: "2026-11-24"})(s)
			return nil
		}))
		answer := asks.send("email", "naam@voorbeeld.nl")
		if all, _ := w.addresses("s-balie"); len(all) != 0 || answer.code != http.StatusOK || answer.Find("#email").Length() > 0 {
			t.Errorf("kept all the same: %v (status %d)", all, answer.code)
		}
	})
}

func TestNoAddressIsAskedWhereNoMessageFollows(t *testing.T) {
	for name, given := range map[string]func(w *town) (change func(*surveys.Survey)){
		"because nothing can be mailed": func(w *town) func(*surveys.Survey) { w.noMail = true; return nil },
		"because nothing was promised":  func(*town) func(*surveys.Survey) { return func(s *surveys.Survey) { s.Promise.On = "" } },
		"because the promise was kept":  func(*town) func(*surveys.Survey) { return func(s *surveys.Survey) { s.Promise.KeptOn = "2026-11-20" } },
		"because they were asked to go": func(*town) func(*surveys.Survey) { return erasing(surveys.Erasure{Asked: true}) },
		"because they are going":        func(*town) func(*surveys.Survey) { return erasing(surveys.Erasure{Begun: "2026-11-24"}) },
	} {
		t.Run(name, func(t *testing.T) {
			w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
			change := given(w)
			w.mount(w.writer)
			w.survey("balie", definition(t, balie), change)
			start := w.get("/s/balie")
			if strings.Contains(start.Text(), "e-mailadres achterlaten") {
				t.Error("the start page speaks of an address")
			}
			if w.walk(start).Find(`a[href$="/bericht"]`).Length() > 0 {
				t.Error("the thank-you page asks for one")
			}
			if asks := w.get("/s/balie/bericht"); asks.Find("#email").Length() > 0 {
				t.Error("there is a page that asks for one")
			}
			w.post("/s/balie/bericht", map[string][]string{"email": {"naam@voorbeeld.nl"}})
			if all, _ := w.addresses("s-balie"); len(all) != 0 {
				t.Errorf("kept all the same: %v", all)
			}
		})
	}
}
