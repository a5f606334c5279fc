package manage

import (
	"net/url"
	"slices"
	"strings"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
)

// allQuestions is the value of the chooser for every scale at once; no question can
// have that name.
const allQuestions = "*"

// mostColumns is how many groups stand beside each other in one table.
const mostColumns = 12

// splitForm chooses a question, an answer and one or two breakdowns, and shows the
// groups side by side.
type splitForm struct {
	Question, Answer, By, And         string
	Questions, Answers, Bys, Ands     []page.Option
	Group                             string // the filter of the page, which the form keeps
	Caption                           string
	Scale                             bool     // each row has one share: of the two highest answers, or of one answer
	Head                              []string // of the columns, when it has several
	Rows                              []splitRow
	Earlier                           surveys.Date // of the wave that stands beside it
	Reworded                          bool
	Mended                            surveys.Date // while the survey ran, the words of the question changed on this day; "" when they did not
	Cross                             []crossTable
	More                              bool        // groups are left out
	Reasons                           []string    // keys: why groups are not shown
	Marks                             []groupMark // with which each figure of these tables is found and counted again
	Trend                             []trendRow
	TrendGroup, TrendWhat, TrendTopic string
}

// splitRow is a group: one share, or the share of each answer.
type splitRow struct {
	Label      string
	Base       int
	Top        *shareView
	Before     *shareView
	Cells      []shareView
	Hidden     string // a key
	Parent     string // the group around it that can be seen
	ParentHref string
	Find       string
	size       int
	of         disclosure.Group
}

// crossTable sets groups against each other: rows are groups or questions, columns
// groups.
type crossTable struct {
	Title string // of one table among several; "" when it is the only one
	First string // what the rows are
	Head  []string
	Rows  []crossRow
}

type crossRow struct {
	Label string
	Cells []crossCell
}

type crossCell struct {
	Column     string
	Base       int
	Share      *shareView
	Parent     string // of a cell that is not shown: the group around it that can be seen
	ParentHref string
	Find       string // the address to make a finding of it; "" when that is not offered
	About      string // the question and the group in words, for who hears a link alone
	question   string
	of         disclosure.Group
}

// groupMark is the mark of the figure of a group.
type groupMark struct{ Of, Mark string }

// splitting is what the chooser works with.
type splitting struct {
	wording
	release *disclosure.Release
	form    *splitForm
	query   url.Values
}

// split shows the groups of a breakdown, or of two, side by side.
func (w wording) split(r *disclosure.Release, asked url.Values) splitForm {
	f := splitForm{Group: asked.Get("groep")}
	s := splitting{w, r, &f, asked}
	for _, b := range r.Breakdowns() {
		if len(b.Values) > 0 {
			f.Bys = append(f.Bys, page.Option{Value: b.Name, Text: b.Label.In(w.lang)})
		}
	}
	scales := 0
	for _, q := range r.Questions() {
		if q.Kind == disclosure.Words || !q.Split || isBreakdown(r, q.Name) {
			continue
		}
		whole, reason := r.Figure(q.Name, disclosure.Group{})
		if reason != disclosure.Shown || len(whole.Shares()) == 0 {
			continue // of nobody, or of too few to show
		}
		f.Questions = append(f.Questions, page.Option{Value: q.Name, Text: w.title(q)})
		if whole.Scale() {
			scales++
		}
	}
	if len(f.Bys) == 0 || len(f.Questions) == 0 {
		return splitForm{}
	}
	if scales > 1 {
		f.Questions = append(f.Questions, page.Option{Value: allQuestions, Key: "results.split.all"})
	}
	f.Question, f.By = chosen(f.Questions, asked.Get("vraag")), chosen(f.Bys, asked.Get("naar"))
	f.Ands = []page.Option{{Key: "results.split.nothing"}}
	for _, p := range r.Pairs() {
		if other := otherOf(p, f.By); other != "" {
			f.Ands = append(f.Ands, page.Option{Value: other, Text: labelOf(r, other, w.lang)})
		}
	}
	f.And = chosen(f.Ands, asked.Get("en"))
	if f.Question == allQuestions {
		s.everyQuestion()
	} else {
		s.oneQuestion()
	}
	return f
}

// otherOf is the breakdown that a pair sets beside by; "" when it does not hold by.
func otherOf(p surveys.Pair, by string) string {
	switch by {
	case p.First:
		return p.Second
	case p.Second:
		return p.First
	}
	return ""
}

