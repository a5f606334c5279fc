// Package export writes a release as a file for a spreadsheet or a program: CSV, XLSX
// or JSON. It reads protected figures through their methods, so that nothing stands in
// a file which a page may not show. The words of the questions, the release, what each
// number means and the mark of each figure travel along; a group that is not shown
// stands there with the reason.
package export

import (
	"iter"
	"strconv"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
)

// Words are how a file says things, in one language.
type Words struct {
	Lang   surveys.Lang
	Text   func(key string, args map[string]any) string // out of the catalogue
	Title  func(disclosure.Question) string             // of a question, also of one without a text of its own
	Answer func(disclosure.Share) string
	Value  func(disclosure.Value) string
}

// File is a release with what goes with it. Slug is the survey's name in marks.
type File struct {
	Organisation surveys.Text
	Slug         string
	Title        surveys.Text
	Release      *disclosure.Release
	Words        Words
}

// Whole per cents, as pages round them.
func whole(percent float64) int { return int(percent + 0.5) }

// figure is one question in one group.
type figure struct {
	question  disclosure.Question
	group     disclosure.Group
	shown     disclosure.Protected
	reason    disclosure.Reason
	mark      string
	breakdown [2]named // none for everybody
	value     [2]named
}

// named is a code with its words.
type named struct{ code, text string }

// groups are everybody, the groups of each breakdown, and those of each declared pair.
func (f *File) groups() []figure {
	all := []figure{{}}
	of := map[string][]figure{}
	for _, b := range f.Release.Breakdowns() {
		for _, v := range b.Values {
			one := figure{group: disclosure.Group{Breakdown: b.Name, Value: v.Name}}
			one.breakdown[0], one.value[0] = named{b.Name, b.Label.In(f.Words.Lang)}, named{v.Name, f.Words.Value(v)}
			of[b.Name] = append(of[b.Name], one)
		}
		all = append(all, of[b.Name]...)
	}
	if _, some := f.Release.Flags(); some {
		one := figure{group: disclosure.WithoutFlagged}
		one.breakdown[0] = named{disclosure.WithoutFlagged.Breakdown, f.Words.Text("watch.flags", nil)}
		one.value[0] = named{disclosure.WithoutFlagged.Value, f.Words.Text("watch.without", nil)}
		all = append(all, one)
	}
	for _, p := range f.Release.Pairs() {
		for _, x := range of[p.First] {
			for _, y := range of[p.Second] {
				both := x
				both.group = x.group.And(y.group)
				both.breakdown[1], both.value[1] = y.breakdown[0], y.value[0]
				all = append(all, both)
			}
		}
	}
	return all
}

// questions are taking part, and the questions of the release.
func (f *File) questions() []disclosure.Question {
	return append([]disclosure.Question{{Split: true}}, f.Release.Questions()...)
}

// figures are those of a question, one by one: only of everybody where it is not split.
// A pair of values in which nobody was counted looks like any other that is withheld.
func (f *File) figures(q disclosure.Question, groups []figure) iter.Seq[figure] {
	return func(yield func(figure) bool) {
		for _, one := range groups {
			one.question = q
			one.shown, one.reason = f.Release.Figure(q.Name, one.group)
			if one.reason == disclosure.NotSplit {
				continue
			}
			one.mark = f.Release.Address(f.Slug, q.Name, one.group).String()
			if !yield(one) {
				return
			}
		}
	}
}

// title is the text of a question; of taking part, our own.
func (f *File) title(q disclosure.Question) string {
	if q.Name == "" {
		return f.Words.Text("export.taking_part", nil)
	}
	return f.Words.Title(q)
}

// reason says why a figure is not shown.
func (f *File) reason(r disclosure.Reason) string {
	return f.Words.Text("results.hidden."+string(r), nil)
}

// definitions are what the numbers mean, by the names of the columns.
func (f *File) definitions() []named {
	var all []named
	for _, name := range []string{"base", "count", "percent", "margin", "band", "missing", "unanswered", "hidden", "mark", "release"} {
		all = append(all, named{f.Words.Text("export.column."+name, nil), f.Words.Text("export.means."+name, map[string]any{"Count": f.Release.Smallest()})})
	}
	return all
}

// about is what stands above everything.
func (f *File) about() []named {
	r := f.Release
	version := ""
	if r.Version() > 0 {
		version = strconv.Itoa(r.Version())
	}
	last := "export.no"
	if r.Final {
		last = "export.yes"
	}
	say := func(key string) string { return f.Words.Text("export.about."+key, nil) }
	return []named{
		{say("organisation"), f.Organisation.In(f.Words.Lang)},
		{say("survey"), f.Title.In(f.Words.Lang)},
		{say("slug"), f.Slug},
		{say("version"), version},
		{say("release"), strconv.Itoa(r.Number)},
		{say("as_of"), string(r.AsOf)},
		{say("made_on"), string(r.MadeOn)},
		{say("last"), f.Words.Text(last, nil)},
		{say("smallest"), strconv.Itoa(r.Smallest())},
	}
}
