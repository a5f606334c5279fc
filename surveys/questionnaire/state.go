package questionnaire

import (
	"math"
	"strings"

	"weerklank.nl/weerklank/surveys/questionnaire/expression"
)

// State is a form under one respondent's answers: what is relevant, what is
// calculated, what may be chosen. It is made per request and not shared.
type State struct {
	form     *Form
	values   []string // by slot, calculations too; also of what is not relevant
	relevant []bool   // by slot
	self     int      // the slot whose expression is being evaluated
	lang     string   // of choice labels in expressions
	run      expression.Run
}

// Evaluate works out what follows from the answers: relevance, of groups too, and
// calculations, each after what it depends on. The given answers stay as they are.
func (f *Form) Evaluate(a Answers, env Env) *State {
	s := &State{form: f, values: make([]string, len(f.units)), relevant: make([]bool, len(f.units))}
	s.run = expression.Run{Source: (*answersOf)(s), Now: env.Now, Seed: env.Seed, Version: f.Definition.Version}
	for slot, u := range f.units {
		if u.field != nil || u.choice >= 0 {
			s.values[slot] = a[u.key]
		}
	}
	for _, slot := range f.order {
		s.workOut(slot)
	}
	return s
}

// workOut settles one unit; all that it depends on is settled.
func (s *State) workOut(slot int) {
	u := s.form.units[slot]
	s.self = slot
	switch {
	case u.parent >= 0 && !s.relevant[u.parent]:
		return
	case u.choice >= 0 && (!s.relevant[u.choice] || !expression.Selected(s.values[u.choice], OtherChoice)):
		return
	case u.relevant != nil:
		if ok, err := u.relevant.Bool(&s.run); !ok || err != nil {
			return
		}
	}
	s.relevant[slot] = true
	switch {
	case u.calculation != nil && u.use == worked:
		s.values[slot] = s.calculate(u.calculation)
	case u.calculation != nil && s.values[slot] == "":
		s.values[slot] = s.calculate(u.calculation)
	case u.item.Type == TypeToday:
		s.values[slot] = s.run.Now.Format("2006-01-02")
	case s.values[slot] == "" && u.field != nil && u.use == worked:
		s.values[slot] = s.preset(u)
	}
}

// calculate is the value that is stored: NaN and a mistake are blank.
func (s *State) calculate(x *expression.Expr) string {
	v, err := x.Value(&s.run)
	if err != nil || v.Kind() == expression.Number && math.IsNaN(v.Number()) {
		return ""
	}
	return v.Text()
}

func (s *State) preset(u *unit) string {
	if u.preset != nil {
		return s.calculate(u.preset)
	}
	return u.item.Default
}

// Preset is what stands in a question's field when the respondent first comes to
// it: the author's default.
func (s *State) Preset(f *Field) string {
	s.self = f.slot
	return s.preset(s.form.units[f.slot])
}

// Answers is what is to be stored: what is relevant and not blank, calculations
// and hidden values too. What betrays a person or device is left out.
func (s *State) Answers() Answers {
	a := make(Answers, len(s.values))
	for slot, u := range s.form.units {
		if s.relevant[slot] && s.values[slot] != "" && u.use != betrays {
			a[u.key] = s.values[slot]
		}
	}
	return a
}

// Value is the answer or calculation of that name; "" when it is not relevant.
func (s *State) Value(name string) string {
	if slot, ok := s.form.slots[name]; ok && s.relevant[slot] {
		return s.values[slot]
	}
	return ""
}

// Relevant tells whether the question or group of that name is.
func (s *State) Relevant(name string) bool {
	slot, ok := s.form.slots[name]
	return ok && s.relevant[slot]
}

// Status says why the question has or has no answer, as far as the answers tell:
// who filled it in is not among them. What is worked out and blank was not shown.
func (s *State) Status(name string) Status {
	slot, ok := s.form.slots[name]
	switch {
	case !ok || !s.relevant[slot]:
		return NotShown
	case s.values[slot] != "":
		return Answered
	case s.form.units[slot].use != asked:
		return NotShown
	}
	return Skipped
}

// Asked tells whether a page shows the question: it is relevant, stands on a page
// and was not filled in by the collector.
func (s *State) Asked(f *Field, prefilled Answers) bool {
	return f.Page >= 0 && s.relevant[f.slot] && (f.Prefill == "" || prefilled[f.Name] == "")
}

// Next is the first page after the given one (-1: from the start) that shows
// something; len(Pages) when none is left.
func (s *State) Next(page int, prefilled Answers) int {
	for i := page + 1; i < len(s.form.Pages); i++ {
		if s.asks(s.form.Pages[i], prefilled) {
			return i
		}
	}
	return len(s.form.Pages)
}

// Previous is the last page before the given one that shows something; -1 when
// there is none.
func (s *State) Previous(page int, prefilled Answers) int {
	for i := min(page, len(s.form.Pages)) - 1; i >= 0; i-- {
		if s.asks(s.form.Pages[i], prefilled) {
			return i
		}
	}
	return -1
}

func (s *State) asks(p *Page, prefilled Answers) bool {
	for _, f := range p.Fields {
		if s.Asked(f, prefilled) {
			return true
		}
	}
	return false
}

// Choices are those that may be chosen now, after the choice_filter; "other" last.
func (s *State) Choices(f *Field) []*Choice {
	u := s.form.units[f.slot]
	if u.filter == nil {
		return f.choices
	}
	var kept []*Choice
	for i, ch := range f.choices {
		if s.passes(u, i) {
			kept = append(kept, ch)
		}
	}
	return kept
}

// passes tells whether a choice of the unit's list passes its filter.
func (s *State) passes(u *unit, i int) bool {
	l := s.form.lists[u.item.List]
	s.self = u.field.slot
	ok, err := u.filter.BoolAt(&s.run, l.rows[i], i+1, len(l.rows))
	return ok && err == nil
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
		if fl.Type == TypeSelectOne {
			names = []string{value}
		}
		for _, name := range names {
			label := name
			if ch := f.lists[fl.Item.List].byName[name]; ch != nil {
				if l := f.Definition.In(ch.Label, lang); l != "" {
					label = l
				}
			}
			labels = append(labels, label)
		}
		return strings.Join(labels, ", ")
	case fl.Type == TypeDecimal && lang == "nl":
		return strings.Replace(value, ".", ",", 1)
	}
	return value
}
