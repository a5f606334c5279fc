package disclosure

import (
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/results"
)

// show writes down the figures of a question, and why there is none of a group. Of
// a pair of values nothing is written when it is withheld: that is how they are read.
func (g *guard) show(asked *inquiry, v *verdict, grid *grid) {
	q, words := Question{Name: asked.name}, []results.Option(nil)
	if asked.index >= 0 {
		q, words = g.words(asked.index, asked.edges)
		q.Split = len(asked.groups) > 1
		g.shown.Questions = append(g.shown.Questions, q)
	}
	for _, c := range asked.groups {
		e := entry{Question: asked.name, Group: c.Group, Reason: v.reason[c.Group]}
		if e.Reason != Shown && c.level() == 2 {
			continue
		}
		if e.Reason == Shown {
			e.Figure = g.figureOf(q, words, c, grid.of(c), v.banded[c.Group])
		}
		g.shown.Entries = append(g.shown.Entries, e)
	}
}

// words are the words of a question and of its answers.
func (g *guard) words(index int, edges results.Classes) (Question, []results.Option) {
	from := g.table.Questions()[index]
	q := Question{
		Name: from.Name, Label: from.Label, Measure: from.Measure, Competence: from.Competence,
		Unread: g.table.Unread(from.Name) > 0,
	}
	options := from.Options
	switch from.Kind {
	case results.One:
		q.Kind = One
	case results.Many:
		q.Kind = Many
	case results.Words:
		q.Kind = Words
	case results.Number:
		q.Kind = Number
		options = nil
		for i := range edges {
			o := results.Option{Name: edges.Name(i)}
			if edges.Single() {
				o.Score = &edges[i]
			}
			options = append(options, o)
		}
	}
	for _, o := range options {
		if o.Remedy != "" {
			if q.Remedies == nil {
				q.Remedies = map[string]string{}
			}
			q.Remedies[o.Name] = o.Remedy
		}
	}
	return q, options
}

// figureOf is what may be shown of a count that was let through.
func (g *guard) figureOf(q Question, options []results.Option, c *candidate, t tally, inBands bool) *figure {
	f := &figure{
		Question: q.Label, Group: c.Label, Base: t.Base,
		Single: q.Kind == One || q.Kind == Number, Banded: g.rules.threshold && t.Base < exactFrom || inBands,
	}
	if c.level() == 0 {
		f.None = t.None
	}
	for _, o := range options {
		one := cell{Name: o.Name, Label: o.Label, Score: o.Score, Count: t.Options[o.Name]}
		switch {
		case o.Missing == "":
			f.Cells = append(f.Cells, one)
		case c.level() == 0:
			one.Count = t.Missing[o.Name]
			f.Missing = append(f.Missing, one)
		}
	}
	if f.Banded {
		f.Missing, f.None = nil, 0
		f.Cells = banded(f.Cells, f.Base)
	}
	return f
}

// banded leaves the counts of a small base out: a scale of five is shown in three,
// and each share as one of five bands. No band says that nobody, or everybody,
// gave an answer.
func banded(cells []cell, base int) []cell {
	if isScale(cells) {
		cells = inThree(cells)
	}
	bands := make([]cell, len(cells))
	for i, c := range cells {
		c.Low, c.High = band(c.Count, base)
		c.Count, c.Score = 0, nil
		bands[i] = c
	}
	return bands
}

func band(count, base int) (low, high int) {
	switch percent := 100 * count; {
	case percent >= 80*base:
		return 80, 100
	case percent <= 20*base:
		return 0, 20
	case percent <= 40*base:
		return 20, 40
	case percent < 60*base:
		return 40, 60
	default:
		return 60, 80
	}
}

// isScale tells whether the answers are five steps with the scores 1 to 5.
func isScale(cells []cell) bool {
	if len(cells) != 5 {
		return false
	}
	for i, c := range cells {
		if c.Score == nil || *c.Score != float64(i+1) {
			return false
		}
	}
	return true
}

func inThree(c []cell) []cell {
	both := func(a, b cell) cell {
		return cell{
			Name: a.Name + " " + b.Name, Count: a.Count + b.Count,
			Label: surveys.Text{NL: a.Label.NL + " / " + b.Label.NL, EN: a.Label.EN + " / " + b.Label.EN},
		}
	}
	return []cell{both(c[0], c[1]), c[2], both(c[3], c[4])}
}

// composition shows who took part by a breakdown: the sizes of the groups that
// may be shown, as the answers to the question that the breakdown is. The others
// stand in it without a number. Shares are of the people whose value is known or,
// where their number would pin a small group, of everybody.
func (g *guard) composition(index int) {
	from := g.table.Questions()[index]
	q, words := g.words(index, nil)
	q.Kind = One
	g.shown.Questions = append(g.shown.Questions, q)
	e := entry{Question: from.Name, Reason: Withheld}
	size := func(group Group) (int, Reason) {
		for _, one := range g.shown.Entries {
			if one.Question == "" && one.Group == group {
				if one.Figure == nil {
					return 0, one.Reason
				}
				return one.Figure.Base, Shown
			}
		}
		return 0, NothingYet
	}
	base, reason := size(Group{Breakdown: from.Name})
	if reason != Shown {
		base, reason = size(Group{})
	}
	if reason == Shown && base >= exactFrom {
		f := &figure{Question: from.Label, Base: base, Single: true}
		for _, o := range words {
			if o.Missing != "" {
				continue
			}
			n, why := size(Group{Breakdown: from.Name, Value: o.Name})
			f.Cells = append(f.Cells, cell{Name: o.Name, Label: o.Label, Count: n, Hidden: why})
		}
		e.Figure, e.Reason = f, Shown
	} else if reason != Shown {
		e.Reason = reason
	} else {
		e.Reason = TooSmall
	}
	g.shown.Entries = append(g.shown.Entries, e)
}
