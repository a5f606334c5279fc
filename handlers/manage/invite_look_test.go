package manage_test

import (
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"weerklank.nl/weerklank/handlers/page/pagetest"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

// TestInvitationsLookRight visits the pages about invitations at two widths, and reads
// the printed cards as a phone does.
func TestInvitationsLookRight(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, stem)
	s := w.inviting(surveys.Invited)
	path := "/beheer/uitvragen/" + string(s.ID) + "/uitnodigingen"
	served := map[string]string{
		"empty":   string(w.get(path).body),
		"wrong":   string(w.upload(path+"/lijst", "bestand", "mensen.csv", []byte("naam;email;afdeling\nAn;=1+1;publiekszaken\nBo;bo@x.example;keuken\n")).body),
		"preview": string(w.upload(path+"/lijst", "bestand", "mensen.csv", []byte(staffList())).body),
	}
	w.upload(path+"/lijst", "bestand", "mensen.csv", []byte(staffList()+";;;\nNog Een;;Publiekszaken;Baliemedewerker\n")).sendList(path).wants(200)
	served["ready"] = string(w.get(path).body)
	w.post(path, url.Values{"ga": {"versturen"}}).wants(200)
	pages := map[string]string{"invitations": path, "people": path + "/mensen", "cards": path + "/kaarten/0"}
	for group := range 2 {
		if w.get(path+"/kaarten/"+strconv.Itoa(group)).Find(".wk-card").Length() > 0 {
			pages["cards"] = path + "/kaarten/" + strconv.Itoa(group)
		}
	}
	for name, at := range pages {
		served[name] = string(w.get(at).wants(200).body)
	}
	pagetest.Validate(t, served)
	dir := os.Getenv("WEERKLANK_SHOTS")
	for _, width := range []int{320, 1280} {
		tab := w.sitting(width)
		for name, at := range pages {
			must(t, chromedp.Do(tab, chromedp.Navigate(w.url+at)))
			pagetest.NoSidewaysScroll(t, tab, name+" "+strconv.Itoa(width))
			if width == 1280 {
				pagetest.Axe(t, tab, name)
			}
			if dir != "" {
				pagetest.Shot(t, tab, filepath.Join(dir, name+"-"+strconv.Itoa(width)+".png"))
			}
		}
		if width == 1280 {
			must(t, chromedp.Do(tab, chromedp.Navigate(w.url+pages["cards"])))
			picture := filepath.Join(t.TempDir(), "cards.png")
			pagetest.Shot(t, tab, picture)
			read := strings.Fields(scanned(t, picture))
			if len(read) != 2 || read[0] == read[1] {
				t.Fatalf("a phone reads %q, want two cards", read)
			}
			for _, link := range read {
				token, ok := strings.CutPrefix(link, stem+"/b/")
				ballot, err := responses.ParseBallot(token)
				if !ok || err != nil {
					t.Fatalf("a card leads to %q", link)
				}
				if found, err := w.ledger.FindBallot(t.Context(), org, w.keys.BallotHashes(ballot, org)); err != nil || found.Survey != s.ID {
					t.Errorf("a card opens %+v, %v", found, err)
				}
			}
		}
	}
}
