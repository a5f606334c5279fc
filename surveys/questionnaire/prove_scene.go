package questionnaire

import (
	"math"
	"slices"

	"weerklank.nl/weerklank/surveys/questionnaire/expression"
)

// scene is what may be, slot by slot, while only some answers are known. It may
// hold more than what can be, and never less.
type scene struct {
	p      *prover
	order  []int          // the slots that are looked at, each after what it follows from
	fixed  map[int]string // answers that are known
	domain map[int]domain // of answers that are not
	loose  bool           // an answer that is asked may be missing: something is looked at before it is given
	until  int            // the last page that was come to; later answers are blank

	slots []possible
	stale []bool // by slot: has to be worked out again
}

// possible is what may be of one slot: its answer as other rules see it, and
// whether it is relevant.
type possible struct {
	expression.Knowledge
	yes, no bool
}

func (p possible) same(q possible) bool {
	return p.yes == q.yes && p.no == q.no && p.Known == q.Known && p.Words == nil && q.Words == nil && slices.Equal(p.Answers, q.Answers)
}

func newScene(p *prover, set map[int]bool, until int) *scene {
	s := &scene{p: p, fixed: map[int]string{}, domain: map[int]domain{}, until: until, slots: make([]possible, len(p.units)), stale: make([]bool, len(p.units))}
	for _, slot := range p.order {
		if set[slot] {
			s.order = append(s.order, slot)
			s.stale[slot] = true
		}
	}
	return s
}

var (
	blank    = expression.Knowledge{Answers: []string{""}, Known: true}
	anything = expression.Knowledge{}
)

// fix makes an answer known, and free takes that back.
func (s *scene) fix(slot int, answer string) { s.fixed[slot], s.stale[slot] = answer, true }
func (s *scene) free(slot int)               { delete(s.fixed, slot); s.stale[slot] = true }

// work passes on what is known to all that follows from it.
func (s *scene) work() {
	changed := make([]bool, len(s.slots))
	for _, slot := range s.order {
		again := s.stale[slot]
		for _, on := range s.p.rules[slot].seen {
			again = again || changed[on]
		}
		if !again {
			continue
		}
		was := s.slots[slot]
		s.workOut(slot)
		changed[slot], s.stale[slot] = !was.same(s.slots[slot]), false
	}
}

func (s *scene) workOut(slot int) {
	u, r := s.p.units[slot], &s.p.rules[slot]
	if r.opaque {
		s.slots[slot] = possible{yes: u.parent < 0 || s.slots[u.parent].yes, no: true}
		return
	}
	now := possible{yes: true}
	if u.parent >= 0 {
		now.yes, now.no = s.slots[u.parent].yes, s.slots[u.parent].no
	}
	if u.choice >= 0 {
		yes, no := s.slots[u.choice].chooses(OtherChoice)
		now.yes, now.no = now.yes && yes, now.no || no
	}
	if r.relevant != nil && now.yes {
		yes, no := r.relevant.Outcomes(&s.p.run, s.seenBy(slot)).MayBe()
		now.yes, now.no = now.yes && yes, now.no || no
	}
	if !now.yes {
		now.no = true
	}
	switch {
	case now.yes:
		now.Knowledge = s.answers(slot)
	default:
		now.Known = true
	}
	if now.no && now.Known && !slices.Contains(now.Answers, "") {
		now.Answers = append(now.Answers[:len(now.Answers):len(now.Answers)], "")
	}
	if now.no && now.Words != nil {
		now.Words = &expression.Words{May: now.Words.May, Most: now.Words.Most}
	}
	s.slots[slot] = now
}

// chooses tells whether a choice may and may not be among the answers.
func (p possible) chooses(name string) (yes, no bool) {
	if !p.Known {
		return true, true
	}
	for _, a := range p.Answers {
		if expression.Selected(a, name) {
			yes = true
		} else {
			no = true
		}
	}
	return yes, no
}

// seenBy gives what a unit's rules may see. What the answer of the unit itself is,
// is not known; withSelf tells it.
func (s *scene) seenBy(slot int) expression.Possible {
	return func(on int) expression.Knowledge {
		switch {
		case on == expression.Self || on == slot, s.p.rules[on].opaque:
			return anything
		case s.p.units[on].field == nil && s.p.units[on].choice < 0:
			return blank // a group has no text
		case s.p.units[on].parent == slot && s.p.units[on].item.Prefill == "":
			return blank // asked inside the group that asks for it
		}
		return s.slots[on].Knowledge
	}
}

