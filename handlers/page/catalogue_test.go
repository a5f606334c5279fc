package page_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/handlers/page/pagetest"
	"weerklank.nl/weerklank/static"
	"weerklank.nl/weerklank/surveys"
)

// catalogue reads the texts of a language as the files hold them: key → forms.
func catalogue(t *testing.T, lang string) map[string]map[string]string {
	t.Helper()
	names, err := fs.Glob(static.Locales, "locales/*."+lang+".json")
	if err != nil || len(names) == 0 {
		t.Fatalf("no catalogue for %s: %v", lang, err)
	}
	all := map[string]map[string]string{}
	for _, name := range names {
		raw, err := fs.ReadFile(static.Locales, name)
		if err != nil {
			t.Fatal(err)
		}
		var area map[string]json.RawMessage
		if err := json.Unmarshal(raw, &area); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for key, value := range area {
			forms := map[string]string{}
			var one string
			if json.Unmarshal(value, &one) == nil {
				forms["other"] = one
			} else if err := json.Unmarshal(value, &forms); err != nil {
				t.Fatalf("%s: %s is neither a text nor a text with plural forms", name, key)
			}
			all[key] = forms
		}
	}
	return all
}

var placeholder = regexp.MustCompile(`{{\s*\.(\w+)\s*}}`)

