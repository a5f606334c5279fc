package interchange

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"weerklank.nl/weerklank/surveys/questionnaire/expression"
)

// emHold says what a variable of LimeSurvey holds.
type emHold uint8

const (
	emHoldsText   emHold = iota
	emHoldsChoice        // the code of a choice
	emHoldsNumber
	emHoldsDate
	emHoldsTick // Y or 1 when a choice of a select_multiple is ticked, else nothing
	emHoldsRank // the choice that stands in a place of a ranking
	emHoldsNone // a text on the page, which holds nothing
)

// emVar is one thing that expressions can name: a question, or a part of one.
type emVar struct {
	question *lssQuestion
	ext      string // what stands behind the question's number in the old notation
	code     string // as authors write it: Q1_A
	holds    emHold
	item     string // name in the definition
	pick     string // of a tick: the choice; of a rank: the place, from 0
	ticked   string // of a tick: what it holds when ticked
	sub      *lssQuestion
	names    map[string]string // of a choice: code in LimeSurvey → name in the list, where they differ
	numeric  bool              // all codes of the choice are numbers
}

// emVars are all variables of a survey.
type emVars struct {
	byCode map[string]*emVar
	lower  map[string][]*emVar // by code in lower case
	byOld  map[string]*emVar   // question number + ext
	roots  map[string]*lssQuestion

	guesses int // of what a misspelt name means
}

// maxEMGuesses is how often we guess what a misspelt name means: to guess is to look
// at all names, and after so many an author knows.
const maxEMGuesses = 50

func newEMVars() *emVars {
	return &emVars{byCode: map[string]*emVar{}, lower: map[string][]*emVar{}, byOld: map[string]*emVar{}, roots: map[string]*lssQuestion{}}
}

func (v *emVars) add(e *emVar) {
	e.question.parts = append(e.question.parts, e)
	if v.byCode[e.code] == nil {
		v.byCode[e.code] = e
	}
	low := strings.ToLower(e.code)
	v.lower[low] = append(v.lower[low], e)
	v.byOld[e.question.qid+"|"+e.ext] = e
}

// emAttributes are what may stand behind a variable and a dot.
var emAttributes = map[string]bool{
	"NAOK": true, "value": true, "valueNAOK": true, "code": true, "shown": true, "question": true, "help": true, "label": true,
	"qid": true, "gid": true, "type": true, "mandatory": true, "sgqa": true, "relevanceStatus": true, "relevance": true, "grelevance": true,
	"jsName": true, "readWrite": true, "qseq": true, "gseq": true, "rowdivid": true, "default": true, "hidden": true, "codeValue": true, "displayValue": true,
}

// splitAttribute takes the attribute off a variable: "q1.shown" is q1 and shown.
func splitAttribute(name string) (variable, attr string) {
	if i := strings.LastIndexByte(name, '.'); i >= 0 && emAttributes[name[i+1:]] {
		return name[:i], name[i+1:]
	}
	return name, ""
}

var emOldCode = regexp.MustCompile(`^[0-9]+X[0-9]+X([0-9]+)([A-Za-z0-9_#]*)$`)

// find is the variable with the name; nil when there is none.
func (v *emVars) find(name string) *emVar {
	if e := v.byCode[name]; e != nil {
		return e
	}
	if m := emOldCode.FindStringSubmatch(name); m != nil {
		return v.findOld(m[1], m[2])
	}
	if same := v.lower[strings.ToLower(name)]; len(same) == 1 {
		return same[0]
	}
	return nil
}

// findOld finds a variable by the digits and letters behind the second X. Where
// the question's number ends and the code begins is not marked: 27L001, 271.
func (v *emVars) findOld(digits, rest string) *emVar {
	if len(digits) > 20 {
		return nil
	}
	for cut := len(digits); cut > 0; cut-- {
		if e := v.byOld[digits[:cut]+"|"+digits[cut:]+rest]; e != nil {
			return e
		}
	}
	return nil
}

// aboutParticipant are the names of what LimeSurvey knows of who takes part.
var aboutParticipant = regexp.MustCompile(`^(TOKEN(:.*)?|FIRSTNAME|LASTNAME|EMAIL|ATTRIBUTE_\d+)$`)

