package demo

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// made is one response that the model makes.
type made struct {
	Day     surveys.Date // on which it came in, before the story is shifted
	Fixed   questionnaire.Answers
	Answers questionnaire.Answers // with calculations, as it is stored
}

// respondent is somebody of a segment while the answers are made.
type respondent struct {
	seg     *segment
	i       string
	latent  float64
	day     surveys.Date
	answers questionnaire.Answers
	themes  []string // of the open answer that was handed to them
	state   *questionnaire.State
}

// generator makes the answers of one survey.
type generator struct {
	model  *model
	key    string
	survey *modelSurvey
	form   *questionnaire.Form
	people []*respondent
	guided map[string]bool // questions that are not always relevant
}

// generate makes the responses of a survey, exactly as `method` in
// answers-model.json says: the same ones at each call.
func generate(m *model, key string, form *questionnaire.Form) ([]made, error) {
	s := m.Surveys[key]
	if s == nil {
		return explicitOf(m, key, form)
	}
	g := &generator{model: m, key: key, survey: s, form: form, guided: guidedFields(form.Definition.Items, false)}
	for n := range s.Segments {
		seg := &s.Segments[n]
		for i := range seg.N {
			g.people = append(g.people, g.newRespondent(seg, strconv.Itoa(i)))
		}
	}
	for _, f := range form.Fields {
		q := s.Questions[f.Name]
		if q == nil {
			continue
		}
		if err := g.answer(f, q); err != nil {
			return nil, err
		}
	}
	out := make([]made, len(g.people))
	for n, p := range g.people {
		out[n] = made{Day: p.day, Fixed: p.seg.Set, Answers: g.stateOf(p).Record()}
	}
	return out, nil
}

// explicitOf reads the responses that are written out.
func explicitOf(m *model, key string, form *questionnaire.Form) ([]made, error) {
	list, ok := m.Explicit[key]
	if !ok {
		return nil, fmt.Errorf("generate %s: the model does not know it", key)
	}
	out := make([]made, len(list))
	for n, e := range list {
		state := form.Evaluate(e.Answers, envOn(e.SubmittedOn))
		out[n] = made{Day: e.SubmittedOn, Answers: state.Record()}
	}
	return out, nil
}

func (g *generator) newRespondent(seg *segment, i string) *respondent {
	p := &respondent{seg: seg, i: i, answers: questionnaire.Answers{}}
	for name, value := range seg.Set {
		p.answers[name] = value
	}
	p.latent = unit(g.key, seg.ID, i, "latent")
	when := g.survey.Dates
	if seg.Dates != nil {
		when = *seg.Dates
	}
	days := float64(when.Start.Days(when.End) + 1)
	p.day = when.Start.AddDays(int(math.Floor(math.Pow(unit(g.key, seg.ID, i, "day"), when.Curve) * days)))
	return p
}

// unit is the number from 0 up to 1 that the parts stand for.
func unit(parts ...string) float64 {
	sum := sha256.Sum256([]byte(strings.Join(parts, "|")))
	return float64(binary.BigEndian.Uint64(sum[:8])) / (1 << 64)
}

func (g *generator) unit(p *respondent, parts ...string) float64 {
	return unit(append([]string{g.key, p.seg.ID, p.i}, parts...)...)
}

// envOn is a moment on the day on which a response came in, in the time zone of
// the municipality.
func envOn(day surveys.Date) questionnaire.Env {
	return questionnaire.Env{Now: day.Start(storyZone()).Add(12 * time.Hour)}
}

// storyZone reads the zone once: it lies in a file, and there are thousands of answers.
var storyZone = sync.OnceValue(func() *time.Location {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		return time.UTC
	}
	return zone
})

// stateOf is what the engine makes of somebody's answers so far.
func (g *generator) stateOf(p *respondent) *questionnaire.State {
	if p.state == nil {
		p.state = g.form.Evaluate(p.answers, envOn(p.day))
	}
	return p.state
}

