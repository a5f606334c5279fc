package results

import (
	"slices"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

// Wave is one survey of a questionnaire that was put to people several times.
type Wave struct {
	Table *Table
	Forms []*questionnaire.Form // the versions that it asked, the newest last
}

// Point is a question in one wave.
type Point struct {
	Wave  int   // index of the wave
	Count Count // over the options of the trend's question
	Break bool  // asked differently than in the point before, or differently within this wave
}

// Trend is a question over the waves that asked it, with the options of all of them.
type Trend struct {
	Question Question
	Points   []Point
}

// Trends are the questions that stand in more than one wave, in the order of the
// last one. Numbers are counted in the classes of the last wave that asked them.
// in gives the group of each wave; a nil one is everybody.
func Trends(waves []Wave, in []Group) []Trend {
	var forms []*questionnaire.Form
	for _, w := range waves {
		forms = append(forms, w.Forms...)
	}
	var trends []Trend
	for _, q := range Questions(forms) {
		trend := Trend{Question: q}
		var classes Classes
		for _, w := range slices.Backward(waves) {
			if at := w.question(q); at >= 0 && q.Kind == Number && classes == nil {
				classes = w.Table.ClassesOf(at)
			}
		}
		var before *questionnaire.Form
		for i, w := range waves {
			at := w.question(q)
			if at < 0 {
				continue
			}
			var group Group
			if i < len(in) {
				group = in[i]
			}
			p := Point{Wave: i, Count: w.Table.Count(at, classes, group)}
			if q.Kind != Number {
				p.Count.align(w.Table.questions[at].Options, &trend.Question)
			}
			for _, form := range w.Forms {
				if before != nil && questionnaire.Reworded(before, form, q.Name) {
					p.Break = true
				}
				before = form
			}
			trend.Points = append(trend.Points, p)
		}
		if len(trend.Points) < 2 {
			continue
		}
		for i := range trend.Points {
			trend.Points[i].Count.widen(len(trend.Question.Options), q.Kind)
		}
		trends = append(trends, trend)
	}
	return trends
}

// question is the index of a question in a wave; −1 where it was not asked, or was
// answered in another way.
func (w *Wave) question(q Question) int {
	return slices.IndexFunc(w.Table.questions, func(one Question) bool { return one.Name == q.Name && one.Kind == q.Kind })
}

// align puts the counts in the order of the question's options; one that it lacks
// is added to it.
func (c *Count) align(from []Option, q *Question) {
	options, missing := make([]int, len(q.Options)), make([]int, len(q.Options))
	for i, o := range from {
		at := slices.IndexFunc(q.Options, func(one Option) bool { return one.Name == o.Name })
		if at < 0 {
			at = len(q.Options)
			q.Options = append(q.Options, o)
			options, missing = append(options, 0), append(missing, 0)
		}
		options[at] += c.Options[i]
		if c.Missing != nil {
			missing[at] += c.Missing[i]
		}
	}
	c.Options, c.Missing = options, missing
}

// widen gives a count room for options that a later wave added.
func (c *Count) widen(options int, kind Kind) {
	if kind == Number {
		return
	}
	for len(c.Options) < options {
		c.Options = append(c.Options, 0)
	}
	for len(c.Missing) < options {
		c.Missing = append(c.Missing, 0)
	}
}

// Pair is a competence whose importance for the work and own level are both asked.
type Pair struct {
	Competence string
	Importance int // index of the question
	Level      int
}

// Pairs are the competences of which importance and level are asked, in the order
// of the questions. Joint counts the two against each other.
func (t *Table) Pairs() []Pair {
	var pairs []Pair
	for i, q := range t.questions {
		if q.Measure != "importance" || q.Competence == "" || q.Kind != One {
			continue
		}
		level := slices.IndexFunc(t.questions, func(l Question) bool {
			return l.Measure == "level" && l.Competence == q.Competence && l.Kind == One
		})
		if level >= 0 {
			pairs = append(pairs, Pair{Competence: q.Competence, Importance: i, Level: level})
		}
	}
	return pairs
}
