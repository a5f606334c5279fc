package expression_test

import (
	"strings"

	"weerklank.nl/weerklank/surveys/questionnaire/expression"
)

// sitting is a Source for tests: answers by name, one repeat at most.
type sitting struct {
	names     []string
	outside   map[string]string
	repeat    string
	instances []map[string]string
	at        int // from 1; 0 is outside
	types     map[string]string
	docs      map[string]*expression.Node
	tree      []*expression.Node
}

func (s *sitting) Lookup(name string) (int, bool) {
	name = name[strings.LastIndexByte(name, '/')+1:]
	for i, n := range s.names {
		if n == name {
			return i, true
		}
	}
	return 0, false
}
func (s *sitting) Names() []string    { return s.names }
func (s *sitting) Column(string) bool { return false }
func (s *sitting) Self() string       { return s.outside["."] }
func (s *sitting) Position(int) int   { return s.at }
func (s *sitting) Value(slot int) string {
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

func (s *sitting) Nodes(slot int) []*expression.Node {
	name := s.names[slot]
	if v, ok := s.outside[name]; ok {
		return []*expression.Node{{Name: name, Text: v}}
	}
	if name == s.repeat {
		return s.tree
	}
	if s.repeat == "" {
		return nil
	}
	var found []*expression.Node
	for _, n := range s.tree {
		if c := n.Child(name); c != nil {
			found = append(found, c)
		}
	}
	return found
}

func (s *sitting) ChoiceLabel(slot int, choice string) string {
	_, list, _ := strings.Cut(s.types[s.names[slot]], " ")
	if doc := s.docs[list]; doc != nil {
		for _, row := range doc.Children[0].Children {
			if row.Child("name").Text == choice {
				return row.Child("label").Text
			}
		}
	}
	return ""
}
func (s *sitting) Instance(name string) *expression.Node { return s.docs[name] }

func rowNode(parent *expression.Node, name string, row map[string]string) *expression.Node {
	n := &expression.Node{Name: name, Parent: parent}
	for k, v := range row {
		n.Children = append(n.Children, &expression.Node{Name: k, Text: v, Parent: n})
	}
	return n
}

func document(rows []map[string]string) *expression.Node {
	doc := &expression.Node{}
	root := &expression.Node{Name: "root", Parent: doc}
	doc.Children = []*expression.Node{root}
	for _, r := range rows {
		root.Children = append(root.Children, rowNode(root, "item", r))
	}
	return doc
}
