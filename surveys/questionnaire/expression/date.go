package expression

import (
	"math"
	"strings"
	"time"
)

const day = 24 * time.Hour

// parseDay reads an ISO 8601 date or moment as days since 1970-01-01 on the wall
// clock of the zone; ok is false when it is none.
func parseDay(s string, zone *time.Location) (days float64, ok bool) {
	if !looksLikeDay(s) {
		return 0, false
	}
	days, err := daysOf(s, zone)
	return days, err == nil
}

// looksLikeDay tells whether the text has the shape 2026-11-25, alone or with a
// time after it, so that everything else is refused without an allocation.
func looksLikeDay(s string) bool {
	if len(s) < 10 || s[4] != '-' || s[7] != '-' || len(s) > 10 && s[10] != 'T' && s[10] != ' ' {
		return false
	}
	for i := 0; i < 10; i++ {
		if i != 4 && i != 7 && !isDigit(s[i]) {
			return false
		}
	}
	return true
}

// daysOf reads a date (2026-11-25) or a moment (2026-11-25T12:00:00.000+01:00,
// with or without seconds, fraction and offset) as days since 1970-01-01 on the
// wall clock of the zone.
func daysOf(s string, zone *time.Location) (float64, error) {
	t, err := time.Parse(time.DateOnly, s[:10])
	if err != nil {
		return 0, err
	}
	days := math.Floor(float64(t.Unix()) / 86400)
	if len(s) == 10 {
		return days, nil
	}
	clock := s[11:]
	var offset string
	if i := strings.IndexAny(clock, "Z+-"); i >= 0 {
		clock, offset = clock[:i], clock[i:]
	}
	c, err := parseClock(clock)
	if err != nil {
		return 0, err
	}
	if offset == "" {
		return days + float64(c)/float64(day), nil
	}
	o, err := parseOffset(offset)
	if err != nil {
		return 0, err
	}
	at := t.Add(c - o).In(zone)
	return wallDays(at), nil
}

// wallDays is the moment on the wall clock of its own zone, in days.
func wallDays(t time.Time) float64 {
	_, offset := t.Zone()
	sec := t.Unix() + int64(offset)
	d := sec / 86400
	if sec%86400 < 0 {
		d--
	}
	rest := time.Duration(sec-d*86400)*time.Second + time.Duration(t.Nanosecond())
	return float64(d) + float64(rest)/float64(day)
}

func parseClock(s string) (time.Duration, error) {
	for _, layout := range []string{"15:04:05", "15:04"} { // a fraction of a second is accepted after seconds
		if t, err := time.Parse(layout, s); err == nil {
			return t.Sub(t.Truncate(day)), nil
		}
	}
	return 0, &time.ParseError{Layout: "15:04:05", Value: s}
}

func parseOffset(s string) (time.Duration, error) {
	for _, layout := range []string{"Z07:00", "Z0700", "Z07"} {
		if t, err := time.Parse(layout, s); err == nil {
			_, o := t.Zone()
			return time.Duration(o) * time.Second, nil
		}
	}
	return 0, &time.ParseError{Layout: "Z07:00", Value: s}
}

// parseTime reads a time of day (07:30, 07:30:00.000+01:00) as a part of a day.
func parseTime(s string) (float64, bool) {
	if len(s) < 5 || s[2] != ':' {
		return 0, false
	}
	clock := s
	if i := strings.IndexAny(s, "+-"); i >= 0 {
		o := s[i+1:]
		if len(o) != 5 || o[2] != ':' || o[:2] > "14" || o[3:] > "59" || !isDigit(o[0]) || !isDigit(o[1]) || !isDigit(o[3]) || !isDigit(o[4]) {
			return 0, false
		}
		clock = s[:i]
	}
	c, err := parseClock(clock)
	return float64(c) / float64(day), err == nil
}

// fromDays is the moment, in UTC, whose wall clock shows the days, rounded to a
// millisecond; ok is false when there is none.
func fromDays(days float64) (t time.Time, ok bool) {
	if math.IsNaN(days) || math.Abs(days) > 4e6 { // some ten thousand years
		return time.Time{}, false
	}
	return time.UnixMilli(int64(math.Round(days * 86400000))).UTC(), true
}

// formatDays writes days as a date, or as a moment when they have a fraction.
func formatDays(days float64) string {
	t, ok := fromDays(days)
	if !ok {
		return "Invalid Date"
	}
	if days == math.Floor(days) {
		return t.Format(time.DateOnly)
	}
	return t.Format("2006-01-02T15:04:05.000")
}

var dutchMonths = [...]string{"januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"}
var dutchShortMonths = [...]string{"jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"}
var dutchDays = [...]string{"zondag", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag"}

// formatDate writes a moment by the marks of ODK's format-date; ok is false when
// a mark is unknown.
func formatDate(t time.Time, layout, lang string) (s string, ok bool) {
	var b strings.Builder
	for i := 0; i < len(layout); i++ {
		if layout[i] != '%' {
			b.WriteByte(layout[i])
			continue
		}
		if i++; i == len(layout) {
			return "", false
		}
		if !writeMark(&b, t, layout[i], lang) {
			return "", false
		}
	}
	return b.String(), true
}

func writeMark(b *strings.Builder, t time.Time, mark byte, lang string) bool {
	dutch := lang == "nl"
	switch mark {
	case '%':
		b.WriteByte('%')
	case 'Y':
		b.WriteString(t.Format("2006"))
	case 'y':
		b.WriteString(t.Format("06"))
	case 'm':
		b.WriteString(t.Format("01"))
	case 'n':
		b.WriteString(t.Format("1"))
	case 'B':
		b.WriteString(name(dutch, dutchMonths[t.Month()-1], t.Format("January")))
	case 'b':
		b.WriteString(name(dutch, dutchShortMonths[t.Month()-1], t.Format("Jan")))
	case 'd':
		b.WriteString(t.Format("02"))
	case 'e':
		b.WriteString(t.Format("2"))
	case 'H':
		b.WriteString(t.Format("15"))
	case 'h':
		b.WriteString(FormatNumber(float64(t.Hour())))
	case 'M':
		b.WriteString(t.Format("04"))
	case 'S':
		b.WriteString(t.Format("05"))
	case '3':
		b.WriteString(t.Format(".000")[1:])
	case 'A':
		b.WriteString(name(dutch, dutchDays[t.Weekday()], t.Format("Monday")))
	case 'a':
		b.WriteString(name(dutch, dutchDays[t.Weekday()][:2], t.Format("Mon")))
	case 'w':
		b.WriteString(FormatNumber(float64(t.Weekday())))
	case 'j':
		b.WriteString(t.Format("002"))
	case 'Z':
		b.WriteString(t.Format("Z07:00"))
	default:
		return false
	}
	return true
}

func name(dutch bool, nl, en string) string {
	if dutch {
		return nl
	}
	return en
}
