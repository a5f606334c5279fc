package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"weerklank.nl/weerklank/handlers/admin"
	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
)

func TestARoleForOneSurveyOpensThatSurveyAlone(t *testing.T) {
	r := onSQLite(t)
	list, err := r.programme.ListSurveys(t.Context(), r.filled.Org)
	if err != nil || len(list) < 2 {
		t.Fatal(list, err)
	}
	guest, err := r.vault.FindAccountByEmail(t.Context(), r.filled.Org, r.emailOf(t, surveys.Guest))
	if err != nil {
		t.Fatal(err)
	}
	client := r.staff(t, surveys.Guest)
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	walked := 0
	for _, role := range surveys.GrantRoles {
		mine, theirs := list[0].ID, list[1].ID
		if err := r.vault.ChangeAccount(t.Context(), r.filled.Org, guest.ID, func(a *surveys.Account, _ []surveys.Account) error {
			a.Grants = nil
			return a.Grant(mine, role)
		}); err != nil {
			t.Fatal(err)
		}
		for _, route := range r.kit.StaffRoutes() {
			if route.Action == "" || route.Action == surveys.OwnAccount {
				continue
			}
			for id, here := range map[surveys.ID]bool{mine: true, theirs: false, "onbekend": false} {
				path := routeParameter.ReplaceAllString(strings.Replace(route.Path, ":id", string(id), 1), "onbekend")
				req, err := http.NewRequestWithContext(t.Context(), route.Method, r.url+path, nil)
				if err != nil {
					t.Fatal(err)
				}
				resp, err := client.Do(req)
				if err != nil {
					t.Fatal(err)
				}
				resp.Body.Close()
				walked++
				let := resp.StatusCode != http.StatusForbidden
				want := here && strings.HasPrefix(route.Path, "/beheer/uitvragen/:id") && role.May(route.Action)
				if let != want {
					t.Errorf("%s %s as a %s of one survey, for %q: let through is %v, want %v", route.Method, path, role, id, let, want)
				}
			}
		}
	}
	if walked < 300 {
		t.Errorf("only %d requests were made", walked)
	}
}

// written is how many acts of the kind stand in the trail.
func (r *running) written(t *testing.T, kind string) int {
	t.Helper()
	list, err := r.vault.ListEntries(t.Context(), r.filled.Org, surveys.EntryFilter{Kind: kind}, 0, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

func TestEveryFormOfStaffIsWrittenDown(t *testing.T) {
	r := onSQLite(t)
	routes := map[string]page.StaffRoute{}
	for _, route := range r.router.Routes() { // which forms there are, by their pattern
		if route.Method == http.MethodPost && strings.HasPrefix(route.Path, "/beheer") {
			routes[route.Path] = page.StaffRoute{Method: route.Method, Path: route.Path}
			if kind := page.KindOf(route.Path); !admin.Unrecorded[kind] {
				r.kit.Text(surveys.Dutch, admin.KindKey(kind), nil) // panics in a test where the log has no word for it
				r.kit.Text(surveys.English, admin.KindKey(kind), nil)
			}
		}
	}
	patternOf := func(path string) string {
		best := ""
		for pattern := range routes {
			if matches(pattern, path) && (best == "" || strings.Count(pattern, ":") < strings.Count(best, ":")) {
				best = pattern
			}
		}
		return best
	}
	t.Run("with its settings before and after", r.trailHoldsSettings)
	succeeded := map[string]bool{}
	clients := []*http.Client{r.staff(t, surveys.Administrator), r.staff(t, surveys.ProgrammeManager)}
	for _, client := range clients {
		client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		queue, seen := []string{"/beheer", "/beheer/account"}, map[string]int{}
		for len(queue) > 0 {
			path := queue[0]
			queue = queue[1:]
			resp, err := client.Get(r.url + path)
			if err != nil {
				t.Fatal(err)
			}
			doc, err := goquery.NewDocumentFromReader(resp.Body)
			resp.Body.Close()
			if err != nil {
				t.Fatal(err)
			}
			doc.Find("a[href^='/beheer']").Each(func(_ int, a *goquery.Selection) {
				to := a.AttrOr("href", "")
				if shape := randomID.ReplaceAllString(to, ":id"); seen[shape] < 1 && !strings.Contains(to, "/qr") {
					seen[shape]++
					queue = append(queue, to)
				}
			})
			doc.Find(`form[method="post"]`).Each(func(_ int, f *goquery.Selection) {
				action := f.AttrOr("action", path)
				pattern := patternOf(action)
				kind := page.KindOf(pattern)
				if pattern == "" || succeeded[pattern] || kind == "uitloggen" || kind == "account_uitloggen" {
					return
				}
				before, stored := r.written(t, kind), r.fingerprint(t)
				resp, err := client.PostForm(r.url+action, filled(f))
				if err != nil {
					t.Fatal(err)
				}
				resp.Body.Close()
				if resp.StatusCode != http.StatusSeeOther {
					return
				}
				if r.fingerprint(t) == stored && r.written(t, kind) == before {
					return // a refusal in words, behind a redirect
				}
				succeeded[pattern] = true
				if !admin.Unrecorded[kind] && r.written(t, kind) == before {
					t.Errorf("POST %s changed something and is not written down", pattern)
				}
			})
		}
	}
	if len(succeeded) < 8 {
		t.Errorf("only %d forms were sent well: %v", len(succeeded), succeeded)
	}
	t.Logf("%d of %d forms were sent as they stand; the others want something typed", len(succeeded), len(routes))
}

// matches tells whether a path is of a route's pattern.
func matches(pattern, path string) bool {
	a, b := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] && !strings.HasPrefix(a[i], ":") {
			return false
		}
	}
	return true
}

// filled are the fields of a form as a browser would send them.
func filled(f *goquery.Selection) url.Values {
	fields := url.Values{}
	f.Find("input[name], textarea[name]").Each(func(_ int, s *goquery.Selection) {
		kind := s.AttrOr("type", "")
		_, checked := s.Attr("checked")
		value := s.AttrOr("value", "")
		if goquery.NodeName(s) == "textarea" {
			value = s.Text()
		}
		if kind != "file" && (kind != "radio" && kind != "checkbox" || checked) {
			fields.Add(s.AttrOr("name", ""), value)
		}
	})
	f.Find("select[name]").Each(func(_ int, s *goquery.Selection) {
		chosen := s.Find("option[selected]")
		if chosen.Length() == 0 {
			chosen = s.Find("option").First()
		}
		fields.Add(s.AttrOr("name", ""), chosen.AttrOr("value", chosen.Text()))
	})
	return fields
}
