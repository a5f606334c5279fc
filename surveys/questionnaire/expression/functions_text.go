package expression

import (
	"crypto/md5"  // the language names it; nothing here rests on its strength
	"crypto/sha1" // as above
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"regexp"
	"regexp/syntax"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"
)

func concat(r *Run, n *node) Value {
	if len(n.args) == 1 && !isPath(n.args[0]) {
		return TextOf(r.text(n, 0))
	}
	var b strings.Builder
	for _, a := range n.args {
		if a.op == opFilter || a.op == opStep {
			for _, m := range r.nodes(a) {
				b.WriteString(m.Text)
			}
			continue
		}
		v := r.eval(a)
		b.WriteString(v.Text())
	}
	return TextOf(b.String())
}

func isPath(n *node) bool { return n.op == opFilter || n.op == opStep || n.op == opRef }

// join puts a text between texts; a question in a repeat gives one text an instance.
func join(r *Run, n *node) Value {
	var parts []string
	for _, a := range n.args[1:] {
		if isPath(a) {
			for _, m := range r.nodes(a) {
				parts = append(parts, m.Text)
			}
			continue
		}
		v := r.eval(a)
		parts = append(parts, v.Text())
	}
	return TextOf(strings.Join(parts, r.text(n, 0)))
}

// substring counts characters from 1, and rounds as XPath 1.0 says.
func substring(r *Run, n *node) Value {
	s, from := r.text(n, 0), math.Floor(r.number(n, 1)+0.5)
	to := math.Inf(1)
	if len(n.args) == 3 {
		to = from + math.Floor(r.number(n, 2)+0.5)
	}
	return TextOf(cut(s, func(i int) bool { return float64(i+1) >= from && float64(i+1) < to }))
}

// substr counts characters from 0, up to but without the second; a negative
// number counts from the end.
func substr(r *Run, n *node) Value {
	s := r.text(n, 0)
	size := float64(utf8.RuneCountInString(s))
	from, to := math.Trunc(r.number(n, 1)), size
	if len(n.args) == 3 {
		to = math.Trunc(r.number(n, 2))
	}
	if from < 0 {
		from = math.Max(0, from+size)
	}
	if to < 0 {
		to += size
	}
	return TextOf(cut(s, func(i int) bool { return float64(i) >= from && float64(i) < to }))
}

// cut is the run of characters of s whose numbers, from 0, are in.
func cut(s string, in func(int) bool) string {
	start, end, i := -1, len(s), 0
	for at := range s {
		switch {
		case start < 0 && in(i):
			start = at
		case start >= 0 && !in(i):
			end = at
			return s[start:end]
		}
		i++
	}
	if start < 0 {
		return ""
	}
	return s[start:end]
}

func substringBefore(r *Run, n *node) Value {
	s := r.text(n, 0)
	if i := strings.Index(s, r.text(n, 1)); i >= 0 {
		return TextOf(s[:i])
	}
	return Value{}
}

func substringAfter(r *Run, n *node) Value {
	s, what := r.text(n, 0), r.text(n, 1)
	if i := strings.Index(s, what); i >= 0 {
		return TextOf(s[i+len(what):])
	}
	return Value{}
}

// upperCase and lowerCase go by the rules of Unicode, by which one letter may become
// two: ß is SS.
func upperCase(r *Run, n *node) Value { return TextOf(cased(r.text(n, 0), cases.Upper)) }
func lowerCase(r *Run, n *node) Value { return TextOf(cased(r.text(n, 0), cases.Lower)) }

func cased(s string, way func(language.Tag, ...cases.Option) cases.Caser) string {
	c := way(language.Und) // it keeps state: one for each call
	return c.String(s)
}

func stringLength(r *Run, n *node) Value {
	return NumberOf(float64(utf8.RuneCountInString(r.textOrSelf(n))))
}

func normalizeSpace(r *Run, n *node) Value {
	s := r.textOrSelf(n)
	return TextOf(strings.Join(strings.FieldsFunc(s, func(c rune) bool { return c < utf8.RuneSelf && isSpace(byte(c)) }), " "))
}

// translate replaces characters one by one; one without a counterpart goes.
func translate(r *Run, n *node) Value {
	from, to := []rune(r.text(n, 1)), []rune(r.text(n, 2))
	return TextOf(strings.Map(func(c rune) rune {
		for i, f := range from {
			if f == c {
				if i < len(to) {
					return to[i]
				}
				return -1
			}
		}
		return c
	}, r.text(n, 0)))
}

// prepareRegex compiles a pattern that is written out.
func prepareRegex(p *parser, n *node) *Error {
	if n.args[1].op != opText {
		return nil
	}
	m, err := compilePattern(n.args[1].text)
	if err != nil {
		return &Error{Pos: n.args[1].pos, Key: "expression.bad_pattern", Args: map[string]any{"Text": n.args[1].text}}
	}
	n.memo = m
	if bound := looseBound(n.args[1].text); bound != "" {
		p.expr.doubts = append(p.expr.doubts, &Error{Pos: n.args[1].pos, Key: "expression.loose_bound", Args: map[string]any{"Text": bound}})
	}
	return nil
}

// looseBound is a most that a pattern sets and that changes nothing, as {1,100} in
// [a-z]{1,100}: a part of the text that fits is enough, so at an end that no ^ or $ holds
// only the least counts. Whoever writes a most means the whole text.
func looseBound(pattern string) string {
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return ""
	}
	for _, end := range []func([]*syntax.Regexp) *syntax.Regexp{
		func(parts []*syntax.Regexp) *syntax.Regexp { return parts[0] },
		func(parts []*syntax.Regexp) *syntax.Regexp { return parts[len(parts)-1] },
	} {
		at := tree
		for at.Op == syntax.OpConcat || at.Op == syntax.OpCapture {
			at = end(at.Sub)
		}
		if at.Op == syntax.OpRepeat && at.Max > max(at.Min, 1) {
			return fmt.Sprintf("{%d,%d}", at.Min, at.Max)
		}
	}
	return ""
}

