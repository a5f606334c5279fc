package questionnaire

import (
	"slices"

	"weerklank.nl/weerklank/surveys/questionnaire/expression"
)

// search looks for a respondent who is asked a question (fill: and who answers it),
// page by page, in the answers that have to do with it. Where somebody would be
// stuck at another question, what that one depends on is looked at too.
type search struct {
	p      *prover
	target *Field
	fill   bool
	back   bool // also by going back from a later page

	set   map[int]bool
	vars  []int // slots that are asked, in the order of the form
	scene *scene

	answers  Answers
	blockers []int // slots of questions at which somebody was stuck
	left     int   // how many more answers may be tried
	over     bool
	unsure   bool // an example did not lead to the target when it was played
	found    Answers
}

// result is what a search came to.
type result struct {
	verdict Verdict
	answers Answers      // of the example
	set     map[int]bool // the slots that were looked at
}

// search does so for who only goes on, or also goes back, trying at most depth answers.
func (p *prover) search(target *Field, fill, back bool, depth int) result {
	until := target.Page
	if back {
		until = len(p.form.Pages) - 1
	}
	roots := slices.Clone(p.rules[target.slot].seen)
	if fill {
		roots = append(roots, p.rules[target.slot].checks...)
	}
	s := &search{p: p, target: target, fill: fill, back: back, left: depth}
	for {
		set := p.closure(roots, true)
		asksItself := set[target.slot] || fill
		set[target.slot] = true
		s.prepare(set, until, asksItself)
		s.blockers = nil
		verdict := s.try()
		if verdict != Never || len(s.blockers) == 0 {
			return result{verdict, s.found, set}
		}
		roots = append(roots, s.blockers...)
	}
}

// prepare sets the search up for a set of slots.
func (s *search) prepare(set map[int]bool, until int, asksItself bool) {
	p := s.p
	s.set, s.vars, s.answers = set, nil, Answers{}
	s.scene = newScene(p, set, until)
	s.scene.loose = p.later
	probes, constants := p.probes(set)
	for slot := range set {
		if !p.asks(slot) || p.rules[slot].opaque || p.pageOf(slot) > until || slot == s.target.slot && !asksItself {
			continue
		}
		s.vars = append(s.vars, slot)
		s.scene.domain[slot] = p.domainOf(slot, probes[slot], constants)
	}
	slices.Sort(s.vars)
	s.scene.work()
	if !p.later {
		s.scene.narrow()
	}
}

// probes are the uses of each slot in the rules of the set, and all constants there.
func (p *prover) probes(set map[int]bool) (bySlot map[int][]expression.Probe, constants []string) {
	bySlot = map[int][]expression.Probe{}
	for slot := range set {
		r := &p.rules[slot]
		for _, a := range []*expression.Analysis{r.relevant, r.constraint, r.required, r.calculation, r.filter, r.preset, r.lock} {
			if a == nil {
				continue
			}
			for _, pr := range a.Probes(&p.run) {
				if pr.Slot == expression.Self {
					pr.Slot = slot
				}
				bySlot[pr.Slot] = append(bySlot[pr.Slot], pr)
			}
			for _, v := range a.Constants(&p.run) {
				constants = appendNew(constants, v.Text())
			}
		}
	}
	slices.Sort(constants)
	return bySlot, constants
}

func (s *search) try() Verdict {
	p, target := s.p, s.target
	if !s.scene.slots[target.slot].yes || s.fill && !s.mayFill() {
		return Never
	}
	if p.rules[target.slot].opaque {
		return NotProved
	}
	sure := !s.scene.slots[target.slot].no && !p.later
	if s.walk(0, p.form.Evaluate(nil, p.env), sure) {
		return Possible
	}
	if s.over || s.unsure || s.back || !s.exact() { // who goes back may do so in any order
		return NotProved
	}
	return Never
}

// mayFill tells whether any answer to the target may pass, before trying them.
func (s *search) mayFill() bool {
	r, slot := &s.p.rules[s.target.slot], s.target.slot
	if d := s.scene.domain[slot]; d.exact && !s.p.later {
		return slices.ContainsFunc(d.values, func(v string) bool { return v != "" })
	}
	if r.constraint == nil || s.p.later {
		return true
	}
	yes, _ := r.constraint.Outcomes(&s.p.run, s.scene.withSelf(slot, anything)).MayBe()
	return yes
}

