package interchange

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

// conditionsExpression writes the rows of the conditions table of a question as an
// expression: scenarios are alternatives; within one, conditions on the same
// question are alternatives and the others must all hold.
func conditionsExpression(q *lssQuestion, s *lssSurvey) string {
	rows := slices.Clone(q.conditions)
	slices.SortStableFunc(rows, func(a, b lssRow) int {
		return cmp.Or(cmp.Compare(lssNumber(a["scenario"]), lssNumber(b["scenario"])), cmp.Compare(lssNumber(a["cqid"]), lssNumber(b["cqid"])))
	})
	var scenarios, all, any []string
	scenario, subject := "", ""
	endAny := func() {
		if len(any) > 0 {
			all = append(all, "("+strings.Join(any, " or ")+")")
		}
		any = nil
	}
	endAll := func() {
		endAny()
		if len(all) > 0 {
			scenarios = append(scenarios, "("+strings.Join(all, " and ")+")")
		}
		all = nil
	}
	for i, row := range rows {
		field, value, about := conditionSides(row, s)
		if i > 0 && row["scenario"] != scenario {
			endAll()
		} else if i > 0 && about != subject {
			endAny()
		}
		scenario, subject = row["scenario"], about
		any = append(any, conditionTest(field, strings.TrimSpace(row["method"]), value))
	}
	endAll()
	return strings.Join(scenarios, " or ")
}

var (
	oldReference = regexp.MustCompile(`^@(\d+X\d+X\d+.*)@$`)
	inBraces     = regexp.MustCompile(`^\{(.+)\}$`)
)

// conditionSides are what a condition compares; about tells which conditions are
// on the same subject.
func conditionSides(row lssRow, s *lssSurvey) (field, value, about string) {
	field, value = strings.TrimSpace(row["cfieldname"]), row["value"]
	if m := inBraces.FindStringSubmatch(field); m != nil {
		return m[1], lssLiteral(value), field
	}
	other := s.questions[row["cqid"]]
	multiple := other != nil && (other.kind == "M" || other.kind == "P")
	if whole, isWhole := strings.CutPrefix(field, "+"); isWhole {
		return whole + ".NAOK", lssLiteral(value), field
	}
	if multiple {
		return field + value + ".NAOK", `"Y"`, field
	}
	return field + ".NAOK", lssLiteral(value), field
}

// lssLiteral is the value of a condition as an expression.
func lssLiteral(value string) string {
	if m := oldReference.FindStringSubmatch(value); m != nil {
		return m[1] + ".NAOK"
	}
	if m := inBraces.FindStringSubmatch(value); m != nil {
		return m[1]
	}
	if f, err := strconv.ParseFloat(value, 64); err == nil && strconv.FormatFloat(f, 'f', -1, 64) == value {
		return value
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value) + `"`
}

// textMethods are comparisons of texts, as they were written before 1.92.
var textMethods = map[string]string{"a<b": "<", "a<=b": "<=", "a>=b": ">=", "a>b": ">"}

func conditionTest(field, method, value string) string {
	if op, ok := textMethods[method]; ok {
		method = op
	}
	empty := value == `" "` || value == `""`
	switch {
	case method == "RX":
		pattern := strings.Trim(value, `"`)
		if !strings.HasPrefix(pattern, "/") {
			pattern = "/" + pattern + "/"
		}
		return `regexMatch("` + pattern + `", ` + field + ")"
	case method == "" || method == "==":
		if empty {
			return "is_empty(" + field + ")"
		}
		return field + " == " + value
	case method == "!=" && empty:
		return "!is_empty(" + field + ")"
	case method == "<" || method == "<=":
		return "(!is_empty(" + field + ") && " + field + " " + method + " " + value + ")"
	}
	return field + " " + method + " " + value
}

