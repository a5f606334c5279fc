package questionnaire

import (
	"encoding/csv"
	"errors"
	"io"
	"path"
	"regexp"
	"strings"

	"weerklank.nl/weerklank/surveys/questionnaire/expression"
)

// File is a file that goes with a form: a table (.csv) from which choices and
// look-ups come.
type File struct {
	Name string `json:"name"` // "straten.csv"
	Text string `json:"text"`
}

// MostRows is how many rows of an attached file are read.
const MostRows = 100_000

// files reads the attached tables; each can be looked things up in by its name
// without .csv.
func (c *compiler) files() {
	for _, file := range c.d.Files {
		stem := stemOf(file.Name)
		if c.f.lists[stem] != nil {
			c.add(Problem{Sheet: "survey", Key: "form.file_twice", Severity: Warning, Args: map[string]any{"Name": file.Name}})
			continue
		}
		l, key := tableOf(c.d, file, "name", "label")
		if key != "" {
			c.add(Problem{Sheet: "survey", Key: key, Args: map[string]any{"Name": file.Name, "Limit": MostRows}})
			continue
		}
		c.f.lists[stem] = l
	}
}

// lookedUp finds the names of the files and lists that formulas look things up in.
var lookedUp = regexp.MustCompile(`(?:pulldata|instance)\(\s*(?:'([^']+)'|"([^"]+)")`)

// LooksUp names the files that the formulas of an item look things up in, without
// .csv; lists of choices too.
func (it *Item) LooksUp() []string {
	var names []string
	for _, formula := range []string{it.Relevant, it.Constraint, it.Calculation, it.Required, it.ChoiceFilter, it.Default, it.RepeatCount, it.ReadOnly} {
		if strings.Contains(formula, "pulldata") || strings.Contains(formula, "instance") {
			for _, found := range lookedUp.FindAllStringSubmatch(formula, -1) {
				names = appendNew(names, strings.TrimSuffix(found[1]+found[2], ".csv"))
			}
		}
	}
	return names
}

// lookUps warns of formulas that look things up in a file that is not there.
func (c *compiler) lookUps(it *Item) {
	for _, name := range it.LooksUp() {
		here := c.f.lists[name] != nil || c.attached(name+".csv") != nil || c.attached(name+".xml") != nil || strings.HasPrefix(name, "__")
		for _, u := range c.f.units { // said there
			here = here || u.use == fileOnly && u.item.Name == name || u.item.Type.FromFile() && stemOf(u.item.List) == name
		}
		if !here {
			c.warn(it, "", "form.file_not_looked_up", map[string]any{"Name": name + ".csv"})
		}
	}
}

func stemOf(name string) string { return strings.TrimSuffix(path.Base(name), path.Ext(name)) }

// attached is the file of that name, whatever its case; nil when there is none.
func (c *compiler) attached(name string) *File {
	for _, file := range c.d.Files {
		if strings.EqualFold(path.Base(file.Name), path.Base(name)) {
			return file
		}
	}
	return nil
}

// fileList makes the choices of a question that takes them from a file. Without
// the file the question is not asked, and that is said.
func (c *compiler) fileList(u *unit) {
	it := u.item
	file := c.attached(it.List)
	switch {
	case !strings.EqualFold(path.Ext(it.List), ".csv"):
		u.use = notAsked
		c.warn(it, "type", "form.file_not_table", map[string]any{"Name": it.List})
		return
	case file == nil:
		u.use = notAsked
		c.warn(it, "type", "form.file_missing", map[string]any{"Name": it.List})
		return
	}
	pairs, _, _ := Parameters(it.Parameters)
	value, label := pairs["value"], pairs["label"]
	if value == "" && label == "" {
		if u.list = c.f.lists[stemOf(file.Name)]; u.list == nil {
			return // it could not be read, which was said
		}
	} else {
		l, key := tableOf(c.d, file, either(value, "name"), either(label, "label"))
		if key != "" {
			return
		}
		u.list = l
	}
	if len(u.list.Choices) == 0 || len(u.list.byName) == 0 {
		c.at(it, "type", "form.file_no_column", map[string]any{"Name": file.Name, "Column": either(value, "name")})
		return
	}
	u.field.List, u.field.choices, u.field.filtered = u.list.List, u.list.Choices, it.ChoiceFilter != ""
}

func either(s, otherwise string) string {
	if s != "" {
		return s
	}
	return otherwise
}

// tableOf reads a table: a row is a choice when it has a value in the column of
// names. Labels in a language stand in label::Language, or label_xx as older files
// have it. key names what is wrong with the file; "" when nothing is.
func tableOf(d *Definition, file *File, value, label string) (list *compiledList, key string) {
	if !strings.EqualFold(path.Ext(file.Name), ".csv") {
		return newList(&List{Name: stemOf(file.Name)}), ""
	}
	text := strings.TrimPrefix(file.Text, "\ufeff")
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord = -1
	r.LazyQuotes = true
	r.ReuseRecord = true
	head, _, _ := strings.Cut(text, "\n")
	if strings.Count(head, ";") > strings.Count(head, ",") {
		r.Comma = ';'
	}
	first, err := r.Read()
	if err != nil {
		return nil, "form.file_unreadable"
	}
	headers := make([]string, len(first))
	for i, h := range first {
		headers[i] = strings.TrimSpace(h)
	}
	l := newList(&List{Name: stemOf(file.Name)})
	root := l.doc.Children[0]
	for n := 2; ; n++ {
		cells, err := r.Read()
		switch {
		case errors.Is(err, io.EOF):
			root.Children = l.all
			return l, ""
		case err != nil:
			return nil, "form.file_unreadable"
		case n > MostRows:
			return nil, "form.file_too_long"
		}
		row := &expression.Node{Name: "item", Parent: root}
		ch := &Choice{Row: n}
		for i, cell := range cells {
			if i >= len(headers) || cell == "" {
				continue
			}
			row.Children = append(row.Children, &expression.Node{Name: headers[i], Text: cell, Parent: row})
			switch h := headers[i]; h {
			case value:
				ch.Name = cell
			case label:
				ch.put("", cell)
			default:
				if tag, ok := strings.CutPrefix(h, label+"::"); ok {
					ch.put(tag, cell)
				} else if code, ok := strings.CutPrefix(h, label+"_"); ok {
					for _, lang := range d.Languages {
						if lang.Code == code {
							ch.put(lang.Tag, cell)
						}
					}
				}
			}
		}
		l.all = append(l.all, row)
		if ch.Name == "" {
			continue // a row for look-ups only
		}
		if len(ch.Label) == 0 {
			ch.put("", ch.Name)
		}
		l.Choices = append(l.Choices, ch)
		l.rows = append(l.rows, row)
		if l.byName[ch.Name] == nil {
			l.byName[ch.Name] = ch
		}
	}
}

func (ch *Choice) put(tag, text string) {
	if ch.Label == nil {
		ch.Label = Texts{}
	}
	ch.Label[tag] = text
}
