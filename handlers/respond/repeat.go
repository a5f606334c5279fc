package respond

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

// jump goes to the question of that key, or to the page that asks for more of the
// repeat of that key; it stays where it is when neither is shown now.
func (v *visit) jump(key string) {
	if within, fl := v.form.Locate(key); fl != nil {
		if view := v.state.In(within); view != nil && view.Asked(fl, v.sitting.Prefilled) {
			v.goTo(view.Place(fl))
		}
		return
	}
	v.state.EachPlace(v.sitting.Prefilled, func(view *questionnaire.State, pg *questionnaire.Page) {
		if pg.Repeat != nil && questionnaire.RepeatKey(view.Within(), pg.Repeat.Name) == key {
			v.goTo(questionnaire.Place{Page: pg.Index, Within: view.Within()})
		}
	})
}

// lengthen adds an instance to the repeat whose page was sent, or takes one away,
// when a button asks for that. Who adds one goes to its first question.
func (v *visit) lengthen(posted url.Values) bool {
	if !v.onPage() || v.form.Pages[v.sitting.At].Repeat == nil {
		return false
	}
	s, repeat := v.sitting, v.form.Pages[v.sitting.At].Repeat
	if posted.Get("ga") == "nog-een" {
		v.form.Add(s.Answers, v.state, repeat)
		return true
	}
	number, err := strconv.Atoi(posted.Get("weg"))
	if names := v.state.InstancesOf(repeat); err != nil || number < 1 || number > len(names) {
		return false
	}
	v.form.Remove(s.Answers, v.state, repeat, number)
	questionnaire.RemoveInstance(s.Unread, s.Within, repeat.Name, number)
	questionnaire.RemoveInstance(s.SeenWithin, s.Within, repeat.Name, number)
	return true
}

// repeatName is what people call a repeat.
func (p *pages) repeatName(v *visit, repeat *questionnaire.Item) string {
	if label := v.form.Definition.In(repeat.Label, string(v.sitting.Lang)); label != "" && !strings.Contains(label, "${") {
		return label
	}
	return p.say(v.sitting.Lang, v.form.informal, "respond.repeat.unnamed", nil)
}

// instanceName is what people call an instance of a repeat, with those around it:
// "Huishouden 1, Kind 2"; "" outside repeats.
func (p *pages) instanceName(v *visit, within string) string {
	var names []string
	for rest, at := within, 0; rest != ""; {
		end := strings.Index(rest, "]/")
		if end < 0 {
			break
		}
		name, number, _ := strings.Cut(rest[:end], "[")
		at += end + 2
		rest = within[at:]
		label := ""
		if repeat := v.form.Repeat(name); repeat != nil {
			if view := v.state.In(within[:at]); view != nil {
				label = view.Text(repeat.Label, string(v.sitting.Lang))
			}
		}
		if label == "" {
			label = p.say(v.sitting.Lang, v.form.informal, "respond.repeat.unnamed", nil)
		}
		names = append(names, label+" "+number)
	}
	return strings.Join(names, ", ")
}

// appendInstance says above a question which instance it is about.
func (p *pages) appendInstance(b []byte, v *visit) []byte {
	if name := p.instanceName(v, v.sitting.Within); name != "" {
		b = append(b, `<p class="wk-meta">`...)
		b = append(appendEscaped(b, name, false), "</p>\n"...)
	}
	return b
}

// appendMore fills the page that asks for more: what there is, each with buttons to
// change it and to take it away, and one to add another.
func (p *pages) appendMore(b []byte, v *visit) []byte {
	repeat := v.form.Pages[v.sitting.At].Repeat
	say := func(key string) string { return p.say(v.sitting.Lang, v.form.informal, key, nil) }
	names := v.state.InstancesOf(repeat)
	if len(names) > 0 {
		b = append(b, "<dl class=\"utrecht-data-list\">\n"...)
	}
	for i, within := range names {
		b = append(b, `<div class="utrecht-data-list__item"><dt class="utrecht-data-list__item-key">`...)
		name := p.instanceName(v, within)
		b = appendEscaped(b, name, false)
		b = append(b, `</dt><dd class="utrecht-data-list__item-value">`...)
		b = appendEscaped(b, p.gist(v, within), true)
		b = append(b, `</dd><dd class="utrecht-data-list__actions">`...)
		hidden := append(appendEscaped([]byte(`<span class="wk-visually-hidden">: `), name, false), "</span></button>\n"...)
		if key := v.firstKey(within); key != "" {
			b = append(b, `<button class="nl-button nl-button--subtle wk-link" type="submit" name="naar" value="`...)
			b = append(append(b, key...), `">`...)
			b = append(appendEscaped(b, say("respond.check.change"), false), hidden...)
		}
		b = append(b, `<button class="nl-button nl-button--subtle wk-link" type="submit" name="weg" value="`...)
		b = append(strconv.AppendInt(b, int64(i+1), 10), `">`...)
		b = append(appendEscaped(b, say("respond.repeat.remove"), false), hidden...)
		b = append(b, "</dd></div>\n"...)
	}
	if len(names) > 0 {
		b = append(b, "</dl>\n"...)
	}
	if len(names) >= questionnaire.MostRepeats {
		return b
	}
	return append(append(append(b, `<p class="wk-after"><button class="nl-button nl-button--secondary" type="submit" name="ga" value="nog-een">`...), escape(say("respond.repeat.add"))...), "</button></p>\n"...)
}

// firstKey is the key of the first question in an instance; "" when nothing is
// asked there.
func (v *visit) firstKey(within string) string {
	key := ""
	v.state.EachAsked(v.sitting.Prefilled, func(view *questionnaire.State, fl *questionnaire.Field) {
		if key == "" && strings.HasPrefix(view.Within(), within) && view.Takes(fl, v.sitting.Prefilled) {
			key = view.Key(fl)
		}
	})
	return key
}

// mostGist is how many answers stand for an instance in the list of them.
const mostGist = 3

// gist is the first answers in an instance, to tell it from others.
func (p *pages) gist(v *visit, within string) string {
	var said []string
	v.state.EachAsked(v.sitting.Prefilled, func(view *questionnaire.State, fl *questionnaire.Field) {
		if len(said) < mostGist && view.Within() == within && v.sitting.Answers[view.Key(fl)] != "" {
			said = append(said, shortened(p.spoken(v, view, fl), 60))
		}
	})
	return strings.Join(said, ", ")
}

// searchField begins the name of the field in which one looks for a choice.
const searchField = "zoek-"

// searches takes up what is looked for in the long lists of the page. Without the
// button it counts only where nothing was chosen, so that Enter looks it up.
func (v *visit) searches(posted url.Values, pressed bool) bool {
	if !v.onPage() {
		return false
	}
	found := map[string]string{}
	for _, fl := range v.asked(v.sitting.At) {
		term := strings.TrimSpace(posted.Get(searchField + fl.Name))
		if pressed || term != "" && len(posted[fl.Name]) == 0 {
			found[fl.Name] = term
		}
	}
	maps.DeleteFunc(found, func(_, term string) bool { return term == "" })
	v.search = found
	return len(slices.Collect(maps.Keys(found))) > 0
}
