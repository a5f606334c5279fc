package interchange

import (
	"strconv"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

// listName is a name that no other list has.
func (r *lssReader) listName(want string) string {
	name := want
	for i := 2; r.lists[name]; i++ {
		name = want + "_" + strconv.Itoa(i)
	}
	r.lists[name] = true
	return name
}

func lssChoicesOf(d *questionnaire.Definition, list string) []*questionnaire.Choice {
	for _, l := range d.Lists {
		if l.Name == list {
			return l.Choices
		}
	}
	return nil
}

// answersList is the list of a question's answers; of a scale when it has two.
func (r *lssReader) answersList(b *lssBuilt, scale int, name string) string {
	q := b.q
	list := &questionnaire.List{Name: r.listName(name)}
	for _, a := range q.answers[scale] {
		list.Choices = append(list.Choices, &questionnaire.Choice{Name: a.name, Label: r.choiceLabel(a.text, a.code, b), Score: r.score(a.value)})
	}
	if len(list.Choices) == 0 {
		r.warn(q, "lss.no_answers", nil)
		list.Choices = append(list.Choices, &questionnaire.Choice{Name: "_", Label: r.everywhere("…")})
	}
	r.def.Lists = append(r.def.Lists, list)
	return list.Name
}

// score is what a choice counts for in a survey that assesses its answers; nil in
// another survey, and for what is no number.
func (r *lssReader) score(value string) *float64 {
	score, err := strconv.ParseFloat(value, 64)
	if err != nil || r.s.settings["assessments"] != "Y" {
		return nil
	}
	return &score
}

// choiceLabel is the text of a choice, or its code when it has none.
func (r *lssReader) choiceLabel(t lssText, code string, b *lssBuilt) questionnaire.Texts {
	label := r.textOf(t, b.at, &b.calcs)
	if len(label) == 0 {
		return r.everywhere(code)
	}
	return label
}

// words is a word of LimeSurvey's program in the languages of the survey.
func (r *lssReader) words(key string) questionnaire.Texts {
	t := questionnaire.Texts{}
	for _, code := range r.s.langs {
		word, found := fixedWord(code, key)
		if !found {
			r.english[code] = true
		}
		t[r.tags[code]] = word
	}
	return t
}

// everywhere is a text that is the same in all languages of the survey.
func (r *lssReader) everywhere(text string) questionnaire.Texts {
	t := questionnaire.Texts{}
	for _, l := range r.def.Languages {
		t[l.Tag] = text
	}
	return t
}

// fixedChoice is a choice of LimeSurvey's own: its code, and the key of its word.
type fixedChoice struct{ code, word string }

// wordsList is a list of fixed choices, shared by all questions with it.
func (r *lssReader) wordsList(name string, choices ...fixedChoice) string {
	name = "lss_" + name
	if r.lists[name] {
		return name
	}
	list := &questionnaire.List{Name: r.listName(name)}
	for _, c := range choices {
		list.Choices = append(list.Choices, &questionnaire.Choice{Name: c.code, Label: r.words(c.word)})
	}
	r.def.Lists = append(r.def.Lists, list)
	return list.Name
}

// pointsList is a list of the points 1 to n, which count for what they say.
func (r *lssReader) pointsList(n int) string {
	name := "lss_points_" + strconv.Itoa(n)
	if r.lists[name] {
		return name
	}
	list := &questionnaire.List{Name: r.listName(name)}
	for i := 1; i <= n; i++ {
		score := float64(i)
		point := strconv.Itoa(i)
		list.Choices = append(list.Choices, &questionnaire.Choice{Name: point, Label: r.everywhere(point), Score: &score})
	}
	r.def.Lists = append(r.def.Lists, list)
	return list.Name
}

// languageList has the languages of the survey, each by its own name.
func (r *lssReader) languageList() string {
	const name = "lss_languages"
	if r.lists[name] {
		return name
	}
	list := &questionnaire.List{Name: r.listName(name)}
	for _, code := range r.s.langs {
		label := code
		if tag, err := language.Parse(code); err == nil {
			if own := display.Self.Name(tag); own != "" {
				label = own
			}
		}
		list.Choices = append(list.Choices, &questionnaire.Choice{Name: code, Label: r.everywhere(label)})
	}
	r.def.Lists = append(r.def.Lists, list)
	return list.Name
}

// lssRowLabel is the text of a row. LimeSurvey shows what stands on both sides of a
// bar at both ends of the scale.
func lssRowLabel(t questionnaire.Texts) questionnaire.Texts {
	for lang, text := range t {
		if left, right, ok := strings.Cut(text, "|"); ok && !strings.Contains(right, "|") && strings.TrimSpace(right) != "" {
			t[lang] = strings.TrimSpace(left) + " – " + strings.TrimSpace(right)
		} else if ok {
			t[lang] = strings.TrimSpace(strings.Trim(text, "|"))
		}
	}
	return t
}
