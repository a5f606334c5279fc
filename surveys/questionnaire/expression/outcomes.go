package expression

import "strings"

// Self stands for the answer of the question that an expression belongs to, where
// a slot is asked for.
const Self = -1

// Limits of looking at what an expression may yield.
const (
	mostCombinations = 400 // of answers that are tried one by one
	mostOutcomes     = 100 // that are told apart
)

// Analysis looks at an expression without knowing the answers: which answers each
// part reads, and what it may yield. It belongs to one goroutine at a time.
type Analysis struct {
	expr   *Expr
	reads  map[*node][]int // distinct slots, Self among them
	fickle map[*node]bool  // follows from the clock, from chance or from the place in a repeat
	paths  bool            // asks for places, of which one that is not relevant is none
	try    *trial
}

// Analyse makes an expression ready to be looked at; nil of nil.
func Analyse(x *Expr) *Analysis {
	if x == nil {
		return nil
	}
	a := &Analysis{expr: x, reads: map[*node][]int{}, fickle: map[*node]bool{}, try: &trial{}}
	a.look(x.root)
	return a
}

// Reads are the distinct slots whose answers the expression reads.
func (a *Analysis) Reads() []int { return a.reads[a.expr.root] }

// Fickle tells whether the expression follows from something other than answers:
// the day, the clock, or chance.
func (a *Analysis) Fickle() bool { return a.fickle[a.expr.root] }

// fickleCalls are functions whose value is not the answers' alone.
var fickleCalls = map[string]bool{
	"today": true, "now": true, "random": true, "uuid": true, "randomize": true, "once": true,
	"position": true, "index": true, "indexed-repeat": true,
}

// placeCalls are functions that ask for the places of a question.
var placeCalls = map[string]bool{
	"count": true, "count-non-empty": true, "sum": true, "min": true, "max": true, "join": true, "concat": true,
	"indexed-repeat": true, "area": true, "enclosed-area": true, "distance": true, "geofence": true, "name": true, "local-name": true,
}

func (a *Analysis) look(n *node) {
	var reads []int
	fickle := n.op == opCall && fickleCalls[n.text]
	switch {
	case n.op == opRef:
		reads = []int{n.slot}
	case n.op == opSelf, n.op == opCall && len(n.args) == 0 && (n.text == "string" || n.text == "number" || n.text == "string-length" || n.text == "normalize-space"):
		reads = []int{Self}
	case n.op == opFilter, n.op == opStep, n.op == opUnion, n.op == opCall && placeCalls[n.text]:
		a.paths = true
	}
	for _, child := range n.children() {
		a.look(child)
		for _, slot := range a.reads[child] {
			reads = addSlot(reads, slot)
		}
		fickle = fickle || a.fickle[child]
	}
	if n.op == opCall && n.text == "once" {
		reads = addSlot(reads, Self)
	}
	a.reads[n], a.fickle[n] = reads, fickle
}

func (n *node) children() []*node {
	var list []*node
	if n.a != nil {
		list = append(list, n.a)
	}
	if n.b != nil {
		list = append(list, n.b)
	}
	return append(list, n.args...)
}

func addSlot(slots []int, slot int) []int {
	for _, s := range slots {
		if s == slot {
			return slots
		}
	}
	return append(slots, slot)
}

// Knowledge is what is known of the answer in a slot.
type Knowledge struct {
	Answers []string // all that it may be, when Known
	Known   bool
	Words   *Words // of a list of words, when the answers are too many to tell; may be nil
}

// Possible tells what the answer in a slot may be.
type Possible func(slot int) Knowledge

// Words is what is known of a text that lists words, parted by spaces.
type Words struct {
	May, Must   map[string]bool // which may be, and which are certainly among them
	Least, Most int             // how many there are
}

// Outcomes is what an expression may yield. It may hold more than what can be, and
// never less.
type Outcomes struct {
	Values []Value
	Any    bool   // anything else too
	Words  *Words // what is known all the same, when it may be anything; may be nil
	Fails  bool   // it may be a mistake
}

