package responses

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

// What a single submission may show that is unlike a person. Each sign is weak by
// itself: people who are in a hurry, or of one mind, show them too. So a sign is a flag
// and never a refusal, and which one it was is kept nowhere.
const (
	quickest     = time.Second // of reading and answering one question, as fast as anybody does
	fewToJudge   = 4           // of fewer answers nobody can tell
	longBattery  = 10          // questions of one list that were all answered alike
	leastChoices = 4           // of the list of such a battery
	longText     = 25          // letters from which on two people do not write the same by chance
)

// TooFast tells whether so many questions were answered faster than they can be read.
// The moment at which a page was shown is coarse, and counted in favour of who answered.
func TooFast(passed time.Duration, answered int) bool {
	return answered >= fewToJudge && passed < time.Duration(answered)*quickest
}

// Answered are the questions that somebody answered themselves: what the way in filled in
// and what was worked out is none of them. Questions of repeats are left out.
func Answered(form *questionnaire.Form, answers, prefilled questionnaire.Answers) []*questionnaire.Field {
	var given []*questionnaire.Field
	for _, f := range form.Fields {
		if f.Page >= 0 && !f.InRepeat() && !f.Fixed() && answers[f.Name] != "" && prefilled[f.Name] == "" {
			given = append(given, f)
		}
	}
	return given
}

// StraightLine tells whether all questions of a long battery, those that share a list of
// several choices, were given the same choice. That something does not apply, or that
// somebody does not know, is no choice of a scale.
func StraightLine(answered []*questionnaire.Field, answers questionnaire.Answers) bool {
	type battery struct {
		first string
		many  int
		mixed bool
	}
	by := map[*questionnaire.List]*battery{}
	for _, f := range answered {
		if f.List == nil || !f.Type.ChoosesOne() || !scaled(f.List, answers[f.Name]) {
			continue
		}
		b := by[f.List]
		if b == nil {
			b = &battery{first: answers[f.Name]}
			by[f.List] = b
		}
		b.many++
		b.mixed = b.mixed || answers[f.Name] != b.first
	}
	for _, b := range by {
		if b.many >= longBattery && !b.mixed {
			return true
		}
	}
	return false
}

// scaled tells whether an answer is one of several choices that mean something.
func scaled(l *questionnaire.List, answer string) bool {
	choices, among := 0, false
	for _, c := range l.Choices {
		if c.Missing == "" {
			choices++
			among = among || c.Name == answer
		}
	}
	return among && choices >= leastChoices
}

// Texts are the longer texts that somebody wrote, so that the same text can be known
// again: without capitals, marks and space.
func Texts(answered []*questionnaire.Field, answers questionnaire.Answers) []string {
	var texts []string
	for _, f := range answered {
		if f.Type != questionnaire.TypeText {
			continue
		}
		plain := strings.Map(func(r rune) rune {
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				return unicode.ToLower(r)
			}
			return -1
		}, answers[f.Name])
		if utf8.RuneCountInString(plain) >= longText {
			texts = append(texts, plain)
		}
	}
	return texts
}
