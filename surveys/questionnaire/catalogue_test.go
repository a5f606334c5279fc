package questionnaire_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"text/template"
)

// keysInCode finds the catalogue keys that the language packages use.
func keysInCode(t *testing.T) map[string]bool {
	found := map[string]bool{}
	key := regexp.MustCompile(`"((?:form|expression)\.[a-z_.]+)"`)
	for _, pattern := range []string{"*.go", "expression/*.go", "../interchange/*.go", "../../cmd/weerklank/check.go"} {
		paths, err := filepath.Glob(pattern)
		if err != nil || len(paths) == 0 {
			t.Fatalf("no sources at %s: %v", pattern, err)
		}
		for _, p := range paths {
			if strings.HasSuffix(p, "_test.go") {
				continue
			}
			src, err := os.ReadFile(p)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range key.FindAllStringSubmatch(string(src), -1) {
				k := m[1]
				if k = strings.TrimPrefix(k, "form."); k != "expression." {
					found["form."+k] = true
				}
			}
		}
	}
	return found
}

func TestEveryProblemHasItsTextsAndNoTextIsLeftOver(t *testing.T) {
	wanted := map[string]bool{}
	for k := range keysInCode(t) {
		if strings.HasPrefix(k, "form.answer.") {
			wanted[k] = true
			continue
		}
		wanted[k+".what"], wanted[k+".cure"] = true, true
	}
	for _, lang := range []string{"nl", "en"} {
		src, err := os.ReadFile("../../static/locales/form." + lang + ".json")
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
		}
	}
}
