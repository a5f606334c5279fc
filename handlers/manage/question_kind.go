package manage

import (
	"strconv"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// The kinds of question that the plain form offers, as people name them.
const (
	kindText   = "text"
	kindOne    = "one"
	kindMany   = "many"
	kindScale  = "scale"
	kindNumber = "number"
	kindDate   = "date"
	kindNote   = "note"
)

var kinds = []string{kindText, kindOne, kindMany, kindScale, kindNumber, kindDate, kindNote}

func kindOptions(fresh bool) []page.Option {
	if !fresh {
		return nil
	}
	return page.KeyOptions("kind.", kinds...)
}

// leastScored is from how many scored choices on a list is a scale.
const leastScored = 3

// kindOf is the kind of an item as the plain form names it; "" for what it does not offer.
func kindOf(d *questionnaire.Definition, i *questionnaire.Item) string {
	if i.Kind != questionnaire.Question {
		return ""
	}
	switch i.Type {
	case questionnaire.TypeText:
		return kindText
	case questionnaire.TypeInteger, questionnaire.TypeDecimal:
		return kindNumber
	case questionnaire.TypeDate:
		return kindDate
	case questionnaire.TypeNote:
		return kindNote
	case questionnaire.TypeSelectMultiple:
		return kindMany
	case questionnaire.TypeSelectOne:
		scored := 0
		if list := d.ListNamed(i.List); list != nil {
			for _, c := range list.Choices {
				if c.Score != nil {
					scored++
				}
			}
		}
		if scored >= leastScored {
			return kindScale
		}
		return kindOne
	}
	return ""
}

// kindKey words the kind of an item, also of one that the plain form leaves alone.
func kindKey(d *questionnaire.Definition, i *questionnaire.Item) string {
	if kind := kindOf(d, i); kind != "" {
		return "kind." + kind
	}
	switch {
	case i.Kind == questionnaire.Group && i.Appearance == "field-list":
		return "kind.page"
	case i.Kind == questionnaire.Group:
		return "kind.group"
	case i.Kind == questionnaire.Repeat:
		return "kind.repeat"
	case i.Type == questionnaire.TypeCalculate:
		return "kind.calculate"
	case i.Type == questionnaire.TypeHidden:
		return "kind.hidden"
	}
	return "kind.other"
}

// hasChoices tells whether questions of this kind have choices of their own.
func hasChoices(kind string) bool { return kind == kindOne || kind == kindMany || kind == kindScale }

// newItem is a question of a kind, with the list that it needs. scale words the
// five steps of a scale, from low to high, and dontKnow the way out.
func newItem(d *questionnaire.Definition, kind, name string, words func(key string) map[string]string) *questionnaire.Item {
	i := &questionnaire.Item{Kind: questionnaire.Question, Name: name, Type: questionnaire.TypeText}
	put := func(key string) questionnaire.Texts {
		var t questionnaire.Texts
		for lang, text := range words(key) {
			d.Put(&t, lang, text)
		}
		return t
	}
	i.Label = put("question.new_label")
	switch kind {
	case kindNumber:
		i.Type = questionnaire.TypeInteger
	case kindDate:
		i.Type = questionnaire.TypeDate
	case kindNote:
		i.Type = questionnaire.TypeNote
	case kindOne, kindMany:
		i.Type = questionnaire.TypeSelectOne
		if kind == kindMany {
			i.Type = questionnaire.TypeSelectMultiple
		}
		i.List = name
		d.Lists = append(d.Lists, &questionnaire.List{Name: name, Choices: []*questionnaire.Choice{
			{Name: "ja", Label: put("choice.yes")}, {Name: "nee", Label: put("choice.no")},
		}})
	case kindScale:
		i.Type, i.List = questionnaire.TypeSelectOne, name
		list := &questionnaire.List{Name: name}
		for n := 1; n <= 5; n++ {
			score := float64(n)
			list.Choices = append(list.Choices, &questionnaire.Choice{Name: strconv.Itoa(n), Score: &score, Label: put("choice.scale." + strconv.Itoa(n))})
		}
		list.Choices = append(list.Choices, &questionnaire.Choice{Name: "weet_niet", Missing: "weet_niet", Label: put("choice.dont_know")})
		d.Lists = append(d.Lists, list)
	}
	return i
}
