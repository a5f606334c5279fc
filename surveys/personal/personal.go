// Package personal finds what in a text says who somebody is: telephone numbers,
// e-mail addresses, citizen service numbers, bank accounts, addresses, licence plates,
// dates of birth and names. It finds what follows fixed forms, and numbers only when
// their check digits are right. A name without an introduction it does not find: a
// person still reads every text.
package personal

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Kind is what was found.
type Kind string

// The kinds.
const (
	Phone   Kind = "phone"
	Email   Kind = "email"
	BSN     Kind = "bsn"
	IBAN    Kind = "iban"
	Address Kind = "address"
	Plate   Kind = "licence_plate"
	Birth   Kind = "birth_date"
	Name    Kind = "name"
)

// Found is a piece of a text: its bytes From up to To.
type Found struct {
	Kind     Kind
	From, To int
}

// form is how a kind is written, and what must hold besides.
type form struct {
	kind  Kind
	shape *regexp.Regexp
	group int // that is the piece; 0 for all of it
	holds func(piece string) bool
}

// A name: capital letters, with small words between them ("van der", "de") before the last.
const nameShape = `(?:(?:van|de|der|den|het|ten|ter|te|in|el|al|bin|ben|la|le|von|'t)\s+|[dl]['’])*\p{Lu}[\p{L}\p{M}'’-]*`

// forms in the order in which they win where they overlap.
var forms = []form{
	{Email, regexp.MustCompile(`[\p{L}\p{M}\p{N}._%+-]+@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+\p{L}{2,}`), 0, nil},
	{IBAN, regexp.MustCompile(`(?i)[A-Z]{2}[0-9]{2}(?:[ .-]?[A-Z0-9]){11,30}`), 0, nil}, // its end is found apart
	{Address, regexp.MustCompile(`(?:\p{Lu}[\p{L}\p{M}'’.-]*(?:[ ]\p{L}[\p{L}\p{M}'’.-]*){0,3}[ ]+[0-9]{1,5}(?:[ -]?[A-Za-z0-9]{1,4})?,?\s+)?[0-9]{4}[ ]?[A-Z]{2}(?:,?[ ]*(?:nr\.?[ ]*|nummer[ ]+|huisnummer[ ]+)?[0-9]{1,5}(?:[ -]?[a-z]{1,2})?)?`), 0, isAddress},
	{Birth, regexp.MustCompile(`(?i)(?:geboren|geboortedatum|geb\.|born|birth)(?:\s+(?:op|is|on|:|date|of))*[ :]*([0-9]{1,2}[-/. ][0-9]{1,2}[-/. ](?:19|20)[0-9]{2}|[0-9]{1,2} [a-zé]{3,9} (?:19|20)[0-9]{2})`), 1, nil},
	{Phone, regexp.MustCompile(`(?:(?:\+|00)[ ]?[1-9](?:[ .()/-]{0,2}[0-9]){7,13}|0[1-9](?:[ ./-]{0,3}[0-9]){8}|\(0[0-9]{1,3}\)[ -]?[0-9](?:[ .-]?[0-9]){5,7})`), 0, isPhone},
	{BSN, regexp.MustCompile(`[0-9]{4}[. ][0-9]{2}[. ][0-9]{3}|[0-9]{3}[. ][0-9]{3}[. ][0-9]{3}|[0-9]{8,9}`), 0, isBSN},
	{Plate, regexp.MustCompile(`(?i)[A-Z0-9]{1,3}-[A-Z0-9]{2,3}-[A-Z0-9]{1,2}`), 0, isPlate},
	{Name, regexp.MustCompile(`(?i:mijn naam is|ik heet|my name is|i am called|ik ben (?:de )?(?:heer|mevrouw|meneer)|met vriendelijke groet(?:en)?,?|groetjes,?|groeten,?|kind regards,?|getekend,?)\s+(` + nameShape + `(?:\s+` + nameShape + `){0,3})`), 1, nil},
	{Name, regexp.MustCompile(`(?i:mijn naam is|ik heet|my name is)\s+(\p{L}[\p{L}\p{M}'’-]+)`), 1, nil}, // also in small letters
	{Name, regexp.MustCompile(`(?:[Mm]evrouw|[Mm]eneer|[Dd]e heer|[Mm]w\.|[Dd]hr\.|[Mm]evr\.|Mrs?\.?|Ms\.?)\s+` + nameShape + `(?:\s+` + nameShape + `){0,2}`), 0, nil},
}

// account is how a Dutch account is written: also when its check digits are wrong, the
// number in it is no telephone number.
var account = regexp.MustCompile(`(?i)NL[0-9]{2}[ .-]?[A-Z]{4}(?:[ .-]?[0-9]){10}`)

