package manage

import (
	"bytes"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

type buffer = bytes.Buffer

// mostSlug is the longest address part that people still type over from a poster.
const mostSlug = 48

// slugged is a text as a part of an address: lower-case letters, digits and single
// hyphens. It may come out empty.
func slugged(text string) string {
	var out strings.Builder
	hyphen := false
	for _, r := range norm.NFD.String(strings.ToLower(text)) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			if hyphen && out.Len() > 0 {
				out.WriteByte('-')
			}
			hyphen = false
			out.WriteRune(r)
		case unicode.Is(unicode.Mn, r): // an accent: the letter before it stays
		default:
			hyphen = true
		}
		if out.Len() >= mostSlug {
			break
		}
	}
	return strings.TrimRight(out.String(), "-")
}

// freeSlug is the text as an address part that is not taken, else with a number.
func freeSlug(text, instead string, taken map[string]bool) string {
	base := slugged(text)
	if base == "" {
		base = instead
	}
	slug := base
	for n := 2; taken[slug]; n++ {
		slug = base + "-" + strconv.Itoa(n)
	}
	return slug
}
