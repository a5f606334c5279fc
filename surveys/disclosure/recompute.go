package disclosure

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/results"
)

// Outcome is what came of counting a figure once more.
type Outcome string

// The outcomes.
const (
	Same    Outcome = "same"    // the answers give the same digits
	Changed Outcome = "changed" // answers that it counted were withdrawn or changed since
	Unknown Outcome = "unknown" // counted now it would differ, and which answers it counted is not kept any more
	Erased  Outcome = "erased"  // the answers that it counted were deleted when their period was over
	Another Outcome = "another" // the release shows other digits than the address stands for
)

// Kept is what is kept of releases. KeptMemory is the memory also of a survey that a
// restore halted: nothing new is let through by reading it.
type Kept interface {
	FindNumberedRelease(ctx context.Context, org surveys.OrgID, survey surveys.ID, number int) (*Release, error)
	KeptMemory(ctx context.Context, org surveys.OrgID, survey surveys.ID) (*Memory, error)
}

// Recompute counts a figure that was shown once more, from the answers. The figure
// it gives is the one that was shown, and empty unless the outcome is Same or Unknown:
// of answers that changed since no digit leaves. ErrNotFound when there is no such
// release or the figure is not shown there.
//
// While a survey makes releases, the memory says which answers each of them counted.
// After the last release nothing of that is kept, so then all answers are counted;
// what was left out at closing, or came in after an earlier release, makes a
// difference that cannot be told from a change.
func Recompute(ctx context.Context, answers *Engine, kept Kept, s *surveys.Survey, forms []*questionnaire.Form, a Address) (Outcome, Protected, *Release, error) {
	r, err := kept.FindNumberedRelease(ctx, s.Org, s.ID, a.Release)
	if err != nil {
		return "", Protected{}, nil, err
	}
	p, reason := r.Figure(a.Question, a.Group)
	if reason != Shown || p.Empty() {
		return "", Protected{}, nil, fmt.Errorf("recompute a figure that is not shown: %w", surveys.ErrNotFound)
	}
	if r.Fingerprint(a.Question, a.Group) != a.Fingerprint {
		return Another, Protected{}, r, nil
	}
	if s.AnswersErased() || s.TextsErased() && isText(forms, a.Question) {
		return Erased, Protected{}, r, nil
	}
	memory, err := kept.KeptMemory(ctx, s.Org, s.ID)
	if err != nil && !errors.Is(err, surveys.ErrNotFound) && !errors.Is(err, ErrNoMemory) {
		return "", Protected{}, nil, err
	}
	days := []surveys.Date{""}
	if memory == nil || memory.mem.Final {
		memory = nil
		if !r.Final {
			days = append(days, r.AsOf)
		}
	}
	outcome := Unknown
	for _, day := range days {
		table, err := answers.engine.Table(ctx, s, forms, day)
		if err != nil {
			return "", Protected{}, nil, err
		}
		c := recount{table: table, release: r, shown: p.figure}
		if memory != nil {
			c.mem = &memory.mem
			c.first = make(map[uint64]int, len(c.mem.Seen))
			for _, one := range c.mem.Seen {
				c.first[one.Key] = one.First
			}
		}
		if outcome = c.compare(a.Question, a.Group); outcome == Same {
			break
		}
	}
	if outcome == Changed {
		p = Protected{}
	}
	return outcome, p, r, nil
}

// isText tells whether a question is answered in own words.
func isText(forms []*questionnaire.Form, question string) bool {
	for _, form := range forms {
		for _, f := range form.Fields {
			if f.Name == question && f.Type == questionnaire.TypeText {
				return true
			}
		}
	}
	return false
}

// recount counts one figure again.
type recount struct {
	table   *results.Table
	release *Release
	shown   *figure        // as it was shown
	mem     *memory        // nil when nothing is kept
	first   map[uint64]int // by key of a response: the release from which on it was known
}

// compare counts and says what came of it.
func (c *recount) compare(question string, group Group) Outcome {
	index := -1
	if question != "" {
		index = slices.IndexFunc(c.table.Questions(), func(q results.Question) bool { return q.Name == question })
		if index < 0 {
			return Unknown
		}
	}
	if slices.Contains(c.table.Breakdowns(), question) {
		return c.composition(question)
	}
	in := c.candidate(group)
	if in == nil {
		return Unknown
	}
	t, complete := c.count(question, index, in)
	switch {
	case complete && c.agrees(t, group == Group{}):
		return Same
	case c.mem == nil:
		return Unknown
	case t.Base == c.shown.Base && c.release.Number < c.mem.Number && c.agreesOfBase(t):
		return Unknown // who gave no answer then is not kept
	default:
		return Changed
	}
}

