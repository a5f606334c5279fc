package disclosure

import (
	"slices"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/results"
)

// Heads is how many people have these values of the declared breakdowns, in the
// order in which the survey declares them; "" where a value is not known.
type Heads struct {
	Values []string
	People int
}

// Foresight is what the guard would let through of a survey when everybody takes
// part. Fewer who do, and questions that some leave open, let through less.
type Foresight struct {
	People  int
	Enough  bool // to show anything at all
	Allowed []Group
	Refused []Group // groups of at least the smallest size that would give away a smaller one
	Small   []Group // groups of somebody that are smaller than the smallest group
	Says    []Saying
}

// Saying is a sentence of the catalogue about one breakdown, or about a pair.
type Saying struct {
	Key  string
	Args map[string]any
}

// Foresee tells, before a survey opens, which groups will be shown of so many
// people. The values are those of the choices; labels words the breakdowns.
func Foresee(s *surveys.Survey, labels map[string]surveys.Text, heads []Heads) *Foresight {
	g := &guard{survey: s, least: max(s.SmallestGroup, surveys.LeastGroup), number: 1, rules: allRules}
	counts := map[string]int{}
	var questions []results.Question
	for axis, name := range s.Breakdowns {
		q := results.Question{Name: name, Label: labels[name]}
		for _, h := range heads {
			if v := h.Values[axis]; v != "" && !slices.ContainsFunc(q.Options, func(o results.Option) bool { return o.Name == v }) {
				q.Options = append(q.Options, results.Option{Name: v})
			}
		}
		questions = append(questions, q)
	}
	f := &Foresight{}
	for _, h := range heads {
		if h.People > 0 {
			counts[results.Cell(h.Values).Key()] += h.People
			f.People += h.People
		}
	}
	g.breakdowns = breakdownsOf(s, questions)
	tracks := map[string]*cellTrack{}
	for key, n := range counts {
		g.cells = append(g.cells, key)
		tracks[key] = &cellTrack{Upto: 1, Atoms: []atom{{From: 1, People: n}}}
	}
	slices.Sort(g.cells)
	people := make([]int, len(g.cells))
	for i, key := range g.cells {
		g.values = append(g.values, results.CellOf(key, len(g.breakdowns)))
		people[i] = counts[key]
	}
	g.arrange(people, nil)
	own := g.atomsOf(tracks)
	audit := newAudit(g.least, own.people(), g.kinds(own))
	for _, c := range g.candidates {
		switch {
		case c.size == 0, c.whole() && c.level() > 0:
		case c.size < g.least:
			f.Small = append(f.Small, c.Group)
		case c.level() > 0 && !f.Enough, !audit.admit(own.in(c, 1)):
			f.Refused = append(f.Refused, c.Group)
		default:
			f.Enough = f.Enough || c.level() == 0
			f.Allowed = append(f.Allowed, c.Group)
		}
	}
	f.say(g)
	return f
}

// say words what comes of each breakdown and of each pair.
func (f *Foresight) say(g *guard) {
	if !f.Enough {
		f.Says = append(f.Says, Saying{"foresee.nothing", map[string]any{"Count": f.People, "Least": g.least}})
		return
	}
	tell := func(is func(Group) bool, args map[string]any) {
		count := func(groups []Group) (n int) {
			for _, group := range groups {
				if is(group) {
					n++
				}
			}
			return n
		}
		shown := count(f.Allowed)
		args["Count"], args["Least"], args["Shown"], args["Groups"] = f.People, g.least, shown, shown+count(f.Refused)+count(f.Small)
		key := "foresee.some"
		switch args["Groups"] {
		case shown:
			key = "foresee.all"
		}
		if shown == 0 {
			key = "foresee.none"
		}
		f.Says = append(f.Says, Saying{key, args})
	}
	label := func(name string) surveys.Text {
		at := slices.IndexFunc(g.breakdowns, func(b Breakdown) bool { return b.Name == name })
		return g.breakdowns[at].Label
	}
	for _, b := range g.breakdowns {
		tell(func(o Group) bool { return o.Breakdown == b.Name && o.With == "" }, map[string]any{"By": b.Label})
	}
	for _, p := range g.survey.Pairs {
		tell(func(o Group) bool { return o.Breakdown == p.First && o.With == p.Second }, map[string]any{"By": pair(label(p.First), label(p.Second))})
	}
}

func pair(a, b surveys.Text) surveys.Text {
	return surveys.Text{NL: a.NL + " × " + b.NL, EN: a.EN + " × " + b.EN}
}
