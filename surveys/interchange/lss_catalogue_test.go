package interchange_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"text/template"
)

func TestEveryProblemOfAnLSSHasItsTexts(t *testing.T) {
	sources, err := filepath.Glob("lss*.go")
	if err != nil {
		t.Fatal(err)
	}
	wanted := map[string]bool{}
	for _, path := range sources {
		src, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		for _, m := range regexp.MustCompile(`"(lss\.[a-z_.]+)"`).FindAllStringSubmatch(string(src), -1) {
			wanted[m[1]+".what"], wanted[m[1]+".cure"] = true, true
		}
	}
	placeholder := regexp.MustCompile(`\.[A-Z][a-z]+`)
	seen := map[string]string{}
	for _, lang := range []string{"nl", "en"} {
		src, err := os.ReadFile("../../static/locales/lss." + lang + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var texts map[string]string
		if err := json.Unmarshal(src, &texts); err != nil {
			t.Fatal(err)
		}
		for k := range wanted {
			if texts[k] == "" {
				t.Errorf("%s: no text for %s", lang, k)
			}
		}
		for k, text := range texts {
			if !wanted[k] {
				t.Errorf("%s: nobody uses %s", lang, k)
			}
			if _, err := template.New(k).Parse(text); err != nil {
				t.Errorf("%s: %s: %v", lang, k, err)
			}
			used := strings.Join(placeholder.FindAllString(text, -1), " ")
			if other, ok := seen[k]; ok && len(other) != len(used) {
				t.Errorf("%s: placeholders %q and %q", k, other, used)
			}
			seen[k] = used
		}
	}
}
