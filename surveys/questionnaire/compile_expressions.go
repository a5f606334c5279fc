package questionnaire

import (
	"errors"
	"strings"

	"weerklank.nl/weerklank/surveys/questionnaire/expression"
)

// scope gives the names of a form to the parser of expressions.
type scope struct {
	c    *compiler
	list *compiledList // of a choice_filter; nil elsewhere
}

func (s scope) Lookup(name string) (int, bool) {
	slot, ok := s.c.f.slots[name]
	return slot, ok
}

func (s scope) Names() []string {
	names := make([]string, 0, len(s.c.f.slots))
	for _, u := range s.c.f.units {
		names = append(names, u.item.Name)
	}
	return names
}

func (s scope) Column(name string) bool {
	if s.list == nil {
		return false
	}
	if name == "name" || name == "label" {
		return true
	}
	for _, row := range s.list.rows {
		if row.Child(name) != nil {
			return true
		}
	}
	return false
}

// expressions parses every expression of the form.
func (c *compiler) expressions() {
	for _, u := range c.f.units {
		it := u.item
		u.relevant = c.parse(it, "relevant", it.Relevant, nil)
		if u.field == nil {
			continue
		}
		u.constraint = c.parse(it, "constraint", it.Constraint, nil)
		u.calculation = c.parse(it, "calculation", it.Calculation, nil)
		switch strings.ToLower(strings.TrimSpace(it.Required)) {
		case "yes", "true", "true()":
			u.always = true
		case "no", "false", "false()", "":
		default:
			u.required = c.parse(it, "required", it.Required, nil)
		}
		if it.ChoiceFilter != "" && u.field.List != nil {
			u.filter = c.parse(it, "choice_filter", it.ChoiceFilter, c.f.lists[it.List])
		}
		if isDynamic(it.Default) {
			u.preset = c.parse(it, "default", it.Default, nil)
		}
	}
}

// isDynamic tells whether a default is an expression and no text: XLSForm calls
// it dynamic when it refers to an answer or calls a function.
func isDynamic(s string) bool {
	if strings.Contains(s, "${") {
		return true
	}
	i := strings.IndexByte(s, '(')
	if i <= 0 || !strings.Contains(s[i:], ")") {
		return false
	}
	name := strings.TrimSpace(s[:i])
	for _, f := range expression.FunctionNames() {
		if f == name {
			return true
		}
	}
	return false
}

// parse reads one cell; nil when it is blank or wrong.
func (c *compiler) parse(it *Item, column, src string, list *compiledList) *expression.Expr {
	if strings.TrimSpace(src) == "" {
		return nil
	}
	x, err := expression.Parse(src, scope{c, list})
	var bad *expression.Error
	if errors.As(err, &bad) {
		c.fault(it, column, src, bad)
		return nil
	}
	for _, bad := range x.Faults() {
		c.fault(it, column, src, bad)
	}
	return x
}

func (c *compiler) fault(it *Item, column, src string, bad *expression.Error) {
	args := map[string]any{"Pos": bad.Pos, "Source": src}
	for k, v := range bad.Args {
		args[k] = v
	}
	c.at(it, column, "form."+bad.Key, args)
}

// texts checks the answers that labels, hints and messages show.
func (c *compiler) texts() {
	for _, u := range c.f.units {
		it := u.item
		for _, part := range []struct {
			column string
			texts  Texts
		}{
			{"label", it.Label}, {"hint", it.Hint}, {"guidance_hint", it.GuidanceHint},
			{"constraint_message", it.ConstraintMessage}, {"required_message", it.RequiredMessage},
		} {
			for tag, text := range part.texts {
				for name := range references(text) {
					if _, known := c.f.slots[name]; known {
						continue
					}
					key, args := "form.text_unknown_name", map[string]any{"Name": name}
					if near := expression.Nearest(name, (scope{c: c}).Names()); near != "" {
						key, args["Meant"] = "form.text_misspelt_name", near
					}
					c.at(it, Header(part.column, tag), key, args)
				}
			}
		}
	}
}

// references yields the names in ${…} of a text.
func references(text string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for {
			i := strings.Index(text, "${")
			if i < 0 {
				return
			}
			end := strings.IndexByte(text[i:], '}')
			if end < 0 {
				return
			}
			if !yield(strings.TrimSpace(text[i+2 : i+end])) {
				return
			}
			text = text[i+end:]
		}
	}
}

// Header is a column's header in a language: label::Nederlands (nl).
func Header(column, tag string) string {
	if tag == "" {
		return column
	}
	return column + "::" + tag
}

// arrange puts the units in an order in which each comes after what it depends
// on, and reports circles with the way round.
func (c *compiler) arrange() {
	const (
		fresh = iota
		open
		done
	)
	state := make([]int, len(c.f.units))
	var path []int
	var visit func(slot int) bool
	visit = func(slot int) bool {
		switch state[slot] {
		case done:
			return true
		case open:
			c.circle(path, slot)
			return false
		}
		state[slot] = open
		path = append(path, slot)
		ok := true
		c.dependencies(slot, func(on int) {
			ok = ok && visit(on)
		})
		path = path[:len(path)-1]
		state[slot] = done
		c.f.order = append(c.f.order, slot)
		return ok
	}
	for slot := range c.f.units {
		visit(slot)
	}
}

// dependencies calls f with every slot that the value or relevance of a slot
// follows from.
func (c *compiler) dependencies(slot int, f func(int)) {
	u := c.f.units[slot]
	if u.parent >= 0 {
		f(u.parent)
	}
	if u.choice >= 0 {
		f(u.choice)
	}
	for _, x := range []*expression.Expr{u.relevant, u.calculation, u.preset} {
		if x == nil {
			continue
		}
		for _, ref := range x.Refs() {
			f(ref.Slot)
		}
	}
}

// circle reports that the last of path leads back to slot.
func (c *compiler) circle(path []int, slot int) {
	start := 0
	for i, s := range path {
		if s == slot {
			start = i
		}
	}
	names := make([]string, 0, len(path)-start+1)
	for _, s := range path[start:] {
		names = append(names, c.f.units[s].item.Name)
	}
	names = append(names, c.f.units[slot].item.Name)
	it := c.f.units[slot].item
	column := "relevant"
	if it.Calculation != "" && it.Relevant == "" {
		column = "calculation"
	}
	c.at(it, column, "form.circle", map[string]any{"Name": it.Name, "Path": strings.Join(names, " → ")})
}