// rowRule is when a row is asked: its own condition, the filter on another
// question's rows, and an exclusive row that is not filled in.
func (r *lssReader) rowRule(q, sub *lssQuestion) string {
	at := lssPlace{group: q.group, question: q}
	var this *emVar
	for _, p := range q.parts {
		if p.sub == sub {
			this = p
			break
		}
	}
	rules := []string{r.rule(at, sub.relevance, this)}
	if isCodeOnly(sub) {
		rules[0] = ""
	}
	rules = append(rules, r.filterRule(q, sub.code))
	for _, code := range exclusive(q, r.s) {
		if code == sub.code || strings.HasPrefix(code, sub.code+"_") {
			break // an exclusive row gives way to those before it, else none of two could be asked
		}
		rules = append(rules, r.emptyRow(q, code))
	}
	return lssAndRules(rules...)
}

// isCodeOnly tells whether the condition of a subquestion is its own code: files of
// LimeSurvey 2.05, which had the column but no such conditions, hold those.
func isCodeOnly(sub *lssQuestion) bool { return sub.relevance != "" && sub.relevance == sub.code }

func exclusive(q *lssQuestion, s *lssSurvey) []string {
	var codes []string
	for code := range strings.SplitSeq(q.attr(s, "exclude_all_others"), ";") {
		if code = strings.TrimSpace(code); code != "" && slices.ContainsFunc(q.parts, func(p *emVar) bool { return p.ext == code || strings.HasPrefix(p.ext, code+"_") }) {
			codes = append(codes, code)
		}
	}
	return codes
}

// emptyRow is the condition that nothing is filled in, in a row.
func (r *lssReader) emptyRow(q *lssQuestion, code string) string {
	c := &emContext{reader: r, self: q}
	none := emTrue
	for _, p := range q.parts {
		if p.ext == code || strings.HasPrefix(p.ext, code+"_") || strings.HasPrefix(p.ext, code+"#") {
			x, err := emIsEmpty(c, nil, []*emNode{{op: emPart, part: p}})
			if err == nil {
				none = emBoth(none, x)
			}
		}
	}
	if none.s == emTrue.s {
		return ""
	}
	return none.s
}

// filterSources are the questions whose rows decide which rows of q are asked, also
// by way of the questions in between.
func (r *lssReader) filterSources(q *lssQuestion) (with, without []*lssQuestion) {
	seen := map[*lssQuestion]bool{q: true}
	var follow func(q *lssQuestion)
	follow = func(q *lssQuestion) {
		for _, attr := range []string{"array_filter", "array_filter_exclude"} {
			for code := range strings.SplitSeq(q.attr(r.s, attr), ";") {
				source := r.vars.roots[strings.TrimSpace(code)]
				if source == nil || seen[source] {
					if code = strings.TrimSpace(code); source == nil && code != "" {
						r.warn(q, "lss.filter_source", map[string]any{"Attribute": attr, "Code": code})
					}
					continue
				}
				seen[source] = true
				if attr == "array_filter" {
					with = append(with, source)
				} else {
					without = append(without, source)
				}
				follow(source)
			}
		}
	}
	follow(q)
	return with, without
}

// filterRule is the condition that array_filter sets on the row, or the choice,
// with the code.
func (r *lssReader) filterRule(q *lssQuestion, code string) string {
	with, without := r.filterSources(q)
	rule := emTrue
	for _, source := range with {
		if x, ok := r.chosenIn(source, code); ok {
			rule = emBoth(rule, x)
		}
	}
	for _, source := range without {
		if x, ok := r.chosenIn(source, code); ok {
			rule = emBoth(rule, emNot(x))
		}
	}
	if rule.s == emTrue.s {
		return ""
	}
	return rule.s
}

// lssFilterSettings are the questions that a question names as filters.
func lssFilterSettings(q *lssQuestion, s *lssSurvey) []string {
	return strings.FieldsFunc(q.attr(s, "array_filter")+";"+q.attr(s, "array_filter_exclude"), func(r rune) bool { return r == ';' || r == ' ' })
}

