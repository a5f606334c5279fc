package surveys

import (
	"fmt"
	"time"
)

// Date is a calendar date without a zone, written as ISO 8601 ("2026-11-25"), so
// that dates compare, sort and are stored as text. The zero value "" is no date.
type Date string

// DateOf is the calendar date of a moment in its own zone.
func DateOf(t time.Time) Date { return Date(t.Format(time.DateOnly)) }

// ParseDate reads an ISO 8601 calendar date.
func ParseDate(s string) (Date, error) {
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		return "", fmt.Errorf("parse date: not a calendar date written as 2026-11-25")
	}
	return Date(s), nil
}

// Time is midnight UTC of the date; the zero Time for no date.
func (d Date) Time() time.Time {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return time.Time{}
	}
	return t
}

// Start is the moment at which the day begins in the zone.
func (d Date) Start(zone *time.Location) time.Time {
	t := d.Time()
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, zone)
}

// AddDays moves the date by whole days; no date stays no date.
func (d Date) AddDays(n int) Date {
	if d == "" {
		return ""
	}
	return DateOf(d.Time().AddDate(0, 0, n))
}

// Days is the number of days from d to later; negative when later is earlier.
func (d Date) Days(later Date) int {
	return int(later.Time().Sub(d.Time()).Hours() / 24)
}

// Week is the Monday of the date's ISO week.
func (d Date) Week() Date {
	if d == "" {
		return ""
	}
	return d.AddDays(-((int(d.Time().Weekday()) + 6) % 7))
}
