package questionnaire

import (
	"regexp"
	"sort"
	"strings"

	"weerklank.nl/weerklank/surveys/questionnaire/expression"
)

// OtherChoice is the name of the choice that or_other adds to a list. It has no
// label of the author's: the page words it.
const OtherChoice = "other"

// OtherSuffix makes the name under which the text of "other" stands.
const OtherSuffix = "_other"

// unit is a row of the survey that has a name: a question, a group, or the text
// of an or_other question.
type unit struct {
	item   *Item
	key    string // in Answers
	use    use    // of a question
	field  *Field // nil for a group
	parent int    // the slot of the group around it; -1 at the top
	home   int    // the slot of the repeat in whose instances it is; -1 for none
	end    int    // of a group: the slot after the last that is in it
	local  string // the key within an instance; outside repeats the key itself
	text   int    // the slot of its "other" text; -1 without one
	choice int    // for an "other" text the slot of its question; else -1

	relevant, constraint, required, calculation, filter, preset *expression.Expr

	lock *expression.Expr // when it is read-only; nil where that needs no answers

	count *expression.Expr // of a repeat: how many instances there are; nil where respondents say so
	seed  *expression.Expr // of the order of its choices; nil for that of the sitting

	list     *compiledList // of a select
	search   string        // the filter of a list that comes from search(); "" for none
	trigger  []int         // slots whose answer makes the calculation be done again
	always   bool          // required without a condition
	readOnly bool          // shown, and not answered
	shuffled bool          // its choices come in an order that is drawn
}

// compiledList is a list with what lookups need.
type compiledList struct {
	*List
	byName map[string]*Choice
	doc    *expression.Node   // as instance('name') reaches it
	rows   []*expression.Node // one for each choice
	all    []*expression.Node // of an attached table: those without a choice too
}

type compiler struct {
	d        *Definition
	f        *Form
	problems []Problem
	failed   bool
	shared   map[string]bool // names that several rows have
	fields   map[*Item]*Field
}

// Compile checks a definition and makes a form of it. It reports everything that
// is wrong at once, in the order of the sheets; the form is nil when one of the
// problems is an Error.
func Compile(d *Definition) (*Form, []Problem) {
	c := &compiler{d: d, f: &Form{
		Definition: d,
		byName:     map[string]*Field{},
		slots:      map[string]int{},
		repeats:    map[string]int{},
		locals:     map[int]map[string]int{},
		lists:      map[string]*compiledList{},
	}, shared: map[string]bool{}}
	c.lists()
	c.files()
	c.items(d.Items, -1, -1)
	if len(c.f.Fields) == 0 && !c.failed {
		c.add(Problem{Sheet: "survey", Severity: Error, Key: "form.no_questions"})
	}
	c.expressions()
	c.texts()
	c.columns()
	c.settle()
	c.arrange()
	sort.SliceStable(c.problems, func(i, j int) bool {
		a, b := c.problems[i], c.problems[j]
		if a.Sheet != b.Sheet {
			return sheetOrder[a.Sheet] < sheetOrder[b.Sheet]
		}
		return a.Row < b.Row
	})
	if c.failed {
		return nil, c.problems
	}
	c.fields = map[*Item]*Field{}
	for _, fl := range c.f.Fields {
		c.fields[fl.Item] = fl
	}
	c.f.layout = c.pages(d.Items, nil, -1)
	c.f.clock()
	return c.f, c.problems
}

// sheetOrder is the order in which problems are told.
var sheetOrder = map[string]int{"survey": 0, "choices": 1, "external_choices": 2, "settings": 3}

func (c *compiler) add(p Problem) {
	if p.Severity == "" {
		p.Severity = Error
	}
	c.failed = c.failed || p.Severity == Error
	c.problems = append(c.problems, p)
}

// at notes a problem of an item.
func (c *compiler) at(it *Item, column, key string, args map[string]any) {
	c.add(Problem{Sheet: "survey", Row: it.Row, Column: column, Question: it.Name, Key: key, Args: args})
}

func (c *compiler) warn(it *Item, column, key string, args map[string]any) {
	c.add(Problem{Sheet: "survey", Row: it.Row, Column: column, Question: it.Name, Severity: Warning, Key: key, Args: args})
}

// lists checks the lists of choices and makes them ready for look-ups.
func (c *compiler) lists() {
	repeats := false
	switch strings.ToLower(strings.TrimSpace(c.d.Settings["allow_choice_duplicates"])) {
	case "yes", "true", "true()":
		repeats = true
	}
	for _, l := range c.d.Lists {
		cl := newList(l)
		c.f.lists[l.Name] = cl
		root := cl.doc.Children[0]
		for _, ch := range l.Choices {
			args := map[string]any{"List": l.Name, "Name": ch.Name}
			problem := func(column, key string) {
				c.add(Problem{Sheet: "choices", Row: ch.Row, Column: column, Key: key, Args: args})
			}
			switch {
			case ch.Name == "":
				problem("name", "form.choice_without_name")
			case strings.ContainsAny(ch.Name, " \t\n\r") && c.several(l.Name):
				problem("name", "form.choice_name_with_space")
			case cl.byName[ch.Name] != nil && !repeats && !l.External:
				problem("name", "form.choice_twice")
			}
			if ch.Score != nil && ch.Missing != "" {
				problem("score", "form.score_and_missing")
			}
			cl.byName[ch.Name] = ch
			cl.rows = append(cl.rows, rowOf(c.d, root, ch))
		}
		root.Children = cl.rows
	}
}