func labelOf(r *disclosure.Release, breakdown string, lang surveys.Lang) string {
	for _, b := range r.Breakdowns() {
		if b.Name == breakdown {
			return b.Label.In(lang)
		}
	}
	return breakdown
}

// pairOf is the group of two values, in the order in which the pair was declared.
func pairOf(r *disclosure.Release, a, b disclosure.Group) disclosure.Group {
	if slices.Contains(r.Pairs(), surveys.Pair{First: a.Breakdown, Second: b.Breakdown}) {
		return a.And(b)
	}
	return b.And(a)
}

func (s *splitting) oneQuestion() {
	f, r := s.form, s.release
	q, _ := r.Question(f.Question)
	whole, _ := r.Figure(q.Name, disclosure.Group{})
	scale := whole.Scale()
	if scale {
		f.Answers = append(f.Answers, page.Option{Key: "results.split.two_highest"})
	} else if f.And == "" {
		f.Answers = append(f.Answers, page.Option{Key: "results.split.each_answer"})
	}
	for _, share := range whole.Shares() {
		if !whole.Banded() {
			f.Answers = append(f.Answers, page.Option{Value: share.Name, Text: s.answer(share)})
		}
	}
	if len(f.Answers) > 0 {
		f.Answer = chosen(f.Answers, s.query.Get("antwoord"))
	}
	f.Scale = scale || f.Answer != ""
	f.Caption = s.text("results.split.caption", map[string]any{"Question": s.title(q), "By": labelOf(r, f.By, s.lang)})
	if f.And != "" {
		f.Caption = s.text("results.split.caption_two", map[string]any{"Question": s.title(q), "By": labelOf(r, f.By, s.lang), "And": labelOf(r, f.And, s.lang)})
		f.Cross = []crossTable{s.cross(q)}
		return
	}
	if !f.Scale {
		for _, share := range whole.Shares() {
			f.Head = append(f.Head, s.answer(share))
		}
	}
	for _, value := range s.values(f.By) {
		f.Rows = append(f.Rows, s.row(q, disclosure.Group{Breakdown: f.By, Value: value.Name}))
	}
	f.Rows, f.More = mostSeen(f.Rows)
}

func (s *splitting) values(breakdown string) []disclosure.Value {
	for _, b := range s.release.Breakdowns() {
		if b.Name == breakdown {
			return b.Values
		}
	}
	return nil
}

func (s *splitting) row(q disclosure.Question, g disclosure.Group) splitRow {
	row := splitRow{Label: s.group(s.release, g), of: g}
	p, reason := s.release.Figure(q.Name, g)
	if reason != disclosure.Shown {
		row.Hidden = s.because(reason)
		row.Parent, row.ParentHref = s.instead(q, g)
		return row
	}
	s.mark(q, g, row.Label)
	row.Base, row.size = p.Base(), p.Base()
	if share, ok := s.shareOf(p, s.form.Answer); ok && s.form.Scale {
		row.Top = &share
	}
	for _, share := range p.Shares() {
		row.Cells = append(row.Cells, s.share(share))
	}
	return row
}

// instead is what can be seen around a group that is not shown, and where.
func (s *splitting) instead(q disclosure.Question, g disclosure.Group) (called, href string) {
	parent, seen := s.release.Parent(q.Name, g)
	if !seen {
		return "", ""
	}
	return s.around(s.release, parent), "?" + url.Values{"groep": {groupText(parent)}}.Encode() + "#v-" + q.Name
}

// mark notes the mark of a figure that is shown.
func (s *splitting) mark(q disclosure.Question, g disclosure.Group, of string) {
	if s.slug != "" {
		s.form.Marks = append(s.form.Marks, groupMark{of, s.release.Address(s.slug, q.Name, g).String()})
	}
}

// because remembers that a reason must be told below the tables.
func (s *splitting) because(reason disclosure.Reason) string {
	key := "results.hidden." + string(reason)
	if !slices.Contains(s.form.Reasons, key) {
		s.form.Reasons = append(s.form.Reasons, key)
	}
	return key
}

// shareOf is the one share by which groups are compared: of an answer or, of a scale,
// of the two highest. In bands it is the band that the answer is in.
func (w wording) shareOf(p disclosure.Protected, answer string) (shareView, bool) {
	if top, ok := p.Top2(); ok && answer == "" {
		return w.share(top), true
	}
	shares := p.Shares()
	for _, share := range shares {
		if answer != "" && share.Hidden == "" && slices.Contains(strings.Fields(share.Name), answer) {
			return w.share(share), true
		}
	}
	if answer == "" && p.Banded() && len(shares) == 3 {
		return w.share(shares[2]), true // the two highest steps stand together, last
	}
	return shareView{}, false
}

