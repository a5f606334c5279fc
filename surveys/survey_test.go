package surveys_test

import (
	"errors"
	"testing"
	"time"

	"weerklank.nl/weerklank/surveys"
)

var noon = time.Date(2026, time.November, 25, 12, 0, 0, 0, time.UTC)

// complete is a survey that would open.
func complete() surveys.Survey {
	return surveys.Survey{
		Version: 1, Slug: "balie", Title: surveys.Text{NL: "Balie"}, Mode: surveys.Open, Owner: "iemand",
		Purpose: surveys.Text{NL: "Beter worden."}, CanChange: surveys.Text{NL: "De uitleg."}, CannotChange: surveys.Text{NL: "De prijs."},
		Opens: "2026-11-25", Closes: "2026-12-13", Promise: surveys.Promise{On: "2027-01-15"}, SmallestGroup: 5,
	}
}

func TestACompleteSurveyOpens(t *testing.T) {
	s := complete()
	if err := s.Open(noon, nil); err != nil || s.Phase("2026-12-13") != surveys.Running || s.Phase("2026-12-14") != surveys.Closed {
		t.Errorf("Open() = %v; on its last day it is %s, the day after %s", err, s.Phase("2026-12-13"), s.Phase("2026-12-14"))
	}
}

func TestASurveyStaysClosed(t *testing.T) {
	for name, c := range map[string]struct {
		field string
		spoil func(*surveys.Survey)
	}{
		"when nobody owns it":                      {"owner", func(s *surveys.Survey) { s.Owner = "" }},
		"when people would hear back in the past":  {"promise", func(s *surveys.Survey) { s.Promise.On = "2026-11-25" }},
		"when people would hear before it closes":  {"promise", func(s *surveys.Survey) { s.Promise.On = "2026-12-13" }},
		"when it does not say what can change":     {"can_change", func(s *surveys.Survey) { s.CanChange = surveys.Text{} }},
		"when it does not say what cannot":         {"cannot_change", func(s *surveys.Survey) { s.CannotChange = surveys.Text{} }},
		"when its last day lies before its first":  {"closes", func(s *surveys.Survey) { s.Opens, s.Closes = "2026-12-10", "2026-12-09" }},
		"when it would show groups of four":        {"smallest_group", func(s *surveys.Survey) { s.SmallestGroup = 4 }},
		"when it would be split in four ways":      {"breakdown", func(s *surveys.Survey) { s.Breakdowns = []string{"a", "b", "c", "d"} }},
		"when it is open already":                  {"survey", func(s *surveys.Survey) { s.OpenedAt = noon }},
		"when its privacy mode is not offered yet": {"mode", func(s *surveys.Survey) { s.Mode = surveys.Strong }},
	} {
		t.Run(name, func(t *testing.T) {
			s := complete()
			c.spoil(&s)
			var wrong surveys.Invalid
			if err := s.Open(noon, nil); !errors.As(err, &wrong) || len(wrong) != 1 || !wrong.Has(c.field) {
				t.Errorf("Open() = %v, want one problem, at %s", err, c.field)
			}
		})
	}
}

func TestAPromiseMovedInTimeRunsAndOneMovedLateStaysLate(t *testing.T) {
	reason := surveys.Text{NL: "De raad wil eerst weten wat het kost."}
	for name, c := range map[string]struct {
		on    surveys.Date
		want  surveys.PromiseState
		dueOn surveys.Date
	}{
		"before its day":      {"2027-01-10", surveys.PromiseRunning, "2027-02-01"},
		"on its day":          {"2027-01-15", surveys.PromiseRunning, "2027-02-01"},
		"a day after its day": {"2027-01-16", surveys.PromiseLate, "2027-01-15"},
	} {
		t.Run(name, func(t *testing.T) {
			s := complete()
			if err := s.Open(noon, nil); err != nil {
				t.Fatal(err)
			}
			if err := s.MovePromise("2027-02-01", reason, c.on); err != nil {
				t.Fatal(err)
			}
			if got := s.Promise.State("2027-01-20"); got != c.want || s.Promise.Due() != c.dueOn || s.Promise.Expected() != "2027-02-01" {
				t.Errorf("state %s, due %s, expected %s", got, s.Promise.Due(), s.Promise.Expected())
			}
			if s.Promise.Moves[0].From != "2027-01-15" {
				t.Error("the old day cannot be read any more")
			}
			if err := s.MovePromise("2027-03-01", surveys.Text{}, c.on); err == nil {
				t.Error("a promise was moved without a reason")
			}
		})
	}
}

func TestALatePromiseIsKeptLate(t *testing.T) {
	s := complete()
	s.KeepPromise("2027-01-20")
	s.KeepPromise("2027-03-01") // a later notice changes nothing
	if got := s.Promise.State("2027-04-01"); got != surveys.PromiseKeptLate || s.Promise.DaysLate("2027-04-01") != 5 {
		t.Errorf("state %s, %d days late; want kept 5 days late", got, s.Promise.DaysLate("2027-04-01"))
	}
}

func TestWhatAModeKeepsOfTheDay(t *testing.T) {
	for mode, want := range map[surveys.Mode][2]surveys.Date{
		surveys.Open: {"2026-11-26", "2026-11-23"}, surveys.Invited: {"", ""}, surveys.Strong: {"", ""}, surveys.Named: {"2026-11-26", "2026-11-26"},
	} {
		if got := [2]surveys.Date{mode.DayKept("2026-11-26"), mode.DayAtClosing("2026-11-26")}; got != want {
			t.Errorf("%s keeps %v, want %v", mode, got, want)
		}
	}
}