func newList(l *List) *compiledList {
	cl := &compiledList{List: l, byName: make(map[string]*Choice, len(l.Choices))}
	root := &expression.Node{Name: "root"}
	cl.doc = &expression.Node{Children: []*expression.Node{root}}
	root.Parent = cl.doc
	return cl
}

// several tells whether a question lets people choose more than one of the list:
// their names are then stored with spaces between.
func (c *compiler) several(list string) bool {
	found := false
	c.d.Walk(func(it *Item) {
		found = found || it.List == list && (it.Type == TypeSelectMultiple || it.Type == TypeRank)
	})
	return found
}

// rowOf is a choice as expressions see it: its columns as children.
func rowOf(d *Definition, root *expression.Node, ch *Choice) *expression.Node {
	row := &expression.Node{Name: "item", Parent: root}
	add := func(name, text string) {
		if text != "" {
			row.Children = append(row.Children, &expression.Node{Name: name, Text: text, Parent: row})
		}
	}
	add("name", ch.Name)
	add("label", d.In(ch.Label, ""))
	for k, v := range ch.Extra {
		add(k, v)
	}
	if ch.Score != nil {
		add("score", expression.FormatNumber(*ch.Score))
	}
	add("missing", ch.Missing)
	add("remedy_kind", ch.RemedyKind)
	return row
}

// nameShape is what XLSForm allows as a name: it becomes an element of XML.
var nameShape = regexp.MustCompile(`^[\p{L}_][\p{L}\p{Mn}\p{Nd}_.\-]*$`)

// items takes up rows and checks them one by one.
func (c *compiler) items(items []*Item, parent, home int) {
	here := map[string]bool{}
	for _, it := range items {
		switch {
		case it.Name == "":
			c.at(it, "name", "form.no_name", map[string]any{"Type": string(it.Type)})
			continue
		case !nameShape.MatchString(it.Name):
			c.at(it, "name", "form.bad_name", map[string]any{"Name": it.Name})
		case strings.EqualFold(it.Name, "meta"):
			c.at(it, "name", "form.reserved_name", map[string]any{"Name": it.Name})
		case here[it.Name], it.Kind == Repeat && c.isRepeat(it.Name):
			c.at(it, "name", "form.name_twice", map[string]any{"Name": it.Name})
			continue
		}
		here[it.Name] = true
		slot := len(c.f.units)
		u := &unit{item: it, key: it.Name, parent: parent, home: home, end: slot + 1, text: -1, choice: -1}
		c.f.units = append(c.f.units, u)
		if it.Kind == Question {
			c.question(u, slot)
			if u.text >= 0 {
				here[it.Name+OtherSuffix] = true
			}
			continue
		}
		inner := home
		if it.Kind == Repeat {
			c.repeat(it, items)
			c.warn(it, "type", "form.repeat_not_counted", map[string]any{"Name": it.Name})
			c.f.repeats[it.Name] = slot
			inner = slot
		}
		c.name(u, slot)
		if len(it.Items) == 0 {
			c.warn(it, "type", "form.empty_group", map[string]any{"Name": it.Name})
		}
		c.table(it)
		c.items(it.Items, slot, inner)
		u.end = len(c.f.units)
	}
}

// table checks that the questions of a table take their choices from one list.
func (c *compiler) table(group *Item) {
	if !group.HasAppearance("table-list") {
		return
	}
	list := ""
	for _, it := range group.Items {
		switch {
		case !it.Type.IsSelect() || it.Type == TypeRank || it.List == "":
		case list == "":
			list = it.List
		case it.List != list:
			c.at(it, "type", "form.table_of_lists", map[string]any{"List": list, "Other": it.List})
		}
	}
}

func (c *compiler) isRepeat(name string) bool {
	_, is := c.f.repeats[name]
	return is
}

// formElement is what the form itself is called in XForms, unless its author says otherwise.
const formElement = "data"

// repeat checks what only a repeat must hold to.
func (c *compiler) repeat(it *Item, siblings []*Item) {
	if it.Name == formElement {
		c.at(it, "name", "form.reserved_name", map[string]any{"Name": it.Name})
	}
	if count := strings.TrimSpace(it.RepeatCount); count != "" && (!strings.HasPrefix(count, "${") || strings.IndexByte(count, '}') != len(count)-1) {
		for _, other := range siblings { // a count that is worked out gets a name of its own
			if other.Name == it.Name+"_count" {
				c.at(other, "name", "form.name_twice", map[string]any{"Name": other.Name})
			}
		}
	}
}

