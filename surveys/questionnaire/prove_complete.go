package questionnaire

import "maps"

// complete fills in what else must be answered before the target is asked, so that
// the given answers can be sent page by page; set are the slots whose answers stay
// as they are. It gives the question at which the respondent is stuck.
func (p *prover) complete(given Answers, set map[int]bool, target *Field, back bool) (Answers, *Field) {
	if p.later && len(p.form.repeats) == 0 {
		return p.completeStepwise(given, set, target, back)
	}
	until := target.Page - 1
	full := Answers{}
	for key, v := range p.warm {
		if slot, ok := p.form.slots[key]; ok && !set[slot] {
			full[key] = v
		}
	}
	maps.Copy(full, given)
	fields := p.upTo(until)
	st := p.form.Evaluate(full, p.env)
	for range 2 + len(fields) {
		problems := st.Check(fields, "")
		if len(problems) == 0 {
			return p.asGiven(given, full, st, until), nil
		}
		for _, problem := range problems {
			f := p.form.byName[problem.Name]
			if set[f.slot] || !p.answerOne(full, f, st) {
				return nil, f
			}
		}
		st = st.Again(full)
	}
	return nil, p.form.byName[st.Check(fields, "")[0].Name]
}

// answerOne gives a question an answer that passes, and remembers it.
func (p *prover) answerOne(full Answers, f *Field, st *State) bool {
	for _, v := range append(p.answersTo(f), st.heldAgainst(f)...) {
		delete(full, f.Name)
		if v != "" {
			full[f.Name] = v
		}
		if p.budget.spend(); len(st.Again(full).Check([]*Field{f}, "")) == 0 {
			p.warm[f.Name] = v
			return true
		}
	}
	delete(full, f.Name)
	return false
}

// answersTo are answers to try for a question that only stands on the way.
func (p *prover) answersTo(f *Field) []string {
	if p.tries == nil {
		p.tries = map[int][]string{}
	}
	if list, ok := p.tries[f.slot]; ok {
		return list
	}
	set := map[int]bool{f.slot: true}
	for _, slot := range p.rules[f.slot].checks {
		set[slot] = true
	}
	probes, constants := p.probes(set)
	list := p.domainOf(f.slot, probes[f.slot], constants).values
	p.tries[f.slot] = list
	return list
}

func (p *prover) upTo(page int) []*Field {
	var fields []*Field
	for _, f := range p.form.Fields {
		if f.Page >= 0 && f.Page <= page && !f.InRepeat() {
			fields = append(fields, f)
		}
	}
	return fields
}

// asGiven keeps the answers that the respondent really gives on the pages.
func (p *prover) asGiven(given, full Answers, st *State, until int) Answers {
	kept := maps.Clone(given)
	for slot, u := range p.units {
		if p.asks(slot) && p.pageOf(slot) <= until && full[u.key] != "" && st.Relevant(u.key) {
			kept[u.key] = full[u.key]
		}
	}
	return kept
}

// completeStepwise does so page by page, as it happens: a rule that looks at a
// later answer sees none yet. Who goes back does so as soon as there is a reason.
func (p *prover) completeStepwise(given Answers, set map[int]bool, target *Field, back bool) (Answers, *Field) {
	full := Answers{}
	shown := map[int]bool{}
	st := p.form.Evaluate(full, p.env)
	for page := st.Next(-1, nil); page < len(p.form.Pages); {
		if shown[page] {
			page = st.Next(page, nil)
			continue
		}
		if (page >= target.Page || shown[target.Page]) && (!back || st.Asked(target, nil)) {
			maps.Copy(full, given)
			return full, nil
		}
		shown[page] = true
		if stuck := p.completePage(p.form.Pages[page], full, given, set, st); stuck != nil {
			return nil, stuck
		}
		st = st.Again(full)
		if back {
			page = -1
		}
		page = st.Next(page, nil)
	}
	return nil, target
}

func (p *prover) completePage(page *Page, full, given Answers, set map[int]bool, st *State) *Field {
	for _, f := range page.Fields {
		st = st.Again(full)
		if !st.Asked(f, nil) || p.units[f.slot].use != asked {
			continue
		}
		if set[f.slot] {
			put(full, given, f.Name)
			if f.OrOther {
				put(full, given, f.Name+OtherSuffix)
			}
			continue
		}
		if len(st.Check([]*Field{f}, "")) == 0 || p.answerOne(full, f, st) {
			continue
		}
		if !p.rules[f.slot].defers {
			return f
		}
		full[f.Name] = p.answersTo(f)[0]
	}
	p.budget.spend()
	if problems := st.Again(full).Check(page.Fields, ""); len(problems) > 0 {
		return p.form.byName[problems[0].Name]
	}
	return nil
}

func put(to, from Answers, key string) {
	if v := from[key]; v != "" {
		to[key] = v
	}
}
