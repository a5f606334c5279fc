package interchange

import (
	"regexp"
	"strings"
)

// emNow is this moment as a number of days.
const emNow = "decimal-date-time(now())"

const secondsOfDay = "86400"

// emSecondsOf turns days since 1970 into the seconds that LimeSurvey counts in.
func emSecondsOf(days string) xpath {
	return xpath{days + " * " + secondsOfDay, emSeconds, levelTimes}
}

// emDate translates date(format, time): the time as a text.
func emDate(c *emContext, n *emNode, args []*emNode) (xpath, *emError) {
	if args[0].op != emLiteral {
		return xpath{}, &emError{Pos: n.pos, Key: "lss.em.needs_constant", Text: n.text}
	}
	format, withTime, ok := odkFormat(args[0].text)
	if !ok {
		return xpath{}, &emError{Pos: args[0].pos, Key: "lss.em.date_format", Text: args[0].text}
	}
	when := "now()"
	if !withTime {
		when = "today()"
	}
	if len(args) == 2 {
		inner := args[1]
		if x, ok := c.moment(inner, withTime); ok {
			when = x
		} else {
			x, err := c.value(inner)
			if err != nil {
				return x, err
			}
			if x.s != emSecondsOf(emNow).s {
				when = "date-time(" + x.at(levelTimes) + " div " + secondsOfDay + ")"
			}
		}
	}
	switch format {
	case "%Y-%m-%d":
		if when == "today()" || strings.HasPrefix(when, "${") && !withTime {
			return emUnit(emDay, when), nil
		}
	case "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S":
		return emUnit(emDay, when), nil
	}
	kind, call := emText, "format-date"
	if withTime {
		call = "format-date-time"
	}
	x := call + "(" + when + ", '" + format + "')"
	if n.text == "idate" || format == "%Y" || format == "%n" || format == "%e" {
		kind, x = emNumber, "number("+x+")"
	}
	return emUnit(kind, x), nil
}

// moment is strtotime(x) where a date is wanted: x itself.
func (c *emContext) moment(n *emNode, withTime bool) (string, bool) {
	if n.op != emCall || n.text != "strtotime" || len(n.args) != 1 {
		return "", false
	}
	arg := n.args[0]
	if arg.op == emLiteral {
		switch strings.ToLower(strings.TrimSpace(arg.text)) {
		case "now":
			if withTime {
				return "now()", true
			}
			return "today()", true
		case "today", "midnight":
			return "today()", true
		}
		if isoDay.MatchString(arg.text) {
			return "date('" + arg.text[:10] + "')", true
		}
		return "", false
	}
	if v := c.part(arg); v != nil && v.holds == emHoldsDate {
		return c.ref(v.item), true
	}
	return "", false
}

var lssShift = regexp.MustCompile(`^([+-]?) ?(\d+) (day|week)s?$`)

// emStrToTime translates a moment to seconds since 1970.
func emStrToTime(c *emContext, n *emNode, args []*emNode) (xpath, *emError) {
	if x, ok := c.moment(n, true); ok {
		return emSecondsOf("decimal-date-time(" + x + ")"), nil
	}
	if args[0].op == emLiteral {
		days, ok := relativeDays(args[0].text)
		if !ok {
			return xpath{}, &emError{Pos: args[0].pos, Key: "lss.em.date", Text: lssShorten(args[0].text)}
		}
		return emSecondsOf("(" + days + ")"), nil
	}
	x, err := c.value(args[0])
	return emSecondsOf("decimal-date-time(" + c.plain(x).s + ")"), err
}

// relativeDays is "+3 days" from today, as a number of days.
func relativeDays(s string) (string, bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	switch s {
	case "tomorrow":
		s = "+1 day"
	case "yesterday":
		s = "-1 day"
	}
	m := lssShift.FindStringSubmatch(s)
	if m == nil {
		return "", false
	}
	sign, count := "+", m[2]
	if m[1] == "-" {
		sign = "-"
	}
	if m[3] == "week" {
		count += " * 7"
	}
	return "decimal-date-time(today()) " + sign + " " + count, true
}

// odkFormat turns a date format of PHP into one of format-date.
func odkFormat(php string) (format string, withTime, ok bool) {
	var b strings.Builder
	for i := 0; i < len(php); i++ {
		switch ch := php[i]; ch {
		case 'd':
			b.WriteString("%d")
		case 'j':
			b.WriteString("%e")
		case 'm':
			b.WriteString("%m")
		case 'n':
			b.WriteString("%n")
		case 'Y':
			b.WriteString("%Y")
		case 'y':
			b.WriteString("%y")
		case 'M', 'F':
			b.WriteString("%b")
		case 'D', 'l':
			b.WriteString("%a")
		case 'H', 'i', 's', 'G':
			withTime = true
			b.WriteString(map[byte]string{'H': "%H", 'i': "%M", 's': "%S", 'G': "%h"}[ch])
		case '\\':
			if i++; i < len(php) {
				b.WriteByte(php[i])
			}
		case '%', '\'':
			return "", false, false
		default:
			if ch >= 'a' && ch <= 'z' || ch >= 'A' && ch <= 'Z' {
				return "", false, false
			}
			b.WriteByte(ch)
		}
	}
	return b.String(), withTime, true
}
