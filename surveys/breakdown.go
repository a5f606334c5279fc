package surveys

import "slices"

// MostBreakdowns is the number of attributes by which one survey may be split.
const MostBreakdowns = 3

// Pair declares that results may be split by two breakdowns at once.
type Pair struct {
	First  string `json:"first"`
	Second string `json:"second"`
}

// Hierarchy declares that every value of one breakdown lies within one value of
// another, as neighbourhoods lie within an area.
type Hierarchy struct {
	Fine  string `json:"fine"`
	Broad string `json:"broad"`
}

// MergedOf reports several values of a breakdown as one group, so that none of
// them is too small to show.
type MergedOf struct {
	Breakdown string   `json:"breakdown"`
	Name      string   `json:"name"`
	Label     Text     `json:"label"`
	Values    []string `json:"values"`
}

// Heads is how many people have a value of a breakdown, as the owner expects before
// the survey opens. It says what may be shown beforehand, and counts in no figure.
type Heads struct {
	Breakdown string `json:"breakdown"`
	Value     string `json:"value"`
	People    int    `json:"people"`
}

// Declaration is by what a survey may be split. It is fixed as soon as the survey
// opens: what is asked for afterwards is a choice among what it allows.
type Declaration struct {
	Breakdowns  []string // question names, the first with the most room
	Pairs       []Pair
	Hierarchies []Hierarchy
	Merged      []MergedOf
}

// Declare says by what the survey may be split. It refuses, and names everything
// that is wrong with, a declaration that the guard could not work with, and any
// once the survey has opened.
func (s *Survey) Declare(d Declaration) error {
	var wrong Invalid
	wrong.Require(s.OpenedAt.IsZero(), "breakdown", "survey.already_open")
	d.check(&wrong)
	if err := wrong.Err(); err != nil {
		return err
	}
	s.Breakdowns, s.Pairs, s.Hierarchies, s.Merged = d.Breakdowns, d.Pairs, d.Hierarchies, d.Merged
	return nil
}

// Declared is by what the survey may be split.
func (s *Survey) Declared() Declaration {
	return Declaration{Breakdowns: s.Breakdowns, Pairs: s.Pairs, Hierarchies: s.Hierarchies, Merged: s.Merged}
}

func (d *Declaration) check(wrong *Invalid) {
	if len(d.Breakdowns) > MostBreakdowns {
		wrong.AddWith("breakdown", "survey.too_many_breakdowns", map[string]any{"Count": MostBreakdowns})
	}
	wrong.Require(distinct(d.Breakdowns), "breakdown", "survey.breakdown_twice")
	d.checkPairs(wrong)
	d.checkHierarchies(wrong)
	d.checkMerged(wrong)
}

func (d *Declaration) checkPairs(wrong *Invalid) {
	var seen []Pair
	for _, p := range d.Pairs {
		switch same := func(o Pair) bool { return o == p || o == Pair{p.Second, p.First} }; {
		case p.First == p.Second || !d.declares(p.First) || !d.declares(p.Second):
			wrong.Add("pairs", "survey.pair_not_declared")
		case slices.ContainsFunc(seen, same):
			wrong.Add("pairs", "survey.pair_twice")
		case d.within(p.First, p.Second) || d.within(p.Second, p.First):
			wrong.Add("pairs", "survey.pair_nested") // the finer one says it all
		default:
			seen = append(seen, p)
			continue
		}
		return
	}
}

func (d *Declaration) checkHierarchies(wrong *Invalid) {
	fine := map[string]bool{}
	for _, h := range d.Hierarchies {
		switch {
		case h.Fine == h.Broad || !d.declares(h.Fine) || !d.declares(h.Broad):
			wrong.Add("hierarchy", "survey.hierarchy_not_declared")
		case fine[h.Fine]:
			wrong.Add("hierarchy", "survey.hierarchy_twice")
		case d.within(h.Broad, h.Fine):
			wrong.Add("hierarchy", "survey.hierarchy_circle")
		default:
			fine[h.Fine] = true
			continue
		}
		return
	}
}

func (d *Declaration) checkMerged(wrong *Invalid) {
	type place struct{ breakdown, value string }
	name, in := map[place]bool{}, map[place]bool{}
	for _, m := range d.Merged {
		at := place{m.Breakdown, m.Name}
		switch {
		case !d.declares(m.Breakdown):
			wrong.Add("merged", "survey.merged_not_declared")
		case m.Name == "" || m.Label.Empty():
			wrong.Add("merged", "survey.merged_no_name")
		case len(m.Values) < 2 || !distinct(m.Values):
			wrong.Add("merged", "survey.merged_too_few")
		case name[at] || slices.ContainsFunc(m.Values, func(v string) bool { return in[place{m.Breakdown, v}] }):
			wrong.Add("merged", "survey.merged_twice")
		default:
			name[at] = true
			for _, v := range m.Values {
				in[place{m.Breakdown, v}] = true
			}
			continue
		}
		return
	}
}

func (d *Declaration) declares(breakdown string) bool {
	return slices.Contains(d.Breakdowns, breakdown)
}

// within tells whether the values of one breakdown lie within those of another, by
// one step or several.
func (d *Declaration) within(fine, broad string) bool {
	for range d.Hierarchies {
		at := slices.IndexFunc(d.Hierarchies, func(h Hierarchy) bool { return h.Fine == fine })
		if at < 0 {
			return false
		}
		if fine = d.Hierarchies[at].Broad; fine == broad {
			return true
		}
	}
	return false
}

func distinct(list []string) bool {
	for i, v := range list {
		if v == "" || slices.Contains(list[:i], v) {
			return false
		}
	}
	return true
}

// AskSamePeopleAs says that the survey asks the people of an earlier one, and of
// every survey that asks the same people as that: what is shown of one counts for the
// others. Nil takes it back. It refuses once the survey has opened.
func (s *Survey) AskSamePeopleAs(earlier *Survey) error {
	var wrong Invalid
	wrong.Require(s.OpenedAt.IsZero(), "people", "survey.already_open")
	if earlier == nil {
		s.People = ""
		return wrong.Err()
	}
	wrong.Require(earlier.ID != s.ID && earlier.Org == s.Org && !earlier.OpenedAt.IsZero(), "people", "survey.no_such_people")
	if err := wrong.Err(); err != nil {
		return err
	}
	s.People = earlier.asked()
	return nil
}

// asked is the name of the people of a survey. As long as it shares none, that is its
// own key, by which a later one may name them.
func (s *Survey) asked() string {
	if s.People != "" {
		return s.People
	}
	return string(s.ID)
}

// SamePeople are the other surveys of a list that ask the same people as s: what
// is shown of one of them counts for the others.
func SamePeople(all []Survey, s *Survey) []ID {
	var others []ID
	for i := range all {
		if o := &all[i]; o.asked() == s.asked() && o.Org == s.Org && o.ID != s.ID {
			others = append(others, o.ID)
		}
	}
	return others
}
