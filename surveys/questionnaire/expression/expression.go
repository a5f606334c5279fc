// Package expression is the language of XLSForm's relevant, constraint,
// calculation and choice_filter: the part of XPath 1.0 that the ODK XForms
// specification names, with ${name} for an answer. It knows no questions, no
// clock and no chance: a Scope says which names there are, a Source what they
// hold, and Run carries the moment and the seed.
//
// An expression is parsed once into a typed tree. Evaluating it allocates next to
// nothing as long as it makes no new text.
package expression

import "time"

// Scope says which names an expression may use. Slots are numbers of the caller's
// choosing; they come back in calls of Source.
type Scope interface {
	// Lookup finds a question, group or repeat by name, of several the one that is
	// nearest to the expression; or by a path: group/name.
	Lookup(name string) (slot int, ok bool)
	// Names lists the names there are, for a suggestion when one is misspelt.
	Names() []string
	// Column tells whether a bare name is a column of the list that a
	// choice_filter filters; outside a choice_filter no name is.
	Column(name string) bool
}

// Source holds the answers that an expression is evaluated over.
type Source interface {
	// Value is the answer in the slot as it is stored; "" when there is none.
	Value(slot int) string
	// Self is the answer of the question that the expression belongs to.
	Self() string
	// Nodes are all places that the slot stands for, seen from the expression:
	// one for a question outside repeats, one an instance for a repeat.
	Nodes(slot int) []*Node
	// Position is the number, from 1, of the repeat instance that the expression
	// stands in. slot names the repeat; a negative one is that many steps up from the
	// question, and the repeat there or around it.
	Position(slot int) int
	// ChoiceLabel is the label of a choice of the select in the slot; "" when
	// there is no such choice.
	ChoiceLabel(slot int, choice string) string
	// Instance is the document of a choice list or an attached file, as
	// instance('name') reaches it; nil when there is none.
	Instance(name string) *Node
}

// Wide is a Source that tells the places seen from the expression from those in the
// whole form, which indexed-repeat() counts. Without it they are the same.
type Wide interface {
	Source
	// Everywhere are all places that the slot stands for in the whole form.
	Everywhere(slot int) []*Node
}

// Node is a place in a tree of answers, or a row of a list with its columns as
// children. Nodes are read, never changed, while expressions are evaluated.
type Node struct {
	Name     string
	Text     string
	Parent   *Node
	Children []*Node
}

// Child is the first child with the name; nil when there is none.
func (n *Node) Child(name string) *Node {
	for _, c := range n.Children {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// Run is one sitting's evaluations: what the answers are, what time it is, and
// where chance comes from. It is used by one goroutine at a time.
type Run struct {
	Source  Source
	Now     time.Time // in the zone in which dates are meant
	Seed    uint64    // random() and uuid() follow from it and from the number of calls
	Lang    string    // of month and day names: "nl", else English
	Version string    // of the form, as version() gives it

	node *Node // the row or instance that a predicate looks at; nil outside one
	pos  int   // its number within what the predicate filters, from 1
	size int
	draw uint64
	err  *Error
}

// Restart makes what random() and uuid() give follow from the place of the question
// whose expression comes next, and not from how often they were called before: the
// same question keeps its number while other answers change.
func (r *Run) Restart(place uint64) { r.draw = place << 24 }

// Expr is a parsed expression. It is immutable and safe for concurrent use.
type Expr struct {
	source string
	root   *node
	refs   []Ref
	faults []*Error
	doubts []*Error
}

// Ref is one use of a name in an expression.
type Ref struct {
	Name string
	Slot int
	Pos  int  // in characters, from 1
	Path bool // reached by a path (../name), not by ${name}
}

// Source is the text that was parsed.
func (x *Expr) Source() string { return x.source }

// Refs are the answers that the expression reads, in the order of the text.
func (x *Expr) Refs() []Ref { return x.refs }

// Faults are mistakes that do not keep the expression from being parsed, but that
// fail when evaluation reaches them: a function with the wrong number of
// arguments. A form that has one should not be published.
func (x *Expr) Faults() []*Error { return x.faults }

// Doubts are what is allowed and probably not meant: a word without quotes, a path
// that leads nowhere, a function of another product. Each is blank when evaluated,
// the function fails.
func (x *Expr) Doubts() []*Error { return x.doubts }

// ReadsClock tells whether the expression asks for the day or the moment.
func (x *Expr) ReadsClock() bool { return x.root.readsClock() }

func (n *node) readsClock() bool {
	if n.op == opCall && (n.text == "now" || n.text == "today") {
		return true
	}
	for _, child := range n.children() {
		if child.readsClock() {
			return true
		}
	}
	return false
}

// Wanders tells whether the expression reads answers that Refs does not name: it
// takes steps from a place, or looks at what is in it.
func (x *Expr) Wanders() bool { return x.root.wanders() }

func (n *node) wanders() bool {
	if n == nil {
		return false
	}
	if n.op == opStep || n.op == opFilter {
		base := n.a
		for base.op == opStep && base.text != ".." || base.op == opFilter {
			base = base.a
		}
		if base.op != opCall || base.text != "instance" || n.op == opStep && n.text == ".." {
			return true
		}
	}
	for _, arg := range n.args {
		if arg.wanders() {
			return true
		}
	}
	return n.a.wanders() || n.b.wanders()
}

// Bool evaluates the expression as a yes or no.
func (x *Expr) Bool(r *Run) (bool, error) {
	r.err = nil
	v := r.eval(x.root)
	if r.err != nil {
		return false, r.err
	}
	return v.Bool(), nil
}

// Number evaluates the expression as a number; what is no number is NaN.
func (x *Expr) Number(r *Run) (float64, error) {
	r.err = nil
	v := r.eval(x.root)
	if r.err != nil {
		return 0, r.err
	}
	return v.numberIn(r.zone()), nil
}

// Text evaluates the expression as text. A number that is none gives "NaN".
func (x *Expr) Text(r *Run) (string, error) {
	v, err := x.Value(r)
	if err != nil {
		return "", err
	}
	return v.Text(), nil
}

// Value evaluates the expression.
func (x *Expr) Value(r *Run) (Value, error) {
	r.err = nil
	v := r.eval(x.root)
	if r.err != nil {
		return Value{}, r.err
	}
	return v, nil
}

// BoolAt evaluates the expression as a yes or no about one row of a list, as a
// choice_filter does: bare names are the row's columns.
func (x *Expr) BoolAt(r *Run, row *Node, pos, size int) (bool, error) {
	r.node, r.pos, r.size = row, pos, size
	ok, err := x.Bool(r)
	r.node, r.pos, r.size = nil, 0, 0
	return ok, err
}
