package questionnaire

// Played is how answers went when they were really given, page after page.
type Played struct {
	Pages []int           // in the order in which they were shown
	Asked map[string]bool // the questions that were asked on them, by name
	Stuck string          // the question whose answer was refused; "" when the end was reached
}

// Play gives answers page by page, as a respondent would, and follows what is
// shown: a question that appears on the page by an answer above it is answered at
// once, and a page with a wrong answer is not passed. An answer to a question that
// is not asked is never given. Who goes back does so as soon as an earlier page,
// which was not shown, has something to ask.
func (f *Form) Play(answers Answers, env Env, back bool) Played {
	played := Played{Asked: map[string]bool{}}
	given := Answers{}
	shown := map[int]bool{}
	s := f.Evaluate(given, env)
	for page := s.Next(-1, nil); page < len(f.Pages); {
		if shown[page] {
			page = s.Next(page, nil)
			continue
		}
		shown[page] = true
		played.Pages = append(played.Pages, page)
		if s, played.Stuck = f.playPage(f.Pages[page], answers, given, env, played.Asked); played.Stuck != "" {
			return played
		}
		if back {
			for _, fl := range f.Fields { // also what appeared on a page that was shown
				played.Asked[fl.Name] = played.Asked[fl.Name] || shown[fl.Page] && s.Asked(fl, nil)
			}
			page = -1
		}
		page = s.Next(page, nil)
	}
	return played
}

// playPage answers one page, and gives the question whose answer is refused.
func (f *Form) playPage(p *Page, answers, given Answers, env Env, asks map[string]bool) (*State, string) {
	s := f.Evaluate(given, env)
	for _, fl := range p.Fields {
		if !s.Asked(fl, nil) {
			continue
		}
		asks[fl.Name] = true
		if !fl.Type.Asks() || answers[fl.Name] == "" {
			continue
		}
		given[fl.Name] = answers[fl.Name]
		put(given, answers, fl.Name+OtherSuffix)
		s = f.Evaluate(given, env)
	}
	for _, fl := range p.Fields { // by an answer below it
		asks[fl.Name] = asks[fl.Name] || s.Asked(fl, nil)
	}
	if problems := s.Check(p.Fields, ""); len(problems) > 0 {
		return s, problems[0].Name
	}
	return s, ""
}
