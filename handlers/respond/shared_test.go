package respond_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

// types types a receipt code at an address of its own.
func (w *town) types(from string, form url.Values) *answer {
	w.t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/code", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.RemoteAddr = from
	return w.ask(r)
}

// TestAPhotoOfAReceiptCodeThatTwentyPeopleHave: each of them sees what is done with the
// survey and nothing that was answered, also all of them in one office; of those that
// withdraw at once each hears so, and the others that there is nothing any more.
func TestAPhotoOfAReceiptCodeThatTwentyPeopleHave(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	w.survey("balie", definition(t, balie), nil)
	code := w.answered("balie", "open_verbeteren", "De deur gaat niet open")
	typed := url.Values{"ontvangstcode": {code}}
	for n := range 20 {
		seen := w.types(fmt.Sprintf("192.0.%d.1:1000", n), typed).wants(http.StatusOK, "Dit is er met uw antwoorden gedaan")
		if strings.Contains(seen.html, "De deur gaat niet open") {
			t.Fatal("whoever has the code reads what was answered, though the survey does not allow it")
		}
	}
	for n := range 20 {
		w.types(fmt.Sprintf("198.51.100.%d:1000", n), typed).wants(http.StatusOK, "Dit is er met uw antwoorden gedaan")
	}
	withdraw := url.Values{"ontvangstcode": {code}, "ga": {"intrekken"}, "code-nogmaals": {code}}
	var wait sync.WaitGroup
	var withdrew atomic.Int32
	for n := range 20 {
		wait.Go(func() {
			r := httptest.NewRequest(http.MethodPost, "/code", strings.NewReader(withdraw.Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.RemoteAddr = fmt.Sprintf("203.0.%d.1:1000", n)
			rec := httptest.NewRecorder()
			w.router.ServeHTTP(rec, r)
			switch html := rec.Body.String(); {
			case rec.Code == http.StatusOK && strings.Contains(html, "Uw antwoorden zijn ingetrokken"):
				withdrew.Add(1)
			case rec.Code != http.StatusUnprocessableEntity || !strings.Contains(html, "Misschien zijn ze ingetrokken"):
				t.Errorf("withdrawing at the same time as others answers %d", rec.Code)
			}
		})
	}
	wait.Wait()
	if withdrew.Load() == 0 {
		t.Error("twenty withdraw at once, and nobody hears that it was done")
	}
	gone := w.types("192.0.99.1:1000", typed)
	if said := squeeze(gone.Find("#ontvangstcode-fout").Text()); gone.code != http.StatusUnprocessableEntity || !strings.Contains(said, "Misschien zijn ze ingetrokken") {
		t.Errorf("after one of them withdrew the others hear %d %q", gone.code, said)
	}
}

// TestTheInvitationOfSomebodyWhoWasTakenOffTheListSaysSo: they left between the list and
// the sending, or after it, and follow their link, or were filling in when it happened.
func TestTheInvitationOfSomebodyWhoWasTakenOffTheListSaysSo(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	s := w.invited("balie", surveys.Invited)
	tokens := w.invite(s, nil)
	busy := w.toCheck(w.get("/b/" + tokens[0]))
	_, hash, err := w.keys.Ballot(w.keys.Generation(), org, s.ID, responses.ForInvitee("an-s-balie"))
	must(t, err)
	must(t, w.ledger.RemoveInvitee(t.Context(), org, s.ID, "an-s-balie", hash, func(*responses.Invitations, int) {}))
	late := busy.press("ga=versturen")
	if late.code != http.StatusConflict || !strings.Contains(late.html, "of de uitnodiging is teruggenomen") || late.Find("dl").Length() == 0 {
		t.Errorf("who was filling in hears %d %q", late.code, late.heading())
	}
	if link := w.get("/b/" + tokens[0]); link.code != http.StatusOK || !strings.Contains(link.html, "of de uitnodiging is teruggenomen") {
		t.Errorf("their link says %d %q", link.code, link.heading())
	}
}

// TestAPageFromAClockThatWasAheadStillOpens: the clock of the server was set back after
// somebody began.
func TestAPageFromAClockThatWasAheadStillOpens(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	w.survey("balie", definition(t, balie), nil)
	check := w.toCheck(w.get("/s/balie").press("ga=beginnen"))
	w.now = w.now.Add(-26 * time.Hour)
	check.press("ga=versturen").wants(http.StatusOK, "Dank u wel, uw antwoorden zijn binnen")
}
