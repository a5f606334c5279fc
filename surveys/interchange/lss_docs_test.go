package interchange

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

// documented is what stands in the page about LimeSurvey behind a mark, up to the next.
func documented(t *testing.T, mark string) string {
	t.Helper()
	src, err := os.ReadFile("../../docs/limesurvey.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(src), "<!-- "+mark+": kept in step by a test -->\n")
	got, _, ok := strings.Cut(rest, "\n<!-- end -->")
	if !ok {
		t.Fatalf("docs/limesurvey.md has no %s", mark)
	}
	return strings.Join(strings.Fields(got), " ")
}

func listed[V any](names map[string]V) string {
	return "`" + strings.Join(slices.Sorted(maps.Keys(names)), "`, `") + "`"
}

func TestTheFunctionsOfLimeSurveyAreDocumented(t *testing.T) {
	if got, want := documented(t, "functions"), listed(emFunctions)+"."; got != want {
		t.Errorf("docs/limesurvey.md lists\n%s\nwant\n%s", got, want)
	}
}

func TestTheSettingsOfLimeSurveyAreDocumented(t *testing.T) {
	want := "| Settings | What becomes of them | |---|---| " +
		"| " + listed(lssTaken) + " | taken over | " +
		"| " + listed(lssNamed) + " | a warning at the question | " +
		"| " + listed(lssFiles) + " | left out with their question, with a warning | " +
		"| " + listed(lssLooks) + " | one warning that names them all | " +
		"| " + listed(lssIdle) + " | nothing: they say something about the screens of LimeSurvey alone | " +
		"| `time_limit_…`, `location_…`, `slider_…` | go with `time_limit`, `location_mapservice` and `slider_layout` | " +
		"| any other | a warning at the question: nobody here knows it |"
	if got := documented(t, "settings"); got != want {
		t.Errorf("docs/limesurvey.md lists\n%s\nwant\n%s", got, want)
	}
}

func TestASettingOfLimeSurveyHasOneFate(t *testing.T) {
	seen := map[string]int{}
	for _, set := range []map[string]bool{lssTaken, lssIdle, lssLooks, lssFiles} {
		for name := range set {
			seen[name]++
		}
	}
	for name := range lssNamed {
		seen[name]++
	}
	for name, n := range seen {
		if n > 1 {
			t.Errorf("%s is in %d of the lists", name, n)
		}
	}
}