func (p *respondent) give(name, value string) {
	if value != "" {
		p.answers[name] = value
		p.state = nil
	}
}

// guidedFields are the questions for which they, or a group that holds them, have
// a relevance of their own; the engine is asked for these only.
func guidedFields(items []*questionnaire.Item, inherited bool) map[string]bool {
	out := map[string]bool{}
	for _, item := range items {
		guided := inherited || item.Relevant != ""
		if guided {
			out[item.Name] = true
		}
		for name := range guidedFields(item.Items, guided) {
			out[name] = true
		}
	}
	return out
}

// asked are the respondents for whom the question is relevant.
func (g *generator) asked(f *questionnaire.Field) []*respondent {
	if !g.guided[f.Name] {
		return g.people
	}
	var out []*respondent
	for _, p := range g.people {
		if g.stateOf(p).Relevant(f.Name) {
			out = append(out, p)
		}
	}
	return out
}

// answer makes the answers to one question.
func (g *generator) answer(f *questionnaire.Field, q *modelQuestion) error {
	asked := g.asked(f)
	switch q.Kind {
	case "text":
		g.handOut(f.Name, asked)
		return nil
	case "themes":
		for _, p := range asked {
			p.give(f.Name, inListOrder(p.themes, f.List))
		}
		return nil
	}
	for n := range g.survey.Segments {
		seg := &g.survey.Segments[n]
		var here []*respondent
		for _, p := range asked {
			if p.seg == seg {
				here = append(here, p)
			}
		}
		rest := g.afterSkipping(f.Name, q, here)
		switch q.Kind {
		case "one":
			g.one(f.Name, q, seg, rest)
		case "many":
			g.many(f.Name, q, rest)
		case "largest_gap":
			for _, p := range rest {
				p.give(f.Name, largestGap(g.stateOf(p)))
			}
		case "uniform":
			for _, p := range rest {
				choices := g.stateOf(p).Choices(f)
				if len(choices) > 0 {
					p.give(f.Name, choices[int(g.unit(p, f.Name)*float64(len(choices)))].Name)
				}
			}
		default:
			return fmt.Errorf("generate %s: question %s: unknown kind %q", g.key, f.Name, q.Kind)
		}
	}
	return nil
}

// afterSkipping leaves out who gives no answer, and gives the special answers
// (not applicable, do not know) to the next ones.
func (g *generator) afterSkipping(name string, q *modelQuestion, asked []*respondent) []*respondent {
	m := len(asked)
	order := g.sorted(asked, func(p *respondent) float64 { return g.unit(p, name, "skip") })
	order = order[roundHalfUp(m, q.SkipPct):]
	for _, s := range q.SpecialPct {
		n := min(roundHalfUp(m, s.Pct), len(order))
		for _, p := range order[:n] {
			p.give(name, s.Choice)
		}
		order = order[n:]
	}
	return order
}

// sorted is a copy in ascending order; ties keep the order of the segments and of
// the respondents in them.
func (g *generator) sorted(people []*respondent, by func(*respondent) float64) []*respondent {
	type keyed struct {
		p     *respondent
		key   float64
		place int
	}
	place := make(map[*respondent]int, len(people))
	list := make([]keyed, len(people))
	for n, p := range people {
		list[n] = keyed{p, by(p), n}
		place[p] = n
	}
	slices.SortFunc(list, func(a, b keyed) int {
		return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(number(a.p.i), number(b.p.i)), a.place-b.place)
	})
	out := make([]*respondent, len(list))
	for n := range list {
		out[n] = list[n].p
	}
	return out
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}

