package expression

import (
	"math"
	"time"
)

func today(r *Run, _ *node) Value { return dateOf(math.Floor(wallDays(r.Now))) }

func now(r *Run, _ *node) Value {
	at := r.Now.Truncate(time.Millisecond) // as far as its text tells
	return Value{kind: Date, n: wallDays(at), s: at.Format("2006-01-02T15:04:05.000Z07:00")}
}

// zone is where the wall clock hangs; UTC when no moment was given.
func (r *Run) zone() *time.Location { return r.Now.Location() }

// days reads a value as a date: a date, a number of days, or text that has the
// shape of one. Blank stays blank (ok false, no error); text of another shape is
// a date that is none; a date that does not exist is an error.
func (r *Run) days(v Value, pos int) (days float64, blank bool) {
	switch v.kind {
	case Number, Date:
		return v.n, false
	case Boolean:
		return v.n, false
	}
	s := v.Text()
	if s == "" {
		return 0, true
	}
	if !looksLikeDay(s) {
		return ParseNumber(s), false
	}
	days, err := daysOf(s, r.zone())
	if err != nil {
		r.fail(&Error{Pos: pos, Key: "expression.no_such_date", Args: map[string]any{"Text": s}})
	}
	return days, false
}

func date(r *Run, n *node) Value {
	days, blank := r.days(r.value(n, 0), n.pos)
	if blank || r.err != nil {
		return Value{}
	}
	return dateOf(math.Floor(days))
}

func dateTime(r *Run, n *node) Value {
	days, blank := r.days(r.value(n, 0), n.pos)
	if blank || r.err != nil {
		return Value{}
	}
	return dateOf(days)
}

func decimalDateTime(r *Run, n *node) Value {
	days, blank := r.days(r.value(n, 0), n.pos)
	if blank {
		days = math.NaN()
	}
	return NumberOf(days)
}

func decimalTime(r *Run, n *node) Value {
	t, ok := parseTime(r.text(n, 0))
	if !ok {
		t = math.NaN()
	}
	return NumberOf(t)
}

func formatDateCall(r *Run, n *node) Value {
	v := r.value(n, 0)
	if v.kind == Text {
		if part, ok := parseTime(v.s); ok { // a time of day alone
			v = dateOf(part)
		}
	}
	days, blank := r.days(v, n.pos)
	if blank || r.err != nil {
		return Value{}
	}
	t, ok := fromDays(days)
	if !ok {
		return TextOf("Invalid Date")
	}
	layout := r.text(n, 1)
	s, ok := formatDate(t, layout, r.Lang)
	if !ok {
		return r.fail(&Error{Pos: n.args[1].pos, Key: "expression.bad_date_format", Args: map[string]any{"Text": layout}})
	}
	return TextOf(s)
}
