package export

import (
	"regexp"
	"strings"
	"unicode"
)

// number is a text that a spreadsheet reads as a number and that is one: it stays so,
// also below nought.
var number = regexp.MustCompile(`^-?(0|[1-9][0-9]{0,14})([.,][0-9]{1,9})?$`)

// numeric is a text of which a spreadsheet would make another number than it says.
var numeric = regexp.MustCompile(`^-?[0-9][0-9.,]*([eE][+-]?[0-9]+)?$`)

// clean is a text without what breaks files: no bytes that are no UTF-8, one kind of
// line end, and no signs that do not print.
func clean(text string) string {
	text = strings.ToValidUTF8(text, "\ufffd")
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && unicode.IsControl(r) || r == '\ufeff' || r == '\ufffe' || r == '\uffff' {
			return '\ufffd'
		}
		return r
	}, text)
}

// Harmless is a text that no spreadsheet takes for a formula: what begins like one gets
// an apostrophe before it. The signs are those of the OWASP page on CSV injection, with
// their wide forms, and also where space stands before them.
func Harmless(text string) string {
	text = clean(text)
	if number.MatchString(text) {
		return text
	}
	if rest, quoted := strings.CutPrefix(text, "'"); quoted && kept(rest) != rest {
		return "'" + text // so that what we put before it can be told from what was there
	}
	bare := strings.TrimLeftFunc(text, unicode.IsSpace)
	if bare != "" && strings.ContainsRune("=+-@|%＝＋－＠", []rune(bare)[0]) || strings.HasPrefix(text, "\t") || strings.HasPrefix(text, "\n") {
		return "'" + text
	}
	return text
}

// kept is a code that a spreadsheet leaves as it is: one that looks like a number and
// would lose its noughts or its last digits gets an apostrophe before it.
func kept(code string) string {
	code = Harmless(code)
	if numeric.MatchString(code) && !number.MatchString(code) {
		return "'" + code
	}
	return code
}
