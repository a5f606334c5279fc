package manage

import (
	"slices"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// mostCombined is the number of combinations of two breakdowns up to which the form
// says beforehand what could be shown.
const mostCombined = 300

// foresee says, of each breakdown and each pair that was declared, what the guard
// would show of the people who were counted. Of a pair only the two counts are known,
// so the people are spread evenly: an estimate.
func (p *surveyPages) foresee(c *gin.Context, s *surveys.Survey, typed surveyForm, form *questionnaire.Form) []string {
	lang := page.Language(c)
	planned := *s
	if n, ok := wholeNumber(typed.SmallestGroup); ok {
		planned.SmallestGroup = n
	}
	if wrong := typed.Declared.fill(&planned, form); len(wrong) > 0 {
		return nil
	}
	labels := map[string]surveys.Text{}
	for _, f := range form.Breakdowns() {
		labels[f.Name] = surveys.Text{NL: "‘" + form.Definition.In(f.Label, "nl") + "’", EN: "‘" + form.Definition.In(f.Label, "en") + "’"}
	}
	var says []string
	tell := func(about *surveys.Survey, heads []disclosure.Heads, last bool) {
		said := disclosure.Foresee(about, labels, heads).Says
		if last && len(said) > 0 {
			said = said[len(said)-1:]
		}
		for _, one := range said {
			if text := p.kit.Text(lang, one.Key, one.Args); !slices.Contains(says, text) {
				says = append(says, text)
			}
		}
	}
	for _, name := range planned.Breakdowns {
		counted := countedIn(planned.Heads, name)
		if people(counted) == 0 {
			continue
		}
		about := only(&planned, name)
		var heads []disclosure.Heads
		for _, h := range counted {
			heads = append(heads, disclosure.Heads{Values: []string{h.Value}, People: h.People})
		}
		tell(about, heads, false)
	}
	for _, pair := range planned.Pairs {
		first, second := countedIn(planned.Heads, pair.First), countedIn(planned.Heads, pair.Second)
		if people(first) == 0 || people(second) == 0 {
			continue
		}
		if len(first)*len(second) > mostCombined {
			says = append(says, p.kit.Text(lang, "survey.foresight_large", map[string]any{"First": labels[pair.First], "Second": labels[pair.Second]}))
			continue
		}
		about := only(&planned, pair.First, pair.Second)
		about.Pairs = []surveys.Pair{pair}
		tell(about, spread(first, second), true)
	}
	return says
}

// only is the survey as if it were split by these breakdowns and no others.
func only(s *surveys.Survey, breakdowns ...string) *surveys.Survey {
	one := *s
	one.Breakdowns, one.Pairs, one.Hierarchies, one.Merged = breakdowns, nil, nil, nil
	for _, m := range s.Merged {
		if slices.Contains(breakdowns, m.Breakdown) {
			one.Merged = append(one.Merged, m)
		}
	}
	return &one
}

func countedIn(all []surveys.Heads, breakdown string) []surveys.Heads {
	var in []surveys.Heads
	for _, h := range all {
		if h.Breakdown == breakdown {
			in = append(in, h)
		}
	}
	return in
}

func people(heads []surveys.Heads) int {
	n := 0
	for _, h := range heads {
		n += h.People
	}
	return n
}

// spread lays people over the combinations of two breakdowns as if neither said
// anything of the other. Every row keeps its whole number of people: what rounding
// leaves over goes to the largest remainders.
func spread(first, second []surveys.Heads) []disclosure.Heads {
	all := people(second)
	var cells []disclosure.Heads
	for _, row := range first {
		type rest struct{ at, left int }
		var rests []rest
		given := 0
		for _, column := range second {
			whole := row.People * column.People
			cells = append(cells, disclosure.Heads{Values: []string{row.Value, column.Value}, People: whole / all})
			rests = append(rests, rest{len(cells) - 1, whole % all})
			given += whole / all
		}
		slices.SortStableFunc(rests, func(a, b rest) int { return b.left - a.left })
		for _, r := range rests[:row.People-given] {
			cells[r.at].People++
		}
	}
	return cells
}