func (c *recount) candidate(group Group) *candidate {
	all := append(candidatesOf(c.release.Breakdowns(), c.release.Pairs()), unflaggedOf(c.release.Breakdowns()))
	at := slices.IndexFunc(all, func(one *candidate) bool { return one.Group == group })
	if at < 0 {
		return nil
	}
	return all[at]
}

// count counts a question among the people that the release counted. complete tells
// that every answer that was given is one that the figure has.
func (c *recount) count(question string, index int, in *candidate) (t tally, complete bool) {
	edges := classesOf(c.shown.Cells)
	names := optionNames(c.table, index, edges)
	t = tally{Options: map[string]int{}, Missing: map[string]int{}}
	holds := make([]bool, len(c.table.Cells()))
	for i, cell := range c.table.Cells() {
		holds[i] = in.holds(cell)
	}
	var was *track
	if c.mem != nil {
		was = c.mem.Questions[question]
	}
	for row := range c.table.Len() {
		at := c.table.Cell(row)
		if !holds[at] {
			continue
		}
		status, set := answerOf(c.table, index, row, edges)
		if c.mem != nil && !c.counted(was, c.table.Cells()[at].Key(), row, status) {
			continue
		}
		switch status {
		case results.None:
			t.None++
		case results.Missing:
			each(set, func(o int) { t.Missing[names[o]]++ })
		default:
			t.Base++
			each(set, func(o int) { t.Options[names[o]]++ })
		}
	}
	complete = true
	for name := range t.Options {
		complete = complete && slices.ContainsFunc(c.shown.Cells, func(one cell) bool { return slices.Contains(c.partsOf(one.Name), name) })
	}
	return t, complete
}

// counted tells whether the release counted a response.
func (c *recount) counted(was *track, cell string, row int, status results.Status) bool {
	first, known := c.first[c.table.Key(row)]
	if !known || was == nil || was.Cells[cell] == nil {
		return false
	}
	if status == results.InBase {
		from := was.atomOf(cell, first)
		return from > 0 && from <= c.release.Number
	}
	upto := was.Cells[cell].Upto
	if c.release.Number < c.mem.Number {
		upto = c.release.Number
		for i := range was.Rows {
			if n, behind := was.Rows[i].Behind[cell]; behind && was.Rows[i].Release == c.release.Number {
				upto = n
			}
		}
	}
	return first <= upto
}

// agrees tells whether a count gives the digits that were shown. Of everybody it is
// shown too who gave no answer that counts.
func (c *recount) agrees(t tally, everybody bool) bool {
	if !c.agreesOfBase(t) {
		return false
	}
	for _, one := range c.shown.Missing {
		if t.Missing[one.Name] != one.Count {
			return false
		}
	}
	return !everybody || c.shown.Banded || t.None == c.shown.None
}

// agreesOfBase looks at those who gave an answer that counts.
func (c *recount) agreesOfBase(t tally) bool {
	if t.Base != c.shown.Base {
		return false
	}
	for _, one := range c.shown.Cells {
		n := 0
		for _, name := range c.partsOf(one.Name) {
			n += t.Options[name]
		}
		if c.shown.Banded {
			low, high := band(n, t.Base)
			if low != one.Low || high != one.High {
				return false
			}
		} else if n != one.Count {
			return false
		}
	}
	return true
}

// partsOf are the answers that an answer of the figure stands for: itself, and where
// five steps are shown in three, also two of them.
func (c *recount) partsOf(name string) []string {
	if c.shown.Banded && len(c.shown.Cells) == 3 && strings.Count(name, " ") == 1 {
		return append(strings.Fields(name), name)
	}
	return []string{name}
}

// composition counts who took part by a breakdown.
func (c *recount) composition(breakdown string) Outcome {
	size := func(g Group) int {
		in := c.candidate(g)
		if in == nil {
			return -1
		}
		t, _ := c.count("", -1, in)
		return t.Base
	}
	base := Group{Breakdown: breakdown}
	if _, reason := c.release.Figure("", base); reason != Shown {
		base = Group{}
	}
	same := size(base) == c.shown.Base
	for _, one := range c.shown.Cells {
		same = same && (one.Hidden != "" || size(Group{Breakdown: breakdown, Value: one.Name}) == one.Count)
	}
	switch {
	case same:
		return Same
	case c.mem == nil:
		return Unknown
	default:
		return Changed
	}
}

// classesOf are the classes that the answers of a figure were counted in; nil when
// they are no numbers.
func classesOf(cells []cell) results.Classes {
	var edges results.Classes
	for _, one := range cells {
		from, _, _ := strings.Cut(one.Name, "..")
		n, err := strconv.ParseFloat(from, 64)
		if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
			return nil
		}
		edges = append(edges, n)
	}
	return edges
}
