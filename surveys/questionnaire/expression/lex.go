package expression

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

type tokenKind uint8

const (
	tokEnd    tokenKind = iota
	tokNumber           // 3.14
	tokText             // 'abc'
	tokRef              // ${name}
	tokLast             // ${last-saved#name}
	tokName             // a function, a column, a step of a path
	tokSign             // an operator or a bracket
)

type token struct {
	kind tokenKind
	text string // of a literal without its quotes; of a reference without ${}
	pos  int    // in characters, from 1
}

// lex cuts an expression into tokens. Whether "*" multiplies and whether "div" is
// a name is told apart as XPath 1.0 says in section 3.7: by what stands before.
func lex(src string) ([]token, *Error) {
	var tokens []token
	pos := 1
	for i := 0; i < len(src); {
		r, size := utf8.DecodeRuneInString(src[i:])
		start := pos
		switch {
		case unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff':
			i, pos = i+size, pos+1
			continue
		case r == '$' && strings.HasPrefix(src[i:], "${"):
			end := strings.IndexByte(src[i:], '}')
			if end < 0 {
				return nil, &Error{Pos: start, Key: "expression.open_reference"}
			}
			name := strings.TrimSpace(src[i+2 : i+end])
			kind := tokRef
			if before, ok := strings.CutPrefix(name, "last-saved#"); ok {
				kind, name = tokLast, strings.TrimSpace(before)
			}
			if name == "" || strings.ContainsAny(name, "${ ") {
				return nil, &Error{Pos: start, Key: "expression.bad_reference", Args: map[string]any{"Text": src[i : i+end+1]}}
			}
			tokens = append(tokens, token{kind, name, start})
			pos += utf8.RuneCountInString(src[i : i+end+1])
			i += end + 1
		case straight(r) != 0:
			text, length := quoted(src[i+size:], straight(r))
			if length < 0 {
				return nil, &Error{Pos: start, Key: "expression.open_text"}
			}
			tokens = append(tokens, token{tokText, text, start})
			pos += utf8.RuneCountInString(src[i : i+size+length])
			i += size + length
		case r < utf8.RuneSelf && (isDigit(src[i]) || r == '.' && i+1 < len(src) && isDigit(src[i+1])):
			n := numberLength(src[i:])
			if i+n < len(src) {
				if next, _ := utf8.DecodeRuneInString(src[i+n:]); isNameStart(next) && !startsOperator(src[i+n:]) {
					return nil, &Error{Pos: start, Key: "expression.bad_number", Args: map[string]any{"Text": src[i:i+n] + string(next)}}
				}
			}
			tokens = append(tokens, token{tokNumber, src[i : i+n], start})
			i, pos = i+n, pos+n
		case isNameStart(r):
			n := nameLength(src[i:])
			tokens = append(tokens, token{tokName, src[i : i+n], start})
			pos += utf8.RuneCountInString(src[i : i+n])
			i += n
		default:
			sign := signAt(src[i:])
			if sign == "" {
				return nil, &Error{Pos: start, Key: "expression.strange_sign", Args: map[string]any{"Text": string(r), "Instead": insteadOf(src[i:])}}
			}
			tokens = append(tokens, token{tokSign, sign, start})
			i, pos = i+len(sign), pos+len(sign)
		}
	}
	return append(tokens, token{tokEnd, "", pos}), nil
}

// straight is the plain quotation mark that a mark stands for; 0 for other signs.
// Spreadsheet programs make curly ones of plain ones.
func straight(r rune) rune {
	switch r {
	case '\'', '‘', '’':
		return '\''
	case '"', '“', '”':
		return '"'
	}
	return 0
}

// quoted is the text up to the mark that closes it, and its length in bytes with
// that mark; the length is negative when there is none.
func quoted(s string, mark rune) (text string, length int) {
	for i, r := range s {
		if straight(r) == mark {
			return s[:i], i + utf8.RuneLen(r)
		}
	}
	return "", -1
}

// insteadOf is what an author who knows another language may have meant.
func insteadOf(s string) string {
	for _, p := range [][2]string{{"&&", "and"}, {"&", "and"}, {"≤", "<="}, {"≥", ">="}, {"≠", "!="}, {"!", "not( )"}, {"%", "mod"}, {"−", "-"}, {"–", "-"}, {"×", "*"}, {"÷", "div"}, {"$", "${ }"}} {
		if strings.HasPrefix(s, p[0]) {
			return p[1]
		}
	}
	return ""
}

var signs = []string{"!=", "<=", ">=", "::", "//", "..", "(", ")", "[", "]", ",", "+", "-", "*", "=", "<", ">", "|", "/", ".", "@"}

func signAt(s string) string {
	for _, sign := range signs {
		if strings.HasPrefix(s, sign) {
			return sign
		}
	}
	return ""
}

func numberLength(s string) int {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	if n < len(s) && s[n] == '.' && !strings.HasPrefix(s[n:], "..") {
		n++
		for n < len(s) && isDigit(s[n]) {
			n++
		}
	}
	return n
}

// startsOperator tells whether a word operator follows a number at once: "5div 2".
func startsOperator(s string) bool {
	switch s[:nameLength(s)] {
	case "div", "mod", "and", "or":
		return true
	}
	return false
}

func isNameStart(r rune) bool { return r == '_' || unicode.IsLetter(r) }

// nameLength is the length in bytes of the name at the start of s: an NCName, or
// two of them with a colon between (jr:choice-name), but not the colons of an axis.
func nameLength(s string) int {
	n := 0
	colon := false
	for n < len(s) {
		r, size := utf8.DecodeRuneInString(s[n:])
		switch {
		case isNameStart(r), n > 0 && (unicode.IsDigit(r) || r == '-' || r == '.' || unicode.In(r, unicode.Mn, unicode.Mc) || r == '·'):
		case r == ':' && n > 0 && !colon && !strings.HasPrefix(s[n:], "::") && n+1 < len(s):
			if next, _ := utf8.DecodeRuneInString(s[n+1:]); !isNameStart(next) {
				return n
			}
			colon = true
		default:
			return n
		}
		n += size
	}
	return n
}
