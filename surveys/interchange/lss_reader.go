package interchange

import (
	"maps"
	"strings"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

// lssReader turns a survey of LimeSurvey into a definition.
type lssReader struct {
	s        *lssSurvey
	def      *questionnaire.Definition
	names    lssNames
	lists    map[string]bool
	vars     *emVars
	tags     map[string]string // our language tag by LimeSurvey's code
	problems []questionnaire.Problem
	items    int
	english  map[string]bool        // languages for which fixed words came out in English
	untold   int                    // problems beyond those that are reported
	told     map[toldKey]*toldCount // how often a problem of a kind was reported of a question
}

// lssPlace is what a problem is about.
type lssPlace struct {
	group    *lssGroup
	question *lssQuestion
}

func newLSSReader(s *lssSurvey) *lssReader {
	return &lssReader{s: s, names: lssNames{}, lists: map[string]bool{}, vars: newEMVars(), tags: map[string]string{}, english: map[string]bool{}, told: map[toldKey]*toldCount{}}
}

func (r *lssReader) read() *questionnaire.Definition {
	r.def = &questionnaire.Definition{FormID: r.names.take("limesurvey_" + r.s.sid)}
	r.addLanguages()
	r.def.Title = r.textOf(r.s.title, lssPlace{}, nil)
	if len(r.def.Title) == 0 {
		r.def.Title = questionnaire.Texts{r.def.DefaultLanguage: r.def.FormID}
	}
	for _, q := range r.s.orphans {
		r.warnAt(lssPlace{question: q}, "lss.orphan", map[string]any{"Group": q.gid})
	}
	for _, g := range r.s.groups {
		for _, q := range g.questions {
			r.declare(q)
		}
	}
	r.addIntroduction("introduction", "surveyls_description", "surveyls_welcometext")
	for _, g := range r.s.groups {
		r.addGroup(g)
	}
	r.addIntroduction("closing", "surveyls_endtext")
	r.breakCircles()
	r.nameLeftovers()
	if r.untold > 0 {
		r.problems = append(r.problems, questionnaire.Problem{Severity: questionnaire.Warning, Key: "lss.more_elsewhere", Args: map[string]any{"Count": r.untold}})
	}
	return r.def
}

func (r *lssReader) addLanguages() {
	codes := map[string]bool{}
	for _, code := range r.s.langs {
		l := lssLanguageOf(code)
		if codes[l.Code] || r.def.DefaultLanguage == l.Tag {
			l = questionnaire.Language{Tag: code + " (" + code + ")", Code: code}
		}
		codes[l.Code] = true
		r.tags[code] = l.Tag
		r.def.Languages = append(r.def.Languages, l)
		if r.def.DefaultLanguage == "" {
			r.def.DefaultLanguage = l.Tag
		}
	}
}

// addIntroduction puts texts of the survey itself on a page of their own.
func (r *lssReader) addIntroduction(name string, columns ...string) {
	label := questionnaire.Texts{}
	var calcs []*questionnaire.Item
	for _, column := range columns {
		for tag, text := range r.textOf(r.s.texts[column], lssPlace{}, &calcs) {
			if label[tag] != "" && label[tag] != text {
				text = label[tag] + "\n\n" + text
			}
			label[tag] = text
		}
	}
	if len(label) == 0 {
		return
	}
	r.def.Items = append(r.def.Items, calcs...)
	r.def.Items = append(r.def.Items, &questionnaire.Item{Kind: questionnaire.Question, Type: questionnaire.TypeNote, Name: r.names.take(name), Label: label})
}

func (r *lssReader) addGroup(g *lssGroup) {
	at := lssPlace{group: g}
	var before []*questionnaire.Item
	item := &questionnaire.Item{Kind: questionnaire.Group, Name: r.names.take("group_" + g.gid)}
	item.Label = r.textOf(g.title, at, &before)
	item.Relevant = r.rule(at, g.relevance, nil)
	if show := r.s.settings["showgroupinfo"]; show != "N" && show != "X" {
		if text := r.textOf(g.description, at, &item.Items); len(text) > 0 {
			item.Items = append(item.Items, &questionnaire.Item{Kind: questionnaire.Question, Type: questionnaire.TypeNote, Name: r.names.take(item.Name + "_note"), Label: text})
		}
	}
	for _, q := range g.questions {
		if r.items > maxLSSItems {
			r.problems = append(r.problems, lssRefusal("lss.too_many_items", map[string]any{"Max": maxLSSItems})...)
			break
		}
		made := r.question(q)
		r.items += lssCountItems(made)
		item.Items = append(item.Items, made...)
	}
	if g.random != "" {
		r.warnAt(at, "lss.random_group", map[string]any{"Name": g.random})
	}
	if len(item.Items) == 0 {
		return
	}
	if lssOnePage(item, r.s.settings["format"]) {
		item.Appearance = "field-list"
	}
	r.def.Items = append(r.def.Items, before...)
	r.def.Items = append(r.def.Items, item)
}

// maxLSSPage is how many questions of a group come on one page at most: on a phone
// more is a page without an end.
const maxLSSPage = 10

// lssOnePage tells whether a group can be one page, as LimeSurvey shows it in the
// formats G (by group) and A (all in one): nothing on it may depend on an answer
// on the same page, and matrices are pages of their own.
func lssOnePage(group *questionnaire.Item, format string) bool {
	if format == "S" || len(group.Items) < 2 || len(group.Items) > maxLSSPage {
		return false
	}
	for _, item := range group.Items {
		if item.Kind != questionnaire.Question {
			return false
		}
		for _, other := range group.Items {
			ref := "${" + other.Name + "}"
			if strings.Contains(item.Relevant, ref) || strings.Contains(item.ChoiceFilter, ref) || strings.Contains(item.Calculation, ref) {
				return false
			}
		}
	}
	return true
}

func lssCountItems(items []*questionnaire.Item) int {
	n := len(items)
	for _, i := range items {
		n += lssCountItems(i.Items)
	}
	return n
}

// warn reports what was not taken over of a question, or not as it was.
func (r *lssReader) warn(q *lssQuestion, key string, args map[string]any) {
	r.warnAt(lssPlace{question: q}, key, args)
}

func (r *lssReader) warnAt(at lssPlace, key string, args map[string]any) {
	r.report(r.problemAt(at, key, args))
}

func (r *lssReader) problemAt(at lssPlace, key string, args map[string]any) questionnaire.Problem {
	p := questionnaire.Problem{Severity: questionnaire.Warning, Key: key, Args: args}
	g := at.group
	if q := at.question; q != nil {
		p.Question = q.code
		if g == nil {
			g = q.group
		}
	}
	if g != nil {
		p.Sheet, _ = lssPlainText(g.title[r.s.lang])
		if p.Sheet == "" {
			p.Sheet = g.gid
		}
	}
	return p
}

// toldKey is a kind of problem of a question.
type toldKey struct{ sheet, question, key string }

// maxTold is how many problems of one kind are reported of one question: a report
// with hundreds of lines about one table of texts hides the others.
const maxTold = 10

// report adds a problem once, and counts what is more of the same kind.
func (r *lssReader) report(p questionnaire.Problem) {
	at := toldKey{p.Sheet, p.Question, p.Key}
	for _, o := range r.problems[max(0, len(r.problems)-50):] {
		if o.Key == p.Key && o.Sheet == p.Sheet && o.Question == p.Question && maps.Equal(o.Args, p.Args) {
			return
		}
	}
	told := r.told[at]
	if told == nil {
		told = &toldCount{}
		r.told[at] = told
	}
	if told.times++; told.times > maxTold {
		more := questionnaire.Problem{Sheet: p.Sheet, Question: p.Question, Column: p.Column, Severity: p.Severity, Key: "lss.more", Args: map[string]any{"Count": told.times - maxTold}}
		if told.more > 0 {
			r.problems[told.more-1] = more
			return
		}
		told.more, p = len(r.problems)+1, more
	}
	if len(r.problems) >= maxLSSTold {
		told.more = 0
		r.untold++
		return
	}
	r.problems = append(r.problems, p)
}

// toldCount is how often a problem was reported, and the place, from 1, of the one
// that counts those that were too many.
type toldCount struct{ times, more int }

// warnExpression reports an expression that could not be translated: where it would
// have stood (column), and what in it is in the way.
func (r *lssReader) warnExpression(at lssPlace, column, src string, err *emError) {
	p := r.problemAt(at, err.Key, map[string]any{"Expression": lssShorten(src), "Position": err.Pos, "Text": err.Text, "Meant": err.Meant, "Column": column})
	p.Column = column
	r.report(p)
}

// rule translates a condition to a relevant expression; "" when it always holds.
// An expression that cannot be translated is reported and leaves the question
// always relevant. this is the part that a rule of a part is about.
func (r *lssReader) rule(at lssPlace, src string, this *emVar) string {
	src = strings.TrimSpace(src)
	if src == "" || src == "1" {
		return ""
	}
	c := &emContext{reader: r, self: at.question, this: this}
	n, err := parseEM(src)
	var x string
	if err == nil {
		var whole xpath
		whole, err = c.cond(n)
		x, err = c.finish(whole, err)
	}
	if err != nil {
		r.warnExpression(at, "relevant", src, err)
		return ""
	}
	if x == emTrue.s {
		return ""
	}
	return lssAndRules(append(c.naokRules(n), x)...)
}

// lssAndRules joins conditions that must all hold.
func lssAndRules(rules ...string) string {
	var kept []xpath
	for _, rule := range rules {
		if rule != "" {
			kept = append(kept, xpath{s: rule, kind: emBool, level: emLevelOf(rule)})
		}
	}
	if len(kept) == 0 {
		return ""
	}
	x := kept[0]
	for _, next := range kept[1:] {
		x = emBoth(x, next)
	}
	return x.s
}

// emLevelOf is how tightly a translated condition binds: whether an or or an and
// stands in it outside brackets and texts.
func emLevelOf(s string) int {
	depth, quote, level := 0, byte(0), levelEqual
	for i := range len(s) {
		switch ch := s[i]; {
		case quote != 0:
			if ch == quote {
				quote = 0
			}
		case ch == '\'' || ch == '"':
			quote = ch
		case ch == '(':
			depth++
		case ch == ')':
			depth--
		case depth == 0 && strings.HasPrefix(s[i:], " or "):
			return levelOr
		case depth == 0 && strings.HasPrefix(s[i:], " and "):
			level = levelAnd
		}
	}
	return level
}
