package questionnaire

// Verdict is what the prover knows of a question: whether some respondent can
// reach it, or can answer it.
type Verdict uint8

// The verdicts.
const (
	NotProved Verdict = iota // neither an example nor a proof was found within the budget
	Possible                 // there is an example
	OnlyBack                 // only for who goes back: it depends on an answer that is given later
	Never                    // no respondent can
)

// Budget is how much work the prover may do. It has no clock of its own.
type Budget struct {
	Steps int         // how often it may work out the form; 0 sets no limit
	Over  func() bool // tells that the time is up; nil sets no limit

	used int
	up   bool
}

// spend takes a step, and tells whether there still was one.
func (b *Budget) spend() bool {
	b.used++
	b.up = b.up || b.Steps > 0 && b.used > b.Steps || b.Over != nil && b.used%8 == 0 && b.Over()
	return !b.up
}

// Proof is what the prover found out about a form.
type Proof struct {
	Questions    []QuestionProof  // of all that pages show, in the order of the form
	Later        []LaterReference // rules and texts that look at what is asked later
	Untranslated []Untranslated
	Shortest     Duration
	Longest      Duration
}

// QuestionProof is what is known of one question.
type QuestionProof struct {
	Field   *Field
	Reach   Verdict
	Always  bool    // everybody who gets that far is asked
	Route   []Given // the answers that lead to it: those that matter, in the order of the form
	Answers Answers // all answers of that respondent up to the question
	Rules   []Rule  // the rules that together keep everybody from it, when Reach is Never

	// Answer says whether somebody who reaches the question can answer it; Never when
	// its rules contradict each other. Then Contradict are those rules.
	Answer     Verdict
	Contradict []Rule
	Stuck      bool // it must be answered, so that nobody gets past it
}

// Given is one answer on a route; Value is "" where the question was left open.
type Given struct {
	Field *Field
	Value string
}

// Rule is a cell that restricts: relevant, constraint, choice_filter or required of
// a question or group.
type Rule struct {
	Item   *Item
	Column string
	Source string
}

// Prove looks at a form before it is published: for every question whether some
// respondent can reach and answer it, with an example, or which rules keep
// everybody from it. Choices, small whole numbers and yes or no are looked through
// in full; other numbers, texts and dates are stood for by the values at which a
// rule changes its mind. What the budget does not suffice for is NotProved.
func Prove(f *Form, env Env, budget Budget) *Proof {
	p := newProver(f, env, &budget)
	proof := &Proof{Later: p.laterReferences(), Untranslated: untranslated(f.Definition)}
	for _, fl := range f.Fields {
		if fl.Page >= 0 {
			proof.Questions = append(proof.Questions, QuestionProof{Field: fl})
		}
	}
	p.meet(proof.Questions)
	// First a little for each question, then what is left for those that need more.
	for _, depth := range []int{60, 1500, 40000} {
		for i := range proof.Questions {
			if q := &proof.Questions[i]; q.Reach == NotProved && !budget.up {
				p.reach(q, depth)
			}
		}
		for i := range proof.Questions {
			if q := &proof.Questions[i]; q.Answer == NotProved && !budget.up && (q.Reach == Possible || q.Reach == OnlyBack) {
				p.answerable(q, depth)
			}
		}
	}
	for i := range proof.Questions {
		p.explain(&proof.Questions[i])
	}
	proof.Shortest, proof.Longest = p.durations()
	return proof
}

// reach looks for a respondent who is asked the question.
func (p *prover) reach(q *QuestionProof, depth int) {
	r := p.search(q.Field, false, false, depth)
	if r.verdict == Never && p.laterMatters(q.Field) {
		if back := p.search(q.Field, false, true, depth); back.verdict == Possible {
			r, r.verdict = back, OnlyBack
		} else if back.verdict == NotProved {
			r.verdict = NotProved
		}
	}
	q.Reach = r.verdict
	if r.verdict == Possible || r.verdict == OnlyBack {
		q.Answers = r.answers
		q.Route, q.Always = p.because(q.Field, r.answers)
	}
}

// answerable looks for a respondent who gives the question an answer that passes.
func (p *prover) answerable(q *QuestionProof, depth int) {
	if u := p.units[q.Field.slot]; u.use != asked || u.readOnly {
		q.Answer = Possible // it asks nothing
		return
	}
	q.Answer = p.search(q.Field, true, q.Reach == OnlyBack, depth).verdict
	q.Stuck = q.Answer == Never && p.units[q.Field.slot].always && !p.passes(q)
}

// passes tells whether who was led to the question gets past it without an answer,
// because there it has no choices.
func (p *prover) passes(q *QuestionProof) bool {
	return p.units[q.Field.slot].filter != nil && len(p.form.Evaluate(q.Answers, p.env).Check([]*Field{q.Field}, "")) == 0
}
