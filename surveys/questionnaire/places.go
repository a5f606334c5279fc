package questionnaire

import "slices"

// Place is where a respondent can stand: a page, and the instance of a repeat in
// which it is shown ("" for none).
type Place struct {
	Page   int
	Within string
}

// step is a part of a form's layout: a page, or a repeat with what is in it.
type step struct {
	page   int
	repeat int    // its slot; -1 of a page
	steps  []step // of a repeat
	more   int    // of a repeat that respondents may lengthen: the page that asks for another one; else -1
}

// places calls f for every place that there is now, in order, until f says no.
func (s *State) places(f func(view *State, p *Page) bool) {
	var walk func(in *instance, steps []step) bool
	walk = func(in *instance, steps []step) bool {
		view := &State{s.evaluation, in}
		for _, st := range steps {
			if st.repeat < 0 {
				if !f(view, s.form.Pages[st.page]) {
					return false
				}
				continue
			}
			for _, child := range in.below[st.repeat] {
				if !walk(child, st.steps) {
					return false
				}
			}
			if st.more >= 0 && in.relevant[st.repeat-in.first] && !f(view, s.form.Pages[st.more]) {
				return false
			}
		}
		return true
	}
	walk(&s.root, s.form.layout)
}

// Start is where nobody has answered anything yet, and End where everything was.
func (f *Form) Start() Place { return Place{Page: -1} }

// End is the place after the last page.
func (f *Form) End() Place { return Place{Page: len(f.Pages)} }

// NextPlace is the first place after the given one that shows something; End when
// none is left. A place that is not there any more counts by its page.
func (s *State) NextPlace(from Place, prefilled Answers) Place {
	if len(s.form.repeats) == 0 {
		return Place{Page: s.Next(from.Page, prefilled)}
	}
	known := s.Exists(from)
	passed, found := from.Page < 0, s.form.End()
	s.places(func(view *State, p *Page) bool {
		here := Place{p.Index, view.here.prefix}
		switch {
		case passed && view.asks(p, prefilled), !known && p.Index > from.Page && view.asks(p, prefilled):
			found = here
			return false
		case here == from:
			passed = true
		}
		return true
	})
	return found
}

// PreviousPlace is the last place before the given one that shows something; Start
// when there is none.
func (s *State) PreviousPlace(from Place, prefilled Answers) Place {
	if len(s.form.repeats) == 0 {
		return Place{Page: s.Previous(from.Page, prefilled)}
	}
	known := s.Exists(from)
	found := s.form.Start()
	s.places(func(view *State, p *Page) bool {
		here := Place{p.Index, view.here.prefix}
		if here == from || !known && p.Index > from.Page {
			return false
		}
		if view.asks(p, prefilled) {
			found = here
		}
		return true
	})
	return found
}

// Exists tells whether there is such a place now; Start and End always are.
func (s *State) Exists(pl Place) bool {
	if pl.Page < 0 || pl.Page >= len(s.form.Pages) {
		return true
	}
	in := s.instance(pl.Within)
	return in != nil && in.repeat == s.form.Pages[pl.Page].home
}

// Next is the first page after the given one (-1: from the start) that shows
// something; len(Pages) when none is left. It is for forms without repeats.
func (s *State) Next(page int, prefilled Answers) int {
	for i := page + 1; i < len(s.form.Pages); i++ {
		if s.asks(s.form.Pages[i], prefilled) {
			return i
		}
	}
	return len(s.form.Pages)
}

// Previous is the last page before the given one that shows something; -1 when
// there is none. It is for forms without repeats.
func (s *State) Previous(page int, prefilled Answers) int {
	for i := min(page, len(s.form.Pages)) - 1; i >= 0; i-- {
		if s.asks(s.form.Pages[i], prefilled) {
			return i
		}
	}
	return -1
}

func (s *State) asks(p *Page, prefilled Answers) bool {
	if p.Repeat != nil {
		slot := s.form.repeats[p.Repeat.Name]
		in := s.form.instanceFor(s.here, slot)
		return in != nil && in.relevant[slot-in.first]
	}
	for _, f := range p.Fields {
		if s.Asked(f, prefilled) {
			return true
		}
	}
	return false
}

// EachPlace calls f for every place that shows something now, in the order of the
// form, with the state seen from there.
func (s *State) EachPlace(prefilled Answers, f func(view *State, p *Page)) {
	s.places(func(view *State, p *Page) bool {
		if view.asks(p, prefilled) {
			f(view, p)
		}
		return true
	})
}

// EachAsked calls f for every question that is shown now, in the order of the form,
// with the state seen from where it stands.
func (s *State) EachAsked(prefilled Answers, f func(view *State, fl *Field)) {
	if len(s.form.repeats) == 0 {
		for _, fl := range s.form.Fields {
			if s.Asked(fl, prefilled) {
				f(s, fl)
			}
		}
		return
	}
	s.places(func(view *State, p *Page) bool {
		for _, fl := range p.Fields {
			if view.Asked(fl, prefilled) {
				f(view, fl)
			}
		}
		return true
	})
}

// HasRepeats tells whether the form asks something more than once.
func (f *Form) HasRepeats() bool { return len(f.repeats) > 0 }

// Place is where the question stands, seen from here.
func (s *State) Place(fl *Field) Place { return Place{fl.Page, s.here.prefix} }

// Unseen are the questions of a page that a respondent who sent it could not answer
// yet: its other answers made them relevant, unlocked them, or changed their choices. before is the
// state in which the page was shown.
func (s *State) Unseen(before *State, p *Page, prefilled Answers) []*Field {
	if len(p.Fields) < 2 {
		return nil
	}
	var unseen []*Field
	for _, f := range p.Fields {
		switch {
		case !s.Asked(f, prefilled):
		case !before.Asked(f, prefilled), s.otherChoices(before, f), s.Takes(f, prefilled) && !before.Takes(f, prefilled):
			unseen = append(unseen, f)
		}
	}
	if len(unseen) == 0 {
		return nil
	}
	for _, f := range p.Fields { // the third step of a cascade, say
		if !slices.Contains(unseen, f) && s.nothingToChoose(f) {
			unseen = append(unseen, f)
		}
	}
	return unseen
}

// nothingToChoose tells whether a filter leaves no choice.
func (s *State) nothingToChoose(f *Field) bool {
	return s.form.units[f.slot].filter != nil && len(s.Choices(f)) == 0
}

// otherChoices tells whether a question has other choices than before.
func (s *State) otherChoices(before *State, f *Field) bool {
	return s.form.units[f.slot].filter != nil && !sameChoices(before.Choices(f), s.Choices(f))
}

func sameChoices(a, b []*Choice) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
