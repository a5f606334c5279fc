package page

import (
	"html/template"
	"slices"
	"text/template/parse"
)

// textArguments are the options of field whose value is a key of the catalogue.
var textArguments = []string{"label", "hint"}

// textsUsed are the keys that stand literally in the templates: after t, after
// link's address, after badge's tone, and after a field's "label" and "hint".
func textsUsed(t *template.Template) []string {
	var keys []string
	for _, each := range t.Templates() {
		if each.Tree != nil {
			walk(each.Tree.Root, visitor{call: func(call *parse.CommandNode) { keys = append(keys, textsOfCall(call)...) }})
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

func textsOfCall(call *parse.CommandNode) []string {
	name, ok := call.Args[0].(*parse.IdentifierNode)
	if !ok {
		return nil
	}
	literal := func(i int) []string {
		if i < len(call.Args) {
			if s, ok := call.Args[i].(*parse.StringNode); ok {
				return []string{s.Text}
			}
		}
		return nil
	}
	switch name.Ident {
	case "t":
		return literal(1)
	case "link", "badge":
		return literal(2)
	case "field":
		var keys []string
		for i := 4; i+1 < len(call.Args); i += 2 {
			if option := literal(i); len(option) == 1 && slices.Contains(textArguments, option[0]) {
				keys = append(keys, literal(i+1)...)
			}
		}
		return keys
	}
	return nil
}

// visitor is called for the parts of a template that it names.
type visitor struct {
	call func(*parse.CommandNode)
	text func(*parse.TextNode)
}

// walk visits every command of a template, also those inside parentheses, and
// every piece of text.
func walk(node parse.Node, visit visitor) {
	pipe := func(p *parse.PipeNode) {
		if p != nil {
			walk(p, visit)
		}
	}
	list := func(l *parse.ListNode) {
		if l != nil {
			walk(l, visit)
		}
	}
	switch n := node.(type) {
	case *parse.ListNode:
		for _, each := range n.Nodes {
			walk(each, visit)
		}
	case *parse.TextNode:
		if visit.text != nil {
			visit.text(n)
		}
	case *parse.ActionNode:
		pipe(n.Pipe)
	case *parse.TemplateNode:
		pipe(n.Pipe)
	case *parse.IfNode:
		pipe(n.Pipe)
		list(n.List)
		list(n.ElseList)
	case *parse.RangeNode:
		pipe(n.Pipe)
		list(n.List)
		list(n.ElseList)
	case *parse.WithNode:
		pipe(n.Pipe)
		list(n.List)
		list(n.ElseList)
	case *parse.PipeNode:
		for _, call := range n.Cmds {
			walk(call, visit)
		}
	case *parse.CommandNode:
		if visit.call != nil {
			visit.call(n)
		}
		for _, arg := range n.Args {
			walk(arg, visit)
		}
	}
}

func (k *Kit) missingTexts(t *template.Template) []string {
	return slices.DeleteFunc(textsUsed(t), k.catalogue.has)
}