// MayBe tells whether the expression, read as a yes or no, can be yes, and no.
func (o Outcomes) MayBe() (yes, no bool) {
	yes, no = o.Any, o.Any || o.Fails
	for _, v := range o.Values {
		if v.Bool() {
			yes = true
		} else {
			no = true
		}
	}
	return yes, no
}

// Outcomes works out what the expression may yield over all possible answers. The
// run gives lists and languages; clock and chance count as unknown.
func (a *Analysis) Outcomes(r *Run, possible Possible) Outcomes {
	run := *r
	run.err = nil
	a.try.Source = r.Source
	run.Source = a.try
	o := a.outcomes(&run, a.expr.root, possible)
	return o
}

// OutcomesAt is Outcomes about one row of a list, as a choice_filter asks.
func (a *Analysis) OutcomesAt(r *Run, possible Possible, row *Node, pos, size int) Outcomes {
	run := *r
	run.node, run.pos, run.size = row, pos, size
	return a.Outcomes(&run, possible)
}

func (a *Analysis) outcomes(r *Run, n *node, possible Possible) Outcomes {
	if !a.fickle[n] {
		if o, ok := a.each(r, n, possible); ok {
			return o
		}
	}
	switch {
	case n.op == opRef:
		return Outcomes{Any: true, Words: possible(n.slot).Words}
	case n.op == opAnd, n.op == opOr:
		return a.both(r, n, possible)
	case n.op >= opEqual && n.op <= opModulo, n.op == opNegate, n.op == opCall && partwise[n.text] && len(n.args) > 0 && n.bad == nil:
		return a.parts(r, n, possible)
	}
	return unknown(n)
}

// each tries all combinations of the answers that a part reads; ok is false when
// there are too many.
func (a *Analysis) each(r *Run, n *node, possible Possible) (o Outcomes, ok bool) {
	slots := a.reads[n]
	answers := make([][]string, len(slots))
	combinations := 1
	for i, slot := range slots {
		known := possible(slot)
		if !known.Known {
			return o, false
		}
		list := known.Answers
		if a.paths && slot != Self {
			list = withAbsent(list)
		}
		answers[i] = list
		if combinations *= len(list); combinations > mostCombinations {
			return o, false
		}
	}
	if combinations == 0 {
		return o, true
	}
	outer := *a.try
	a.try.slots, a.try.answers = slots, make([]string, len(slots))
	defer func() { a.try.slots, a.try.answers = outer.slots, outer.answers }()
	seen := seenValues{}
	for c := range combinations {
		for i, list := range answers {
			a.try.answers[i] = list[c%len(list)]
			c /= len(list)
		}
		r.err = nil
		v := r.eval(n)
		if r.err != nil {
			o.Fails = true
			r.err = nil
			continue
		}
		if seen.add(&o, v); len(o.Values) > mostOutcomes {
			return unknown(n), true
		}
	}
	return o, true
}

// both is and and or, of which one side may settle the matter.
func (a *Analysis) both(r *Run, n *node, possible Possible) Outcomes {
	x := a.outcomes(r, n.a, possible)
	xYes, xNo := x.MayBe()
	y := a.outcomes(r, n.b, possible)
	yYes, yNo := y.MayBe()
	var yes, no bool
	if n.op == opAnd {
		yes, no = xYes && yYes, xNo || yNo
	} else {
		yes, no = xYes || yYes, xNo && yNo
	}
	o := Outcomes{Fails: x.Fails || y.Fails}
	if yes {
		o.Values = append(o.Values, BoolOf(true))
	}
	if no {
		o.Values = append(o.Values, BoolOf(false))
	}
	return o
}

