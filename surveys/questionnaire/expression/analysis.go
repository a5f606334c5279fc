package expression

// Self stands for the answer of the question that an expression belongs to, where
// a slot is asked for.
const Self = -1

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

func (t *trial) Self() string {
	if v, ok := t.tried(Self); ok {
		return v
	}
	return t.Source.Self()
}
