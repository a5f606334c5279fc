package manage_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"weerklank.nl/weerklank/surveys"
)

// addresses notes what a proxy's log would hold: the address of each request and the page
// that led there.
type addresses struct {
	http.RoundTripper
	seen []string
}

func (a *addresses) RoundTrip(r *http.Request) (*http.Response, error) {
	a.seen = append(a.seen, r.URL.String()+" "+r.Referer())
	return a.RoundTripper.RoundTrip(r)
}

// lookingFor is a desk that looks for Karin: no address that it asks for may hold the name,
// and no link on a page that goes through clean.
func lookingFor(t *testing.T, role surveys.Role) (w *desk, clean func(*seen) *seen) {
	t.Helper()
	w = givenDesk(t, role, stem)
	log := &addresses{RoundTripper: http.DefaultTransport}
	w.client.Transport = log
	t.Cleanup(func() {
		for _, line := range log.seen {
			if strings.Contains(strings.ToLower(line), "karin") {
				t.Errorf("a proxy keeps %s", line)
			}
		}
	})
	return w, func(p *seen) *seen {
		t.Helper()
		p.wants(200).Find("a, form").Each(func(_ int, at *goquery.Selection) {
			if to := at.AttrOr("href", "") + at.AttrOr("action", ""); strings.Contains(strings.ToLower(to), "karin") {
				t.Errorf("%s leads to %s", p.path, to)
			}
		})
		return p
	}
}

func TestWhatSomebodyLooksForInTextsStandsInNoAddress(t *testing.T) {
	w, clean := lookingFor(t, surveys.TextReviewer)
	s := w.readable(wrote())
	list := clean(w.get(textsOf(s)+"/open_verbeteren").send("/zoeken", "zoek", "Karin", "staat", "ongelezen"))
	if list.Find(".wk-rows a").Length() != 1 || list.Find(`[name="zoek"]`).AttrOr("value", "") != "Karin" || list.Find(`[name="staat"] [selected]`).AttrOr("value", "") != "ongelezen" {
		t.Errorf("found is %s", list.text("main"))
	}
	one := clean(w.get(list.Find(".wk-rows a").AttrOr("href", "")))
	back := one.choose(url.Values{"besluit": {"goed"}, "woord": {"balie"}, "ga": {"lijst"}})
	if clean(back).Find(`[name="zoek"]`).AttrOr("value", "") != "Karin" || back.Find(".wk-rows a").Length() != 0 {
		t.Errorf("back in the list of unread texts with Karin there is %s", back.text("main"))
	}
	for role, path := range map[surveys.Role]string{surveys.Reader: "/beheer/uitvragen/", surveys.CouncilMember: "/beheer/raad/"} {
		w.as(role)
		written := w.get(path + string(s.ID) + "/geschreven")
		if found := clean(written.send("/geschreven", "zoek", "karin")); found.Find(".wk-rows li").Length() != 1 || found.Find(`[name="zoek"]`).AttrOr("value", "") != "karin" {
			t.Errorf("a %s finds %s", role, found.text("main"))
		}
		if found := clean(written.send("/geschreven", "zoek", "niets")); found.Find(".wk-rows li").Length() != 0 {
			t.Errorf("a %s finds %s", role, found.text("main"))
		}
	}
}

func TestWhomSomebodyLooksForAmongTheInvitedStandsInNoAddress(t *testing.T) {
	w, clean := lookingFor(t, surveys.ProgrammeManager)
	path := "/beheer/uitvragen/" + string(w.inviting(surveys.Invited).ID) + "/uitnodigingen"
	w.upload(path+"/lijst", "bestand", "mensen.csv", []byte(strings.ReplaceAll(staffList(), "Jurist 3", "Karin Bos"))).sendList(path).wants(200)
	people := clean(w.get(path+"/mensen").send("/zoeken", "zoek", "Karin"))
	if people.Find(".wk-rows > li").Length() != 1 || people.Find(`[name="zoek"]`).AttrOr("value", "") != "Karin" {
		t.Errorf("among the invited %s is found", people.text(".wk-rows"))
	}
}