// partwise are functions whose value follows from their arguments' values alone,
// each looked at apart.
var partwise = map[string]bool{
	"if": true, "not": true, "boolean": true, "selected": true, "count-selected": true, "number": true, "string": true,
	"int": true, "round": true, "abs": true, "floor": true, "ceiling": true, "coalesce": true, "string-length": true,
	"contains": true, "starts-with": true, "ends-with": true, "concat": true, "min": true, "max": true,
	"normalize-space": true, "boolean-from-string": true, "pow": true,
}

// parts combines what the operands may be. Two operands that read the same answer
// are taken as if they did not, so it may yield more than can be.
func (a *Analysis) parts(r *Run, n *node, possible Possible) Outcomes {
	operands := n.children()
	sets := make([]Outcomes, len(operands))
	for i, child := range operands {
		sets[i] = a.outcomes(r, child, possible)
	}
	if n.op == opCall && n.text == "if" {
		return branches(sets)
	}
	if n.op != opCall || len(sets) == 0 {
		return combine(r, n, sets)
	}
	switch words := sets[0].Words; {
	case n.text == "concat" && len(operands) > 2: // piece by piece
		o := sets[0]
		for _, next := range sets[1:] {
			o = combine(r, n, []Outcomes{o, next})
		}
		if o.Any {
			o.Words = listed(sets)
		}
		return o
	case words != nil && n.text == "count-selected" && words.Most-words.Least < mostOutcomes:
		o := Outcomes{Fails: sets[0].Fails}
		for count := words.Least; count <= words.Most; count++ {
			o.Values = append(o.Values, NumberOf(float64(count)))
		}
		return o
	case words != nil && n.text == "selected" && !sets[1].Any:
		return words.selects(sets[1])
	}
	return combine(r, n, sets)
}

// selects is selected() of the words.
func (w *Words) selects(choices Outcomes) Outcomes {
	o := Outcomes{Fails: choices.Fails}
	yes, no := false, false
	for _, v := range choices.Values {
		choice := strings.Trim(v.Text(), xmlSpace)
		if choice == "" {
			yes, no = yes || w.Least == 0, no || w.Most > 0
			continue
		}
		yes, no = yes || w.May[choice], no || !w.Must[choice]
	}
	if yes {
		o.Values = append(o.Values, BoolOf(true))
	}
	if no {
		o.Values = append(o.Values, BoolOf(false))
	}
	return o
}

// listed are the words of texts that are put together, each of which ends with a
// space or is blank; nil when one may be anything else.
func listed(pieces []Outcomes) *Words {
	w := &Words{May: map[string]bool{}, Must: map[string]bool{}}
	for i, piece := range pieces {
		if piece.Any || len(piece.Values) == 0 {
			return nil
		}
		least, most := -1, 0
		seen := map[string]int{}
		for _, v := range piece.Values {
			text := v.Text()
			if text != "" && !isSpace(text[len(text)-1]) && i+1 < len(pieces) {
				return nil
			}
			words := strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(xmlSpace, c) })
			if least < 0 || len(words) < least {
				least = len(words)
			}
			most = max(most, len(words))
			there := map[string]bool{}
			for _, word := range words {
				w.May[word], there[word] = true, true
			}
			for word := range there {
				seen[word]++
			}
		}
		for word, times := range seen {
			if times == len(piece.Values) {
				w.Must[word] = true
			}
		}
		w.Least, w.Most = w.Least+least, w.Most+most
	}
	return w
}

func branches(sets []Outcomes) Outcomes {
	yes, no := sets[0].MayBe()
	var o Outcomes
	seen := seenValues{}
	for i, may := range []bool{yes, no} {
		if !may {
			continue
		}
		branch := sets[i+1]
		o.Any, o.Fails = o.Any || branch.Any, o.Fails || branch.Fails
		for _, v := range branch.Values {
			seen.add(&o, v)
		}
	}
	o.Fails = o.Fails || sets[0].Fails
	return o
}

