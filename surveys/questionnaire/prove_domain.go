package questionnaire

import (
	"slices"
	"strings"

	"weerklank.nl/weerklank/surveys/questionnaire/expression"
)

// domain is what a respondent may answer to a question, as far as rules can tell
// answers apart.
type domain struct {
	values []string // each tried in this order; "" where the question may be left open
	exact  bool     // every answer there is has the same consequences as one of the values
}

// Limits of what is looked through in full.
const (
	mostWhole   = 60 // whole numbers between the bounds of a constraint; values of a range
	mostOptions = 60 // choices of a list
	mostSubsets = 6  // choices of which every selection is tried
)

// domainOf works out what may be answered to the question in the slot, told apart
// by the probes of the rules that matter.
func (p *prover) domainOf(slot int, probes []expression.Probe, constants []string) domain {
	u := p.units[slot]
	d := domain{exact: true}
	switch t := u.item.Type; {
	case u.choice >= 0:
		d = textDomain(probes)
	case t.ChoosesOne():
		d = oneOf(u.field.choices, probes)
	case t.ChoosesSeveral():
		d = someOf(u.field.choices, probes)
		d.exact = d.exact && (u.filter == nil || len(u.field.choices) <= mostSubsets)
	case t == TypeRank:
		d = ranked(u.field.choices, probes)
	case t == TypeInteger:
		d = p.numbers(slot, probes, constants, true)
	case t == TypeDecimal:
		d = p.numbers(slot, probes, constants, false)
	case t == TypeRange:
		d = p.ranged(u.field)
	case t == TypeDate:
		d = dates(probes, p.env.Now)
	case t == TypeAcknowledge:
		d.values = []string{"OK"}
	case t == TypeText, t == TypeBarcode:
		d = textDomain(probes)
	case t == TypeTime:
		d = samples(probes, "09:00:00", "00:00:00", "12:30:00", "23:59:00")
	case t == TypeDateTime:
		d = samples(probes, p.env.Now.Format("2006-01-02T15:04:05"), p.env.Now.AddDate(-1, 0, 0).Format("2006-01-02T15:04:05"))
	case t == TypeGeopoint:
		d = samples(probes, "52.5 5.25 0 0", "0 0 0 0")
	default:
		d = domain{values: []string{"x"}}
	}
	locks := u.lock != nil || u.choice >= 0 && p.units[u.choice].lock != nil
	d.exact = d.exact && !locks // what is locked may hold a default or a calculation
	if u.choice >= 0 || !u.always || u.filter != nil || locks {
		d.values = append(d.values, "")
	}
	return d
}

// samples stand for answers of which rules tell only apart whether there is one.
func samples(probes []expression.Probe, values ...string) domain {
	d := domain{values: values[:1], exact: true}
	for _, pr := range probes {
		if pr.Use != expression.Filled {
			d = domain{values: append(values, literals(probes)...)}
		}
	}
	return d
}

func literals(probes []expression.Probe) []string {
	var list []string
	for _, pr := range probes {
		if pr.Text != "" && pr.Text != "NaN" && !slices.Contains(list, pr.Text) {
			list = append(list, pr.Text)
		}
	}
	return list
}

// oneOf are the choices of a list; of a very long one those that rules name, and a
// few more.
func oneOf(choices []*Choice, probes []expression.Probe) domain {
	d := domain{exact: true}
	named := literals(probes)
	for i, ch := range choices {
		if len(choices) <= mostOptions || i < 5 || slices.Contains(named, ch.Name) {
			d.values = appendNew(d.values, ch.Name)
		} else {
			d.exact = false
		}
	}
	return d
}

func appendNew(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// someOf are selections from a list: every one of a short list; else every
// selection of the choices that rules name, with as many others as rules count.
func someOf(choices []*Choice, probes []expression.Probe) domain {
	names := make([]string, 0, len(choices))
	for _, ch := range choices {
		names = appendNew(names, ch.Name)
	}
	if len(names) <= mostSubsets {
		return domain{values: subsets(names), exact: true}
	}
	d := domain{exact: true}
	most := 1 // of the others
	var named []string
	for _, pr := range probes {
		switch {
		case pr.Use == expression.Counted && pr.Number >= 0 && pr.Number < 1000:
			most = max(most, int(pr.Number)+1)
		case pr.Use == expression.Chosen && !strings.ContainsAny(pr.Text, " \t\r\n"):
			if slices.Contains(names, pr.Text) {
				named = appendNew(named, pr.Text)
			}
		case pr.Use == expression.Filled:
		default:
			d.exact = false
		}
	}
	var others []string
	for _, name := range names {
		if !slices.Contains(named, name) {
			others = append(others, name)
		}
	}
	groups := subsets(named)
	if len(named) > mostSubsets {
		d.exact = false
		groups = fewOf(named)
	}
	for _, group := range append(groups, "") {
		for n := range min(most, len(others)) + 1 {
			chosen := strings.Fields(group)
			chosen = append(chosen, others[:n]...)
			d.values = appendNew(d.values, inOrder(names, chosen))
		}
	}
	d.values = slices.DeleteFunc(d.values, func(s string) bool { return s == "" })
	return d
}

// subsets are all selections of at most mostSubsets names but the empty one, the
// smallest first.
func subsets(names []string) []string {
	if len(names) > mostSubsets {
		return nil
	}
	var list []string
	for size := 1; size <= len(names); size++ {
		for bits := 1; bits < 1<<len(names); bits++ {
			var chosen []string
			for i, name := range names {
				if bits>>i&1 == 1 {
					chosen = append(chosen, name)
				}
			}
			if len(chosen) == size {
				list = append(list, strings.Join(chosen, " "))
			}
		}
	}
	return list
}

// fewOf stands for the selections of many names: each alone, and the first so many.
func fewOf(names []string) []string {
	list := slices.Clone(names)
	for n := 2; n <= len(names); n++ {
		list = append(list, strings.Join(names[:n], " "))
	}
	return list
}

// inOrder writes chosen names as they are stored: in the order of the list.
func inOrder(names, chosen []string) string {
	var list []string
	for _, name := range names {
		if slices.Contains(chosen, name) {
			list = append(list, name)
		}
	}
	return strings.Join(list, " ")
}

// ranked are orders of a list: the list's own, and each choice first.
func ranked(choices []*Choice, probes []expression.Probe) domain {
	var names []string
	for _, ch := range choices {
		names = appendNew(names, ch.Name)
	}
	d := domain{exact: true}
	for i := range names {
		order := append([]string{names[i]}, names[:i]...)
		d.values = append(d.values, strings.Join(append(order, names[i+1:]...), " "))
	}
	for _, pr := range probes {
		d.exact = d.exact && pr.Use == expression.Filled
	}
	return d
}
