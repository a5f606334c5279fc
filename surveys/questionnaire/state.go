package questionnaire

import (
	"math"
	"strconv"
	"strings"

	"weerklank.nl/weerklank/surveys/questionnaire/expression"
)

// State is a form under one respondent's answers, seen from one place: outside the
// repeats, or from within an instance of one (In). It says what is relevant there,
// what is calculated, what may be chosen. It is made per request and not shared.
type State struct {
	*evaluation
	here *instance
}

// evaluation is what all views of one state share.
type evaluation struct {
	form      *Form
	given     Answers
	typed     []string // the given answers by slot, outside the repeats
	root      instance
	instances map[int][]*instance // by the slot of their repeat; nil without repeats
	opened    int                 // instances in all
	at        *instance           // the instance and slot whose expression is evaluated
	self      int
	lang      string // of choice labels in expressions
	run       expression.Run
	seed      uint64
}

// Evaluate works out what follows from the answers: relevance, of groups too, the
// instances of repeats, and calculations, each after what it depends on. The given
// answers stay as they are.
func (f *Form) Evaluate(a Answers, env Env) *State {
	n := len(f.units)
	texts := make([]string, 2*n)
	e := &evaluation{form: f, given: a, seed: env.Seed, typed: texts[n:]}
	e.root = instance{repeat: -1, values: texts[:n:n], relevant: make([]bool, n)}
	e.at = &e.root
	e.run = expression.Run{Source: (*answersOf)(e), Now: env.Now, Seed: env.Seed, Version: f.Definition.Version}
	e.read(a)
	copy(e.root.values, e.typed)
	for _, slot := range f.order {
		if home := f.units[slot].home; home >= 0 {
			for _, in := range e.instances[home] {
				e.workOut(in, slot)
			}
			continue
		}
		e.workOut(&e.root, slot)
	}
	return &State{e, &e.root}
}

// read takes the answers to what stands outside the repeats.
func (e *evaluation) read(a Answers) {
	for slot, u := range e.form.units {
		if u.home < 0 && (u.field != nil || u.choice >= 0) {
			e.typed[slot] = a[u.key]
		}
	}
}

// In is the same state seen from within an instance of a repeat; nil when there is
// no such instance. "" is the form itself.
func (s *State) In(within string) *State {
	if within == s.here.prefix {
		return s
	}
	if in := s.instance(within); in != nil {
		return &State{s.evaluation, in}
	}
	return nil
}

func (e *evaluation) instance(within string) *instance {
	if within == "" {
		return &e.root
	}
	around, repeat, number, ok := lastInstance(within)
	if !ok {
		return nil
	}
	slot, known := e.form.repeats[repeat]
	in := e.instance(around)
	if !known || in == nil || number > len(in.below[slot]) {
		return nil
	}
	return in.below[slot][number-1]
}

// Within names the instance that the state is seen from; "" outside repeats.
func (s *State) Within() string { return s.here.prefix }

// Key is the key in Answers of a question, as seen from here.
func (s *State) Key(f *Field) string {
	if s.here.repeat < 0 {
		return f.Name
	}
	if in := s.form.instanceFor(s.here, f.slot); in != nil {
		return in.prefix + s.form.units[f.slot].local
	}
	return f.Name
}

// Instances is how many instances of a repeat there are here.
func (s *State) Instances(repeat *Item) int {
	slot := s.form.repeats[repeat.Name]
	if in := s.form.instanceFor(s.here, slot); in != nil {
		return len(in.below[slot])
	}
	return 0
}

