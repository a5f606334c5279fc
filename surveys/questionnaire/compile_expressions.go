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
	from *Item         // whose expression it is
}

func (s scope) Lookup(name string) (int, bool) {
	if groups, last, isPath := cutLast(name); isPath {
		if slot := s.c.under(groups, last); slot >= 0 {
			return slot, true
		}
		name = last
	}
	if s.c.shared[name] && s.from != nil {
		if slot := s.c.nearest(s.from, name); slot >= 0 {
			return slot, true
		}
	}
	slot, ok := s.c.f.slots[name]
	return slot, ok
}

// cutLast parts a path in its last name and the groups before it.
func cutLast(path string) (groups []string, last string, isPath bool) {
	i := strings.LastIndexByte(path, '/')
	if i < 0 {
		return nil, path, false
	}
	return strings.Split(path[:i], "/"), path[i+1:], true
}

// under finds the row of a name right under the groups; -1 when there is none.
func (c *compiler) under(groups []string, name string) int {
	for slot, u := range c.f.units {
		if u.item.Name != name || u.choice >= 0 {
			continue
		}
		parent, i := u.parent, len(groups)-1
		for ; i >= 0 && parent >= 0 && c.f.units[parent].item.Name == groups[i]; i-- {
			parent = c.f.units[parent].parent
		}
		if i < 0 {
			return slot
		}
	}
	return -1
}

// nearest finds the row of a name that several have: in the item's own group
// first, then in the groups around it; -1 when none of these holds one.
func (c *compiler) nearest(from *Item, name string) int {
	start := -1
	for slot, u := range c.f.units {
		if u.item == from {
			start = slot
		}
	}
	if start < 0 {
		return -1
	}
	for group := c.f.units[start].parent; ; group = c.f.units[group].parent {
		for slot, u := range c.f.units {
			if u.parent == group && u.item.Name == name && u.choice < 0 && slot != start {
				return slot
			}
		}
		if group < 0 {
			return -1
		}
	}
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
		c.lookUps(it)
		u.relevant = c.parse(it, "relevant", it.Relevant, nil)
		if it.Kind == Repeat {
			u.count = c.parse(it, "repeat_count", it.RepeatCount, nil)
		}
		if u.field == nil {
			c.insideItself(u)
			continue
		}
		var locks bool
		if u.readOnly, locks = readOnly(it); locks {
			u.lock = c.parse(it, "read_only", it.ReadOnly, nil)
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
			u.filter = c.parse(it, "choice_filter", it.ChoiceFilter, u.list)
		}
		if u.search != "" {
			u.filter = c.parse(it, "appearance", u.search, u.list)
		}
		if isDynamic(it.Default) {
			u.preset = c.parse(it, "default", it.Default, nil)
		}
	}
}

// settle lets expressions know which calculations yield a yes or no.
func (c *compiler) settle() {
	const unknown, busy, no, yes = 0, 1, 2, 3
	known := make([]int, len(c.f.units))
	var yields func(slot int) bool
	yields = func(slot int) bool {
		u := c.f.units[slot]
		if known[slot] == unknown {
			known[slot] = busy // a circle yields nothing
			is := u.field != nil && u.calculation != nil && (u.use == worked || u.readOnly) && u.calculation.Yields(yields)
			known[slot] = no
			if is {
				known[slot] = yes
			}
		}
		return known[slot] == yes
	}
	for _, u := range c.f.units {
		for _, x := range []*expression.Expr{u.relevant, u.constraint, u.required, u.calculation, u.filter, u.preset, u.count, u.seed, u.lock} {
			if x != nil {
				x.Settle(yields)
			}
		}
	}
}

// insideItself warns of a group whose relevance follows from a question inside it:
// nobody reaches that question, unless its answer is filled in by other means.
func (c *compiler) insideItself(group *unit) {
	if group.relevant == nil {
		return
	}
	for _, ref := range group.relevant.Refs() {
		if u := c.f.units[ref.Slot]; u.parent >= 0 && c.f.units[u.parent] == group && u.use == asked {
			c.warn(group.item, "relevant", "form.inside_itself", map[string]any{"Name": group.item.Name, "Question": u.item.Name})
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
	x, err := expression.Parse(src, scope{c, list, it})
	var bad *expression.Error
	if errors.As(err, &bad) {
		c.fault(it, column, src, bad)
		return nil
	}
	for _, bad := range x.Faults() {
		c.fault(it, column, src, bad)
	}
	for _, doubt := range x.Doubts() {
		c.warn(it, column, "form."+doubt.Key, faultArgs(src, doubt))
	}
	for _, ref := range x.Refs() {
		if c.shared[ref.Name] && !ref.Path {
			c.fault(it, column, src, &expression.Error{Pos: ref.Pos, Key: "expression.shared_name", Args: map[string]any{"Name": ref.Name}})
		}
	}
	return x
}

func (c *compiler) fault(it *Item, column, src string, bad *expression.Error) {
	c.at(it, column, "form."+bad.Key, faultArgs(src, bad))
}

func faultArgs(src string, bad *expression.Error) map[string]any {
	args := map[string]any{"Pos": bad.Pos, "Source": src}
	for k, v := range bad.Args {
		args[k] = v
	}
	return args
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
				c.references(Problem{Sheet: "survey", Row: it.Row, Column: Header(part.column, tag), Question: it.Name}, text)
			}
		}
	}
	for _, l := range c.d.Lists {
		for _, ch := range l.Choices {
			for tag, text := range ch.Label {
				c.references(Problem{Sheet: "choices", Row: ch.Row, Column: Header("label", tag)}, text)
			}
			for h, text := range ch.Extra {
				if mediaColumn(h) {
					c.references(Problem{Sheet: "choices", Row: ch.Row, Column: h}, text)
				}
			}
		}
	}
	for h, text := range c.d.Settings {
		if strings.EqualFold(h, "instance_name") {
			c.references(Problem{Sheet: "settings", Row: 2, Column: h}, text)
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
// on, and reports circles with the way round. What may follow from any row comes
// after all that does not follow from it in turn.
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
	c.f.follow()
	last := make([]bool, len(c.f.units))
	for _, slot := range c.f.wandering {
		c.f.mark(slot, last)
	}
	for slot := range c.f.units {
		if !last[slot] {
			visit(slot)
		}
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
	for _, on := range u.trigger {
		f(on)
	}
	for _, x := range []*expression.Expr{u.relevant, u.calculation, u.preset, u.count, u.lock} {
		if x == nil {
			continue
		}
		for _, ref := range x.Refs() {
			if x == u.relevant && c.f.units[ref.Slot].parent == slot && c.f.units[ref.Slot].field != nil {
				continue // a group that asks for a value inside itself, which then counts as given
			}
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
