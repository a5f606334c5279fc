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
	search   map[string]string // what is looked for in long lists, by the name of the field
}

// problem is what is wrong with one answer, in words.
type problem struct {
	field  *questionnaire.Field
	within string // the instance of a repeat that it stands in; "" for none
	text   string
}

func (sp *splice) problemOf(fl *questionnaire.Field) string {
	for _, p := range sp.problems {
		if p.field == fl && p.within == sp.state.Within() {
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
		case skipWhenLocked, skipUnlessLocked:
			if sp.state.Takes(p.field, sp.sitting.Prefilled) != (p.verb == skipWhenLocked) {
				i += p.skip
			}
		case writeSpoken:
			b = appendEscaped(b, sp.sheet.form.Spoken(p.field, sp.state.Value(p.field.Name), string(sp.sheet.lang)), true)
		case writeChoices:
			b = sp.appendChoices(b, p)
		case writeNothing:
			if len(sp.state.Choices(p.field)) == 0 {
				b = sp.appendNothing(b)
			}
		case writeRank:
			b = sp.appendRank(b, p.field)
		case writePiped:
			b = appendEscaped(b, sp.state.Text(p.texts, string(sp.sheet.lang)), true)
		case markChosen:
			if chose(sp.answer(p.field), p.choice) {
				b = append(b, p.bytes...)
			}
		case writeValue:
			b = appendEscaped(b, typedAgain(sp.sitting, p.field, sp.state.Key(p.field), sp.sheet.lang), false)
		case writeOther:
			b = appendEscaped(b, sp.sitting.Answers[sp.state.Key(p.field)+"_other"], false)
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

// answer is what was answered to a question of the page.
func (sp *splice) answer(fl *questionnaire.Field) string {
	return sp.sitting.Answers[sp.state.Key(fl)]
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
func typedAgain(s *responses.Sitting, fl *questionnaire.Field, key string, lang surveys.Lang) string {
	if typed, ok := s.Unread[key]; ok {
		return typed
	}
	value := s.Answers[key]
	switch fl.Type {
	case questionnaire.TypeDecimal, questionnaire.TypeRange:
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
