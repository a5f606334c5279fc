package page

import (
	"fmt"
	"html/template"
	"math"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
	xnumber "golang.org/x/text/number"

	"weerklank.nl/weerklank/surveys"
)

var printers = map[Lang]*message.Printer{
	surveys.Dutch:   message.NewPrinter(language.Dutch),
	surveys.English: message.NewPrinter(language.BritishEnglish),
}

// number writes a number with at most one decimal, and a minus that is as wide as a digit:
// −1.234,5 in Dutch, −1,234.5 in English.
func number(lang Lang, value any) string {
	return strings.ReplaceAll(printers[lang].Sprint(xnumber.Decimal(value, xnumber.MaxFractionDigits(1))), "-", "−")
}

// percent writes a share between 0 and 1 as whole percents, halves up: "57 %" in Dutch,
// "57%" in English. A share such as 644/1120 has no exact binary form; the inner rounding
// gives its half back, so that a page and an export never differ by a point.
func percent(lang Lang, share float64) string {
	whole := strconv.Itoa(int(math.Round(math.Round(share*1e9) / 1e7)))
	if lang == surveys.English {
		return whole + "%"
	}
	return whole + "\u00a0%"
}

// euros writes an amount in whole euros: "€ 61.000".
func euros(lang Lang, amount int) string {
	if lang == surveys.English {
		return "€" + number(lang, amount)
	}
	return "€\u00a0" + number(lang, amount)
}

// dateOf reads what templates and placeholders give as a day.
func dateOf(value any) surveys.Date {
	switch v := value.(type) {
	case surveys.Date:
		return v
	case time.Time:
		if v.IsZero() {
			return ""
		}
		return surveys.DateOf(v)
	}
	return ""
}

// dateText is a day as people write it: "20 november 2026"; "" for no day.
func (cat *catalogue) dateText(lang Lang, value any) string {
	d := dateOf(value)
	if d == "" {
		return ""
	}
	t := d.Time()
	return fmt.Sprintf("%d %s %d", t.Day(), cat.month(lang, t.Month()), t.Year())
}

func (cat *catalogue) month(lang Lang, m time.Month) string {
	return cat.text(lang, "date.month."+strconv.Itoa(int(m)), nil)
}

// date is a day as a <time> element: "20 november 2026".
func (cat *catalogue) date(lang Lang, value any) template.HTML {
	return timeElement(dateOf(value), cat.dateText(lang, value))
}

// day is a day of which the year is plain: "20 november".
func (cat *catalogue) day(lang Lang, value any) template.HTML {
	d := dateOf(value)
	if d == "" {
		return ""
	}
	t := d.Time()
	return timeElement(d, strconv.Itoa(t.Day())+" "+cat.month(lang, t.Month()))
}

// monthYear is the month of a day: "november 2026".
func (cat *catalogue) monthYear(lang Lang, value any) template.HTML {
	d := dateOf(value)
	if d == "" {
		return ""
	}
	t := d.Time()
	return trusted(`<time datetime="` + t.Format("2006-01") + `">` + template.HTMLEscapeString(cat.month(lang, t.Month())+" "+strconv.Itoa(t.Year())) + `</time>`)
}

// weekday is a day with its name: "vrijdag 20 november 2026".
func (cat *catalogue) weekday(lang Lang, value any) template.HTML {
	d := dateOf(value)
	if d == "" {
		return ""
	}
	name := cat.text(lang, "date.weekday."+strconv.Itoa(int(d.Time().Weekday())), nil)
	return timeElement(d, name+" "+cat.dateText(lang, d))
}

func timeElement(d surveys.Date, text string) template.HTML {
	if d == "" {
		return ""
	}
	return trusted(`<time datetime="` + template.HTMLEscapeString(string(d)) + `">` + template.HTMLEscapeString(text) + `</time>`)
}

// ParseDate reads a day as somebody typed it: 17-11-2026, 17/11/2026, 17.11.2026,
// 2026-11-17, or with the month as a word in either language. It says no to a day
// that does not exist, such as 31 June.
func (k *Kit) ParseDate(typed string) (surveys.Date, bool) {
	parts := strings.FieldsFunc(strings.ToLower(strings.TrimSpace(typed)), func(r rune) bool {
		return r == '-' || r == '/' || r == '.' || r == ' ' || r == '\u00a0'
	})
	if len(parts) != 3 {
		return "", false
	}
	if len(parts[0]) == 4 {
		parts[0], parts[2] = parts[2], parts[0]
	}
	day, err1 := strconv.Atoi(parts[0])
	year, err2 := strconv.Atoi(parts[2])
	month, err3 := strconv.Atoi(parts[1])
	if err3 != nil {
		month = k.monthNamed(parts[1])
	}
	if err1 != nil || err2 != nil || len(parts[2]) != 4 || month == 0 {
		return "", false
	}
	d, err := surveys.ParseDate(fmt.Sprintf("%04d-%02d-%02d", year, month, day))
	return d, err == nil
}

func (k *Kit) monthNamed(name string) int {
	for _, lang := range Languages {
		for m := time.January; m <= time.December; m++ {
			if full := strings.ToLower(k.catalogue.month(lang, m)); full == name || len(name) >= 3 && strings.HasPrefix(full, name) {
				return int(m)
			}
		}
	}
	return 0
}

// TypedDate is a day as a date field shows it: "17-11-2026"; "" for no day.
func TypedDate(d surveys.Date) string {
	if d == "" {
		return ""
	}
	return d.Time().Format("02-01-2006")
}