// Find gives what a text says of who somebody is, in its order and without overlaps.
func Find(text string) []Found {
	var found []Found
	written := account.FindAllStringIndex(text, -1)
	taken := func(kind Kind, from, to int) bool {
		return slices.ContainsFunc(found, func(f Found) bool { return from < f.To && f.From < to }) ||
			kind != IBAN && slices.ContainsFunc(written, func(w []int) bool { return from < w[1] && w[0] < to })
	}
	for _, f := range forms {
		for at := 0; at < len(text); {
			m := f.shape.FindStringSubmatchIndex(text[at:])
			if m == nil {
				break
			}
			from, to := at+m[2*f.group], at+m[2*f.group+1]
			at += max(1, m[0]+1)
			for at < len(text) && !utf8.RuneStart(text[at]) {
				at++
			}
			if f.kind == IBAN {
				to = from + lengthOfIBAN(text[from:to])
			}
			if to <= from || f.holds != nil && !f.holds(text[from:to]) {
				continue
			}
			if to = pastMarks(text, to); !Apart(text, from, to) || taken(f.kind, from, to) {
				continue
			}
			found = append(found, Found{f.kind, from, to})
			at = max(at, to)
		}
	}
	slices.SortFunc(found, func(a, b Found) int { return a.From - b.From })
	return found
}

// Apart tells whether a piece of a text is no part of a longer word or number: no letter
// or digit stands before or after it, and no loose accent after it, which belongs to its
// last letter.
func Apart(text string, from, to int) bool {
	before, _ := utf8.DecodeLastRuneInString(strings.TrimRightFunc(text[:from], unicode.IsMark))
	after, _ := utf8.DecodeRuneInString(text[to:])
	word := func(r rune) bool { return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r)) }
	return !word(before) && !word(after) && !unicode.IsMark(after)
}

// pastMarks is where the loose accents end that follow a place in a text.
func pastMarks(text string, at int) int {
	return len(text) - len(strings.TrimLeftFunc(text[at:], unicode.IsMark))
}

func digitsOf(text string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, text)
}

// isBSN does the test of eleven: 9, 8, … 2 times the first eight digits, less the last,
// is divisible by 11. A number of eight digits has a nought before it.
func isBSN(piece string) bool {
	d := digitsOf(piece)
	if len(d) == 8 {
		d = "0" + d
	}
	if len(d) != 9 || strings.Trim(d, "0") == "" {
		return false
	}
	sum := -int(d[8] - '0')
	for i := range 8 {
		sum += (9 - i) * int(d[i]-'0')
	}
	return sum%11 == 0
}

// isPhone counts digits: ten in the Netherlands, with a country code up to fifteen.
func isPhone(piece string) bool {
	d := digitsOf(piece)
	if strings.HasPrefix(strings.TrimSpace(piece), "+") || strings.HasPrefix(d, "00") {
		return len(d) >= 9 && len(d) <= 15
	}
	return len(d) == 10
}

// isAddress asks for a house number beside the postcode, before it or after it: a
// postcode alone is a neighbourhood.
func isAddress(piece string) bool {
	at := postcode.FindStringIndex(piece)
	return at != nil && strings.ContainsAny(piece[:at[0]]+piece[at[1]:], "0123456789")
}

var postcode = regexp.MustCompile(`[0-9]{4} ?[A-Z]{2}`)

// isPlate asks for letters and digits in groups as plates have them: six signs in three
// groups, each of one kind, not all letters or all digits.
func isPlate(piece string) bool {
	groups := strings.Split(piece, "-")
	signs, letters, digits := 0, 0, 0
	for _, g := range groups {
		signs += len(g)
		switch {
		case strings.Trim(g, "0123456789") == "":
			digits++
		case !strings.ContainsAny(g, "0123456789"):
			letters++
		default:
			return false
		}
	}
	return signs == 6 && letters > 0 && digits > 0 && strings.ToUpper(piece) == piece
}

// lengths of an IBAN by country, where we know one; others are tried.
var lengths = map[string]int{"NL": 18, "BE": 16, "DE": 22, "FR": 27, "GB": 22, "LU": 20, "ES": 24, "PL": 28, "IT": 27, "PT": 25}

// lengthOfIBAN is how many bytes of a text are an IBAN (ISO 13616): the country, two
// check digits and the account, which modulo 97 come to 1. 0 for none.
func lengthOfIBAN(text string) int {
	want := lengths[strings.ToUpper(text[:2])]
	signs := make([]byte, 0, 34)
	for i := range len(text) {
		c := text[i]
		if c == ' ' || c == '.' || c == '-' {
			continue
		}
		signs = append(signs, upper(c))
		if want > 0 && len(signs) < want || want == 0 && len(signs) < 15 {
			continue
		}
		if (want == 0 || len(signs) == want) && remainder(signs) == 1 && endsThere(text, i+1) {
			return i + 1
		}
		if len(signs) == want || len(signs) == 34 {
			return 0
		}
	}
	return 0
}

func endsThere(text string, at int) bool {
	return at == len(text) || text[at] == ' ' || text[at] == '.' || text[at] == '-'
}

func upper(c byte) byte {
	if c >= 'a' && c <= 'z' {
		return c - 'a' + 'A'
	}
	return c
}

// remainder is an IBAN modulo 97, with its first four signs behind the others and each
// letter as two digits.
func remainder(signs []byte) int {
	n := 0
	for _, c := range slices.Concat(signs[4:], signs[:4]) {
		if c >= 'A' {
			n = (n*100 + int(c-'A') + 10) % 97
		} else {
			n = (n*10 + int(c-'0')) % 97
		}
	}
	return n
}
