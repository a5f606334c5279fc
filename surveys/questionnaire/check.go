package questionnaire

import (
	"math"
	"strings"

	"weerklank.nl/weerklank/surveys"
)

// Check holds the answers of the given questions against what their author wants:
// required, a choice that may be chosen, the constraint. Only what is relevant is
// looked at. The problems come in the order of the form; nothing wrong is nil.
func (s *State) Check(fields []*Field, lang string) []FieldProblem {
	var problems []FieldProblem
	s.lang = lang
	for _, f := range fields {
		if p := s.check(f, lang); p != nil {
			problems = append(problems, *p)
		}
	}
	return problems
}

// CheckAll checks every question that can be asked, in every instance of a repeat.
func (s *State) CheckAll(lang string) []FieldProblem {
	if len(s.form.repeats) == 0 {
		return s.Check(s.form.Fields, lang)
	}
	var problems []FieldProblem
	s.lang = lang
	s.each(&s.root, func(in *instance, slot int) {
		if f := s.form.units[slot].field; f != nil {
			if p := (&State{s.evaluation, in}).check(f, lang); p != nil {
				problems = append(problems, *p)
			}
		}
	})
	return problems
}

func (s *State) check(f *Field, lang string) *FieldProblem {
	u := s.form.units[f.slot]
	in := s.focus(f.slot)
	if in == nil || f.Page < 0 || u.use != asked || !in.relevant[f.slot-in.first] || s.locked(u) {
		return nil
	}
	p := s.checkValue(f, u, in.values[f.slot-in.first], lang)
	if p != nil {
		p.Within = in.prefix
	}
	return p
}

func (s *State) checkValue(f *Field, u *unit, value, lang string) *FieldProblem {
	if value == "" {
		if !s.requires(u) {
			return nil
		}
		return s.refusal(f, f.RequiredMessage, requiredKey(f.Type), nil, lang)
	}
	switch {
	case f.List != nil:
		if p := s.checkChoices(u, value); p != nil {
			return p
		}
	case !canonical(f.Type, value):
		return &FieldProblem{Name: f.Name, Key: "form.answer.unreadable"}
	case f.Type == TypeRange:
		if r := s.form.RangeOf(f); !r.holds(value) {
			return s.refusal(f, f.ConstraintMessage, "form.answer.range", map[string]any{"From": s.form.Spoken(f, tidy(r.Start), lang), "To": s.form.Spoken(f, tidy(r.End), lang), "Step": s.form.Spoken(f, tidy(math.Abs(r.Step)), lang)}, lang)
		}
	}
	if u.constraint != nil {
		s.focus(f.slot)
		if ok, err := u.constraint.Bool(&s.run); !ok || err != nil {
			return s.refusal(f, f.ConstraintMessage, "form.answer.constraint", nil, lang)
		}
	}
	return nil
}

// requires tells whether the question must be answered now. Where a filter leaves
// nothing to choose it need not be: nobody could get past it. See
// docs/decisions/nothing-to-choose.md.
func (s *State) requires(u *unit) bool {
	must := u.always
	if !must && u.required != nil {
		ok, err := u.required.Bool(&s.run)
		must = ok && err == nil
	}
	return must && !s.nothingToChoose(u.field)
}

func requiredKey(t Type) string {
	switch {
	case t.ChoosesOne():
		return "form.answer.required_choice"
	case t.ChoosesSeveral():
		return "form.answer.required_choices"
	}
	return "form.answer.required"
}

// refusal says it in the author's words where there are any.
func (s *State) refusal(f *Field, words Texts, key string, args map[string]any, lang string) *FieldProblem {
	if text := s.Text(words, lang); text != "" {
		return &FieldProblem{Name: f.Name, Message: text}
	}
	return &FieldProblem{Name: f.Name, Key: key, Args: args}
}

// checkChoices looks for a choice that is not there, or not any more since an
// earlier answer changed.
func (s *State) checkChoices(u *unit, value string) *FieldProblem {
	f := u.field
	if f.Type.ChoosesOne() {
		if s.mayChoose(u, value) {
			return nil
		}
		if strings.IndexByte(value, ' ') >= 0 {
			return &FieldProblem{Name: f.Name, Key: "form.answer.one_choice"}
		}
		return &FieldProblem{Name: f.Name, Key: "form.answer.no_such_choice"}
	}
	for name := range strings.FieldsSeq(value) {
		if !s.mayChoose(u, name) {
			return &FieldProblem{Name: f.Name, Key: "form.answer.no_such_choice"}
		}
	}
	return nil
}

func (s *State) mayChoose(u *unit, name string) bool {
	if u.filter == nil && len(u.field.choices) > 12 {
		return u.list.byName[name] != nil || u.item.OrOther && name == OtherChoice
	}
	for i, ch := range u.field.choices {
		if ch.Name == name && (u.filter == nil || i >= len(u.list.rows) || s.passes(u, i)) {
			return true
		}
	}
	return false
}

// canonical tells whether a stored answer has the form that its type stores.
func canonical(t Type, value string) bool {
	switch t {
	case TypeInteger:
		_, ok := plainNumber(value, true)
		return ok
	case TypeDecimal, TypeRange:
		_, ok := plainNumber(value, false)
		return ok
	case TypeDate:
		_, err := surveys.ParseDate(value)
		return err == nil
	}
	return true
}
