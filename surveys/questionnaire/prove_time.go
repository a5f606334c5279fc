package questionnaire

import (
	"math"
	"slices"
)

// Duration is an expected time to fill in a form.
type Duration struct {
	Seconds float64
	Exact   bool // no respondent is quicker (or slower), by the same estimate; else somebody may be
}

// Minutes is the duration in whole minutes, at least 1.
func (d Duration) Minutes() int { return max(1, int(math.Round(d.Seconds/60))) }

// durations are those of the respondent who is asked least, and of the one who is
// asked most. Questions that depend on the same answers are looked at together.
func (p *prover) durations() (shortest, longest Duration) {
	shortest.Exact, longest.Exact = !p.later, !p.later
	all := map[int]bool{}
	for slot := range p.units {
		all[slot] = true
	}
	s := p.sceneOf(all)
	for _, fl := range p.form.Fields {
		if now := s.slots[fl.slot]; fl.Page >= 0 && (now.yes && !now.no || p.rules[fl.slot].opaque) {
			seconds := p.form.seconds(fl)
			shortest.Seconds += seconds
			longest.Seconds += seconds
			longest.Exact = longest.Exact && !p.rules[fl.slot].opaque
		}
	}
	for _, part := range p.parts(s) {
		least, most := p.extreme(part, -1), p.extreme(part, 1)
		shortest.Seconds += least.Seconds
		longest.Seconds += most.Seconds
		shortest.Exact, longest.Exact = shortest.Exact && least.Exact, longest.Exact && most.Exact
	}
	return shortest, longest
}

// sceneOf is what may be of some slots when nothing is answered yet.
func (p *prover) sceneOf(set map[int]bool) *scene {
	s := newScene(p, set, len(p.form.Pages))
	s.loose = p.later
	probes, constants := p.probes(set)
	for slot := range set {
		if p.asks(slot) && !p.rules[slot].opaque {
			s.domain[slot] = p.domainOf(slot, probes[slot], constants)
		}
	}
	s.work()
	if !p.later {
		s.narrow()
	}
	return s
}

// part are questions that depend on the same answers.
type part struct {
	fields []*Field
	set    map[int]bool
}

// parts are the questions that are asked of some and not of others.
func (p *prover) parts(s *scene) []*part {
	var parts []*part
	for _, fl := range p.form.Fields {
		if now := s.slots[fl.slot]; fl.Page < 0 || !now.yes || !now.no || p.rules[fl.slot].opaque {
			continue
		}
		joined := &part{fields: []*Field{fl}, set: p.closure([]int{fl.slot}, true)}
		var apart []*part
		for _, other := range parts {
			if !p.share(joined, other) {
				apart = append(apart, other)
				continue
			}
			joined.fields = append(joined.fields, other.fields...)
			for slot := range other.set {
				joined.set[slot] = true
			}
		}
		parts = append(apart, joined)
	}
	return parts
}

func (p *prover) share(a, b *part) bool {
	for slot := range a.set {
		if b.set[slot] && p.asks(slot) {
			return true
		}
	}
	return false
}

// race looks for the respondent of a part who is quickest (sign -1) or slowest (1),
// passing over answers that cannot lead to a better one.
type race struct {
	p     *prover
	part  *part
	sign  float64
	scene *scene
	vars  []int
	found bool
	best  float64
	left  int
}

// mostRaced is how many answers of a part are tried.
const mostRaced = 1000

func (p *prover) extreme(pt *part, sign float64) Duration {
	r := &race{p: p, part: pt, sign: sign, scene: p.sceneOf(pt.set), left: mostRaced}
	exact := !p.later
	for slot, d := range r.scene.domain {
		r.vars = append(r.vars, slot)
		exact = exact && d.exact
	}
	slices.Sort(r.vars)
	outer := r.bound()
	r.run(0, Answers{}, p.form.Evaluate(nil, p.env))
	if !r.found {
		return Duration{Seconds: outer}
	}
	return Duration{Seconds: r.best, Exact: exact && r.left >= 0 || r.best == outer}
}

// bound is the time that no answers that are left can better.
func (r *race) bound() float64 {
	seconds := 0.0
	for _, fl := range r.part.fields {
		if now := r.scene.slots[fl.slot]; now.yes && (r.sign > 0 || !now.no) {
			seconds += r.p.form.seconds(fl)
		}
	}
	return seconds
}

func (r *race) run(i int, answers Answers, st *State) {
	if i == len(r.vars) {
		seconds := 0.0
		for _, fl := range r.part.fields {
			if st.Asked(fl, nil) {
				seconds += r.p.form.seconds(fl)
			}
		}
		if !r.found || r.sign*seconds > r.sign*r.best {
			r.found, r.best = true, seconds
		}
		return
	}
	slot := r.vars[i]
	u := r.p.units[slot]
	defer func() { r.scene.free(slot); delete(answers, u.key) }()
	if u.field != nil && !st.Asked(u.field, nil) || u.field == nil && !st.Relevant(u.key) {
		r.scene.fix(slot, "")
		r.run(i+1, answers, st)
		return
	}
	type choice struct {
		value string
		bound float64
	}
	var choices []choice
	for _, v := range r.scene.domain[slot].values {
		if r.left--; r.left < 0 || !r.p.budget.spend() {
			r.left = -1
			break
		}
		r.scene.fix(slot, v)
		r.scene.work()
		choices = append(choices, choice{v, r.bound()})
	}
	slices.SortStableFunc(choices, func(a, b choice) int { // the most promising first
		switch {
		case r.sign*a.bound > r.sign*b.bound:
			return -1
		case r.sign*a.bound < r.sign*b.bound:
			return 1
		}
		return 0
	})
	for _, c := range choices {
		if r.found && r.sign*c.bound <= r.sign*r.best {
			return
		}
		if r.found && r.left < 0 {
			return
		}
		answers[u.key] = c.value
		r.scene.fix(slot, c.value)
		next := st.Again(answers)
		if u.field == nil || len(next.Check([]*Field{u.field}, "")) == 0 {
			r.run(i+1, answers, next)
		}
	}
}
