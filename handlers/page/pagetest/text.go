package pagetest

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"
)

var action = regexp.MustCompile(`(?s){{.*?}}`)

// wordedAttributes are those that people read or hear.
var wordedAttributes = map[string]bool{"alt": true, "title": true, "placeholder": true, "aria-label": true, "aria-description": true, "data-label": true, "data-done": true, "label": true}

// NoText fails the test for every template (*.html) of the files that holds a word
// of its own, between its elements or in an attribute that people read, and for
// inline style or script, which the content policy refuses.
func NoText(t testing.TB, files fs.FS) {
	t.Helper()
	names, err := fs.Glob(files, "*.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		raw, err := fs.ReadFile(files, name)
		if err != nil {
			t.Fatal(err)
		}
		for _, fault := range wordsIn(action.ReplaceAllString(string(raw), " ")) {
			t.Errorf("%s: %s", name, fault)
		}
	}
}

// wordsIn are the faults of a template of which the actions were taken out.
func wordsIn(source string) []string {
	var faults []string
	in := html.NewTokenizer(strings.NewReader(source))
	for {
		switch in.Next() {
		case html.ErrorToken:
			return faults
		case html.TextToken:
			if text := strings.TrimSpace(string(in.Text())); hasWord(text) {
				faults = append(faults, "text outside the catalogue: "+text)
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			token := in.Token()
			src := false
			for _, a := range token.Attr {
				src = src || a.Key == "src"
				worded := wordedAttributes[a.Key] || a.Key == "value" && token.Data == "input" && isButton(token) ||
					a.Key == "content" && isDescription(token)
				switch {
				case a.Key == "style" || strings.HasPrefix(a.Key, "on"):
					faults = append(faults, "inline "+a.Key+" in <"+token.Data+">")
				case worded && hasWord(a.Val):
					faults = append(faults, "text outside the catalogue in "+a.Key+": "+a.Val)
				}
			}
			if token.Data == "style" || token.Data == "script" && !src {
				faults = append(faults, "inline <"+token.Data+">")
			}
		}
	}
}

func isButton(token html.Token) bool {
	for _, a := range token.Attr {
		if a.Key == "type" && (a.Val == "submit" || a.Val == "button") {
			return true
		}
	}
	return false
}

func isDescription(token html.Token) bool {
	for _, a := range token.Attr {
		if a.Key == "name" && a.Val == "description" {
			return true
		}
	}
	return false
}

func hasWord(text string) bool { return strings.IndexFunc(text, unicode.IsLetter) >= 0 }
