package interchange

import (
	"regexp"
	"strconv"
	"strings"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

// addChecks translates what LimeSurvey demands of an answer.
func (r *lssReader) addChecks(b *lssBuilt) {
	if len(b.items) == 0 || b.q.kind == "X" || b.q.kind == "*" {
		return
	}
	first := b.items[0]
	if first.Kind == questionnaire.Group {
		r.checkParts(b, first)
		return
	}
	r.check(b, first, nil, r.eachChecks(b)...)
	switch b.q.kind {
	case "M", "P", "R":
		r.check(b, first, nil, r.countChecks(b)...)
		r.check(b, first, nil, r.choiceChecks(b)...)
	}
	whole := lssCheck{rule: b.q.attr(r.s, "em_validation_q"), message: "em_validation_q_tip"}
	if last := b.items[len(b.items)-1]; last.Kind == questionnaire.Group && strings.Contains(whole.rule, "comment") {
		r.checkWhole(b, leafItems(last), whole) // about the comments, which come after the choices
	} else {
		r.check(b, first, nil, whole)
	}
	for _, code := range exclusive(b.q, r.s) {
		for _, p := range b.q.parts {
			if p.ext == code && p.holds == emHoldsTick {
				lssAddConstraint(first, "not(selected(., '"+p.pick+"') and count-selected(.) > 1)", nil)
			}
		}
	}
}

// lssCheck is a demand: a rule in LimeSurvey's language, in which self is the
// question and this the part.
type lssCheck struct {
	rule    string
	message string // attribute that holds the author's text for when it fails
}

// check translates demands and puts them on the item.
func (r *lssReader) check(b *lssBuilt, item *questionnaire.Item, this *emVar, checks ...lssCheck) {
	for _, check := range checks {
		x, ok := r.translateCheck(b, item, this, check.rule)
		if ok {
			lssAddConstraint(item, x, r.textOf(b.q.attributes[check.message], b.at, &b.calcs))
		}
	}
}

func (r *lssReader) translateCheck(b *lssBuilt, item *questionnaire.Item, this *emVar, rule string) (string, bool) {
	if rule = strings.TrimSpace(rule); rule == "" {
		return "", false
	}
	c := &emContext{reader: r, self: b.q, this: this, dot: item.Name}
	x, err := c.condition(rule)
	if err != nil {
		r.warnExpression(b.at, "constraint", rule, err)
		return "", false
	}
	return x, x != emTrue.s
}

func lssAddConstraint(item *questionnaire.Item, rule string, message questionnaire.Texts) {
	item.Constraint = lssAndRules(item.Constraint, rule)
	if len(item.ConstraintMessage) == 0 {
		item.ConstraintMessage = message
	}
}

// eachChecks are the demands on every part of the question by itself.
func (r *lssReader) eachChecks(b *lssBuilt) []lssCheck {
	q := b.q
	var checks []lssCheck
	add := func(rule string) { checks = append(checks, lssCheck{rule: rule}) }
	if q.preg != "" {
		if _, ok := goPattern(q.preg); ok {
			add(`regexMatch("` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(q.preg) + `", this)`)
		} else {
			r.warnAt(b.at, "lss.pattern", map[string]any{"Pattern": lssShorten(q.preg)})
		}
	}
	if n, err := strconv.Atoi(q.attr(r.s, "maximum_chars")); err == nil && n > 0 && q.kind != "D" {
		add("strlen(this) <= " + strconv.Itoa(n))
	}
	if q.kind == "N" || q.kind == "K" {
		low, high := q.attr(r.s, "min_num_value_n"), q.attr(r.s, "max_num_value_n")
		if q.kind == "K" && q.attr(r.s, "slider_layout") == "1" {
			low, high = lssFirst(low, q.attr(r.s, "slider_min")), lssFirst(high, q.attr(r.s, "slider_max"))
		}
		if low != "" {
			add("this >= (" + lssUnbraced(low) + ")")
		}
		if high != "" {
			add("this <= (" + lssUnbraced(high) + ")")
		}
	}
	if q.kind == "D" && lssDateType(q.attr(r.s, "date_format")) != typeTime {
		r.dateBound(b, "date_min", ">=", "-01-01")
		r.dateBound(b, "date_max", "<=", "-12-31")
	}
	if rule := q.attr(r.s, "em_validation_sq"); rule != "" {
		checks = append(checks, lssCheck{rule: ownPart.ReplaceAllString(rule, "this"), message: "em_validation_sq_tip"})
	}
	return checks
}

// ownPart is self in the validation of a subquestion, where it is the subquestion.
var ownPart = regexp.MustCompile(`\bself\b`)

// lssUnbraced is a setting that may be an expression, without its braces.
func lssUnbraced(s string) string {
	if m := inBraces.FindStringSubmatch(strings.TrimSpace(s)); m != nil {
		return m[1]
	}
	return s
}

var lssYear = regexp.MustCompile(`^\d{4}$`)

// dateBound puts the earliest or latest day on the question: a year, a day, another
// question, or words such as "today" and "+3 days".
func (r *lssReader) dateBound(b *lssBuilt, attr, op, end string) {
	src := strings.Trim(lssUnbraced(b.q.attr(r.s, attr)), `"' `)
	if src == "" {
		return
	}
	var bound string
	switch days, relative := relativeDays(src); {
	case lssYear.MatchString(src):
		bound = "decimal-date-time('" + src + end + "')"
	case isoDay.MatchString(src):
		bound = "decimal-date-time('" + src[:10] + "')"
	case strings.EqualFold(src, "now"), strings.EqualFold(src, "today"):
		bound = "decimal-date-time(today())"
	case relative:
		bound = days
	default:
		c := &emContext{reader: r, self: b.q, dot: b.q.name}
		n, err := parseEM(src)
		var x xpath
		if err == nil {
			x, err = c.value(n)
		}
		if err == nil {
			x, err = c.days(n, x)
		}
		if err != nil {
			r.warnExpression(b.at, "constraint", src, err)
			return
		}
		bound = x.s
		if strings.Contains(x.s, "${") { // an answer that is not there sets no bound
			lssAddConstraint(b.items[0], "decimal-date-time(.) "+op+" "+bound+" or string("+bound+") = 'NaN'", nil)
			return
		}
	}
	own := "decimal-date-time(.)"
	if op == "<=" && b.items[0].Type == typeDateTime {
		bound += " + 1" // the whole of the last day
	}
	lssAddConstraint(b.items[0], own+" "+op+" "+bound, nil)
}

// countChecks are the demands on how many parts are answered.
func (r *lssReader) countChecks(b *lssBuilt) []lssCheck {
	var checks []lssCheck
	q := b.q
	answered := "count(self)"
	if q.kind == "P" {
		answered = "count(self.nocomments)"
	}
	if n := lssUnbraced(q.attr(r.s, "min_answers")); n != "" && n != "0" {
		checks = append(checks, lssCheck{rule: answered + " >= (" + n + ")"})
		if at, err := strconv.Atoi(n); err == nil && at > 0 && b.items[0].Kind == questionnaire.Question {
			b.items[0].Required = "yes"
		}
	}
	if n := lssFirst(lssUnbraced(q.attr(r.s, "max_answers")), q.attr(r.s, "max_subquestions")); n != "" {
		checks = append(checks, lssCheck{rule: answered + " <= (" + n + ")"})
	}
	return checks
}

// choiceChecks are the conditions of choices on other choices of the same question:
// such a choice is shown, but may not go without what it depends on.
func (r *lssReader) choiceChecks(b *lssBuilt) []lssCheck {
	var checks []lssCheck
	for _, sub := range b.q.rows {
		if isCodeOnly(sub) || !r.refersToItself(b.q, sub) {
			continue
		}
		for _, p := range b.q.parts {
			if p.sub == sub && p.holds == emHoldsTick {
				checks = append(checks, lssCheck{rule: "is_empty(" + p.code + ") || (" + sub.relevance + ")"})
			}
		}
	}
	if len(checks) > 0 {
		r.warnAt(b.at, "lss.choice_depends", map[string]any{"Count": len(checks)})
	}
	return checks
}

// checkParts puts the demands on a question with parts on the items of its parts.
func (r *lssReader) checkParts(b *lssBuilt, group *questionnaire.Item) {
	parts := leafItems(group)
	each := r.eachChecks(b)
	for _, p := range b.q.parts {
		for _, item := range parts {
			if item.Name == p.item && p.holds != emHoldsTick {
				r.check(b, item, p, each...)
			}
		}
	}
	whole := r.countChecks(b)
	whole = append(whole, r.sumChecks(b)...)
	whole = append(whole, lssCheck{rule: b.q.attr(r.s, "em_validation_q"), message: "em_validation_q_tip"})
	for _, check := range whole {
		r.checkWhole(b, parts, check)
	}
	r.requireSome(b, parts)
	for _, item := range parts {
		if item.Relevant == "" {
			continue
		}
		for _, other := range parts {
			if strings.Contains(item.Relevant, "${"+other.Name+"}") {
				group.Appearance = "" // what depends on an answer comes after it, not beside it
			}
		}
	}
}

// sumChecks are the demands on what the numbers add up to.
func (r *lssReader) sumChecks(b *lssBuilt) []lssCheck {
	if b.q.kind != "K" && b.q.kind != ":" {
		return nil
	}
	var checks []lssCheck
	for _, bound := range [][2]string{{"equals_num_value", "=="}, {"min_num_value", ">="}, {"max_num_value", "<="}} {
		if v := lssUnbraced(b.q.attr(r.s, bound[0])); v != "" {
			checks = append(checks, lssCheck{rule: "sum(self) " + bound[1] + " (" + v + ")"})
		}
	}
	return checks
}

// maxLSSWhole is how long the rules of one demand may be together, in bytes.
const maxLSSWhole = 1 << 20

// maxWhole is up to how many parts the last one filled in bears a demand on the
// whole; with more, each bears it.
const maxWhole = 30

// checkWhole puts a demand on all parts together on the last part that is filled
// in, so that it is reported once.
func (r *lssReader) checkWhole(b *lssBuilt, parts []*questionnaire.Item, check lssCheck) {
	message := r.textOf(b.q.attributes[check.message], b.at, &b.calcs)
	for i, item := range parts {
		x, ok := r.translateCheck(b, item, nil, check.rule)
		if !ok {
			return
		}
		if len(x)*len(parts) > maxLSSWhole {
			r.warnExpression(b.at, "constraint", check.rule, &emError{Pos: 1, Key: "lss.em.too_long"})
			return
		}
		rule := xpath{x, emBool, emLevelOf(x)}
		if len(parts) <= maxWhole {
			for _, later := range parts[i+1:] {
				rule = emEither(rule, xpath{"${" + later.Name + "} != ''", emBool, levelEqual})
			}
		}
		lssAddConstraint(item, rule.s, message)
	}
}

// requireSome makes the first part required as long as nothing is filled in, when
// the author demands a number of answers or a sum: LimeSurvey does so too.
func (r *lssReader) requireSome(b *lssBuilt, parts []*questionnaire.Item) {
	least := lssNumber(b.q.attr(r.s, "min_answers"))
	if b.q.attr(r.s, "value_range_allows_missing") != "1" {
		least = max(least, lssNumber(b.q.attr(r.s, "equals_num_value")))
	}
	if least <= 0 || len(parts) == 0 || parts[0].Required != "" {
		return
	}
	none := make([]string, 0, len(parts))
	for _, other := range parts[1:] {
		none = append(none, "${"+other.Name+"} = ''")
	}
	if parts[0].Required = strings.Join(none, " and "); len(none) == 0 {
		parts[0].Required = "yes"
	}
}

// leafItems are the questions in a group.
func leafItems(group *questionnaire.Item) []*questionnaire.Item {
	var all []*questionnaire.Item
	for _, item := range group.Items {
		if item.Kind == questionnaire.Question {
			all = append(all, item)
		} else {
			all = append(all, leafItems(item)...)
		}
	}
	return all
}
