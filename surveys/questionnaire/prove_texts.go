package questionnaire

import (
	"slices"
	"strings"
)

// LaterReference is a rule or text of a question that looks at the answer to a
// question that is asked later, which is still blank then.
type LaterReference struct {
	Item   *Item
	Column string
	Later  *Item
}

// laterReferences finds them, through calculations too, in the order of the form.
func (p *prover) laterReferences() []LaterReference {
	var found []LaterReference
	for slot, u := range p.units {
		page := p.firstPage(slot)
		if page < 0 || u.choice >= 0 {
			continue
		}
		note := func(column string, reads []int) {
			for _, on := range reads {
				for _, source := range p.behind(on) {
					if source != slot && (p.pageOf(source) > page || p.pageOf(source) == page && source > slot && u.field != nil) {
						ref := LaterReference{u.item, column, p.units[source].item}
						if !slices.Contains(found, ref) {
							found = append(found, ref)
						}
					}
				}
			}
		}
		r := &p.rules[slot]
		note("relevant", p.readsOf(r.relevant, slot))
		note("constraint", p.readsOf(r.constraint, slot))
		note("required", p.readsOf(r.required, slot))
		note("read_only", p.readsOf(r.lock, slot))
		note("choice_filter", p.readsOf(r.filter, slot))
		if u.field != nil {
			note("label", p.shownIn(u.item.Label))
			note("hint", p.shownIn(u.item.Hint))
		}
	}
	return found
}

// firstPage is the first page on which something of a slot is shown; -1 for none.
func (p *prover) firstPage(slot int) int {
	if p.units[slot].field != nil || p.units[slot].choice >= 0 {
		return p.pageOf(slot)
	}
	for inside := slot + 1; inside < len(p.units); inside++ {
		for up := p.units[inside].parent; up >= slot; up = p.units[up].parent {
			if page := p.pageOf(inside); up == slot && page >= 0 {
				return page
			}
		}
	}
	return -1
}

// behind are the asked slots that the value of a slot is made of: itself, or those
// that its calculation reads.
func (p *prover) behind(slot int) []int {
	var found []int
	seen := map[int]bool{}
	var visit func(slot int)
	visit = func(slot int) {
		if seen[slot] {
			return
		}
		seen[slot] = true
		if p.asks(slot) {
			found = append(found, slot)
			return
		}
		for _, on := range p.readsOf(p.rules[slot].calculation, slot) {
			visit(on)
		}
		for _, on := range p.readsOf(p.rules[slot].preset, slot) {
			visit(on)
		}
	}
	visit(slot)
	return found
}

// shownIn are the slots whose answers a text shows.
func (p *prover) shownIn(t Texts) []int {
	var slots []int
	for _, text := range t {
		for rest := text; ; {
			_, after, ok := strings.Cut(rest, "${")
			name, more, closed := strings.Cut(after, "}")
			if !ok || !closed {
				break
			}
			if slot, known := p.form.slots[strings.TrimSpace(name)]; known && !slices.Contains(slots, slot) {
				slots = append(slots, slot)
			}
			rest = more
		}
	}
	slices.Sort(slots)
	return slots
}

// Untranslated is a text that an author wrote in some languages of the form, and
// not in all.
type Untranslated struct {
	Item      *Item // of a question or group; nil for a choice and for the title
	List      string
	Choice    *Choice
	Column    string
	Languages []Language // that lack it
}

// untranslated finds them, in the order of the sheets.
func untranslated(d *Definition) []Untranslated {
	if len(d.Languages) < 2 {
		return nil
	}
	var found []Untranslated
	note := func(u Untranslated, t Texts) {
		if len(t) == 0 || t[""] != "" && len(t) == 1 && u.Column == "title" {
			return
		}
		for _, l := range d.Languages {
			if strings.TrimSpace(t[l.Tag]) == "" {
				u.Languages = append(u.Languages, l)
			}
		}
		if len(u.Languages) > 0 {
			found = append(found, u)
		}
	}
	note(Untranslated{Column: "title"}, d.Title)
	used := map[string]bool{}
	d.Walk(func(it *Item) {
		used[it.List] = true
		for _, part := range []struct {
			column string
			texts  Texts
		}{
			{"label", it.Label}, {"hint", it.Hint}, {"guidance_hint", it.GuidanceHint},
			{"constraint_message", it.ConstraintMessage}, {"required_message", it.RequiredMessage},
		} {
			note(Untranslated{Item: it, Column: part.column}, part.texts)
		}
	})
	for _, l := range d.Lists {
		for _, ch := range l.Choices {
			if used[l.Name] {
				note(Untranslated{List: l.Name, Choice: ch, Column: "label"}, ch.Label)
			}
		}
	}
	return found
}