// mostSeen are the rows that a page can hold: of a long list those of groups that are
// shown, the largest.
func mostSeen(rows []splitRow) (kept []splitRow, more bool) {
	if len(rows) <= mostRows {
		return rows, false
	}
	rows = slices.DeleteFunc(rows, func(r splitRow) bool { return r.Hidden != "" })
	slices.SortStableFunc(rows, func(a, b splitRow) int { return b.size - a.size })
	return rows[:min(len(rows), mostRows)], true
}

// columns are the values of a breakdown that stand beside each other: all of a short
// list, else those of the largest groups that are shown.
func (s *splitting) columns(breakdown string) []disclosure.Value {
	values := s.values(breakdown)
	if len(values) <= mostColumns {
		return values
	}
	s.form.More = true
	size := func(v disclosure.Value) int {
		p, _ := s.release.Figure("", disclosure.Group{Breakdown: breakdown, Value: v.Name})
		return p.Base()
	}
	values = slices.DeleteFunc(slices.Clone(values), func(v disclosure.Value) bool { return size(v) == 0 })
	slices.SortStableFunc(values, func(a, b disclosure.Value) int { return size(b) - size(a) })
	return values[:min(len(values), mostColumns)]
}

// cross sets the groups of two breakdowns against each other for one question.
func (s *splitting) cross(q disclosure.Question) crossTable {
	f := s.form
	columns := s.columns(f.And)
	t := crossTable{First: labelOf(s.release, f.By, s.lang)}
	for _, c := range columns {
		t.Head = append(t.Head, s.value(c))
	}
	rows := s.values(f.By)
	if len(rows) > mostRows {
		rows = s.columns(f.By)
	}
	for _, v := range rows {
		row := crossRow{Label: s.value(v)}
		for _, c := range columns {
			g := pairOf(s.release, disclosure.Group{Breakdown: f.By, Value: v.Name}, disclosure.Group{Breakdown: f.And, Value: c.Name})
			row.Cells = append(row.Cells, s.cell(q, g, s.value(c), s.group(s.release, g)))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// cell is a group of the table, under a column; about says in words what it is of.
func (s *splitting) cell(q disclosure.Question, g disclosure.Group, column, about string) crossCell {
	one := crossCell{Column: column, About: about, question: q.Name, of: g}
	p, reason := s.release.Figure(q.Name, g)
	if reason != disclosure.Shown {
		s.because(reason)
		one.Parent, one.ParentHref = s.instead(q, g)
		return one
	}
	if share, ok := s.shareOf(p, s.form.Answer); ok {
		one.Share, one.Base = &share, p.Base()
		s.mark(q, g, about)
	}
	return one
}

// everyQuestion sets all scales against the groups of a breakdown; with a second one
// in a table for each of its own groups.
func (s *splitting) everyQuestion() {
	f, r := s.form, s.release
	f.Scale = true
	f.Caption = s.text("results.split.caption_all", map[string]any{"By": labelOf(r, f.By, s.lang)})
	table := func(title string, within disclosure.Group) {
		t := crossTable{Title: title, First: s.text("results.split.question", nil)}
		columns := s.columns(f.By)
		for _, c := range columns {
			t.Head = append(t.Head, s.value(c))
		}
		for _, q := range r.Questions() {
			if p, _ := r.Figure(q.Name, disclosure.Group{}); !p.Scale() || !q.Split || isBreakdown(r, q.Name) {
				continue
			}
			row := crossRow{Label: s.title(q)}
			for _, c := range columns {
				g := disclosure.Group{Breakdown: f.By, Value: c.Name}
				if within.Breakdown != "" {
					g = pairOf(r, g, within)
				}
				row.Cells = append(row.Cells, s.cell(q, g, s.value(c), row.Label+": "+s.group(r, g)))
			}
			t.Rows = append(t.Rows, row)
		}
		f.Cross = append(f.Cross, t)
	}
	if f.And == "" {
		table("", disclosure.Group{})
		return
	}
	for _, v := range s.columns(f.And) {
		table(s.value(v), disclosure.Group{Breakdown: f.And, Value: v.Name})
	}
}
