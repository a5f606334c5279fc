package demo

import (
	"bytes"
	"strings"
	"testing"

	"weerklank.nl/weerklank/static/content"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/interchange"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// forms are our ten questionnaires, read and compiled as an author's would be.
func forms(t testing.TB) map[string]*questionnaire.Form {
	t.Helper()
	out := map[string]*questionnaire.Form{}
	for _, id := range content.Questionnaires {
		raw, err := content.Files.ReadFile(id + ".xlsx")
		if err != nil {
			t.Fatal(err)
		}
		d, problems := interchange.ReadXLSForm(bytes.NewReader(raw), int64(len(raw)))
		if d == nil {
			t.Fatalf("%s cannot be read: %v", id, problems)
		}
		form, more := questionnaire.Compile(d)
		if form == nil {
			t.Fatalf("%s cannot be compiled: %v", id, more)
		}
		out[id] = form
	}
	return out
}

// questionnaireOf is the form that a survey of the story asks.
func questionnaireOf(s *story, key string) string {
	for _, each := range s.Surveys {
		if each.Key == key {
			return each.Questionnaire
		}
	}
	return ""
}

func count(list []made) map[string]map[string]int {
	counts := map[string]map[string]int{}
	add := func(name, value string) {
		if counts[name] == nil {
			counts[name] = map[string]int{}
		}
		counts[name][value]++
	}
	for _, each := range list {
		for name, value := range each.Answers {
			if value == "" {
				continue // shown, and left open
			}
			add(name, "answered")
			for choice := range strings.FieldsSeq(value) {
				add(name, choice)
			}
		}
	}
	return counts
}

func TestTheModelMakesEveryCountThatItPromises(t *testing.T) {
	told, err := tell("2026-11-25")
	if err != nil {
		t.Fatal(err)
	}
	compiled := forms(t)
	total := 0
	check := func(expected map[string]expectedCount) {
		for key, want := range expected {
			list, err := generate(told.model, key, compiled[questionnaireOf(told.story, key)])
			if err != nil {
				t.Fatal(err)
			}
			if len(list) != want.Responses {
				t.Errorf("%s: %d responses, want %d", key, len(list), want.Responses)
			}
			total += len(list)
			counts := count(list)
			for question, choices := range want.Counts {
				for choice, n := range choices {
					if got := counts[question][choice]; got != n {
						t.Errorf("%s: %s = %s: %d times, want %d", key, question, choice, got, n)
					}
				}
			}
		}
	}
	check(told.model.Check)
	check(told.model.CheckExplicit)
	if want := 4748 + 31; total != want {
		t.Errorf("%d responses in all, want %d", total, want)
	}
}

func TestEveryMadeAnswerObeysItsQuestionnaire(t *testing.T) {
	told, err := tell("2026-11-25")
	if err != nil {
		t.Fatal(err)
	}
	compiled := forms(t)
	for _, s := range told.story.Surveys {
		form := compiled[s.Questionnaire]
		list, err := generate(told.model, s.Key, form)
		if err != nil {
			t.Fatal(err)
		}
		for n, each := range list {
			state := form.Evaluate(each.Answers, envOn(each.Day))
			for _, wrong := range state.CheckAll("nl") {
				t.Errorf("%s, response %d: %s: %s %s (%q)", s.Key, n, wrong.Name, wrong.Message, wrong.Key, each.Answers[wrong.Name])
			}
			kept := state.Answers()
			for name, value := range each.Answers {
				if kept[name] != value {
					t.Errorf("%s, response %d: %s = %q is not relevant, or calculated as %q", s.Key, n, name, value, kept[name])
				}
			}
			if each.Day < s.Opens || each.Day > s.Closes {
				t.Errorf("%s, response %d: came in on %s, outside the survey's period", s.Key, n, each.Day)
			}
		}
	}
}

func TestTheStoryKeepsItsWeekdays(t *testing.T) {
	for today, want := range map[string]int{
		"2026-11-25": 0, "2026-12-01": 0, "2026-12-02": 7, "2027-11-25": 364, "2026-11-24": -7, "2026-11-18": -7, "2026-11-17": -14,
	} {
		d := shiftedDays("2026-11-25", surveys.Date(today))
		if d != want {
			t.Errorf("on %s the story moves by %d days, want %d", today, d, want)
		}
	}
}
