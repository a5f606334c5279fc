package questionnaire_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/questionnaire/expression"
	"weerklank.nl/weerklank/surveys/questionnaire/expression/trial"
)

var update = flag.Bool("update", false, "write the tables of docs/language.md anew")

const languagePage = "../../docs/language.md"

// treatments are the words of the page for what becomes of a type.
var treatments = map[questionnaire.Treatment]string{
	questionnaire.IsAsked:     "asked on a page, and answered there",
	questionnaire.IsShown:     "shown on a page, without an answer",
	questionnaire.IsWorkedOut: "worked out or filled in, never shown",
	questionnaire.IsDropped:   "dropped with a warning: it says something about the person or the device",
	questionnaire.IsLeftOut:   "accepted in a form with a warning, and not asked",
	questionnaire.IsRead:      "names an attached file, in which formulas look things up",
}

// examples has a call of every function; what it yields stands in the page as it is
// worked out. They are evaluated in the second of two children, on 25 November 2026.
var examples = map[string]string{
	"abs": "abs(-3)", "acos": "acos(1)", "area": "round(area('52 4 0 0; 52 4.001 0 0; 52.001 4.001 0 0; 52 4 0 0'), 0)", "asin": "asin(0)",
	"atan": "atan(0)", "atan2": "atan2(0, 1)", "base64-decode": "base64-decode('aGFsbG8=')", "base64-encode": "base64-encode('hallo')",
	"boolean": "boolean(1)", "boolean-from-string": "boolean-from-string('1')", "ceiling": "ceiling(1.2)",
	"checklist": "checklist(1, 2, ${yes} = '1', ${blank} = '1')", "coalesce": "coalesce(${blank}, 'none')", "concat": "concat('a', 1)",
	"contains": "contains('resonance', 'son')", "cos": "cos(0)", "count": "count(${child})", "count-non-empty": "count-non-empty(${age})",
	"count-selected": "count-selected(${colours})", "current": "current()/../age", "date": "date('2026-02-03')", "date-time": "date-time('2026-02-03T10:00:00Z')",
	"decimal-date-time": "decimal-date-time('1970-01-02')", "decimal-time": "decimal-time('12:00:00')", "digest": "digest('a', 'SHA-1', 'hex')",
	"distance": "round(distance('52 4 0 0; 52 4.001 0 0'), 0)", "enclosed-area": "round(enclosed-area('52 4 0 0; 52 4.001 0 0; 52.001 4.001 0 0; 52 4 0 0'), 0)",
	"ends-with": "ends-with('abc', 'c')", "exp": "exp(0)", "exp10": "exp10(2)", "false": "false()", "floor": "floor(1.8)",
	"format-date": "format-date('2026-02-03', '%e %b %Y')", "format-date-time": "format-date-time('2026-02-03T10:05:00Z', '%H:%M')",
	"geofence": "geofence('52.0005 4.0005 0 0', '52 4 0 0; 52 4.001 0 0; 52.001 4.001 0 0; 52.001 4 0 0; 52 4 0 0')",
	"if":       "if(${age} > 17, 'adult', 'child')", "index": "index()", "indexed-repeat": "indexed-repeat(${age}, ${child}, 1)",
	"instance": "instance('colour')/root/item[name = 'r']/label", "int": "int(2.9)", "join": "join(', ', ${age})",
	"jr:choice-name": "jr:choice-name('r', '${colours}')", "jr:itext": "jr:itext('a')", "last": "last()", "local-name": "local-name(${age})", "log": "log(1)", "log10": "log10(100)",
	"lower-case": "lower-case('AbC')", "max": "max(${age})", "min": "min(4, 2, 8)", "name": "name(${age})", "normalize-space": "normalize-space('  a   b ')",
	"not": "not(1 = 2)", "now": "now()", "number": "number('7.50')", "once": "once('first')", "pi": "round(pi(), 4)", "position": "position(..)", "pow": "pow(2, 3)",
	"pulldata": "pulldata('price', 'euro', 'code', 'x')", "random": "random() < 1", "randomize": "count(randomize(${child}))", "regex": "regex('1234 AB', '[0-9]{4} [A-Z]{2}')",
	"round": "round(2.345, 2)", "selected": "selected(${colours}, 'b')", "selected-at": "selected-at(${colours}, 1)", "sin": "sin(0)", "sqrt": "sqrt(16)",
	"starts-with": "starts-with('abc', 'a')", "string": "string(2.50)", "string-length": "string-length('één')", "substr": "substr('abcde', 1, 3)",
	"substring": "substring('abcde', 2, 3)", "substring-after": "substring-after('a-b', '-')", "substring-before": "substring-before('a-b', '-')", "sum": "sum(${age})", "tan": "tan(0)",
	"today": "today()", "translate": "translate('abc', 'ab', 'xy')", "true": "true()", "upper-case": "upper-case('abc')", "uuid": "string-length(uuid())", "version": "version()",
	"weighted-checklist": "weighted-checklist(3, 9, ${yes} = '1', 2, ${age} = 12, 2)",
}

