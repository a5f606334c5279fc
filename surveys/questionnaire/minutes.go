package questionnaire

import (
	"math"
	"strings"
)

// Breakdowns are the questions by which a survey may split its results.
func (f *Form) Breakdowns() []*Field { return f.where(func(fl *Field) bool { return fl.Breakdown }) }

// Prefills are the questions that a way in may fill in.
func (f *Form) Prefills() []*Field {
	return f.where(func(fl *Field) bool { return fl.Prefill == "collector" })
}

func (f *Form) where(ok func(*Field) bool) []*Field {
	var found []*Field
	for _, fl := range f.Fields {
		if ok(fl) {
			found = append(found, fl)
		}
	}
	return found
}

// Seconds that answering takes once a question has been read. Estimates of ours,
// set so that the ten questionnaires of the demo come out at what they say of
// themselves; an open text is left open by about half, and takes a minute else.
var answerSeconds = map[Type]float64{
	TypeSelectOne: 7, TypeSelectMultiple: 12, TypeRank: 20, TypeRange: 7, TypeAcknowledge: 2,
	TypeInteger: 6, TypeDecimal: 8, TypeDate: 10, TypeTime: 8, TypeDateTime: 15, TypeText: 30, TypeGeopoint: 20,
}

// Words a second that people read: 200 a minute for a question; choices are
// glanced over at three times that.
const (
	readingSpeed  = 200.0 / 60
	glancingSpeed = 3 * readingSpeed
)

// Minutes is the expected time to fill in the form, in whole minutes, at least 1.
// A question that depends on an answer counts for half, one that the way in may
// fill in not at all.
func (f *Form) Minutes() int {
	seconds := 0.0
	for _, fl := range f.Fields {
		if fl.Page < 0 || fl.Prefill != "" {
			continue
		}
		t := f.seconds(fl)
		if f.depends(fl.slot) {
			t /= 2
		}
		seconds += t
	}
	return max(1, int(math.Round(seconds/60)))
}

// seconds is the expected time to read a question and answer it.
func (f *Form) seconds(fl *Field) float64 {
	lang := ""
	words := float64(countWords(f.Definition.In(fl.Label, lang)) + countWords(f.Definition.In(fl.Hint, lang)))
	choices := 0
	for i, ch := range fl.choices {
		if i < 10 { // a long list is searched, not read
			choices += countWords(f.Definition.In(ch.Label, lang))
		}
	}
	return words/readingSpeed + float64(choices)/glancingSpeed + answerSeconds[fl.Type]
}

// Seconds is the expected time of a respondent with these answers.
func (f *Form) Seconds(s *State) float64 {
	seconds := 0.0
	for _, fl := range f.Fields {
		if s.Asked(fl, nil) {
			seconds += f.seconds(fl)
		}
	}
	return seconds
}

// depends tells whether the unit or a group around it is asked only after certain answers.
func (f *Form) depends(slot int) bool {
	for ; slot >= 0; slot = f.units[slot].parent {
		if f.units[slot].relevant != nil {
			return true
		}
	}
	return false
}

func countWords(s string) int { return len(strings.Fields(s)) }
