package trial

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"weerklank.nl/weerklank/surveys/questionnaire/expression"
)

// Sitting holds the answers of a case: outside, and in the instances of one repeat.
type Sitting struct {
	names     []string
	outside   map[string]string
	repeat    string
	instances []map[string]string
	at        int // from 1; 0 is outside the repeat
	types     map[string]string
	docs      map[string]*expression.Node
	tree      []*expression.Node // one for each instance
}

var (
	_ expression.Scope  = (*Sitting)(nil)
	_ expression.Source = (*Sitting)(nil)
)

// row is an object of texts in the order in which it is written.
type row [][2]string

// UnmarshalJSON reads an object. Numbers and yes or no count as texts, null as none.
func (r *row) UnmarshalJSON(src []byte) error {
	dec := json.NewDecoder(bytes.NewReader(src))
	dec.UseNumber()
	if tok, err := dec.Token(); err != nil || tok != json.Delim('{') {
		return fmt.Errorf("%s is no object", src)
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return err
		}
		value, err := dec.Token()
		if err != nil {
			return err
		}
		text := ""
		switch v := value.(type) {
		case json.Delim:
			return fmt.Errorf("%v is no text", key)
		case nil:
		default:
			text = fmt.Sprint(v)
		}
		*r = append(*r, [2]string{fmt.Sprint(key), text})
	}
	return nil
}

func (r row) texts() map[string]string {
	m := make(map[string]string, len(r))
	for _, cell := range r {
		m[cell[0]] = cell[1]
	}
	return m
}

// newSitting reads the context of a case with its lists and files.
func newSitting(l *line) (*Sitting, error) {
	s := &Sitting{types: l.Types, docs: map[string]*expression.Node{}, outside: map[string]string{}}
	var shape struct {
		Outside   row    `json:"outside"`
		Repeat    string `json:"repeat"`
		Instances []row  `json:"instances"`
		At        *int   `json:"at"`
	}
	switch {
	case len(l.Context) == 0:
	case json.Unmarshal(l.Context, &shape) == nil && shape.Repeat != "" && shape.Instances != nil:
		if shape.At != nil {
			s.at = *shape.At
		}
		if s.at < 0 || s.at > len(shape.Instances) {
			return nil, fmt.Errorf("at is %d of %d instances", s.at, len(shape.Instances))
		}
		s.repeat = shape.Repeat
		s.name(s.repeat)
		for _, in := range shape.Instances {
			s.instances = append(s.instances, in.texts())
			s.tree = append(s.tree, nodeOf(nil, s.repeat, in))
			for _, cell := range in {
				s.name(cell[0])
			}
		}
		s.take(shape.Outside)
	default:
		var flat row
		if err := json.Unmarshal(l.Context, &flat); err != nil {
			return nil, fmt.Errorf("context: %w", err)
		}
		s.take(flat)
	}
	for list, rows := range l.Choices {
		s.docs[list] = document(rows)
	}
	for name, text := range l.Files {
		records, err := csv.NewReader(strings.NewReader(text)).ReadAll()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		s.docs[strings.TrimSuffix(name, ".csv")] = document(rowsOf(records))
	}
	return s, nil
}

func (s *Sitting) take(answers row) {
	for _, cell := range answers {
		s.outside[cell[0]] = cell[1]
		s.name(cell[0])
	}
}

func (s *Sitting) name(name string) {
	if !slices.Contains(s.names, name) {
		s.names = append(s.names, name)
	}
}

// rowsOf are the lines of a table under its headers.
func rowsOf(records [][]string) (rows []row) {
	if len(records) == 0 {
		return nil
	}
	for _, record := range records[1:] {
		var r row
		for i, header := range records[0] {
			r = append(r, [2]string{header, record[i]})
		}
		rows = append(rows, r)
	}
	return rows
}

func nodeOf(parent *expression.Node, name string, r row) *expression.Node {
	n := &expression.Node{Name: name, Parent: parent}
	for _, cell := range r {
		n.Children = append(n.Children, &expression.Node{Name: cell[0], Text: cell[1], Parent: n})
	}
	return n
}

// document is a list as instance('name') reaches it: root/item.
func document(rows []row) *expression.Node {
	doc := &expression.Node{}
	root := &expression.Node{Name: "root", Parent: doc}
	doc.Children = []*expression.Node{root}
	for _, r := range rows {
		root.Children = append(root.Children, nodeOf(root, "item", r))
	}
	return doc
}

// Lookup finds a name. A repeat without instances does not say which questions it
// has: any name that is not outside may then be one of them.
func (s *Sitting) Lookup(name string) (int, bool) {
	name = name[strings.LastIndexByte(name, '/')+1:]
	if i := slices.Index(s.names, name); i >= 0 {
		return i, true
	}
	if s.repeat != "" && len(s.instances) == 0 {
		s.names = append(s.names, name)
		return len(s.names) - 1, true
	}
	return 0, false
}

// Names are the questions and the repeat.
func (s *Sitting) Names() []string { return s.names }

// Column is no: no list is being filtered.
func (s *Sitting) Column(string) bool { return false }

// Self is the answer of the question that the expression belongs to.
func (s *Sitting) Self() string {
	if s.at > 0 {
		if v, ok := s.instances[s.at-1]["."]; ok {
			return v
		}
	}
	return s.outside["."]
}

// Position is the instance in which the expression stands.
func (s *Sitting) Position(int) int { return s.at }

// Value is the answer that is nearest to the expression.
func (s *Sitting) Value(slot int) string {
	name := s.names[slot]
	if s.at > 0 {
		if v, ok := s.instances[s.at-1][name]; ok {
			return v
		}
	}
	if v, ok := s.outside[name]; ok {
		return v
	}
	if len(s.instances) > 0 {
		return s.instances[0][name]
	}
	return ""
}

// Nodes are the places of a name: one outside, one in each instance of the repeat.
func (s *Sitting) Nodes(slot int) []*expression.Node {
	name := s.names[slot]
	if v, ok := s.outside[name]; ok {
		return []*expression.Node{{Name: name, Text: v}}
	}
	if name == s.repeat {
		return s.tree
	}
	var found []*expression.Node
	for _, n := range s.tree {
		if c := n.Child(name); c != nil {
			found = append(found, c)
		}
	}
	return found
}

// ChoiceLabel looks in the list that the type of the question names.
func (s *Sitting) ChoiceLabel(slot int, choice string) string {
	words := strings.Fields(s.types[s.names[slot]])
	if len(words) < 2 {
		return ""
	}
	doc := s.docs[words[1]]
	if doc == nil {
		return ""
	}
	for _, item := range doc.Children[0].Children {
		name, label := item.Child("name"), item.Child("label")
		if name != nil && label != nil && name.Text == choice {
			return label.Text
		}
	}
	return ""
}

// Instance is the list or file of that name.
func (s *Sitting) Instance(name string) *expression.Node { return s.docs[name] }
