package questionnaire

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"weerklank.nl/weerklank/surveys/questionnaire/expression"
)

// Respondent is a simulated person who fills in a form page by page, as somebody
// would on its pages: from wishes where there are any, else by a seed. The same
// seed and wishes give the same answers. Tests use it, and whoever wants to know
// whether a form can be filled in.
type Respondent struct {
	Seed      uint64
	Wishes    Answers // answers to give where the question is asked, as stored, by key or by the field's name
	Prefilled Answers // what the way in has filled in
	Skips     bool    // leaves about a third of the open questions open
	Lang      string
	Named     bool // answers a survey in which people are known
}

// Route is how a respondent went through a form.
type Route struct {
	Pages   []int   // in the order in which they were shown
	Sent    []Sent  // each page as it was sent, one that was shown again too
	Answers Answers // what the answers come to: State.Answers
	Stored  Answers // what is stored at the end: State.Record, or RecordWithoutMoment of who is not Named
	Stuck   string  // the question that could not be answered rightly; "" when the end was reached
}

// Sent is one page that a respondent sent: where it stood, and what was answered on
// it by the names of the fields; what was left open is "".
type Sent struct {
	Place
	Answers Answers
	Add     bool // asks for another instance of the page's repeat
	Remove  int  // or takes away the instance of that number
}

// Bounds of a respondent's patience.
const (
	tries     = 60   // other answers to one question
	rounds    = 6    // of one page that goes on asking
	instances = 3    // of a repeat that may be lengthened
	mostSent  = 5000 // pages in all
)

// Fill goes through the form from the first page to the last.
func (r *Respondent) Fill(f *Form, env Env) Route {
	var route Route
	given := Answers{}
	for k, v := range r.Prefilled {
		given[k] = v
	}
	s := f.Evaluate(given, env)
	at := s.NextPlace(f.Start(), r.Prefilled)
	for at != f.End() && len(route.Sent) < mostSent {
		route.Pages = append(route.Pages, at.Page)
		if f.Pages[at.Page].Repeat != nil {
			at, s = r.lengthen(&route, f, at, given, s)
			continue
		}
		if s, route.Stuck = r.answer(&route, at, given, s); route.Stuck != "" {
			break
		}
		s.KeepFired(given)
		at = s.NextPlace(at, r.Prefilled)
	}
	s = s.Again(given)
	route.Answers, route.Stored = s.Answers(), s.RecordWithoutMoment()
	if r.Named {
		route.Stored = s.Record()
	}
	return route
}

// lengthen decides on the page that asks for another instance: it goes on, or adds
// one, or takes the last away. It gives the place that comes next.
func (r *Respondent) lengthen(route *Route, f *Form, at Place, given Answers, s *State) (Place, *State) {
	it, view := f.Pages[at.Page].Repeat, s.In(at.Within)
	now := view.Instances(it)
	draw := expression.Draw(r.Seed, at.Within+it.Name, uint64(now*31+len(route.Sent)), 4)
	sent := Sent{Place: at}
	switch {
	case draw == 0 && now > 1:
		sent.Remove = now
		f.Remove(given, view, it, now)
		s = s.Again(given)
	case draw > 1 && now < instances:
		sent.Add = true
		f.Add(given, view, it)
		s = s.Again(given)
		at = s.LastOf(at, r.Prefilled)
	default:
		at = s.NextPlace(at, r.Prefilled)
	}
	route.Sent = append(route.Sent, sent)
	return at, s
}

