package interchange

import (
	"regexp"
	"strings"
)

// goPattern turns a pattern as LimeSurvey holds it (/…/i, a Perl expression that
// may match anywhere in the answer) into one that our language can use, and that
// means the same where a pattern has to match the whole answer. ok is false when it
// uses what the language has not, such as looking ahead.
func goPattern(src string) (pattern string, ok bool) {
	src = strings.TrimSpace(src)
	flags := ""
	if len(src) >= 2 && strings.ContainsRune("/#~@%!", rune(src[0])) {
		if end := strings.LastIndexByte(src[1:], src[0]); end >= 0 {
			body, after := src[1:1+end], src[2+end:]
			for _, f := range after {
				switch f {
				case 'i', 's', 'm', 'U':
					flags += string(f)
				case 'u', 'D':
				default:
					return "", false
				}
			}
			src = strings.ReplaceAll(body, `\`+string(src[0]), string(src[0]))
		}
	}
	if _, err := regexp.Compile(src); err != nil {
		return "", false
	}
	whole := strings.HasPrefix(src, "^") && strings.HasSuffix(src, "$") && !strings.HasSuffix(src, `\$`)
	if !whole || topLevelBar(src) {
		src = `[\s\S]*(?:` + src + `)[\s\S]*`
	}
	if flags != "" {
		src = "(?" + flags + ")" + src
	}
	_, err := regexp.Compile(src)
	return src, err == nil
}

// topLevelBar tells whether the pattern is a choice that no bracket holds together:
// in ^a|b$ each end belongs to one half only.
func topLevelBar(src string) bool {
	depth, class := 0, false
	for i := 0; i < len(src); i++ {
		switch src[i] {
		case '\\':
			i++
		case '[':
			class = true
		case ']':
			class = false
		case '(':
			if !class {
				depth++
			}
		case ')':
			if !class {
				depth--
			}
		case '|':
			if depth == 0 && !class {
				return true
			}
		}
	}
	return false
}
