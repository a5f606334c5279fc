package expression

import (
	"fmt"
	"sort"
	"strings"
	"unicode/utf8"
)

// Error is a mistake in an expression. Key and Args are worded by the catalogue
// (form.KEY.what and form.KEY.cure); Pos is where it is, in characters from 1.
type Error struct {
	Pos  int
	Key  string
	Args map[string]any
}

// Error says what is wrong, for a log: the catalogue words it for people.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "expression: %s at character %d", e.Key, e.Pos)
	keys := make([]string, 0, len(e.Args))
	for k := range e.Args {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for _, k := range keys {
		fmt.Fprintf(&b, " %s=%v", k, e.Args[k])
	}
	return b.String()
}

// Nearest is the name that somebody probably meant: the one with the fewest
// letters to change, as long as that is at most a third of them; "" when none
// comes near.
func Nearest(name string, names []string) string {
	length := utf8.RuneCountInString(name)
	best, most := "", max(1, length/3)
	if length < 2 {
		return ""
	}
	for _, n := range names {
		if d := distance(strings.ToLower(name), strings.ToLower(n), most); d <= most {
			best, most = n, d-1
		}
	}
	return best
}

// distance is the number of letters to add, drop, change or swap to get from a to
// b; more than limit is limit+1.
func distance(a, b string, limit int) int {
	x, y := []rune(a), []rune(b)
	if d := len(x) - len(y); d > limit || -d > limit {
		return limit + 1
	}
	before, last, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(y)]
}