// workOut settles one unit of an instance; all that it depends on is settled.
func (e *evaluation) workOut(in *instance, slot int) {
	u := e.form.units[slot]
	e.at, e.self = in, slot
	e.run.Restart(uint64(slot)<<16 + uint64(in.number))
	i := slot - in.first
	switch {
	case u.parent >= 0 && u.parent != in.repeat && !in.relevant[u.parent-in.first]:
		return
	case u.choice >= 0 && (!in.relevant[u.choice-in.first] || !expression.Selected(in.values[u.choice-in.first], OtherChoice)):
		return
	case u.relevant != nil:
		if ok, err := u.relevant.Bool(&e.run); !ok || err != nil {
			return
		}
	}
	in.relevant[i] = true
	fixed := u.readOnly
	if u.lock != nil {
		ok, err := u.lock.Bool(&e.run)
		fixed = ok && err == nil
	}
	switch {
	case u.item.Kind == Repeat:
		e.open(in, slot)
	case u.calculation != nil && len(u.trigger) > 0 && !e.triggered(in, u):
	// What follows the answers all the time. A calculation with a trigger keeps what it
	// was until the trigger's answer changes; one that is asked what the respondent made of it.
	case u.calculation != nil && (u.use == worked || fixed) && len(u.trigger) == 0:
		in.values[i] = e.calculate(u.calculation)
	case u.calculation != nil && in.values[i] == "":
		in.values[i] = e.calculate(u.calculation)
	case u.item.Type == TypeToday:
		in.values[i] = e.run.Now.Format("2006-01-02")
	case in.values[i] == "" && u.field != nil && (u.use == worked || fixed):
		in.values[i] = e.preset(u)
	}
	if in.nodes != nil && in.nodes[i] != nil {
		in.nodes[i].Text = in.values[i]
	}
}

// triggered tells whether one of the triggers of a unit has an answer.
func (e *evaluation) triggered(in *instance, u *unit) bool {
	for _, slot := range u.trigger {
		if from := e.form.instanceFor(in, slot); from != nil && from.values[slot-from.first] != "" {
			return true
		}
	}
	return false
}

// calculate is the value that is stored: NaN and a mistake are blank.
func (e *evaluation) calculate(x *expression.Expr) string {
	v, err := x.Value(&e.run)
	if err != nil || v.Kind() == expression.Number && math.IsNaN(v.Number()) {
		return ""
	}
	return v.Text()
}

func (e *evaluation) preset(u *unit) string {
	if u.preset != nil {
		return e.calculate(u.preset)
	}
	return u.item.Default
}

// Preset is what stands in a question's field when the respondent first comes to
// it: the author's default.
func (s *State) Preset(f *Field) string {
	s.focus(f.slot)
	return s.preset(s.form.units[f.slot])
}

// focus turns the evaluation to the question's own place, seen from here, and
// gives the instance; nil when there is none.
func (s *State) focus(slot int) *instance {
	in := s.here
	if s.form.units[slot].home != in.repeat {
		if in = s.form.instanceFor(s.here, slot); in == nil {
			return nil
		}
	}
	s.at, s.self = in, slot
	s.run.Restart(uint64(slot)<<16 + uint64(in.number))
	return in
}

// Answers is what follows from the answers: what is relevant and not blank,
// calculations and hidden values too, and under the key of each repeat how often
// it is there. What betrays a person or device is left out.
func (s *State) Answers() Answers {
	a := make(Answers, len(s.root.values))
	s.each(&s.root, func(in *instance, slot int) {
		u, i := s.form.units[slot], slot-in.first
		switch {
		case !in.relevant[i]:
		case u.item.Kind == Repeat:
			a[in.prefix+u.local] = strconv.Itoa(len(in.below[slot]))
		case in.values[i] != "" && u.use != betrays:
			a[in.prefix+u.local] = in.values[i]
		}
	})
	return a
}

// Record is what is to be stored: the Answers, and a blank under the key of each
// question that was shown and left open. What stands in it not at all was not shown.
func (s *State) Record() Answers {
	a := s.Answers()
	s.each(&s.root, func(in *instance, slot int) {
		u, i := s.form.units[slot], slot-in.first
		if u.field != nil && u.field.Page >= 0 && u.use == asked && in.relevant[i] && in.values[i] == "" && !(&State{s.evaluation, in}).locked(u) {
			a[in.prefix+u.local] = ""
		}
	})
	return a
}

// look finds a name seen from here; in is nil when there is nothing of that name
// or it is not relevant.
func (s *State) look(name string) (in *instance, slot int) {
	slot, ok := s.form.slots[name]
	if !ok {
		return nil, 0
	}
	if in = s.form.instanceFor(s.here, slot); in == nil || !in.relevant[slot-in.first] {
		return nil, 0
	}
	return in, slot
}

// Value is the answer or calculation of that name, seen from here; "" when it is
// not relevant.
func (s *State) Value(name string) string {
	if in, slot := s.look(name); in != nil {
		return in.values[slot-in.first]
	}
	return ""
}

