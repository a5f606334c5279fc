package questionnaire

import (
	"regexp"
	"strings"
)

// Advice is a tip about one question: not wrong, but it may get worse answers
// than it could. Key is worded by the catalogue.
type Advice struct {
	Question string
	Key      string
	Args     map[string]any
}

// Limits from the practice of plain-language questionnaires.
const (
	mostWords   = 20 // of a question, before people lose the thread
	mostChoices = 10 // of a list, before people stop reading it
)

var (
	doubled  = regexp.MustCompile(`(?i)\b\p{L}+ (en|and) \p{L}+\b[^.?!]*\?`)
	negative = regexp.MustCompile(`(?i)\b(niet|geen|not|no)\b[^.?!]*\b(niet|geen|on\p{L}+|not|no|un\p{L}+)\b[^.?!]*\?`)
)

// Advise gives the tips for a form in the language whose code is lang, in form order.
func Advise(d *Definition, lang string) []Advice {
	var out []Advice
	required := 0
	d.Walk(func(i *Item) {
		if i.Kind != Question || i.Type == TypeCalculate || i.Type == TypeHidden || i.Type == TypeNote {
			return
		}
		label := d.In(i.Label, lang)
		if doubled.MatchString(label) && (i.Type == TypeSelectOne || i.Type == TypeSelectMultiple) {
			out = append(out, Advice{Question: i.Name, Key: "advice.double"})
		}
		if negative.MatchString(label) {
			out = append(out, Advice{Question: i.Name, Key: "advice.negative"})
		}
		if n := len(strings.Fields(label)); n > mostWords {
			out = append(out, Advice{Question: i.Name, Key: "advice.long", Args: map[string]any{"Words": n}})
		}
		if len(d.Languages) > 1 {
			for _, l := range d.Languages {
				if len(i.Label) > 0 && i.Label[l.Tag] == "" {
					out = append(out, Advice{Question: i.Name, Key: "advice.untranslated", Args: map[string]any{"Language": l.Tag}})
				}
			}
		}
		out = append(out, adviseChoices(d, i)...)
		if i.Required == "yes" || i.Required == "true" || i.Required == "true()" {
			required++
			if i.Type == TypeText {
				out = append(out, Advice{Question: i.Name, Key: "advice.required_text"})
			}
		}
	})
	return out
}

func adviseChoices(d *Definition, i *Item) []Advice {
	list := d.ListNamed(i.List)
	if list == nil {
		return nil
	}
	var out []Advice
	if i.ChoiceFilter == "" && len(list.Choices) > mostChoices {
		out = append(out, Advice{Question: i.Name, Key: "advice.many_choices", Args: map[string]any{"Choices": len(list.Choices)}})
	}
	scored, way := 0, false
	for _, c := range list.Choices {
		if c.Score != nil {
			scored++
		}
		way = way || c.Missing != ""
	}
	if i.Type == TypeSelectOne && scored > 0 && !way && (i.Required == "yes" || i.Required == "true") {
		out = append(out, Advice{Question: i.Name, Key: "advice.no_way_out"})
	}
	return out
}
