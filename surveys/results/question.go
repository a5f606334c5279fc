package results

import (
	"slices"
	"strings"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// Kind is how answers to a question are counted.
type Kind uint8

// The kinds of question that are counted.
const (
	One    Kind = iota // one of the choices
	Many               // several of the choices
	Number             // in classes
	Words              // an open answer: only whether there is one
)

// Question is a question as it is counted: its words, and its answers in the
// order of the list.
type Question struct {
	Name       string
	Kind       Kind
	Label      surveys.Text
	Measure    string
	Competence string   // an id; "" when there is none or the answer names it
	Background bool     // a survey may be split by it
	AskedBy    []string // the questions whose answers decide whether it is asked
	Options    []Option
}

// Option is an answer that is counted by itself.
type Option struct {
	Name    string
	Label   surveys.Text
	Score   *float64 // the number it counts for; nil for none
	Missing string   // nvt, weet_niet, liever_niet: counted apart, not in the base (weet_niet: of scales)
	Remedy  string   // the kind of remedy it asks for

	Within map[string]string // the other columns of the choice: by them a neighbourhood names its area
}

// dontKnow is the missing code of a scale that nevertheless says something where
// the answers are no steps: whether people know of an offer, who should pay.
const dontKnow = "weet_niet"

// other is the choice that a typed text of an or_other question stands for.
const other = "other"

// countedCalculations are the measures for which a calculation is a figure that
// people can read; other calculations only steer the questionnaire.
var countedCalculations = map[string]bool{"gap": true, "gap_count": true, "gain": true}

// Questions are the questions of the forms that are counted, in the order of the
// newest form: the last one given. A question that only an older version asked
// stands at the end. Choices of all versions are counted, the newest words win.
func Questions(forms []*questionnaire.Form) []Question {
	var all []Question
	at := map[string]int{}
	for _, form := range slices.Backward(forms) {
		for _, f := range form.Fields {
			q, counted := questionOf(form.Definition, f)
			if !counted || f.InRepeat() { // one response holds several answers to it, and a figure counts people
				continue
			}
			q.AskedBy = form.AskedBy(q.Name)
			if i, known := at[q.Name]; known {
				all[i].Options = union(all[i].Options, q.Options)
				continue
			}
			at[q.Name] = len(all)
			all = append(all, q)
		}
	}
	return all
}

func questionOf(d *questionnaire.Definition, f *questionnaire.Field) (Question, bool) {
	q := Question{
		Name:       f.Name,
		Label:      textOf(d, f.Label),
		Measure:    f.Measure,
		Background: f.Breakdown,
	}
	if !strings.Contains(f.Competence, "${") {
		q.Competence = f.Competence
	}
	switch f.Type {
	case questionnaire.TypeSelectOne, questionnaire.TypeSelectMultiple:
		q.Kind = One
		if f.Type == questionnaire.TypeSelectMultiple {
			q.Kind = Many
		}
		q.Options = optionsOf(d, f)
	case questionnaire.TypeInteger, questionnaire.TypeDecimal:
		q.Kind = Number
	case questionnaire.TypeText:
		q.Kind = Words
	case questionnaire.TypeCalculate:
		q.Kind = Number
		return q, countedCalculations[f.Measure]
	case questionnaire.TypeHidden:
		q.Kind = One
		return q, f.Breakdown // its options are the values that came in
	default:
		return q, false
	}
	return q, true
}

func optionsOf(d *questionnaire.Definition, f *questionnaire.Field) []Option {
	var options []Option
	if f.List != nil {
		scaled := slices.ContainsFunc(f.List.Choices, func(c *questionnaire.Choice) bool { return c.Score != nil })
		for _, c := range f.List.Choices {
			missing := c.Missing
			if missing == dontKnow && !scaled {
				missing = "" // whoever does not know answered a question of fact
			}
			options = append(options, Option{
				Name: c.Name, Label: textOf(d, c.Label), Score: c.Score, Missing: missing, Remedy: c.RemedyKind, Within: c.Extra,
			})
		}
	}
	if f.OrOther && !slices.ContainsFunc(options, func(o Option) bool { return o.Name == other }) {
		options = append(options, Option{Name: other})
	}
	return options
}

func union(newer, older []Option) []Option {
	for _, o := range older {
		if !slices.ContainsFunc(newer, func(n Option) bool { return n.Name == o.Name }) {
			newer = append(newer, o)
		}
	}
	return newer
}

// textOf is a text of a definition in our two languages, without the places where
// an answer would be piped in: a figure is about everybody.
func textOf(d *questionnaire.Definition, t questionnaire.Texts) surveys.Text {
	return surveys.Text{NL: unpiped(d.In(t, "nl")), EN: unpiped(d.In(t, "en"))}
}

func unpiped(s string) string {
	for {
		from := strings.Index(s, "${")
		if from < 0 {
			return s
		}
		to := strings.IndexByte(s[from:], '}')
		if to < 0 {
			return s
		}
		s = s[:from] + "…" + s[from+to+1:]
	}
}
