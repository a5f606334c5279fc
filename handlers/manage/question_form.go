package manage

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// questionForm is what was typed for one question.
type questionForm struct {
	Revision string
	Name     string
	TextNL   string
	TextEN   string
	HintNL   string
	HintEN   string
	Required []string // "ja" or nothing
	When     string   // altijd, als, formule
	Simple   string   // QUESTION=CHOICE
	Formula  string
	Choices  []choiceForm
}

// choiceForm is what was typed for one choice. Name is empty for a new one.
type choiceForm struct {
	Name    string
	TextNL  string
	TextEN  string
	Place   string
	Remove  bool
	Score   string // the number that the answer counts for; "" when it counts for none
	Scored  bool   // Score stands in the definition and does not change
	Missing bool
}

// Counts tells whether some choice counts for a number, so that the form asks it of
// choices without one.
func (f questionForm) Counts() bool {
	return slices.ContainsFunc(f.Choices, func(c choiceForm) bool { return c.Scored })
}

// know puts beside what was typed what the list holds for good: the number of a
// choice that has one, and that a choice says "no answer".
func (f *questionForm) know(list *questionnaire.List) {
	if list == nil {
		return
	}
	for n := range f.Choices {
		row := &f.Choices[n]
		for _, each := range list.Choices {
			if each.Name != row.Name {
				continue
			}
			row.Missing = each.Missing != ""
			if each.Score != nil {
				row.Score, row.Scored = strconv.FormatFloat(*each.Score, 'f', -1, 64), true
			}
		}
	}
}

func trimmed(c *gin.Context, name string) string { return strings.TrimSpace(c.PostForm(name)) }

// shownQuestion is the form as it stands for a question.
func shownQuestion(d *questionnaire.Definition, i *questionnaire.Item, revision int) questionForm {
	f := questionForm{
		Revision: strconv.Itoa(revision), Name: i.Name,
		TextNL: d.Own(i.Label, "nl"), TextEN: d.Own(i.Label, "en"),
		HintNL: d.Own(i.Hint, "nl"), HintEN: d.Own(i.Hint, "en"),
		When: "altijd", Formula: i.Relevant,
	}
	if required(i) {
		f.Required = []string{"ja"}
	}
	if simple, ok := questionnaire.SimpleCondition(i.Relevant); ok {
		f.When, f.Simple = "als", simple.Question+"="+simple.Choice
	} else if i.Relevant != "" {
		f.When = "formule"
	}
	if list := d.ListNamed(i.List); list != nil {
		for n, each := range list.Choices {
			f.Choices = append(f.Choices, choiceForm{Name: each.Name, TextNL: d.Own(each.Label, "nl"), TextEN: d.Own(each.Label, "en"),
				Place: strconv.Itoa(n + 1)})
		}
		f.Choices = append(f.Choices, emptyChoices(len(f.Choices), 2)...)
	}
	return f
}

func emptyChoices(after, n int) []choiceForm {
	rows := make([]choiceForm, n)
	for i := range rows {
		rows[i].Place = strconv.Itoa(after + i + 1)
	}
	return rows
}

// readQuestion reads what was typed.
func readQuestion(c *gin.Context) questionForm {
	f := questionForm{
		Revision: c.PostForm("revision"), Name: trimmed(c, "naam"),
		TextNL: trimmed(c, "tekst"), TextEN: trimmed(c, "tekst_en"),
		HintNL: trimmed(c, "hulp"), HintEN: trimmed(c, "hulp_en"),
		Required: c.PostFormArray("verplicht"), When: c.PostForm("wanneer"),
		Simple: c.PostForm("als"), Formula: trimmed(c, "formule"),
	}
	names, nl, en := c.PostFormArray("keuze_naam[]"), c.PostFormArray("keuze[]"), c.PostFormArray("keuze_en[]")
	places, gone, counts := c.PostFormArray("keuze_plaats[]"), c.PostFormArray("keuze_weg[]"), c.PostFormArray("keuze_telt[]")
	for n := range min(len(names), len(nl), len(en), len(places)) {
		f.Choices = append(f.Choices, choiceForm{
			Name: names[n], TextNL: strings.TrimSpace(nl[n]), TextEN: strings.TrimSpace(en[n]),
			Place: strings.TrimSpace(places[n]), Remove: slices.Contains(gone, strconv.Itoa(n)),
		})
		if n < len(counts) {
			f.Choices[n].Score = strings.TrimSpace(counts[n])
		}
	}
	return f
}

// fill puts what was typed into the question, and reports what cannot be so.
// fixed says that the name of the question was published.
func (f *questionForm) fill(d *questionnaire.Definition, i *questionnaire.Item, fixed bool, earlier []*questionnaire.Definition) error {
	var wrong surveys.Invalid
	wrong.Require(f.TextNL != "" || f.TextEN != "", "tekst", "question.no_text")
	d.Put(&i.Label, "nl", f.TextNL)
	d.Put(&i.Label, "en", f.TextEN)
	d.Put(&i.Hint, "nl", f.HintNL)
	d.Put(&i.Hint, "en", f.HintEN)
	if kindOf(d, i) != kindNote && i.Kind == questionnaire.Question {
		switch {
		case len(f.Required) > 0:
			i.Required = "yes"
		case required(i):
			i.Required = ""
		}
	}
	f.fillWhen(d, i, &wrong)
	if list := d.ListNamed(i.List); list != nil && len(f.Choices) > 0 {
		f.fillChoices(d, list, earlier, &wrong)
	}
	if !fixed && f.Name != i.Name && f.Name != "" {
		f.rename(d, i, earlier, &wrong)
	}
	return wrong.Err()
}

