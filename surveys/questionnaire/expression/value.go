package expression

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Kind is the type of a value.
type Kind uint8

// The kinds of value. XPath 1.0 has four; ODK adds dates, which read as text and
// count as days.
const (
	Text Kind = iota
	Number
	Boolean
	Date  // a calendar day, or a moment when the days have a fraction
	Nodes // places in a tree
)

// Value is what an expression yields. The zero Value is the empty text.
type Value struct {
	kind  Kind
	s     string
	n     float64 // a number; days since 1970-01-01 in the zone of the run; 1 or 0; of text 1 or -1 when it is a yes or no that was worked out
	nodes []*Node
}

// TextOf, NumberOf and BoolOf make values.
func TextOf(s string) Value { return Value{s: s} }

// NumberOf is the number as a value.
func NumberOf(n float64) Value { return Value{kind: Number, n: n} }

// workedOut is the text of a calculation that yields yes or no: text to whoever
// wants text, and still that yes or no to a condition.
func workedOut(s string) Value {
	switch s {
	case "true":
		return Value{s: s, n: 1}
	case "false":
		return Value{s: s, n: -1}
	}
	return Value{s: s}
}

// BoolOf is yes or no as a value.
func BoolOf(b bool) Value {
	if b {
		return Value{kind: Boolean, n: 1}
	}
	return Value{kind: Boolean}
}

func dateOf(days float64) Value   { return Value{kind: Date, n: days} }
func nodesOf(nodes []*Node) Value { return Value{kind: Nodes, nodes: nodes} }
func (v Value) first() string     { return firstText(v.nodes) }
func (v Value) isNumeric() bool   { return v.kind == Number || v.kind == Date }
func (v Value) Kind() Kind        { return v.kind }
func firstText(nodes []*Node) string {
	if len(nodes) == 0 {
		return ""
	}
	return nodes[0].Text
}

// Text is the value as text, by XPath 1.0: numbers without exponent, "NaN",
// "Infinity"; dates as ISO 8601, "Invalid Date" for none.
func (v Value) Text() string {
	switch v.kind {
	case Text:
		return v.s
	case Number:
		return FormatNumber(v.n)
	case Boolean:
		if v.n != 0 {
			return "true"
		}
		return "false"
	case Date:
		if v.s != "" { // a moment that knows its zone
			return v.s
		}
		return formatDays(v.n)
	default:
		return v.first()
	}
}

// Number is the value as a number. Text that is a date counts as its days, a moment
// that names its zone as it is in UTC; any other text that is no number is NaN.
func (v Value) Number() float64 { return v.numberIn(time.UTC) }

// numberIn is the value as a number; a moment that names its zone counts as it is
// on the wall clock of the other zone.
func (v Value) numberIn(zone *time.Location) float64 {
	switch v.kind {
	case Text:
		if v.n != 0 { // a yes or no that was worked out
			return max(v.n, 0)
		}
		return parseNumber(v.s, zone)
	case Nodes:
		return parseNumber(v.first(), zone)
	default:
		return v.n
	}
}

// Bool is the value as a yes or no: text is yes when there is any, a number when
// it is not 0 and not NaN.
func (v Value) Bool() bool {
	switch v.kind {
	case Text:
		return v.s != "" && v.n >= 0
	case Nodes:
		return len(v.nodes) > 0
	default:
		return v.n != 0 && !math.IsNaN(v.n)
	}
}

// FormatNumber writes a number as XPath 1.0 does.
func FormatNumber(n float64) string {
	switch {
	case n == 0: // also minus zero
		return "0"
	case math.IsNaN(n):
		return "NaN"
	case math.IsInf(n, 1):
		return "Infinity"
	case math.IsInf(n, -1):
		return "-Infinity"
	case n == math.Trunc(n) && math.Abs(n) < 1e15:
		return strconv.FormatInt(int64(n), 10)
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}

// trim takes XML's white space off both ends. Most texts have none, and are not
// looked through.
func trim(s string) string {
	if s == "" || s[0] > ' ' && s[len(s)-1] > ' ' {
		return s
	}
	return strings.Trim(s, xmlSpace)
}

// ParseNumber reads a number as XPath 1.0 writes it (an optional minus, digits, a
// point), or a date as its days; NaN for anything else.
func ParseNumber(s string) float64 { return parseNumber(s, time.UTC) }

func parseNumber(s string, zone *time.Location) float64 {
	s = trim(s)
	if len(s) == 1 && isDigit(s[0]) {
		return float64(s[0] - '0')
	}
	digits, points := 0, 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case isDigit(c):
			digits++
		case c == '.' && points == 0:
			points++
		case c == '-' && i == 0:
		default:
			if days, ok := parseDay(s, zone); ok {
				return days
			}
			return math.NaN()
		}
	}
	if digits == 0 {
		return math.NaN()
	}
	n, err := strconv.ParseFloat(s, 64)
	if err != nil && !math.IsInf(n, 0) {
		return math.NaN()
	}
	return n
}

// xmlSpace is what counts as white space in XML, and nothing else.
const xmlSpace = " \t\r\n"

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// compare says whether a op b holds, by XPath 1.0 with dates as days on the wall
// clock of the zone.
func compare(op op, a, b Value, zone *time.Location) bool {
	if a.kind == Nodes && b.kind != Boolean {
		for _, n := range a.nodes {
			if compare(op, TextOf(n.Text), b, zone) {
				return true
			}
		}
		return false
	}
	if b.kind == Nodes && a.kind != Boolean {
		for _, n := range b.nodes {
			if compare(op, a, TextOf(n.Text), zone) {
				return true
			}
		}
		return false
	}
	if op == opEqual || op == opUnequal {
		var same bool
		switch {
		case a.kind == Boolean || b.kind == Boolean:
			same = a.Bool() == b.Bool()
		case a.isNumeric() || b.isNumeric():
			same = a.numberIn(zone) == b.numberIn(zone)
		default:
			same = a.Text() == b.Text()
		}
		return same == (op == opEqual)
	}
	x, y := a.numberIn(zone), b.numberIn(zone)
	if a.kind == Text && b.kind == Text && math.IsNaN(x) && math.IsNaN(y) {
		// Two times of day ("07:30") order as moments of one day.
		if p, ok := parseTime(a.s); ok {
			if q, ok := parseTime(b.s); ok {
				x, y = p, q
			}
		}
	}
	switch op {
	case opLess:
		return x < y
	case opAtMost:
		return x <= y
	case opMore:
		return x > y
	default:
		return x >= y
	}
}
