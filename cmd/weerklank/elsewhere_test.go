package main

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"weerklank.nl/weerklank/cmd/weerklank/internal/demo"
	"weerklank.nl/weerklank/handlers/admin"
	"weerklank.nl/weerklank/surveys"
)

// neighbour is the host name of another organisation on the same installation.
const neighbour = "stem.buren.example"

// asNeighbour asks for the neighbour's host name, whatever the address.
type asNeighbour struct{}

func (asNeighbour) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.Host = neighbour
	return http.DefaultTransport.RoundTrip(req)
}

// fromElsewhere lets the same roles of another organisation ask for every page that
// was seen, and send every form on them: none may answer with, or change, what is
// not theirs. What was planted marks the texts of the first organisation.
func (r *running) fromElsewhere(t *testing.T, seen map[surveys.Role][]reached) {
	hash, err := admin.HashPassword(demo.Password)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.vault.AddOrganisation(t.Context(), &surveys.Organisation{ID: "buren", Name: surveys.Text{NL: "Buren"}, Zone: "Europe/Amsterdam",
		Address: "https://" + neighbour}); err != nil {
		t.Fatal(err)
	}
	before := r.fingerprint(t)
	asked, sent := 0, 0
	for role, pages := range seen {
		client := visitor(t)
		client.Transport = asNeighbour{}
		client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		if role != "" {
			email := string(role) + "@buren.example"
			if err := r.vault.AddAccount(t.Context(), &surveys.Account{ID: surveys.ID("buur-" + role), Org: "buren", Email: email, Role: role, Active: true,
				Title: surveys.Text{NL: "Buur"}, Language: surveys.Dutch, PasswordHash: hash}); err != nil {
				t.Fatal(err)
			}
			resp, err := client.PostForm(r.url+"/beheer/inloggen", url.Values{"gebruiker": {email}, "wachtwoord": {demo.Password}})
			if err != nil || resp.StatusCode != http.StatusSeeOther {
				t.Fatalf("sign in as %s elsewhere: %v %v", role, resp, err)
			}
			resp.Body.Close()
		}
		look := func(what string, resp *http.Response, err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(resp.Body)
			resp.Body.Close()
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(body), "onerror=alert(1)") || resp.StatusCode == http.StatusInternalServerError {
				t.Errorf("%s of another organisation, as %q: %s", what, role, resp.Status)
			}
		}
		done := map[string]bool{}
		for _, p := range pages {
			asked++
			resp, err := client.Get(r.url + p.path)
			look("GET "+p.path, resp, err)
			doc, err := goquery.NewDocumentFromReader(strings.NewReader(p.html))
			if err != nil {
				t.Fatal(err)
			}
			doc.Find(`form[method="post"]`).Each(func(_ int, f *goquery.Selection) {
				action := f.AttrOr("action", p.path)
				if done[action] || !randomID.MatchString(action) && !strings.HasPrefix(action, "/s/") {
					return
				}
				done[action] = true
				sent++
				fields := url.Values{}
				f.Find("[name]").Each(func(_ int, s *goquery.Selection) { fields.Add(s.AttrOr("name", ""), s.AttrOr("value", "")) })
				resp, err := client.PostForm(r.url+action, fields)
				look("POST "+action, resp, err)
			})
		}
	}
	if after := r.fingerprint(t); after != before {
		t.Errorf("another organisation changed something: %s, was %s", after, before)
	}
	if asked < 100 || sent < 10 {
		t.Errorf("only %d pages were asked for and %d forms sent", asked, sent)
	}
}

// fingerprint changes when something of the first organisation does: how many rows
// there are, and how often each was changed.
func (r *running) fingerprint(t *testing.T) string {
	t.Helper()
	var sums []string
	for _, table := range []string{"questionnaires", "surveys", "collectors", "findings", "decisions", "notices", "designs", "accounts"} {
		var sum string
		if err := r.database.Reader().Get(t.Context(), &sum, `SELECT COUNT(*) || ':' || COALESCE(SUM(revision), 0) FROM `+table+` WHERE organisation_id <> 'buren'`); err != nil {
			t.Fatal(err)
		}
		sums = append(sums, table+" "+sum)
	}
	var rest string
	if err := r.database.Reader().Get(t.Context(), &rest, `SELECT (SELECT COUNT(*) FROM responses) || ' ' || (SELECT COUNT(*) FROM releases) || ' ' || (SELECT COUNT(*) FROM versions)`); err != nil {
		t.Fatal(err)
	}
	return strings.Join(append(sums, rest), ", ")
}
