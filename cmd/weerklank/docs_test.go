package main

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestPrivacyNamesTestsThatExist keeps docs/privacy.md and docs/security.md honest: what
// they say is proved must have its proof.
func TestPrivacyNamesTestsThatExist(t *testing.T) {
	root := filepath.Join("..", "..")
	var tests strings.Builder
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		content, err := os.ReadFile(path) //nolint:gosec // a file of this repository
		tests.Write(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, doc := range []string{"privacy.md", "security.md"} {
		page, err := os.ReadFile(filepath.Join(root, "docs", doc))
		if err != nil {
			t.Fatal(err)
		}
		named := regexp.MustCompile("`(Test[A-Za-z0-9]+)`").FindAllStringSubmatch(string(page), -1)
		if len(named) < 20 {
			t.Errorf("docs/%s names only %d tests", doc, len(named))
		}
		for _, name := range named {
			if !strings.Contains(tests.String(), "func "+name[1]+"(t *testing.T)") {
				t.Errorf("docs/%s names %s, which is not there", doc, name[1])
			}
		}
	}
}

// sentencePrefixes begin the keys of what respondents read about privacy; headings among
// them promise nothing.
var (
	sentencePrefixes = []string{"respond.privacy.", "respond.kept.", "public.privacy.", "public.kept.", "public.rights.", "contact.apart", "contact.mixed",
		"contact.only", "contact.until", "contact.start", "contact.privacy", "contact.done_stop"}
	sentenceHeadings = []string{"public.privacy.title", "public.privacy.lead", "public.privacy.modes", "public.privacy.modes_lead", "public.privacy.way_in",
		"public.privacy.stored", "public.privacy.holds", "public.privacy.holds_not", "public.privacy.figures", "public.privacy.code", "public.privacy.code_link",
		"public.privacy.abuse", "public.privacy.cookies", "public.privacy.questions", "public.privacy.questions_text", "public.kept.title", "public.kept.hold_title", "public.rights.title",
		"contact.privacy_title"}
)

// TestEverySentenceAboutPrivacyNamesItsTest keeps what respondents read together with
// what proves it: a new sentence needs a line, and a line needs a test.
func TestEverySentenceAboutPrivacyNamesItsTest(t *testing.T) {
	root := filepath.Join("..", "..")
	page, err := os.ReadFile(filepath.Join(root, "docs", "privacy.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(page), "\n## Every sentence that respondents read")
	if !found {
		t.Fatal("docs/privacy.md has no list of sentences")
	}
	section, _, _ = strings.Cut(section, "\n## ")
	proved := map[string]bool{}
	for line := range strings.Lines(section) {
		cells := strings.Split(line, "|")
		if len(cells) != 4 || !strings.Contains(cells[2], "`Test") {
			continue
		}
		for _, key := range regexp.MustCompile("`([a-z0-9_.]+)`").FindAllStringSubmatch(cells[1], -1) {
			proved[key[1]] = true
		}
	}
	said := map[string]bool{}
	files, err := filepath.Glob(filepath.Join(root, "static", "locales", "*.nl.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		raw, err := os.ReadFile(path) //nolint:gosec // a file of this repository
		if err != nil {
			t.Fatal(err)
		}
		texts := map[string]json.RawMessage{}
		if err := json.Unmarshal(raw, &texts); err != nil {
			t.Fatal(err)
		}
		for key := range texts {
			key = strings.TrimSuffix(key, "_je")
			if slices.ContainsFunc(sentencePrefixes, func(p string) bool { return strings.HasPrefix(key, p) }) && !slices.Contains(sentenceHeadings, key) {
				said[key] = true
			}
		}
	}
	for key := range said {
		if !proved[key] {
			t.Errorf("docs/privacy.md names no test of the sentence %s", key)
		}
	}
	for key := range proved {
		if !said[key] {
			t.Errorf("docs/privacy.md proves the sentence %s, which nobody reads", key)
		}
	}
}
