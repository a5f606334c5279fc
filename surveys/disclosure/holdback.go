package disclosure

import "slices"

// holdBack keeps the rest of a breakdown from being pinned. What is left of a
// whole when its exact groups are taken off is a hidden rest. Below wholeFrom
// people, an answer that nobody, or everybody, in that rest gave would say so of
// each small group in it; then the smallest exact group joins the rest, until the
// rest is large enough, empty, or says nothing of the kind. A merged group was
// declared as one before opening: of its rest only an answer that everybody gave
// is held against it.
func (g *guard) holdBack(v *verdict) {
	for axis, b := range g.breakdowns {
		for _, merged := range b.Values {
			if c := g.find(Group{b.Name, merged.Name}); len(merged.Of) > 0 && slices.Contains(v.shown, c) {
				g.holdBackIn(v, c, axis)
			}
		}
		g.holdBackIn(v, g.candidates[0], axis)
	}
}

// parts are the groups shown exactly that make up a whole: of everybody the
// merged groups and the values that are not in a shown one; of a merged group
// the values in it. Larger ones first.
func (g *guard) parts(v *verdict, axis int, whole string) []*candidate {
	var parts []*candidate
	b := g.breakdowns[axis]
	for _, c := range v.shown {
		if c.axis != axis || c.Value == "" || g.base(v, c) < exactFrom {
			continue
		}
		at := slices.IndexFunc(b.Values, func(one Value) bool { return one.Name == c.Value })
		in := b.Values[at].Merged
		if in != "" && !slices.Contains(v.shown, g.find(Group{b.Name, in})) {
			in = ""
		}
		if in == whole && c.Value != whole {
			parts = append(parts, c)
		}
	}
	return parts
}

// holdBackIn keeps the rest of one whole from being pinned.
func (g *guard) holdBackIn(v *verdict, whole *candidate, axis int) {
	merged := whole.axis >= 0
	for {
		parts := g.parts(v, axis, whole.Value)
		rest := g.rest(v, whole, parts)
		if rest.Base == 0 || rest.Base >= wholeFrom || !pinned(rest, g.options(v), !merged) {
			return
		}
		switch {
		case len(parts) > 0:
			g.hide(v, parts[len(parts)-1])
		case merged:
			g.hide(v, whole)
			return
		default:
			return
		}
	}
}

func (g *guard) hide(v *verdict, c *candidate) {
	v.shown = slices.DeleteFunc(v.shown, func(one *candidate) bool { return one == c })
	v.reason[c.Group] = Derivable
}

// rest is the count of a whole without its parts.
func (g *guard) rest(v *verdict, whole *candidate, parts []*candidate) tally {
	return sum(v.cells, func(key string) bool {
		cell := g.cell(key)
		return whole.holds(cell) && !slices.ContainsFunc(parts, func(c *candidate) bool { return c.holds(cell) })
	})
}

func (g *guard) base(v *verdict, c *candidate) int {
	return sum(v.cells, func(key string) bool { return c.holds(g.cell(key)) }).Base
}

// options are the answers that were given at all.
func (g *guard) options(v *verdict) map[string]int {
	return sum(v.cells, func(string) bool { return true }).Options
}

// pinned tells whether an answer was given by everybody in the rest or, where that
// counts too, by nobody.
func pinned(rest tally, options map[string]int, none bool) bool {
	for o := range options {
		if n := rest.Options[o]; n == rest.Base || none && n == 0 {
			return true
		}
	}
	return false
}