// chosenIn is the condition that the row or choice with the code is answered in a
// question; ok is false when the question has no such row.
func (r *lssReader) chosenIn(source *lssQuestion, code string) (xpath, bool) {
	c := &emContext{reader: r}
	if source.kind == "R" {
		for _, a := range source.answers[0] {
			if a.code == code {
				return emUnit(emBool, "selected(${"+source.name+"}, '"+a.name+"')"), true
			}
		}
		return xpath{}, false
	}
	any, found := emFalse, false
	for _, p := range source.parts {
		if p.ext == code && p.ext != "" || strings.HasPrefix(p.ext, code+"_") || strings.HasPrefix(p.ext, code+"#") {
			x, err := c.filled(&emNode{op: emPart, part: p})
			if err == nil {
				any, found = emEither(any, x), true
			}
		}
	}
	return any, found
}

// maxLSSFiltered is up to how many choices conditions on choices are taken over.
const maxLSSFiltered = 3000

// choiceFilter says which choices there are: those whose condition, or whose filter
// on another question, holds. A condition on an answer to the same question cannot
// be a filter; see ownRules.
func (r *lssReader) choiceFilter(q *lssQuestion, choices []*questionnaire.Choice) string {
	type group struct {
		rule  string // with the name of the choice in place of its code, where that makes it the same for all
		names []string
	}
	if len(lssFilterSettings(q, r.s)) == 0 && !slices.ContainsFunc(q.rows, func(sub *lssQuestion) bool { return sub.relevance != "" && sub.relevance != "1" }) {
		return ""
	}
	if len(choices) > maxLSSFiltered {
		r.warn(q, "lss.filter_too_long", map[string]any{"Max": maxLSSFiltered})
		return ""
	}
	var groups []*group
	filtered := false
	for _, choice := range choices {
		code, sub := r.choiceCode(q, choice.Name)
		rules := []string{r.filterRule(q, code)}
		if sub != nil && !isCodeOnly(sub) && !r.refersToItself(q, sub) {
			rules = append(rules, r.rule(lssPlace{group: q.group, question: q}, sub.relevance, nil))
		}
		rule := lssAndRules(rules...)
		filtered = filtered || rule != ""
		rule = strings.ReplaceAll(rule, "'"+choice.Name+"'", "name")
		i := slices.IndexFunc(groups, func(g *group) bool { return g.rule == rule })
		if i < 0 {
			groups, i = append(groups, &group{rule: rule}), len(groups)
		}
		groups[i].names = append(groups[i].names, choice.Name)
	}
	if !filtered {
		return ""
	}
	filter := emFalse
	for _, g := range groups {
		which := emTrue
		if others := len(choices) - len(g.names); others > 0 && others < len(g.names) {
			for _, o := range groups {
				for _, name := range o.names {
					if o != g {
						which = emBoth(which, emBinary(levelEqual, emBool, emUnit(emAny, "name"), "!=", emQuote(name)))
					}
				}
			}
		} else if others > 0 {
			which = emFalse
			for _, name := range g.names {
				which = emEither(which, emBinary(levelEqual, emBool, emUnit(emAny, "name"), "=", emQuote(name)))
			}
		}
		if g.rule != "" {
			which = emBoth(which, xpath{g.rule, emBool, emLevelOf(g.rule)})
		}
		if filter = emEither(filter, which); len(filter.s) > maxEMResult {
			r.warnExpression(lssPlace{group: q.group, question: q}, "choice_filter", filter.s, &emError{Pos: 1, Key: "lss.em.too_long"})
			return ""
		}
	}
	return filter.s
}

// choiceCode is the code in LimeSurvey of a choice, and its subquestion.
func (r *lssReader) choiceCode(q *lssQuestion, name string) (string, *lssQuestion) {
	for _, sub := range q.rows {
		if sub.name == name {
			return sub.code, sub
		}
	}
	for _, a := range q.answers[0] {
		if a.name == name {
			return a.code, nil
		}
	}
	return name, nil
}

// refersToItself tells whether the condition of a choice is about the question that
// it is a choice of.
func (r *lssReader) refersToItself(q, sub *lssQuestion) bool {
	if sub.relevance == "" || sub.relevance == "1" {
		return false
	}
	c := &emContext{reader: r, self: q}
	x, err := c.condition(sub.relevance)
	return err == nil && strings.Contains(x, "${"+q.name+"}")
}
