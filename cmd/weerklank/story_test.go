package main

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/chromedp/chromedp"

	"weerklank.nl/weerklank/cmd/weerklank/internal/demo"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/surveys"
)

// TestTheLoop is the product in one story: a manager asks, people answer, the
// manager learns, decides and tells, and who answered reads it behind their code.
func TestTheLoop(t *testing.T) {
	t.Parallel()
	dbtest.EachURL(t, func(t *testing.T, address string) {
		r := serveDemo(t, address)
		manager := r.onPhone(t)
		manager.signIn(r.emailOf(t, surveys.ProgrammeManager))
		slug := manager.asks()
		for i := range 11 {
			r.isAnswered(t, slug, i)
		}
		citizen := r.onPhone(t)
		code := citizen.answersOnAPhone(slug)
		manager.closes()
		manager.signOut() // sessions go by the machine's clock, which may lie before the story's night or after it
		r.turn(t, 24*time.Hour)
		manager.signIn(r.emailOf(t, surveys.ProgrammeManager))
		manager.learns(slug)
		manager.decides()
		manager.tells()
		citizen.readsWhatWasDone(code)
		r.keepsQuiet(t, code)
		r.losesNothingOnAFullDisk(t) // last: it stays full
	})
}

func (p *person) signIn(email string) {
	p.Helper()
	p.visit("/beheer")
	p.fill("E-mailadres", email)
	p.fill("Wachtwoord", demo.Password)
	p.press("Inloggen")
	p.sees("Overzicht")
}

// signOut uses the button that stands over each page.
func (p *person) signOut() {
	p.Helper()
	if _, err := chromedp.RunResponse(p.tab, chromedp.Click(chromedp.CSS(`form[action="/beheer/uitloggen"] button`))); err != nil {
		p.Fatalf("sign out: %v", err)
	}
}

// asks copies a template, publishes it and opens a survey. It gives the slug.
func (p *person) asks() string {
	p.Helper()
	const slug = "servicepunt-proef"
	p.visit("/beheer/vragenlijsten")
	p.press("Overnemen: Hoe was uw contact met de gemeente?")
	p.press("Versie 1 publiceren")
	p.press("Uitvraag maken")
	p.press("Verder")
	p.fill("Titel", "Hoe was uw bezoek aan het servicepunt?")
	p.fill("Adres", slug)
	p.press("Uitvraag openen")
	p.sees("Schrijf waarom u dit vraagt.", "Schrijf wat er kan veranderen.", "Schrijf wat er niet kan veranderen.")
	p.pick("Eigenaar", "Teamleider publiekszaken")
	p.fill("Waarom vraagt u dit?", "Wij willen weten wat er beter kan in het servicepunt.")
	p.fill("Wat kan er veranderen door de antwoorden?", "Hoe wij luisteren en uitleggen.")
	p.fill("Wat kan er niet veranderen?", "De prijs van een paspoort.")
	p.pick("Eerste uitsplitsing", "Hoe had u contact?")
	p.press("Uitvraag openen")
	p.sees("Hoe was uw bezoek aan het servicepunt?", "/s/"+slug)
	return slug
}

// answersOnAPhone fills in the survey and gives the receipt code.
func (p *person) answersOnAPhone(slug string) string {
	p.Helper()
	p.visit("/")
	p.press("Hoe was uw bezoek aan het servicepunt?")
	p.sees("U hoort wat wij met uw antwoorden doen", "De prijs van een paspoort.")
	p.press("Beginnen")
	p.press("Volgende")
	p.sees("Kies hoe u contact had met de gemeente.")
	for _, answer := range []string{"Aan de balie", "Servicepunt Noorderhaven", "Moeilijk", "Onduidelijk", "Goed", "Voor een deel"} {
		p.choose(answer)
		p.press("Volgende")
	}
	p.fill("Wat ging goed, of wat kan beter?", "Zet er stoelen neer.")
	p.choose("Wachten en openingstijden")
	p.press("Volgende")
	p.sees("nog niet verstuurd", "Zet er stoelen neer.")
	p.press("Wijzigen: Hoe duidelijk was de uitleg?")
	p.choose("Duidelijk")
	p.press("Volgende")
	p.sees("nog niet verstuurd")
	p.press("Versturen")
	p.sees("Dank u wel")
	code := receiptCode.FindString(p.words())
	if code == "" {
		p.Fatalf("no receipt code:\n%s", p.words())
	}
	return code
}

var receiptCode = regexp.MustCompile(`[A-HJ-NP-Z2-9]{4}( [A-HJ-NP-Z2-9]{4}){3}`)

