package questionnaire

import "strings"

// pages lays questions out: a group with the appearance field-list is one page,
// every other question a page of its own. A repeat has its pages in each instance,
// and after them one that asks for another instance, unless the author counts them.
func (c *compiler) pages(items []*Item, group *Item, home int) []step {
	var steps []step
	for _, it := range items {
		switch it.Kind {
		case Question:
			if f := c.fields[it]; c.onPage(f) {
				steps = append(steps, c.page(group, []*Field{f}, home))
			}
		case Repeat:
			steps = append(steps, c.repeatStep(it))
		default:
			steps = append(steps, c.together(it, home)...)
		}
	}
	return steps
}

// together lays out what is in a group: on one page where its author wants that,
// with the repeats in it after that page.
func (c *compiler) together(it *Item, home int) []step {
	if !isTogether(it) {
		return c.pages(it.Items, nil, home)
	}
	var steps []step
	fields, repeats := c.visible(it.Items, nil, nil)
	if len(fields) > 0 {
		steps = append(steps, c.page(it, fields, home))
	}
	for _, r := range repeats {
		steps = append(steps, c.repeatStep(r))
	}
	return steps
}

func isTogether(it *Item) bool {
	return it.HasAppearance("field-list") || it.HasAppearance("table-list")
}

func (c *compiler) repeatStep(it *Item) step {
	slot := c.f.repeats[it.Name]
	st := step{page: -1, repeat: slot, more: -1}
	if isTogether(it) {
		st.steps = c.together(it, slot)
	} else {
		st.steps = c.pages(it.Items, nil, slot)
	}
	if strings.TrimSpace(it.RepeatCount) == "" && len(st.steps) > 0 {
		st.more = len(c.f.Pages)
		c.f.Pages = append(c.f.Pages, &Page{Index: st.more, Repeat: it, home: c.f.units[slot].home})
	}
	return st
}

func (c *compiler) page(group *Item, fields []*Field, home int) step {
	p := &Page{Index: len(c.f.Pages), Group: group, Fields: fields, home: home}
	for _, f := range fields {
		f.Page = p.Index
	}
	c.f.Pages = append(c.f.Pages, p)
	return step{page: p.Index, repeat: -1, more: -1}
}

func (c *compiler) visible(items []*Item, fields []*Field, repeats []*Item) ([]*Field, []*Item) {
	for _, it := range items {
		switch it.Kind {
		case Repeat:
			repeats = append(repeats, it)
		case Group:
			fields, repeats = c.visible(it.Items, fields, repeats)
		default:
			if f := c.fields[it]; c.onPage(f) {
				fields = append(fields, f)
			}
		}
	}
	return fields, repeats
}

func (c *compiler) onPage(f *Field) bool {
	u := c.f.units[f.slot]
	return u.use == asked || u.use == shown
}

// readOnly tells whether a question is shown and takes no answer, and whether that
// follows from a condition.
func readOnly(it *Item) (always, sometimes bool) {
	switch strings.ToLower(strings.TrimSpace(it.ReadOnly)) {
	case "", "no", "false", "false()":
		return false, false
	case "yes", "true", "true()":
		return true, false
	}
	return false, true
}
