package manage

import (
	"net/url"
	"strconv"
	"strings"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
)

// figureView is a figure as a page shows it: the whole distribution of a question
// in a group, or the reason why there is none.
type figureView struct {
	Name       string
	Anchor     string
	Title      string
	Group      string // "" for everybody
	Base       int
	Rows       []shareView
	Missing    []shareView
	Unanswered int
	Banded     bool
	Several    bool // people could choose several answers, so shares do not add up
	Words      bool // an open question: only how many wrote something
	Themed     bool // themes in the answers to an open question
	Unread     bool // some stored answers could not be read
	Top2       *shareView
	Mean       string // of the scores, one decimal; "" for none
	Hidden     string // a key: why there is no figure
	Find       string // the address to make a finding of it; "" when that is not offered
	Highlight  *shareView
	Mark       string // with which the figure is found and counted again; "" for none
	Version    int    // of the questionnaire; 0 when it is not known
	Middle     string // the answer of the median person; "" for none
	Silence    *bandView
	Finite     *bandView
	Asked      int    // people who could have answered, where that is known
	Parent     string // of a hidden figure: the group around it that can be seen
	ParentHref string
	Earlier    surveys.Date // of the release of an earlier wave that stands beside it; "" for none
	Reworded   bool         // it was asked in other words then
	Mended     surveys.Date // while the survey ran, its words changed on this day; "" when they did not
}

// bandView is a range in whole per cents.
type bandView struct{ Low, High int }

func bandOf(low, high float64) *bandView { return &bandView{int(low + 0.5), int(high + 0.5)} }

// shareView is one answer: a share between 0 and 1 with its interval, or a band.
type shareView struct {
	Value     string
	Label     string
	Share     float64
	Low, High float64
	LowPct    int
	HighPct   int
	Count     int
	Base      int
	Banded    bool
	From, To  int
	Hidden    bool
	Chosen    bool       // the answer that evidence is about
	Before    *shareView // the same in an earlier wave
	Expected  *float64   // the share of these people among all who are asked, between 0 and 1
	Flag      string     // a key: whether they are missing among who answered
	Tone      string     // of the flag
}

// wording makes views in one language.
type wording struct {
	kit         *page.Kit
	lang        surveys.Lang
	competences map[string]surveys.Text
	slug        string // of the survey, for marks; "" for none
}

func (w wording) text(key string, args map[string]any) string { return w.kit.Text(w.lang, key, args) }

// title is the text of a question; of a calculation, what it measures.
func (w wording) title(q disclosure.Question) string {
	if _, _, themes := disclosure.ThemesOf(q.Name); themes {
		return w.text("results.themes_of", map[string]any{"Question": q.Label.In(w.lang)})
	}
	if t := q.Label.In(w.lang); t != "" {
		return t
	}
	switch q.Measure {
	case "gap", "gain":
		about := w.competences[q.Competence].In(w.lang)
		if about == "" {
			about = w.text("results.the_course", nil)
		}
		return w.text("results.measure."+q.Measure, map[string]any{"Competence": about})
	case "gap_count":
		return w.text("results.measure.gap_count", nil)
	}
	return q.Name
}

// answer is the text of an answer: the choice's, or of a class of numbers.
func (w wording) answer(s disclosure.Share) string {
	if t := s.Label.In(w.lang); t != "" {
		return t
	}
	if s.Name == "other" {
		return w.text("results.other", nil)
	}
	if from, to, isClass := strings.Cut(s.Name, ".."); isClass {
		if to == "" {
			return w.text("results.class_from", map[string]any{"From": from})
		}
		return w.text("results.class", map[string]any{"From": from, "To": to})
	}
	return strings.Replace(s.Name, "-", "−", 1)
}

func (w wording) share(s disclosure.Share) shareView {
	low, high := s.Interval()
	return shareView{
		Value: s.Name, Label: w.answer(s), Share: s.Percent() / 100, Low: low / 100, High: high / 100,
		LowPct: int(low + 0.5), HighPct: int(high + 0.5), Count: s.Count, Base: s.Base,
		Banded: s.Banded, From: s.From, To: s.To, Hidden: s.Hidden != "",
	}
}

