package interchange

import (
	"regexp"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

var lssReference = regexp.MustCompile(`\$\{([^}]+)\}`)

// breakCircles takes away conditions and calculations that lead back to
// themselves. LimeSurvey works those out in the order of the page, once; our form
// would refuse them. Each that goes is reported.
func (r *lssReader) breakCircles() {
	g := &lssGraph{byName: map[string]*lssNode{}}
	g.add(r.def.Items, nil, "")
	for _, n := range g.all {
		for g.round++; g.leadsBack(n); g.round++ {
			r.report(questionnaire.Problem{Sheet: g.at.sheet, Question: g.at.item.Name, Column: g.column, Severity: questionnaire.Warning,
				Key: "lss.circle", Args: map[string]any{"Expression": lssShorten(*g.rule)}})
			if *g.rule = ""; g.column == "calculation" {
				*g.rule = "''"
			}
		}
	}
}

// lssGraph says what the items follow from, and which rule closes the circle that
// leadsBack found.
type lssGraph struct {
	all    []*lssNode
	byName map[string]*lssNode
	round  int

	at     *lssNode
	column string
	rule   *string
}

type lssNode struct {
	item   *questionnaire.Item
	parent *lssNode
	sheet  string // the label of the group at the top
	opened int    // the round in which it was looked at
	free   bool   // of circles
}

func (g *lssGraph) add(items []*questionnaire.Item, parent *lssNode, sheet string) {
	for _, item := range items {
		if parent == nil {
			sheet = lssAnyText(item.Label)
		}
		n := &lssNode{item: item, parent: parent, sheet: sheet}
		g.all = append(g.all, n)
		g.byName[item.Name] = n
		if item.OrOther {
			g.byName[item.Name+questionnaire.OtherSuffix] = n
		}
		g.add(item.Items, n, sheet)
	}
}

// leadsBack tells whether a circle can be reached from the node.
func (g *lssGraph) leadsBack(n *lssNode) bool {
	if n.free {
		return false
	}
	n.opened = g.round
	for _, part := range []struct {
		column string
		rule   *string
	}{{"relevant", &n.item.Relevant}, {"calculation", &n.item.Calculation}, {"default", &n.item.Default}} {
		for _, m := range lssReference.FindAllStringSubmatch(*part.rule, -1) {
			next := g.byName[m[1]]
			switch {
			case next == nil || next.free:
			case next.opened == g.round:
				g.at, g.column, g.rule = n, part.column, part.rule
				return true
			case g.leadsBack(next):
				return true
			}
		}
	}
	// What is in a group waits for the group's own condition.
	if p := n.parent; p != nil && !p.free {
		if p.opened == g.round {
			for p.item.Relevant == "" && p.parent != nil {
				p = p.parent
			}
			g.at, g.column, g.rule = p, "relevant", &p.item.Relevant
			return p.item.Relevant != ""
		}
		if g.leadsBack(p) {
			return true
		}
	}
	n.free = true
	return false
}