// answer fills in one page; it gives the state after it and the name of a question
// that no try satisfies. A page that goes on asking after it was sent is sent again.
func (r *Respondent) answer(route *Route, at Place, given Answers, s *State) (now *State, stuck string) {
	page := s.form.Pages[at.Page]
	done := map[*Field]bool{}
	now = s
	for range rounds {
		now = now.Again(given)
		if r.presets(now.In(at.Within), page, given, done) {
			now = now.Again(given)
		}
		before := now.In(at.Within)
		sent := Sent{Place: at, Answers: Answers{}}
		for _, fl := range page.Fields {
			if !before.Takes(fl, r.Prefilled) {
				continue
			}
			key := before.Key(fl)
			if here := now.In(at.Within); here != nil && (here.otherChoices(before, fl) || here.nothingToChoose(fl)) {
				fill(given, key, "") // its choices come when the page is shown again
				now = now.Again(given)
				sent.Answers[fl.Name] = ""
				continue
			}
			ok := done[fl] && r.accepts(now, at, fl)
			for try := 0; try < tries && !ok; try++ {
				value, other := r.propose(now.In(at.Within), before, fl, key, try)
				if given[key] != value {
					before.Fire(given, fl)
				}
				fill(given, key, value)
				if fl.OrOther {
					fill(given, key+OtherSuffix, other)
				}
				now = now.Again(given)
				ok = r.accepts(now, at, fl)
			}
			if !ok {
				return now, key
			}
			done[fl] = true
			sent.Answers[fl.Name] = given[key]
			if other := given[key+OtherSuffix]; fl.OrOther && other != "" {
				sent.Answers[fl.Name+OtherSuffix] = other
			}
		}
		route.Sent = append(route.Sent, sent)
		if after := now.In(at.Within); after == nil || len(after.Unseen(before, page, r.Prefilled)) == 0 {
			if stuck = r.leftWrong(after, page); stuck != "" {
				route.Sent = route.Sent[:len(route.Sent)-1] // it is refused
			}
			return now, stuck
		}
	}
	return now, page.Fields[0].Name
}

// leftWrong is the first question of a page that was left open against its author's
// wish, because there was nothing to choose; "" when there is none.
func (r *Respondent) leftWrong(s *State, page *Page) string {
	if s == nil {
		return ""
	}
	if problems := s.Check(page.Fields, r.Lang); len(problems) > 0 {
		return problems[0].Within + problems[0].Name
	}
	return ""
}

// presets puts in what the author filled in beforehand, as the page shows it, and
// tells whether there was any.
func (r *Respondent) presets(s *State, p *Page, given Answers, done map[*Field]bool) (some bool) {
	for _, fl := range p.Fields {
		if key := s.Key(fl); fl.Default != "" && given[key] == "" && !done[fl] && s.Takes(fl, r.Prefilled) {
			fill(given, key, s.Preset(fl))
			some = true
		}
	}
	return some
}

func fill(a Answers, key, value string) {
	if value == "" {
		delete(a, key)
		return
	}
	a[key] = value
}

// accepts tells whether the answer to a question is right as things are now; one
// that its own page made irrelevant need not be.
func (r *Respondent) accepts(now *State, at Place, fl *Field) bool {
	s := now.In(at.Within)
	return s == nil || len(s.Check([]*Field{fl}, r.Lang)) == 0
}

// propose is an answer to try: the wish first, then what the seed gives. The last
// tries leave the question open. shown is the state in which the page was shown:
// only its choices can be chosen.
func (r *Respondent) propose(s, shown *State, fl *Field, key string, try int) (value, other string) {
	if try == 0 {
		for _, name := range []string{key, fl.Name} {
			if wish, ok := r.Wishes[name]; ok {
				return wish, r.Wishes[name+OtherSuffix]
			}
		}
	}
	draw := func(n int) int { return expression.Draw(r.Seed, key, uint64(try), n) }
	if try >= tries-2 || r.Skips && try == 0 && draw(3) == 0 {
		return "", ""
	}
	if held := s.heldAgainst(fl); try > 0 && try <= len(held) {
		return held[try-1], ""
	}
	if near := s.form.nearLiteral(fl, draw, try); near != "" {
		return near, ""
	}
	switch fl.Type {
	case TypeSelectOne, TypeSelectMultiple, TypeOneFromFile, TypeManyFromFile, TypeRank:
		return r.choose(shown, fl, key, draw, try)
	case TypeInteger:
		return strconv.Itoa(draw(10 << (try / 6))), ""
	case TypeDecimal:
		return strconv.Itoa(draw(10<<(try/6))) + "." + strconv.Itoa(1+draw(9)), ""
	case TypeRange:
		rg := s.form.RangeOf(fl)
		return tidy(rg.Start + rg.Step*float64(draw(int((rg.End-rg.Start)/rg.Step+1e-9)+1))), ""
	case TypeDate:
		days := (try + 2) * (try + 2) * (1 + try/20*4) // wider with every try, up to a lifetime
		return s.run.Now.AddDate(0, 0, draw(2*days)-days).Format("2006-01-02"), ""
	case TypeTime:
		return fmt.Sprintf("%02d:%02d:00", draw(24), draw(60)), ""
	case TypeDateTime:
		return s.run.Now.AddDate(0, 0, draw(60)-30).Format("2006-01-02T15:04:05"), ""
	case TypeGeopoint:
		return fmt.Sprintf("%d.5 %d.25 0 0", 51+draw(2), 4+draw(2)), ""
	case TypeAcknowledge:
		return "OK", ""
	}
	switch try % 4 { // authors want numbers, addresses and codes of a text too
	case 1:
		return strconv.Itoa(draw(10 << (try / 2))), ""
	case 2:
		return "naam" + strconv.Itoa(draw(99)) + "@voorbeeld.example", ""
	case 3:
		return fmt.Sprintf("%0*d", 1+try/4, draw(10)), ""
	}
	return strings.TrimSpace(strings.Repeat("antwoord ", 1+draw(1+try))), ""
}

