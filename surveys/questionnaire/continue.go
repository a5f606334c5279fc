package questionnaire

// Continues compares a new version with those before it. Names are stable for
// good: a question or a list may get other words, and may go, but its name is
// never used for something else; so answers of years can be compared. Each breach
// is a Problem that stops publishing.
func Continues(next *Definition, earlier ...*Definition) []Problem {
	was := map[string]Type{}
	for _, d := range earlier {
		d.Walk(func(i *Item) {
			if i.Kind == Question {
				was[i.Name] = i.Type
			}
		})
	}
	var problems []Problem
	next.Walk(func(i *Item) {
		old, known := was[i.Name]
		if known && (i.Kind != Question || old != i.Type) {
			problems = append(problems, Problem{
				Sheet: "survey", Row: i.Row, Column: "type", Question: i.Name, Severity: Error,
				Key: "problem.name_reused", Args: map[string]any{"Name": i.Name, "Was": string(old), "Is": string(i.Type)},
			})
		}
	})
	return append(problems, reusedChoices(next, earlier)...)
}

// reusedChoices finds choices whose name was taken away in an earlier version and
// now comes back with another meaning: with other words in every language that
// both have. A choice that stays may change its words.
func reusedChoices(next *Definition, earlier []*Definition) []Problem {
	type key struct{ list, name string }
	gone := map[key]Texts{} // what it said when it went
	var last map[key]Texts
	for _, d := range earlier {
		now := map[key]Texts{}
		for _, l := range d.Lists {
			for _, c := range l.Choices {
				now[key{l.Name, c.Name}] = c.Label
			}
		}
		for k, label := range last {
			if _, stays := now[k]; !stays {
				gone[k] = label
			}
		}
		for k := range now {
			delete(gone, k)
		}
		last = now
	}
	var problems []Problem
	for _, l := range next.Lists {
		for _, c := range l.Choices {
			was, known := gone[key{l.Name, c.Name}]
			if known && !sharesWords(was, c.Label) {
				problems = append(problems, Problem{
					Sheet: "choices", Row: c.Row, Column: "name", Severity: Error,
					Key: "form.choice_reused", Args: map[string]any{"List": l.Name, "Name": c.Name, "Was": next.In(was, "nl")},
				})
			}
		}
	}
	return problems
}

// sharesWords tells whether two texts are the same in a language.
func sharesWords(a, b Texts) bool {
	if len(a) == 0 || len(b) == 0 {
		return true
	}
	for tag, text := range a {
		if b[tag] == text {
			return true
		}
	}
	return false
}

// SameButWording tells whether two versions ask the same: the same questions,
// types, choices and rules in the same order, with only texts that differ. A
// survey that runs may go over to such a version.
func SameButWording(a, b *Definition) bool {
	return sameItems(a.Items, b.Items) && sameLists(a.Lists, b.Lists)
}

func sameItems(a, b []*Item) bool {
	if len(a) != len(b) {
		return false
	}
	for n := range a {
		x, y := a[n], b[n]
		if rulesOf(x) != rulesOf(y) || !sameItems(x.Items, y.Items) {
			return false
		}
	}
	return true
}

// rules are what an item does, apart from its texts.
type rules struct {
	kind                                                               Kind
	typ                                                                Type
	name, list, required, relevant, constraint, calculation, filter    string
	initial, trigger, count, readOnly, appearance, parameters, prefill string
	competence, measure                                                string
	orOther, breakdown                                                 bool
}

func rulesOf(i *Item) rules {
	return rules{
		kind: i.Kind, typ: i.Type, name: i.Name, list: i.List, required: i.Required, relevant: i.Relevant,
		constraint: i.Constraint, calculation: i.Calculation, filter: i.ChoiceFilter, initial: i.Default,
		trigger: i.Trigger, count: i.RepeatCount, readOnly: i.ReadOnly, appearance: i.Appearance,
		parameters: i.Parameters, prefill: i.Prefill, competence: i.Competence, measure: i.Measure,
		orOther: i.OrOther, breakdown: i.Breakdown,
	}
}

func sameLists(a, b []*List) bool {
	if len(a) != len(b) {
		return false
	}
	for n := range a {
		if a[n].Name != b[n].Name || len(a[n].Choices) != len(b[n].Choices) {
			return false
		}
		for m, x := range a[n].Choices {
			y := b[n].Choices[m]
			if x.Name != y.Name || x.Missing != y.Missing || x.RemedyKind != y.RemedyKind || !sameScore(x.Score, y.Score) {
				return false
			}
		}
	}
	return true
}

func sameScore(a, b *float64) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}
