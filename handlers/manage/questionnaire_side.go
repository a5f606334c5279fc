package manage

import (
	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// side is what stands beside the form: the list of questions and the tips.
type side struct {
	ID        surveys.ID
	Title     surveys.Text
	Template  bool
	Published int
	HasDraft  bool
	Next      int // the number of the version that the draft becomes
	Minutes   int
	Revision  int
	Items     []sideItem
	Tips      []tip
	Chosen    string
	Kinds     []page.Option
	Proof     proofView
}

type sideItem struct {
	Href    string
	Name    string
	Label   string
	Number  int // of a question; 0 for others
	KindKey string
	Meta    []string // keys
	Depth   int
	Current bool
	Faulty  bool
	Tips    int
	Found   int // by the prover
}

type tip struct {
	Href   string
	Number int
	Key    string
	Args   map[string]any
}

// sideOf works out the list of questions and the tips.
func (p *questionnairePages) sideOf(lang page.Lang, q *surveys.Questionnaire, d *questionnaire.Definition, chosen string, faults []questionnaire.Problem) side {
	s := side{ID: q.ID, Title: q.Title, Template: q.Template, Published: q.Published, HasDraft: q.Draft != nil,
		Next: q.Published + 1, Revision: q.Revision, Chosen: chosen, Kinds: kindOptions(true)}
	_, s.Minutes = size(d)
	faulty := map[string]bool{}
	for _, f := range faults {
		faulty[f.Question] = faulty[f.Question] || f.Severity == questionnaire.Error
	}
	advice := questionnaire.Advise(d, string(lang))
	tips := map[string]int{}
	for _, a := range advice {
		tips[a.Question]++
	}
	numbers := map[string]int{}
	href := func(name string) string { return "/beheer/vragenlijsten/" + string(q.ID) + "/vraag/" + name }
	var add func(items []*questionnaire.Item, depth int)
	add = func(items []*questionnaire.Item, depth int) {
		for _, i := range items {
			item := sideItem{Href: href(i.Name), Name: i.Name, Label: d.In(i.Label, string(lang)), Depth: depth,
				KindKey: kindKey(d, i), Current: i.Name == chosen, Faulty: faulty[i.Name], Tips: tips[i.Name]}
			if item.Label == "" {
				item.Label = i.Name
			}
			if isAsked(i) {
				item.Number = len(numbers) + 1
				numbers[i.Name] = item.Number
			}
			if required(i) {
				item.Meta = append(item.Meta, "question.meta.required")
			}
			if i.Relevant != "" {
				item.Meta = append(item.Meta, "question.meta.conditional")
			}
			if i.Prefill == "collector" {
				item.Meta = append(item.Meta, "question.meta.prefill")
			}
			s.Items = append(s.Items, item)
			add(i.Items, depth+1)
		}
	}
	add(d.Items, 0)
	for _, a := range advice {
		s.Tips = append(s.Tips, tip{Href: href(a.Question), Number: numbers[a.Question], Key: a.Key, Args: a.Args})
	}
	return s
}

func required(i *questionnaire.Item) bool {
	switch i.Required {
	case "yes", "true", "true()":
		return true
	}
	return false
}