func (f *questionForm) fillWhen(d *questionnaire.Definition, i *questionnaire.Item, wrong *surveys.Invalid) {
	switch f.When {
	case "als":
		question, choice, _ := strings.Cut(f.Simple, "=")
		if choice == "" || d.Item(question) == nil {
			wrong.Add("als", "question.no_condition")
			return
		}
		i.Relevant = questionnaire.Condition{Question: question, Choice: choice}.Relevant(d)
	case "formule":
		wrong.Require(f.Formula != "", "formule", "question.no_formula")
		i.Relevant = f.Formula
	default:
		i.Relevant = ""
	}
}

// rename gives a question that was never published another name. Its own list,
// which nobody else uses, keeps its name: people do not see it.
func (f *questionForm) rename(d *questionnaire.Definition, i *questionnaire.Item, earlier []*questionnaire.Definition, wrong *surveys.Invalid) {
	if !questionnaire.ValidName(f.Name) {
		wrong.Add("naam", "question.bad_name")
		return
	}
	for _, other := range append([]*questionnaire.Definition{d}, earlier...) {
		if other.Item(f.Name) != nil {
			wrong.Add("naam", "question.name_taken")
			return
		}
	}
	if usedElsewhere(d, i.Name) {
		wrong.Add("naam", "question.name_used")
		return
	}
	if len(*wrong) == 0 {
		i.Name = f.Name
	}
}

// usedElsewhere tells whether an expression or a text speaks of the question.
func usedElsewhere(d *questionnaire.Definition, name string) bool {
	used, mark := false, "${"+name+"}"
	d.Walk(func(i *questionnaire.Item) {
		for _, text := range []string{i.Relevant, i.Constraint, i.Calculation, i.ChoiceFilter, i.Required, i.Competence, i.RepeatCount, i.Default, i.Trigger} {
			used = used || strings.Contains(text, mark)
		}
		for _, texts := range []questionnaire.Texts{i.Label, i.Hint, i.ConstraintMessage, i.RequiredMessage} {
			for _, text := range texts {
				used = used || strings.Contains(text, mark)
			}
		}
	})
	return used
}

// mostScore is the highest step of a scale: 1 is the lowest.
const mostScore = 5

// leastChoices is with how many choices there is something to choose.
const leastChoices = 2

func (f *questionForm) fillChoices(d *questionnaire.Definition, list *questionnaire.List, earlier []*questionnaire.Definition, wrong *surveys.Invalid) {
	type placed struct {
		choice *questionnaire.Choice
		place  int
	}
	known := map[string]*questionnaire.Choice{}
	for _, each := range list.Choices {
		known[each.Name] = each
	}
	var rows []placed
	for n, row := range f.Choices {
		if row.Remove || row.Name == "" && row.TextNL == "" && row.TextEN == "" {
			continue
		}
		field := "keuze-" + strconv.Itoa(n+1)
		wrong.Require(row.TextNL != "" || row.TextEN != "", field, "question.no_choice_text")
		place, err := strconv.Atoi(row.Place)
		if err != nil {
			wrong.Add("plaats-"+strconv.Itoa(n+1), "question.bad_place")
		}
		each := known[row.Name]
		if each == nil {
			each = &questionnaire.Choice{Name: choiceName(row, list.Name, known, earlier)}
			known[each.Name] = each
		}
		d.Put(&each.Label, "nl", row.TextNL)
		d.Put(&each.Label, "en", row.TextEN)
		if each.Score == nil && each.Missing == "" && row.Score != "" {
			score, err := strconv.Atoi(row.Score)
			wrong.Require(err == nil && score >= 1 && score <= mostScore, "telt-"+strconv.Itoa(n+1), "question.bad_score")
			number := float64(score)
			each.Score = &number
		}
		rows = append(rows, placed{each, place})
	}
	if len(rows) < leastChoices {
		wrong.Add("keuze-1", "question.few_choices")
		return
	}
	slices.SortStableFunc(rows, func(a, b placed) int { return cmp.Compare(a.place, b.place) })
	list.Choices = list.Choices[:0:0]
	for _, row := range rows {
		list.Choices = append(list.Choices, row.choice)
	}
}

// choiceName makes a name for a new choice out of its words, one that this list
// never had.
func choiceName(row choiceForm, list string, known map[string]*questionnaire.Choice, earlier []*questionnaire.Definition) string {
	base := strings.ReplaceAll(slugged(cmp.Or(row.TextNL, row.TextEN)), "-", "_")
	if base == "" {
		base = "keuze"
	}
	taken := func(name string) bool {
		if known[name] != nil {
			return true
		}
		for _, d := range earlier {
			if old := d.ListNamed(list); old != nil {
				for _, c := range old.Choices {
					if c.Name == name {
						return true
					}
				}
			}
		}
		return false
	}
	name := base
	for n := 2; taken(name); n++ {
		name = base + "_" + strconv.Itoa(n)
	}
	return name
}

// conditionOptions are the answers that a simple relevance can wait for: the
// choices of the questions before this one.
func conditionOptions(d *questionnaire.Definition, i *questionnaire.Item, lang page.Lang, numbers map[string]int) []page.Option {
	options := []page.Option{{Key: "question.choose_condition"}}
	done := false
	d.Walk(func(other *questionnaire.Item) {
		done = done || other == i
		list := d.ListNamed(other.List)
		if done || list == nil || other.Kind != questionnaire.Question {
			return
		}
		label := d.In(other.Label, string(lang))
		for _, c := range list.Choices {
			options = append(options, page.Option{Value: other.Name + "=" + c.Name,
				Text: strconv.Itoa(numbers[other.Name]) + ". " + label + " " + d.In(c.Label, string(lang))})
		}
	})
	return options
}