// figure is the view of a figure of a release.
func (w wording) figure(r *disclosure.Release, q disclosure.Question, g disclosure.Group) figureView {
	p, reason := r.Figure(q.Name, g)
	v := w.protected(p)
	v.Name, v.Anchor, v.Title = q.Name, "v-"+q.Name, w.title(q)
	v.Several, v.Words, v.Themed, v.Unread = q.Kind == disclosure.Many, q.Kind == disclosure.Words, q.Of != "", q.Unread
	v.Group = w.group(r, g)
	if w.slug != "" {
		v.Mark, v.Version = r.Address(w.slug, q.Name, g).String(), r.Version()
	}
	if reason != disclosure.Shown {
		v.Hidden = "results.hidden." + string(reason)
		if parent, seen := r.Parent(q.Name, g); seen && (g != disclosure.Group{}) {
			v.Parent, v.ParentHref = w.around(r, parent), "?"+url.Values{"groep": {groupText(parent)}}.Encode()+"#v-"+q.Name
		}
	}
	return v
}

// around is how a group is called that stands in for a smaller one.
func (w wording) around(r *disclosure.Release, g disclosure.Group) string {
	if (g == disclosure.Group{}) {
		return w.text("results.everybody", nil)
	}
	return w.group(r, g)
}

// asked puts beside the figure what silence leaves open of the two highest answers,
// where it is known how many people could have answered.
func (v *figureView) asked(p disclosure.Protected, invited int) {
	top, ok := p.Top2()
	for _, m := range p.Missing() {
		invited -= m.Count // it does not apply to them, or they said so
	}
	if !ok || invited <= 0 {
		return
	}
	if low, high, known := top.Silence(invited); known {
		v.Silence, v.Asked = bandOf(low, high), invited
	}
	if low, high, known := top.Finite(invited); known {
		v.Finite = bandOf(low, high)
	}
}

// protected is the view of a figure by itself, as evidence holds it.
func (w wording) protected(p disclosure.Protected) figureView {
	v := figureView{Title: p.Question().In(w.lang), Group: p.Group().In(w.lang), Base: p.Base(), Banded: p.Banded(),
		Unanswered: p.Unanswered(), Several: !p.Single()}
	for _, s := range p.Shares() {
		v.Rows = append(v.Rows, w.share(s))
	}
	for _, s := range p.Missing() {
		if s.Count > 0 {
			v.Missing = append(v.Missing, w.share(s))
		}
	}
	if top, ok := p.Top2(); ok {
		one := w.share(top)
		v.Top2 = &one
	}
	if middle, ok := p.Middle(); ok && p.Scale() {
		v.Middle = w.answer(middle)
	}
	if mean, ok := p.Mean(); ok {
		low, high := p.Ends()
		v.Mean = w.text("results.mean", map[string]any{"Mean": mean, "Low": strconv.FormatFloat(low, 'f', -1, 64), "High": strconv.FormatFloat(high, 'f', -1, 64)})
	}
	return v
}

// evidence is the view of frozen evidence: the answers that it is about stand out.
func (w wording) evidence(e disclosure.Evidence) figureView {
	v := w.protected(e.Shown)
	v.Name = e.Question
	if e.Group == disclosure.WithoutFlagged {
		v.Group = w.text("watch.without", nil)
	}
	if w.slug != "" {
		v.Mark, v.Version = e.Address(w.slug).String(), e.Version
	}
	_, _, v.Themed = disclosure.ThemesOf(e.Question)
	if v.Title == "" || v.Themed {
		v.Title = w.title(disclosure.Question{Name: e.Question, Label: e.Shown.Question()})
	}
	for i := range v.Rows {
		for _, name := range e.Focus {
			v.Rows[i].Chosen = v.Rows[i].Chosen || v.Rows[i].Value == name
		}
	}
	if share, ok := e.Share(); ok && len(e.Focus) > 0 {
		one := w.share(share)
		v.Highlight = &one
	}
	return v
}

// group is how a group is called; "" for everybody.
func (w wording) group(r *disclosure.Release, g disclosure.Group) string {
	if g == disclosure.WithoutFlagged {
		return w.text("watch.without", nil)
	}
	called := w.valueOf(r, g.Breakdown, g.Value)
	if g.With != "" {
		called += ", " + w.valueOf(r, g.With, g.WithValue)
	}
	return called
}

func (w wording) valueOf(r *disclosure.Release, breakdown, name string) string {
	for _, b := range r.Breakdowns() {
		for _, value := range b.Values {
			if b.Name == breakdown && value.Name == name {
				return w.value(value)
			}
		}
	}
	return ""
}

func (w wording) value(v disclosure.Value) string {
	if t := v.Label.In(w.lang); t != "" {
		return t
	}
	return v.Name
}
