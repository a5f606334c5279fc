package respond_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/handlers/page/pagetest"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/notices"
)

func TestEveryTemplateFills(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	pagetest.EveryViewFills(t, w.kit, notices.FollowUp)
}

func TestEveryRouteCarriesTheSecurityHeaders(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	w.survey("balie", definition(t, balie), nil)
	pagetest.Headers(t, w.router, "/s/balie", "/s/balie?ga=beginnen", "/s/nergens", "/code")
}

// inCode finds the keys of texts that stand in Go code and in {{t (.K "…")}}.
var inCode = regexp.MustCompile(`"(respond\.[a-z0-9_.]*[a-z0-9_])"`)

func TestEveryTextThatIsAskedForIsInTheCatalogue(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	entries, err := os.ReadDir(".")
	must(t, err)
	keys := map[string]bool{}
	for _, e := range entries {
		if e.IsDir() || regexp.MustCompile(`_test\.go$`).MatchString(e.Name()) {
			continue
		}
		source, err := os.ReadFile(e.Name())
		must(t, err)
		for _, m := range inCode.FindAllSubmatch(source, -1) {
			keys[string(m[1])] = true
		}
	}
	for _, mode := range []surveys.Mode{surveys.Open, surveys.Invited, surveys.Strong, surveys.Named} {
		keys["respond.privacy."+string(mode)+".kind"] = true
	}
	for _, name := range []string{"closed", "outdated", "tampered", "too_long", "unsent", "busy"} {
		keys["respond."+name+".title"] = true
	}
	if len(keys) < 100 {
		t.Fatalf("only %d keys were found", len(keys))
	}
	for key := range keys {
		for _, lang := range page.Languages {
			if w.kit.Text(lang, key, map[string]any{"Count": 2}) == "" {
				t.Errorf("%s is empty in %s", key, lang)
			}
		}
	}
}

func TestSharedDeviceKeepsNoPage(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	s := w.survey("balie", definition(t, balie), nil)
	must(t, w.programme.AddCollector(t.Context(), &surveys.Collector{ID: "k", Org: org, Survey: s.ID, Code: "zuil", Kind: surveys.Kiosk}))
	for path, want := range map[string]string{"/s/balie": "private, no-cache", "/s/balie?via=zuil": "no-store", "/s/balie?via=onbekend": "private, no-cache"} {
		a := w.get(path)
		step := a.press("ga=beginnen")
		for name, got := range map[string]string{"start": a.header.Get("Cache-Control"), "step": step.header.Get("Cache-Control"),
			"next": step.press("ga=volgende", "kanaal", "online").header.Get("Cache-Control")} {
			if got != want {
				t.Errorf("%s %s: %s, want %s", path, name, got, want)
			}
		}
	}
}

// The browser keeps the pages of a sitting, so that "back" shows them as they were; also
// after sending, to whoever takes the phone. A shared device keeps none.
func TestWhoSentOnTheirOwnDeviceIsToldToCloseTheTab(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	s := w.survey("balie", definition(t, balie), nil)
	must(t, w.programme.AddCollector(t.Context(), &surveys.Collector{ID: "k", Org: org, Survey: s.ID, Code: "zuil", Kind: surveys.Kiosk}))
	for path, told := range map[string]bool{"/s/balie": true, "/s/balie?via=zuil": false} {
		thanks := w.walk(w.get(path)).wants(200, "Dank u wel, uw antwoorden zijn binnen")
		if strings.Contains(thanks.html, "Sluit dan dit tabblad") != told {
			t.Errorf("%s: told to close the tab is %v, want %v", path, !told, told)
		}
	}
}
