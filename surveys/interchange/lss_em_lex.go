package interchange

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// emError says why an expression of LimeSurvey's ExpressionManager cannot be
// taken over: at which character (from 1), and what it was.
type emError struct {
	Pos  int
	Key  string // lss.em.…, worded by the catalogue
	Text string // the piece of the expression that it is about

	Meant string // what the author may have meant by it; "" when we cannot tell
}

type emTokenKind uint8

const (
	emEnd    emTokenKind = iota
	emDigits             // 3.14
	emQuoted             // "text", without its quotes
	emWord               // a variable, a function
	emSign               // an operator, a bracket, a comma
)

type emToken struct {
	kind emTokenKind
	text string
	pos  int
}

// emCode is a variable as LimeSurvey wrote them before they had names: survey, group
// and question number with X between, and the code of the part.
var emCode = regexp.MustCompile(`^(?:INSERTANS:)?([0-9]+X[0-9]+X[0-9]+[A-Za-z0-9_]*(?:#[01])?)((?:\.[A-Za-z0-9_]+)*)`)

var emName = regexp.MustCompile(`^(?:TOKEN:)?[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*`)

var emNumeral = regexp.MustCompile(`^(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)`)

// emOperators in words, and what they mean.
var emOperators = map[string]string{"and": "&&", "or": "||", "eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}

var emSigns = []string{"&&", "||", "==", "!=", "<=", ">=", "+=", "-=", "*=", "/=", "++", "--", "(", ")", ",", "<", ">", "+", "-", "*", "/", "!", "="}

// emEntity undoes what an HTML editor made of the signs in an expression.
var emEntity = strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">", "&quot;", `"`, "&#39;", "'", "&#039;", "'", "&nbsp;", " ")

// emLex cuts an expression into tokens, the last of which is emEnd.
func emLex(src string) ([]emToken, *emError) {
	var tokens []emToken
	pos := 1
	for src != "" {
		r, size := utf8.DecodeRuneInString(src)
		n := 0
		switch {
		case unicode.IsSpace(r):
			src, pos = src[size:], pos+1
			continue
		case r == '"' || r == '\'':
			text, length := emString(src)
			if length == 0 {
				return nil, &emError{Pos: pos, Key: "lss.em.open_text", Text: lssShorten(src)}
			}
			tokens, n = append(tokens, emToken{emQuoted, text, pos}), length
		case r >= '0' && r <= '9' || r == '.' || strings.HasPrefix(src, "INSERTANS:"):
			if m := emCode.FindStringSubmatch(src); m != nil {
				tokens, n = append(tokens, emToken{emWord, m[1] + m[2], pos}), len(m[0])
				break
			}
			if n = len(emNumeral.FindString(src)); n == 0 {
				return nil, &emError{Pos: pos, Key: "lss.em.strange_sign", Text: string(r)}
			}
			tokens = append(tokens, emToken{emDigits, src[:n], pos})
		case emName.MatchString(src):
			n = len(emName.FindString(src))
			word := src[:n]
			if sign, is := emOperators[strings.ToLower(word)]; is {
				tokens = append(tokens, emToken{emSign, sign, pos})
			} else {
				tokens = append(tokens, emToken{emWord, word, pos})
			}
		default:
			for _, sign := range emSigns {
				if strings.HasPrefix(src, sign) {
					tokens, n = append(tokens, emToken{emSign, sign, pos}), len(sign)
					break
				}
			}
			if n == 0 {
				return nil, &emError{Pos: pos, Key: "lss.em.strange_sign", Text: string(r)}
			}
		}
		pos += utf8.RuneCountInString(src[:n])
		src = src[n:]
	}
	return append(tokens, emToken{emEnd, "", pos}), nil
}

// emString reads a quoted text; length is 0 when it does not end.
func emString(src string) (text string, length int) {
	quote := src[0]
	var b strings.Builder
	for i := 1; i < len(src); i++ {
		switch {
		case src[i] == '\\' && i+1 < len(src) && (src[i+1] == '"' || src[i+1] == '\'' || src[i+1] == '\\'):
			i++
			b.WriteByte(src[i])
		case src[i] == quote:
			return b.String(), i + 1
		default:
			b.WriteByte(src[i])
		}
	}
	return "", 0
}

// lssShorten keeps a quoted piece of a file short enough for a message.
func lssShorten(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) <= 80 {
		return s
	}
	return string([]rune(s)[:80]) + "…"
}