// exact tells whether trying all answers of the domains is trying all there are.
func (s *search) exact() bool {
	for slot := range s.set {
		r := &s.p.rules[slot]
		if r.opaque || len(s.p.units[slot].trigger) > 0 || s.p.units[slot].item.Prefill != "" && !s.p.asks(slot) {
			return false
		}
		for _, a := range []*expression.Analysis{r.relevant, r.constraint, r.required, r.calculation, r.filter, r.preset, r.lock} {
			if a != nil && a.Fickle() {
				return false
			}
		}
	}
	for _, slot := range s.vars {
		if !s.scene.domain[slot].exact {
			return false
		}
	}
	return true
}

// walk answers the i-th question and those after it. sure says that the target is
// asked whatever the answers that are left.
func (s *search) walk(i int, st *State, sure bool) bool {
	if s.back {
		i = s.earliest(st)
		ready := (i < 0 || s.vars[i] >= s.target.slot) && (!s.fill || s.answers[s.target.Name] != "")
		if ready && st.Asked(s.target, nil) && s.leaf(st) {
			return true
		}
		if i < 0 {
			return false
		}
	}
	if i == len(s.vars) {
		return s.leaf(st)
	}
	slot := s.vars[i]
	u := s.p.units[slot]
	if !s.asked(st, slot) {
		if s.fill && slot == s.target.slot {
			return false
		}
		s.scene.fix(slot, "")
		defer s.scene.free(slot)
		return s.walk(i+1, st, sure)
	}
	defer func() {
		delete(s.answers, u.key)
		s.scene.free(slot)
	}()
	for _, v := range s.scene.domain[slot].values {
		if v == "" && s.fill && slot == s.target.slot {
			continue
		}
		if s.left--; s.left < 0 || !s.p.budget.spend() {
			s.over = true
			return false
		}
		delete(s.answers, u.key)
		next := st
		if v != "" {
			s.answers[u.key] = v
			next = st.Again(s.answers)
		}
		s.scene.fix(slot, v)
		if !s.holds(i, next) {
			continue
		}
		nowSure := sure
		if !sure && (s.back || i+1 < len(s.vars)) {
			s.scene.work()
			if !s.scene.slots[s.target.slot].yes {
				continue
			}
			nowSure = !s.scene.slots[s.target.slot].no && !s.p.later
		}
		if s.walk(i+1, next, nowSure) {
			return true
		}
		if s.over {
			return false
		}
	}
	return false
}

// holds checks the i-th answer; where an answer is held against one that stands
// below it, the page as a whole once its last question is answered.
func (s *search) holds(i int, st *State) bool {
	slot := s.vars[i]
	page, f := s.p.pageOf(slot), s.p.units[slot].field
	if f != nil && !s.p.rules[slot].defers && len(st.Check([]*Field{f}, "")) > 0 {
		return false
	}
	if !s.p.later || s.back || i+1 < len(s.vars) && s.p.pageOf(s.vars[i+1]) == page {
		return true
	}
	var fields []*Field
	for _, slot := range s.vars {
		f := s.p.units[slot].field
		if f != nil && f.Page == page && (page < s.target.Page || s.fill && f == s.target) {
			fields = append(fields, f)
		}
	}
	return len(st.Check(fields, "")) == 0
}

// earliest is the first question that is asked and was not answered yet: who goes
// back does so as soon as there is one; -1 when there is none.
func (s *search) earliest(st *State) int {
	for i, slot := range s.vars {
		if _, answered := s.scene.fixed[slot]; !answered && s.asked(st, slot) {
			return i
		}
	}
	return -1
}

func (s *search) asked(st *State, slot int) bool {
	u := s.p.units[slot]
	if u.field != nil {
		return st.Asked(u.field, nil)
	}
	return st.Relevant(u.key)
}

// leaf holds the answers against the goal, and fills in what else stands on the way.
func (s *search) leaf(st *State) bool {
	if !st.Asked(s.target, nil) {
		return false
	}
	answers, stuck := s.p.complete(s.answers, s.set, s.target, s.back)
	if stuck != nil {
		if s.p.rules[stuck.slot].opaque {
			s.unsure = true
		} else if !s.set[stuck.slot] {
			s.blockers = append(s.blockers, stuck.slot)
		}
		return false
	}
	if s.p.verify {
		if answers = s.p.played(answers, s.target, s.back); answers == nil {
			s.unsure = true
			return false
		}
	}
	s.found = answers
	return true
}
