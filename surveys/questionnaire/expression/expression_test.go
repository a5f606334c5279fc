package expression_test

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"weerklank.nl/weerklank/surveys/questionnaire/expression"
	"weerklank.nl/weerklank/surveys/questionnaire/expression/trial"
)

// person is a sitting of one person: what our own cases are evaluated over.
func person() *trial.Sitting {
	return sitting(`{"outside": {"age": 23, "name": "Zoë", "blank": "", "born": "2003-03-01", "likes": "tea milk", "fruit": "a", ".": "7.5"},
		"repeat": "child", "instances": [{"toy": "ball"}, {"toy": ""}, {"toy": "doll"}]}`)
}

// sitting holds the answers that are written as the context of a case.
func sitting(context string) *trial.Sitting {
	c, err := trial.Read([]byte(`{"expr": "1", "types": {"fruit": "select_one fruits"},
		"choices": {"fruits": [{"name": "a", "label": "Apple", "price": "1.20"}, {"name": "b", "label": "Pear", "price": "0.50"}]}, "context": ` + context + "}"))
	if err != nil {
		panic(err)
	}
	return c.Sitting()
}

// at is a Wednesday in Amsterdam's winter.
func at() time.Time { return time.Date(2026, 11, 25, 23, 30, 0, 0, time.FixedZone("CET", 3600)) }

