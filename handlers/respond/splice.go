package respond

import (
	"strings"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
)

// splice fills one compiled page in for one respondent.
type splice struct {
	sheet    *sheet
	state    *questionnaire.State
	sitting  *responses.Sitting
	problems []problem
	choices  map[*questionnaire.Field][]*questionnaire.Choice // after their filter
}

// problem is what is wrong with one answer, in words.
type problem struct {
	field *questionnaire.Field
	text  string
}

func (sp *splice) problemOf(fl *questionnaire.Field) string {
	for _, p := range sp.problems {
		if p.field == fl {
			return p.text
		}
	}
	return ""
}

// append runs the parts and appends what they write.
func (sp *splice) append(b []byte, parts []part) []byte {
	for i := 0; i < len(parts); i++ {
		p := &parts[i]
		switch p.verb {
		case writeBytes:
			b = append(b, p.bytes...)
		case skipUnless:
			if !sp.shows(p) {
				i += p.skip
			}
		case skipChoice:
			if !sp.mayChoose(p.field, p.choice) {
				i += p.skip
			}
		case writePiped:
			b = appendEscaped(b, sp.state.Text(p.texts, string(sp.sheet.lang)), true)
		case markChosen:
			if chose(sp.sitting.Answers[p.field.Name], p.choice) {
				b = append(b, p.bytes...)
			}
		case writeValue:
			b = appendEscaped(b, typedAgain(sp.sitting, p.field, sp.sheet.lang), false)
		case writeOther:
			b = appendEscaped(b, sp.sitting.Answers[p.field.Name+"_other"], false)
		case markInvalid:
			if sp.problemOf(p.field) != "" {
				b = append(b, p.bytes...)
			}
		case tieProblem:
			b = sp.appendTie(b, p)
		case writeProblem:
			if text := sp.problemOf(p.field); text != "" {
				b = append(b, `<p class="utrecht-form-field-error-message" id="`...)
				b = append(append(b, p.field.Name...), `-fout">`...)
				b = append(appendEscaped(b, text, true), "</p>\n"...)
			}
		}
	}
	return b
}

func (sp *splice) appendTie(b []byte, p *part) []byte {
	wrong := sp.problemOf(p.field) != ""
	if len(p.bytes) == 0 && !wrong {
		return b
	}
	b = append(append(b, ` aria-describedby="`...), p.bytes...)
	if wrong {
		if len(p.bytes) > 0 {
			b = append(b, ' ')
		}
		b = append(append(b, p.field.Name...), "-fout"...)
	}
	return append(b, '"')
}

func (sp *splice) shows(p *part) bool {
	if p.field != nil {
		return sp.state.Asked(p.field, sp.sitting.Prefilled)
	}
	return sp.state.Relevant(p.group)
}

func (sp *splice) mayChoose(fl *questionnaire.Field, choice string) bool {
	may, ok := sp.choices[fl]
	if !ok {
		may = sp.state.Choices(fl)
		if sp.choices == nil {
			sp.choices = map[*questionnaire.Field][]*questionnaire.Choice{}
		}
		sp.choices[fl] = may
	}
	for _, ch := range may {
		if ch.Name == choice {
			return true
		}
	}
	return false
}

// chose tells whether a choice is among the names of an answer.
func chose(answer, choice string) bool {
	if len(answer) <= len(choice) {
		return answer == choice
	}
	for name := range strings.FieldsSeq(answer) {
		if name == choice {
			return true
		}
	}
	return false
}

// typedAgain is an answer as its field shows it: as it was typed where it could not
// be read, else as people write it.
func typedAgain(s *responses.Sitting, fl *questionnaire.Field, lang surveys.Lang) string {
	if typed, ok := s.Unread[fl.Name]; ok {
		return typed
	}
	value := s.Answers[fl.Name]
	switch fl.Type {
	case questionnaire.TypeDecimal:
		if lang == surveys.Dutch {
			return strings.Replace(value, ".", ",", 1)
		}
	case questionnaire.TypeDate:
		if d := surveys.Date(value); !d.Time().IsZero() {
			return d.Time().Format("02-01-2006")
		}
	}
	return value
}