// isAnswered is another respondent, at a browser without a window.
func (r *running) isAnswered(t *testing.T, slug string, number int) {
	t.Helper()
	client := visitor(t)
	given := url.Values{"kanaal": {[]string{"balie", "telefoon"}[number%2]}, "servicepunt": {"stadhuis"}, "gemak": {strconv.Itoa(1 + number%5)},
		"heldere_taal_ervaren": {"2"}, "gesprek_luisteren_ervaren": {"4"}, "nakomen_terugkoppelen_ervaren": {"3"}}
	form := url.Values{"ga": {"beginnen"}}
	for range 20 {
		resp, err := client.PostForm(r.url+"/s/"+slug, form)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("%s %v", resp.Status, err)
		}
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(string(body)))
		if err != nil {
			t.Fatal(err)
		}
		if receiptCode.MatchString(squeezed(doc.Find("main").Text())) {
			return
		}
		form = url.Values{"ga": {"volgende"}}
		doc.Find("main form [name]").Each(func(_ int, field *goquery.Selection) {
			name, _ := field.Attr("name")
			if value, ok := field.Attr("value"); ok && name == "tot-nu-toe" {
				form.Set(name, value)
			} else if answer := given.Get(name); answer != "" {
				form.Set(name, answer)
			}
		})
		if doc.Find(`button[value="versturen"]`).Length() > 0 {
			form.Set("ga", "versturen")
		}
	}
	t.Fatal("the survey does not come to an end")
}

// closes ends the survey before its last day.
func (p *person) closes() {
	p.Helper()
	p.visit("/beheer/uitvragen")
	p.press("Hoe was uw bezoek aan het servicepunt?")
	p.press("Eerder sluiten")
	p.press("Nu sluiten")
	p.sees("De uitvraag is gesloten.")
}

// learns reads the results of the survey and makes a finding of its first question.
func (p *person) learns(slug string) {
	p.Helper()
	p.visit("/beheer/uitvragen")
	p.press("Hoe was uw bezoek aan het servicepunt?")
	p.press("Resultaten")
	p.sees("Stand van 25 november 2026", "12 mensen antwoordden", "Hoe makkelijk of moeilijk was het om dit te regelen?")
	p.press("Maak bevinding")
	p.press("Bevinding bewaren")
	p.sees("Schrijf")
	p.fill("Wat", "Veel mensen vinden het regelen moeilijk.")
	p.press("Bevinding bewaren")
	p.sees("Veel mensen vinden het regelen moeilijk.")
}

// decides takes a decision that leads to a course.
func (p *person) decides() {
	p.Helper()
	p.press("Besluiten")
	p.press("Besluit vastleggen")
	p.sees("Kies")
	p.choose("Wij doen het")
	p.fill("Wat gaat u precies doen?", "Het team oefent met luisteren en uitleggen.")
	p.fill("Waarom?", "Dit helpt bij wat mensen het vaakst zeiden.")
	p.fill("Wie besluit?", "Teamleider publiekszaken")
	p.fill("Wat gebeurt er nu?", "De training begint op 4 februari 2027.")
	p.press("Opleiding inkopen of aanpassen")
	p.pick("Uit de catalogus", "Eerst luisteren")
	p.press("Overnemen")
	p.fill("Voor wie is het?", "Alle medewerkers van het servicepunt.")
	p.fill("Deelnemers", "14")
	p.press("Opleiding bewaren")
	p.sees("Eerst luisteren", "Alle medewerkers van het servicepunt.")
	p.press("Besluit vastleggen")
	p.sees("Het team oefent met luisteren en uitleggen.")
}

// tells makes a notice of the decision, and so keeps the promise.
func (p *person) tells() {
	p.Helper()
	p.press("Vertellen wat er is besloten")
	p.press("Terugkoppeling maken over ‘Hoe was uw bezoek aan het servicepunt?’")
	p.sees("Het team oefent met luisteren en uitleggen.", "Eerst luisteren")
	p.press("Tekst bewaren")
	p.press("Publiceren")
	p.press("Ja, publiceren")
	p.sees("De terugkoppeling is gepubliceerd.")
}

// readsWhatWasDone types the code and reads what became of the answers.
func (p *person) readsWhatWasDone(code string) {
	p.Helper()
	p.visit("/beloften")
	p.sees("Hoe was uw bezoek aan het servicepunt?", "Nagekomen")
	p.visit("/code")
	p.fill("Ontvangstcode", strings.ToLower(code))
	p.press("Bekijken")
	p.sees("Het team oefent met luisteren en uitleggen.", "Dit helpt bij wat mensen het vaakst zeiden.")
	p.fill("Vul uw ontvangstcode nog een keer in", code)
	p.press("Mijn antwoorden intrekken")
	p.sees("ingetrokken")
}

// keepsQuiet fails the test when the log holds what somebody typed, or a code.
func (r *running) keepsQuiet(t *testing.T, code string) {
	t.Helper()
	for _, secret := range []string{"stoelen", code, strings.ReplaceAll(code, " ", ""), "127.0.0.1:"} {
		if strings.Contains(r.log.String(), secret) {
			t.Errorf("the log holds %q:\n%s", secret, r.log.String())
		}
	}
}
