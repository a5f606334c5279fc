package questionnaire

import (
	"strings"
	"unicode"
)

// maxText is the number of bytes of the longest answer; an author's constraint
// may be narrower.
const maxText = 64 << 10

// Read makes a stored answer of what a respondent typed or chose, and the text of
// "other" beside it. Blank is an answer of "" without a problem. What cannot be
// read is a problem; the page then shows what was typed.
func (f *Form) Read(fl *Field, t Typed) (value, other string, problem *FieldProblem) {
	fail := func(key string, args map[string]any) (string, string, *FieldProblem) {
		return "", strings.TrimSpace(t.Other), &FieldProblem{Name: fl.Name, Key: key, Args: args}
	}
	switch {
	case fl.List != nil && fl.Type == TypeRank:
		return f.readRank(fl, t)
	case fl.List != nil:
		return f.readChoices(fl, t)
	}
	typed := ""
	if len(t.Values) > 0 {
		typed = cleanText(t.Values[0])
	}
	if typed == "" {
		return "", "", nil
	}
	if len(typed) > maxText {
		return fail("form.answer.too_long", map[string]any{"Limit": maxText})
	}
	key, args := "", map[string]any(nil)
	switch fl.Type {
	case TypeInteger:
		value, key, args = readNumber(typed, true)
	case TypeDecimal, TypeRange:
		value, key, args = readNumber(typed, false)
		if key == "form.answer.thousands" && fl.Type == TypeRange { // what its own list of numbers sent
			if plain, ok := plainNumber(typed, false); ok {
				value, key, args = plain, "", nil
			}
		}
	case TypeDate:
		value, key = readDate(typed)
	case TypeTime:
		value, key = readTime(typed)
	case TypeDateTime:
		value, key = readDateTime(t.Values)
	case TypeGeopoint:
		value, key = readPlace(typed)
	case TypeAcknowledge:
		value = "OK"
	default:
		value = typed
	}
	if key != "" {
		return fail(key, args)
	}
	return value, "", nil
}

// cleanText trims a text and drops what no keyboard types: control characters
// other than line ends, and a browser's CR LF.
func cleanText(s string) string {
	s = strings.ToValidUTF8(s, "�")
	if strings.IndexFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' }) >= 0 {
		s = strings.ReplaceAll(s, "\r\n", "\n")
		s = strings.Map(func(r rune) rune {
			switch {
			case r == '\r':
				return '\n'
			case r == '\t':
				return ' '
			case unicode.IsControl(r) && r != '\n':
				return -1
			}
			return r
		}, s)
	}
	return strings.TrimSpace(s)
}

// readChoices takes chosen names in the order of the list (of a rank in the order
// given). A text of "other" counts as choosing it.
func (f *Form) readChoices(fl *Field, t Typed) (value, other string, problem *FieldProblem) {
	if fl.Type == TypeSelectOne && !fl.OrOther && len(t.Values) == 1 {
		if ch := f.choice(fl, t.Values[0]); ch != nil { // what a page sends, nearly always
			return ch.Name, "", nil
		}
	}
	chosen := make([]string, 0, len(t.Values)+1)
	for _, v := range t.Values {
		names := strings.Fields(v)
		if fl.Type.ChoosesOne() && len(names) > 1 && f.choice(fl, v) != nil {
			names = []string{v} // a name with spaces, which only one choice may have
		}
		for _, name := range names {
			if f.choice(fl, name) == nil {
				return "", "", &FieldProblem{Name: fl.Name, Key: "form.answer.no_such_choice"}
			}
			if !contains(chosen, name) {
				chosen = append(chosen, name)
			}
		}
	}
	if fl.OrOther {
		if other = cleanText(t.Other); len(other) > maxText {
			return "", other, &FieldProblem{Name: fl.Name, Key: "form.answer.too_long", Args: map[string]any{"Limit": maxText}}
		}
		switch {
		case other != "" && fl.Type.ChoosesOne():
			chosen = append(chosen[:0], OtherChoice)
		case other != "" && !contains(chosen, OtherChoice):
			chosen = append(chosen, OtherChoice)
		}
	}
	if fl.Type.ChoosesOne() && len(chosen) > 1 {
		return "", other, &FieldProblem{Name: fl.Name, Key: "form.answer.one_choice"}
	}
	if len(chosen) <= 1 || fl.Type == TypeRank {
		return strings.Join(chosen, " "), other, nil
	}
	return strings.Join(f.inListOrder(fl, chosen), " "), other, nil
}

// inListOrder puts chosen names in the order of the list.
func (f *Form) inListOrder(fl *Field, chosen []string) []string {
	ordered := make([]string, 0, len(chosen))
	for _, ch := range fl.choices {
		if contains(chosen, ch.Name) && !contains(ordered, ch.Name) {
			ordered = append(ordered, ch.Name)
		}
	}
	return ordered
}

// readRank takes the choices in the order of the places that they were given. Either
// none has a place, or each of them has one of its own.
func (f *Form) readRank(fl *Field, t Typed) (value, other string, problem *FieldProblem) {
	var names []string
	places := len(t.Values)
	if places == 1 {
		names = strings.Fields(t.Values[0])
		places = len(names)
	} else {
		for _, v := range t.Values {
			if v = strings.TrimSpace(v); v != "" {
				names = append(names, v)
			}
		}
	}
	for i, name := range names {
		switch {
		case f.choice(fl, name) == nil:
			return "", "", &FieldProblem{Name: fl.Name, Key: "form.answer.no_such_choice"}
		case contains(names[:i], name):
			return "", "", &FieldProblem{Name: fl.Name, Key: "form.answer.rank_twice"}
		}
	}
	if len(names) > 0 && len(names) < places {
		return "", "", &FieldProblem{Name: fl.Name, Key: "form.answer.rank_open"}
	}
	return strings.Join(names, " "), "", nil
}

// choice finds a choice of the question, "other" too; nil when there is none.
func (f *Form) choice(fl *Field, name string) *Choice {
	if len(fl.choices) > 12 {
		if ch := f.units[fl.slot].list.byName[name]; ch != nil || name != OtherChoice {
			return ch
		}
	}
	for _, ch := range fl.choices {
		if ch.Name == name {
			return ch
		}
	}
	return nil
}

func contains(names []string, name string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}