// nearest is the variable that an author who misspelt a name may have meant.
func (v *emVars) nearest(name string) string {
	if v.guesses++; v.guesses > maxEMGuesses {
		return ""
	}
	return expression.Nearest(name, slices.Sorted(maps.Keys(v.byCode)))
}

// isSelf tells whether the name is self, this or that, with what it selects.
func isSelf(name string) bool {
	first, _, _ := strings.Cut(name, ".")
	return first == "self" || first == "that" || first == "this"
}

// maxEMSteps is how many selectors may stand behind self or that.
const maxEMSteps = 60

// expand lists the parts that self or that with its selectors stands for.
// LimeSurvey looks whether the code of a part contains what stands behind sq_.
func (v *emVars) expand(name string, self *lssQuestion, this *emVar) (parts []*emVar, attr string, ok bool) {
	steps := strings.Split(name, ".")
	kind, steps := steps[0], steps[1:]
	if len(steps) > maxEMSteps {
		return nil, "", false
	}
	if len(steps) > 0 && emAttributes[steps[len(steps)-1]] {
		attr, steps = steps[len(steps)-1], steps[:len(steps)-1]
	}
	q := self
	switch kind {
	case "this":
		if this != nil && len(steps) == 0 {
			return []*emVar{this}, attr, true
		}
	case "that":
		if len(steps) == 0 {
			return nil, "", false
		}
		q, steps = v.roots[steps[0]], steps[1:]
	}
	if q == nil {
		return nil, "", false
	}
	var with, without []string
	comments := ""
	for _, step := range steps {
		switch {
		case step == "comments" || step == "nocomments":
			comments = step
		case strings.HasPrefix(step, "sq_"):
			with = append(with, step[3:])
		case strings.HasPrefix(step, "nosq_"):
			without = append(without, step[5:])
		default:
			return nil, "", false
		}
	}
	for _, p := range q.parts {
		contains := func(code string) bool { return strings.Contains(p.ext, code) }
		isComment := strings.HasSuffix(p.ext, "comment")
		switch {
		case comments == "comments" && !isComment, comments == "nocomments" && isComment:
		case len(with) > 0 && !slices.ContainsFunc(with, contains):
		case slices.ContainsFunc(without, contains):
		default:
			parts = append(parts, p)
		}
	}
	return parts, attr, true
}