func TestAnExpressionMeansWhatTheLanguageSays(t *testing.T) {
	for expr, want := range map[string]string{
		// precedence, from weak to strong: or, and, = !=, < <= > >=, + -, * div mod, minus
		"1 = 1 or 1 = 2 and 1 = 2": "true",
		"1 + 2 * 3":                "7",
		"-2 + 3":                   "1",
		"2 - -2":                   "4",
		"10 div 4":                 "2.5",
		"-7 mod 3":                 "-1",
		"2 + 3 = 5":                "true",
		"1 < 2 = true()":           "true",
		"10 - 3 - 2":               "5",
		"(10 - 3) * 2":             "14",

		// a blank is text: equal to '', and no number
		"${blank} = ''":     "true",
		"${blank} = 0":      "false",
		"${blank} < 1":      "false",
		"${blank} + 1":      "NaN",
		"${age} > 18":       "true",
		"${age} = '23'":     "true",
		"${age} = 23.0":     "true",
		"'10' < '9'":        "false",
		"true() = 'x'":      "true",
		"1 div 0":           "Infinity",
		"string(-1 div 0)":  "-Infinity",
		"number('1,5')":     "NaN",
		"0.1 + 0.2":         "0.30000000000000004",
		"1000000 * 1000000": "1000000000000",

		// dates are days on the wall clock of the run's zone
		"today()":                                           "2026-11-25",
		"today() - ${born}":                                 "8670",
		"date(today() + 1)":                                 "2026-11-26",
		"${born} < today()":                                 "true",
		"format-date(today(), '%e %B %Y')":                  "25 november 2026",
		"format-date('2026-03-01', '%A %d %b %y')":          "zondag 01 mrt 26",
		"format-date-time(now(), '%H:%M')":                  "23:30",
		"format-date-time('2026-11-25T22:30:00Z', '%H:%M')": "23:30",
		"decimal-time('06:00')":                             "0.25",
		"'07:30' < '08:00'":                                 "true",
		"now()":                                             "2026-11-25T23:30:00.000+01:00",

		// choices
		"selected(${likes}, 'milk')":                   "true",
		"selected(${likes}, 'mil')":                    "false",
		"count-selected(${likes})":                     "2",
		"selected-at(${likes}, 1)":                     "milk",
		"jr:choice-name(${fruit}, '${fruit}')":         "Apple",
		"checklist(1, 2, 1 = 1, 1 = 1, 1 = 2)":         "true",
		"weighted-checklist(5, 5, 1 = 1, 2, 1 = 1, 3)": "true",

		// text
		"string-length(${name})":              "3",
		"concat(${name}, ' ', 1)":             "Zoë 1",
		"substr(${name}, 1)":                  "oë",
		"substring('12345', 2, 3)":            "234",
		"translate('2019/01', '/', '-')":      "2019-01",
		"upper-case('é')":                     "É",
		"regex('AB-12', '^[A-Z]{2}-\\d+$')":   "true",
		"join(', ', 'a', 'b')":                "a, b",
		"once('first')":                       "7.5",
		"coalesce(${blank}, 'x')":             "x",
		"if(${blank}, 'some', 'none')":        "none",
		"base64-decode(base64-encode('Zoë'))": "Zoë",
		"digest('abc', 'MD5', 'hex')":         "900150983cd24fb0d6963f7d28e17f72",

		"concat(‘a’, “b”)": "ab",

		// numbers
		"round(2.5)":                "3",
		"round(-2.5)":               "-2",
		"round(1.005, 2)":           "1.01",
		"round(1234, -2)":           "1200",
		"int(-7.9)":                 "-7",
		"pow(2, 10)":                "1024",
		"min(3, 1, 2)":              "1",
		"round(sin(pi() div 2), 6)": "1",

		// the answer itself, and ways to a question
		". * 2":            "15",
		"string(.)":        "7.5",
		"../age":           "23",
		"/data/person/age": "23",
		"current()/../age": "23",

		// repeats and lists
		"count(${child})":                                     "3",
		"count-non-empty(${toy})":                             "2",
		"join('|', ${toy})":                                   "ball||doll",
		"indexed-repeat(${toy}, ${child}, 3)":                 "doll",
		"count(${child}[toy != ''])":                          "2",
		"${child}[position() = 3]/toy":                        "doll",
		"${child}[last()]/toy":                                "doll",
		"instance('fruits')/root/item[name = ${fruit}]/label": "Apple",
		"sum(instance('fruits')/root/item/price)":             "1.7",
		"pulldata('fruits', 'price', 'name', 'b')":            "0.50",

		// places
		"round(distance('52.37 4.89; 52.09 5.12') div 1000)": "35",
		"area('0 0; 0 1; 1 1; 1 0') > 12000000000":           "true",
		"geofence('0.5 0.5', '0 0; 0 1; 1 1; 1 0')":          "true",

		// only the branch that is needed is evaluated
		"if(1 = 1, 'a', date('2024-13-01'))": "a",
		"true() or date('2024-13-01') = ''":  "true",
	} {
		s := person()
		x, err := expression.Parse(expr, s)
		if err != nil {
			t.Errorf("%s: %v", expr, err)
			continue
		}
		got, err := x.Text(&expression.Run{Source: s, Now: at(), Lang: "nl"})
		if err != nil || got != want {
			t.Errorf("%s = %q %v, want %q", expr, got, err, want)
		}
	}
}

func TestAMistakeIsShownAtItsPlaceWithACure(t *testing.T) {
	for expr, want := range map[string]struct {
		key string
		pos int
		arg string
	}{
		"${agee} > 3":            {"expression.misspelt_name", 1, "age"},
		"1 + ${zebra}":           {"expression.unknown_name", 5, ""},
		"selectd(${likes}, 'a')": {"expression.misspelt_function", 1, "selected"},
		"1 +":                    {"expression.ends_early", 4, ""},
		"(1 + 2":                 {"expression.open_bracket", 7, ""},
		"1 + 2)":                 {"expression.extra_bracket", 6, ""},
		"${age} == 3":            {"expression.double_equals", 9, ""},
		"${age} && 1":            {"expression.strange_sign", 8, ""},
		"${age} > 1,000":         {"expression.comma", 11, ""},
		"'open":                  {"expression.open_text", 1, ""},
		"${age":                  {"expression.open_reference", 1, ""},
		"${age} ${name}":         {"expression.no_operator", 8, ""},
		"//age":                  {"expression.unexpected", 1, ""},
		"":                       {"expression.empty", 1, ""},
		"1e3":                    {"expression.bad_number", 1, ""},
	} {
		_, err := expression.Parse(expr, person())
		var bad *expression.Error
		if !errors.As(err, &bad) {
			t.Errorf("%s: no error", expr)
			continue
		}
		meant, _ := bad.Args["Meant"].(string)
		if bad.Key != want.key || bad.Pos != want.pos || meant != want.arg {
			t.Errorf("%s: %v, want %+v", expr, bad, want)
		}
	}
}