// placeholders are the names that a text takes, in all its forms together.
func placeholders(forms map[string]string) []string {
	found := map[string]bool{}
	for _, text := range forms {
		for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
			found[m[1]] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

func TestBothCataloguesHaveTheSameKeysFormsAndPlaceholders(t *testing.T) {
	nl, en := catalogue(t, "nl"), catalogue(t, "en")
	for key := range en {
		if _, ok := nl[key]; !ok {
			t.Errorf("%s is in English only", key)
		}
	}
	for key, dutch := range nl {
		english, ok := en[key]
		if !ok {
			t.Errorf("%s is in Dutch only", key)
			continue
		}
		if a, b := slices.Sorted(maps.Keys(dutch)), slices.Sorted(maps.Keys(english)); !slices.Equal(a, b) {
			t.Errorf("%s: plural forms %v in Dutch, %v in English", key, a, b)
		}
		if a, b := placeholders(dutch), placeholders(english); !slices.Equal(a, b) {
			t.Errorf("%s: placeholders %v in Dutch, %v in English", key, a, b)
		}
		for form, text := range dutch {
			if strings.TrimSpace(text) == "" || strings.TrimSpace(english[form]) == "" {
				t.Errorf("%s: %s is empty", key, form)
			}
		}
	}
}

// source is what the program's own files say: every text between quotes, and the
// keys that stand where a key is asked for.
type source struct {
	quoted map[string]bool
	asked  map[string]string // key → where
}

// readSource reads all Go files that are no tests, and all templates.
func readSource(t *testing.T) source {
	t.Helper()
	s := source{quoted: map[string]bool{}, asked: map[string]string{}}
	actions := regexp.MustCompile("(?s){{.*?}}")
	quoted := regexp.MustCompile("\"[^\"\n]*\"")
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		name := entry.Name()
		switch {
		case err != nil:
			return err
		case entry.IsDir() && path != root && strings.HasPrefix(name, ".") && name != "..", entry.IsDir() && name == "scratch":
			return filepath.SkipDir
		case strings.HasSuffix(name, "_test.go"):
		case strings.HasSuffix(name, ".go"):
			return s.readGo(path)
		case strings.HasSuffix(name, ".html"):
			raw, err := os.ReadFile(path)
			for _, action := range actions.FindAllString(string(raw), -1) {
				for _, q := range quoted.FindAllString(action, -1) {
					s.quoted[strings.Trim(q, `"`)] = true
				}
			}
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// askedAt is where a call takes a key: the number of the argument, by the name of
// what is called.
var askedAt = map[string]int{"Text": 1, "Add": 1, "AddWith": 1, "Require": 2, "SeeOther": 2}

var keyForm = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$`)

func (s *source) readGo(path string) error {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BasicLit:
			if text, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING {
				s.quoted[text] = true
			}
		case *ast.CallExpr:
			selector, ok := n.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			at, ok := askedAt[selector.Sel.Name]
			if !ok || at >= len(n.Args) {
				return true
			}
			if lit, ok := n.Args[at].(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if key, err := strconv.Unquote(lit.Value); err == nil && keyForm.MatchString(key) {
					s.asked[key] = path
				}
			}
		}
		return true
	})
	return nil
}

func TestEveryTextIsUsedAndEveryTextAskedForIsThere(t *testing.T) {
	nl, s := catalogue(t, "nl"), readSource(t)
	for key, where := range s.asked {
		if _, ok := nl[key]; !ok {
			t.Errorf("%s asks for %s, which the catalogue does not have", where, key)
		}
	}
	// A key may be put together: a quoted beginning that ends in a dot or a line and a
	// value, a quoted beginning and a quoted end that begins with a dot, or a key and the
	// ending of what is said to colleagues.
	for key := range nl {
		formal, informal := strings.CutSuffix(key, "_je")
		used := s.quoted[key] || informal && s.quoted[formal]
		for i := range key {
			if used {
				break
			}
			if key[i] == '_' {
				used = s.quoted[key[:i+1]]
			}
			if key[i] == '.' {
				used = s.quoted[key[:i+1]] || s.quoted[key[:i]] && s.quoted[key[i:]]
			}
		}
		if !used {
			t.Errorf("%s is used nowhere", key)
		}
	}
}

func TestTemplatesOfTheKitHoldNoText(t *testing.T) {
	pagetest.NoText(t, os.DirFS("."))
}

func TestTextsAreFilledInAsPeopleReadThem(t *testing.T) {
	k := pagetest.Kit(t, nil)
	for _, c := range []struct {
		lang surveys.Lang
		key  string
		args map[string]any
		want string
	}{
		{"nl", "form.problems", map[string]any{"Count": 1}, "Eén veld klopt nog niet"},
		{"nl", "form.problems", map[string]any{"Count": 1240}, "1.240 velden kloppen nog niet"},
		{"en", "form.problems", map[string]any{"Count": 1240}, "1,240 fields need another look"},
		{"nl", "promise.you_hear", map[string]any{"Date": surveys.Date("2027-01-15")}, "U hoort uiterlijk 15 januari 2027 wat wij ermee doen."},
		{"en", "promise.you_hear", map[string]any{"Date": surveys.Date("2027-01-15")}, "You will hear what we do with it by 15 January 2027 at the latest."},
		{"fr", "page.privacy", nil, "Privacy"},
	} {
		if got := k.Text(c.lang, c.key, c.args); got != c.want {
			t.Errorf("Text(%s, %s) = %q, want %q", c.lang, c.key, got, c.want)
		}
	}
}

func TestADayIsReadAsPeopleTypeIt(t *testing.T) {
	k := pagetest.Kit(t, nil)
	for typed, want := range map[string]surveys.Date{
		"17-11-2026": "2026-11-17", "17/11/2026": "2026-11-17", " 17.11.2026 ": "2026-11-17", "7-1-2027": "2027-01-07",
		"2026-11-17": "2026-11-17", "17 november 2026": "2026-11-17", "17 nov 2026": "2026-11-17", "3 May 2026": "2026-05-03", "3 mei 2026": "2026-05-03",
		"31 juni 2026": "", "31-06-2026": "", "morgen": "", "": "", "17-11": "", "17-11-26": "", "17-13-2026": "", "1-1-20266": "",
	} {
		got, ok := k.ParseDate(typed)
		if got != want || ok != (want != "") {
			t.Errorf("ParseDate(%q) = %q, %v, want %q", typed, got, ok, want)
		}
	}
}

// ofMany is one thing in the words of many.
var ofMany = regexp.MustCompile(`\b1 (mensen|maanden|dagen|weken|minuten|vragen|groepen|teksten|regels|kaarten|antwoorden|kolommen|people|months|days|weeks|minutes|questions|groups|texts|lines|cards|answers|columns)\b`)

func TestEveryTextCanBeSaidOfOneAndOfMany(t *testing.T) {
	text, err := page.Texts()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range page.Languages {
		for key, forms := range catalogue(t, string(lang)) {
			for _, count := range []int{0, 1, 2} {
				args := map[string]any{"Count": count}
				for _, name := range placeholders(forms) {
					if name != "Count" {
						args[name] = "x"
					}
				}
				said := text(lang, key, args)
				if said == "" || said == key {
					t.Errorf("%s in %s of %d: %q", key, lang, count, said)
				}
				if count == 1 && ofMany.MatchString(said) {
					t.Errorf("%s in %s says of one: %q", key, lang, said)
				}
			}
		}
	}
}