// yields works out an example.
func yields(t *testing.T, expr string) string {
	t.Helper()
	src, err := json.Marshal(map[string]any{
		"id": "a", "expr": expr, "as": "string",
		"context": map[string]any{
			"outside": map[string]string{"yes": "1", "blank": "", "colours": "r b"}, "repeat": "child",
			"instances": []map[string]string{{"age": "9"}, {"age": "12"}}, "at": 2,
		},
		"types":   map[string]string{"colours": "select_multiple colour"},
		"choices": map[string]any{"colour": []map[string]string{{"name": "r", "label": "red"}, {"name": "b", "label": "blue"}}},
		"files":   map[string]string{"price.csv": "code,euro\nx,12\n"},
	})
	if err != nil {
		t.Fatal(err)
	}
	c, err := trial.Read(src)
	if err != nil {
		t.Fatal(err)
	}
	v, err := c.Value()
	if err != nil {
		t.Errorf("%s: %v", expr, err)
		return ""
	}
	return fmt.Sprint(v)
}

func typeTable() string {
	var b strings.Builder
	b.WriteString("| Type | What becomes of it |\n|---|---|\n")
	for _, typ := range questionnaire.Types() {
		fmt.Fprintf(&b, "| `%s` | %s |\n", typ, treatments[typ.Treatment()])
	}
	b.WriteString("| `begin_group` … `end_group` | rows in a group; one page where the appearance is `field-list` |\n")
	b.WriteString("| `begin_repeat` … `end_repeat` | rows in a repeat |\n")
	return b.String()
}

func functionTable(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("| Function | Arguments | For example | Yields |\n|---|---|---|---|\n")
	for _, f := range expression.Functions() {
		arguments := fmt.Sprint(f.Least)
		switch {
		case f.Most < 0:
			arguments += " or more"
		case f.Most != f.Least:
			arguments += "–" + fmt.Sprint(f.Most)
		}
		if f.Pairs {
			arguments += ", in pairs"
		}
		example := examples[f.Name]
		if example == "" {
			t.Errorf("%s has no example", f.Name)
			continue
		}
		result := "`" + yields(t, example) + "`"
		if result == "``" {
			result = "(blank)"
		}
		fmt.Fprintf(&b, "| `%s` | %s | `%s` | %s |\n", f.Name, arguments, strings.ReplaceAll(example, "|", "\\|"), result)
	}
	return b.String()
}

// between puts a text between two marks of a page.
func between(t *testing.T, page, mark, text string) string {
	t.Helper()
	begin, end := "<!-- "+mark+": generated -->\n", "<!-- end of "+mark+" -->\n"
	i, j := strings.Index(page, begin), strings.Index(page, end)
	if i < 0 || j < i {
		t.Fatalf("%s has no marks for %s", languagePage, mark)
	}
	return page[:i+len(begin)] + "\n" + text + "\n" + page[j:]
}

func TestThePageOfTheLanguageSaysWhatTheCodeDoes(t *testing.T) {
	src, err := os.ReadFile(languagePage)
	if err != nil {
		t.Fatal(err)
	}
	page := between(t, string(src), "types", typeTable())
	page = between(t, page, "functions", functionTable(t))
	if *update {
		if err := os.WriteFile(languagePage, []byte(page), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if page != string(src) {
		t.Errorf("%s is not what the code does: go test ./surveys/questionnaire -run PageOfTheLanguage -update", languagePage)
	}
}

func TestEveryTypeHasATreatmentInWords(t *testing.T) {
	for _, typ := range questionnaire.Types() {
		if treatments[typ.Treatment()] == "" {
			t.Errorf("%s: %s has no words", typ, typ.Treatment())
		}
	}
	if got := questionnaire.Type("db:person").Treatment(); got != questionnaire.IsRefused {
		t.Errorf("a type of another product is %s", got)
	}
	if !slices.IsSorted(questionnaire.Types()) {
		t.Error("types are in no order")
	}
}
