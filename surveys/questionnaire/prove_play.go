package questionnaire

import "strconv"

// Played is how answers went when they were really given, page after page.
type Played struct {
	Places []Place         // in the order in which they were shown
	Asked  map[string]bool // the questions that were asked there, by the field's name
	Given  map[string]bool // those of them that were answered
	Stuck  string          // the key of the question whose answer was refused; "" when the end was reached
}

// Play gives answers page by page, as a respondent would, and follows what is
// shown: a question that appears on the page by an answer above it is answered at
// once, and a page with a wrong answer is not passed. An answer to a question that
// is not asked is never given. A repeat gets as many instances as the answers say.
// Who goes back does so as soon as an earlier page, which was not shown, has
// something to ask.
func (f *Form) Play(answers Answers, env Env, back bool) Played {
	pl := play{form: f, answers: answers, given: Answers{}, played: Played{Asked: map[string]bool{}, Given: map[string]bool{}}}
	shown := map[Place]bool{}
	s := f.Evaluate(pl.given, env)
	for at := s.NextPlace(f.Start(), nil); at != f.End(); {
		if shown[at] && f.Pages[at.Page].Repeat == nil {
			at = s.NextPlace(at, nil)
			continue
		}
		shown[at] = true
		pl.played.Places = append(pl.played.Places, at)
		if repeat := f.Pages[at.Page].Repeat; repeat != nil {
			at, s = pl.lengthen(s, at, repeat)
			continue
		}
		if s, pl.played.Stuck = pl.page(s, at); pl.played.Stuck != "" {
			return pl.played
		}
		if back {
			for _, fl := range f.Fields { // also what appeared on a page that was shown
				pl.played.Asked[fl.Name] = pl.played.Asked[fl.Name] || shown[Place{Page: fl.Page}] && s.Asked(fl, nil)
			}
			at = f.Start()
		}
		at = s.NextPlace(at, nil)
	}
	return pl.played
}

// play is a sitting in which answers that are known beforehand are given.
type play struct {
	form    *Form
	answers Answers
	given   Answers
	played  Played
}

// lengthen adds an instance of a repeat as long as the answers have more.
func (pl *play) lengthen(s *State, at Place, repeat *Item) (Place, *State) {
	view := s.In(at.Within)
	now := view.Instances(repeat)
	if want, err := strconv.Atoi(pl.answers[view.repeatKey(repeat)]); err == nil && now < want && now < MostRepeats {
		pl.form.Add(pl.given, view, repeat)
		s = s.Again(pl.given)
		return s.LastOf(at, nil), s
	}
	return s.NextPlace(at, nil), s
}

// page answers one page, and gives the question whose answer is refused.
func (pl *play) page(s *State, at Place) (*State, string) {
	fields := pl.form.Pages[at.Page].Fields
	s = s.Again(pl.given).In(at.Within)
	for _, fl := range fields {
		if !s.Asked(fl, nil) {
			continue
		}
		pl.played.Asked[fl.Name] = true
		key := s.Key(fl)
		if !s.Takes(fl, nil) || pl.answers[key] == "" {
			continue
		}
		pl.played.Given[fl.Name] = true
		s.Fire(pl.given, fl)
		pl.given[key] = pl.answers[key]
		put(pl.given, pl.answers, key+OtherSuffix)
		now := s.Again(pl.given)
		if s = now.In(at.Within); s == nil {
			return now, "" // the answer took away the instance that it stood in
		}
	}
	for _, fl := range fields { // by an answer below it
		pl.played.Asked[fl.Name] = pl.played.Asked[fl.Name] || s.Asked(fl, nil)
	}
	if problems := s.Check(fields, ""); len(problems) > 0 {
		return s, problems[0].Within + problems[0].Name
	}
	s.KeepFired(pl.given)
	return s.In(""), ""
}
