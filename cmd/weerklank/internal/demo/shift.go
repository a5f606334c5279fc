package demo

import (
	"regexp"

	"weerklank.nl/weerklank/surveys"
)

var quotedDate = regexp.MustCompile(`"\d{4}-\d{2}-\d{2}"`)

// shiftedDays is by how many days the story moves so that its anchor date becomes
// today or at most six days ago, never ahead: whole weeks, so that weekdays stay.
func shiftedDays(anchor, today surveys.Date) int {
	days := anchor.Days(today)
	weeks := days / 7
	if days%7 < 0 {
		weeks--
	}
	return weeks * 7
}

// shift moves every date that is a value of its own in a JSON document. Texts that
// name a date hold it as they were written.
func shift(document []byte, days int) []byte {
	if days == 0 {
		return document
	}
	return quotedDate.ReplaceAllFunc(document, func(quoted []byte) []byte {
		d, err := surveys.ParseDate(string(quoted[1 : len(quoted)-1]))
		if err != nil {
			return quoted
		}
		return []byte(`"` + string(d.AddDays(days)) + `"`)
	})
}
