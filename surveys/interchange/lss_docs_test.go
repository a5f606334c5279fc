package interchange

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

func TestTheFunctionsOfLimeSurveyAreDocumented(t *testing.T) {
	const path = "../../docs/limesurvey.md"
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := "`" + strings.Join(slices.Sorted(maps.Keys(emFunctions)), "`, `") + "`."
	_, rest, _ := strings.Cut(string(src), "<!-- functions: kept in step by a test -->\n")
	got, _, ok := strings.Cut(rest, "\n<!-- end -->")
	if !ok || strings.Join(strings.Fields(got), " ") != want {
		t.Errorf("%s lists\n%s\nwant\n%s", path, got, want)
	}
}
