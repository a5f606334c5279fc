package questionnaire

import (
	"math"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"

	"weerklank.nl/weerklank/surveys/questionnaire/expression"
)

// longestTried is the most characters of a text that is tried.
const longestTried = 2000

// textDomain are the texts that rules name, texts of the lengths at which a rule
// changes its mind, and one that no rule names.
func textDomain(probes []expression.Probe) domain {
	d := domain{exact: true}
	lengths := []int{len(plainWord)}
	var named []string
	for _, pr := range probes {
		switch pr.Use {
		case expression.Filled:
		case expression.Compared:
			if !math.IsNaN(pr.Number) {
				d.exact = false // 5, 5.0 and 05 are the same number
				for _, n := range []float64{pr.Number, pr.Number - 1, pr.Number + 1} {
					named = appendNew(named, strconv.FormatFloat(n, 'f', -1, 64))
				}
			}
			named = appendNew(named, pr.Text)
		case expression.Measured:
			if n := pr.Number; n >= 0 && n < longestTried {
				lengths = append(lengths, int(math.Floor(n)), int(math.Floor(n))-1, int(math.Ceil(n))+1, int(math.Floor(n))+1)
			} else if n >= longestTried {
				d.exact = false
			}
		case expression.Matched:
			d.exact = false
			for _, match := range matches(pr.Text) {
				named = appendNew(named, match)
			}
		default:
			d.exact = false
			if pr.Text != "" && pr.Text != "NaN" {
				named = appendNew(named, pr.Text)
				named = appendNew(named, pr.Text+plainWord)
				named = appendNew(named, plainWord+pr.Text)
			}
		}
	}
	for _, n := range lengths {
		if n > 0 {
			d.values = appendNew(d.values, wordOf(n, named))
		}
	}
	for _, s := range named {
		if t := strings.TrimSpace(s); t != "" && t == s {
			d.values = appendNew(d.values, s)
		}
	}
	slices.SortStableFunc(d.values, func(a, b string) int { // lengths from short to long, the plain word first
		return boolInt(b == plainWord) - boolInt(a == plainWord)
	})
	return d
}

// plainWord is an answer in words of which the words do not matter.
const plainWord = "antwoord"

// wordOf is a text of n characters that is none of those.
func wordOf(n int, taken []string) string {
	s := strings.Repeat(plainWord, n/len(plainWord)+1)[:n]
	for c := 'a'; slices.Contains(taken, s) && c <= 'z'; c++ {
		s = s[:n-1] + string(c)
	}
	return s
}

// matches are a few texts that a pattern matches, as short as may be and a little
// longer; none for a pattern that cannot be read.
func matches(pattern string) []string {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil
	}
	var list []string
	for extra := range 3 {
		var b strings.Builder
		if written(&b, re, extra, 0) && b.Len() > 0 {
			list = appendNew(list, b.String())
		}
	}
	return list
}

// written writes a text that matches; extra says how often more than needed what
// may repeat does.
func written(b *strings.Builder, re *syntax.Regexp, extra, depth int) bool {
	if depth > 50 || b.Len() > longestTried {
		return false
	}
	each := func(times int) bool {
		for range times {
			if !written(b, re.Sub[0], extra, depth+1) {
				return false
			}
		}
		return true
	}
	switch re.Op {
	case syntax.OpLiteral:
		b.WriteString(string(re.Rune))
	case syntax.OpCharClass:
		if len(re.Rune) == 0 {
			return false
		}
		b.WriteRune(ordinary(re.Rune))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		b.WriteByte('a')
	case syntax.OpCapture:
		return each(1)
	case syntax.OpStar, syntax.OpQuest:
		return each(min(extra, 1+boolInt(re.Op == syntax.OpStar)))
	case syntax.OpPlus:
		return each(1 + 3*extra)
	case syntax.OpRepeat:
		most := re.Min + extra
		if re.Max >= 0 {
			most = min(most, re.Max)
		}
		return each(most)
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			if !written(b, sub, extra, depth+1) {
				return false
			}
		}
	case syntax.OpAlternate:
		return written(b, re.Sub[extra%len(re.Sub)], extra, depth+1)
	case syntax.OpNoMatch:
		return false
	}
	return true
}

// ordinary is a character of a class that people type: a letter or digit where
// there is one.
func ordinary(ranges []rune) rune {
	for _, want := range "a1A" {
		for i := 0; i+1 < len(ranges); i += 2 {
			if ranges[i] <= want && want <= ranges[i+1] {
				return want
			}
		}
	}
	return ranges[0]
}