func (s *scene) withSelf(slot int, self expression.Knowledge) expression.Possible {
	seen := s.seenBy(slot)
	return func(on int) expression.Knowledge {
		if on == expression.Self || on == slot {
			return self
		}
		return seen(on)
	}
}

// answers are what a slot may hold while it is relevant.
func (s *scene) answers(slot int) expression.Knowledge {
	u, r := s.p.units[slot], &s.p.rules[slot]
	if s.p.asks(slot) {
		now := s.given(slot)
		if now.Known && r.calculation != nil && slices.Contains(now.Answers, "") { // filled in where it is left open
			more := s.texts(r.calculation, slot)
			list := slices.DeleteFunc(slices.Clone(now.Answers), func(a string) bool { return a == "" })
			now = expression.Knowledge{Answers: append(list, more.Answers...), Known: more.Known}
		}
		return now
	}
	works := u.use == worked || u.readOnly
	switch {
	case u.field == nil:
		return blank
	case len(u.trigger) > 0:
		return anything // what it was when the trigger's answer changed
	case works && r.calculation != nil:
		return s.texts(r.calculation, slot)
	case u.item.Prefill != "", u.item.Type == TypeToday:
		return anything
	case works && r.preset != nil:
		return s.texts(r.preset, slot)
	case works:
		return expression.Knowledge{Answers: []string{u.item.Default}, Known: true}
	}
	return blank
}

func (s *scene) given(slot int) expression.Knowledge {
	if v, ok := s.fixed[slot]; ok {
		return expression.Knowledge{Answers: []string{v}, Known: true}
	}
	if s.p.pageOf(slot) > s.until {
		return blank
	}
	d := s.domain[slot]
	if !d.exact {
		return anything
	}
	if s.loose && !slices.Contains(d.values, "") {
		return expression.Knowledge{Answers: append(d.values[:len(d.values):len(d.values)], ""), Known: true}
	}
	return expression.Knowledge{Answers: d.values, Known: true}
}

// texts are what is stored of a calculation.
func (s *scene) texts(a *expression.Analysis, slot int) expression.Knowledge {
	o := a.Outcomes(&s.p.run, s.seenBy(slot))
	if o.Any {
		return expression.Knowledge{Words: o.Words}
	}
	var list []string
	for _, v := range o.Values {
		text := v.Text()
		if v.Kind() == expression.Number && math.IsNaN(v.Number()) {
			text = ""
		}
		list = appendNew(list, text)
	}
	if o.Fails {
		list = appendNew(list, "")
	}
	return expression.Knowledge{Answers: list, Known: true}
}

// narrow leaves out of the domains what no constraint and no filter lets through.
func (s *scene) narrow() {
	for range 3 {
		changed := false
		for slot, d := range s.domain {
			kept := slices.DeleteFunc(slices.Clone(d.values), func(v string) bool { return v != "" && !s.mayAnswer(slot, v) })
			if len(kept) < len(d.values) {
				d.values, changed = kept, true
				s.domain[slot], s.stale[slot] = d, true
			}
		}
		if !changed {
			return
		}
		s.work()
	}
}

// mayAnswer tells whether the question's constraint and filter may let the answer through.
func (s *scene) mayAnswer(slot int, answer string) bool {
	r, u := &s.p.rules[slot], s.p.units[slot]
	if r.constraint != nil {
		if yes, _ := r.constraint.Outcomes(&s.p.run, s.withSelf(slot, expression.Knowledge{Answers: []string{answer}, Known: true})).MayBe(); !yes {
			return false
		}
	}
	if r.filter == nil || !u.item.Type.ChoosesOne() || u.list == nil {
		return true
	}
	rows := u.list.rows
	for i, ch := range u.field.choices {
		if ch.Name == answer && i < len(rows) {
			if yes, _ := r.filter.OutcomesAt(&s.p.run, s.withSelf(slot, anything), rows[i], i+1, len(rows)).MayBe(); yes {
				return true
			}
		}
	}
	return false
}
