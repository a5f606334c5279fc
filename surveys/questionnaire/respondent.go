package questionnaire

import (
	"fmt"
	"strconv"
	"strings"

	"weerklank.nl/weerklank/surveys/questionnaire/expression"
)

// Respondent is a simulated person who fills in a form page by page, as somebody
// would on its pages: from wishes where there are any, else by a seed. The same
// seed and wishes give the same answers. Tests use it, and whoever wants to know
// whether a form can be filled in.
type Respondent struct {
	Seed      uint64
	Wishes    Answers // answers to give where the question is asked, as stored
	Prefilled Answers // what the way in has filled in
	Skips     bool    // leaves about a third of the open questions open
	Lang      string
}

// Route is how a respondent went through a form.
type Route struct {
	Pages   []int   // in the order in which they were shown
	Answers Answers // what is stored at the end
	Stuck   string  // the question that could not be answered rightly; "" when the end was reached
}

// tries is how often a respondent tries another answer before giving up.
const tries = 60

// Fill goes through the form from the first page to the last.
func (r *Respondent) Fill(f *Form, env Env) Route {
	var route Route
	given := Answers{}
	for k, v := range r.Prefilled {
		given[k] = v
	}
	s := f.Evaluate(given, env)
	for page := s.Next(-1, r.Prefilled); page < len(f.Pages); page = s.Next(page, r.Prefilled) {
		route.Pages = append(route.Pages, page)
		if route.Stuck = r.answer(f, f.Pages[page], given, env); route.Stuck != "" {
			break
		}
		s = f.Evaluate(given, env)
	}
	route.Answers = f.Evaluate(given, env).Answers()
	return route
}

// answer fills in one page; it gives the name of a question that no try satisfies.
// Relevance within the page is followed as if the page were sent again after each.
func (r *Respondent) answer(f *Form, p *Page, given Answers, env Env) (stuck string) {
	for _, fl := range p.Fields {
		s := f.Evaluate(given, env)
		if !fl.Type.Asks() || !s.Asked(fl, r.Prefilled) {
			continue
		}
		done := false
		for try := range tries {
			value, other := r.propose(s, fl, try)
			given[fl.Name] = value
			if other != "" {
				given[fl.Name+OtherSuffix] = other
			}
			if done = len(f.Evaluate(given, env).Check([]*Field{fl}, r.Lang)) == 0; done {
				break
			}
		}
		if !done {
			return fl.Name
		}
	}
	return ""
}

// propose is an answer to try: the wish first, then what the seed gives. The last
// tries leave the question open.
func (r *Respondent) propose(s *State, fl *Field, try int) (value, other string) {
	if wish, ok := r.Wishes[fl.Name]; ok && try == 0 {
		return wish, r.Wishes[fl.Name+OtherSuffix]
	}
	draw := func(n int) int { return expression.Draw(r.Seed, fl.Name, uint64(try), n) }
	if try >= tries-2 || r.Skips && try == 0 && draw(3) == 0 {
		return "", ""
	}
	switch fl.Type {
	case TypeSelectOne, TypeSelectMultiple, TypeRank:
		return r.choose(s, fl, draw, try)
	case TypeInteger:
		return strconv.Itoa(draw(10 << (try / 6))), ""
	case TypeDecimal, TypeRange:
		return strconv.Itoa(draw(10<<(try/6))) + "." + strconv.Itoa(1+draw(9)), ""
	case TypeDate:
		return s.run.Now.AddDate(0, 0, draw(2*(try+2)*(try+2))-(try+1)*(try+1)).Format("2006-01-02"), ""
	case TypeTime:
		return fmt.Sprintf("%02d:%02d:00", draw(24), draw(60)), ""
	case TypeDateTime:
		return s.run.Now.AddDate(0, 0, draw(60)-30).Format("2006-01-02T15:04:05"), ""
	case TypeGeopoint:
		return fmt.Sprintf("%d.5 %d.25 0 0", 51+draw(2), 4+draw(2)), ""
	case TypeAcknowledge:
		return "OK", ""
	}
	return strings.TrimSpace(strings.Repeat("antwoord ", 1+draw(1+try))), ""
}

func (r *Respondent) choose(s *State, fl *Field, draw func(int) int, try int) (value, other string) {
	choices := s.Choices(fl)
	if len(choices) == 0 {
		return "", ""
	}
	if fl.Type == TypeSelectOne {
		value = choices[(draw(len(choices))+try)%len(choices)].Name
	} else {
		var names []string
		for i, ch := range choices {
			if fl.Type == TypeRank || expression.Draw(r.Seed, fl.Name, uint64(try*1000+i), 3) == 0 {
				names = append(names, ch.Name)
			}
		}
		value = strings.Join(names, " ")
	}
	if fl.OrOther && expression.Selected(value, OtherChoice) {
		other = "iets anders"
	}
	return value, other
}
