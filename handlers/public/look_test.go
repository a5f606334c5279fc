package public_test

import (
	"net/http/httptest"
	"testing"

	"github.com/chromedp/chromedp"

	"weerklank.nl/weerklank/handlers/page/pagetest"
	"weerklank.nl/weerklank/handlers/public"
)

// TestPublicPagesOnANarrowPhone looks at every page, with everything on it and in
// an organisation that starts.
func TestPublicPagesOnANarrowPhone(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	everything := []string{"/", "/beloften", "/beloften/wijkteam", "/beloften/afvalpas", "/privacy", "/toegankelijkheid", "/nergens"}
	start := []string{"/", "/beloften"}
	valid := map[string]string{}
	look := func(name string, s story, addresses []string) {
		k := pagetest.Kit(t, nil)
		r := k.Router()
		public.Mount(k.Pages(r), k, s)
		server := httptest.NewServer(r)
		defer server.Close()
		tab := pagetest.Tab(t, 320)
		for _, address := range addresses {
			page := name + " " + address
			if err := chromedp.Do(tab, chromedp.Navigate(server.URL+address)); err != nil {
				t.Fatal(err)
			}
			pagetest.NoSidewaysScroll(t, tab, page)
			pagetest.Axe(t, tab, page)
			_, valid[page] = get(t, s, address)
		}
	}
	look("full", waterrijk(), everything)
	look("start", story{}, start)
	pagetest.Validate(t, valid)
}