// mostPattern is the longest pattern, in bytes: one that an answer made could
// otherwise take much memory to compile.
const mostPattern = 1000

var errLongPattern = errors.New("pattern is too long")

func compilePattern(s string) (*regexp.Regexp, error) {
	if len(s) > mostPattern {
		return nil, errLongPattern
	}
	return regexp.Compile(s)
}

// patterns keeps the patterns that answers or lists made, a bounded number.
var patterns struct {
	sync.Mutex
	known map[string]*regexp.Regexp
}

func regex(r *Run, n *node) Value {
	if m, ok := n.memo.(*regexp.Regexp); ok {
		return BoolOf(m.MatchString(r.text(n, 0)))
	}
	pattern := r.text(n, 1)
	m, err := knownPattern(pattern)
	if err != nil {
		return r.fail(&Error{Pos: n.args[1].pos, Key: "expression.bad_pattern", Args: map[string]any{"Text": pattern}})
	}
	return BoolOf(m.MatchString(r.text(n, 0)))
}

func knownPattern(pattern string) (*regexp.Regexp, error) {
	patterns.Lock()
	defer patterns.Unlock()
	if m := patterns.known[pattern]; m != nil {
		return m, nil
	}
	m, err := compilePattern(pattern)
	if err != nil {
		return nil, err
	}
	if patterns.known == nil || len(patterns.known) >= 256 {
		patterns.known = map[string]*regexp.Regexp{}
	}
	patterns.known[pattern] = m
	return m, nil
}

// chance is the next number from the seed of the run, in [0, 1).
func (r *Run) chance() float64 { return float64(r.bits(0)>>11) / (1 << 53) }

// bits are 64 bits that follow from the seed of the run and the number of draws
// before; i tells several of one draw apart.
func (r *Run) bits(i uint64) uint64 {
	if i == 0 {
		r.draw++
	}
	return bitsOf(r.Seed, r.draw, i)
}

// bitsOf are 64 bits that follow from numbers and from nothing else.
func bitsOf(seed, draw, i uint64) uint64 {
	var b [24]byte
	binary.BigEndian.PutUint64(b[:], seed)
	binary.BigEndian.PutUint64(b[8:], draw)
	binary.BigEndian.PutUint64(b[16:], i)
	sum := sha256.Sum256(b[:])
	return binary.BigEndian.Uint64(sum[:])
}

// Shuffle puts n things in an order that follows from the seed alone.
func Shuffle(seed uint64, n int, swap func(i, j int)) {
	for i := n - 1; i > 0; i-- {
		swap(i, int(bitsOf(seed, 0, uint64(i))%uint64(i+1)))
	}
}

// uuid is a version 4 UUID from the seed of the run; with a length, that many
// characters of the same chance.
func uuid(r *Run, n *node) Value {
	if len(n.args) == 1 {
		const letters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		size := r.number(n, 0)
		if !(size > 0) { // NaN too
			return Value{}
		}
		b := make([]byte, int(math.Min(size, 1024)))
		for i := range b {
			b[i] = letters[r.bits(uint64(i))%uint64(len(letters))]
		}
		return TextOf(string(b))
	}
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], r.bits(0))
	binary.BigEndian.PutUint64(b[8:], r.bits(1))
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return TextOf(fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:]))
}

func digest(r *Run, n *node) Value {
	data := []byte(r.text(n, 0))
	var sum []byte
	switch strings.ToUpper(r.text(n, 1)) {
	case "MD5":
		s := md5.Sum(data)
		sum = s[:]
	case "SHA-1":
		s := sha1.Sum(data)
		sum = s[:]
	case "SHA-256":
		s := sha256.Sum256(data)
		sum = s[:]
	case "SHA-384":
		s := sha512.Sum384(data)
		sum = s[:]
	case "SHA-512":
		s := sha512.Sum512(data)
		sum = s[:]
	default:
		return r.fail(&Error{Pos: n.args[1].pos, Key: "expression.unknown_digest", Args: map[string]any{"Text": r.text(n, 1)}})
	}
	if len(n.args) == 2 {
		return TextOf(base64.StdEncoding.EncodeToString(sum))
	}
	switch encoding := r.text(n, 2); strings.ToLower(encoding) {
	case "hex":
		return TextOf(hex.EncodeToString(sum))
	case "base64", "":
		return TextOf(base64.StdEncoding.EncodeToString(sum))
	default:
		return r.fail(&Error{Pos: n.args[2].pos, Key: "expression.unknown_encoding", Args: map[string]any{"Text": encoding}})
	}
}

func base64Decode(r *Run, n *node) Value {
	b, err := base64.StdEncoding.DecodeString(strings.TrimSpace(r.text(n, 0)))
	if err != nil || !utf8.Valid(b) {
		return Value{}
	}
	return TextOf(string(b))
}

func base64Encode(r *Run, n *node) Value {
	return TextOf(base64.StdEncoding.EncodeToString([]byte(r.text(n, 0))))
}

// Draw is a number from 0 up to but without n that follows from a seed, a name and
// a number, and from nothing else.
func Draw(seed uint64, name string, i uint64, n int) int {
	if n <= 1 {
		return 0
	}
	sum := sha256.Sum256([]byte(name))
	return int(bitsOf(seed^binary.BigEndian.Uint64(sum[:]), 1, i) % uint64(n))
}
