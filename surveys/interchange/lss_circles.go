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
	g := &lssGraph{reader: r, byName: map[string]*lssNode{}}
	g.add(r.def.Items, nil, "")
	for _, n := range g.all {
		g.visit(n)
	}
}

// lssGraph says what the items follow from.
type lssGraph struct {
	reader *lssReader
	all    []*lssNode
	byName map[string]*lssNode
}

type lssNode struct {
	item   *questionnaire.Item
	parent *lssNode
	sheet  string // the label of the group at the top
	opened bool   // what it follows from is being looked at
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

// visit looks at all that a node follows from, and takes away each rule that leads
// to a node from which the way came.
func (g *lssGraph) visit(n *lssNode) {
	if n.free {
		return
	}
	n.opened = true
	for _, part := range []struct {
		column string
		rule   *string
	}{{"relevant", &n.item.Relevant}, {"calculation", &n.item.Calculation}, {"default", &n.item.Default}} {
		for _, m := range lssReference.FindAllStringSubmatch(*part.rule, -1) {
			next := g.byName[m[1]]
			if next == nil || *part.rule == "" {
				continue
			}
			if next.opened && !next.free {
				g.remove(n, part.column, part.rule)
				break
			}
			g.visit(next)
		}
	}
	// What is in a group waits for the group's own condition, and for those around it.
	for p := n.parent; p != nil && !p.free; p = p.parent {
		if !p.opened {
			g.visit(p)
			break
		}
		if p.item.Relevant != "" {
			g.remove(p, "relevant", &p.item.Relevant)
		}
	}
	n.free = true
}

func (g *lssGraph) remove(n *lssNode, column string, rule *string) {
	g.reader.report(questionnaire.Problem{Sheet: n.sheet, Question: n.item.Name, Column: column, Severity: questionnaire.Warning,
		Key: "lss.circle", Args: map[string]any{"Expression": lssShorten(*rule)}})
	if *rule = ""; column == "calculation" {
		*rule = "''"
	}
}
