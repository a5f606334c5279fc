package interchange

import (
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

// lssNames gives names that are valid in XLSForm and used once. The same file
// always gets the same names.
type lssNames map[string]int

// take is want made valid: letters, digits, underscores, dashes and dots, no digit
// first; with a number behind it when it is taken.
func (n lssNames) take(want string) string {
	base := lssValidName(want)
	name := base
	for n[name] > 0 { // the number to try next stands with the name
		n[base]++
		name = base + "_" + strconv.Itoa(n[base])
	}
	n[name] = 1
	return name
}

func lssValidName(want string) string {
	var b strings.Builder
	for i, r := range strings.TrimSpace(want) {
		letter := r == '_' || r < unicode.MaxASCII && unicode.IsLetter(r)
		if i == 0 && !letter {
			b.WriteByte('_')
		}
		if letter || r >= '0' && r <= '9' || r == '-' || r == '.' {
			b.WriteRune(r)
		} else {
			b.WriteByte('_')
		}
	}
	if b.Len() == 0 {
		return "_"
	}
	return b.String()
}

// lssChoiceName is a code that can be the name of a choice: without white space,
// because the answer to a select_multiple is names with spaces between.
func lssChoiceName(code string, taken map[string]int) string {
	name := strings.Join(strings.Fields(code), "_")
	if name == "" {
		name = "_"
	}
	base := name
	for taken[name] > 0 {
		taken[base]++
		name = base + "_" + strconv.Itoa(taken[base])
	}
	taken[name] = 1
	return name
}

// lssLanguageOf is the language that a LimeSurvey code means: "nl-informal" is Dutch.
func lssLanguageOf(code string) questionnaire.Language {
	base := code
	for _, manner := range []string{"-informal", "-easy"} {
		base = strings.TrimSuffix(base, manner)
	}
	tag, err := language.Parse(base)
	if err != nil {
		return questionnaire.Language{Tag: code, Code: code}
	}
	name := display.Self.Name(tag)
	if name == "" {
		name = base
	}
	if base != code {
		name += strings.TrimPrefix(code, base)
	}
	return questionnaire.Language{Tag: name + " (" + base + ")", Code: base}
}