// Relevant tells whether the question or group of that name is, seen from here.
func (s *State) Relevant(name string) bool {
	in, _ := s.look(name)
	return in != nil
}

// Asked tells whether a page shows the question: it is relevant, stands on a page
// and was not filled in by the collector.
func (s *State) Asked(f *Field, prefilled Answers) bool {
	in := s.here
	if f.home != in.repeat {
		if in = s.form.instanceFor(s.here, f.slot); in == nil {
			return false
		}
	}
	_, filled := prefilled[f.Name]
	return f.Page >= 0 && in.relevant[f.slot-in.first] && !filled
}

// Takes tells whether a page takes an answer to the question: it is asked, and not
// only shown.
func (s *State) Takes(f *Field, prefilled Answers) bool {
	u := s.form.units[f.slot]
	return u.use == asked && !u.readOnly && s.Asked(f, prefilled) && !s.locked(u)
}

// locked tells whether the question takes no answer as things are now. An answer that
// the question's own rules refuse is not locked in: nobody could mend it any more.
func (s *State) locked(u *unit) bool {
	if u.lock == nil {
		return u.readOnly
	}
	in := s.focus(u.field.slot)
	if in == nil {
		return false
	}
	if ok, err := u.lock.Bool(&s.run); !ok || err != nil {
		return false
	}
	value := in.values[u.field.slot-in.first]
	return value == "" || u.calculation != nil || s.checkValue(u.field, u, value, "") == nil
}

// Text is the author's text in the language, with the answers that it shows filled
// in: the label of a choice, else the answer itself. It is plain text.
func (s *State) Text(t Texts, lang string) string {
	text := s.form.Definition.In(t, lang)
	if !strings.Contains(text, "${") {
		return text
	}
	var b strings.Builder
	for {
		i := strings.Index(text, "${")
		end := -1
		if i >= 0 {
			end = strings.IndexByte(text[i:], '}')
		}
		if end < 0 {
			b.WriteString(text)
			return b.String()
		}
		b.WriteString(text[:i])
		b.WriteString(s.spoken(strings.TrimSpace(text[i+2:i+end]), lang))
		text = text[i+end+1:]
	}
}

// spoken is an answer as a text shows it.
func (s *State) spoken(name, lang string) string {
	value := s.Value(name)
	f := s.form.byName[name]
	if f == nil || value == "" {
		return value
	}
	return s.form.Spoken(f, value, lang)
}

// Spoken is a stored answer as people read it: labels of choices instead of
// names, a decimal comma in Dutch.
func (f *Form) Spoken(fl *Field, value, lang string) string {
	switch {
	case fl.List != nil:
		var labels []string
		names := strings.Fields(value)
		if fl.Type.ChoosesOne() {
			names = []string{value}
		}
		byName := f.units[fl.slot].list.byName
		for _, name := range names {
			label := name
			if ch := byName[name]; ch != nil {
				if l := f.Definition.In(ch.Label, lang); l != "" {
					label = l
				}
			}
			labels = append(labels, label)
		}
		return strings.Join(labels, ", ")
	case (fl.Type == TypeDecimal || fl.Type == TypeRange) && lang == "nl":
		return strings.Replace(value, ".", ",", 1)
	}
	return value
}

// Fire forgets what was worked out for the questions that the changed one is the
// trigger of, so that it is worked out again.
func (s *State) Fire(a Answers, changed *Field) {
	for _, slot := range s.form.triggered {
		u := s.form.units[slot]
		for _, on := range u.trigger {
			if in := s.form.instanceFor(s.here, slot); on == changed.slot && in != nil {
				delete(a, in.prefix+u.local)
			}
		}
	}
}

// KeepFired puts what was worked out at a trigger among the answers, where it stays
// until the trigger's answer changes.
func (s *State) KeepFired(a Answers) {
	for _, slot := range s.form.triggered {
		u := s.form.units[slot]
		list := s.instances[u.home]
		if u.home < 0 {
			list = []*instance{&s.root}
		}
		for _, in := range list {
			if v := in.values[slot-in.first]; v != "" && in.relevant[slot-in.first] {
				a[in.prefix+u.local] = v
			}
		}
	}
}
