package respond_test

import (
	"strings"
	"testing"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/surveys"
)

// secret is what a respondent typed, which no log may hold.
const secret = "de buurman van nummer twaalf"

// typedOn is the last page but one with an answer of the respondent's own words.
func (w *town) typedOn(slug, words string) *answer {
	w.t.Helper()
	return w.check(slug, "open_verbeteren", words)
}

// unsent fails unless the page says that sending failed, keeps everything for another
// try, and nothing of it is in the log.
func (a *answer) unsent() {
	a.town.t.Helper()
	a.wants(503, "Er ging iets mis bij ons")
	if a.header.Get("Retry-After") == "" {
		a.town.t.Error("it does not say when to try again")
	}
	if a.Find("input[name=tot-nu-toe]").Length() == 0 || !strings.Contains(a.Find("main").Text(), "Opnieuw versturen is veilig") {
		a.town.t.Errorf("the page does not keep the answers:\n%s", a.html)
	}
	if strings.Contains(a.town.log.String(), secret) {
		a.town.t.Errorf("the log holds what was typed:\n%s", a.town.log.String())
	}
}

func TestALostDatabaseKeepsTheAnswersOnThePage(t *testing.T) {
	server := dbtest.NewServer(t)
	d, err := db.Open(t.Context(), server.NewDatabase(t, "lost"))
	must(t, err)
	t.Cleanup(func() { _ = d.Close() }) // some of its connections broke
	w := givenTown(t, d)
	w.survey("balie", definition(t, balie), nil)
	a := w.typedOn("balie", secret)
	first := w.get("/s/balie")
	server.Crash(t)
	next := first.press("ga=beginnen").wants(200, "Hoe had u contact? (verplicht)") // who fills in goes on
	next.press("ga=volgende", "kanaal", "telefoon").wants(200, "Hoe makkelijk of moeilijk was het om dit te regelen?")
	lost := a.press("ga=versturen")
	lost.unsent()
	if text := lost.press("ga=bekijken").wants(200, "Klopt alles?").Find("dl").Text(); !strings.Contains(text, secret) {
		t.Errorf("the answers are not there any more: %s", text)
	}
	server.Start(t)
	lost.press("ga=versturen").wants(200, "Dank u wel, uw antwoorden zijn binnen")
	lost.press("ga=versturen").wants(200, "Dank u wel, uw antwoorden zijn binnen")
	if n := w.count("s-balie"); n != 1 {
		t.Errorf("stored %d times", n)
	}
}

func TestAFullDiskKeepsTheAnswersOnThePage(t *testing.T) {
	// PostgreSQL has no bound of its own, so it is made to refuse with the error of a full disk.
	full := map[string]string{"sqlite": "PRAGMA max_page_count = 1", // no more than there are
		"postgres": `CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE disk_full; END$$;
			CREATE TRIGGER full_disk BEFORE INSERT ON responses EXECUTE FUNCTION full_disk()`}
	room := map[string]string{"sqlite": "PRAGMA max_page_count = 1000000", "postgres": "DROP TRIGGER full_disk ON responses"}
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		w := givenTown(t, d)
		w.survey("balie", definition(t, balie), nil)
		a := w.typedOn("balie", secret+strings.Repeat(" en nog iets", 90))
		disk := func(statement string) {
			must(t, d.Transact(t.Context(), func(tx *db.Tx) error {
				_, err := tx.Exec(t.Context(), statement)
				return err
			}))
		}
		disk(full[d.Name()])
		unsent := a.press("ga=versturen")
		unsent.unsent()
		disk(room[d.Name()])
		unsent.press("ga=versturen").wants(200, "Dank u wel, uw antwoorden zijn binnen")
		if n := w.count("s-balie"); n != 1 {
			t.Errorf("stored %d times", n)
		}
	})
}

func TestSendingAgainTellsTheTruth(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	w.survey("balie", definition(t, balie), nil)
	a := w.check("balie")
	sent := a.press("ga=versturen").wants(200, "Dank u wel, uw antwoorden zijn binnen")
	again := a.press("ga=versturen").wants(200, "Dank u wel, uw antwoorden zijn binnen")
	if again.receipt() != sent.receipt() || again.Find(".utrecht-alert").Length() > 0 {
		t.Error("the same page sent twice has another answer")
	}
	changed := a.press("naar=gemak").press("ga=volgende", "gemak", "5").press("ga=versturen")
	if changed.receipt() != sent.receipt() || !strings.Contains(changed.Find(".utrecht-alert").Text(), "Uw eerste antwoorden tellen.") {
		t.Errorf("who changed an answer after sending is not told that it is not kept:\n%s", changed.html)
	}
	w.withdraw(sent.receipt())
	withdrawn := a.press("ga=versturen").wants(409, "Deze antwoorden zijn ingetrokken")
	if withdrawn.Find(`a[href="/s/balie"]`).Length() == 0 {
		t.Error("it does not lead to a new beginning")
	}
}

// withdraw withdraws the answers behind a receipt code, on the page for it.
func (w *town) withdraw(code string) {
	w.t.Helper()
	w.post("/code", map[string][]string{"ontvangstcode": {code}, "code-nogmaals": {code}, "ga": {"intrekken"}}).wants(200, "Uw antwoorden zijn ingetrokken")
}

func TestAClosedSurveyLeadsToWhatIsDoneWithIt(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	w.survey("balie", definition(t, balie), func(s *surveys.Survey) { s.Closes = "2026-11-20" })
	for path, want := range map[string]string{"/s/balie": "/beloften/balie", "/s/balie?taal=en": "/beloften/balie?taal=en"} {
		if a := w.get(path); a.Find(`main a[href="`+want+`"]`).Length() == 0 {
			t.Errorf("%s does not lead to %s", path, want)
		}
	}
}