// one divides the rest over the distribution by largest remainder and hands the
// choices out along the latent attitude.
func (g *generator) one(name string, q *modelQuestion, seg *segment, rest []*respondent) {
	dist := q.Dist
	for _, o := range q.Overrides {
		if o.Where.matches(seg.Set) {
			dist = o.Dist
			break
		}
	}
	parts := dist.of(g.model.Shapes)
	counts := largestRemainder(len(rest), parts)
	order := g.sorted(rest, func(p *respondent) float64 {
		return q.LatentWeight*p.latent + (1-q.LatentWeight)*g.unit(p, name)
	})
	for n, part := range parts {
		for _, p := range order[:counts[n]] {
			p.give(name, part.Choice)
		}
		order = order[counts[n]:]
	}
}

// largestRemainder divides total over the shares; ties go to the earlier one, and
// shares of nothing give nobody an answer.
func largestRemainder(total int, parts shares) []int {
	sum := 0
	for _, p := range parts {
		sum += p.Pct
	}
	counts := make([]int, len(parts))
	if sum == 0 {
		return counts
	}
	left, order := total, make([]int, len(parts))
	for n, p := range parts {
		counts[n], order[n] = total*p.Pct/sum, n
		left -= counts[n]
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return total*parts[b].Pct%sum - total*parts[a].Pct%sum
	})
	for _, n := range order[:left] {
		counts[n]++
	}
	return counts
}

// many gives the exclusive choices first, then each other choice to its share.
func (g *generator) many(name string, q *modelQuestion, rest []*respondent) {
	order := g.sorted(rest, func(p *respondent) float64 { return g.unit(p, name, "exclusive") })
	for _, e := range q.Exclusive {
		n := min(roundHalfUp(len(rest), e.Pct), len(order))
		for _, p := range order[:n] {
			p.give(name, e.Choice)
		}
		order = order[n:]
	}
	chosen := map[*respondent][]string{}
	for _, r := range q.Rates {
		by := g.sorted(order, func(p *respondent) float64 { return g.unit(p, name, r.Choice) })
		for _, p := range by[:roundHalfUp(len(order), r.Pct)] {
			chosen[p] = append(chosen[p], r.Choice)
		}
	}
	for _, p := range order {
		list := chosen[p]
		if q.Max > 0 && len(list) > q.Max {
			kept := slices.Clone(list)
			slices.SortStableFunc(kept, func(a, b string) int {
				return cmp.Compare(g.unit(p, name, a), g.unit(p, name, b))
			})
			kept = kept[:q.Max]
			list = slices.DeleteFunc(list, func(c string) bool { return !slices.Contains(kept, c) })
		}
		p.give(name, strings.Join(list, " "))
	}
}

// handOut gives the open answers to one question, each to one respondent.
func (g *generator) handOut(name string, asked []*respondent) {
	for n := range g.model.OpenAnswers {
		text := &g.model.OpenAnswers[n]
		if text.Survey != g.key || text.Question != name {
			continue
		}
		var fit []*respondent
		for _, p := range asked {
			if p.answers[name] == "" && text.Where.matches(p.answers) {
				fit = append(fit, p)
			}
		}
		order := g.sorted(fit, func(p *respondent) float64 {
			switch text.Tone {
			case "boos":
				return p.latent
			case "vriendelijk":
				return -p.latent
			default:
				return g.unit(p, name, text.ID)
			}
		})
		if len(order) > 0 {
			order[0].give(name, text.Text)
			order[0].themes = text.Themes
		}
	}
}

// inListOrder writes choices in the order of their list.
func inListOrder(chosen []string, list *questionnaire.List) string {
	var out []string
	for _, c := range list.Choices {
		if slices.Contains(chosen, c.Name) {
			out = append(out, c.Name)
		}
	}
	return strings.Join(out, " ")
}

// largestGap is the competence of kloof_lijst with the largest gap; the earlier
// one when two are equal.
func largestGap(s *questionnaire.State) string {
	best, largest := "", math.Inf(-1)
	for _, c := range strings.Fields(s.Value("kloof_lijst")) {
		if gap, err := strconv.ParseFloat(s.Value(c+"_kloof"), 64); err == nil && gap > largest {
			best, largest = c, gap
		}
	}
	return best
}