// name gives a unit its key, which holds the groups around it where another row
// has its name already.
func (c *compiler) name(u *unit, slot int) {
	if _, taken := c.f.slots[u.key]; taken {
		c.shared[u.item.Name] = true
		for p := u.parent; p >= 0; p = c.f.units[p].parent {
			u.key = c.f.units[p].item.Name + "/" + u.key
		}
	}
	c.f.slots[u.key] = slot
	u.local = u.key
	if u.home < 0 {
		return
	}
	here := c.f.locals[u.home]
	if here == nil {
		here = map[string]int{}
		c.f.locals[u.home] = here
	}
	u.local = u.item.Name
	if _, taken := here[u.local]; taken {
		for p := u.parent; p >= 0 && p != u.home; p = c.f.units[p].parent {
			u.local = c.f.units[p].item.Name + "/" + u.local
		}
	}
	here[u.local] = slot
}

// question takes up a question with its list.
func (c *compiler) question(u *unit, slot int) {
	it := u.item
	c.name(u, slot)
	u.use = useOf(it)
	u.field = &Field{Item: it, Name: u.key, Index: len(c.f.Fields), Page: -1, slot: slot, home: u.home, repeated: u.home >= 0}
	c.f.Fields = append(c.f.Fields, u.field)
	c.f.byName[u.key] = u.field
	switch u.use {
	case 0:
		c.at(it, "type", "form.unknown_type", map[string]any{"Type": string(it.Type)})
	case betrays:
		c.warn(it, "type", "form.type_betrays", map[string]any{"Type": string(it.Type)})
	case fileOnly:
		if c.attached(it.Name+".csv") == nil && c.attached(it.Name+".xml") == nil {
			c.warn(it, "name", "form.file_missing", map[string]any{"Name": it.Name})
		}
	case notAsked:
		c.warn(it, "type", "form.type_not_asked", map[string]any{"Type": string(it.Type)})
	}
	if it.Type == TypeCalculate && it.Calculation == "" && it.Default == "" {
		c.at(it, "calculation", "form.no_calculation", map[string]any{"Name": it.Name})
	}
	if it.Prefill != "" && it.Prefill != "collector" {
		c.at(it, "prefill", "form.bad_prefill", map[string]any{"Text": it.Prefill})
	}
	if it.Breakdown && it.Type != TypeSelectOne && it.Type != TypeHidden {
		c.at(it, "breakdown", "form.bad_breakdown", map[string]any{"Name": it.Name})
	}
	switch {
	case it.Type.FromFile():
		c.fileList(u)
	case it.Type.IsSelect():
		c.list(u)
		c.searchList(u)
	}
}

// list finds the list of a select and adds "other" where it is asked for.
func (c *compiler) list(u *unit) {
	it := u.item
	l := c.f.lists[it.List]
	switch {
	case strings.HasPrefix(it.List, "${"):
		u.use = notAsked
		c.warn(it, "type", "form.choices_from_answers", map[string]any{"Name": it.List})
		c.references(Problem{Sheet: "survey", Row: it.Row, Column: "type", Question: it.Name}, it.List)
		return
	case it.List == "":
		c.at(it, "type", "form.no_list", map[string]any{"Type": string(it.Type)})
		return
	case l == nil:
		names := make([]string, len(c.d.Lists))
		for i, l := range c.d.Lists {
			names[i] = l.Name
		}
		args := map[string]any{"List": it.List}
		key := "form.unknown_list"
		if near := expression.Nearest(it.List, names); near != "" {
			key, args["Meant"] = "form.misspelt_list", near
		}
		c.at(it, "type", key, args)
		return
	}
	u.list = l
	u.field.List = l.List
	u.field.choices = l.Choices
	u.field.filtered = it.ChoiceFilter != ""
	if !it.OrOther {
		return
	}
	if it.ChoiceFilter != "" {
		c.at(it, "choice_filter", "form.other_and_filter", map[string]any{"Name": it.Name})
	}
	if l.byName[OtherChoice] == nil {
		u.field.choices = append(l.Choices[:len(l.Choices):len(l.Choices)], &Choice{Name: OtherChoice})
	}
	name := it.Name + OtherSuffix
	u.text = len(c.f.units)
	c.f.units = append(c.f.units, &unit{
		item: &Item{Kind: Question, Name: name, Type: TypeText, Row: it.Row},
		key:  u.key + OtherSuffix, local: u.local + OtherSuffix, use: asked, parent: u.parent, home: u.home, end: u.text + 1, text: -1, choice: u.field.slot,
	})
	if _, taken := c.f.slots[u.key+OtherSuffix]; taken {
		c.at(it, "name", "form.name_twice", map[string]any{"Name": name})
	}
	c.f.slots[u.key+OtherSuffix] = u.text
}

// HasAppearance tells whether the word is among the item's appearances.
func (it *Item) HasAppearance(word string) bool {
	return expression.Selected(it.Appearance, word)
}
