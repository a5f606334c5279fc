package questionnaire

import "slices"

// because picks, of the answers of a respondent who is asked a question, those that
// lead to it: without any of them it would not be sure. always says that the
// question is asked whatever the answers.
func (p *prover) because(f *Field, answers Answers) (route []Given, always bool) {
	set := p.closure([]int{f.slot}, false)
	delete(set, f.slot)
	set[f.slot] = true
	s := newScene(p, set, len(p.form.Pages))
	s.loose = true
	var slots []int
	probes, constants := p.probes(set)
	st := p.form.Evaluate(answers, p.env)
	for slot := range set {
		if p.asks(slot) && slot != f.slot && !p.rules[slot].opaque {
			slots = append(slots, slot)
			s.domain[slot] = p.domainOf(slot, probes[slot], constants)
		}
	}
	slices.Sort(slots)
	sure := func() bool {
		s.work()
		return s.slots[f.slot].yes && !s.slots[f.slot].no
	}
	if sure() {
		return nil, true
	}
	for _, slot := range slots {
		s.fix(slot, answers[p.units[slot].key])
	}
	for _, slot := range slots { // what was left open first, then what is given late
		if answers[p.units[slot].key] == "" {
			p.loosen(s, slot, sure)
		}
	}
	for _, slot := range slices.Backward(slots) {
		if _, ok := s.fixed[slot]; ok && answers[p.units[slot].key] != "" {
			p.loosen(s, slot, sure)
		}
	}
	for _, slot := range slots {
		value, kept := s.fixed[slot]
		if field := p.units[slot].field; kept && field != nil && st.Asked(field, nil) {
			route = append(route, Given{field, value})
		}
	}
	return route, false
}

// loosen takes an answer back when the question is asked without it too.
func (p *prover) loosen(s *scene, slot int, sure func() bool) {
	was := s.fixed[slot]
	s.free(slot)
	if p.budget.spend(); !sure() {
		s.fix(slot, was)
	}
}

// mostRules is how many rules are looked at one by one to find those that matter.
const mostRules = 60

// explain finds the rules that keep everybody from a question, or from answering
// it: each of them is needed, for without it somebody could.
func (p *prover) explain(q *QuestionProof) {
	switch {
	case q.Reach == Never:
		q.Rules = p.blame(q.Field, false)
	case q.Answer == Never:
		q.Contradict = p.blame(q.Field, true)
	}
}

func (p *prover) blame(f *Field, fill bool) []Rule {
	const depth = 400
	back := p.laterMatters(f)
	first := p.search(f, fill, back, depth*10)
	if first.verdict != Never {
		first.set = p.closure([]int{f.slot}, true)
	}
	candidates := p.restrictions(f, fill, first.set)
	if len(candidates) > mostRules {
		return candidates[len(candidates)-mostRules:]
	}
	var dropped, needed []Rule
	for i, r := range candidates {
		if p.budget.spend() {
			trial := append(slices.Clone(dropped), r)
			if p.without(trial).search(f, fill, back, depth).verdict == Never {
				dropped = trial
				continue
			}
			needed = append(needed, r)
			continue
		}
		needed = append(needed, candidates[i:]...)
		break
	}
	return needed
}

// restrictions are the rules of some slots, those of the question itself and the
// groups around it last.
func (p *prover) restrictions(f *Field, fill bool, set map[int]bool) []Rule {
	own := map[int]bool{}
	for slot := f.slot; slot >= 0; slot = p.units[slot].parent {
		own[slot] = true
	}
	var others, mine []Rule
	for slot, u := range p.units {
		if !set[slot] && !own[slot] || u.choice >= 0 {
			continue
		}
		add := func(column, source string) {
			if r := (Rule{u.item, column, source}); own[slot] {
				mine = append(mine, r)
			} else {
				others = append(others, r)
			}
		}
		if u.relevant != nil {
			add("relevant", u.item.Relevant)
		}
		if slot == f.slot && !fill || !p.asks(slot) {
			continue
		}
		if u.constraint != nil {
			add("constraint", u.item.Constraint)
		}
		if u.filter != nil {
			add("choice_filter", u.item.ChoiceFilter)
		}
		if slot != f.slot && (u.always || u.required != nil) {
			add("required", u.item.Required)
		}
	}
	return append(others, mine...)
}