func TestACallWithTooFewArgumentsIsAFault(t *testing.T) {
	x, err := expression.Parse("selected(${likes})", person())
	if err != nil || len(x.Faults()) != 1 || x.Faults()[0].Key != "expression.arguments_exact" {
		t.Fatalf("faults = %v, %v", x.Faults(), err)
	}
	if _, err := x.Bool(&expression.Run{Source: person(), Now: at()}); err == nil {
		t.Error("evaluating it is no error")
	}
}

func TestWhatIsAllowedAndProbablyNotMeantIsADoubt(t *testing.T) {
	for expr, want := range map[string]struct {
		key string
		pos int
	}{
		"age > 3":             {"expression.bare_name", 1},
		"${age} = yes":        {"expression.bare_word", 10},
		"today > 3":           {"expression.no_brackets", 1},
		"../../zebra/leg = 1": {"expression.unknown_path", 13},
		"cht:days(1) = 1":     {"expression.unknown_function", 1},
	} {
		x, err := expression.Parse(expr, person())
		if err != nil || len(x.Doubts()) != 1 {
			t.Errorf("%s: %v, want one doubt", expr, err)
			continue
		}
		if d := x.Doubts()[0]; d.Key != want.key || d.Pos != want.pos {
			t.Errorf("%s: %v, want %+v", expr, d, want)
		}
	}
}

func TestNestingHasALimit(t *testing.T) {
	for _, deep := range []string{
		strings.Repeat("(", 5000) + "1" + strings.Repeat(")", 5000),
		strings.Repeat("-", 5000) + "1",
		strings.Repeat("not(", 5000),
		strings.Repeat("${child}[", 2000),
	} {
		if _, err := expression.Parse(deep, person()); err == nil {
			t.Errorf("%.20s… is accepted", deep)
		}
	}
}

func TestChanceFollowsTheSeed(t *testing.T) {
	x, err := expression.Parse("concat(random(), uuid())", person())
	if err != nil {
		t.Fatal(err)
	}
	draw := func(seed uint64) string {
		s, err := x.Text(&expression.Run{Source: person(), Seed: seed})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	if first := draw(1); first != draw(1) || first == draw(2) {
		t.Error("the same seed gives other chance, or another seed the same")
	}
}

func TestNumbersAreWrittenWithoutAnExponent(t *testing.T) {
	for n, want := range map[float64]string{
		0: "0", math.Copysign(0, -1): "0", 1e21: "1000000000000000000000", 1e-7: "0.0000001", -1.5: "-1.5", math.Inf(-1): "-Infinity",
	} {
		if got := expression.FormatNumber(n); got != want {
			t.Errorf("%v = %s, want %s", n, got, want)
		}
	}
}

func BenchmarkRelevance(b *testing.B) {
	s := person()
	x, err := expression.Parse("${age} >= 18 and selected(${likes}, 'milk') and ${name} != ''", s)
	if err != nil {
		b.Fatal(err)
	}
	run := &expression.Run{Source: s, Now: at()}
	b.ReportAllocs()
	for b.Loop() {
		if ok, err := x.Bool(run); !ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}

func TestASignOfAnotherLanguageIsAnsweredWithOurs(t *testing.T) {
	for expr, want := range map[string]string{
		"${age} && 1": "and", "${age} ≥ 1": ">=", "${age} % 2": "mod", "$(age) = '1'": "${ }", "£1": "",
	} {
		var bad *expression.Error
		if _, err := expression.Parse(expr, person()); !errors.As(err, &bad) || bad.Key != "expression.strange_sign" || bad.Args["Instead"] != want {
			t.Errorf("%s: %v, want %q instead", expr, err, want)
		}
	}
}
