package questionnaire

import (
	"slices"

	"weerklank.nl/weerklank/surveys/questionnaire/expression"
)

// prover holds what looking at a form needs: its rules, ready to be looked at, and
// who depends on whom.
type prover struct {
	form   *Form
	env    Env
	budget *Budget
	run    expression.Run
	units  []*unit
	rules  []ruled // by slot
	order  []int
	verify bool             // what is found must be played before it counts
	later  bool             // a rule looks at an answer that is given later
	warm   Answers          // to questions that only stand on the way
	tries  map[int][]string // answers to try for those
}

// ruled are the rules of a unit.
type ruled struct {
	relevant, constraint, required, calculation, filter, preset, lock *expression.Analysis

	seen   []int // slots that its value and relevance follow from
	checks []int // slots that its answer is held against
	opaque bool  // inside a repeat: asked more than once, which is not followed
	ahead  bool  // looks at an answer that is given later
	defers bool  // held against an answer that stands below it on the same page
}

func newProver(f *Form, env Env, budget *Budget) *prover {
	p := &prover{form: f, env: env, budget: budget, units: f.units, order: f.order, warm: Answers{}}
	p.run = f.Evaluate(nil, env).run
	p.analyse()
	return p
}

// without is the same prover over a form that lacks some rules.
func (p *prover) without(dropped []Rule) *prover {
	f := *p.form
	f.units = slices.Clone(p.units)
	for slot, u := range f.units {
		for _, r := range dropped {
			if r.Item != u.item || u.choice >= 0 {
				continue
			}
			c := *f.units[slot]
			switch r.Column {
			case "relevant":
				c.relevant = nil
			case "constraint":
				c.constraint = nil
			case "choice_filter":
				c.filter = nil
			case "required":
				c.required, c.always = nil, false
			}
			f.units[slot] = &c
		}
	}
	q := &prover{form: &f, env: p.env, budget: p.budget, units: f.units, order: p.order, warm: Answers{}}
	q.run = f.Evaluate(nil, p.env).run
	q.analyse()
	return q
}

func (p *prover) analyse() {
	p.rules = make([]ruled, len(p.units))
	for slot, u := range p.units {
		r := &p.rules[slot]
		r.relevant, r.calculation = expression.Analyse(u.relevant), expression.Analyse(u.calculation)
		if u.parent >= 0 {
			r.seen = append(r.seen, u.parent)
			r.opaque = p.rules[u.parent].opaque
		}
		r.opaque = r.opaque || u.item.Kind == Repeat
		if u.choice >= 0 {
			r.seen = append(r.seen, u.choice)
		}
		r.lock = expression.Analyse(u.lock)
		p.verify = p.verify || u.lock != nil
		if u.use == worked || u.readOnly || u.lock != nil {
			r.preset = expression.Analyse(u.preset)
		}
		r.seen = append(r.seen, u.trigger...)
		for _, a := range []*expression.Analysis{r.relevant, r.calculation, r.preset, r.lock} {
			r.seen = append(r.seen, p.readsOf(a, slot)...)
		}
		if p.asks(slot) && u.field != nil {
			r.constraint, r.required, r.filter = expression.Analyse(u.constraint), expression.Analyse(u.required), expression.Analyse(u.filter)
			for _, a := range []*expression.Analysis{r.constraint, r.required, r.filter} {
				r.checks = append(r.checks, p.readsOf(a, slot)...)
			}
		}
	}
	p.verify = p.verify || len(p.form.repeats) > 0 || len(p.form.triggered) > 0
	for slot := range p.units {
		if page := p.pageOf(slot); page >= 0 {
			for _, on := range p.sources(append(slices.Clone(p.rules[slot].seen), p.rules[slot].checks...)) {
				below := p.pageOf(on) == page && on > slot
				ahead := p.pageOf(on) > page || below
				p.later = p.later || ahead
				p.rules[slot].ahead = p.rules[slot].ahead || ahead
				p.rules[slot].defers = p.rules[slot].defers || below
			}
		}
	}
}

// readsOf are the slots that a rule of a unit reads, without the unit itself.
func (p *prover) readsOf(a *expression.Analysis, slot int) []int {
	if a == nil {
		return nil
	}
	var slots []int
	for _, s := range a.Reads() {
		if s != expression.Self && s != slot {
			slots = append(slots, s)
		}
	}
	return slots
}

// asks tells whether respondents give the answer in the slot themselves: a
// question on a page, or the text of its "other".
func (p *prover) asks(slot int) bool {
	u := p.units[slot]
	if u.choice >= 0 {
		return p.asks(u.choice)
	}
	return u.field != nil && u.use == asked && !u.readOnly && u.field.Page >= 0
}

// pageOf is the page on which a slot is asked or shown; -1 for none.
func (p *prover) pageOf(slot int) int {
	u := p.units[slot]
	switch {
	case u.choice >= 0:
		return p.pageOf(u.choice)
	case u.field == nil:
		return -1
	}
	return u.field.Page
}

// sources are the asked slots that lie behind some slots, through groups and
// calculations; a slot that is asked itself is its own source, and what lies
// behind its relevance counts too.
func (p *prover) sources(slots []int) []int {
	var found []int
	for slot := range p.closure(slots, false) {
		if p.asks(slot) {
			found = append(found, slot)
		}
	}
	slices.Sort(found)
	return found
}

// closure are the slots with everything that their values and relevance follow
// from; with checks also what answers that are asked are held against.
func (p *prover) closure(slots []int, checks bool) map[int]bool {
	in := map[int]bool{}
	queue := slices.Clone(slots)
	for len(queue) > 0 {
		slot := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		if in[slot] {
			continue
		}
		in[slot] = true
		queue = append(queue, p.rules[slot].seen...)
		if checks && p.asks(slot) {
			queue = append(queue, p.rules[slot].checks...)
		}
	}
	return in
}

// laterMatters tells whether an answer that comes after the question that looks at
// it has to do with whether the question is asked.
func (p *prover) laterMatters(f *Field) bool {
	for slot := range p.closure([]int{f.slot}, true) {
		if p.rules[slot].ahead {
			return true
		}
	}
	return false
}
