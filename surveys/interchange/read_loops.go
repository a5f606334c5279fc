package interchange

import (
	"maps"
	"strings"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

// loop is an old way to repeat questions: once for every choice of a list.
type loop struct {
	item *questionnaire.Item
	list string
}

// loopOver reads "begin loop over LIST".
func loopOver(written string) (list string, ok bool) {
	return cutWords(written, "begin loop over")
}

func (f *formReader) isLoop(it *questionnaire.Item) bool {
	for _, l := range f.loops {
		if l.item == it {
			return true
		}
	}
	return false
}

// expandLoops makes of every loop a group with a group in it for every choice,
// where %(name)s and %(label)s stand for the choice.
func (f *formReader) expandLoops() {
	for _, l := range f.loops {
		list := f.lists[l.list]
		if list == nil {
			f.error("survey", l.item.Row, "type", "form.unknown_list", map[string]any{"List": l.list})
			continue
		}
		inside := l.item.Items
		l.item.Items = nil
		for _, ch := range list.Choices {
			l.item.Items = append(l.item.Items, &questionnaire.Item{
				Kind: questionnaire.Group, Name: ch.Name, Label: maps.Clone(ch.Label), Row: l.item.Row,
				Items: f.forChoice(inside, ch),
			})
		}
	}
}

// forChoice copies items with the choice filled in.
func (f *formReader) forChoice(items []*questionnaire.Item, ch *questionnaire.Choice) []*questionnaire.Item {
	var copies []*questionnaire.Item
	for _, it := range items {
		c := *it
		c.Items = f.forChoice(it.Items, ch)
		for _, texts := range []*questionnaire.Texts{&c.Label, &c.Hint, &c.GuidanceHint, &c.ConstraintMessage, &c.RequiredMessage} {
			filled := questionnaire.Texts{}
			for tag, text := range *texts {
				label := ch.Label[tag]
				if label == "" {
					label = f.d.In(ch.Label, "")
				}
				filled[tag] = strings.NewReplacer("%(name)s", ch.Name, "%(label)s", label).Replace(text)
			}
			if len(*texts) > 0 {
				*texts = filled
			}
		}
		copies = append(copies, &c)
	}
	return copies
}