func (r *Respondent) choose(s *State, fl *Field, key string, draw func(int) int, try int) (value, other string) {
	choices := s.Choices(fl)
	if len(choices) == 0 {
		return "", ""
	}
	if fl.Type.ChoosesOne() {
		value = choices[(draw(len(choices))+try)%len(choices)].Name
	} else {
		var names []string
		for i, ch := range choices {
			if fl.Type == TypeRank || expression.Draw(r.Seed, key, uint64(try*1000+i), 3) == 0 {
				names = append(names, ch.Name)
			}
		}
		if fl.Type == TypeRank {
			for i := len(names) - 1; i > 0; i-- {
				j := expression.Draw(r.Seed, key, uint64(try*1000+i), i+1)
				names[i], names[j] = names[j], names[i]
			}
		} else {
			names = s.form.inListOrder(fl, names)
		}
		value = strings.Join(names, " ")
	}
	if fl.OrOther && expression.Selected(value, OtherChoice) {
		other = "iets anders"
	}
	return value, other
}

// heldAgainst are the answers that the constraint of a question looks at, where they
// could be its answer too: authors ask for a name twice.
func (s *State) heldAgainst(fl *Field) []string {
	u := s.form.units[fl.slot]
	if u.constraint == nil || fl.List != nil {
		return nil
	}
	in := s.focus(fl.slot)
	if in == nil {
		return nil
	}
	var values []string
	for _, ref := range u.constraint.Refs() {
		if v := (*answersOf)(s.evaluation).Value(ref.Slot); v != "" && ref.Slot != fl.slot && canonical(fl.Type, v) {
			values = appendNew(values, v)
		}
	}
	return values
}

var (
	dateLiteral   = regexp.MustCompile(`\d{4}-\d{2}-\d{2}`)
	numberLiteral = regexp.MustCompile(`\d+(\.\d+)?`)
)

// nearLiteral is an answer near a date or number that the constraint names, for
// every third try; "" when there is none.
func (f *Form) nearLiteral(fl *Field, draw func(int) int, try int) string {
	if fl.Constraint == "" || try%3 != 2 {
		return ""
	}
	switch fl.Type {
	case TypeDate, TypeDateTime:
		all := dateLiteral.FindAllString(fl.Constraint, -1)
		if len(all) == 0 {
			return ""
		}
		day, err := time.Parse(time.DateOnly, all[draw(len(all))])
		if err != nil {
			return ""
		}
		layout := time.DateOnly
		if fl.Type == TypeDateTime {
			layout = "2006-01-02T15:04:05"
		}
		return day.AddDate(0, 0, draw(121)-60).Format(layout)
	case TypeInteger, TypeDecimal, TypeText:
		all := numberLiteral.FindAllString(fl.Constraint, -1)
		if len(all) == 0 {
			return ""
		}
		n, err := strconv.ParseFloat(all[draw(len(all))], 64)
		if err != nil || n > 1e12 {
			return ""
		}
		if fl.Type == TypeText && n < 40 { // a length, say
			return strings.Repeat(strconv.Itoa(1+draw(9)), int(n))
		}
		return strconv.Itoa(int(n) + draw(5) - 2)
	}
	return ""
}
