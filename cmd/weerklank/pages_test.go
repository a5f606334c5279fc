package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"weerklank.nl/weerklank/handlers/page/pagetest"
	"weerklank.nl/weerklank/surveys"
)

// reached is a page that the crawler came to.
type reached struct {
	path string
	html string
}

var randomID = regexp.MustCompile(`[a-z2-7]{26}`)

// kindOf is the address without what differs between pages of the same kind.
func kindOf(u *url.URL) string {
	parts := strings.Split(randomID.ReplaceAllString(u.Path, ":id"), "/")
	if len(parts) > 2 && (parts[1] == "s" || parts[1] == "beloften" || parts[1] == "static" || parts[1] == "logo") {
		parts[2] = ":name"
	}
	if len(parts) > 3 && slices.Contains([]string{"opleidingen", "behoeften"}, parts[2]) && parts[3] != "nieuw" {
		parts[3] = ":name"
	}
	if len(parts) > 5 && parts[4] == "teksten" {
		parts[5] = ":question"
		if len(parts) > 7 {
			parts[7] = ":name" // of a text, or the code of a theme
		}
	}
	if len(parts) > 4 && (parts[4] == "teksten" || parts[4] == "geschreven") {
		return strings.Join(parts, "/") // a filter or a page of texts shows nothing of another kind
	}
	keys := slices.Sorted(maps.Keys(u.Query()))
	return strings.Join(parts, "/") + "?" + strings.Join(keys, "&")
}

// mostOfAKind is how many pages of one kind are looked at: one of them may be empty.
const mostOfAKind = 3

// crawl follows every link from the start and gives each page that answered 200.
// A link that leads nowhere, or to a fault of ours, fails the test.
func (r *running) crawl(t *testing.T, client *http.Client, start ...string) []reached {
	t.Helper()
	var pages []reached
	seen, kinds := map[string]bool{}, map[string]int{}
	queue := start
	for len(queue) > 0 {
		path := queue[0]
		queue = queue[1:]
		u, err := url.Parse(path)
		if err != nil {
			t.Errorf("unreadable link %q", path)
			continue
		}
		u.Fragment = ""
		if path = u.String(); seen[path] || kinds[kindOf(u)] >= mostOfAKind {
			continue
		}
		seen[path] = true
		kinds[kindOf(u)]++
		resp, err := client.Get(r.url + path)
		if err != nil {
			t.Fatal(err)
		}
		if resp.StatusCode != http.StatusOK {
			t.Errorf("%s: %s", path, resp.Status)
		}
		if !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") {
			resp.Body.Close()
			continue
		}
		html, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		doc, err := goquery.NewDocumentFromReader(bytes.NewReader(html))
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, reached{path, string(html)})
		doc.Find("a[href]").Each(func(_ int, a *goquery.Selection) {
			href, _ := a.Attr("href")
			target, err := resp.Request.URL.Parse(href)
			if err == nil && target.Host == resp.Request.URL.Host && strings.HasPrefix(target.Scheme, "http") {
				queue = append(queue, target.RequestURI())
			}
		})
	}
	return pages
}

// audiences are who looks at pages, and where each begins.
var audiences = []struct {
	name  string
	role  surveys.Role // "" is everybody
	start []string
}{
	{"everybody", "", []string{"/", "/beheer/inloggen", "/?taal=en"}},
	{"programme manager", surveys.ProgrammeManager, []string{"/beheer"}},
	{"reader", surveys.Reader, []string{"/beheer"}},
	{"text reviewer", surveys.TextReviewer, []string{"/beheer"}},
	{"council member", surveys.CouncilMember, []string{"/beheer/raad"}},
	{"administrator", surveys.Administrator, []string{"/beheer"}},
}

func (r *running) clientOf(t *testing.T, role surveys.Role) *http.Client {
	t.Helper()
	if role == "" {
		return visitor(t)
	}
	return r.staff(t, role)
}

// withCookies gives the tab what the client signed in with.
func withCookies(t *testing.T, tab context.Context, client *http.Client, address string) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range client.Jar.Cookies(u) {
		if _, err := chromedp.Call(tab, network.SetCookie, network.SetCookieParams{Name: c.Name, Value: c.Value, URL: address}); err != nil {
			t.Fatal(err)
		}
	}
}

// nameOf makes a file name of an address.
func nameOf(path string) string {
	return strings.Trim(strings.NewReplacer("/", "_", "?", "_", "&", "_", "=", "_").Replace(path), "_")
}

func TestEveryPageThatLinksReachIsSound(t *testing.T) {
	t.Parallel()
	r := onSQLite(t)
	folder := ""
	if *shots {
		folder = shotFolder(t)
		t.Log("pictures in", folder)
	}
	valid := map[string]string{}
	for _, audience := range audiences {
		client := r.clientOf(t, audience.role)
		pages := r.crawl(t, client, audience.start...)
		if len(pages) < 2 {
			t.Errorf("%s reaches %d pages", audience.name, len(pages))
		}
		tab := pagetest.Tab(t, 320)
		withCookies(t, tab, client, r.url)
		for _, p := range pages {
			if _, ok := valid[p.path]; ok {
				continue // seen by an earlier audience
			}
			valid[p.path] = p.html
			name := audience.name + " " + p.path
			if err := chromedp.Do(tab, chromedp.Navigate(r.url+p.path)); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			for _, width := range pagetest.Widths {
				at := fmt.Sprintf("%s at %d px", name, width)
				pagetest.Resize(t, tab, width)
				pagetest.NoSidewaysScroll(t, tab, at)
				pagetest.NoStrayStop(t, tab, at)
				if width != 768 {
					pagetest.Axe(t, tab, at)
				}
				if width == 320 {
					pagetest.WithLargeText(t, tab, func() { pagetest.NoSidewaysScroll(t, tab, at+", text of 200 %") })
				}
				if folder != "" {
					pagetest.Shot(t, tab, filepath.Join(folder, fmt.Sprintf("%s_%s_%d.png", audience.name, nameOf(p.path), width)))
				}
			}
		}
	}
	pagetest.Validate(t, valid)
	t.Logf("%d pages", len(valid))
}
