package respond

import (
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

// Bounds of what one page shows of a long list.
const (
	mostChoices = 60 // more of them are looked for by typing
	mostFound   = 30 // of what was found
	mostOptions = 400
)

// appendChoices writes the choices that may be chosen now: those of a filter, in an
// order that is drawn, or of a list so long that one looks for a choice in it.
func (sp *splice) appendChoices(b []byte, p *part) []byte {
	fl := p.field
	choices := sp.state.Choices(fl)
	answer := sp.answer(fl)
	if p.choice == "option" && len(choices) <= mostOptions {
		for _, ch := range choices {
			b = append(appendEscaped(append(b, `<option value="`...), ch.Name, false), '"')
			if chose(answer, ch.Name) {
				b = append(b, " selected"...)
			}
			b = append(b, '>')
			b = append(appendEscaped(b, sp.choiceText(ch), false), "</option>\n"...)
		}
		return b
	}
	if len(choices) == 0 {
		return sp.appendNothing(b)
	}
	if len(choices) > mostChoices {
		b, choices = sp.appendSearch(b, fl, choices, answer)
	}
	for _, ch := range choices {
		b = sp.appendChoice(b, fl, ch, answer)
	}
	return b
}

// appendNothing says that a filter leaves nothing to choose.
func (sp *splice) appendNothing(b []byte) []byte {
	return append(append(append(b, "<p>"...), sp.sheet.words.nothing...), "</p>\n"...)
}

func (sp *splice) choiceText(ch *questionnaire.Choice) string {
	if len(ch.Label) == 0 {
		if ch.Name == questionnaire.OtherChoice {
			return sp.sheet.words.other
		}
		return ch.Name
	}
	return sp.state.Text(ch.Label, string(sp.sheet.lang))
}

func (sp *splice) appendChoice(b []byte, fl *questionnaire.Field, ch *questionnaire.Choice, answer string) []byte {
	kind := "radio"
	if fl.Type.ChoosesSeveral() {
		kind = "checkbox"
	}
	id := appendEscaped(nil, controlID(fl, ch.Name), false)
	b = append(append(append(b, `<div class="utrecht-form-field utrecht-form-field--`...), kind...), `"><input class="utrecht-`...)
	if kind == "radio" {
		b = append(b, `radio-button utrecht-radio-button--html-input`...)
	} else {
		b = append(b, `checkbox utrecht-checkbox--html-input`...)
	}
	b = append(append(b, `" type="`...), kind...)
	b = append(append(append(b, `" id="`...), id...), `" name="`...)
	b = append(append(b, fl.Name...), `" value="`...)
	b = append(appendEscaped(b, ch.Name, false), '"')
	if chose(answer, ch.Name) {
		b = append(b, " checked"...)
	}
	b = append(append(append(b, `><label class="utrecht-form-label utrecht-form-label--`...), kind...), `" for="`...)
	b = append(append(b, id...), `"><span>`...)
	return append(appendEscaped(b, sp.choiceText(ch), false), "</span></label></div>\n"...)
}

// appendSearch writes the field and button with which one looks for a choice, and
// gives what to show: what was chosen, and what was found.
func (sp *splice) appendSearch(b []byte, fl *questionnaire.Field, choices []*questionnaire.Choice, answer string) ([]byte, []*questionnaire.Choice) {
	w := sp.sheet.words
	term := sp.search[fl.Name]
	name := searchField + fl.Name
	b = append(append(append(b, `<div class="utrecht-form-field"><label class="utrecht-form-label" for="`...), name...), `">`...)
	b = append(b, w.search...)
	b = append(append(append(b, `</label><input class="utrecht-textbox utrecht-textbox--html-input" type="text" id="`...), name...), `" name="`...)
	b = append(append(b, name...), `" autocomplete="off" value="`...)
	b = append(appendEscaped(b, term, false), "\"></div>\n"...)
	b = append(append(b, `<p><button class="nl-button nl-button--secondary" type="submit" name="ga" value="zoeken">`...), w.searchButton...)
	b = append(b, "</button></p>\n"...)
	wanted := folded(term)
	var shown, found []*questionnaire.Choice
	more := 0
	for _, ch := range choices {
		switch {
		case answer != "" && chose(answer, ch.Name):
			shown = append(shown, ch)
		case wanted == "" || !strings.Contains(folded(sp.choiceText(ch)), wanted):
		case len(found) < mostFound:
			found = append(found, ch)
		default:
			more++
		}
	}
	if wanted != "" {
		b = append(b, `<p role="status">`...)
		switch {
		case len(found) == 0:
			b = append(b, w.searchNone...)
		case more > 0:
			b = append(b, w.searchMany[0]...)
			b = strconv.AppendInt(b, int64(len(found)), 10)
			b = append(b, w.searchMany[1]...)
			b = strconv.AppendInt(b, int64(len(found)+more), 10)
			b = append(b, w.searchMany[2]...)
		default:
			b = append(b, w.searchSome...)
		}
		b = append(b, "</p>\n"...)
	}
	return b, append(shown, found...)
}

// folded is a text as one looks for it: without case and accents.
func folded(s string) string {
	plain := true
	for i := 0; i < len(s); i++ {
		plain = plain && s[i] < 0x80
	}
	if !plain {
		bare, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), s)
		if err == nil {
			s = bare
		}
	}
	return strings.ToLower(strings.TrimSpace(s))
}

// appendRank writes a list for each place of a rank, the first place first.
func (sp *splice) appendRank(b []byte, fl *questionnaire.Field) []byte {
	choices := sp.state.Choices(fl)
	if len(choices) == 0 {
		return sp.appendNothing(b)
	}
	given := strings.Fields(sp.answer(fl))
	if typed, ok := sp.sitting.Unread[sp.state.Key(fl)]; ok {
		given = strings.Split(typed, rankSign)
	}
	for n := range choices {
		id := fl.Name
		if n > 0 {
			id += "-" + strconv.Itoa(n+1)
		}
		b = append(append(append(b, `<div class="utrecht-form-field"><label class="utrecht-form-label" for="`...), id...), `">`...)
		b = append(append(b, sp.sheet.words.place...), ' ')
		b = strconv.AppendInt(b, int64(n+1), 10)
		b = append(append(append(b, `</label><select class="utrecht-select utrecht-select--html-select" id="`...), id...), `" name="`...)
		b = append(append(b, fl.Name...), `"><option value="">`...)
		b = append(append(b, sp.sheet.words.choose...), "</option>\n"...)
		for _, ch := range choices {
			b = append(appendEscaped(append(b, `<option value="`...), ch.Name, false), '"')
			if n < len(given) && given[n] == ch.Name {
				b = append(b, " selected"...)
			}
			b = append(b, '>')
			b = append(appendEscaped(b, sp.choiceText(ch), false), "</option>\n"...)
		}
		b = append(b, "</select></div>\n"...)
	}
	return b
}
