package main

import (
	"net/http"
	"net/url"
	"regexp"
	"testing"

	"weerklank.nl/weerklank/handlers/page/pagetest"
	"weerklank.nl/weerklank/surveys"
)

var routeParameter = regexp.MustCompile(`[:*][^/]+`)

func TestEveryRoute(t *testing.T) {
	r := onSQLite(t)
	t.Run("carries the security headers and sets no cookie", func(t *testing.T) {
		addresses := []string{"/nergens", "/beheer/nergens", "/s/balie-najaar-2026", "/s/balie-najaar-2026?ga=beginnen", "/beloften/afvalpas"}
		seen := map[string]bool{}
		for _, route := range r.router.Routes() {
			if address := routeParameter.ReplaceAllString(route.Path, "onbekend"); !seen[address] {
				seen[address] = true
				addresses = append(addresses, address) // of a route that only takes POST: the page that says so
			}
		}
		pagetest.Headers(t, r.router, addresses...)
	})
	t.Run("under /beheer lets in who may do that and nobody else", func(t *testing.T) {
		home, err := url.Parse(r.url)
		if err != nil {
			t.Fatal(err)
		}
		pagetest.RolesHold(t, r.kit, r.router, func(role surveys.Role) []*http.Cookie {
			return r.staff(t, role).Jar.Cookies(home)
		})
	})
	t.Run("leads to no file of the machine, however it is written", r.leadsToNoFile)
	t.Run("writes nothing where a name in an upload leads", r.unpacksNowhereElse)
}