// declare gives the question and its parts their names, and says what expressions
// may call them.
func (r *lssReader) declare(q *lssQuestion) {
	code := q.code
	if code == "" {
		code = "q" + q.qid
	}
	q.name = r.names.take(code)
	if q.name != code {
		r.warn(q, "lss.renamed", map[string]any{"Code": code, "Name": q.name})
	}
	if r.vars.roots[code] == nil {
		r.vars.roots[code] = q
	}
	r.tellCodesApart(q, q.rows)
	r.tellCodesApart(q, q.cols)
	whole := func(holds emHold) *emVar {
		e := &emVar{question: q, code: code, holds: holds, item: q.name}
		r.vars.add(e)
		return e
	}
	side := func(ext, suffix string, holds emHold, sub *lssQuestion) *emVar {
		e := &emVar{question: q, ext: ext, code: code + "_" + suffix, holds: holds, item: r.names.take(q.name + "_" + suffix), sub: sub}
		r.vars.add(e)
		return e
	}
	tick := func(sub *lssQuestion, pick, item, ext, suffix, ticked string) {
		r.vars.add(&emVar{question: q, ext: ext, code: code + "_" + suffix, holds: emHoldsTick, item: item, pick: pick, ticked: ticked, sub: sub})
	}
	r.nameChoices(q)
	switch q.kind {
	case "L", "!", "O", "Z", "W":
		e := whole(emHoldsChoice)
		e.names, e.numeric = r.codes(q, 0), numericCodes(q.answers[0])
		if q.other {
			side("other", "other", emHoldsText, nil)
		}
		if q.kind == "O" {
			side("comment", "comment", emHoldsText, nil)
		}
	case "M", "P":
		if q.other && slices.ContainsFunc(q.rows, func(sub *lssQuestion) bool { return sub.code == "other" }) {
			q.other = false // LimeSurvey keeps both in the same place
			r.warn(q, "lss.other_twice", nil)
		}
		taken := map[string]int{}
		for _, sub := range q.rows {
			sub.name = lssChoiceName(sub.code, taken)
			tick(sub, sub.name, q.name, sub.code, sub.code, "Y")
			if q.kind == "P" {
				side(sub.code+"comment", sub.code+"comment", emHoldsText, sub)
			}
		}
		if q.other {
			side("other", "other", emHoldsText, nil)
			if q.kind == "P" {
				side("othercomment", "othercomment", emHoldsText, nil)
			}
		}
	case "5", "Y", "G", "I":
		whole(emHoldsChoice).numeric = q.kind == "5"
	case "N":
		whole(emHoldsNumber)
	case "D":
		whole(emHoldsDate)
	case "X", "|":
		whole(emHoldsNone)
	case "R":
		for i := range q.answers[0] {
			place := strconv.Itoa(i + 1)
			r.vars.add(&emVar{question: q, ext: place, code: code + "_" + place, holds: emHoldsRank, item: q.name, pick: strconv.Itoa(i), names: r.codes(q, 0)})
		}
	case "A", "B", "C", "E", "F", "H":
		for _, sub := range q.rows {
			e := side(sub.code, sub.code, emHoldsChoice, sub)
			e.numeric = q.kind == "A" || q.kind == "B"
			if q.kind == "F" || q.kind == "H" {
				e.names, e.numeric = r.codes(q, 0), numericCodes(q.answers[0])
			}
		}
	case "1":
		for _, sub := range q.rows {
			for scale := range 2 {
				n := strconv.Itoa(scale)
				e := side(sub.code+"#"+n, sub.code+"_"+n, emHoldsChoice, sub)
				e.names, e.numeric = r.codes(q, scale), numericCodes(q.answers[scale])
			}
		}
	case ":", ";":
		boxes := q.kind == ":" && q.attr(r.s, "multiflexible_checkbox") == "1"
		taken := map[string]int{}
		for _, col := range q.cols {
			col.name = lssChoiceName(col.code, taken)
		}
		for _, row := range q.rows {
			if boxes {
				row.name = r.names.take(q.name + "_" + row.code)
			}
			for _, col := range q.cols {
				ext := row.code + "_" + col.code
				switch {
				case boxes:
					tick(row, col.name, row.name, ext, ext, "1")
				case q.kind == ":":
					side(ext, ext, emHoldsNumber, row)
				default:
					side(ext, ext, emHoldsText, row)
				}
			}
		}
	case "K", "Q":
		holds := emHoldsText
		if q.kind == "K" || q.attr(r.s, "numbers_only") == "1" {
			holds = emHoldsNumber
		}
		for _, sub := range q.rows {
			side(sub.code, sub.code, holds, sub)
		}
	default: // texts, equations and what we do not know
		holds := emHoldsText
		if q.attr(r.s, "numbers_only") == "1" {
			holds = emHoldsNumber
		}
		whole(holds)
	}
}

// tellCodesApart gives subquestions codes of their own where two have the same.
func (r *lssReader) tellCodesApart(q *lssQuestion, subs []*lssQuestion) {
	taken := map[string]int{}
	for _, sub := range subs {
		code := sub.code
		if sub.code = lssChoiceName(code, taken); sub.code != code {
			r.warn(q, "lss.renamed", map[string]any{"Code": code, "Name": sub.code})
		}
	}
}

// nameChoices gives the answers of the question their names.
func (r *lssReader) nameChoices(q *lssQuestion) {
	for _, answers := range q.answers {
		taken := map[string]int{}
		if q.other {
			taken["other"] = 1
		}
		for _, a := range answers {
			a.name = lssChoiceName(a.code, taken)
		}
	}
}

// codes are the answers whose names are not their codes.
func (r *lssReader) codes(q *lssQuestion, scale int) map[string]string {
	names := map[string]string{}
	if q.other {
		names["-oth-"] = "other"
	}
	for _, a := range q.answers[scale] {
		if a.name != a.code {
			names[a.code] = a.name
		}
	}
	return names
}

func numericCodes(answers []*lssAnswer) bool {
	return len(answers) > 0 && !slices.ContainsFunc(answers, func(a *lssAnswer) bool {
		_, err := strconv.ParseFloat(a.code, 64)
		return err != nil
	})
}