func combine(r *Run, n *node, sets []Outcomes) Outcomes {
	combinations := 1
	fails := false
	for _, s := range sets {
		fails = fails || s.Fails
		combinations *= len(s.Values)
		if s.Any || combinations > 10*mostCombinations {
			o := unknown(n)
			o.Fails = fails
			return o
		}
	}
	o := Outcomes{Fails: fails}
	seen := seenValues{}
	pieces := make([]*node, len(sets))
	for c := range combinations {
		for i, s := range sets {
			pieces[i] = constant(s.Values[c%len(s.Values)])
			c /= len(s.Values)
		}
		call := &node{op: n.op, pos: n.pos, text: n.text, fn: n.fn}
		if n.op == opCall {
			call.args = pieces
		} else {
			call.a = pieces[0]
			if len(pieces) > 1 {
				call.b = pieces[1]
			}
		}
		r.err = nil
		v := r.eval(call)
		if r.err != nil {
			o.Fails, r.err = true, nil
			continue
		}
		if seen.add(&o, v); len(o.Values) > mostOutcomes {
			return unknown(n)
		}
	}
	return o
}

// constant is a part that yields the value.
func constant(v Value) *node {
	switch v.kind {
	case Text:
		if v.n == 0 {
			return &node{op: opText, text: v.s}
		}
	case Number:
		return &node{op: opNumber, num: v.n}
	}
	return &node{op: opCall, fn: &function{eval: func(*Run, *node) Value { return v }}}
}

// yesOrNo are functions that yield a yes or no whatever they are given.
var yesOrNo = map[string]bool{
	"true": true, "false": true, "not": true, "boolean": true, "selected": true, "contains": true, "starts-with": true,
	"ends-with": true, "regex": true, "checklist": true, "weighted-checklist": true, "boolean-from-string": true, "geofence": true,
}

// unknown is what a part may yield when nothing is known of it.
func unknown(n *node) Outcomes {
	if n.op >= opOr && n.op <= opAtLeast || n.op == opCall && yesOrNo[n.text] {
		return Outcomes{Values: []Value{BoolOf(true), BoolOf(false)}, Fails: n.op == opCall}
	}
	return Outcomes{Any: true, Fails: true}
}

// seenValues tells values apart, by kind and text.
type seenValues map[string]bool

func (seen seenValues) add(o *Outcomes, v Value) {
	key := string(rune('a'+v.kind)) + v.Text()
	if v.kind == Text && v.n != 0 {
		key = "worked " + key
	}
	if v.kind == Nodes {
		var texts strings.Builder
		texts.WriteString(key)
		for _, n := range v.nodes {
			texts.WriteByte(0)
			texts.WriteString(n.Text)
		}
		key = texts.String()
	}
	if !seen[key] {
		seen[key] = true
		o.Values = append(o.Values, v)
	}
}

// absent is the answer of a question that is not relevant, where that differs
// from a blank one. No answer holds a zero byte.
const absent = "\x00"

func withAbsent(list []string) []string {
	for _, s := range list {
		if s == "" {
			return append(list[:len(list):len(list)], absent)
		}
	}
	return list
}

// trial is a source in which some slots hold what is being tried.
type trial struct {
	Source
	slots   []int
	answers []string
}

func (t *trial) tried(slot int) (string, bool) {
	for i, s := range t.slots {
		if s == slot {
			return t.answers[i], true
		}
	}
	return "", false
}

func (t *trial) Value(slot int) string {
	v, ok := t.tried(slot)
	if !ok {
		return t.Source.Value(slot)
	}
	if v == absent {
		return ""
	}
	return v
}

func (t *trial) Self() string {
	if v, ok := t.tried(Self); ok {
		return v
	}
	return t.Source.Self()
}

func (t *trial) Nodes(slot int) []*Node {
	v, ok := t.tried(slot)
	switch {
	case !ok:
		return t.Source.Nodes(slot)
	case v == absent:
		return nil
	}
	return []*Node{{Text: v}}
}
