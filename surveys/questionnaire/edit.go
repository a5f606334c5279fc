package questionnaire

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Clone is a copy that shares nothing with d.
func (d *Definition) Clone() *Definition {
	data, err := json.Marshal(d)
	if err != nil {
		panic(fmt.Sprintf("clone definition: %v", err)) // strings, numbers and maps of them: cannot fail
	}
	out := new(Definition)
	if err := json.Unmarshal(data, out); err != nil {
		panic(fmt.Sprintf("clone definition: %v", err))
	}
	return out
}

// Walk calls visit for every item, a group before what stands in it.
func (d *Definition) Walk(visit func(*Item)) { walk(d.Items, visit) }

func walk(items []*Item, visit func(*Item)) {
	for _, i := range items {
		visit(i)
		walk(i.Items, visit)
	}
}

// Item finds a question, group or repeat by name; nil when there is none.
func (d *Definition) Item(name string) *Item {
	var found *Item
	d.Walk(func(i *Item) {
		if found == nil && i.Name == name {
			found = i
		}
	})
	return found
}

// ListNamed finds a list of choices; nil when there is none.
func (d *Definition) ListNamed(name string) *List {
	for _, l := range d.Lists {
		if l.Name == name {
			return l
		}
	}
	return nil
}

// UsersOf are the questions that use a list, in form order: its choices are
// shared by them.
func (d *Definition) UsersOf(list string) []*Item {
	var out []*Item
	d.Walk(func(i *Item) {
		if list != "" && i.List == list {
			out = append(out, i)
		}
	})
	return out
}

// Put sets a text in the language whose code is lang. An empty text is taken
// away, so that In falls back to another language.
func (d *Definition) Put(t *Texts, lang, text string) {
	tag := lang
	for _, l := range d.Languages {
		if l.Code == lang {
			tag = l.Tag
		}
	}
	if len(d.Languages) == 0 {
		tag = ""
	}
	if text == "" {
		delete(*t, tag)
		return
	}
	if *t == nil {
		*t = Texts{}
	}
	(*t)[tag] = text
}

// Own is the text in exactly this language; "" when it has not been translated.
func (d *Definition) Own(t Texts, lang string) string {
	for _, l := range d.Languages {
		if l.Code == lang {
			return t[l.Tag]
		}
	}
	if len(d.Languages) == 0 && lang == "nl" {
		return t[""]
	}
	return ""
}

// siblings is the slice that holds the item, and its place there.
func siblings(items *[]*Item, name string) (*[]*Item, int) {
	for n, i := range *items {
		if i.Name == name {
			return items, n
		}
		if in, at := siblings(&i.Items, name); in != nil {
			return in, at
		}
	}
	return nil, -1
}

// InsertAfter adds an item behind the one named, in the same group; at the end of
// the form when there is none of that name.
func (d *Definition) InsertAfter(name string, item *Item) {
	in, at := siblings(&d.Items, name)
	if in == nil {
		d.Items = append(d.Items, item)
		return
	}
	*in = slices.Insert(*in, at+1, item)
}

// Remove takes an item away, with what stands in it. It tells whether it was there.
func (d *Definition) Remove(name string) bool {
	in, at := siblings(&d.Items, name)
	if in == nil {
		return false
	}
	*in = slices.Delete(*in, at, at+1)
	return true
}

// Move puts an item one place up (by -1) or down (by 1) within its group. At the
// edge of its group it stays where it is.
func (d *Definition) Move(name string, by int) {
	in, at := siblings(&d.Items, name)
	if to := at + by; in != nil && to >= 0 && to < len(*in) {
		(*in)[at], (*in)[to] = (*in)[to], (*in)[at]
	}
}

// FreeName is the first of vraag_1, vraag_2, … (for the stem "vraag") that no item
// and no list of these definitions has: a name is never used for something else.
func FreeName(stem string, taken ...*Definition) string {
	used := map[string]bool{}
	for _, d := range taken {
		d.Walk(func(i *Item) { used[i.Name] = true })
		for _, l := range d.Lists {
			used[l.Name] = true
		}
	}
	for n := 1; ; n++ {
		if name := stem + "_" + strconv.Itoa(n); !used[name] {
			return name
		}
	}
}

var nameForm = regexp.MustCompile(`^[a-z][a-z0-9_]{0,63}$`)

// ValidName tells whether a name may be given to a new question or choice: lower
// case letters, digits and underscores, so that it can be a column anywhere.
func ValidName(name string) bool { return nameForm.MatchString(name) }

// Condition is the simple relevance that a plain form can show: the answer to one
// question is one choice.
type Condition struct {
	Question string
	Choice   string
}

var (
	equals   = regexp.MustCompile(`^\$\{([A-Za-z_][\w.-]*)\}\s*=\s*'([^']*)'$`)
	selected = regexp.MustCompile(`^selected\(\s*\$\{([A-Za-z_][\w.-]*)\}\s*,\s*'([^']*)'\s*\)$`)
)

// SimpleCondition reads a relevance that Condition can say; false for others.
func SimpleCondition(relevant string) (Condition, bool) {
	relevant = strings.TrimSpace(relevant)
	for _, form := range []*regexp.Regexp{equals, selected} {
		if m := form.FindStringSubmatch(relevant); m != nil {
			return Condition{Question: m[1], Choice: m[2]}, true
		}
	}
	return Condition{}, false
}

// Relevant is the condition as an XLSForm expression.
func (c Condition) Relevant(d *Definition) string {
	if i := d.Item(c.Question); i != nil && i.Type == TypeSelectMultiple {
		return "selected(${" + c.Question + "}, '" + c.Choice + "')"
	}
	return "${" + c.Question + "} = '" + c.Choice + "'"
}
